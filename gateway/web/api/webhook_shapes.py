"""Webhooks as the API takes them and shows them."""

import json
import re
from collections.abc import Mapping
from typing import Annotated, Final, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, JsonValue as PydanticJson

from gateway.channel_settings import OpenedSettings, open_settings, shown_settings
from gateway.plugin import FieldError, InvalidPayload, JsonValue
from gateway.plugin.errors import PluginUnavailable
from gateway.records import Webhook
from gateway.runtime import Gateway
from gateway.vault import VaultError
from gateway.web.wire import Body, to_wire

SEALED: Final = (
    "user_id",
    "provider_config",
    "outbound_config",
    "signing_secrets",
    "ai_config",
    "previous_token",
)


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("give an IANA time zone such as Europe/Madrid")
    return value


def _plain(value: str) -> str:
    if re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", value):
        raise ValueError("control characters and lone surrogates are not allowed")
    return value


def _storable(value: dict[str, PydanticJson]) -> dict[str, PydanticJson]:
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        raise ValueError("NaN and Infinity are not JSON") from None
    if re.search(r"(?<!\\)(?:\\\\)*\\u0000|[\ud800-\udfff]", text):
        raise ValueError("NUL characters and lone surrogates are not allowed")
    return value


Text = Annotated[str, AfterValidator(_plain)]
Name = Annotated[Text, Field(min_length=1, max_length=100)]
Tags = Annotated[list[Annotated[Text, Field(max_length=50)]], Field(max_length=50)]
Metadata = Annotated[dict[str, PydanticJson], AfterValidator(_storable)]
Limit = Annotated[int, Field(ge=1)]


class AiConfig(Body):
    """Who answers on a channel, and how (FR-11)."""

    responder: Text = Field("builtin", max_length=64)
    personality: Literal["professional", "friendly", "concise"] = "professional"
    language: Literal["en", "es", "de", "fr"] | None = None
    auto_create_tasks: bool = True
    time_zone: Annotated[str, AfterValidator(_zone)] | None = None


class CreateWebhook(Body):
    """PRD Appendix A.1."""

    channel_type: Text = Field(max_length=32)
    channel_name: Name
    provider: Text | None = Field(None, max_length=64)
    provider_config: dict[str, PydanticJson] = Field(default_factory=dict)
    outbound_enabled: bool = True
    outbound_config: dict[str, PydanticJson] = Field(default_factory=dict)
    is_primary: bool = False
    rate_limit_per_minute: Limit | None = None
    rate_limit_per_hour: Limit | None = None
    ai_config: AiConfig = AiConfig()
    tags: Tags = Field(default_factory=list)
    metadata: Metadata = Field(default_factory=dict)


class UpdateWebhook(Body):
    """What is to change of a webhook: only the fields that are given count."""

    channel_type: Text = ""
    channel_name: Name = ""
    provider: Text = ""
    provider_config: dict[str, PydanticJson] = Field(default_factory=dict)
    outbound_enabled: bool = True
    outbound_config: dict[str, PydanticJson] = Field(default_factory=dict)
    is_active: bool = True
    is_primary: bool = False
    rate_limit_per_minute: Limit | None = None
    rate_limit_per_hour: Limit | None = None
    ai_config: dict[str, PydanticJson] = Field(default_factory=dict)
    tags: Tags = Field(default_factory=list)
    metadata: Metadata = Field(default_factory=dict)


def shown(gw: Gateway, webhook: Webhook) -> dict[str, JsonValue]:
    """A webhook without its secrets (AC-23)."""
    token = str(webhook.webhook_token)
    try:
        settings = shown_settings(gw.registry, webhook, open_settings(gw.vault, webhook))
    except VaultError as problem:
        settings = {"problem": str(problem)}
    ends_at = webhook.previous_token_expires_at
    over: dict[str, JsonValue] = (
        {"previousTokenExpiresAt": None} if ends_at is not None and ends_at <= gw.now() else {}
    )
    return {
        **to_wire(webhook, without=SEALED),
        **over,
        "webhookUrl": f"{gw.config.public_url}/api/webhooks/inbound/{token}",
        "providerConfig": settings,
        "aiConfig": dict(webhook.ai_config),
    }


def opened(gw: Gateway, webhook: Webhook) -> OpenedSettings:
    """A webhook's settings and secrets in the clear. Raises `PluginUnavailable`."""
    try:
        return open_settings(gw.vault, webhook)
    except VaultError:
        raise PluginUnavailable(
            "this channel's settings cannot be decrypted; see `gateway check`"
        ) from None


def rate_limits(gw: Gateway, asked: Mapping[str, int | None]) -> dict[str, int]:
    """The limits that are asked for; null is the gateway's own. Raises `InvalidPayload`."""
    limits = gw.config.limits
    known = {
        "rate_limit_per_minute": (
            "rateLimitPerMinute",
            limits.per_minute_default,
            limits.per_minute_ceiling,
        ),
        "rate_limit_per_hour": (
            "rateLimitPerHour",
            limits.per_hour_default,
            limits.per_hour_ceiling,
        ),
    }
    faults, found = [], {}
    for name, value in asked.items():
        field, default, ceiling = known[name]
        found[name] = value or default
        if found[name] > ceiling:
            message = f"at most {ceiling} on this gateway"
            faults.append(FieldError(pointer=f"/{field}", message=message))
    if faults:
        raise InvalidPayload("a rate limit is too high", fields=faults)
    return found
