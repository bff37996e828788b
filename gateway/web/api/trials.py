"""A test delivery: one attempt made while the caller waits, told in full, never queued."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

import structlog

from gateway import store
from gateway.egress import witnessed
from gateway.plugin import (
    JsonValue,
    OutboundMessage,
    PartFailure,
    Sent,
    TemporaryFailure,
)
from gateway.records import Webhook
from gateway.rules.events import WEBHOOK_TEST, envelope
from gateway.rules.exchanges import Call, kept
from gateway.runtime import Gateway
from gateway.sending import attempt_at_once
from gateway.store import LogEntry, Operation
from gateway.web.failures import Undelivered
from gateway.web.wire import wire_value

log: Final = structlog.stdlib.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How a test went: what was sent, what came back and when, and what to do."""

    status: str
    response_status: int | None
    latency_ms: int
    detail: str
    request: Mapping[str, JsonValue] | None
    response_excerpt: str
    calls: Sequence[Mapping[str, JsonValue]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the gateway itself says through a channel, never queued and never repeated."""

    event: str
    recipient: str
    text: str
    data: Mapping[str, JsonValue] = field(default_factory=dict)


async def try_out(gw: Gateway, operation: Operation, *, webhook_id: int, recipient: str) -> Trial:
    """Sends `webhook.test` through a channel's transport and notes how it went.

    Raises `WebhookNotFound`, `PluginUnavailable` when the channel cannot be used, and
    `Undelivered` when it was not delivered.
    """
    channel = await gw.channels.by_id(user_id=operation.user_id, webhook_id=webhook_id)
    started = gw.now()
    text = f"This is a test of the channel {channel.webhook.channel_name!r}."
    notice = Notice(event=WEBHOOK_TEST, recipient=recipient, text=text)
    message = notice_message(channel.webhook, notice, at=started)
    with witnessed() as calls:
        outcome = await attempt_at_once(gw, channel, message)
    trial = Trial(
        status="delivered" if isinstance(outcome, Sent) else "failed",
        response_status=outcome.response_status,
        latency_ms=round((gw.now() - started).total_seconds() * 1000),
        detail=_advice(outcome),
        request=_shown(calls, message),
        response_excerpt=outcome.response_excerpt,
        calls=[kept(call) for call in calls],
    )
    entry = LogEntry(
        webhook_id=webhook_id,
        event=WEBHOOK_TEST,
        status=trial.status,
        # The audit trail outlives whoever asks to be forgotten, so it does not say who that was.
        detail={"reason": trial.detail.replace(recipient, "…") if recipient else trial.detail},
        response_status=trial.response_status,
        latency_ms=trial.latency_ms,
    )
    await store.log_operation(gw.db, operation, entry)
    if trial.status != "delivered":
        raise Undelivered(trial.detail, attempt=wire_value(trial))
    return trial


def notice_message(webhook: Webhook, notice: Notice, *, at: datetime) -> OutboundMessage:
    """A notice to a person if it names one, else an event to the webhook's endpoint."""
    event_id = f"evt_{uuid4().hex}"
    return OutboundMessage(
        id=0,
        idempotency_key=event_id,
        kind="notification" if notice.recipient else "event",
        event=notice.event,
        recipient=notice.recipient,
        text=notice.text,
        body=envelope(
            event_id=event_id,
            event=notice.event,
            sequence=0,
            webhook_id=webhook.id,
            at=at,
            data={"channelName": webhook.channel_name, "message": notice.text, **notice.data},
            hops=1,
        ),
        attempt=1,
        created_at=at,
    )


def _shown(calls: Sequence[Call], message: OutboundMessage) -> Mapping[str, JsonValue] | None:
    if not calls:
        return None
    call = kept(calls[-1])
    headers = call["requestHeaders"]
    assert isinstance(headers, dict)
    return {
        "method": call["method"],
        "host": urlsplit(str(call["url"])).netloc,
        "headers": {name.lower(): value for name, value in headers.items()},
        "body": json.loads(message.body),
    }


def _advice(outcome: Sent | PartFailure) -> str:
    if isinstance(outcome, Sent):
        return "the receiver took the test"
    if not isinstance(outcome, TemporaryFailure):
        return outcome.message
    if outcome.response_status is not None:
        return (
            f"the receiver answered {outcome.response_status}: mend it, then test again; "
            "a real delivery would be repeated on the schedule, a test is not"
        )
    return f"{outcome.message}: check the address and that something listens there, then test again"
