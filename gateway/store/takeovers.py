"""A person answers in a conversation in the assistant's place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import uuid4

import asyncpg

from gateway.plugin import REPLY, Analysis
from gateway.plugin.errors import Conflict
from gateway.store.columns import analysis_json, json_text
from gateway.store.conversations import SUMMARY, no_conversation
from gateway.store.database import Connection, Database
from gateway.store.moves import Move, moved
from gateway.store.webhook_changes import LogEntry, Operation, log_entry
from gateway.tracing import kept_trace

REASON: Final = "a person answers"

_OPEN: Final = """
SELECT id, webhook_id, participant, status FROM bot_conversations WHERE user_id = $1 AND id = $2
"""
_UNANSWERED: Final = """
SELECT m.id, m.content, m.received_at FROM bot_conversations c JOIN inbound_messages m
    ON m.webhook_id = c.webhook_id AND m.sender = c.participant AND m.thread = c.thread
WHERE c.user_id = $1 AND c.id = $2 AND m.processing_status = 'received' ORDER BY m.id
"""
_LOCK: Final = f"""
SELECT {SUMMARY}, user_id, (
    SELECT max(id) FROM inbound_messages m WHERE m.conversation_id = c.id) AS last_id
FROM bot_conversations c WHERE user_id = $1 AND id = $2 FOR UPDATE
"""  # noqa: S608 # field names of a record
# Without its lease, whoever is making an answer cannot write it. What came meanwhile is answered.
_NUMBER: Final = """
UPDATE bot_conversations c
SET event_sequence = event_sequence + 1, lease_id = NULL, attempts = 0, superseded = 0,
    updated_at = $2, resumes_at = GREATEST(resumes_at, $4),
    due_at = CASE WHEN c.status = 'active' AND EXISTS (
        SELECT FROM inbound_messages m
        WHERE m.webhook_id = c.webhook_id AND m.sender = c.participant AND m.thread = c.thread
        AND m.processing_status = 'received' AND m.id <> ALL($3)) THEN $2::timestamptz END
WHERE id = $1 RETURNING event_sequence
"""
_SAY: Final = """
INSERT INTO outbound_messages (
    user_id, webhook_id, source_webhook_id, conversation_id, in_reply_to, kind, event, event_id,
    sequence, recipient, content, data, delivery_status, scheduled_for, attempts, created_at, hops,
    trace_id, trace_parent)
SELECT $1, $2, $2, $3, $4, 'reply', $5, $6, $7, $8, $9, $10, 'pending', $11, 0, $11, 1,
    COALESCE(m.trace_id, $12), CASE WHEN m.trace_id IS NULL THEN $13 ELSE m.trace_parent END
FROM (SELECT) one LEFT JOIN inbound_messages m ON m.id = $4 AND m.user_id = $1
RETURNING id
"""
_STILL_WAITING: Final = """
SELECT id FROM inbound_messages WHERE id = ANY($1) AND processing_status = 'received' ORDER BY id
"""
_ANSWERED: Final = """
UPDATE inbound_messages m
SET processing_status = 'processed', conversation_id = $1, reply_id = $2, processed_at = $3,
    analysis = d.analysis, reason = NULL
FROM unnest($4::bigint[], $5::jsonb[]) AS d(id, analysis)
WHERE m.id = d.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A message that waits for its answer."""

    id: int
    text: str
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTalk:
    """A conversation that somebody wants to answer in, and what waits there."""

    id: int
    webhook_id: int
    participant: str
    status: str
    unanswered: Sequence[Unanswered]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandReply:
    """What a person says, and the messages that it answers, each as it was understood.

    The assistant is silent until `silent_until`; None leaves it as it is.
    """

    conversation_id: int
    content: str
    answered: Mapping[int, Analysis]
    silent_until: datetime | None
    listeners: Sequence[int]


async def open_talk(db: Database, *, user_id: int, conversation_id: int) -> OpenTalk:
    """A conversation and what waits in it. Raises `NotFound`."""
    async with db.connection() as connection:
        row = await connection.fetchrow(_OPEN, user_id, conversation_id)
        if row is None:
            raise no_conversation(conversation_id)
        waiting = await connection.fetch(_UNANSWERED, user_id, conversation_id)
    unanswered = [
        Unanswered(id=one["id"], text=one["content"], received_at=one["received_at"])
        for one in waiting
    ]
    return OpenTalk(**dict(row), unanswered=unanswered)


async def answer_by_hand(
    db: Database, operation: Operation, reply: HandReply
) -> tuple[int, Sequence[int]]:
    """Writes a person's answer into the outbox; its delivery, and the messages that it answers.

    An answer that the assistant is making is dropped unseen; what it has answered by now is no
    more answered here. Raises `NotFound`, and `Conflict` for
    an archived conversation.
    """
    async with db.transaction() as connection:
        row = await connection.fetchrow(_LOCK, operation.user_id, reply.conversation_id)
        if row is None:
            raise no_conversation(reply.conversation_id)
        if row["status"] == "archived":
            raise Conflict(
                f"conversation {row['id']} is archived; a message of its participant starts a new "
                "one, where you can answer"
            )
        # The conversation is locked, so that nobody else can answer them from here on.
        waiting = await connection.fetch(_STILL_WAITING, list(reply.answered))
        answered = {one["id"]: reply.answered[one["id"]] for one in waiting}
        reply = replace(reply, answered=answered)
        delivery_id = await _say(connection, operation, reply, row)
        await connection.execute(
            _ANSWERED,
            row["id"],
            delivery_id,
            operation.at,
            list(answered),
            [json_text(analysis_json(analysis)) for analysis in answered.values()],
        )
        if reply.silent_until is not None and row["status"] == "active":
            await _pause(connection, operation, reply, row)
        await log_entry(connection, operation, _noted(row, delivery_id, list(answered)))
    return delivery_id, list(answered)


async def _say(
    connection: Connection, operation: Operation, reply: HandReply, row: asyncpg.Record
) -> int:
    answered = list(reply.answered)
    is_timed = row["status"] == "paused" and row["resumes_at"] is not None
    sequence = await connection.fetchval(
        _NUMBER, row["id"], operation.at, answered, reply.silent_until if is_timed else None
    )
    data = {
        "conversationId": row["id"],
        "recipient": row["participant"],
        "content": reply.content,
        "inReplyTo": answered,
        "author": "person",
    }
    delivery_id: int = await connection.fetchval(
        _SAY,
        operation.user_id,
        row["webhook_id"],
        row["id"],
        max(answered, default=row["last_id"]),
        REPLY,
        f"evt_{uuid4().hex}",
        sequence,
        row["participant"],
        reply.content,
        json_text(data),
        operation.at,
        *kept_trace(operation.at),
    )
    return delivery_id


async def _pause(
    connection: Connection, operation: Operation, reply: HandReply, row: asyncpg.Record
) -> None:
    move = Move(
        action="pause",
        actor=operation.actor,
        reason=REASON,
        at=operation.at,
        listeners=reply.listeners,
        until=reply.silent_until,
    )
    await moved(connection, row, move, "paused")


def _noted(row: asyncpg.Record, delivery_id: int, message_ids: Sequence[int]) -> LogEntry:
    return LogEntry(
        webhook_id=row["webhook_id"],
        event="conversation.answered",
        detail={"conversationId": row["id"], "messageIds": [*message_ids]},
        outbound_id=delivery_id,
    )
