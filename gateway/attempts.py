"""Decisions about attempts, pure: what is sent, and what its outcome makes of the outbox row."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gateway.plugin import (
    OutboundMessage,
    PartFailure,
    RecipientOptedOut,
    Sent,
    TemporaryFailure,
    UncertainFailure,
)
from gateway.plugin.errors import PluginUnavailable
from gateway.records import ClaimedDelivery, DeliveryResult
from gateway.rules.events import envelope
from gateway.rules.failures import treatment
from gateway.rules.health import Attempted
from gateway.rules.retries import next_wait_seconds, wait_for_us_seconds
from gateway.rules.storable import storable

DETAIL_CHARACTERS: Final = 2_000
PROVIDER_ID_CHARACTERS: Final = 255
REASON_CHARACTERS: Final = 300
PATIENCE_WITH_BUGS_SECONDS: Final = 5 * 86_400.0
"""How old a delivery may get that a bug of ours keeps from being sent."""

Outcome = Sent | PartFailure | PluginUnavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """When failed deliveries are repeated; `chance` from 0 up to 1 spreads the long waits."""

    schedule_seconds: tuple[float, ...]
    cap_seconds: float
    chance: float = 0.0


def outbound_message(claimed: ClaimedDelivery, *, unsubscribe_url: str = "") -> OutboundMessage:
    """A claimed row as a transport sees it; its `body` is the same at every attempt."""
    return OutboundMessage(
        id=claimed.id,
        idempotency_key=claimed.event_id,
        kind=claimed.kind,
        event=claimed.event,
        recipient=claimed.recipient,
        text=claimed.content,
        body=envelope(
            event_id=claimed.event_id,
            event=claimed.event,
            sequence=claimed.sequence,
            webhook_id=claimed.source_webhook_id,
            at=claimed.created_at,
            data=claimed.data,
            hops=claimed.hops,
            endpoint_sequence=claimed.endpoint_sequence,
        ),
        attempt=claimed.attempts,
        in_reply_to=str(claimed.in_reply_to) if claimed.in_reply_to else None,
        created_at=claimed.created_at,
        hops=claimed.hops or 1,
        thread=claimed.thread,
        answered=claimed.answered,
        unsubscribe_url=unsubscribe_url,
    )


def delivery_result(
    claimed: ClaimedDelivery,
    outcome: Outcome,
    policy: RetryPolicy,
    *,
    started: datetime,
    at: datetime,
) -> DeliveryResult:
    """What one attempt makes of its outbox row: delivered, to be repeated, or dead."""
    status, wait, detail = _verdict(claimed, outcome, policy, at)
    excerpt = "" if isinstance(outcome, PluginUnavailable) else outcome.response_excerpt
    return DeliveryResult(
        claimed=claimed,
        status=status,
        retry_at=at + timedelta(seconds=wait) if wait is not None else None,
        is_charged=isinstance(outcome, Sent) or treatment(outcome).is_charged,
        response_status=None if isinstance(outcome, PluginUnavailable) else outcome.response_status,
        latency_ms=round((at - started).total_seconds() * 1000),
        # PostgreSQL's text holds no NUL, and an answer from outside may.
        detail=storable(" | ".join(filter(None, (detail, excerpt))))[:DETAIL_CHARACTERS],
        provider_id=storable(outcome.provider_id or "")[:PROVIDER_ID_CHARACTERS] or None
        if isinstance(outcome, Sent)
        else None,
        at=at,
        segments=outcome.segments if isinstance(outcome, Sent) else None,
        cost_usd=outcome.cost_usd if isinstance(outcome, Sent) else None,
    )


def attempted(outcome: Outcome, *, at: datetime, unnamed: str = "") -> Attempted | None:
    """What an attempt says of its endpoint; None when that had no part in how it went.

    The reason outlives the delivery, so it names no person: not whom `unnamed` is.
    """
    if isinstance(outcome, Sent):
        return Attempted(signal="up", at=at)
    signal = treatment(outcome).signal
    if signal is None:
        return None
    message = outcome.message.replace(unnamed, "…") if unnamed else outcome.message
    return Attempted(signal=signal, at=at, reason=storable(message)[:REASON_CHARACTERS])


def _verdict(
    claimed: ClaimedDelivery, outcome: Outcome, policy: RetryPolicy, at: datetime
) -> tuple[str, float | None, str]:
    if isinstance(outcome, Sent):
        return "delivered", None, ""
    if isinstance(outcome, RecipientOptedOut):
        return "withheld", None, outcome.message
    follows = treatment(outcome)
    asks_again = isinstance(outcome, UncertainFailure) and outcome.ask_again
    if not follows.is_repeated and not asks_again:
        return "dead", None, outcome.message
    if not follows.is_charged:
        return _put_off(claimed, outcome, at)
    asked = outcome.retry_after_seconds if isinstance(outcome, TemporaryFailure) else None
    wait = next_wait_seconds(
        claimed.attempts,
        policy.schedule_seconds,
        asked_seconds=asked,
        cap_seconds=policy.cap_seconds,
        chance=policy.chance,
    )
    if wait is None:
        return "dead", None, f"given up after {claimed.attempts} attempts: {outcome.message}"
    return "pending", wait, outcome.message


def _put_off(
    claimed: ClaimedDelivery, outcome: PartFailure | PluginUnavailable, at: datetime
) -> tuple[str, float | None, str]:
    """After a fault of ours; a plugin that is away is waited for as long as it takes."""
    age = (at - claimed.created_at).total_seconds()
    if not isinstance(outcome, PluginUnavailable) and age > PATIENCE_WITH_BUGS_SECONDS:
        return "dead", None, f"given up after days: {outcome.message}"
    return "pending", wait_for_us_seconds(age), outcome.message
