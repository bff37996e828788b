"""A copy of all that is held of one person."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

import asyncpg

from gateway.plugin import JsonValue
from gateway.records import Task
from gateway.store.columns import json_object, json_value, task_in
from gateway.store.consents import ConsentEntry, ledger_on
from gateway.store.database import Database
from gateway.store.media import MEDIA_COLUMNS, MediaView
from gateway.store.people import Sender
from gateway.store.senders import THEIRS, find_held, ids_of
from gateway.store.standings import StandingProposal, proposal_of

_MESSAGES: Final = f"""
WITH {THEIRS}
SELECT m.id, m.webhook_id, t.conversation_id, m.external_id AS external_message_id,
    m.sender AS sender_identifier, m.sender_name, m.recipient, m.message_type, m.content,
    m.attachments, m.structured, m.facts, m.analysis, m.requester, m.raw_payload,
    m.raw_content_type, m.processing_status, m.sent_at, m.received_at
FROM theirs t JOIN inbound_messages m ON m.id = t.id ORDER BY m.id
"""  # noqa: S608 # constants only
_MEDIA: Final = f"""
SELECT {MEDIA_COLUMNS} FROM media WHERE message_id = ANY($1) ORDER BY message_id, place
"""  # noqa: S608 # constants only
_CONVERSATIONS: Final = """
SELECT id, webhook_id, participant, thread, participant_name, status, context_summary,
    context_memory, created_at, updated_at
FROM bot_conversations WHERE id = ANY($1) ORDER BY id
"""
_DELIVERIES: Final = """
SELECT id, webhook_id, conversation_id, kind, event, recipient, content, data,
    delivery_status AS status, created_at, finished_at
FROM outbound_messages WHERE conversation_id = ANY($1) OR id = ANY($2) ORDER BY id
"""
_TASKS: Final = f"""
SELECT {", ".join(field.name for field in fields(Task))}
FROM agency_tasks WHERE conversation_id = ANY($1) ORDER BY id
"""  # noqa: S608 # field names of a record
_PROPOSALS: Final = f"""
SELECT {", ".join(field.name for field in fields(StandingProposal))}
FROM task_proposals WHERE conversation_id = ANY($1) ORDER BY id
"""  # noqa: S608 # field names of a record
_TRANSITIONS: Final = """
SELECT conversation_id, from_status, to_status, actor, reason, created_at
FROM conversation_events WHERE conversation_id = ANY($1) ORDER BY id
"""
_ATTEMPTS: Final = """
SELECT outbound_id AS delivery_id, status, attempt, response_status, detail, calls, created_at
FROM webhook_logs WHERE outbound_id = ANY($1) AND request_id IS NULL ORDER BY id
"""
_RECEIPTS: Final = """
SELECT outbound_id AS delivery_id, state, error_code, reason, facts,
    COALESCE(at, received_at) AS at
FROM receipts WHERE outbound_id = ANY($1) ORDER BY id
"""
_EXECUTIONS: Final = """
SELECT e.task_id, e.status, e.detail, e.actor, e.created_at,
    CASE e.status WHEN 'created' THEN t.source_message_id ELSE e.message_id END AS message_id
