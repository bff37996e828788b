"""From the flat settings of an API request to the settings of each part of a channel, and back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import ValidationError

from gateway.plugin import (
    FieldError,
    InvalidPayload,
    JsonValue,
    Part,
    PartSettings,
    SigningSecret,
    Verifier,
)
from gateway.records import Webhook
from gateway.registry import Registry
from gateway.vault import Vault

DEFAULT_VERIFIER: Final = "hmac"

Values = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPlan:
    """Which parts a new channel is made of, and the settings that each side of it keeps."""

    parser: str
    verifier: str
    transport: str
    responder: str
    provider_config: Values
    outbound_config: Values


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedSettings:
    """A channel's settings and secrets in the clear; it never leaves the process."""

    provider_config: Values
    outbound_config: Values
    secrets: tuple[SigningSecret, ...]

    def __repr__(self) -> str:
        return "OpenedSettings(...)"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedChannel:
    """What a request says of the parts: the channel type, and names where there is a choice."""

    channel_type: str
    provider: str | None
    responder: str


def plan_channel(
    registry: Registry, wanted: WantedChannel, *, config: Values, outbound: Values
) -> ChannelPlan:
    """Chooses the parts for a channel type and checks every setting. Raises `InvalidPayload`."""
    parser = _parser_for(registry, wanted.channel_type, wanted.provider)
    settings = dict(config)
    auth = settings.pop("authType", None)
    verifier = _verifier_for(registry, parser, auth)
    responder = _responder_for(registry, wanted.responder)
    transport = registry.find("transports", parser.name)
    if transport is None:
        raise _at("/provider", f"no enabled plugin can send for {parser.name!r}")
    receiving = _names(parser) | _names(verifier) | _names(responder)
    sending = _names(transport)
    inbound_values = {name: v for name, v in settings.items() if name in receiving}
    outbound_values = {name: v for name, v in settings.items() if name in sending} | dict(outbound)
    errors = [
        *_unknown("/providerConfig", settings, {"authType"} | receiving | sending),
        *_unknown("/outboundConfig", outbound, sending),
    ]
    for part in dict.fromkeys((parser, verifier, responder)):
        errors += _faults(part, inbound_values)
    errors += _faults(transport, outbound_values)
    if errors:
        raise InvalidPayload(
            "some settings of the channel are not valid", fields=list(dict.fromkeys(errors))
        )
    return ChannelPlan(
        parser=parser.name,
        verifier=verifier.name,
        transport=transport.name,
        responder=responder.name,
        provider_config=inbound_values,
        outbound_config=outbound_values,
    )


def settings_for(part: type[Part[Any]], values: Values) -> PartSettings:
    """The settings of one part out of a channel's values."""
    names = _names(part)
    return part.Settings.model_validate({k: v for k, v in values.items() if k in names})


def seal_settings(vault: Vault, webhook_id: int, opened: OpenedSettings) -> tuple[str, str, str]:
    """The three sealed columns of a webhook, each bound to its row and column."""
    secrets = [
        {"value": s.value, "expiresAt": s.expires_at.isoformat() if s.expires_at else None}
        for s in opened.secrets
    ]
    return (
        vault.seal(
            json.dumps(dict(opened.provider_config)), binding=_binding(webhook_id, "provider")
        ),
        vault.seal(
            json.dumps(dict(opened.outbound_config)), binding=_binding(webhook_id, "outbound")
        ),
        vault.seal(json.dumps(secrets), binding=_binding(webhook_id, "secrets")),
    )


def open_settings(vault: Vault, webhook: Webhook) -> OpenedSettings:
    """What `seal_settings` sealed. Raises `VaultError`."""
    provider = vault.open(webhook.provider_config, binding=_binding(webhook.id, "provider"))
    outbound = vault.open(webhook.outbound_config, binding=_binding(webhook.id, "outbound"))
    secrets = vault.open(webhook.signing_secrets, binding=_binding(webhook.id, "secrets"))
    return OpenedSettings(
        provider_config=json.loads(provider),
        outbound_config=json.loads(outbound),
        secrets=tuple(_secret(item) for item in json.loads(secrets)),
    )


