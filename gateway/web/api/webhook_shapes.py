"""Webhooks as the API takes them and shows them."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from ipaddress import ip_network
from typing import Annotated, Final, Literal
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, JsonValue as PydanticJson

from gateway import store
from gateway.channel_settings import (
    OpenedSettings,
    open_settings,
    shown_outbound,
    shown_settings,
)
from gateway.channels import inbound_url
from gateway.part_settings import ACKNOWLEDGE, BUILTIN
from gateway.plugin import ConfirmationPolicy, FieldError, InvalidPayload, JsonValue
from gateway.plugin.errors import PluginUnavailable
from gateway.records import HOOK, Webhook
from gateway.runtime import Gateway
from gateway.vault import VaultError
from gateway.web.api.procedures import ById, Id
from gateway.web.wire import Body


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("give an IANA time zone such as Europe/Madrid")
    return value


def _ladder(value: list[str]) -> list[str]:
    if {BUILTIN, ACKNOWLEDGE} & set(value[:-1]):
        raise ValueError(f"{BUILTIN!r} and {ACKNOWLEDGE!r} can only come last")
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


def _network(value: str) -> str:
    try:
        network = ip_network(value.strip(), strict=False)
    except ValueError:
        raise ValueError("give an address or a range such as 192.0.2.0/24") from None
    # Lists of providers name an address within its range now and then; a whole zero is a slip.
    if not network.prefixlen and value.strip() not in {"0.0.0.0/0", "::/0"}:
        raise ValueError(f"this is every address; write {network} if it is meant")
    return str(network)


def _storable_text(value: str) -> str:
    if re.search(r"[\x00\ud800-\udfff]", value):
        raise ValueError("NUL characters and lone surrogates are not allowed")
    return value


Text = Annotated[str, AfterValidator(_plain)]
Zone = Annotated[str, AfterValidator(_zone)]
LongText = Annotated[str, AfterValidator(_storable_text)]
Name = Annotated[Text, Field(min_length=1, max_length=100)]
Tags = Annotated[list[Annotated[Text, Field(max_length=50)]], Field(max_length=50)]
Metadata = Annotated[dict[str, PydanticJson], AfterValidator(_storable)]
Settings = dict[str, PydanticJson]
Limit = Annotated[int, Field(ge=1)]
LONGEST_WAIT_SECONDS: Final = 7 * 86_400
MOST_RETRIES: Final = 20
Waits = Annotated[
    list[Annotated[int, Field(ge=1, le=LONGEST_WAIT_SECONDS)]], Field(max_length=MOST_RETRIES)
]
Networks = Annotated[
    list[Annotated[str, Field(max_length=50), AfterValidator(_network)]],
    Field(min_length=1, max_length=200),
]
Lane = Annotated[int, Field(ge=1, le=1000)]
PACES: Final = {
    "long_code": 1.0,
    "toll_free": 3.0,
    "short_code": 100.0,
    "10dlc_sole_proprietor": 0.25,
    "10dlc_low": 4.0,
    "10dlc_medium": 40.0,
    "10dlc_high": 75.0,
}
Pace = (
    Annotated[float, Field(ge=0.01, le=1000)]
    | Literal[
        "long_code",
        "toll_free",
        "short_code",
        "10dlc_sole_proprietor",
        "10dlc_low",
        "10dlc_medium",
        "10dlc_high",
    ]
)
RETRY_SECONDS: Final = (
    "Waits before each repeated attempt of a delivery, up to 20 of at most seven days; null is the "
    "gateway's default."
)
IS_ORDERED: Final = (
    "True: the deliveries of a conversation go out one after the other, events too; a later one "
    "waits until the one before is delivered or dead."
)
PER_SECOND: Final = (
    "Messages that the sender may say a second: a number, or `long_code` (1), `toll_free` (3), "
    "`short_code` (100), `10dlc_sole_proprietor` (0.25), `10dlc_low` (4), `10dlc_medium` (40), "
    "`10dlc_high` (75), by what US carriers allow; null is no limit."
)
FALLBACK: Final = (
    "Another webhook of the account that sends messages to people while this one's provider does "
    "not take them; null is none."
)
ALLOWED_ADDRESSES: Final = (
    "Addresses and ranges such as `192.0.2.0/24` that alone may post to the webhook, up to 200; "
    "all others are answered 403 `ADDRESS_BLOCKED`. null is everybody."
)
IN_FLIGHT: Final = "Deliveries that are made at a time, up to 1,000; null is the gateway's default."


Words = Annotated[list[Annotated[Text, Field(min_length=1, max_length=40)]], Field(max_length=20)]


class ConsentWords(Body):
    """More words of a channel on being written to."""

    stop: Words = Field(default_factory=list, description="These opt a person out.")
    start: Words = Field(default_factory=list, description="These opt them in again.")
    help: Words = Field(default_factory=list, description="These are answered with help.")


class AiConfig(Body):
    """Who answers on a channel, and how (FR-11)."""

    responder: Text = Field(
        "builtin", max_length=64, description="Who answers: the name of a responder."
    )
    personality: Literal["professional", "friendly", "concise"] = Field(
        "professional", description="The tone of the answers."
    )
    language: Literal["en", "es", "de", "fr"] | None = Field(
        None, description="Language of the answers; null is the sender's own."
    )
    auto_create_tasks: bool = Field(True, description="False: messages lead to no tasks.")
    time_zone: Zone | None = Field(
        None, description='What "tomorrow" means, as an IANA name; null is the account\'s.'
    )
    when_resolved: Literal["reopen", "new"] = Field(
        "reopen",
        description="What a message to a resolved conversation does: it reopens it, or archives "
        "it and starts a new one.",
    )
    confirmation: ConfirmationPolicy = Field(
        "never",
        description="Whether a person is asked before a task exists: `never`, `ask`, "
        "`ask_when_unsure`, or `act_with_undo`, which creates it and lets them take it back.",
    )
    fallback: Annotated[list[Text], AfterValidator(_ladder), Field(max_length=4)] = Field(
        default_factory=list,
        description="Who answers when the responder does not, in order: names of responders, and "
        "`builtin` or `acknowledge` as the last. Empty: it is asked again for a while, then the "
        "built-in one answers.",
    )
    gather: Literal["none", "sms"] | Annotated[float, Field(ge=0, le=15)] = Field(
        "none",
        description="Seconds of silence that a message waits for another one before it is "
        "answered; `sms` are 3.",
    )
    readers: Annotated[list[Annotated[Text, Field(max_length=64)]], Field(max_length=4)] = Field(
        default_factory=list,
        description="What reads the files that come with messages, in order: names of media "
        "readers, such as `tesseract`. Their words are understood as part of the message.",
    )
    consent_words: ConsentWords = Field(
        ConsentWords(),
        description="Whole messages that opt a person out or in, or ask for help, besides "
        "the usual ones such as STOP, START and HELP; they count on channels of type `sms`.",
    )
    answer_seconds: Annotated[float, Field(ge=1, le=300)] | None = Field(
        None, description="Time that all responders together get for a turn; null is 45."
    )


class CreateWebhook(Body):
    """PRD Appendix A.1."""

    channel_type: Text = Field(
        max_length=32, description="`custom_webhook`, or what another enabled plugin serves."
    )
    channel_name: Name = Field(description="What people call it, 1 to 100 characters.")
    provider: Text | None = Field(
        None,
        max_length=64,
        description="Which plugin's parser to use, when several serve the channel type and no "
        "setting is one's alone, such as `twilioAccountSid`.",
    )
    provider_config: Settings = Field(
        default_factory=dict,
        description="`authType`, the name of a verifier (`hmac` if left out, or the plugin's own), "
        "and the settings of the channel's parts.",
    )
    outbound_enabled: bool = Field(True, description="False: nothing is sent for this channel.")
    outbound_config: Settings = Field(
        default_factory=dict,
        description="More settings of the transport; they win over `providerConfig`.",
    )
    is_primary: bool = Field(
        False, description="The account's primary webhook; the first one is in any case."
    )
    rate_limit_per_minute: Limit | None = Field(
        None, description="Messages a minute that are accepted; null is the gateway's default."
    )
    rate_limit_per_hour: Limit | None = Field(
        None, description="Messages an hour that are accepted; null is the gateway's default."
    )
    retry_seconds: Waits | None = Field(None, description=RETRY_SECONDS)
    is_ordered: bool = Field(False, description=IS_ORDERED)
    in_flight: Lane | None = Field(None, description=IN_FLIGHT)
    per_second: Pace | None = Field(None, description=PER_SECOND)
    fallback_webhook_id: Id | None = Field(None, description=FALLBACK)
    allowed_addresses: Networks | None = Field(None, description=ALLOWED_ADDRESSES)
    ai_config: AiConfig = Field(AiConfig(), description="Who answers, and how.")
    tags: Tags = Field(default_factory=list, description="Up to 50 texts of up to 50 characters.")
    metadata: Metadata = Field(default_factory=dict, description="An object of your own.")


class UpdateWebhook(ById):
    """What is to change of a webhook: only the fields that are given count."""

    channel_type: Text = Field("", description="Stays: any other value is refused.")
    channel_name: Name = Field("", description="What people call it, 1 to 100 characters.")
    provider: Text = Field("", description="Stays: any other value is refused.")
    provider_config: Settings = Field(
        default_factory=dict,
        description="Settings to change: those left out are kept, secrets too; null removes one; "
        "an object is merged in the same way.",
    )
    outbound_enabled: bool = Field(True, description="False: nothing is sent for this channel.")
    outbound_config: Settings = Field(
        default_factory=dict, description="As `providerConfig`, for the transport alone."
    )
    is_active: bool = Field(
        True, description="False is the same as deleting; true brings a webhook back."
    )
    is_primary: bool = Field(False, description="True takes the mark from the webhook that has it.")
    rate_limit_per_minute: Limit | None = Field(
        None, description="Messages a minute that are accepted; null is the gateway's default."
    )
    rate_limit_per_hour: Limit | None = Field(
        None, description="Messages an hour that are accepted; null is the gateway's default."
    )
    retry_seconds: Waits | None = Field(None, description=RETRY_SECONDS)
    is_ordered: bool = Field(False, description=IS_ORDERED)
    in_flight: Lane | None = Field(None, description=IN_FLIGHT)
    per_second: Pace | None = Field(None, description=PER_SECOND)
    fallback_webhook_id: Id | None = Field(None, description=FALLBACK)
    allowed_addresses: Networks | None = Field(None, description=ALLOWED_ADDRESSES)
    ai_config: Settings = Field(
        default_factory=dict,
        description="Fields of `aiConfig` to change; null stands for the default.",
    )
    tags: Tags = Field(default_factory=list, description="Replaced as a whole.")
    metadata: Metadata = Field(default_factory=dict, description="Replaced as a whole.")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookView:
    """A webhook as its owner sees it, without its secrets (AC-23)."""

    id: int
    webhook_token: UUID
    webhook_url: str
    channel_type: str
    channel_name: str
    parser: str
    verifier: str
    transport: str
    responder: str
    provider_config: Mapping[str, JsonValue]
    outbound_enabled: bool
    outbound_config: Mapping[str, JsonValue]
    is_primary: bool
    is_active: bool
    is_verified: bool
    rate_limit_per_minute: int
    rate_limit_per_hour: int
    retry_seconds: Sequence[int] | None
    is_ordered: bool
    in_flight: int | None
    per_second: float | None
    fallback_webhook_id: int | None
    allowed_addresses: Sequence[str] | None
    ai_config: Mapping[str, JsonValue]
    tags: Sequence[str]
    metadata: Mapping[str, JsonValue]
    version: int
    created_at: datetime
    updated_at: datetime
    time_zone: str
    previous_token_expires_at: datetime | None


COPIED: Final = tuple(
    {f.name for f in fields(WebhookView)}
    - {"webhook_url", "provider_config", "outbound_config", "previous_token_expires_at"}
)


def shown(gw: Gateway, webhook: Webhook) -> WebhookView:
    """A webhook as its owner sees it."""
    try:
        opened = open_settings(gw.vault, webhook)
        settings = shown_settings(gw.registry, webhook, opened)
        outbound = shown_outbound(gw.registry, webhook, opened)
    except VaultError as problem:
        settings = outbound = {"problem": str(problem)}
    ends_at = webhook.previous_token_expires_at
    return WebhookView(
        **{name: getattr(webhook, name) for name in COPIED},
        webhook_url=inbound_url(gw.config.public_url, webhook),
        provider_config=settings,
        outbound_config=outbound,
        previous_token_expires_at=ends_at if ends_at is not None and ends_at > gw.now() else None,
    )


def opened(gw: Gateway, webhook: Webhook) -> OpenedSettings:
    """A webhook's settings and secrets in the clear. Raises `PluginUnavailable`."""
    try:
        return open_settings(gw.vault, webhook)
    except VaultError:
        raise PluginUnavailable(
            "this channel's settings cannot be decrypted; see `gateway check`"
        ) from None


def pace_of(asked: float | str | None) -> float | None:
    """The number behind a pace that is asked for by name."""
    return PACES[asked] if isinstance(asked, str) else asked


async def check_fallback(
    gw: Gateway, *, user_id: int, webhook_id: int | None, fallback_id: int | None
) -> None:
    """Returns for a webhook that may stand in for this one. Raises `InvalidPayload`."""
    if fallback_id is None:
        return
    found = await store.list_webhooks(gw.db, user_id=user_id)
    ways = [w for w in found if w.channel_type != HOOK and w.id != webhook_id]
    if fallback_id not in {way.id for way in ways}:
        message, where = "give another active webhook of the account", "/fallbackWebhookId"
        raise InvalidPayload(message, fields=[FieldError(pointer=where, message=message)])


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
