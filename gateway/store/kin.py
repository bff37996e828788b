"""The other threads of a person on a channel: what was asked and promised there counts here too."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import asyncpg

from gateway.plugin import Fact
from gateway.records import TurnResult
from gateway.rules.confirmation import Standing
from gateway.store.columns import facts
from gateway.store.database import Connection
from gateway.store.proposals import fetch_standings

# Open and archived conversations have an index each. Each thread takes over what the others know,
# so that the latest ones know all of it.
_KIN: Final = """
SELECT k.id AS conversation_id, c.id, c.has_proposals, CASE
    WHEN row_number() OVER (PARTITION BY k.id ORDER BY c.updated_at DESC, c.id DESC) <= 20
    THEN c.context_memory END AS context_memory,
    CASE WHEN c.updated_at > $4 THEN (
        SELECT count(*) FROM outbound_messages o
        WHERE o.conversation_id = c.id AND o.kind = 'reply' AND o.created_at > $4) ELSE 0
    END AS replies
FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS k(id, webhook_id, participant)
CROSS JOIN LATERAL (
    SELECT id, has_proposals, updated_at, NULLIF(context_memory, '{}') AS context_memory
    FROM bot_conversations
    WHERE webhook_id = k.webhook_id AND participant = k.participant AND status <> 'archived'
    UNION ALL
    SELECT id, has_proposals, updated_at, NULLIF(context_memory, '{}') FROM bot_conversations
    WHERE webhook_id = k.webhook_id AND participant = k.participant AND status = 'archived'
) c
ORDER BY c.id
"""
# A summary may tell a fact in other words.
_FORGET: Final = """
UPDATE bot_conversations SET context_memory = context_memory - $2::text[], context_summary = ''
WHERE id = ANY($1) AND context_memory ?| $2::text[]
"""
_STATUSES: Final = "SELECT id, status FROM task_proposals WHERE id = ANY($1)"
# Who is making an answer there knows nothing of what was decided here: it is made anew.
_INTERRUPT: Final = """
UPDATE bot_conversations
SET due_at = CASE WHEN lease_id IS NULL THEN due_at ELSE $2 END, lease_id = NULL
WHERE id = ANY($1)
"""

LATELY: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Kin:
    """The other conversations of each person, and how many answers a person got lately in all."""

    others: Mapping[int, Sequence[asyncpg.Record]]
    replies: Mapping[int, int]

    def of(self, id_: int) -> Sequence[asyncpg.Record]:
        """The other conversations of whoever talks in this one."""
        return self.others.get(id_, ())


async def fetch_kin(
    connection: Connection, rows: Sequence[asyncpg.Record], *, now: datetime
) -> Kin:
    """What else these people write; asks nothing where nobody writes in threads."""
    others: dict[int, list[asyncpg.Record]] = defaultdict(list)
    replies: dict[int, int] = defaultdict(int)
    threaded = [row for row in rows if row["thread"]]
    if threaded:
        keys = [[row[name] for row in threaded] for name in ("id", "webhook_id", "participant")]
        for row in await connection.fetch(_KIN, *keys, now - LATELY):
            replies[row["conversation_id"]] += row["replies"]
            if row["id"] != row["conversation_id"]:
                others[row["conversation_id"]].append(row)
    return Kin(others, replies)


async def fetch_all_standings(
    connection: Connection, rows: Sequence[asyncpg.Record], kin: Kin, *, now: datetime
) -> dict[int, tuple[Standing, ...]]:
    """The proposals of these conversations and of their kin that a word may still be about."""
    asked = {row["id"] for row in rows if row["has_proposals"]}
    asked |= {o["id"] for others in kin.others.values() for o in others if o["has_proposals"]}
    if not asked:
        return {}
    standings = await fetch_standings(connection, sorted(asked), now=now)
    found: dict[int, tuple[Standing, ...]] = {}
    for row in rows:
        id_ = row["id"]
        elsewhere = [
            replace(standing, asked_in=other["id"])
            for other in kin.of(id_)
            for standing in standings.get(other["id"], ())
        ]
        found[id_] = (*standings.get(id_, ()), *elsewhere)
    return found


def known_of(row: asyncpg.Record, kin: Kin) -> tuple[Fact, ...]:
    """What is remembered of a person, in whichever thread they said it last."""
    columns = [other["context_memory"] for other in kin.of(row["id"])]
    if not any(columns):
        return facts(row["context_memory"])
    said = [fact for column in (*columns, row["context_memory"]) for fact in facts(column)]
    latest = {fact.key: fact for fact in sorted(said, key=lambda fact: fact.at)}
    return tuple(sorted(latest.values(), key=lambda fact: fact.at))


def touched_by(results: Sequence[TurnResult]) -> set[int]:
    """The other conversations that turns decide a question of, or that forget with them."""
    asked = {
        standing.asked_in
        for result in results
        for standing in _decided_elsewhere(result)
        if standing.asked_in is not None
    }
    return asked.union(*(result.claimed.kin for result in results if _forgotten(result)))


async def forget_elsewhere(connection: Connection, results: Sequence[TurnResult]) -> None:
    """Takes what turns have forgotten out of the person's other threads."""
    for result in results:
        keys = _forgotten(result)
        if keys:
            await connection.execute(_FORGET, list(result.claimed.kin), sorted(keys))


def _forgotten(result: TurnResult) -> set[str]:
    """The keys that a turn's conversation no longer knows, where other threads may."""
    if not result.claimed.kin:
        return set()
    return {f.key for f in result.claimed.memory} - {f.key for f in result.memory}


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
