"""Conversations as their owner sees them: listed, read, and moved through their lifecycle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from heapq import merge
from typing import Final, Literal

import asyncpg

from gateway.plugin import JsonValue
from gateway.plugin.errors import NotFound
from gateway.rules.lifecycle import ConversationAction, possible_actions
from gateway.store.columns import json_object, json_value
from gateway.store.conditions import LARGEST_ID, narrowed
from gateway.store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSummary:
    """One conversation as a list shows it."""

    id: int
    webhook_id: int
    participant: str
    thread: str
    participant_name: str | None
    status: str
    context_summary: str
    message_count: int
    resumes_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationDetail(ConversationSummary):
    """One conversation with what it remembers, and what can be done with it."""

    context_memory: Mapping[str, JsonValue]
    possible_actions: Sequence[ConversationAction]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationPage:
    """Which conversations are asked for, from `before_id` down; None leaves a condition out."""

    limit: int
    before_id: int | None = None
    webhook_id: int | None = None
    status: str | None = None
    participant: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationMessage:
    """What was said in a conversation: by its participant (inbound), or to it (outbound)."""

    direction: Literal["inbound", "outbound"]
    author: Literal["participant", "assistant", "person"]
    id: int
    content: str
    attachments: JsonValue
    status: str
    in_reply_to: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One change of a conversation's status, who made it and why (AC-17)."""

    id: int
    from_status: str | None
    to_status: str
    actor: str
    reason: str
    created_at: datetime


SUMMARY: Final = ", ".join(field.name for field in fields(ConversationSummary))
# One walk down an index for each of the account's few webhooks. Rows are compared as a range, since
# PostgreSQL takes an equality for a reason to walk the primary key, all of it where a webhook has
# few rows or none. Open and archived conversations of a participant have an index each.
_LIST: Final = """
SELECT d.* FROM user_webhooks w CROSS JOIN LATERAL ({walks}) d
WHERE w.user_id = $1 {webhook} ORDER BY d.id DESC LIMIT $2
"""
_WALK: Final = """
    (SELECT {columns} FROM bot_conversations c
     WHERE (c.webhook_id, c.id) < (w.id, $3::bigint) AND c.webhook_id >= w.id
     AND c.user_id = $1 {conditions} ORDER BY c.webhook_id DESC, c.id DESC LIMIT $2)
"""
_FIND: Final = """
    (SELECT {columns} FROM bot_conversations c
     WHERE c.webhook_id = w.id AND c.user_id = $1 AND c.id < $3::bigint {conditions}
     ORDER BY c.id DESC LIMIT $2)
"""
# Written out, because a partial index is found by a constant only.
_STATUS: Final = {
    status: f"AND c.status = '{status}'" for status in ("active", "paused", "resolved", "archived")
}
_EITHER: Final[tuple[str, ...]] = ("AND c.status <> 'archived'", "AND c.status = 'archived'")
_GET: Final = f"""
SELECT {SUMMARY}, context_memory FROM bot_conversations WHERE user_id = $1 AND id = $2
"""  # noqa: S608 # field names of a record

