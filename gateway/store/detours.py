"""Messages that change their lane: what their own channel cannot send goes through its fallback."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import asyncpg

from gateway.rules.events import DELIVERY_REROUTED
from gateway.rules.traces import trace_in
from gateway.store.announcements import Announcement, announce
from gateway.store.database import Connection, Database

AT_A_TIME: Final = 1000

_DOUBT: Final = """
UPDATE outbound_messages SET is_uncertain = TRUE WHERE id = $1 AND lease_id = $2
"""
_RETURNED: Final = """
RETURNING o.id, o.user_id, o.conversation_id, o.source_webhook_id, o.in_reply_to, o.webhook_id,
    o.rerouted_from, o.trace_id, o.trace_parent
"""
_REROUTE: Final = f"""
UPDATE outbound_messages o
SET webhook_id = w.fallback_webhook_id, rerouted_from = o.webhook_id, delivery_status = 'pending',
    scheduled_for = $3, lease_id = NULL, finished_at = NULL, endpoint_sequence = NULL
FROM user_webhooks w
WHERE o.id = $1 AND o.user_id = $2 AND w.id = o.webhook_id AND w.user_id = o.user_id
AND w.fallback_webhook_id IS NOT NULL AND o.rerouted_from IS NULL AND o.kind <> 'event'
AND o.delivery_status IN ('pending', 'dead') AND o.lease_id IS NULL
{_RETURNED}
"""  # noqa: S608 # constants only
# What was never tried is certain not to have been taken.
_REROUTE_HELD: Final = f"""
WITH held AS MATERIALIZED (
    SELECT o.id, w.fallback_webhook_id FROM user_webhooks w
    JOIN user_webhooks f ON f.id = w.fallback_webhook_id AND f.user_id = w.user_id
        AND f.is_active AND f.outbound_enabled
    JOIN endpoints e ON e.webhook_id = w.id AND (e.disabled_at IS NOT NULL OR e.paused_until > $1)
    CROSS JOIN LATERAL (
        SELECT id FROM outbound_messages o
        WHERE o.webhook_id = w.id AND o.delivery_status = 'pending' AND o.scheduled_for <= $1
        AND o.kind <> 'event' AND o.attempts = 0 AND o.lease_id IS NULL
        AND o.rerouted_from IS NULL
        ORDER BY o.scheduled_for LIMIT $2 FOR UPDATE SKIP LOCKED) o
    WHERE w.fallback_webhook_id IS NOT NULL
)
UPDATE outbound_messages o
SET webhook_id = h.fallback_webhook_id, rerouted_from = o.webhook_id, endpoint_sequence = NULL
FROM held h WHERE o.id = h.id
{_RETURNED}
"""  # noqa: S608 # constants only


@dataclass(frozen=True, slots=True, kw_only=True)
class Rerouted:
    """A message that goes another way: from which channel, and through which one."""

    delivery_id: int
    user_id: int
    from_webhook_id: int
    to_webhook_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Why and when a message goes another way, and which endpoints are told."""

    reason: str
    listeners: Sequence[int]
    at: datetime


async def doubt_delivery(db: Database, *, delivery_id: int, lease_id: object) -> None:
    """Notes that an attempt may have reached its person, before its row is put back."""
    async with db.connection() as connection:
        await connection.execute(_DOUBT, delivery_id, lease_id)


async def reroute(db: Database, way: Way, *, user_id: int, delivery_id: int) -> Rerouted | None:
    """Sends a delivery on through the fallback of its channel; None when there is none any more."""
    async with db.transaction() as connection:
        return await reroute_on(connection, way, user_id=user_id, delivery_id=delivery_id)


async def reroute_on(
    connection: Connection, way: Way, *, user_id: int, delivery_id: int
) -> Rerouted | None:
    """The same as a part of a transaction."""
    row = await connection.fetchrow(_REROUTE, delivery_id, user_id, way.at)
    return None if row is None else await _told(connection, row, way)


async def reroute_held(db: Database, *, now: datetime) -> list[Rerouted]:
    """Sends on what waits, untried, for channels that are paused or switched off."""
    async with db.connection() as connection:
        rows = await connection.fetch(_REROUTE_HELD, now, AT_A_TIME)
    return [_rerouted(row) for row in rows]


async def _told(connection: Connection, row: asyncpg.Record, way: Way) -> Rerouted:
    announcement = Announcement(
        user_id=row["user_id"],
        listeners=way.listeners,
        event=DELIVERY_REROUTED,
        told={
            "deliveryId": row["id"],
            "conversationId": row["conversation_id"],
            "fromChannelId": row["rerouted_from"],
            "toChannelId": row["webhook_id"],
            "reason": way.reason,
        },
        at=way.at,
        webhook_id=row["source_webhook_id"],
        conversation_id=row["conversation_id"],
        message_id=row["in_reply_to"],
        trace=trace_in(row["trace_id"], row["trace_parent"]),
    )
    await announce(connection, announcement)
    return _rerouted(row)


def _rerouted(row: asyncpg.Record) -> Rerouted:
    return Rerouted(
        delivery_id=row["id"],
        user_id=row["user_id"],
        from_webhook_id=row["rerouted_from"],
        to_webhook_id=row["webhook_id"],
    )
