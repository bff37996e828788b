"""What a PATCH makes of a webhook: decided from its latest state, then written by the store."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from gateway.channel_settings import (
    WantedSettings,
    changed_settings,
    replan_channel,
    seal_settings,
    shown_settings,
)
from gateway.part_settings import fallback_names, reader_names
from gateway.plugin import FieldError, InvalidPayload, JsonValue
from gateway.records import Webhook
from gateway.rules.differences import differences
from gateway.runtime import Gateway
from gateway.store import Change
from gateway.verification import without_code
from gateway.web.api.webhook_shapes import (
    AiConfig,
    UpdateWebhook,
    opened,
    pace_of,
    rate_limits,
)
from gateway.web.wire import parse_object

PLAIN: Final = (
    "channel_name",
    "outbound_enabled",
    "is_active",
    "is_primary",
    "is_ordered",
    "in_flight",
    "fallback_webhook_id",
    "tags",
    "metadata",
)
LIMITS: Final = ("rate_limit_per_minute", "rate_limit_per_hour")
CONFIGS: Final = frozenset({"provider_config", "outbound_config"})
SETTINGS: Final = CONFIGS | {"ai_config"}

T = TypeVar("T")


def updated(gw: Gateway, webhook: Webhook, body: UpdateWebhook) -> Change | None:
    """The webhook with what the body changes; None when that is nothing.

    Raises `InvalidPayload`, and `PluginUnavailable` when settings cannot be checked.
    """
    _refuse(_faults(webhook, body))
    given = body.model_fields_set
    columns: dict[str, object] = {name: getattr(body, name) for name in PLAIN if name in given}
    if "tags" in given:
        columns["tags"] = tuple(body.tags)
    columns |= {name: value for name, value in _converted(body).items() if name in given}
    columns |= rate_limits(gw, {name: getattr(body, name) for name in LIMITS if name in given})
    if "ai_config" in given:
        columns["ai_config"] = _ai_config(webhook, body.ai_config)
    plain = [n for n, value in columns.items() if getattr(webhook, n) != value]
    changed = [_wire_name(name) for name in plain]
    values = differences(
        changed,
        {_wire_name(name): _told(getattr(webhook, name)) for name in plain},
        {_wire_name(name): _told(columns[name]) for name in plain},
    )
    names: list[str] = []
    if given & SETTINGS:
        sealed, told = _settings(gw, webhook, body, columns.get("ai_config"))
        columns |= sealed
        names = list(told)
        changed += [f"providerConfig.{name}" for name in names]
        values |= {f"providerConfig.{name}": value for name, value in told.items()}
    if not changed:
        return None
    after = replace(webhook, **columns)  # type: ignore[arg-type] # columns of a checked body
    if _has_moved(gw, webhook, names):
        after = replace(without_code(after), is_verified=False)
    return Change(
        webhook=after if after.is_active else replace(after, is_primary=False),
        event="webhook.updated",
        detail={"changed": [*changed], "values": values},
    )


def removed(webhook: Webhook) -> Change | None:
    """The webhook switched off, everything else kept (AC-05); None when it is off already."""
    if not webhook.is_active:
        return None
    after = replace(webhook, is_active=False, is_primary=False)
    return Change(webhook=after, event="webhook.deleted", detail={})


def _faults(webhook: Webhook, body: UpdateWebhook) -> list[FieldError]:
    given = body.model_fields_set
    faults = []
    if "channel_type" in given and body.channel_type != webhook.channel_type:
        message = f"a channel stays {webhook.channel_type!r}; create another webhook instead"
        faults.append(FieldError(pointer="/channelType", message=message))
    if "provider" in given and body.provider != webhook.parser:
        message = f"a channel keeps its provider {webhook.parser!r}; create another webhook instead"
        faults.append(FieldError(pointer="/provider", message=message))
    stays_active = body.is_active if "is_active" in given else webhook.is_active
    if body.is_primary and not stays_active:
        message = "only an active webhook can be primary; send isActive true with it"
        faults.append(FieldError(pointer="/isPrimary", message=message))
    if "is_primary" in given and not body.is_primary and webhook.is_primary and stays_active:
        message = "one webhook is always primary; make another one primary instead"
        faults.append(FieldError(pointer="/isPrimary", message=message))
    return faults


def _converted(body: UpdateWebhook) -> dict[str, object]:
    """What stands in a column otherwise than in a request."""
    return {
        "retry_seconds": _tuple(body.retry_seconds),
        "allowed_addresses": _tuple(body.allowed_addresses),
        "per_second": pace_of(body.per_second),
    }


def _tuple(values: Sequence[T] | None) -> tuple[T, ...] | None:
    return None if values is None else tuple(values)


def _refuse(faults: list[FieldError]) -> None:
    if faults:
        raise InvalidPayload("the webhook cannot be changed so", fields=faults)


def _ai_config(webhook: Webhook, given: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The policy with what the body changes; null stands for the default."""
    known = {field.alias or name for name, field in AiConfig.model_fields.items()}
    before = {name: value for name, value in webhook.ai_config.items() if name in known}
    merged = {n: v for n, v in (before | dict(given)).items() if v is not None or n not in known}
    try:
        return parse_object(merged, AiConfig).model_dump(by_alias=True)
    except InvalidPayload as refusal:
        faults = [replace(fault, pointer=f"/aiConfig{fault.pointer}") for fault in refusal.fields]
        raise InvalidPayload(refusal.message, fields=faults) from None


