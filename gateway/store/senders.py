"""One person across all webhooks of an account: what is held of them, a copy of it, its erasure.

A person is who stands as `sender` and `participant`. Every message belongs to a conversation, or
waits on the webhook of one for its answer, so that all is found by the conversations.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

import asyncpg

from gateway.plugin import JsonValue
from gateway.plugin.errors import NotFound
from gateway.records import Task
from gateway.store.columns import json_object, json_value
from gateway.store.consents import ConsentEntry, ledger_on
from gateway.store.database import Connection, Database
from gateway.store.webhook_changes import LogEntry, Operation, log_entry

# The order of the locks is that of every other statement that takes several.
# Open and archived conversations have an index each.
_TALKS: Final = """
SELECT id, webhook_id FROM bot_conversations WHERE participant = $2 AND id IN (
    SELECT c.id FROM user_webhooks w JOIN bot_conversations c ON c.webhook_id = w.id
    WHERE w.user_id = $1 AND c.user_id = $1 AND c.participant = $2 AND c.status <> 'archived'
    UNION ALL
    SELECT c.id FROM user_webhooks w JOIN bot_conversations c ON c.webhook_id = w.id
    WHERE w.user_id = $1 AND c.user_id = $1 AND c.participant = $2 AND c.status = 'archived'
)
ORDER BY webhook_id, participant
"""
_LOCK: Final = f"{_TALKS} FOR UPDATE"
_THEIRS: Final = """
theirs AS (
    SELECT id, conversation_id FROM inbound_messages WHERE conversation_id = ANY($1)
    UNION
    SELECT m.id, c.id FROM bot_conversations c JOIN inbound_messages m
    ON m.webhook_id = c.webhook_id AND m.sender = c.participant
        AND m.processing_status = 'received'
    WHERE c.id = ANY($1)
)
"""
_COUNT: Final = f"""
WITH {_THEIRS}
SELECT (SELECT count(*) FROM theirs) AS messages,
    (SELECT count(*) FROM outbound_messages WHERE conversation_id = ANY($1)) AS deliveries,
    (SELECT count(*) FROM agency_tasks WHERE conversation_id = ANY($1)) AS tasks,
    (SELECT min(created_at) FROM bot_conversations WHERE id = ANY($1)) AS first_seen_at,
    (SELECT max(updated_at) FROM bot_conversations WHERE id = ANY($1)) AS last_seen_at,
    ARRAY(SELECT DISTINCT participant_name FROM bot_conversations
        WHERE id = ANY($1) AND participant_name IS NOT NULL ORDER BY 1) AS names
"""  # noqa: S608 # constants only
_MESSAGES: Final = f"""
WITH {_THEIRS}
SELECT m.id, m.webhook_id, t.conversation_id, m.external_id AS external_message_id, m.sender_name,
    m.recipient, m.message_type, m.content, m.attachments, m.structured, m.facts, m.analysis,
    m.raw_payload, m.raw_content_type, m.processing_status, m.sent_at, m.received_at
FROM theirs t JOIN inbound_messages m ON m.id = t.id ORDER BY m.id
"""  # noqa: S608 # constants only
_CONVERSATIONS: Final = """
SELECT id, webhook_id, participant_name, status, context_summary, context_memory, created_at,
    updated_at
FROM bot_conversations WHERE id = ANY($1) ORDER BY id
"""
_DELIVERIES: Final = """
SELECT id, webhook_id, conversation_id, kind, event, recipient, content, data,
    delivery_status AS status, created_at, finished_at
FROM outbound_messages WHERE conversation_id = ANY($1) ORDER BY id
"""
_TASKS: Final = f"""
SELECT {", ".join(field.name for field in fields(Task))}
FROM agency_tasks WHERE conversation_id = ANY($1) ORDER BY id
"""  # noqa: S608 # field names of a record

# What counts and compares stays: times, statuses, intents, and the key by which a repeated message
# is known. What says something of a person goes.
_ERASE_MESSAGES: Final = f"""
WITH {_THEIRS}
UPDATE inbound_messages m SET
    conversation_id = t.conversation_id, sender = 'erased', sender_name = NULL, content = '',
    attachments = NULL, structured = NULL, facts = NULL, raw_payload = NULL,
    raw_content_type = NULL, reason = NULL,
    analysis = analysis
        || '{{"entities": {{"dates": [], "names": [], "projects": [], "priority": null}}}}',
    processing_status = CASE processing_status WHEN 'received' THEN 'erased'
        ELSE processing_status END
