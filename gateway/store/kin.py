"""A person's other threads, and their conversations on other channels where senders are linked.

What was asked and promised there counts here too.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import asyncpg

from gateway.plugin import Fact
from gateway.records import TurnResult
from gateway.rules.confirmation import Standing
from gateway.rules.memory import said_elsewhere, together
from gateway.store.columns import facts
from gateway.store.database import Connection
from gateway.store.proposals import fetch_standings

MOST_KIN: Final = 500
"""Conversations of a sender that count for another one of theirs: those that began last."""

# Threads, open and archived conversations have an index each. Each thread takes over what the
# others of its channel know, so that the latest ones know all of it. Linked senders are looked up
# anew, since they may have been told apart in this moment; no more of them counts than on their own
# channel.
_KIN: Final = f"""
SELECT k.id AS conversation_id, c.id, k.webhook_id, k.is_here, c.has_proposals, CASE
    WHEN row_number() OVER (
        PARTITION BY k.id, k.webhook_id, k.participant ORDER BY c.updated_at DESC, c.id DESC) <= 20
    THEN c.context_memory END AS context_memory,
    CASE WHEN k.is_here AND c.updated_at > $4 THEN (
        SELECT count(*) FROM outbound_messages o
        WHERE o.conversation_id = c.id AND o.kind = 'reply' AND o.created_at > $4) ELSE 0
    END AS replies
FROM (
    SELECT t.id, t.webhook_id, t.participant, TRUE AS is_here
    FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS t(id, webhook_id, participant)
    UNION ALL
    SELECT l.id, p.webhook_id, p.participant, FALSE
    FROM unnest($5::bigint[], $6::bigint[], $7::text[]) AS l(id, webhook_id, participant)
    JOIN people_senders me ON me.webhook_id = l.webhook_id AND me.participant = l.participant
    JOIN people_senders p
        ON p.user_id = me.user_id AND p.person_id = me.person_id AND p.id <> me.id
) k
CROSS JOIN LATERAL (
    (SELECT id, has_proposals, updated_at, NULLIF(context_memory, '{{}}') AS context_memory
    FROM bot_conversations
    WHERE webhook_id = k.webhook_id AND participant = k.participant AND thread <> '' AND id <> k.id
    ORDER BY id DESC LIMIT {MOST_KIN})
    UNION ALL
    SELECT id, has_proposals, updated_at, NULLIF(context_memory, '{{}}') FROM bot_conversations
    WHERE webhook_id = k.webhook_id AND participant = k.participant AND thread = ''
        AND status <> 'archived'
    UNION ALL
    (SELECT id, has_proposals, updated_at, NULLIF(context_memory, '{{}}') FROM bot_conversations
    WHERE webhook_id = k.webhook_id AND participant = k.participant AND thread = ''
        AND status = 'archived' AND k.is_here
    ORDER BY id DESC LIMIT {MOST_KIN})
    UNION ALL
    SELECT id, has_proposals, updated_at, NULLIF(context_memory, '{{}}') FROM bot_conversations
    WHERE id = k.id AND k.is_here
) c
ORDER BY c.id
"""  # noqa: S608 # a constant
# A summary may tell a fact in other words. What is forgotten is so in all conversations, however
# many there are.
_FORGET: Final = """
WITH theirs AS MATERIALIZED (
    SELECT DISTINCT webhook_id, participant FROM bot_conversations WHERE id = ANY($1)
), talks AS MATERIALIZED (
    SELECT c.id FROM theirs t JOIN bot_conversations c
    ON c.webhook_id = t.webhook_id AND c.participant = t.participant AND c.status <> 'archived'
    UNION ALL
    SELECT c.id FROM theirs t JOIN bot_conversations c
    ON c.webhook_id = t.webhook_id AND c.participant = t.participant AND c.status = 'archived'
)
UPDATE bot_conversations c
SET context_memory = c.context_memory - $2::text[], context_summary = ''
FROM talks WHERE c.id = talks.id AND c.id <> $3 AND c.context_memory ?| $2::text[]
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
    """The other conversations of each person, and how many answers a person got lately in all.

    `unheard` are the conversations of linked senders that see nothing of the others now.
    """

    others: Mapping[int, Sequence[asyncpg.Record]]
    replies: Mapping[int, int]
    unheard: Collection[int] = ()

    def of(self, id_: int) -> Sequence[asyncpg.Record]:
        """The other conversations of whoever talks in this one."""
        return self.others.get(id_, ())


