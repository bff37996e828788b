"""Conversations: claimed with a lease, answered, and written back in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Final, Literal
from uuid import UUID, uuid4

import asyncpg

from gateway.plugin import OpenTask, Turn
from gateway.records import (
    ClaimedConversation,
    NewOutbound,
    PendingMessage,
    TurnFailure,
    TurnResult,
)
from gateway.store.columns import (
    analysis_json,
    attachments,
    facts,
    facts_json,
    json_text,
    structured_task,
)
from gateway.store.database import Connection, Database

Outcome = Literal["settled", "superseded", "lost"]

MESSAGES_PER_TURN: Final = 50

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
    c.context_memory, c.message_count, c.attempts, c.superseded
"""

_PENDING: Final = """
SELECT c.id AS conversation_id, m.id, m.content, m.received_at, m.structured, m.attachments
FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS c(id, webhook_id, participant)
CROSS JOIN LATERAL (
    SELECT id, content, received_at, structured, attachments FROM inbound_messages
    WHERE webhook_id = c.webhook_id AND sender = c.participant AND processing_status = 'received'
    ORDER BY id LIMIT $4
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

_OPEN_TASKS: Final = """
SELECT conversation_id, id, title, priority, deadline FROM agency_tasks
WHERE conversation_id = ANY($1) AND status = 'pending' ORDER BY deadline NULLS LAST, id
"""

_LOCK: Final = """
SELECT id, lease_id, message_count, event_sequence FROM bot_conversations
WHERE id = ANY($1) ORDER BY webhook_id, participant FOR UPDATE
"""

_SUPERSEDE: Final = """
UPDATE bot_conversations
SET due_at = $2, lease_id = NULL, attempts = attempts - 1, superseded = superseded + 1
WHERE id = ANY($1)
"""

_IDS: Final = """
SELECT nextval('agency_tasks_id_seq') FROM generate_series(1, $1)
UNION ALL SELECT nextval('outbound_messages_id_seq') FROM generate_series(1, $2)
"""

_SETTLE: Final = """
WITH done AS (
    UPDATE inbound_messages m
    SET processing_status = 'processed', conversation_id = d.conversation_id,
        analysis = d.analysis, reply_id = d.reply_id, processed_at = d.at
    FROM unnest($1::bigint[], $2::bigint[], $3::jsonb[], $4::bigint[], $5::timestamptz[])
        AS d(id, conversation_id, analysis, reply_id, at)
    WHERE m.id = d.id
),
tasks AS (
    INSERT INTO agency_tasks (
        id, user_id, source_webhook_id, source_message_id, source_index, conversation_id, title,
        description, priority, deadline, project, status, created_at, updated_at)
    SELECT t.id, t.user_id, t.webhook_id, t.message_id, t.nth, t.conversation_id, t.title,
        t.description, t.priority, t.deadline, t.project, 'pending', t.at, t.at
    FROM unnest($6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::smallint[],
        $11::bigint[], $12::text[], $13::text[], $14::text[], $15::timestamptz[], $16::text[],
        $17::timestamptz[])
        AS t(id, user_id, webhook_id, message_id, nth, conversation_id, title, description,
             priority, deadline, project, at)
),
outbox AS (
    INSERT INTO outbound_messages (
        id, user_id, webhook_id, source_webhook_id, conversation_id, in_reply_to, kind, event,
        event_id, sequence, recipient, content, data, delivery_status, scheduled_for, attempts,
        created_at)
    SELECT o.id, o.user_id, o.webhook_id, o.source_webhook_id, o.conversation_id, o.in_reply_to,
        o.kind, o.event, o.event_id, o.sequence, o.recipient, o.content, o.data, o.status, o.at, 0,
        o.at
    FROM unnest($18::bigint[], $19::bigint[], $20::bigint[], $21::bigint[], $22::bigint[],
        $23::bigint[], $24::text[], $25::text[], $26::text[], $27::int[], $28::text[], $29::text[],
        $30::jsonb[], $31::text[], $32::timestamptz[])
        AS o(id, user_id, webhook_id, source_webhook_id, conversation_id, in_reply_to, kind, event,
             event_id, sequence, recipient, content, data, status, at)
)
UPDATE bot_conversations c
SET context_summary = s.summary, context_memory = s.memory, event_sequence = s.event_sequence,
    lease_id = NULL, attempts = 0, superseded = 0, updated_at = s.at,
    due_at = CASE WHEN EXISTS (
        SELECT FROM inbound_messages m
        WHERE m.webhook_id = c.webhook_id AND m.sender = c.participant
        AND m.processing_status = 'received' AND m.id <> ALL($1)) THEN s.at END