FROM theirs t WHERE m.id = t.id
"""  # noqa: S608 # constants only
_ERASE_DELIVERIES: Final = """
WITH theirs AS MATERIALIZED (
    SELECT id FROM outbound_messages WHERE conversation_id = ANY($1) ORDER BY id FOR UPDATE
)
UPDATE outbound_messages o SET
    recipient = 'erased', content = '', data = '{}', last_error = NULL, provider_id = NULL,
    lease_id = NULL, scheduled_for = NULL,
    delivery_status = CASE WHEN delivery_status IN ('pending', 'dead', 'withheld') THEN 'erased'
        ELSE delivery_status END,
    finished_at = COALESCE(finished_at, $2)
FROM theirs t WHERE o.id = t.id RETURNING o.id
"""
_ERASE_ATTEMPTS: Final = """
UPDATE webhook_logs SET detail = '', calls = NULL
WHERE outbound_id = ANY($1) AND request_id IS NULL
"""
_ERASE_RECEIPTS: Final = """
UPDATE receipts SET reason = '', facts = NULL WHERE outbound_id = ANY($1)
"""
# That a person has opted out stays: it can be honoured only while it is known.
_ERASE_WORDS: Final = """
UPDATE consent_changes SET words = '', reason = '' WHERE user_id = $1 AND address = $2
"""
_ERASE_FRAGMENTS: Final = "DELETE FROM message_fragments WHERE user_id = $1 AND sender = $2"
_ERASE_TASKS: Final = """
UPDATE agency_tasks SET
    title = 'erased', description = '', project = NULL, assignee = NULL, result = NULL,
    error = NULL, updated_at = $2
WHERE conversation_id = ANY($1) RETURNING id
"""
_ERASE_PROPOSALS: Final = """
UPDATE task_proposals SET
    participant = 'erased', title = 'erased', description = '', project = NULL, assignee = NULL,
    change = NULL,
    status = CASE WHEN status IN ('pending', 'undoable') THEN 'expired' ELSE status END
WHERE conversation_id = ANY($1)
"""
_ERASE_EXECUTIONS: Final = "UPDATE task_executions SET detail = '' WHERE task_id = ANY($1)"
_ERASE_REASONS: Final = """
UPDATE conversation_events SET reason = 'erased' WHERE conversation_id = ANY($1)
"""
_ARCHIVED: Final = """
INSERT INTO conversation_events (
    user_id, conversation_id, from_status, to_status, actor, reason, created_at)
SELECT user_id, id, status, 'archived', $2, 'erased', $3 FROM bot_conversations
WHERE id = ANY($1) AND status <> 'archived'
"""
# Whoever holds the lease finds it gone, and what they made of the conversation is dropped.
_ERASE_CONVERSATIONS: Final = """
UPDATE bot_conversations SET
    participant = 'erased', participant_name = NULL, context_summary = '', context_memory = '{}',
    status = 'archived', due_at = NULL, lease_id = NULL, attempts = 0, superseded = 0,
    updated_at = $2
