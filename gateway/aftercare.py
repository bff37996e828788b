"""What follows a turn or an attempt: it is logged, counted, and noted of its endpoint."""

from datetime import datetime
from typing import Final

import structlog

from gateway import store
from gateway.attempts import Outcome, attempted
from gateway.plugin import Sent, Usage
from gateway.records import ClaimedConversation, ClaimedDelivery, DeliveryResult, TurnResult
from gateway.rules.failures import failure_class
from gateway.rules.health import NOTICES, Attempted
from gateway.rules.loops import LOOP, fingerprint
from gateway.runtime import Gateway

log: Final = structlog.stdlib.get_logger()


def report_attempt(gw: Gateway, result: DeliveryResult, outcome: Outcome, *, is_kept: bool) -> None:
    """The one line that an attempt leaves in the log, and its figures."""
    claimed = result.claimed
    shown = "retrying" if result.status == "pending" else result.status
    shown = shown if is_kept else "lost"
    gw.metrics.deliveries.labels(claimed.kind, shown).inc()
    gw.metrics.delivery_seconds.observe(result.latency_ms / 1000)
    if shown == "delivered":
        waited = (result.at - claimed.created_at).total_seconds()
        gw.metrics.accepted_to_delivered_seconds.observe(waited)
    told = {
        "delivery_id": claimed.id,
        "webhook_id": claimed.webhook_id,
        "conversation_id": claimed.conversation_id,
        "told": claimed.event,
        "outcome": shown,
        "attempt": claimed.attempts,
        "response_status": result.response_status,
        "latency_ms": result.latency_ms,
        "retry_at": result.retry_at.isoformat() if result.retry_at else None,
        "failure": None if isinstance(outcome, Sent) else failure_class(outcome),
        "reason": None if isinstance(outcome, Sent) else outcome.message,
    }
    gw.spans.note(
        gateway__delivery__id=claimed.id,
        messaging__message__id=claimed.event_id,
        messaging__operation__type="send",
        gateway__event=claimed.event,
        gateway__outcome=shown,
        gateway__attempt=claimed.attempts,
        error__type=None if isinstance(outcome, Sent) else failure_class(outcome),
    )
    if shown == "dead":  # a person is to look
        log.warning("delivery.attempted", **told)
    else:
        log.info("delivery.attempted", **told)


def report_turn(gw: Gateway, result: TurnResult, outcome: str, *, started: datetime) -> None:
    """The one line that a turn leaves in the log, and its figures."""
    shown = "deferred" if outcome == "settled" and result.retry_at else outcome
    seconds = (gw.now() - started).total_seconds()
    gw.metrics.turns.labels(shown).inc()
    gw.metrics.turn_seconds.observe(seconds)
    claimed = result.claimed
    for message_id, reason in result.reasons.items():
        log.info("message.unclear", message_id=message_id, reason=reason)
    gw.spans.note(
        messaging__operation__type="process",
        gateway__conversation__id=claimed.id,
        gateway__message__ids=[str(id_) for id_ in result.analyses],
        gateway__outcome=shown,
        gateway__tasks=len(result.tasks),
        gateway__attempt=claimed.attempts,
    )
    log.info(
        "turn.finished",
        conversation_id=claimed.id,
        outcome=shown,
        message_ids=[*result.analyses],
        tasks=len(result.tasks),
        attempt=claimed.attempts,
        seconds=round(seconds, 4),
        **_used(gw, result.usage),
        **_other_traces(claimed),
    )


async def examine(
    gw: Gateway, claimed: ClaimedDelivery, outcome: Outcome, *, is_troubled: bool
) -> None:
    """Lets an attempt count for or against its endpoint; one that is well costs nothing here."""
    said = _looped(gw, claimed) or attempted(outcome, at=gw.now(), unnamed=claimed.recipient)
    if said is None or (said.signal == "up" and not is_troubled):
        return
    listeners = {name: await gw.channels.listeners(claimed.user_id, name) for name in NOTICES}
    examined = store.Examined(
        user_id=claimed.user_id,
        webhook_id=claimed.webhook_id,
        attempted=said,
        listeners=listeners,
        trace=claimed.trace,
    )
    change = await gw.health.add(examined)
    if change is not None:
        _report(gw, change)


def _looped(gw: Gateway, claimed: ClaimedDelivery) -> Attempted | None:
    """What is said of an endpoint that gets the same again and again, made anew each time."""
    now, settings = gw.now(), gw.config.loops
    is_fresh = (now - claimed.created_at).total_seconds() <= settings.window_seconds
    if claimed.kind != "event" or claimed.attempts > 1 or not is_fresh:
        return None
    print_ = fingerprint(claimed.event, claimed.data)
    if not gw.repeats.note(claimed.webhook_id, print_, at=now.timestamp()):
        return None
    gw.metrics.loops.labels("endpoint").inc()
    log.warning("loop.detected", kind="endpoint", webhook_id=claimed.webhook_id, told=claimed.event)
    reason = (
        f"{LOOP}: {settings.event_repeats} times {claimed.event} of the same words within "
        f"{settings.window_seconds:g} seconds"
    )
    return Attempted(signal="loop", at=now, reason=reason)


def _report(gw: Gateway, change: store.HealthChange) -> None:
    for notice in change.notices:
        gw.wakeups.wake("deliver")
        gw.metrics.endpoint_notices.labels(notice.removeprefix("endpoint.")).inc()
        log.warning(
            "endpoint.changed",
            webhook_id=change.webhook_id,
            notice=notice.removeprefix("endpoint."),
            failures=change.health.failures,
            failing_since=_shown(change.health.failing_since),
            paused_until=_shown(change.health.paused_until),
            reason=change.health.reason,
        )


def _used(gw: Gateway, usage: Usage | None) -> dict[str, str | int | float | None]:
    """What a model used, told to the metrics and as fields of the turn's log line."""
    if usage is None:
        return {}
    for kind, tokens in (("input", usage.input_tokens), ("output", usage.output_tokens)):
        gw.metrics.model_tokens.labels(usage.model, kind).inc(tokens)
    return {
        "model": usage.model,
        "input_tokens": usage.input_tokens,
        "cached_tokens": usage.cached_tokens,
        "output_tokens": usage.output_tokens,
        "cost_usd": usage.cost_usd,
    }


def _other_traces(claimed: ClaimedConversation) -> dict[str, list[str]]:
    """All traces of a turn that answered messages of several; a line has one of its own."""
    ids = {message.trace.trace_id: None for message in claimed.pending if message.trace}
    return {"trace_ids": [*ids]} if len(ids) > 1 else {}


def _shown(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