FROM task_executions e JOIN agency_tasks t ON t.id = e.task_id
WHERE e.task_id = ANY($1) ORDER BY e.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedConversation:
    """A conversation with what is remembered of it."""

    id: int
    webhook_id: int
    participant: str
    thread: str
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
    conversation_id: int | None
    external_message_id: str | None
    sender_identifier: str
    sender_name: str | None
    recipient: str | None
    message_type: str
    content: str
    attachments: JsonValue
    structured: JsonValue
    facts: JsonValue
    analysis: JsonValue
    requester: JsonValue
    raw_payload: str | None
    raw_content_type: str | None
    processing_status: str
    sent_at: datetime | None
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedDelivery:
    """A reply or notification to the person, or an event that told of them."""

    id: int
    webhook_id: int
    conversation_id: int | None
    kind: str
    event: str
    recipient: str
    content: str
    data: Mapping[str, JsonValue]
    status: str
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedTransition:
    """What became of a conversation, who said so and why."""

    conversation_id: int
    from_status: str | None
    to_status: str
    actor: str
    reason: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedAttempt:
    """One attempt at a delivery, with the beginning of what was answered."""

    delivery_id: int
    status: str
    attempt: int
    response_status: int | None
    detail: str
    calls: JsonValue
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedReceipt:
    """What the provider said later of a delivery."""

    delivery_id: int
    state: str
    error_code: str
    reason: str
    facts: JsonValue
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedExecution:
    """What was done with a task, by whom, what they said of it, and in which message."""

    task_id: int
    status: str
    detail: str
    actor: str
    created_at: datetime
    message_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderExport:
    """All that is held of a person, by all senders that are linked to the asked one."""

    sender_identifier: str
    linked: Sequence[Sender]
    conversations: Sequence[ExportedConversation]
    transitions: Sequence[ExportedTransition]
    messages: Sequence[ExportedMessage]
    media: Sequence[MediaView]
    deliveries: Sequence[ExportedDelivery]
    attempts: Sequence[ExportedAttempt]
    receipts: Sequence[ExportedReceipt]
    tasks: Sequence[Task]
    executions: Sequence[ExportedExecution]
    proposals: Sequence[StandingProposal]
    consent: Sequence[ConsentEntry]


async def export_sender(db: Database, *, user_id: int, sender: str) -> SenderExport:
    """A copy of all that is held of a person. Raises `NotFound` when it is nothing."""
    async with db.connection() as connection:
        held = await find_held(connection, user_id=user_id, sender=sender)
        ids = held.talks
        conversations = await connection.fetch(_CONVERSATIONS, ids)
        transitions = await connection.fetch(_TRANSITIONS, ids)
        messages = await connection.fetch(_MESSAGES, ids, held.set_aside)
        media = await connection.fetch(_MEDIA, ids_of(messages))
        deliveries = await connection.fetch(_DELIVERIES, ids, held.beside)
        attempts = await connection.fetch(_ATTEMPTS, ids_of(deliveries))
        receipts = await connection.fetch(_RECEIPTS, ids_of(deliveries))
        tasks = await connection.fetch(_TASKS, ids)
        executions = await connection.fetch(_EXECUTIONS, ids_of(tasks))
        proposals = await connection.fetch(_PROPOSALS, ids)
        consent = await ledger_on(connection, user_id=user_id, keys=held.keys)
    return SenderExport(
        sender_identifier=sender,
        linked=held.linked,
        conversations=[_conversation(row) for row in conversations],
        transitions=[ExportedTransition(**dict(row)) for row in transitions],
        messages=[_message(row) for row in messages],
        media=[MediaView(**dict(row)) for row in media],
        deliveries=[
            ExportedDelivery(**{**dict(row), "data": json_object(row["data"])})
            for row in deliveries
        ],
        attempts=[
            ExportedAttempt(**{**dict(row), "calls": json_value(row["calls"])}) for row in attempts
        ],
        receipts=[
            ExportedReceipt(**{**dict(row), "facts": json_value(row["facts"])}) for row in receipts
        ],
        tasks=[task_in(row) for row in tasks],
        executions=[ExportedExecution(**dict(row)) for row in executions],
        proposals=[proposal_of(row) for row in proposals],
        consent=consent,
    )


def _conversation(row: asyncpg.Record) -> ExportedConversation:
    return ExportedConversation(
        **{**dict(row), "context_memory": json_object(row["context_memory"])}
    )


def _message(row: asyncpg.Record) -> ExportedMessage:
    columns = dict(row)
    for name in ("attachments", "structured", "facts", "analysis", "requester"):
        columns[name] = json_value(columns[name])
    raw = columns["raw_payload"]
    columns["raw_payload"] = base64.b64encode(raw).decode() if raw is not None else None
    return ExportedMessage(**columns)
