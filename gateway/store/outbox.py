"""Deliveries: claimed with a lease, attempted, and settled together with the attempt's log row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import asyncpg

from gateway.records import ClaimedDelivery, DeliveryResult
from gateway.rules.traces import trace_in
from gateway.store.columns import json_object
from gateway.store.consents import GATE
from gateway.store.database import Database
from gateway.store.hooks import end_gone_hooks

# Each endpoint is a lane. The pending index begins with the endpoint, so the lanes are found by
# jumping from one to the next, and what crowds one of them is never walked through for the others.
LANES: Final = """
RECURSIVE lanes AS (
    (SELECT webhook_id, scheduled_for FROM outbound_messages
     WHERE delivery_status = 'pending' ORDER BY webhook_id, scheduled_for LIMIT 1)
    UNION ALL
    SELECT following.* FROM lanes l CROSS JOIN LATERAL (
        SELECT webhook_id, scheduled_for FROM outbound_messages
        WHERE delivery_status = 'pending' AND webhook_id > l.webhook_id
        ORDER BY webhook_id, scheduled_for LIMIT 1) following
)
"""

# An endpoint numbers what it is sent, as it is first taken: the row is written then anyway, and who
# takes for the same endpoint in the same moment waits for this one statement. What is taken again
# keeps its number. A claim that ended in silence is not one more attempt: the lease is still there.
_NUMBERED: Final = """
fresh AS (
    SELECT id, webhook_id, row_number() OVER (PARTITION BY webhook_id ORDER BY id) AS nth
    FROM due WHERE is_new
),
counted AS (
    INSERT INTO endpoint_numbers AS n (webhook_id, taken)
    SELECT webhook_id, count(*) FROM fresh GROUP BY webhook_id ORDER BY webhook_id
    ON CONFLICT (webhook_id) DO UPDATE SET taken = n.taken + excluded.taken
    RETURNING webhook_id, taken
),
numbered AS (
    SELECT f.id, c.taken - count(*) OVER (PARTITION BY f.webhook_id) + f.nth AS number
    FROM fresh f JOIN counted c USING (webhook_id)
)
"""

# A reply waits for the earlier replies of its conversation: a person never reads them out of order.
# On an endpoint that asks for strict order everything waits so. Of lanes that have more than they
# may get, each gets one in turn. What others hold is skipped, and so is what they have just taken.
# A sender that may say only so much a second saves what it does not use, for a second at most.
# A row that still has a lease was left by a worker that died: nobody knows what became of it.
# A reply goes out with what its channel's parser noted of the message that it answers.
_CLAIM: Final = f"""
WITH {LANES},
probes AS (
    UPDATE endpoints e SET probing_until = $8 FROM lanes l
    WHERE e.webhook_id = l.webhook_id AND l.scheduled_for <= $1 AND e.disabled_at IS NULL
    AND e.paused_until <= $1 AND (e.probing_until IS NULL OR e.probing_until <= $1)
    RETURNING e.webhook_id
),
senders AS MATERIALIZED (
    SELECT w.id, GREATEST(1, w.per_second) AS most, w.per_second * COALESCE(
        extract(epoch FROM $1 - w.paced_from), GREATEST(1, 1 / w.per_second)) AS saved
    FROM lanes l JOIN user_webhooks w ON w.id = l.webhook_id
    WHERE l.scheduled_for <= $1 AND w.per_second IS NOT NULL
    FOR UPDATE OF w SKIP LOCKED
),
free AS MATERIALIZED (
    SELECT l.webhook_id, w.retry_seconds, COALESCE(w.is_ordered, FALSE) AS is_ordered,
        CASE
            WHEN w.per_second IS NOT NULL AND e.paused_until IS NULL AND e.disabled_at IS NULL
            THEN LEAST(h.room, COALESCE((SELECT floor(LEAST(s.most, s.saved) + 0.000001)::bigint
                FROM senders s WHERE s.id = l.webhook_id), 0))
            WHEN e.disabled_at IS NOT NULL THEN 0
            WHEN e.paused_until IS NOT NULL
            THEN (SELECT count(*) FROM probes p WHERE p.webhook_id = l.webhook_id)
            WHEN e.draining_from IS NOT NULL
            THEN LEAST(
                h.room, floor($7 * LEAST(2, extract(epoch FROM $1 - e.draining_from)))::bigint)
            ELSE h.room
        END AS room
    FROM lanes l
    LEFT JOIN user_webhooks w ON w.id = l.webhook_id
    LEFT JOIN endpoints e ON e.webhook_id = l.webhook_id
    CROSS JOIN LATERAL (
        SELECT COALESCE(w.in_flight, $6) - count(*) AS room FROM (
            SELECT FROM outbound_messages o
            WHERE o.webhook_id = l.webhook_id AND o.lease_id IS NOT NULL AND o.scheduled_for > $1
            ORDER BY o.scheduled_for LIMIT COALESCE(w.in_flight, $6)) taken) h
    WHERE l.scheduled_for <= $1
),
candidates AS MATERIALIZED (
    SELECT f.webhook_id, f.retry_seconds, f.is_ordered, c.*
    FROM free f
    CROSS JOIN (SELECT GREATEST(2, 2 * $4 / GREATEST(1, count(*))) AS share FROM free) s
    CROSS JOIN LATERAL (
        SELECT d.id, d.scheduled_for, d.attempts > 0 AS is_retry,
            row_number() OVER (ORDER BY d.scheduled_for) AS turn,
            count(*) OVER () >= LEAST(f.room, s.share) AS is_full
        FROM (
            SELECT o.id, o.scheduled_for, o.attempts FROM outbound_messages o
            WHERE o.webhook_id = f.webhook_id
            AND o.delivery_status = 'pending' AND o.scheduled_for <= $1
            AND NOT ((o.kind = 'reply' OR f.is_ordered) AND EXISTS (
                SELECT FROM outbound_messages e
                WHERE e.conversation_id = o.conversation_id AND e.webhook_id = o.webhook_id
                AND e.delivery_status = 'pending' AND e.id < o.id
                AND (e.kind = 'reply' OR f.is_ordered)))
            ORDER BY o.scheduled_for LIMIT GREATEST(0, LEAST(f.room, s.share))
        ) d
    ) c
),
ranked AS MATERIALIZED (
    SELECT * FROM (
        SELECT *, row_number() OVER (PARTITION BY is_retry ORDER BY turn, scheduled_for) AS nth
        FROM candidates
    ) c WHERE NOT is_retry OR nth <= $5 ORDER BY turn, scheduled_for
),
due AS MATERIALIZED (
    SELECT o.id, r.webhook_id, r.retry_seconds, r.is_full, r.is_full OR r.is_ordered AS others_wait,
        o.is_new, o.is_in_doubt
    FROM ranked r CROSS JOIN LATERAL (
        SELECT id, attempts = 0 AND endpoint_sequence IS NULL AS is_new,
            is_uncertain OR lease_id IS NOT NULL AS is_in_doubt
        FROM outbound_messages
        WHERE id = r.id AND delivery_status = 'pending' AND scheduled_for <= $1
        FOR UPDATE SKIP LOCKED
    ) o LIMIT $4
),
paced AS (
    UPDATE endpoints e SET draining_from = CASE WHEN t.goes_on
        THEN GREATEST(e.draining_from, $1 - interval '2 s') + t.number * interval '1 s' / $7
        END
    FROM (
        SELECT webhook_id, count(*) AS number, bool_or(is_full) AS goes_on
        FROM due GROUP BY webhook_id
    ) t
    WHERE e.webhook_id = t.webhook_id AND e.draining_from IS NOT NULL
),
spent AS (
    UPDATE user_webhooks w SET paced_from =
        GREATEST(w.paced_from, $1 - GREATEST(1, 1 / w.per_second) * interval '1 s')
        + t.number * interval '1 s' / w.per_second
    FROM (SELECT webhook_id, count(*) AS number FROM due GROUP BY webhook_id) t
    JOIN senders s ON s.id = t.webhook_id
    WHERE w.id = t.webhook_id
),
{_NUMBERED}
UPDATE outbound_messages o
SET scheduled_for = $2, lease_id = $3,
    attempts = o.attempts + CASE WHEN o.lease_id IS NULL THEN 1 ELSE 0 END,
    silences = CASE WHEN o.lease_id IS NULL THEN 0 ELSE o.silences + 1 END,
    endpoint_sequence = COALESCE(o.endpoint_sequence, n.number)
