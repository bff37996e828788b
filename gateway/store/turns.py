"""Conversations: claimed with a lease, answered, and written back in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import asyncpg

from gateway.plugin import FinishedTask, OpenTask, Turn
from gateway.records import ClaimedConversation, PendingMessage, TurnFailure
from gateway.rules.traces import trace_in
from gateway.store.columns import attachments, person_in, structured_task
from gateway.store.database import Database
from gateway.store.kin import Kin, fetch_all_standings, fetch_kin, known_elsewhere, known_of

MESSAGES_PER_TURN: Final = 50
FINISHED_SHOWN: Final = timedelta(days=14)

# The rows to take are found once, in a CTE: a subquery could be run anew for each row of the outer
# table, and more be taken than asked for.
_CLAIM: Final = """
WITH due AS MATERIALIZED (
    SELECT id FROM bot_conversations
    WHERE due_at <= $1 AND status = 'active'
    ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED
)
UPDATE bot_conversations c
SET due_at = $2, lease_id = $3, attempts = c.attempts + 1
FROM due WHERE c.id = due.id
RETURNING c.id, c.user_id, c.webhook_id, c.participant, c.participant_name, c.context_summary,
    c.context_memory, c.message_count, c.attempts, c.superseded, c.acknowledged_id, c.has_proposals,
    c.resumed_at, c.thread, EXISTS (
        SELECT FROM people_senders p
        WHERE p.webhook_id = c.webhook_id AND p.participant = c.participant) AS is_linked
"""

_PENDING: Final = """
SELECT c.id AS conversation_id, m.id, m.content, m.received_at, m.structured, m.attachments,
    m.hops, m.is_proven, m.requester, m.trace_id, m.trace_parent
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[])
    AS c(id, webhook_id, participant, thread)
CROSS JOIN LATERAL (
    SELECT id, content, received_at, structured, attachments, hops, is_proven, requester,
        trace_id, trace_parent
    FROM inbound_messages
    WHERE webhook_id = c.webhook_id AND sender = c.participant AND thread = c.thread
    AND processing_status = 'received' ORDER BY id LIMIT $5
) m
"""

_HISTORY: Final = """
SELECT c.id AS conversation_id, h.*
FROM unnest($1::bigint[]) AS c(id) CROSS JOIN LATERAL (
    (SELECT 'user' AS role, content, received_at AS at, id AS message_id FROM inbound_messages
     WHERE conversation_id = c.id AND processing_status = 'processed' ORDER BY id DESC LIMIT $2)
    UNION ALL
    (SELECT 'assistant', content, created_at, in_reply_to FROM outbound_messages
     WHERE conversation_id = c.id AND kind = 'reply' ORDER BY id DESC LIMIT $2)
) h ORDER BY h.at, h.message_id
"""

_TASKS: Final = """
SELECT conversation_id, id, title, priority, deadline, status, finished_at, assignee,
    source_message_id
FROM agency_tasks
WHERE conversation_id = ANY($1) AND (status = 'pending' OR finished_at > $2)
ORDER BY deadline NULLS LAST, id
"""

LOCK_CONVERSATIONS: Final = """
SELECT id, lease_id, message_count, event_sequence FROM bot_conversations
WHERE id = ANY($1) ORDER BY webhook_id, participant, thread, id FOR UPDATE
"""

_RENEW: Final = """
WITH held AS MATERIALIZED (
    SELECT id FROM bot_conversations WHERE id = ANY($1) AND lease_id = ANY($2)
    ORDER BY webhook_id, participant, thread FOR UPDATE
)
UPDATE bot_conversations c SET due_at = $3 FROM held WHERE c.id = held.id
"""

_OVERTAKEN: Final = """
SELECT c.id FROM unnest($1::bigint[], $2::int[]) AS known(id, message_count)
JOIN bot_conversations c ON c.id = known.id AND c.message_count <> known.message_count
"""

POSTPONE: Final = """
UPDATE bot_conversations SET due_at = $2, lease_id = NULL, attempts = attempts - $3 WHERE id = $1
"""

_HOLD: Final = """
WITH held AS (
    UPDATE inbound_messages
    SET processing_status = 'failed', conversation_id = $1, reason = $3, processed_at = $4
    WHERE id = ANY($2)
)
UPDATE bot_conversations c SET lease_id = NULL, attempts = 0,
    due_at = CASE WHEN EXISTS (
        SELECT FROM inbound_messages m
        WHERE m.webhook_id = c.webhook_id AND m.sender = c.participant AND m.thread = c.thread
        AND m.processing_status = 'received' AND m.id <> ALL($2)) THEN $4::timestamptz END