WHERE id = ANY($1)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """How much is held of a person, and where."""

    sender_identifier: str
    names: Sequence[str]
    webhook_ids: Sequence[int]
    conversations: int
    messages: int
    deliveries: int
    tasks: int
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedConversation:
    """A conversation with what is remembered of it."""

    id: int
    webhook_id: int
    participant_name: str | None
    status: str
    context_summary: str
    context_memory: Mapping[str, JsonValue]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedMessage:
    """A message in full; `raw_payload` is the request's body in Base64, while it is kept."""

    id: int
    webhook_id: int
    conversation_id: int
    external_message_id: str | None
    sender_name: str | None
    recipient: str | None
    message_type: str
    content: str
    attachments: JsonValue
    structured: JsonValue
    facts: JsonValue
    analysis: JsonValue
    raw_payload: str | None
    raw_content_type: str | None
    processing_status: str
    sent_at: datetime | None
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedDelivery:
    """A reply to the person, or an event that told of them."""

    id: int
    webhook_id: int
    conversation_id: int
    kind: str
    event: str
    recipient: str
    content: str
    data: Mapping[str, JsonValue]
    status: str
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderExport:
    """All that is held of a person."""

    sender_identifier: str
    conversations: Sequence[ExportedConversation]
    messages: Sequence[ExportedMessage]
    deliveries: Sequence[ExportedDelivery]
    tasks: Sequence[Task]
    consent: Sequence[ConsentEntry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How much was erased, and of which webhooks."""

    webhook_ids: Sequence[int]
    conversations: int
    messages: int
    deliveries: int
    attempts: int
    tasks: int


async def sender_holdings(db: Database, *, user_id: int, sender: str) -> Holdings:
    """How much is held of a person. Raises `NotFound` when it is nothing."""
    async with db.connection() as connection:
        talks = await _found(connection, _TALKS, user_id=user_id, sender=sender)
        row = await connection.fetchrow(_COUNT, _ids(talks))
    assert row is not None
    return Holdings(
        sender_identifier=sender,
        webhook_ids=_webhooks(talks),
        conversations=len(talks),
        **dict(row),
    )


async def export_sender(db: Database, *, user_id: int, sender: str) -> SenderExport:
    """A copy of all that is held of a person. Raises `NotFound` when it is nothing."""
    async with db.connection() as connection:
        talks = await _found(connection, _TALKS, user_id=user_id, sender=sender)
        ids = _ids(talks)
        conversations = await connection.fetch(_CONVERSATIONS, ids)
        messages = await connection.fetch(_MESSAGES, ids)
        deliveries = await connection.fetch(_DELIVERIES, ids)
        tasks = await connection.fetch(_TASKS, ids)
        consent = await ledger_on(connection, user_id=user_id, sender=sender)
    return SenderExport(
        sender_identifier=sender,
        conversations=[
            ExportedConversation(
                **{**dict(row), "context_memory": json_object(row["context_memory"])}
            )
            for row in conversations
        ],
        messages=[_message(row) for row in messages],
        deliveries=[
            ExportedDelivery(**{**dict(row), "data": json_object(row["data"])})
            for row in deliveries
        ],
        tasks=[Task(**dict(row)) for row in tasks],
        consent=consent,
    )


async def erase_sender(
    db: Database, operation: Operation, *, sender: str, sender_hash: str
) -> Erased:
    """Erases what is held of a person, all of it or nothing; the audit trail gets the hash.

    Work under way is dropped when it ends. Raises `NotFound` when nothing is held.
    """
    at = operation.at
    async with db.transaction() as connection:
        talks = await _found(connection, _LOCK, user_id=operation.user_id, sender=sender)
        ids = _ids(talks)
        messages = _changed(await connection.execute(_ERASE_MESSAGES, ids))
        deliveries = [row["id"] for row in await connection.fetch(_ERASE_DELIVERIES, ids, at)]
        attempts = _changed(await connection.execute(_ERASE_ATTEMPTS, deliveries))
        await connection.execute(_ERASE_RECEIPTS, deliveries)
        await connection.execute(_ERASE_WORDS, operation.user_id, sender)
        await connection.execute(_ERASE_FRAGMENTS, operation.user_id, sender)
        tasks = [row["id"] for row in await connection.fetch(_ERASE_TASKS, ids, at)]
        await connection.execute(_ERASE_EXECUTIONS, tasks)
        await connection.execute(_ERASE_PROPOSALS, ids)
        await connection.execute(_ERASE_REASONS, ids)
        await connection.execute(_ARCHIVED, ids, operation.actor, at)
        await connection.execute(_ERASE_CONVERSATIONS, ids, at)
        erased = Erased(
            webhook_ids=_webhooks(talks),
            conversations=len(talks),
            messages=messages,
            deliveries=len(deliveries),
            attempts=attempts,
            tasks=len(tasks),
        )
        detail: dict[str, JsonValue] = {"senderHash": sender_hash, "messages": messages}
        for webhook_id in erased.webhook_ids:
            entry = LogEntry(webhook_id=webhook_id, event="sender.erased", detail=detail)
            await log_entry(connection, operation, entry)
    return erased


async def _found(
    connection: Connection, query: str, *, user_id: int, sender: str
) -> list[asyncpg.Record]:
    talks: list[asyncpg.Record] = await connection.fetch(query, user_id, sender)
    if not talks:
        raise NotFound(
            f"nothing is held of {sender}; senderIdentifier of a message is how a sender is called"
        )
    return talks


def _ids(talks: Sequence[asyncpg.Record]) -> list[int]:
    return [row["id"] for row in talks]


def _webhooks(talks: Sequence[asyncpg.Record]) -> list[int]:
    return sorted({row["webhook_id"] for row in talks})


def _changed(tag: str) -> int:
    """How many rows a statement changed, as PostgreSQL tags it: `UPDATE 3`."""
    return int(tag.rpartition(" ")[2])


def _message(row: asyncpg.Record) -> ExportedMessage:
    columns = dict(row)
    for name in ("attachments", "structured", "facts", "analysis"):
        columns[name] = json_value(columns[name])
    raw = columns["raw_payload"]
    columns["raw_payload"] = base64.b64encode(raw).decode() if raw is not None else None
    return ExportedMessage(**columns)