# A message that waits for an answer has no conversation yet: it is the open one's.
_SAID: Final = """
WITH c AS MATERIALIZED (
    SELECT id, webhook_id, participant, thread, status FROM bot_conversations
    WHERE user_id = $1 AND id = $2
)
(SELECT 'inbound' AS direction, 'participant' AS author, m.* FROM c CROSS JOIN LATERAL (
    (SELECT id, content, attachments, processing_status AS status, NULL::bigint AS in_reply_to,
        received_at AS at
     FROM inbound_messages WHERE conversation_id = c.id AND processing_status <> 'received'
     AND id < $3 ORDER BY id DESC LIMIT $5)
    UNION ALL
    (SELECT id, content, attachments, processing_status, NULL::bigint, received_at
     FROM inbound_messages WHERE webhook_id = c.webhook_id AND sender = c.participant
     AND thread = c.thread AND processing_status = 'received' AND c.status <> 'archived'
     AND id < $3 ORDER BY id DESC LIMIT $5)
) m ORDER BY m.id DESC LIMIT $5)
UNION ALL
(SELECT 'outbound', COALESCE(o.data ->> 'author', 'assistant'), o.id, o.content, NULL::jsonb,
    o.delivery_status, o.in_reply_to, o.created_at
 FROM c JOIN outbound_messages o ON o.conversation_id = c.id
 WHERE o.kind = 'reply' AND o.id < $4 ORDER BY o.id DESC LIMIT $5)
"""
_TRANSITIONS: Final = f"""
SELECT {", ".join(field.name for field in fields(Transition))} FROM conversation_events
WHERE user_id = $1 AND conversation_id = $2 AND ($3::bigint IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""  # noqa: S608 # field names of a record


async def list_conversations(
    db: Database, page: ConversationPage, *, user_id: int
) -> Sequence[ConversationSummary]:
    """The newest conversations of this user, from `before_id` down."""
    webhook, webhook_id = narrowed({"w.id = {}": page.webhook_id}, first=4)
    participant, arguments = narrowed(
        {"c.participant = {}": page.participant}, first=4 + len(webhook_id)
    )
    walk, parts = (_FIND, _EITHER) if arguments else (_WALK, ("",))
    if page.status is not None:
        parts = (_STATUS[page.status],)
    walks = (walk.format(columns=SUMMARY, conditions=f"{part} {participant}") for part in parts)
    query = _LIST.format(walks=" UNION ALL ".join(walks), webhook=webhook)
    async with db.connection() as connection:
        rows = await connection.fetch(
            query, user_id, page.limit, page.before_id or LARGEST_ID, *webhook_id, *arguments
        )
    return [ConversationSummary(**dict(row)) for row in rows]


async def get_conversation(
    db: Database, *, user_id: int, conversation_id: int
) -> ConversationDetail:
    """One conversation of this user. Raises `NotFound`."""
    async with db.connection() as connection:
        row = await connection.fetchrow(_GET, user_id, conversation_id)
    if row is None:
        raise no_conversation(conversation_id)
    found = dict(row)
    found["context_memory"] = json_object(found["context_memory"])
    return ConversationDetail(**found, possible_actions=possible_actions(found["status"]))


async def list_said(
    db: Database, *, user_id: int, conversation_id: int, before: tuple[int, int], limit: int
) -> Sequence[ConversationMessage]:
    """What was said in a conversation, newest first, from a message id and a reply id down."""
    async with db.connection() as connection:
        rows = await connection.fetch(_SAID, user_id, conversation_id, *before, limit)
    # Each side stays in the order of its ids, so that a page ends at one id of each.
    sides = [
        sorted((r for r in rows if r["direction"] == direction), key=_id, reverse=True)
        for direction in ("outbound", "inbound")
    ]
    newest = merge(*sides, key=lambda row: row["at"], reverse=True)
    return [_said(row) for row, _ in zip(newest, range(limit), strict=False)]


async def list_transitions(
    db: Database, *, user_id: int, conversation_id: int, before_id: int | None, limit: int
) -> Sequence[Transition]:
    """The changes of a conversation's status, newest first, from `before_id` down."""
    async with db.connection() as connection:
        rows = await connection.fetch(_TRANSITIONS, user_id, conversation_id, before_id, limit)
    return [Transition(**dict(row)) for row in rows]


def no_conversation(conversation_id: int) -> NotFound:
    """That there is no such conversation, or none of this user's."""
    return NotFound(f"no conversation {conversation_id}; GET /api/v1/conversations lists yours")


def _id(row: asyncpg.Record) -> int:
    found: int = row["id"]
    return found


def _said(row: asyncpg.Record) -> ConversationMessage:
    found = dict(row)
    found["attachments"] = json_value(found["attachments"]) or []
    return ConversationMessage(**found)
