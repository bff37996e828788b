"""What turns changed, written back in one transaction."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count, islice
from typing import Final, Literal

import asyncpg

from gateway.records import NewOutbound, TurnResult
from gateway.rules.events import TASK_COMPLETED
from gateway.rules.traces import Trace, columns_of
from gateway.rules.verdicts import home_of
from gateway.store.columns import analysis_json, facts_json, json_text, person_json
from gateway.store.database import Connection, Database
from gateway.store.edits import outdated, write_edits
from gateway.store.kin import forget_elsewhere, interrupt, overruled, touched_by
from gateway.store.notifications import End, add_notification
from gateway.store.proposals import write_proposals, write_usage
from gateway.store.turns import LOCK_CONVERSATIONS

Outcome = Literal["settled", "superseded", "lost"]

_SUPERSEDE: Final = """
UPDATE bot_conversations c
SET due_at = s.due_at, gathering_since = s.at, lease_id = NULL, attempts = c.attempts - 1,
    superseded = c.superseded + 1
FROM unnest($1::bigint[], $2::timestamptz[], $3::timestamptz[]) AS s(id, due_at, at)
WHERE c.id = s.id
"""

_IDS: Final = """
SELECT nextval('agency_tasks_id_seq') FROM generate_series(1, $1)
UNION ALL SELECT nextval('outbound_messages_id_seq') FROM generate_series(1, $2)
"""

_SETTLE: Final = """
WITH done AS (
    UPDATE inbound_messages m
    SET processing_status = 'processed', conversation_id = d.conversation_id,
        analysis = d.analysis, reply_id = d.reply_id, processed_at = d.at, reason = d.reason
    FROM unnest($1::bigint[], $2::bigint[], $3::jsonb[], $4::bigint[], $5::timestamptz[],
        $38::text[])
        AS d(id, conversation_id, analysis, reply_id, at, reason)
    WHERE m.id = d.id
),
tasks AS (
    INSERT INTO agency_tasks (
        id, user_id, source_webhook_id, source_message_id, source_index, conversation_id, title,
        description, priority, deadline, project, assignee, status, created_at, updated_at,
        requester)
    SELECT t.id, t.user_id, t.webhook_id, t.message_id, t.nth, t.conversation_id, t.title,
        t.description, t.priority, t.deadline, t.project, t.assignee, 'pending', t.at, t.at,
        t.requester
    FROM unnest($6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::smallint[],
        $11::bigint[], $12::text[], $13::text[], $14::text[], $15::timestamptz[], $16::text[],
        $17::timestamptz[], $39::text[], $45::jsonb[])
        AS t(id, user_id, webhook_id, message_id, nth, conversation_id, title, description,
             priority, deadline, project, at, assignee, requester)
),
outbox AS (
    INSERT INTO outbound_messages (
        id, user_id, webhook_id, source_webhook_id, conversation_id, in_reply_to, kind, event,
        event_id, sequence, recipient, content, data, delivery_status, scheduled_for, attempts,
        created_at, hops, trace_id, trace_parent)
    SELECT o.id, o.user_id, o.webhook_id, o.source_webhook_id, o.conversation_id, o.in_reply_to,
        o.kind, o.event, o.event_id, o.sequence, o.recipient, o.content, o.data, o.status, o.at, 0,
        o.at, o.hops, o.trace_id, o.trace_parent
    FROM unnest($18::bigint[], $19::bigint[], $20::bigint[], $21::bigint[], $22::bigint[],
        $23::bigint[], $24::text[], $25::text[], $26::text[], $27::int[], $28::text[], $29::text[],
        $30::jsonb[], $31::text[], $32::timestamptz[], $44::smallint[], $46::text[], $47::text[])
        AS o(id, user_id, webhook_id, source_webhook_id, conversation_id, in_reply_to, kind, event,
             event_id, sequence, recipient, content, data, status, at, hops, trace_id,
             trace_parent)
)
UPDATE bot_conversations c
SET context_summary = s.summary, context_memory = s.memory, event_sequence = s.event_sequence,
    lease_id = NULL, attempts = s.attempts, superseded = 0, updated_at = s.at,
    acknowledged_id = s.acknowledged_id, has_proposals = c.has_proposals OR s.has_proposals,
    due_at = CASE WHEN EXISTS (
        SELECT FROM inbound_messages m
        WHERE m.webhook_id = c.webhook_id AND m.sender = c.participant AND m.thread = c.thread
        AND m.processing_status = 'received' AND m.id <> ALL($1))
        THEN COALESCE(s.retry_at, s.at) END
