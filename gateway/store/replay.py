"""Messages that wait for a person: held by a bug of a responder, or quarantined unread."""

from collections.abc import Sequence
from typing import Final

import asyncpg

from gateway.plugin.errors import Conflict, NotFound
from gateway.records import NewMessage, Stored, WaitingMessage
from gateway.rules.events import MESSAGE_RECEIVED
from gateway.rules.traces import trace_in
from gateway.store.announcements import Announcement, announce
from gateway.store.columns import json_value
from gateway.store.database import Connection, Database
from gateway.store.intake import store_on
from gateway.store.webhook_changes import LogEntry, Operation, log_entry

_WAITING: Final = """
SELECT id, user_id, webhook_id, processing_status AS status, reason, raw_payload,
    raw_content_type, received_at, trace_id, trace_parent
FROM inbound_messages
WHERE user_id = $1 AND webhook_id = $2 AND processing_status IN ('failed', 'quarantined')
AND (processing_status = 'failed' OR reason IS NULL OR reason !~ '^[a-z0-9_]+$')
AND raw_payload IS NOT NULL AND id > $3
ORDER BY id LIMIT $4
"""
_ONE: Final = """
SELECT id, user_id, webhook_id, processing_status AS status, reason, raw_payload,
    raw_content_type, received_at, trace_id, trace_parent
FROM inbound_messages WHERE user_id = $1 AND id = $2
"""
_LOCK: Final = """
SELECT webhook_id, sender, thread, sender_name, message_type, content, attachments, external_id
FROM inbound_messages
WHERE user_id = $1 AND id = $2 AND processing_status = $3 AND raw_payload IS NOT NULL FOR UPDATE
"""
_TALK: Final = """
SELECT status FROM bot_conversations
WHERE webhook_id = $1 AND participant = $2 AND thread = $3 AND status <> 'archived' FOR UPDATE
"""
# A turn under way goes on: it finds this message afterwards, as it would any that came meanwhile.
_WAKE: Final = """
INSERT INTO bot_conversations AS c (
    user_id, webhook_id, participant, participant_name, status, context_summary, context_memory,
    message_count, event_sequence, due_at, attempts, superseded, created_at, updated_at, thread)
VALUES ($1, $2, $3, $5, 'active', '', '{}', 1, 0, $6, 0, 0, $6, $6, $4)
ON CONFLICT (webhook_id, participant, thread) WHERE status <> 'archived' DO UPDATE SET
    message_count = c.message_count + $7,
    status = CASE WHEN c.status = 'resolved' THEN 'active' ELSE c.status END,
    due_at = CASE
        WHEN c.status = 'paused' THEN NULL
        WHEN c.due_at IS NULL OR (c.lease_id IS NULL AND c.attempts = 0)
        THEN LEAST(c.due_at, excluded.due_at) ELSE c.due_at END,
    updated_at = excluded.updated_at
RETURNING id, xmax = 0 AS is_new
"""
_OPENED: Final = """
INSERT INTO conversation_events (
    user_id, conversation_id, from_status, to_status, actor, reason, created_at)
VALUES ($1, $2, $3, 'active', $4, 'a held message was replayed', $5)
"""
_PUT_BACK: Final = """
UPDATE inbound_messages
SET processing_status = 'received', reason = NULL, conversation_id = NULL, processed_at = NULL
WHERE user_id = $1 AND id = $2
"""
# A message that was read and held all the same gives its id to the one that takes its place.
_GIVE_ID: Final = "UPDATE inbound_messages SET external_id = NULL WHERE user_id = $1 AND id = $2"
# The payload goes along with the messages that were read in it, so that it is kept once.
_REPLAYED: Final = """
UPDATE inbound_messages
SET processing_status = 'replayed', reason = $3, processed_at = $4, raw_payload = NULL
WHERE user_id = $1 AND id = $2
"""

_DISCARD: Final = """
UPDATE inbound_messages SET processing_status = 'discarded' WHERE user_id = $1 AND id = $2
"""
WAITING: Final = ("failed", "quarantined", "ignored")


async def waiting_messages(
    db: Database, *, user_id: int, webhook_id: int, after_id: int, limit: int
) -> list[WaitingMessage]:
    """The oldest messages of a webhook that wait for a person, from after `after_id` on."""
    async with db.connection() as connection:
        rows = await connection.fetch(_WAITING, user_id, webhook_id, after_id, limit)
    return [_waiting(row) for row in rows]