WHERE c.id = $1
"""


async def claim_conversations(
    db: Database, *, now: datetime, lease_seconds: float, limit: int, history_turns: int
) -> list[ClaimedConversation]:
    """Takes up to `limit` due conversations; nobody else gets them until the lease runs out."""
    lease_id = uuid4()
    lease_end = now + timedelta(seconds=lease_seconds)
    async with db.connection() as connection:
        rows = await connection.fetch(_CLAIM, now, lease_end, lease_id, limit)
        if not rows:
            return []
        names = ("id", "webhook_id", "participant", "thread")
        keys = [[row[name] for row in rows] for name in names]
        pending = _grouped(await connection.fetch(_PENDING, *keys, MESSAGES_PER_TURN))
        known = [row["id"] for row in rows if row["message_count"] > len(pending[row["id"]])]
        history = _grouped(await connection.fetch(_HISTORY, known, history_turns) if known else ())
        since = now - FINISHED_SHOWN
        kin = await fetch_kin(connection, rows, pending, now=now)
        theirs = known + [other["id"] for others in kin.others.values() for other in others]
        tasks = _grouped(await connection.fetch(_TASKS, theirs, since) if theirs else ())
        standings = await fetch_all_standings(connection, rows, kin, now=now)
    return [
        replace(
            _claimed(row, lease_id, pending[row["id"]], _with_those_of(kin, row["id"], tasks)),
            memory=known_of(row, kin),
            elsewhere=known_elsewhere(row, kin),
            # It may tell what was said on another channel.
            summary="" if row["id"] in kin.unheard else row["context_summary"],
            kin=tuple(other["id"] for other in kin.of(row["id"])),
            replies_lately=kin.replies.get(row["id"], 0),
            history=tuple(_turn(turn) for turn in _newest(history[row["id"]], history_turns)),
            standings=standings.get(row["id"], ()),
        )
        for row in rows
    ]


async def renew_conversations(
    db: Database, claimed: Sequence[ClaimedConversation], *, until: datetime
) -> None:
    """Keeps the leases of conversations that are still being answered."""
    ids, leases = [c.id for c in claimed], list({c.lease_id for c in claimed})
    async with db.connection() as connection:
        await connection.execute(_RENEW, ids, leases, until)


async def overtaken(db: Database, claimed: Sequence[ClaimedConversation]) -> list[bool]:
    """For each conversation, whether a message has come since it was claimed."""
    ids, counts = [c.id for c in claimed], [c.message_count for c in claimed]
    async with db.connection() as connection:
        rows = await connection.fetch(_OVERTAKEN, ids, counts)
    newer = {row["id"] for row in rows}
    return [id_ in newer for id_ in ids]


async def fail_turn(db: Database, failure: TurnFailure) -> None:
    """Lets the conversation come again at `retry_at`, or holds its messages for a person."""
    claimed = failure.claimed
    async with db.transaction() as connection:
        row = await connection.fetchrow(LOCK_CONVERSATIONS, [claimed.id])
        if row is None or row["lease_id"] != claimed.lease_id:
            return
        if failure.retry_at is not None:
            uncharged = 0 if failure.is_charged else 1
            await connection.execute(POSTPONE, claimed.id, failure.retry_at, uncharged)
        else:
            held = [message.id for message in claimed.pending]
            await connection.execute(_HOLD, claimed.id, held, failure.reason, failure.at)


def _grouped(rows: Iterable[asyncpg.Record]) -> dict[int, list[asyncpg.Record]]:
    groups: dict[int, list[asyncpg.Record]] = defaultdict(list)
    for row in rows:
        groups[row["conversation_id"]].append(row)
    return groups


def _with_those_of(
    kin: Kin, id_: int, tasks: Mapping[int, Sequence[asyncpg.Record]]
) -> Sequence[asyncpg.Record]:
    """The tasks of a conversation, and those of the person's other threads."""
    others = kin.of(id_)
    if not others:
        return tasks.get(id_, ())
    ids = (id_, *(other["id"] for other in others))
    found = [task for one in ids for task in tasks.get(one, ())]
    dated = sorted((t for t in found if t["deadline"]), key=lambda t: (t["deadline"], t["id"]))
    return [*dated, *sorted((t for t in found if not t["deadline"]), key=lambda t: t["id"])]


def _newest(turns: list[asyncpg.Record], number: int) -> list[asyncpg.Record]:
    return turns[max(0, len(turns) - number) :]


def _claimed(
    row: asyncpg.Record,
    lease_id: UUID,
    pending: Sequence[asyncpg.Record],
    tasks: Sequence[asyncpg.Record],
) -> ClaimedConversation:
    return ClaimedConversation(
        id=row["id"],
        lease_id=lease_id,
        user_id=row["user_id"],
        webhook_id=row["webhook_id"],
        participant=row["participant"],
        participant_name=row["participant_name"],
        summary="",
        memory=(),
        message_count=row["message_count"],
        attempts=row["attempts"],
        superseded=row["superseded"],
        pending=tuple(_pending_message(message) for message in pending),
        history=(),
        open_tasks=tuple(_open_task(task) for task in tasks if task["status"] == "pending"),
        finished_tasks=tuple(_finished(task) for task in tasks if task["status"] != "pending"),
        acknowledged_id=row["acknowledged_id"],
        resumed_at=row["resumed_at"],
        thread=row["thread"],
    )


def _pending_message(row: asyncpg.Record) -> PendingMessage:
    return PendingMessage(
        id=row["id"],
        text=row["content"],
        received_at=row["received_at"],
        structured=structured_task(row["structured"]),
        attachments=attachments(row["attachments"]),
        hops=row["hops"],
        is_proven=row["is_proven"],
        requester=person_in(row["requester"]),
        trace=trace_in(row["trace_id"], row["trace_parent"]),
    )


def _turn(row: asyncpg.Record) -> Turn:
    return Turn(
        role=row["role"], text=row["content"], at=row["at"], message_id=row["message_id"] or 0
    )


def _open_task(row: asyncpg.Record) -> OpenTask:
    return OpenTask(
        id=row["id"],
        title=row["title"],
        priority=row["priority"],
        deadline=row["deadline"],
        assignee=row["assignee"],
        source_message_id=row["source_message_id"],
    )


def _finished(row: asyncpg.Record) -> FinishedTask:
    return FinishedTask(
        id=row["id"], title=row["title"], status=row["status"], finished_at=row["finished_at"]
    )
