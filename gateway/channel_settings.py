"""From the flat settings of an API request to the settings of each part of a channel, and back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from gateway.part_choices import (
    at,
    others_for,
    parser_for,
    present,
    responder_for,
    verifier_for,
)
from gateway.part_settings import (
    Values,
    VetUrl,
    fallback_names,
    reader_names,
    secret_settings,
    setting_faults,
    setting_names,
)
from gateway.plugin import (
    FieldError,
    InvalidPayload,
    JsonValue,
    Part,
    SigningSecret,
)
from gateway.records import Webhook
from gateway.registry import Registry
from gateway.vault import Vault

SECRETS_KEPT: Final = 5
COLUMNS: Final = ("provider", "outbound", "secrets")
"""What the bindings call the sealed columns."""


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
    fallback: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedSettings:
    """What a request changes of a channel's settings; null takes a setting away."""

    config: Values
    outbound: Values
    responder: str
    fallback: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """The part classes of one channel, and the settings that they know."""

    parser: type[Part[Any]]
    verifier: type[Part[Any]]
    responder: type[Part[Any]]
    transport: type[Part[Any]]
    others: tuple[type[Part[Any]], ...]

    @property
    def reading(self) -> tuple[type[Part[Any]], ...]:
        return tuple(dict.fromkeys((self.parser, self.verifier, self.responder, *self.others)))

    @property
    def receiving(self) -> set[str]:
        return set().union(*map(setting_names, self.reading))

    @property
    def sending(self) -> set[str]:
        return setting_names(self.transport)


def plan_channel(
    registry: Registry, wanted: WantedChannel, vet: VetUrl, *, config: Values, outbound: Values
) -> ChannelPlan:
    """Chooses the parts for a channel type and checks every setting. Raises `InvalidPayload`."""
    parser = parser_for(registry, wanted.channel_type, wanted.provider, given=config)
    verifier = verifier_for(registry, parser, config.get("authType"))
    responder = responder_for(registry, wanted.responder)
    transport = registry.find("transports", parser.name)
    if transport is None:
        raise at("/provider", f"no enabled plugin can send for {parser.name!r}")
    parts = _Parts(
        parser=parser,
        verifier=verifier,
        responder=responder,
        transport=transport,
        others=others_for(registry, wanted.fallback, wanted.readers),
    )
    receiving, sending = parts.receiving, parts.sending
    return _checked(
        parts,
        inbound={name: v for name, v in config.items() if name in receiving},
        outbound={name: v for name, v in config.items() if name in sending} | dict(outbound),
        given=(config, outbound),
        vet=vet,
    )


def replan_channel(
    registry: Registry,
    webhook: Webhook,
    opened: OpenedSettings,
    wanted: WantedSettings,
    vet: VetUrl,
) -> ChannelPlan:
    """The settings of a channel after a change, checked as new ones are.

    What the request leaves out is kept, unless none of the parts knows it any more; objects are
    merged (RFC 7396).
    Raises `InvalidPayload`, and `PluginUnavailable` when a part that stays is away.
    """
    parser = present(registry, "parsers", webhook.parser)
    if "authType" in wanted.config:
        verifier = verifier_for(registry, parser, wanted.config["authType"])
    else:
        verifier = present(registry, "verifiers", webhook.verifier)
    parts = _Parts(
        parser=parser,
        verifier=verifier,
        responder=responder_for(registry, wanted.responder),
        transport=present(registry, "transports", webhook.transport),
        others=others_for(registry, wanted.fallback, wanted.readers),
    )
    receiving, sending = parts.receiving, parts.sending
    inbound = {name: v for name, v in opened.provider_config.items() if name in receiving}
    outbound = {name: v for name, v in opened.outbound_config.items() if name in sending}
    # A setting that both sides know stays apart once outboundConfig has set them apart.
    apart = {n for n in receiving & sending if inbound.get(n) != outbound.get(n)}
    for_inbound = {name: v for name, v in wanted.config.items() if name in receiving}
    for_outbound = {name: v for name, v in wanted.config.items() if name in sending - apart}
    return _checked(
        parts,
        inbound=_merged(inbound, for_inbound),
        outbound=_merged(_merged(outbound, for_outbound), wanted.outbound),
        given=(wanted.config, wanted.outbound),
        vet=vet,
    )


def changed_settings(before: OpenedSettings, after: ChannelPlan) -> list[str]:
    """The names of the settings that a change adds, removes or gives another value."""
    names: set[str] = set()
    for old, new in (
        (before.provider_config, after.provider_config),
        (before.outbound_config, after.outbound_config),
    ):
        names |= {n for n in {*old, *new} if (n in old, old.get(n)) != (n in new, new.get(n))}
    return sorted(names)


