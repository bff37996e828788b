"""A test delivery: one attempt made while the caller waits, told in full, never queued."""

import json
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit
from uuid import uuid4

import structlog

from gateway import store
from gateway.channels import Channel
from gateway.pipeline import attempt
from gateway.plugin import (
    HttpClient,
    HttpResponse,
    JsonValue,
    OutboundMessage,
    PartFailure,
    Sent,
    TemporaryFailure,
)
from gateway.records import Webhook
from gateway.rules.events import WEBHOOK_TEST, envelope
from gateway.runtime import Gateway
from gateway.store import LogEntry, Operation

log: Final = structlog.stdlib.get_logger()

REDACTED: Final = "[redacted]"
SHOWN_HEADERS: Final = frozenset(
    [
        "content-type",
        "webhook-id",
        "webhook-timestamp",
        "x-webhook-event",
        "x-webhook-id",
        "x-webhook-timestamp",
    ]
)
"""Of all other headers only the name is shown: they hold signatures and credentials."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How a test went: what was sent, what came back, and what to do."""

    status: str
    response_status: int | None
    latency_ms: int
    detail: str
    request: Mapping[str, JsonValue] | None
    response_excerpt: str


class _Witness:
    """Passes requests on, and remembers the last one as far as it may be shown."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http
        self.seen: Mapping[str, JsonValue] | None = None

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes,
        timeout_seconds: float,
    ) -> HttpResponse:
        """One request of the transport under test."""
        shown: dict[str, JsonValue] = {
            name.lower(): value if name.lower() in SHOWN_HEADERS else REDACTED
            for name, value in headers.items()
        }
        # Path and query of a URL often hold a secret.
        self.seen = {"method": method, "host": urlsplit(url).netloc, "headers": shown}
        return await self._http.request(
            method, url, headers=headers, body=body, timeout_seconds=timeout_seconds
        )


async def try_out(gw: Gateway, operation: Operation, *, webhook_id: int, recipient: str) -> Trial:
    """Sends `webhook.test` through a channel's transport and notes how it went.

    Raises `WebhookNotFound`, and `PluginUnavailable` when the channel cannot be used.
    """
    channel = await gw.channels.by_id(user_id=operation.user_id, webhook_id=webhook_id)
    started = gw.now()
    message = _message(channel.webhook, recipient, at=started)
    witness = _Witness(channel.transport.context.http)
    outcome = await _attempt(channel, message, witness)
    trial = Trial(
        status="delivered" if isinstance(outcome, Sent) else "failed",
        response_status=outcome.response_status,
        latency_ms=round((gw.now() - started).total_seconds() * 1000),
        detail=_advice(outcome),
        request=_shown(witness, message),
        response_excerpt=outcome.response_excerpt,
    )
    entry = LogEntry(
        webhook_id=webhook_id,
        event=WEBHOOK_TEST,
        status=trial.status,
        detail={"reason": trial.detail},
        response_status=trial.response_status,
        latency_ms=trial.latency_ms,
    )
    await store.log_operation(gw.db, operation, entry)
    return trial


async def _attempt(
    channel: Channel, message: OutboundMessage, witness: _Witness
) -> Sent | PartFailure:
    """One attempt by a transport of its own, so that its requests can be seen."""
    known = channel.transport
    async with aclosing(type(known)(known.settings, replace(known.context, http=witness))) as own:
        return await attempt(channel, own, message)


def _message(webhook: Webhook, recipient: str, *, at: datetime) -> OutboundMessage:
    event_id = f"evt_{uuid4().hex}"
    text = f"This is a test of the channel {webhook.channel_name!r}."
    data: dict[str, JsonValue] = {"channelName": webhook.channel_name, "message": text}
    return OutboundMessage(
        id=0,
        idempotency_key=event_id,
        kind="notification" if recipient else "event",
        event=WEBHOOK_TEST,
        recipient=recipient,
        text=text,
        body=envelope(
            event_id=event_id,
            event=WEBHOOK_TEST,
            sequence=0,
            webhook_id=webhook.id,
            at=at,
            data=data,
        ),
        attempt=1,
    )


def _shown(witness: _Witness, message: OutboundMessage) -> Mapping[str, JsonValue] | None:
    if witness.seen is None:
        return None
    return {**witness.seen, "body": json.loads(message.body)}


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