FROM unnest($33::bigint[], $34::text[], $35::jsonb[], $36::int[], $37::timestamptz[])
    AS s(id, summary, memory, event_sequence, at)
WHERE c.id = s.id
"""

_RENEW: Final = """
WITH held AS MATERIALIZED (
    SELECT id FROM bot_conversations WHERE id = ANY($1) AND lease_id = ANY($2)
    ORDER BY webhook_id, participant FOR UPDATE
)
UPDATE bot_conversations c SET due_at = $3 FROM held WHERE c.id = held.id
"""

_POSTPONE: Final = """
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
        WHERE m.webhook_id = c.webhook_id AND m.sender = c.participant
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
        keys = [[row[name] for row in rows] for name in ("id", "webhook_id", "participant")]
        pending = _grouped(await connection.fetch(_PENDING, *keys, MESSAGES_PER_TURN))
        known = [row["id"] for row in rows if row["message_count"] > len(pending[row["id"]])]
        history = _grouped(await connection.fetch(_HISTORY, known, history_turns) if known else ())
        tasks = _grouped(await connection.fetch(_OPEN_TASKS, known) if known else ())
    return [
        _claimed(
            row,
            lease_id,
            pending[row["id"]],
            tuple(_turn(turn) for turn in _newest(history[row["id"]], history_turns)),
            tuple(_open_task(task) for task in tasks[row["id"]]),
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


async def settle_turns(db: Database, results: Sequence[TurnResult]) -> list[Outcome]:
    """Writes what the turns changed, all of it or nothing.

    `superseded`: a newer message came while the answer was made, which is dropped and made anew;
    `lost`: the lease ran out and somebody else has the conversation.
    """
    async with db.transaction() as connection:
        rows = await connection.fetch(_LOCK, [result.claimed.id for result in results])
        current = {row["id"]: row for row in rows}
        outcomes = [_outcome(result, current.get(result.claimed.id)) for result in results]
        settled = [r for r, outcome in zip(results, outcomes, strict=True) if outcome == "settled"]
        superseded = [r for r, o in zip(results, outcomes, strict=True) if o == "superseded"]
        if superseded:
            await connection.execute(
                _SUPERSEDE, [r.claimed.id for r in superseded], superseded[0].at
            )
        if settled:
            sequences = {row["id"]: row["event_sequence"] for row in rows}
            await _write(connection, settled, sequences)
    return outcomes


async def fail_turn(db: Database, failure: TurnFailure) -> None:
    """Lets the conversation come again at `retry_at`, or holds its messages for a person."""
    claimed = failure.claimed
    async with db.transaction() as connection:
        row = await connection.fetchrow(_LOCK, [claimed.id])
        if row is None or row["lease_id"] != claimed.lease_id:
            return
        if failure.retry_at is not None:
            uncharged = 0 if failure.is_charged else 1
            await connection.execute(_POSTPONE, claimed.id, failure.retry_at, uncharged)
        else:
            held = [message.id for message in claimed.pending]
            await connection.execute(_HOLD, claimed.id, held, failure.reason, failure.at)


def _outcome(result: TurnResult, row: asyncpg.Record | None) -> Outcome:
    if row is None or row["lease_id"] != result.claimed.lease_id:
        return "lost"
    newer = row["message_count"] != result.claimed.message_count
    return "superseded" if newer and not result.even_if_superseded else "settled"


async def _write(
    connection: Connection, results: Sequence[TurnResult], sequences: dict[int, int]
) -> None:
    task_count = sum(len(result.tasks) for result in results)
    outbound_count = sum(len(result.outbound) for result in results)
    ids = [row[0] for row in await connection.fetch(_IDS, task_count, outbound_count)]
    task_ids, outbound_ids = iter(ids[:task_count]), iter(ids[task_count:])
    done: list[tuple[object, ...]] = []
    tasks: list[tuple[object, ...]] = []
    outbox: list[tuple[object, ...]] = []
    talks: list[tuple[object, ...]] = []
    for result in results:
        own_tasks = _task_rows(result, task_ids)
        own_outbox, reply_id, sequence = _outbox_rows(
            result, own_tasks, outbound_ids, sequences[result.claimed.id]
        )
        tasks += own_tasks
        outbox += own_outbox
        done += [
            (id_, result.claimed.id, json_text(analysis_json(analysis)), reply_id, result.at)
            for id_, analysis in result.analyses.items()
        ]
        memory = facts_json(result.memory)
        talks.append((result.claimed.id, result.summary, memory, sequence, result.at))
    await connection.execute(
        _SETTLE, *_turned(done, 5), *_turned(tasks, 12), *_turned(outbox, 15), *_turned(talks, 5)
    )


def _task_rows(result: TurnResult, ids: Iterator[int]) -> list[tuple[object, ...]]:
    claimed, at = result.claimed, result.at
    return [
        (
            next(ids),
            claimed.user_id,
            claimed.webhook_id,
            task.source_message_id,
            task.source_index,
            claimed.id,
            task.title,
            task.description,
            task.priority,
            task.deadline,
            task.project,
            at,
        )
        for task in result.tasks
    ]


def _outbox_rows(
    result: TurnResult, tasks: Sequence[tuple[object, ...]], ids: Iterator[int], sequence: int
) -> tuple[list[tuple[object, ...]], int | None, int]:
    claimed, at = result.claimed, result.at
    numbers: dict[str, int] = {}  # one event, told to several endpoints, has one number
    counter = count(sequence + 1)
    rows: list[tuple[object, ...]] = []
    reply_id = None
    for new in result.outbound:
        own_id = next(ids)
        if new.event_id not in numbers:
            numbers[new.event_id] = next(counter)
        if new.kind == "reply":
            reply_id = own_id
        rows.append(
            (
                own_id,
                claimed.user_id,
                new.webhook_id,
                claimed.webhook_id,
                claimed.id,
                new.in_reply_to,
                new.kind,
                new.event,
                new.event_id,
                numbers[new.event_id],
                new.recipient,
                new.content,
                _data(new, tasks),
                "pending" if new.is_deliverable else "unrouted",
                at,
            )
        )
    return rows, reply_id, sequence + len(numbers)


def _data(new: NewOutbound, tasks: Sequence[tuple[object, ...]]) -> str:
    if new.task is None:
        return json_text(new.data)
    return json_text({"taskId": tasks[new.task][0], **new.data})


def _turned(rows: Sequence[tuple[object, ...]], width: int) -> list[list[object]]:
    return [[row[i] for row in rows] for i in range(width)]


def _grouped(rows: Iterable[asyncpg.Record]) -> dict[int, list[asyncpg.Record]]:
    groups: dict[int, list[asyncpg.Record]] = defaultdict(list)
    for row in rows:
        groups[row["conversation_id"]].append(row)
    return groups


def _newest(turns: list[asyncpg.Record], number: int) -> list[asyncpg.Record]:
    return turns[max(0, len(turns) - number) :]


def _claimed(
    row: asyncpg.Record,
    lease_id: UUID,
    pending: Sequence[asyncpg.Record],
    history: tuple[Turn, ...],
    open_tasks: tuple[OpenTask, ...],
) -> ClaimedConversation:
    return ClaimedConversation(
        id=row["id"],
        lease_id=lease_id,
        user_id=row["user_id"],
        webhook_id=row["webhook_id"],
        participant=row["participant"],
        participant_name=row["participant_name"],
        summary=row["context_summary"],
        memory=facts(row["context_memory"]),
        message_count=row["message_count"],
        attempts=row["attempts"],
        superseded=row["superseded"],
        pending=tuple(_pending_message(message) for message in pending),
        history=history,
        open_tasks=open_tasks,
    )


def _pending_message(row: asyncpg.Record) -> PendingMessage:
    return PendingMessage(
        id=row["id"],
        text=row["content"],
        received_at=row["received_at"],
        structured=structured_task(row["structured"]),
        attachments=attachments(row["attachments"]),
    )


def _turn(row: asyncpg.Record) -> Turn:
    return Turn(
        role=row["role"], text=row["content"], at=row["at"], message_id=row["message_id"] or 0
    )


def _open_task(row: asyncpg.Record) -> OpenTask:
    return OpenTask(
        id=row["id"], title=row["title"], priority=row["priority"], deadline=row["deadline"]
    )
