"""What follows an attempt: it is logged, counted, and noted for or against its endpoint."""

from datetime import datetime
from typing import Final

import structlog

from gateway import store
from gateway.attempts import Outcome, attempted
from gateway.plugin import Sent
from gateway.records import ClaimedDelivery, DeliveryResult
from gateway.rules.failures import failure_class
from gateway.rules.health import NOTICES
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
    log.info(
        "delivery.attempted",
        delivery_id=claimed.id,
        webhook_id=claimed.webhook_id,
        told=claimed.event,
        outcome=shown,
        attempt=claimed.attempts,
        response_status=result.response_status,
        latency_ms=result.latency_ms,
        retry_at=result.retry_at.isoformat() if result.retry_at else None,
        failure=None if isinstance(outcome, Sent) else failure_class(outcome),
        reason=None if isinstance(outcome, Sent) else outcome.message,
    )


async def examine(
    gw: Gateway, claimed: ClaimedDelivery, outcome: Outcome, *, is_troubled: bool
) -> None:
    """Lets an attempt count for or against its endpoint; one that is well costs nothing here."""
    said = attempted(outcome, at=gw.now())
    if said is None or (said.signal == "up" and not is_troubled):
        return
    listeners = {name: await gw.channels.listeners(claimed.user_id, name) for name in NOTICES}
    examined = store.Examined(
        user_id=claimed.user_id,
        webhook_id=claimed.webhook_id,
        attempted=said,
        listeners=listeners,
    )
    change = await gw.health.add(examined)
    if change is not None:
        _report(gw, change)


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


def _shown(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
