"""Conversations moved through their lifecycle: the status, its log and its event in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

import asyncpg

from gateway.plugin import InboundMessage
from gateway.plugin.errors import Conflict
from gateway.rules.events import CONVERSATION_UPDATED
from gateway.rules.lifecycle import (
    ConversationAction,
    ConversationStatus,
    possible_actions,
    status_after,
)
from gateway.store.columns import json_text
from gateway.store.conversations import SUMMARY, ConversationSummary, no_conversation
from gateway.store.database import Connection, Database
from gateway.tracing import kept_trace

_LOCK: Final = f"""
SELECT {SUMMARY}, user_id FROM bot_conversations WHERE user_id = $1 AND id = $2 FOR UPDATE
"""  # noqa: S608 # field names of a record
# Who writes again has to be told apart from a message that is delivered a second time.
_LOCK_RESOLVED: Final = f"""
SELECT {SUMMARY}, user_id FROM bot_conversations
WHERE webhook_id = $1 AND status = 'resolved' AND (participant, thread) IN (
    SELECT k.sender, k.thread
    FROM unnest($2::text[], $3::text[], $4::text[]) AS k(sender, thread, external_id)
    WHERE NOT EXISTS (
        SELECT FROM inbound_messages m
        WHERE m.webhook_id = $1 AND m.external_id = k.external_id))
ORDER BY webhook_id, participant, thread FOR UPDATE
"""  # noqa: S608 # field names of a record
# Without its lease, whoever is making an answer cannot write it. What waits is answered as soon as
# the conversation is active again.
_MOVE: Final = f"""
UPDATE bot_conversations c
SET status = $2::text, lease_id = NULL, attempts = 0, superseded = 0, updated_at = $3,
    event_sequence = event_sequence + 1, resumes_at = $4,
    resumed_at = CASE WHEN $2::text = 'active' THEN $3::timestamptz ELSE resumed_at END,
    due_at = CASE WHEN $2::text = 'active' AND EXISTS (
        SELECT FROM inbound_messages m
        WHERE m.webhook_id = c.webhook_id AND m.sender = c.participant AND m.thread = c.thread
        AND m.processing_status = 'received') THEN $3::timestamptz END
WHERE c.id = $1 RETURNING {SUMMARY}, event_sequence
"""  # noqa: S608 # field names of a record
# A message that waits belongs to the open conversation of its thread; it stays with this one.
_KEEP_WAITING: Final = """
UPDATE inbound_messages
SET processing_status = 'archived', conversation_id = $1, processed_at = $4,
    reason = 'the conversation was archived before this message was answered'
WHERE webhook_id = $2 AND sender = $3 AND thread = $5 AND processing_status = 'received'
"""
_NOTE: Final = """
INSERT INTO conversation_events (
    user_id, conversation_id, from_status, to_status, actor, reason, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_ANNOUNCE: Final = """
INSERT INTO outbound_messages (
    user_id, webhook_id, source_webhook_id, conversation_id, kind, event, event_id, sequence,
    recipient, content, data, delivery_status, scheduled_for, attempts, created_at, trace_id,
    trace_parent)
SELECT $1, listener, $3, $4, 'event', $5, $6, $7, '', '', $8::jsonb, 'pending', $9, 0, $9, $10, $11
FROM unnest($2::bigint[]) AS listener
"""


_TO_RESUME: Final = """
SELECT user_id, id FROM bot_conversations WHERE resumes_at <= $1 AND status = 'paused'
ORDER BY resumes_at LIMIT 100
"""
_PAUSES: Final = """
SELECT count(*) FROM conversation_events
WHERE conversation_id = $1 AND reason = $2 AND created_at >= $3
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What is done with a conversation, by whom, why and when, and which endpoints are told.

    A pause with an end is over by itself then.
    """

    action: ConversationAction
    actor: str
    reason: str
    at: datetime
    listeners: Sequence[int]
    until: datetime | None = None


async def move_conversation(
    db: Database, move: Move, *, user_id: int, conversation_id: int
) -> ConversationSummary:
    """Moves a conversation. Raises `NotFound`, or `Conflict` when its lifecycle does not allow it.

    An answer that is being made for it is dropped unseen.
    """
    async with db.transaction() as connection:
        row = await connection.fetchrow(_LOCK, user_id, conversation_id)
        if row is None:
            raise no_conversation(conversation_id)
        status = status_after(row["status"], move.action)
        if status is None:
            possible = " or ".join(possible_actions(row["status"])) or "nothing any more"
            raise Conflict(
                f"conversation {conversation_id} is {row['status']}; possible from here: {possible}"
            )
        return await moved(connection, row, move, status)


async def archive_resolved(
    db: Database,
    messages: Sequence[InboundMessage],
    *,
    webhook_id: int,
    at: datetime,
    listeners: Sequence[int],
) -> None:
    """Archives the resolved conversations of those who write again.

    Messages that are stored afterwards start new ones.
    """
    move = Move(action="archive", actor="system", reason="new message", at=at, listeners=listeners)
    keys = (
        [message.sender for message in messages],
        [message.thread_hint or "" for message in messages],
        [message.external_id for message in messages],
    )
    async with db.transaction() as connection:
        rows = await connection.fetch(_LOCK_RESOLVED, webhook_id, *keys)
        for row in rows:
            await moved(connection, row, move, "archived")


async def talks_to_resume(db: Database, *, now: datetime) -> list[tuple[int, int]]:
    """User and id of conversations whose pause has ended."""
    async with db.connection() as connection:
        rows = await connection.fetch(_TO_RESUME, now)
    return [(row["user_id"], row["id"]) for row in rows]


async def count_pauses(db: Database, *, conversation_id: int, reason: str, since: datetime) -> int:
    """How often a conversation was moved for this reason."""
    async with db.connection() as connection:
        count: int = await connection.fetchval(_PAUSES, conversation_id, reason, since)
    return count


async def moved(
    connection: Connection, row: asyncpg.Record, move: Move, status: ConversationStatus
) -> ConversationSummary:
    """A conversation moved within a transaction that holds its row."""
    user_id, before = row["user_id"], row["status"]
    found = await connection.fetchrow(_MOVE, row["id"], status, move.at, move.until)
    assert found is not None
    facts = dict(found)
    sequence = facts.pop("event_sequence")
    summary = ConversationSummary(**facts)
    if status == "archived":
        await connection.execute(
            _KEEP_WAITING,
            summary.id,
            summary.webhook_id,
            summary.participant,
            move.at,
            summary.thread,
        )
    await connection.execute(
        _NOTE, user_id, summary.id, before, status, move.actor, move.reason, move.at
    )
    if move.listeners:
        await connection.execute(
            _ANNOUNCE,
            user_id,
            list(move.listeners),
            summary.webhook_id,
            summary.id,
            CONVERSATION_UPDATED,
            f"evt_{uuid4().hex}",
            sequence,
            _told(summary, before, move),
            move.at,
            *kept_trace(move.at),
        )
    return summary


def _told(summary: ConversationSummary, before: str, move: Move) -> str:
    return json_text(
        {
            "conversationId": summary.id,
            "participant": summary.participant,
            "thread": summary.thread,
            "status": summary.status,
            "previousStatus": before,
            "reason": move.reason,
            "contextSummary": summary.context_summary,
            "messageCount": summary.message_count,
        }
    )
