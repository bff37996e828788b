"""Analytics over a million messages: how long the account's owner waits for them."""

from datetime import UTC, datetime, timedelta
from typing import Final

import aiohttp
import asyncpg

from bench.client import clock
from bench.figures import Figure, Measured, spread_ms
from bench.lab import BenchError, Lab
from gateway import store

MESSAGES: Final = 1_000_000
QUICK_MESSAGES: Final = 100_000
DAYS: Final = 30
CHANNELS: Final = 3
READS: Final = 20
BAR_MS: Final = 200

# Messages evenly over the days, an answer after 0.1 to 3 s, a task of every third.
FILL: Final = """
WITH m AS (
    INSERT INTO inbound_messages (user_id, webhook_id, conversation_id, sender, message_type,
        content, request_id, processing_status, received_at, processed_at)
    SELECT $1, 1 + n % $4, 1 + n % 5000, 's' || n % 5000, 'text', 'Hello', 'r', 'processed',
        $2::timestamptz + n * $3::interval, $2::timestamptz + n * $3::interval + interval '50 ms'
    FROM generate_series(0, $5 - 1) n RETURNING id, user_id, webhook_id, received_at
), o AS (
    INSERT INTO outbound_messages (user_id, webhook_id, source_webhook_id, in_reply_to, kind, event,
        event_id, sequence, recipient, content, data, delivery_status, attempts, created_at,
        finished_at)
    SELECT user_id, webhook_id, webhook_id, id, 'reply', 'message.reply', 'e' || id, 0, 's', 'Hi',
        '{}', CASE WHEN id % 100 = 0 THEN 'dead' ELSE 'delivered' END, 1, received_at,
        received_at + interval '100 ms' * (1 + id % 30)
    FROM m
)
INSERT INTO agency_tasks (user_id, source_webhook_id, source_message_id, source_index, title,
    description, priority, status, created_at, updated_at)
SELECT user_id, webhook_id, id, 0, 'T', '', 'medium', 'pending', received_at, received_at
FROM m WHERE id % 3 = 0
"""
TALKS: Final = """
INSERT INTO bot_conversations (user_id, webhook_id, participant, status, context_summary,
    context_memory, message_count, event_sequence, attempts, superseded, created_at, updated_at)
SELECT $1, 1 + n % $3, 's' || n, 'active', '', '{}', 200, 0, 0, 0, $2, $2
FROM generate_series(1, 5000) n
"""


async def analytics(lab: Lab) -> Measured:
    """Counts a million messages of one account, and asks for its analytics."""
    size = QUICK_MESSAGES if lab.is_quick else MESSAGES
    token = await lab.token()
    await _fill(lab, size)
    counted_seconds = await _count(lab)
    async with lab.web() as web:
        times = await _read(web.port, token, size)
    spread = spread_ms(times)
    figures = [
        Figure(
            what=f"analytics of {size:,} messages in {DAYS} days, over the API: p50 / p95",
            bar=f"< {BAR_MS} ms",
            value=f"{spread['p50']:.0f} / {spread['p95']:.0f} ms",
            passed=spread["p95"] < BAR_MS,
        ),
        Figure(
            what="    counting them all, once, in the background",
            bar="",
            value=f"{counted_seconds:.1f} s",
            passed=None,
        ),
    ]
    return Measured(
        figures=figures, raw={"messages": size, "readMs": spread, "countSeconds": counted_seconds}
    )


async def _fill(lab: Lab, size: int) -> None:
    """Writes the messages of the only account, with what became of them."""
    begin = datetime.now(UTC) - timedelta(days=DAYS)
    step = timedelta(days=DAYS) / size
    connection = await asyncpg.connect(lab.config.database.url.get_secret_value())
    try:
        user_id = await connection.fetchval("SELECT id FROM users")
        await connection.execute(FILL, user_id, begin, step, CHANNELS, size)
        await connection.execute(TALKS, user_id, begin + timedelta(days=1), CHANNELS)
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def _count(lab: Lab) -> float:
    """Counts all that happened, as a worker does; the seconds that it took."""
    db = await store.open_database(lab.config)
    try:
        started = clock()
        while await store.count_events(db, now=datetime.now(UTC)):
            pass
        return clock() - started
    finally:
        await db.aclose()


async def _read(port: int, token: str, size: int) -> list[float]:
    """The seconds of each read; the figures must be those that were written."""
    first = datetime.now(UTC).date() - timedelta(days=DAYS)
    url = f"http://127.0.0.1:{port}/api/v1/analytics?from={first}"
    times = []
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as api:
        for _ in range(READS):
            started = clock()
            async with api.get(url) as answer:
                shown = await answer.json()
            times.append(clock() - started)
            if answer.status != 200 or shown["totals"]["received"] != size:
                raise BenchError(f"{size} messages were written, not {shown}")
    return times
