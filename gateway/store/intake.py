"""Messages into the log: one statement for as many as arrive together."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from gateway.records import NewMessage, Stored
from gateway.rules.traces import columns_of
from gateway.store.columns import json_text, person_json, structured_json
from gateway.store.database import Connection, Database
from gateway.store.media import add_media

# Messages are written in the order of their key, and conversations in the order of theirs, here
# and wherever else they are locked: two processes never wait for each other in a circle. A message
# finds its conversation by webhook, sender and thread; which one answered it is noted with the
# answer.
# A resolved conversation is reopened; `opened_by` tells which message did it, whoever else writes.
# Each message of a channel that gathers moves the answer on, up to five windows from the first one;
# a command, which has no `gathering_since`, brings it forward, even while a responder is away.
_MESSAGES: Final = """
WITH incoming AS MATERIALIZED (
    SELECT nextval('inbound_messages_id_seq') AS id, i.*
    FROM unnest(
        $1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
        $8::text[], $9::jsonb[], $10::jsonb[], $11::jsonb[], $12::bytea[], $13::text[],
        $14::text[], $15::text[], $16::timestamptz[], $17::timestamptz[], $18::text[],
        $19::timestamptz[], $20::bool[], $21::smallint[], $22::text[],
        $23::text[], $24::bool[], $25::jsonb[], $26::text[], $27::text[]
    ) WITH ORDINALITY AS i(
        user_id, webhook_id, external_id, sender, sender_name, recipient, message_type, content,
        attachments, structured, facts, raw_payload, raw_content_type, request_id, reason, sent_at,
        received_at, event_id, due_at, is_command, hops, thread, status, is_proven, requester,
        trace_id, trace_parent, ord)
),
stored AS (
    INSERT INTO inbound_messages (
        id, user_id, webhook_id, external_id, sender, sender_name, recipient, message_type,
        content, attachments, structured, facts, raw_payload, raw_content_type, request_id,
        processing_status, reason, sent_at, received_at, hops, thread, is_proven, requester,
        trace_id, trace_parent)
    SELECT id, user_id, webhook_id, external_id, sender, sender_name, recipient, message_type,
        content, attachments, structured, facts, raw_payload, raw_content_type, request_id,
        status, reason, sent_at, received_at, hops, thread, is_proven, requester, trace_id,
        trace_parent
    FROM incoming ORDER BY webhook_id, external_id, ord
    ON CONFLICT (webhook_id, external_id) DO NOTHING
    RETURNING id
),
talks AS (
    INSERT INTO bot_conversations AS c (
        user_id, webhook_id, participant, participant_name, status, context_summary,
        context_memory, message_count, event_sequence, due_at, gathering_since, attempts,
        superseded, created_at, updated_at, opened_by, thread)
    SELECT min(user_id), webhook_id, sender, max(sender_name), 'active', '', '{}',
        count(*), count(event_id),
        CASE WHEN bool_or(is_command) OR max(due_at) = max(received_at)
            THEN min(received_at) ELSE max(due_at) END,
        CASE WHEN NOT bool_or(is_command) THEN min(received_at) END,
        0, 0, min(received_at), max(received_at), min(id), thread
    FROM stored JOIN incoming USING (id) WHERE reason IS NULL
    GROUP BY webhook_id, sender, thread ORDER BY webhook_id, sender, thread
    ON CONFLICT (webhook_id, participant, thread) WHERE status <> 'archived' DO UPDATE SET
        message_count = c.message_count + excluded.message_count,
        event_sequence = c.event_sequence + excluded.event_sequence,
        participant_name = COALESCE(excluded.participant_name, c.participant_name),
        status = CASE WHEN c.status = 'resolved' THEN 'active' ELSE c.status END,
        opened_by = CASE WHEN c.status = 'resolved' THEN excluded.opened_by ELSE c.opened_by END,
        due_at = CASE
            WHEN c.status = 'paused' THEN NULL
            WHEN c.due_at IS NULL THEN excluded.due_at
            WHEN c.lease_id IS NOT NULL THEN c.due_at
            WHEN excluded.gathering_since IS NULL THEN LEAST(c.due_at, excluded.due_at)
            WHEN c.attempts > 0 THEN c.due_at
            WHEN c.gathering_since IS NULL OR excluded.due_at <= excluded.gathering_since
            THEN LEAST(c.due_at, excluded.due_at)
            ELSE LEAST(GREATEST(c.due_at, excluded.due_at), c.gathering_since
                + 5 * (excluded.due_at - excluded.gathering_since)) END,
        gathering_since = CASE
            WHEN c.due_at IS NULL THEN excluded.gathering_since ELSE c.gathering_since END,
        updated_at = excluded.updated_at
    RETURNING id, user_id, webhook_id, participant, thread, event_sequence, updated_at,
        opened_by, xmax = 0 AS is_new
),
opened AS (
    INSERT INTO conversation_events (
        user_id, conversation_id, from_status, to_status, actor, reason, created_at)
    SELECT user_id, id, CASE WHEN NOT is_new THEN 'resolved' END, 'active',
        CASE WHEN is_new THEN 'participant' ELSE 'system' END,
        CASE WHEN is_new THEN 'first message' ELSE 'new message' END, updated_at
    FROM talks WHERE opened_by IN (SELECT id FROM stored)
)"""
_EVENTS: Final = """,
announced AS (
    SELECT i.*, t.id AS conversation_id,
        t.event_sequence - count(*) OVER (PARTITION BY t.id)
            + row_number() OVER (PARTITION BY t.id ORDER BY i.ord) AS sequence
    FROM stored JOIN incoming i USING (id)
    JOIN talks t ON t.webhook_id = i.webhook_id AND t.participant = i.sender
        AND t.thread = i.thread
    WHERE i.event_id IS NOT NULL AND i.reason IS NULL
),
told AS (
    INSERT INTO outbound_messages (
        user_id, webhook_id, source_webhook_id, conversation_id, in_reply_to, kind, event,
        event_id, sequence, recipient, content, data, delivery_status, scheduled_for, attempts,
        created_at, hops, trace_id, trace_parent)
    SELECT a.user_id, l.listener, a.webhook_id, a.conversation_id, a.id, 'event',
        'message.received', a.event_id, a.sequence, '', '',
        jsonb_build_object(
            'messageId', a.id, 'conversationId', a.conversation_id, 'senderIdentifier', a.sender,
            'senderName', a.sender_name, 'messageType', a.message_type, 'content', a.content,
            'attachments', COALESCE(a.attachments, '[]'), 'externalMessageId', a.external_id),
        'pending', a.received_at, 0, a.received_at, a.hops + 1, a.trace_id, a.trace_parent
    FROM unnest($28::bigint[], $29::bigint[]) AS l(ord, listener)
    JOIN announced a ON a.ord = l.ord
)"""
_FOUND: Final = """
SELECT i.ord, i.id, s.id IS NOT NULL AS is_new
FROM incoming i LEFT JOIN stored s ON s.id = i.id ORDER BY i.ord
"""
_STORE: Final = _MESSAGES + _FOUND
_STORE_AND_TELL: Final = _MESSAGES + _EVENTS + _FOUND

_FIRST: Final = """
SELECT DISTINCT ON (k.ord) k.ord, m.id
FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS k(ord, webhook_id, external_id)
JOIN inbound_messages m ON m.webhook_id = k.webhook_id AND m.external_id = k.external_id
"""


async def store_messages(db: Database, messages: Sequence[NewMessage]) -> list[Stored]:
    """Once this returns, the messages cannot be lost; a duplicate gets the first one's id."""
    if any(new.media for new in messages):
        async with db.transaction() as connection:
            return await store_on(connection, messages)
    async with db.connection() as connection:
        return await store_on(connection, messages)


