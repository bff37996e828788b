"""Figures for analytics: what happened is counted once, by day of its account, minutes later.

What is counted happened at a moment that no later change moves: a message was received or answered,
a task created, a delivery ended. So a day stays as it was counted, whatever is erased or retried
later; what came after the last counted moment is counted when it is asked for.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from gateway.rules.figures import GROWTH, LARGEST_BUCKET, Tally
from gateway.store.database import Database

SETTLING: Final = timedelta(minutes=2)
"""Time in which transactions with an earlier moment may still commit."""
SHORTEST_SPAN: Final = timedelta(seconds=1)
LONGEST_SPAN: Final = timedelta(hours=12)
"""What one run counts at most, so that a backlog of years stops nobody else."""

_BUCKET: Final = (
    "CASE WHEN ms < 1 THEN 0 ELSE "
    f"least({LARGEST_BUCKET}, 1 + floor(ln(ms) / ln({GROWTH})))::int END"
)
# $1 and $2 bound the time, $3 is an account or NULL for all of them.
_EVENTS: Final = """
    SELECT user_id, webhook_id, received_at AS at, 'received' AS kind, NULL::float AS ms
    FROM inbound_messages WHERE received_at >= $1 AND received_at < $2
    AND ($3::bigint IS NULL OR user_id = $3)
UNION ALL
    SELECT user_id, webhook_id, processed_at,
        CASE WHEN processing_status = 'processed' THEN 'answered' ELSE 'unanswered' END, NULL
    FROM inbound_messages WHERE processed_at >= $1 AND processed_at < $2
    AND ($3::bigint IS NULL OR user_id = $3)
UNION ALL
    SELECT user_id, webhook_id, received_at, 'unanswered', NULL
    FROM inbound_messages WHERE received_at >= $1 AND received_at < $2
    AND processing_status = 'quarantined' AND processed_at IS NULL
    AND ($3::bigint IS NULL OR user_id = $3)
UNION ALL
    SELECT user_id, webhook_id, received_at, 'ignored', NULL
    FROM inbound_messages WHERE received_at >= $1 AND received_at < $2
    AND processing_status = 'ignored' AND ($3::bigint IS NULL OR user_id = $3)
UNION ALL
    SELECT t.user_id, t.source_webhook_id, t.created_at,
        CASE WHEN t.source_index = 0 THEN 'converted' ELSE 'task' END,
        extract(epoch FROM t.created_at - m.received_at) * 1000
    FROM agency_tasks t JOIN inbound_messages m ON m.id = t.source_message_id
    WHERE t.created_at >= $1 AND t.created_at < $2 AND ($3::bigint IS NULL OR t.user_id = $3)
UNION ALL
    SELECT o.user_id, o.webhook_id, o.finished_at,
        o.kind || CASE WHEN o.delivery_status = 'delivered' THEN '_sent' ELSE '_dead' END,
        CASE WHEN o.kind = 'reply' AND o.delivery_status = 'delivered'
            THEN extract(epoch FROM o.finished_at - m.received_at) * 1000 END
    FROM outbound_messages o LEFT JOIN inbound_messages m ON m.id = o.in_reply_to
    WHERE o.finished_at >= $1 AND o.finished_at < $2
    AND o.delivery_status IN ('delivered', 'dead') AND ($3::bigint IS NULL OR o.user_id = $3)
"""
_COUNT: Final = f"""
INSERT INTO daily_figures (user_id, webhook_id, day, kind, bucket, count, total_ms)
SELECT e.user_id, e.webhook_id, (e.at AT TIME ZONE u.time_zone)::date, e.kind,
    CASE WHEN kind = 'reply_sent' THEN {_BUCKET} ELSE -1 END AS bucket,
    count(*), coalesce(sum(e.ms), 0)
FROM ({_EVENTS}) AS e JOIN users u ON u.id = e.user_id
GROUP BY 1, 2, 3, 4, 5
ON CONFLICT (user_id, day, webhook_id, kind, bucket) DO UPDATE
SET count = daily_figures.count + EXCLUDED.count,
    total_ms = daily_figures.total_ms + EXCLUDED.total_ms