FROM due LEFT JOIN numbered n ON n.id = due.id WHERE o.id = due.id
RETURNING o.id, o.user_id, o.webhook_id, o.source_webhook_id, o.conversation_id, o.in_reply_to,
    o.kind, o.event, o.event_id, o.sequence, o.recipient, o.content, o.data, o.attempts,
    o.created_at, o.hops, o.endpoint_sequence, o.silences, o.provider_id, o.trace_id,
    o.trace_parent, due.retry_seconds, due.others_wait,
    {GATE} AS bar, due.is_in_doubt, o.rerouted_from IS NOT NULL AS is_rerouted,
    CASE WHEN o.kind = 'reply' AND o.rerouted_from IS NULL THEN (
        SELECT jsonb_build_object('thread', m.thread, 'facts', m.facts) FROM inbound_messages m
        WHERE m.id = o.in_reply_to AND (m.thread <> '' OR m.facts IS NOT NULL)) END AS answered
"""  # noqa: S608 # constants only

_SETTLE: Final = """
WITH result AS MATERIALIZED (
    SELECT * FROM unnest(
        $1::bigint[], $2::uuid[], $3::text[], $4::timestamptz[], $5::int[], $6::int[], $7::text[],
        $8::text[], $9::timestamptz[], $10::int[], $11::text[], $12::int[], $13::float8[])
    AS r(id, lease_id, status, retry_at, response_status, latency_ms, detail, provider_id, at,
         uncharged, calls, segments, cost_usd)
),
settled AS (
    UPDATE outbound_messages o
    SET delivery_status = r.status, scheduled_for = r.retry_at, lease_id = NULL,
        attempts = o.attempts - r.uncharged,
        provider_id = COALESCE(r.provider_id, o.provider_id),
        segments = COALESCE(r.segments, o.segments), cost_usd = COALESCE(r.cost_usd, o.cost_usd),
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
SELECT id, lease_id, NULL::bigint AS troubled FROM settled
UNION ALL
SELECT NULL, NULL, e.webhook_id FROM endpoints e
WHERE e.webhook_id = ANY($14) AND (e.failures > 0 OR e.paused_until IS NOT NULL)
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
    $8::text[], $9::timestamptz[], $10::int[], $11::text[], $12::int[], $13::float8[])
