"""Deliveries: claimed with a lease, attempted, and settled together with the attempt's log row."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import asyncpg

from gateway.records import ClaimedDelivery, DeliveryResult, Overdue
from gateway.store.columns import json_object
from gateway.store.database import Database
from gateway.store.hooks import end_gone_hooks

# A reply waits for the earlier replies of its conversation: a person never reads them out of order.
_CLAIM: Final = """
WITH due AS MATERIALIZED (
    SELECT id FROM outbound_messages d
    WHERE delivery_status = 'pending' AND scheduled_for <= $1
    AND (kind <> 'reply' OR NOT EXISTS (
        SELECT FROM outbound_messages e
        WHERE e.conversation_id = d.conversation_id AND e.webhook_id = d.webhook_id
        AND e.kind = 'reply' AND e.delivery_status = 'pending' AND e.id < d.id))
    ORDER BY scheduled_for LIMIT $4 FOR UPDATE SKIP LOCKED
)
UPDATE outbound_messages o
SET scheduled_for = $2, lease_id = $3, attempts = o.attempts + 1
FROM due WHERE o.id = due.id
RETURNING o.id, o.user_id, o.webhook_id, o.source_webhook_id, o.conversation_id, o.in_reply_to,
    o.kind, o.event, o.event_id, o.sequence, o.recipient, o.content, o.data, o.attempts,
    o.created_at
"""

_SETTLE: Final = """
WITH result AS MATERIALIZED (
    SELECT * FROM unnest(
        $1::bigint[], $2::uuid[], $3::text[], $4::timestamptz[], $5::int[], $6::int[], $7::text[],
        $8::text[], $9::timestamptz[], $10::int[], $11::text[])
    AS r(id, lease_id, status, retry_at, response_status, latency_ms, detail, provider_id, at,
         uncharged, calls)
),
settled AS (
    UPDATE outbound_messages o
    SET delivery_status = r.status, scheduled_for = r.retry_at, lease_id = NULL,
        attempts = o.attempts - r.uncharged,
        provider_id = COALESCE(r.provider_id, o.provider_id),
        last_error = CASE WHEN r.status = 'delivered' THEN NULL ELSE r.detail END,
        finished_at = CASE WHEN r.retry_at IS NULL THEN r.at END
    FROM result r WHERE o.id = r.id AND o.lease_id = r.lease_id
    RETURNING r.*, o.user_id, o.webhook_id, o.event, o.attempts + r.uncharged AS attempt
),
logged AS (
    INSERT INTO webhook_logs (
        user_id, webhook_id, outbound_id, event, status, attempt, next_retry_at, response_status,
        latency_ms, detail, calls, created_at)
    SELECT user_id, webhook_id, id, event,
        CASE WHEN status = 'pending' THEN 'retrying' ELSE status END,
        attempt, retry_at, response_status, latency_ms, detail, calls, at
    FROM settled
)
SELECT id, lease_id FROM settled
"""

# What an erased delivery was answered is not kept either.
_LOG_LOST: Final = """
INSERT INTO webhook_logs (
    user_id, webhook_id, outbound_id, event, status, attempt, next_retry_at, response_status,
    latency_ms, detail, calls, created_at)
SELECT o.user_id, o.webhook_id, o.id, o.event,
    CASE WHEN r.status = 'pending' THEN 'retrying' ELSE r.status END,
    o.attempts, r.retry_at, r.response_status, r.latency_ms,
    CASE WHEN o.delivery_status = 'erased' THEN '' ELSE r.detail END,
    CASE WHEN o.delivery_status <> 'erased' THEN r.calls END, r.at
FROM unnest(
    $1::bigint[], $2::uuid[], $3::text[], $4::timestamptz[], $5::int[], $6::int[], $7::text[],
    $8::text[], $9::timestamptz[], $10::int[], $11::text[])
AS r(id, lease_id, status, retry_at, response_status, latency_ms, detail, provider_id, at,
     uncharged, calls)
JOIN outbound_messages o ON o.id = r.id
"""

_RENEW: Final = """
WITH held AS MATERIALIZED (
    SELECT id FROM outbound_messages WHERE id = ANY($1) AND lease_id = ANY($2)
    ORDER BY id FOR UPDATE
)
UPDATE outbound_messages o SET scheduled_for = $3 FROM held WHERE o.id = held.id
"""

_OVERDUE: Final = """
SELECT
    (SELECT count(*) FROM (SELECT FROM bot_conversations
        WHERE due_at <= $1 AND status = 'active' LIMIT 10000) c) AS conversations,
    (SELECT min(due_at) FROM bot_conversations WHERE status = 'active') AS oldest_conversation_at,
    (SELECT count(*) FROM (SELECT FROM outbound_messages
        WHERE delivery_status = 'pending' AND scheduled_for <= $1 LIMIT 10000) o) AS deliveries,
    (SELECT min(scheduled_for) FROM outbound_messages
        WHERE delivery_status = 'pending') AS oldest_delivery_at
"""


async def claim_deliveries(
    db: Database, *, now: datetime, lease_seconds: float, limit: int
) -> list[ClaimedDelivery]:
    """Takes up to `limit` due deliveries; nobody else gets them until the lease runs out."""
    lease_id = uuid4()
    async with db.connection() as connection:
        rows = await connection.fetch(
            _CLAIM, now, now + timedelta(seconds=lease_seconds), lease_id, limit
        )
    return sorted((_claimed(row, lease_id) for row in rows), key=lambda claimed: claimed.id)


async def renew_deliveries(
    db: Database, claimed: Sequence[ClaimedDelivery], *, until: datetime
) -> None:
    """Keeps the leases of deliveries that are still under way."""
    ids, leases = [c.id for c in claimed], list({c.lease_id for c in claimed})
    async with db.connection() as connection:
        await connection.execute(_RENEW, ids, leases, until)


async def settle_deliveries(db: Database, results: Sequence[DeliveryResult]) -> list[bool]:
    """Writes how attempts went, each with its log row; False where the lease had run out before."""
    rows = [
        (
            result.claimed.id,
            result.claimed.lease_id,
            result.status,
            result.retry_at,
            result.response_status,
            result.latency_ms,
            result.detail,
            result.provider_id,
            result.at,
            0 if result.is_charged else 1,
            result.calls,
        )
        # Rows are locked in the order of their id, as by `renew_deliveries`.
        for result in sorted(results, key=lambda result: result.claimed.id)
    ]
    async with db.connection() as connection:
        settled = await connection.fetch(_SETTLE, *_turned(rows))
        kept = {(row["id"], row["lease_id"]) for row in settled}
        lost = [row for row in rows if (row[0], row[1]) not in kept]
        if lost:
            await connection.execute(_LOG_LOST, *_turned(lost))
    await end_gone_hooks(db, results)
    return [(result.claimed.id, result.claimed.lease_id) in kept for result in results]


async def overdue(db: Database, *, now: datetime) -> Overdue:
    """What is due at `now` and not being worked on."""
    async with db.connection() as connection:
        row = await connection.fetchrow(_OVERDUE, now)
    assert row is not None
    return Overdue(**dict(row))


def _turned(rows: Sequence[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _claimed(row: asyncpg.Record, lease_id: UUID) -> ClaimedDelivery:
    fields = dict(row)
    fields["data"] = json_object(fields["data"])
    return ClaimedDelivery(lease_id=lease_id, **fields)
