"""Long messages that come in pieces, in any order and to any process: kept until they are whole."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import asyncpg

from gateway.plugin import InboundMessage
from gateway.records import NewMessage, Stored
from gateway.store.columns import json_text
from gateway.store.database import Connection, Database
from gateway.store.intake import store_on
from gateway.tracing import begin

PATIENCE: Final = timedelta(minutes=3)
"""How long a message waits for its last pieces; then it is read without them."""
FORGOTTEN: Final = timedelta(hours=1)
"""After it the same reference, of which telephones have 256, is another message."""
AT_A_TIME: Final = 20

_ONE_AT_A_TIME: Final = """
SELECT pg_advisory_xact_lock(hashtext('gateway fragments'), hashtext($1))
"""
_KEEP: Final = """
INSERT INTO message_fragments AS f (
    user_id, webhook_id, sender, ref, number, total, recipient, external_id, content, facts,
    raw_payload, raw_content_type, request_id, received_at, is_done, thread)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, FALSE, $16)
ON CONFLICT (webhook_id, sender, ref, number) DO UPDATE SET
    total = excluded.total, recipient = excluded.recipient, external_id = excluded.external_id,
    content = excluded.content, facts = excluded.facts, raw_payload = excluded.raw_payload,
    raw_content_type = excluded.raw_content_type, request_id = excluded.request_id,
    received_at = excluded.received_at, is_done = FALSE, thread = excluded.thread
WHERE f.received_at < $15
RETURNING id
"""
_PIECES: Final = """
SELECT * FROM message_fragments
WHERE webhook_id = $1 AND sender = $2 AND ref = $3 AND NOT is_done AND received_at >= $4
ORDER BY number
"""
_DONE: Final = """
UPDATE message_fragments SET is_done = TRUE, content = '', facts = NULL, raw_payload = ''
WHERE id = ANY($1)
"""
_CLEAR: Final = """
DELETE FROM message_fragments WHERE webhook_id = $1 AND is_done AND received_at < $2
"""
_LATE: Final = """
SELECT webhook_id, sender, ref, min(user_id) AS user_id FROM message_fragments
WHERE NOT is_done GROUP BY webhook_id, sender, ref
HAVING max(received_at) < $1 LIMIT $2
"""


async def keep_fragment(
    db: Database, new: NewMessage, *, joined: Callable[[str], str]
) -> Stored | None:
    """Once this returns, the piece cannot be lost; the message, when this piece makes it whole.

    `joined` gives what is stored of the text of all pieces.
    """
    message, fragment = new.message, new.message.fragment
    assert fragment is not None
    since = new.received_at - FORGOTTEN
    async with db.transaction() as connection:
        await _lock(connection, new.webhook_id, message.sender, fragment.ref)
        kept = await connection.fetchval(
            _KEEP,
            new.user_id,
            new.webhook_id,
            message.sender,
            fragment.ref[:64],
            fragment.number,
            fragment.total,
            message.recipient,
            message.external_id,
            message.text,
            json_text(message.facts) if message.facts else None,
            new.raw_payload,
            new.raw_content_type,
            new.request_id,
            new.received_at,
            since,
            message.thread_hint or "",
        )
        if kept is None:
            return None
        pieces = await connection.fetch(
            _PIECES, new.webhook_id, message.sender, fragment.ref[:64], since
        )
        if len(pieces) < fragment.total:
            return None
        return await _put_together(connection, pieces, new, joined)


async def late_fragments(db: Database, *, now: datetime) -> Sequence[asyncpg.Record]:
    """The messages whose last pieces have not come: webhook, sender, reference and account."""
    async with db.connection() as connection:
        rows: Sequence[asyncpg.Record] = await connection.fetch(_LATE, now - PATIENCE, AT_A_TIME)
    return rows


async def give_up_waiting(
    db: Database,
    late: asyncpg.Record,
    *,
    listeners: tuple[int, ...],
    now: datetime,
    joined: Callable[[str], str],
) -> Stored | None:
    """The message without the pieces that never came; None when somebody else was faster."""
    async with db.transaction() as connection:
        key = (late["webhook_id"], late["sender"], late["ref"])
        await _lock(connection, *key)
        pieces = await connection.fetch(_PIECES, *key, now - timedelta(days=365))
        if not pieces or pieces[-1]["received_at"] >= now - PATIENCE:
            return None
        first = pieces[0]
        new = NewMessage(
            user_id=first["user_id"],
            webhook_id=first["webhook_id"],
            message=InboundMessage(
                sender=first["sender"], text="", thread_hint=first["thread"] or None
            ),
            raw_payload=first["raw_payload"],
            raw_content_type=first["raw_content_type"],
            request_id=first["request_id"],
            received_at=first["received_at"],
            listeners=listeners,
            trace=begin(now),
        )
        return await _put_together(connection, pieces, new, joined)


async def _put_together(
    connection: Connection,
    pieces: Sequence[asyncpg.Record],
    new: NewMessage,
    joined: Callable[[str], str],
) -> Stored:
    """Stores the one message that the pieces are; the first one's id is its own."""
    first = pieces[0]
    message = replace(
        new.message,
        text=joined("".join(piece["content"] for piece in pieces)),
        external_id=first["external_id"],
        recipient=first["recipient"],
        fragment=None,
        facts={
            **new.message.facts,
            "fragments": [piece["number"] for piece in pieces],
            "fragmentsOf": first["total"],
        },
    )
    [stored] = await store_on(connection, [replace(new, message=message)])
    await connection.execute(_DONE, [piece["id"] for piece in pieces])
    await connection.execute(_CLEAR, new.webhook_id, new.received_at - FORGOTTEN)
    return stored


async def _lock(connection: Connection, webhook_id: int, sender: str, ref: str) -> None:
    await connection.execute(_ONE_AT_A_TIME, f"{webhook_id}:{sender}:{ref}")