AS r(id, lease_id, status, retry_at, response_status, latency_ms, detail, provider_id, at,
     uncharged, calls, segments, cost_usd)
JOIN outbound_messages o ON o.id = r.id
"""

_RENEW: Final = """
WITH held AS MATERIALIZED (
    SELECT id FROM outbound_messages WHERE id = ANY($1) AND lease_id = ANY($2)
    ORDER BY id FOR UPDATE
)
UPDATE outbound_messages o SET scheduled_for = $3 FROM held WHERE o.id = held.id
"""

_OVERDUE: Final = f"""
WITH {LANES},
due AS MATERIALIZED (
    SELECT l.scheduled_for, c.number,
        COALESCE(e.disabled_at, e.paused_until, e.draining_from) IS NOT NULL AS is_held
    FROM lanes l LEFT JOIN endpoints e ON e.webhook_id = l.webhook_id
    CROSS JOIN LATERAL (SELECT count(*) AS number FROM (SELECT FROM outbound_messages o
        WHERE o.webhook_id = l.webhook_id AND o.delivery_status = 'pending'
        AND o.scheduled_for <= $1 LIMIT 10000) d) c
    WHERE l.scheduled_for <= $1
)
SELECT
    (SELECT count(*) FROM (SELECT FROM bot_conversations
        WHERE due_at <= $1 AND status = 'active' LIMIT 10000) c) AS conversations,
    (SELECT min(due_at) FROM bot_conversations WHERE status = 'active') AS oldest_conversation_at,
    (SELECT COALESCE(sum(number), 0)::bigint FROM due WHERE NOT is_held) AS deliveries,
    (SELECT COALESCE(sum(number), 0)::bigint FROM due WHERE is_held) AS held,
    (SELECT min(scheduled_for) FROM due WHERE NOT is_held) AS oldest_delivery_at