async def store_on(connection: Connection, messages: Sequence[NewMessage]) -> list[Stored]:
    """The same as a part of a transaction: they are kept when it commits."""
    traces = zip(*(columns_of(new.trace) for new in messages), strict=True)
    columns = (*_columns(messages), *_times(messages), *_standings(messages), *traces)
    numbers, listeners = _listeners(messages)
    # PostgreSQL sets up each part of a statement, whether or not a row comes through it.
    if listeners:
        rows = await connection.fetch(_STORE_AND_TELL, *columns, numbers, listeners)
    else:
        rows = await connection.fetch(_STORE, *columns)
    found = {row["ord"]: Stored(message_id=row["id"], duplicate=not row["is_new"]) for row in rows}
    repeated = [ord_ for ord_, stored in found.items() if stored.duplicate]
    if repeated:
        found.update(await _first_ones(connection, messages, repeated))
    stored = [found[number] for number in range(1, len(messages) + 1)]
    if any(new.media for new in messages):
        await add_media(connection, messages, stored)
    return stored


async def find_repeated(
    db: Database, external_ids: Sequence[str], *, webhook_id: int
) -> Sequence[Stored] | None:
    """The first ones of messages that were all stored before; None when one of them is new."""
    numbers = list(range(1, len(external_ids) + 1))
    async with db.connection() as connection:
        rows = await connection.fetch(
            _FIRST, numbers, [webhook_id] * len(numbers), list(external_ids)
        )
    if len(rows) < len(numbers):
        return None
    return [Stored(message_id=row["id"], duplicate=True) for row in rows]


