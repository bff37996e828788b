"""The other threads of a person on a channel: what was asked and promised there counts here too."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import asyncpg

from gateway.records import TurnResult
from gateway.rules.confirmation import Standing
from gateway.store.database import Connection
from gateway.store.proposals import fetch_standings

# Open and archived conversations have an index each.
_KIN: Final = """
SELECT k.id AS conversation_id, c.id, c.has_proposals
FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS k(id, webhook_id, participant)
CROSS JOIN LATERAL (
    SELECT id, has_proposals FROM bot_conversations
    WHERE webhook_id = k.webhook_id AND participant = k.participant AND status <> 'archived'
    UNION ALL
    SELECT id, has_proposals FROM bot_conversations
    WHERE webhook_id = k.webhook_id AND participant = k.participant AND status = 'archived'
) c
WHERE c.id <> k.id ORDER BY c.id
"""
_STATUSES: Final = "SELECT id, status FROM task_proposals WHERE id = ANY($1)"
# Who is making an answer there knows nothing of what was decided here: it is made anew.
_INTERRUPT: Final = """
UPDATE bot_conversations
SET due_at = CASE WHEN lease_id IS NULL THEN due_at ELSE $2 END, lease_id = NULL
WHERE id = ANY($1)
"""

Kin = Mapping[int, Sequence[asyncpg.Record]]


async def fetch_kin(connection: Connection, rows: Sequence[asyncpg.Record]) -> Kin:
    """The other conversations of each person; asks nothing where nobody writes in threads."""
    found: dict[int, list[asyncpg.Record]] = defaultdict(list)
    threaded = [row for row in rows if row["thread"]]
    if threaded:
        keys = [[row[name] for row in threaded] for name in ("id", "webhook_id", "participant")]
        for row in await connection.fetch(_KIN, *keys):
            found[row["conversation_id"]].append(row)
    return found


async def fetch_all_standings(
    connection: Connection, rows: Sequence[asyncpg.Record], kin: Kin, *, now: datetime
) -> dict[int, tuple[Standing, ...]]:
    """The proposals of these conversations and of their kin that a word may still be about."""
    asked = {row["id"] for row in rows if row["has_proposals"]}
    asked |= {other["id"] for others in kin.values() for other in others if other["has_proposals"]}
    if not asked:
        return {}
    standings = await fetch_standings(connection, sorted(asked), now=now)
    found: dict[int, tuple[Standing, ...]] = {}
    for row in rows:
        id_ = row["id"]
        elsewhere = [
            replace(standing, asked_in=other["id"])
            for other in kin.get(id_, ())
            for standing in standings.get(other["id"], ())
        ]
        found[id_] = (*elsewhere, *standings.get(id_, ()))
    return found


def touched_by(results: Sequence[TurnResult]) -> set[int]:
    """The other conversations in whose questions these turns have a say."""
    return {
        standing.asked_in
        for result in results
        for standing in _decided_elsewhere(result)
        if standing.asked_in is not None
    }


async def overruled(connection: Connection, results: Sequence[TurnResult]) -> set[int]:
    """The conversations whose turn decides what was decided meanwhile where it was asked.

    Talks to nobody for turns that decide nothing of another thread.
    """
    decided = {s.id: s.status for result in results for s in _decided_elsewhere(result)}
    if not decided:
        return set()
    rows = await connection.fetch(_STATUSES, list(decided))
    gone = {row["id"] for row in rows if row["status"] != decided[row["id"]]}
    return {
        result.claimed.id
        for result in results
        if any(standing.id in gone for standing in _decided_elsewhere(result))
    }


async def interrupt(connection: Connection, ids: Collection[int], *, at: datetime) -> None:
    """Has the answers that are being made in these conversations made anew."""
    if ids:
        await connection.execute(_INTERRUPT, list(ids), at)


def _decided_elsewhere(result: TurnResult) -> list[Standing]:
    if not result.decided:
        return []
    ids = {each.proposal_id for each in result.decided}
    return [s for s in result.claimed.standings if s.asked_in is not None and s.id in ids]