"""  # noqa: S608 # constants only

PROBE_SECONDS: Final = 60.0
"""How long the one probe of a paused endpoint may take: longer than any attempt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """How many deliveries a claim may take: in all, of those tried before, and of one endpoint."""

    total: int
    retries: int
    per_endpoint: int
    drained_per_second: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """An attempt is written down: whether its lease still held, and whether its endpoint ails."""

    is_kept: bool
    is_troubled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """What waits: how much, and since when the oldest."""

    conversations: int
    deliveries: int
    held: int
    oldest_conversation_at: datetime | None
    oldest_delivery_at: datetime | None


async def claim_deliveries(
    db: Database, slots: Slots, *, now: datetime, lease_seconds: float
) -> list[ClaimedDelivery]:
    """Takes due deliveries; nobody else gets them until the lease runs out.

    No endpoint gets more than its lane holds, a paused one only a single probe.
    """
    lease_id = uuid4()
    async with db.connection() as connection:
        rows = await connection.fetch(
            _CLAIM,
            now,
            now + timedelta(seconds=lease_seconds),
            lease_id,
            slots.total,
            slots.retries,
            slots.per_endpoint,
            slots.drained_per_second,
            now + timedelta(seconds=PROBE_SECONDS),
        )
    return sorted((_claimed(row, lease_id) for row in rows), key=lambda claimed: claimed.id)


async def renew_deliveries(
    db: Database, claimed: Sequence[ClaimedDelivery], *, until: datetime
) -> None:
    """Keeps the leases of deliveries that are still under way."""
    ids, leases = [c.id for c in claimed], list({c.lease_id for c in claimed})
    async with db.connection() as connection:
        await connection.execute(_RENEW, ids, leases, until)


async def settle_deliveries(db: Database, results: Sequence[DeliveryResult]) -> list[Settled]:
    """Writes how attempts went, each with its log row."""
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
            result.segments,
            result.cost_usd,
        )
        # Rows are locked in the order of their id, as by `renew_deliveries`.
        for result in sorted(results, key=lambda result: result.claimed.id)
    ]
    async with db.connection() as connection:
        endpoints = list({result.claimed.webhook_id for result in results})
        found = await connection.fetch(_SETTLE, *_turned(rows), endpoints)
        kept = {(row["id"], row["lease_id"]) for row in found}
        lost = [row for row in rows if (row[0], row[1]) not in kept]
        if lost:
            await connection.execute(_LOG_LOST, *_turned(lost))
    await end_gone_hooks(db, results)
    troubled = {row["troubled"] for row in found}
    return [
        Settled(
            is_kept=(result.claimed.id, result.claimed.lease_id) in kept,
            is_troubled=result.claimed.webhook_id in troubled,
        )
        for result in results
    ]


async def overdue(db: Database, *, now: datetime) -> Overdue:
    """What is due at `now` and not being worked on; what its endpoint keeps waiting apart."""
    async with db.connection() as connection:
        row = await connection.fetchrow(_OVERDUE, now)
    assert row is not None
    return Overdue(**dict(row))


def _turned(rows: Sequence[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _claimed(row: asyncpg.Record, lease_id: UUID) -> ClaimedDelivery:
    fields = dict(row)
    fields["data"] = json_object(fields["data"])
    answered = json_object(fields.pop("answered"))
    facts = answered.get("facts")
    waits = fields["retry_seconds"]
    fields["retry_seconds"] = tuple(waits) if waits is not None else None
    return ClaimedDelivery(
        lease_id=lease_id,
        thread=str(answered.get("thread", "")),
        answered=facts if isinstance(facts, dict) else {},
        trace=trace_in(fields.pop("trace_id"), fields.pop("trace_parent")),
        **fields,
    )