async def waiting_message(db: Database, *, user_id: int, message_id: int) -> WaitingMessage:
    """One message that waits for a person. Raises `NotFound`, or `Conflict` when it does not."""
    async with db.connection() as connection:
        row = await connection.fetchrow(_ONE, user_id, message_id)
    if row is None:
        raise NotFound(f"no message {message_id}; GET /api/v1/webhooks/{{id}}/messages lists yours")
    if row["status"] not in WAITING or row["raw_payload"] is None:
        gone = ", its payload erased" if row["raw_payload"] is None else ""
        raise Conflict(
            f"message {message_id} is {row['status']}{gone}; only a failed, quarantined or ignored "
            "one that still has its payload can be replayed"
        )
    return _waiting(row)


async def release_message(
    db: Database, operation: Operation, waiting: WaitingMessage, *, listeners: Sequence[int]
) -> None:
    """Lets a message be answered as it was read. Raises `Conflict` when it waits no more.

    One that had been kept out of all conversations joins its own now, and is told of.
    """
    message_id, joins = waiting.id, waiting.status != "failed"
    async with db.transaction() as connection:
        held = await _lock(connection, operation, message_id, waiting.status)
        key = (held["webhook_id"], held["sender"], held["thread"])
        before = await connection.fetchval(_TALK, *key)
        talk = await connection.fetchrow(
            _WAKE, operation.user_id, *key, held["sender_name"], operation.at, int(joins)
        )
        assert talk is not None
        if talk["is_new"] or before == "resolved":
            await connection.execute(
                _OPENED, operation.user_id, talk["id"], before, operation.actor, operation.at
            )
        await connection.execute(_PUT_BACK, operation.user_id, message_id)
        if joins:
            told = _announcement(operation, held, message_id, talk["id"], listeners)
            await announce(connection, told)
        await _log(connection, operation, held["webhook_id"], message_id, ())


async def discard_message(db: Database, operation: Operation, waiting: WaitingMessage) -> None:
    """Ends the waiting of a message that nobody wants. Raises `Conflict` when it waits no more."""
    async with db.transaction() as connection:
        held = await _lock(connection, operation, waiting.id, waiting.status)
        await connection.execute(_DISCARD, operation.user_id, waiting.id)
        entry = LogEntry(
            webhook_id=held["webhook_id"],
            event="message.discarded",
            detail={"messageId": waiting.id, "reason": waiting.reason},
        )
        await log_entry(connection, operation, entry)


async def replace_message(
    db: Database, operation: Operation, new: Sequence[NewMessage], *, message_id: int
) -> list[Stored]:
    """Stores what a quarantined request turned out to hold, in its place and with its payload.

    Raises `Conflict` when it is not in quarantine any more.
    """
    async with db.transaction() as connection:
        held = await _lock(connection, operation, message_id, "quarantined")
        await connection.execute(_GIVE_ID, operation.user_id, message_id)
        stored = await store_on(connection, new) if new else []
        ids = [one.message_id for one in stored]
        reason = f"replayed as {', '.join(map(str, ids)) or 'no message'}"
        await connection.execute(_REPLAYED, operation.user_id, message_id, reason, operation.at)
        await _log(connection, operation, held["webhook_id"], message_id, ids)
    return stored


def _waiting(row: asyncpg.Record) -> WaitingMessage:
    fields = dict(row)
    trace = trace_in(fields.pop("trace_id"), fields.pop("trace_parent"))
    return WaitingMessage(**fields, trace=trace)


async def _lock(
    connection: Connection, operation: Operation, message_id: int, status: str
) -> asyncpg.Record:
    row = await connection.fetchrow(_LOCK, operation.user_id, message_id, status)
    if row is None:
        raise Conflict(f"message {message_id} is not {status} any more")
    return row


def _announcement(
    operation: Operation,
    held: asyncpg.Record,
    message_id: int,
    talk_id: int,
    listeners: Sequence[int],
) -> Announcement:
    return Announcement(
        user_id=operation.user_id,
        listeners=listeners,
        event=MESSAGE_RECEIVED,
        told={
            "messageId": message_id,
            "conversationId": talk_id,
            "senderIdentifier": held["sender"],
            "senderName": held["sender_name"],
            "messageType": held["message_type"],
            "content": held["content"],
            "attachments": json_value(held["attachments"]) or [],
            "externalMessageId": held["external_id"],
        },
        at=operation.at,
        webhook_id=held["webhook_id"],
        conversation_id=talk_id,
        message_id=message_id,
    )


async def _log(
    connection: Connection,
    operation: Operation,
    webhook_id: int,
    message_id: int,
    stored: Sequence[int],
) -> None:
    entry = LogEntry(
        webhook_id=webhook_id,
        event="message.replayed",
        detail={"messageId": message_id, "storedAs": list(stored)},
    )
    await log_entry(connection, operation, entry)