FROM unnest($33::bigint[], $34::text[], $35::jsonb[], $36::int[], $37::timestamptz[],
    $40::timestamptz[], $41::int[], $42::bigint[], $43::bool[])
    AS s(id, summary, memory, event_sequence, at, retry_at, attempts, acknowledged_id,
         has_proposals)
WHERE c.id = s.id
"""


async def settle_turns(db: Database, results: Sequence[TurnResult]) -> list[Outcome]:
    """Writes what the turns changed, all of it or nothing.

    `superseded`: a newer message came while the answer was made, or somebody else changed a task
    that it changes; it is dropped and made anew.
    `lost`: the lease ran out and somebody else has the conversation.
    """
    async with db.transaction() as connection:
        ids = {result.claimed.id for result in results}
        elsewhere = touched_by(results) - ids
        rows = await connection.fetch(LOCK_CONVERSATIONS, [*ids, *elsewhere])
        current = {row["id"]: row for row in rows}
        stale = await outdated(connection, results) | await overruled(connection, results)
        outcomes = [_outcome(result, current.get(result.claimed.id), stale) for result in results]
        settled = [r for r, outcome in zip(results, outcomes, strict=True) if outcome == "settled"]
        superseded = [r for r, o in zip(results, outcomes, strict=True) if o == "superseded"]
        if superseded:
            await _supersede(connection, superseded)
        if settled:
            sequences = {row["id"]: row["event_sequence"] for row in rows}
            await _write(connection, settled, sequences)
            await forget_elsewhere(connection, settled)
            await interrupt(connection, touched_by(settled) - ids, at=settled[0].at)
        await write_usage(connection, results, outcomes)
    return outcomes


async def _supersede(connection: Connection, results: Sequence[TurnResult]) -> None:
    await connection.execute(
        _SUPERSEDE,
        [result.claimed.id for result in results],
        [result.at + timedelta(seconds=result.gather_seconds) for result in results],
        [result.at for result in results],
    )


def _outcome(result: TurnResult, row: asyncpg.Record | None, stale: Collection[int]) -> Outcome:
    if row is None or row["lease_id"] != result.claimed.lease_id:
        return "lost"
    if result.claimed.id in stale:
        return "superseded"
    newer = row["message_count"] != result.claimed.message_count
    return "superseded" if newer and not result.even_if_superseded else "settled"


async def _write(
    connection: Connection, results: Sequence[TurnResult], sequences: dict[int, int]
) -> None:
    rows = _Rows()
    task_count = sum(len(result.tasks) for result in results)
    outbound_count = sum(len(result.outbound) for result in results)
    ids = [row[0] for row in await connection.fetch(_IDS, task_count, outbound_count)]
    task_ids, outbound_ids = iter(ids[:task_count]), iter(ids[task_count:])
    for result in results:
        rows.add(result, task_ids, outbound_ids, sequences[result.claimed.id])
    done, tasks, outbox, talks = (
        _turned(rows.done, 6),
        _turned(rows.tasks, 14),
        _turned(rows.outbox, 18),
        _turned(rows.talks, 9),
    )
    await connection.execute(
        _SETTLE,
        *(*done[:5], *tasks[:12], *outbox[:15], *talks[:5]),
        *(done[5], tasks[12], *talks[5:], outbox[15], tasks[13], *outbox[16:]),
    )
    await write_edits(connection, results)
    for end in rows.ends:
        await add_notification(connection, end)
    await write_proposals(connection, results, task_ids=rows.task_ids, reply_ids=rows.reply_ids)


@dataclass(slots=True)
class _Rows:
    """The rows that turns write, table by table, and the ids that they got."""

    done: list[tuple[object, ...]] = field(default_factory=list)
    tasks: list[tuple[object, ...]] = field(default_factory=list)
    outbox: list[tuple[object, ...]] = field(default_factory=list)
    talks: list[tuple[object, ...]] = field(default_factory=list)
    task_ids: dict[int, Sequence[int]] = field(default_factory=dict)
    reply_ids: dict[int, int | None] = field(default_factory=dict)
    ends: list[End] = field(default_factory=list)

    def add(
        self,
        result: TurnResult,
        task_ids: Iterator[int],
        outbound_ids: Iterator[int],
        sequence: int,
    ) -> None:
        """The rows of one turn."""
        id_, at = result.claimed.id, result.at
        own_ids = list(islice(task_ids, len(result.tasks)))
        sent_ids = list(islice(outbound_ids, len(result.outbound)))
        outbox, reply_id, sequence = _outbox_rows(result, own_ids, iter(sent_ids), sequence)
        self.task_ids[id_], self.reply_ids[id_] = own_ids, reply_id
        self.tasks += _task_rows(result, own_ids)
        self.outbox += outbox
        self.ends += _ends(result, sent_ids)
        reasons = result.reasons
        self.done += [
            (m, id_, json_text(analysis_json(analysis)), reply_id, at, reasons.get(m))
            for m, analysis in result.analyses.items()
        ]
        self.talks.append(
            (
                id_,
                result.summary,
                facts_json(result.memory),
                sequence,
                at,
                result.retry_at,
                result.attempts,
                result.acknowledged_id,
                bool(result.proposals),
            )
        )


def _task_rows(result: TurnResult, ids: Sequence[int]) -> list[tuple[object, ...]]:
    claimed, at = result.claimed, result.at
    here = (claimed.webhook_id, claimed.id)
    return [
        (
            id_,
            claimed.user_id,
            home[0],
            task.source_message_id,
            task.source_index,
            home[1],
            task.title,
            task.description,
            task.priority,
            task.deadline,
            task.project,
            at,
            task.assignee,
            person_json(task.requester),
        )
        for id_, task in zip(ids, result.tasks, strict=True)
        for home in (home_of(task.source_message_id, claimed.standings) or here,)
    ]


def _outbox_rows(
    result: TurnResult, task_ids: Sequence[int], ids: Iterator[int], sequence: int
) -> tuple[list[tuple[object, ...]], int | None, int]:
    claimed, at = result.claimed, result.at
    hops = 1 + max((message.hops for message in claimed.pending), default=0)
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
                _data(new, task_ids),
                "pending" if new.is_deliverable else "unrouted",
                at,
                hops,
                *columns_of(_trace_of(result, new)),
            )
        )
    return rows, reply_id, sequence + len(numbers)


def _trace_of(result: TurnResult, new: NewOutbound) -> Trace | None:
    """The trace of the message that a row comes from; the turn's own stands for its last one."""
    source = new.in_reply_to if new.task is None else result.tasks[new.task].source_message_id
    own = next((m.trace for m in result.claimed.pending if m.id == source), None)
    is_other = own and result.trace and own.trace_id != result.trace.trace_id
    return own if is_other else result.trace


def _ends(result: TurnResult, outbound_ids: Sequence[int]) -> Iterator[End]:
    """The tasks that a turn completed; who wrote it has it from the reply, others may not."""
    sent = list(zip(result.outbound, outbound_ids, strict=True)) if result.edits else []
    for edit in result.edits:
        if edit.becomes != "completed":
            continue
        told = {
            new.webhook_id: id_
            for new, id_ in sent
            if (new.kind == "reply" and new.is_deliverable)
            or (new.event == TASK_COMPLETED and new.data["taskId"] == edit.task.id)
        }
        yield End(
            user_id=result.claimed.user_id,
            task_id=edit.task.id,
            event=TASK_COMPLETED,
            at=result.at,
            told=told,
        )


def _data(new: NewOutbound, task_ids: Sequence[int]) -> str:
    if new.task is None:
        return json_text(new.data)
    return json_text({"taskId": task_ids[new.task], **new.data})


def _turned(rows: Sequence[tuple[object, ...]], width: int) -> list[list[object]]:
    return [[row[i] for row in rows] for i in range(width)]