def shown_settings(
    registry: Registry, webhook: Webhook, opened: OpenedSettings
) -> dict[str, JsonValue]:
    """The settings as the API shows them: without any secret, a kept one named in `secretsSet`."""
    shown: dict[str, JsonValue] = {"authType": webhook.verifier}
    kept: list[JsonValue] = []
    values = {**opened.provider_config, **opened.outbound_config}
    readable: dict[str, bool] = {}
    for role, name in (
        ("parsers", webhook.parser),
        ("verifiers", webhook.verifier),
        ("responders", webhook.responder),
        ("transports", webhook.transport),
    ):
        part = registry.find(role, name)
        if part is not None:
            readable |= {k: "writeOnly" not in json.dumps(v) for k, v in _properties(part).items()}
    for name, value in values.items():
        # A setting whose plugin is away cannot be told from a secret, so it is not shown either.
        if readable.get(name, False):
            shown[name] = value
        else:
            kept.append(name)
    return {**shown, "secretsSet": kept}


def _parser_for(registry: Registry, channel_type: str, provider: str | None) -> type[Part[Any]]:
    fitting = {
        name: part
        for name, part in registry.parts["parsers"].items()
        if getattr(part, "channel_type", None) == channel_type
    }
    if provider is not None:
        if provider not in fitting:
            raise _at(
                "/provider",
                f"no enabled plugin offers {provider!r} for {channel_type!r}; valid: "
                + (", ".join(sorted(fitting)) or "none, see [plugins] enabled"),
            )
        return fitting[provider]
    if len(fitting) == 1:
        return next(iter(fitting.values()))
    if not fitting:
        types = sorted({getattr(p, "channel_type", "") for p in registry.parts["parsers"].values()})
        raise _at(
            "/channelType",
            f"no enabled plugin serves {channel_type!r}; valid here: {', '.join(types) or 'none'}",
        )
    raise _at(
        "/provider",
        f"several plugins serve {channel_type!r}; say which: {', '.join(sorted(fitting))}",
    )


def _verifier_for(registry: Registry, parser: type[Part[Any]], auth: JsonValue) -> type[Part[Any]]:
    if auth is None and issubclass(parser, Verifier):
        return parser
    name = DEFAULT_VERIFIER if auth is None else auth
    found = registry.find("verifiers", name) if isinstance(name, str) else None
    if found is None:
        valid = ", ".join(sorted(registry.parts["verifiers"]))
        raise _at("/providerConfig/authType", f"no such authentication {name!r}; valid: {valid}")
    return found


def _responder_for(registry: Registry, name: str) -> type[Part[Any]]:
    found = registry.find("responders", name)
    if found is None:
        valid = ", ".join(sorted(registry.parts["responders"]))
        raise _at("/aiConfig/responder", f"no enabled plugin offers {name!r}; valid: {valid}")
    return found


def _unknown(pointer: str, given: Values, known: set[str]) -> list[FieldError]:
    return [
        FieldError(
            pointer=f"{pointer}/{name}",
            message="no such setting; valid: " + ", ".join(sorted(known)),
        )
        for name in given
        if name not in known
    ]


def _names(part: type[Part[Any]]) -> set[str]:
    return {f.alias or name for name, f in part.Settings.model_fields.items()}


def _properties(part: type[Part[Any]]) -> dict[str, object]:
    properties: dict[str, object] = part.Settings.model_json_schema().get("properties", {})
    return properties


def _faults(part: type[Part[Any]], values: Values) -> list[FieldError]:
    try:
        settings_for(part, values)
    except ValidationError as error:
        return [
            FieldError(
                pointer="/providerConfig/" + "/".join(str(step) for step in item["loc"]),
                message=item["msg"].removeprefix("Value error, "),
            )
            for item in error.errors(include_url=False, include_input=False, include_context=False)
        ]
    return []


def _secret(item: Mapping[str, str | None]) -> SigningSecret:
    expires_at = item["expiresAt"]
    return SigningSecret(
        value=str(item["value"]),
        expires_at=datetime.fromisoformat(expires_at) if expires_at else None,
    )


def _binding(webhook_id: int, column: str) -> str:
    return f"user_webhooks:{webhook_id}:{column}"


def _at(pointer: str, message: str) -> InvalidPayload:
    return InvalidPayload(message, fields=[FieldError(pointer=pointer, message=message)])