async def fetch_kin(
    connection: Connection,
    rows: Sequence[asyncpg.Record],
    pending: Mapping[int, Sequence[asyncpg.Record]],
    *,
    now: datetime,
) -> Kin:
    """What else these people write; asks nothing where there are no threads and no linked senders.

    Who may be anybody sees nothing of other channels.
    """
    others: dict[int, list[asyncpg.Record]] = defaultdict(list)
    replies: dict[int, int] = defaultdict(int)
    threaded = [row for row in rows if row["thread"]]
    linked = [row for row in rows if row["is_linked"]]
    unheard = {r["id"] for r in linked if not all(m["is_proven"] for m in pending[r["id"]])}
    heard = [row for row in linked if row["id"] not in unheard]
    if threaded or heard:
        here, elsewhere = _keys(threaded), _keys(heard)
        for row in await connection.fetch(_KIN, *here, now - LATELY, *elsewhere):
            replies[row["conversation_id"]] += row["replies"]
            if row["id"] != row["conversation_id"]:
                others[row["conversation_id"]].append(row)
    return Kin(others, replies, unheard)


def _keys(rows: Sequence[asyncpg.Record]) -> list[list[object]]:
    return [[row[name] for row in rows] for name in ("id", "webhook_id", "participant")]


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
            replace(
                standing,
                asked_in=other["id"],
                asked_on=None if other["is_here"] else other["webhook_id"],
            )
            for other in kin.of(id_)
            for standing in standings.get(other["id"], ())
        ]
        found[id_] = (*standings.get(id_, ()), *elsewhere)
    return found


def known_of(row: asyncpg.Record, kin: Kin) -> tuple[Fact, ...]:
    """What is remembered of a person, in whichever thread they said it last."""
    columns = [other["context_memory"] for other in kin.of(row["id"]) if other["is_here"]]
    if not any(columns):
        return facts(row["context_memory"])
    said = [fact for column in (*columns, row["context_memory"]) for fact in facts(column)]
    return together((), said)


def known_elsewhere(row: asyncpg.Record, kin: Kin) -> tuple[Fact, ...]:
    """What linked senders said of the person; it stays where it was said."""
    columns = [other["context_memory"] for other in kin.of(row["id"]) if not other["is_here"]]
    return said_elsewhere(fact for column in columns for fact in facts(column))


def touched_by(results: Sequence[TurnResult]) -> set[int]:
    """The other conversations that turns decide a question of, or that forget with them."""
    asked = {
        standing.asked_in
        for result in results
        for standing in _decided_elsewhere(result)
        if standing.asked_in is not None
    }
    return asked.union(*(result.claimed.kin for result in results if result.forgotten))


async def forget_elsewhere(connection: Connection, results: Sequence[TurnResult]) -> None:
    """Takes what turns have forgotten out of the person's other conversations."""
    for result in results:
        if result.forgotten and result.claimed.kin:
            keys = sorted(result.forgotten)
            kin, own = list(result.claimed.kin), result.claimed.id
            await connection.execute(_FORGET, kin, keys, own)


async def overruled(connection: Connection, results: Sequence[TurnResult]) -> set[int]:
    """The conversations whose turn decides what was decided meanwhile where it was asked.

    Of two turns that decide the same now, the first one counts.
    Talks to nobody for turns that decide nothing of another thread.
    """
    decided = {s.id: s.status for result in results for s in _decided_elsewhere(result)}
    if not decided:
        return set()
    rows = await connection.fetch(_STATUSES, list(decided))
    gone = {row["id"] for row in rows if row["status"] != decided[row["id"]]}
    over = set()
    for result in results:
        now_decided = {each.proposal_id for each in result.decided} & decided.keys()
        if now_decided & gone:
            over.add(result.claimed.id)
        else:
            gone |= now_decided
    return over


async def interrupt(connection: Connection, ids: Collection[int], *, at: datetime) -> None:
    """Has the answers that are being made in these conversations made anew."""
    if ids:
        await connection.execute(_INTERRUPT, list(ids), at)


def _decided_elsewhere(result: TurnResult) -> list[Standing]:
    if not result.decided:
        return []
    ids = {each.proposal_id for each in result.decided}
    return [s for s in result.claimed.standings if s.asked_in is not None and s.id in ids]