async def _first_ones(
    connection: Connection, messages: Sequence[NewMessage], repeated: Sequence[int]
) -> dict[int, Stored]:
    chosen = [messages[number - 1] for number in repeated]
    rows = await connection.fetch(
        _FIRST,
        list(repeated),
        [new.webhook_id for new in chosen],
        [new.message.external_id for new in chosen],
    )
    return {row["ord"]: Stored(message_id=row["id"], duplicate=True) for row in rows}


def _columns(messages: Sequence[NewMessage]) -> list[list[object]]:
    rows = [
        (
            new.user_id,
            new.webhook_id,
            message.external_id,
            message.sender,
            message.sender_name,
            message.recipient,
            message.kind,
            message.text,
            _attachments_json(new) if message.attachments else None,
            structured_json(message.structured) if message.structured else None,
            json_text(message.facts) if message.facts else None,
            new.raw_payload,
            new.raw_content_type,
            new.request_id,
            new.reason,
            message.sent_at,
            new.received_at,
            f"evt_{uuid4().hex}" if new.listeners else None,
        )
        for new in messages
        for message in (new.message,)
    ]
    return [list(column) for column in zip(*rows, strict=True)]


def _attachments_json(new: NewMessage) -> str:
    """The attachments of a message, with what became of those that are files."""
    kept = {media.place: media.shown for media in new.media}
    return json_text(
        [
            {"type": one.type, "url": one.url, "name": one.name, **kept.get(place, {})}
            for place, one in enumerate(new.message.attachments)
        ]
    )


def _listeners(messages: Sequence[NewMessage]) -> tuple[list[int], list[int]]:
    pairs = [(number, id_) for number, new in enumerate(messages, 1) for id_ in new.listeners]
    return [number for number, _ in pairs], [id_ for _, id_ in pairs]


def _times(
    messages: Sequence[NewMessage],
) -> tuple[list[datetime], list[bool], list[int], list[str]]:
    """When each message is to be answered, whether as a command, how far it came, its thread."""
    return (
        [new.received_at + timedelta(seconds=new.gather_seconds) for new in messages],
        [new.is_command for new in messages],
        [new.hops for new in messages],
        [new.message.thread_hint or "" for new in messages],
    )


def _standings(messages: Sequence[NewMessage]) -> tuple[list[str], list[bool], list[str | None]]:
    """Whether each message is answered, whether its sender is certain, and whom it speaks for."""
    aside = {False: "quarantined", True: "ignored"}
    return (
        ["received" if new.reason is None else aside[new.is_ignored] for new in messages],
        [new.message.is_proven for new in messages],
        [person_json(new.message.requester) for new in messages],
    )
