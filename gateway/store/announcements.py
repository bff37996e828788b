"""Events about something else than a turn, told in the transaction of what they report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from gateway.plugin import JsonValue
from gateway.rules.traces import Trace
from gateway.store.columns import json_text
from gateway.store.database import Connection
from gateway.tracing import kept_trace

_NUMBER: Final = """
UPDATE bot_conversations SET event_sequence = event_sequence + 1 WHERE id = $1
RETURNING event_sequence
"""
_ANNOUNCE: Final = """
INSERT INTO outbound_messages (
    user_id, webhook_id, source_webhook_id, conversation_id, in_reply_to, kind, event, event_id,
    sequence, recipient, content, data, delivery_status, scheduled_for, attempts, created_at,
    trace_id, trace_parent)
SELECT $1, listener, COALESCE($3, listener), $4, $5, 'event', $6, $7, $8, '', '', $9::jsonb,
    'pending', $10, 0, $10, $11, $12
FROM unnest($2::bigint[]) AS listener
RETURNING webhook_id, id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """An event, the endpoints that are told of it, what it is about, and the trace of that."""

    user_id: int
    listeners: Sequence[int]
    event: str
    told: Mapping[str, JsonValue]
    at: datetime
    webhook_id: int | None = None
    conversation_id: int | None = None
    message_id: int | None = None
    trace: Trace | None = None


async def announce(connection: Connection, announcement: Announcement) -> dict[int, int]:
    """Tells the endpoints of an event, in the transaction of what they are told.

    Answers with the delivery to each of them.
    """
    if not announcement.listeners:
        return {}
    sequence = await connection.fetchval(_NUMBER, announcement.conversation_id) or 0
    rows = await connection.fetch(
        _ANNOUNCE,
        announcement.user_id,
        list(announcement.listeners),
        announcement.webhook_id,
        announcement.conversation_id,
        announcement.message_id,
        announcement.event,
        f"evt_{uuid4().hex}",
        sequence,
        json_text(announcement.told),
        announcement.at,
        *kept_trace(announcement.at, of=announcement.trace),
    )
    return {row["webhook_id"]: row["id"] for row in rows}