def _chosen(
    webhook: Webhook, policy: Mapping[str, JsonValue]
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Who answers, who does when that one does not, and what reads files."""
    responder = str(policy.get("responder", webhook.responder))
    return responder, fallback_names(policy), reader_names(policy)


def _settings(
    gw: Gateway, webhook: Webhook, body: UpdateWebhook, ai_config: object
) -> tuple[dict[str, object], dict[str, JsonValue]]:
    """The columns that hold a channel's parts and settings, and what changes in those."""
    policy = ai_config if isinstance(ai_config, dict) else webhook.ai_config
    chosen = _chosen(webhook, policy)
    if not body.model_fields_set & CONFIGS and chosen == _chosen(webhook, webhook.ai_config):
        return {}, {}
    before = opened(gw, webhook)
    wanted = WantedSettings(
        config=body.provider_config,
        outbound=body.outbound_config,
        responder=chosen[0],
        fallback=chosen[1],
        readers=chosen[2],
    )
    plan = replan_channel(gw.registry, webhook, before, wanted, gw.egress.vet_url)
    names = changed_settings(before, plan)
    if plan.verifier != webhook.verifier:
        names.append("authType")
    after = replace(
        before, provider_config=plan.provider_config, outbound_config=plan.outbound_config
    )
    provider, outbound, signing = seal_settings(gw.vault, webhook.id, after)
    columns: dict[str, object] = {
        "verifier": plan.verifier,
        "responder": plan.responder,
        "provider_config": provider,
        "outbound_config": outbound,
        "signing_secrets": signing,
    }
    changed = replace(webhook, verifier=plan.verifier, responder=plan.responder)
    shown_before = shown_settings(gw.registry, webhook, before)
    shown_after = shown_settings(gw.registry, changed, after)
    return columns, differences(names, shown_before, shown_after)


def _has_moved(gw: Gateway, webhook: Webhook, changed: list[str]) -> bool:
    """Whether the changed settings say where the channel sends to."""
    transport = gw.registry.find("transports", webhook.transport)
    return not set(changed).isdisjoint(getattr(transport, "addresses", ()))


def _told(value: object) -> JsonValue:
    """A column's value as JSON has it."""
    told: JsonValue = json.loads(json.dumps(value))
    return told


def _wire_name(column: str) -> str:
    return UpdateWebhook.model_fields[column].alias or column