def rotated(
    secrets: tuple[SigningSecret, ...], fresh: str, *, now: datetime, ends_at: datetime
) -> tuple[SigningSecret, ...]:
    """The signing secrets with a fresh one in front; no older one counts after `ends_at`."""
    older = [
        replace(secret, expires_at=min(secret.expires_at or ends_at, ends_at))
        for secret in secrets
        if (secret.expires_at is None or secret.expires_at > now) and ends_at > now
    ]
    return (SigningSecret(value=fresh), *older[: SECRETS_KEPT - 1])


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


def reseal_settings(
    vault: Vault, webhook_id: int, sealed: tuple[str, str, str]
) -> tuple[str, str, str]:
    """The sealed columns of a webhook, sealed anew with the ring's first key.

    Raises `VaultError`.
    """
    provider, outbound, secrets = (
        vault.seal(vault.open(text, binding=binding), binding=binding)
        for text, column in zip(sealed, COLUMNS, strict=True)
        for binding in (_binding(webhook_id, column),)
    )
    return provider, outbound, secrets


def shown_settings(
    registry: Registry, webhook: Webhook, opened: OpenedSettings
) -> dict[str, JsonValue]:
    """The settings as the API shows them: without any secret, a kept one named in `secretsSet`."""
    values = {**opened.provider_config, **opened.outbound_config}
    shown = _without_secrets(values, _readable(registry, webhook))
    return {"authType": webhook.verifier, **shown}


def shown_outbound(
    registry: Registry, webhook: Webhook, opened: OpenedSettings
) -> dict[str, JsonValue]:
    """The settings of the transport alone, in the same way."""
    return _without_secrets(opened.outbound_config, _readable(registry, webhook))


def _readable(registry: Registry, webhook: Webhook) -> dict[str, bool]:
    """Whether each setting of the parts of a channel may be shown: it is a secret to none."""
    readable: dict[str, bool] = {}
    for role, name in (
        ("parsers", webhook.parser),
        ("verifiers", webhook.verifier),
        ("responders", webhook.responder),
        *(("responders", name) for name in fallback_names(webhook.ai_config)),
        *(("media_readers", name) for name in reader_names(webhook.ai_config)),
        ("transports", webhook.transport),
    ):
        part = registry.find(role, name)
        if part is not None:
            for setting, is_secret in secret_settings(part).items():
                readable[setting] = readable.get(setting, True) and not is_secret
    return readable


def _without_secrets(values: Values, readable: Mapping[str, bool]) -> dict[str, JsonValue]:
    shown: dict[str, JsonValue] = {}
    kept: list[JsonValue] = []
    for name, value in values.items():
        # A setting whose plugin is away cannot be told from a secret, so it is not shown either.
        if readable.get(name, False):
            shown[name] = value
        else:
            kept.append(name)
    return {**shown, "secretsSet": kept}


def _checked(
    parts: _Parts, *, inbound: Values, outbound: Values, given: tuple[Values, Values], vet: VetUrl
) -> ChannelPlan:
    """The plan of a channel with these settings; `given` are those that the request names."""
    config, over = given
    receiving, sending = parts.receiving, parts.sending
    settings = {name: value for name, value in config.items() if name != "authType"}
    errors = [
        *_unknown("/providerConfig", settings, {"authType"} | receiving | sending),
        *_unknown("/outboundConfig", over, sending),
    ]
    for part in parts.reading:
        errors += setting_faults(part, inbound, {}, vet)
    errors += setting_faults(parts.transport, outbound, over, vet)
    if errors:
        raise InvalidPayload(
            "some settings of the channel are not valid", fields=list(dict.fromkeys(errors))
        )
    return ChannelPlan(
        parser=parts.parser.name,
        verifier=parts.verifier.name,
        transport=parts.transport.name,
        responder=parts.responder.name,
        provider_config=inbound,
        outbound_config=outbound,
    )


def _merged(kept: Values, given: Values) -> dict[str, JsonValue]:
    """JSON Merge Patch (RFC 7396): null takes away, objects are merged, all else is replaced."""
    merged = dict(kept)
    for name, value in given.items():
        before = merged.get(name)
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict):
            merged[name] = _merged(before if isinstance(before, dict) else {}, value)
        else:
            merged[name] = value
    return merged


def _unknown(pointer: str, given: Values, known: set[str]) -> list[FieldError]:
    return [
        FieldError(
            pointer=f"{pointer}/{name}",
            message="no such setting; valid: " + ", ".join(sorted(known)),
        )
        for name in given
        if name not in known
    ]


def _secret(item: Mapping[str, str | None]) -> SigningSecret:
    expires_at = item["expiresAt"]
    return SigningSecret(
        value=str(item["value"]),
        expires_at=datetime.fromisoformat(expires_at) if expires_at else None,
    )


def _binding(webhook_id: int, column: str) -> str:
    return f"user_webhooks:{webhook_id}:{column}"
