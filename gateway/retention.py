"""Retention: whatever has been kept as long as the settings say is taken away."""

import asyncio
from datetime import timedelta
from typing import Final

import structlog

from gateway import store
from gateway.plugin.errors import StorageUnavailable
from gateway.runtime import Gateway
from gateway.sections import Retention

log: Final = structlog.stdlib.get_logger()

BATCHES_PER_RUN: Final = 500
UNFINISHED_SECONDS: Final = 60.0
"""Wait before a run goes on that its bound has cut off."""


class Keeper:
    """Enforces retention; it remembers how far raw payloads are gone, for their rows stay."""

    def __init__(self) -> None:
        self._without_payload = 0

    async def enforce(self, gw: Gateway) -> bool:
        """One bounded run over all kinds; False when there may be more to do."""
        gone = {}
        is_done = True
        for kind in store.RETENTION_KINDS:
            days = days_of(gw.config.retention, kind.name)
            if days:
                gone[kind.name], is_through = await self._expire(gw, kind, days)
                is_done &= is_through
        for name, count in gone.items():
            gw.metrics.expired.labels(name).inc(count)
        if any(gone.values()):
            log.info("retention.enforced", **gone)
        return is_done

    async def _expire(self, gw: Gateway, kind: store.Kind, days: float) -> tuple[int, bool]:
        before = gw.now() - timedelta(days=days)
        keeps_rows = kind.name == "raw_payload"
        after_id = self._without_payload if keeps_rows else 0
        gone = 0
        for _ in range(BATCHES_PER_RUN):
            step = await store.expire_batch(gw.db, kind, before=before, after_id=after_id)
            if step is None:
                return gone, False
            gone += step.gone
            if step.is_last:
                return gone, True
            after_id = step.last_id
            if keeps_rows:
                self._without_payload = after_id
        return gone, False


def days_of(settings: Retention, kind: str) -> float:
    """How many days a kind is kept; 0 is for ever."""
    kept = {
        "raw_payload": settings.raw_payload_days,
        "conversation": settings.conversation_days,
        "message": settings.message_days,
        "delivery": settings.delivery_days,
        "task": settings.task_days,
        "proposal": settings.proposal_days,
        "usage": settings.usage_days,
        "receipt": settings.receipt_days,
        "media": settings.media_days,
        "log": settings.log_days,
        "audit": settings.audit_days,
    }
    return kept[kind]


async def enforce_forever(gw: Gateway) -> None:
    """Enforces retention again and again until it is cancelled."""
    keeper = Keeper()
    while True:
        is_done = False
        try:
            is_done = await keeper.enforce(gw)
        except StorageUnavailable as outage:
            log.warning("storage.unreachable", stage="retention", reason=outage.message)
        every = gw.config.retention.every_seconds
        await asyncio.sleep(every if is_done else min(every, UNFINISHED_SECONDS))