"""  # noqa: S608 # constants only
_READ: Final = f"""
WITH figures AS (
    SELECT webhook_id, day, kind, bucket, count, total_ms
    FROM daily_figures WHERE user_id = $3 AND day >= $5 AND day <= $6
UNION ALL
    SELECT webhook_id, (at AT TIME ZONE $4)::date, kind,
        CASE WHEN kind = 'reply_sent' THEN {_BUCKET} ELSE -1 END, 1, coalesce(ms, 0)
    FROM ({_EVENTS}) AS events
)
SELECT webhook_id, day, kind, bucket, sum(count)::bigint AS count, sum(total_ms)::float AS total_ms
FROM figures WHERE $7::bigint IS NULL OR webhook_id = $7
GROUP BY 1, 2, 3, 4
"""  # noqa: S608 # constants only
_BEGIN: Final = "INSERT INTO figures_progress (id) VALUES (1) ON CONFLICT DO NOTHING"
_COUNTED_UNTIL: Final = "SELECT counted_until FROM figures_progress FOR UPDATE SKIP LOCKED"
_FIRST_MESSAGE: Final = "SELECT received_at FROM inbound_messages ORDER BY id LIMIT 1"
_ADVANCE: Final = "UPDATE figures_progress SET counted_until = $1"
_DEPTH: Final = """
SELECT count(*) AS conversations, coalesce(sum(message_count), 0)::bigint AS messages
FROM bot_conversations WHERE user_id = $1 AND ($2::bigint IS NULL OR webhook_id = $2)
AND created_at >= $3 AND created_at < $4
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which days of which account and channel, as its time zone has them."""

    user_id: int
    webhook_id: int | None
    time_zone: str
    first: date
    last: date

    @property
    def starts_at(self) -> datetime:
        """The first moment of the first day."""
        return datetime.combine(self.first, time(), ZoneInfo(self.time_zone))

    @property
    def ends_at(self) -> datetime:
        """The first moment after the last day."""
        return datetime.combine(self.last + timedelta(days=1), time(), ZoneInfo(self.time_zone))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The tallies of a span, by channel, day and kind; and the conversations that began in it."""

    tallies: dict[tuple[int, date, str], Tally]
    conversations: int
    messages_in_conversations: int


async def count_events(db: Database, *, now: datetime) -> bool:
    """Counts what has happened since the last time; True when there is more to count.

    One process does it at a time; the others return at once.
    """
    latest = now - SETTLING
    async with db.transaction() as connection:
        await connection.execute(_BEGIN)
        row = await connection.fetchrow(_COUNTED_UNTIL)
        if row is None:
            return False
        start = row["counted_until"] or await connection.fetchval(_FIRST_MESSAGE)
        if start is None or latest - start < SHORTEST_SPAN:
            return False
        end = min(latest, start + LONGEST_SPAN)
        await connection.execute(_COUNT, start, end, None)
        await connection.execute(_ADVANCE, end)
        return bool(end < latest)


async def read_figures(db: Database, span: Span) -> Figures:
    """All figures of a span, up to this moment."""
    # Both parts see one state: what is counted meanwhile is in neither or in one of them.
    async with db.snapshot() as connection:
        until = await connection.fetchval("SELECT counted_until FROM figures_progress")
        counted = min(max(until or span.starts_at, span.starts_at), span.ends_at)
        rows = await connection.fetch(
            _READ,
            counted,
            span.ends_at,
            span.user_id,
            span.time_zone,
            span.first,
            span.last,
            span.webhook_id,
        )
        depth = await connection.fetchrow(
            _DEPTH, span.user_id, span.webhook_id, span.starts_at, span.ends_at
        )
    assert depth is not None
    counts: dict[tuple[int, date, str], dict[int, int]] = defaultdict(dict)
    totals: dict[tuple[int, date, str], float] = defaultdict(float)
    for row in rows:
        key = (row["webhook_id"], row["day"], row["kind"])
        counts[key][row["bucket"]] = row["count"]
        totals[key] += row["total_ms"]
    tallies = {
        key: Tally(count=sum(buckets.values()), total=totals[key], buckets=buckets)
        for key, buckets in counts.items()
    }
    return Figures(
        tallies=tallies,
        conversations=depth["conversations"],
        messages_in_conversations=depth["messages"],
    )
