"""Messages as their owner sees them: listed by webhook, and read with what became of them."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, get_args

import asyncpg

from gateway.plugin import JsonValue, Person
from gateway.plugin.errors import NotFound
from gateway.records import Message, ProcessingStatus
from gateway.store.columns import json_value, person_in
from gateway.store.conditions import LARGEST_ID, narrowed
from gateway.store.database import Connection, Database
from gateway.store.deliveries import DELIVERY_COLUMNS, Delivery
from gateway.store.media import MediaView, media_of

_COLUMNS: Final = """
    m.id, m.webhook_id, m.conversation_id, m.external_id AS external_message_id,
    m.sender AS sender_identifier, m.sender_name, m.message_type, m.content, m.attachments,
    m.processing_status, m.reason, m.analysis, r.content AS reply,
    r.delivery_status AS reply_status, m.sent_at, m.received_at, m.processed_at, m.trace_id
"""
_FROM: Final = "FROM inbound_messages m LEFT JOIN outbound_messages r ON r.id = m.reply_id"
_LIST: Final = f"""
SELECT {_COLUMNS} {_FROM}
WHERE m.user_id = $1 AND m.webhook_id = $2 AND m.id < $3 {{conditions}}
ORDER BY m.id DESC LIMIT $4
"""  # constants only
# Written out, because a partial index is found by a constant only.
_STATUS: Final = {
    status: f"AND m.processing_status = '{status}'" for status in get_args(ProcessingStatus)
}
_GET: Final = f"""
SELECT {_COLUMNS}, m.structured, m.facts, m.is_proven, m.requester, m.reply_id,
    m.raw_content_type,
    CASE WHEN $3::bool THEN m.raw_payload END AS raw_payload
{_FROM} WHERE m.user_id = $1 AND m.id = $2
"""  # constants only
_OF_TRACE: Final = f"""
SELECT {_COLUMNS} {_FROM} WHERE m.user_id = $1 AND m.trace_id = $2 ORDER BY m.id LIMIT $3
"""  # constants only
_TASKS: Final = """
SELECT id, title, status FROM agency_tasks WHERE user_id = $1 AND source_message_id = $2
ORDER BY source_index
"""
_REPLY: Final = f"""
SELECT {DELIVERY_COLUMNS} FROM outbound_messages WHERE user_id = $1 AND id = $2
"""  # noqa: S608 # field names of a record


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePage:
    """Which messages of a webhook are asked for, from `before_id` down; None leaves one out."""

    webhook_id: int
    limit: int
    before_id: int | None = None
    status: ProcessingStatus | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskOfMessage:
    """A task that came out of a message, in short."""

    id: int
    title: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDetail(Message):
    """One message with all that is known of it; `raw_payload` is the request's body in Base64."""

    structured: JsonValue
    facts: JsonValue
    is_proven: bool
    requester: Person | None
    raw_content_type: str | None
    raw_payload: str | None
    media: Sequence[MediaView]
    tasks: Sequence[TaskOfMessage]
    reply_delivery: Delivery | None


async def list_messages(db: Database, page: MessagePage, *, user_id: int) -> Sequence[Message]:
    """The newest messages of a webhook, from `before_id` down."""
    # A reason may go on after its code: "loop: this message has come through 6 gateways".
    reason, arguments = narrowed({"split_part(m.reason, ':', 1) = {}": page.reason}, first=5)
    status = _STATUS[page.status] if page.status else ""
    query = _LIST.format(conditions=f"{status} {reason}")
    before_id = page.before_id or LARGEST_ID
    async with db.connection() as connection:
        rows = await connection.fetch(
            query, user_id, page.webhook_id, before_id, page.limit, *arguments
        )
    return [Message(**_message(row)) for row in rows]


async def get_message(
    db: Database, *, user_id: int, message_id: int, with_raw_payload: bool
) -> MessageDetail:
    """One message of this user. Raises `NotFound`."""
    async with db.connection() as connection:
        row = await connection.fetchrow(_GET, user_id, message_id, with_raw_payload)
        if row is None:
            raise NotFound(
                f"no message {message_id}; GET /api/v1/webhooks/{{id}}/messages lists yours"
            )
        tasks = await connection.fetch(_TASKS, user_id, message_id)
        media = await media_of(connection, user_id=user_id, message_id=message_id)
        reply = await connection.fetchrow(_REPLY, user_id, row["reply_id"])
    raw = row["raw_payload"]
    return MessageDetail(
        **_message(row),
        structured=json_value(row["structured"]),
        facts=json_value(row["facts"]),
        is_proven=row["is_proven"],
        requester=person_in(row["requester"]),
        raw_content_type=row["raw_content_type"],
        raw_payload=base64.b64encode(raw).decode() if raw is not None else None,
        media=media,
        tasks=[TaskOfMessage(**dict(task)) for task in tasks],
        reply_delivery=Delivery(**dict(reply)) if reply is not None else None,
    )


async def messages_of_trace(
    connection: Connection, *, user_id: int, trace_id: str, limit: int
) -> Sequence[Message]:
    """The first messages of this user that came in a trace."""
    rows = await connection.fetch(_OF_TRACE, user_id, trace_id, limit)
    return [Message(**_message(row)) for row in rows]


def _message(row: asyncpg.Record) -> dict[str, Any]:
    found = {field.name: row[field.name] for field in fields(Message)}
    found["attachments"] = json_value(found["attachments"]) or []
    found["analysis"] = json_value(found["analysis"])
    return found
