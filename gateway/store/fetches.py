"""Files that are still to be fetched or read: claimed under a lease, settled, waited for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from gateway.records import ClaimedConversation
from gateway.rules.media import MediaState
from gateway.store.columns import json_text
from gateway.store.database import Connection, Database
from gateway.store.turns import LOCK_CONVERSATIONS, POSTPONE

_KEPT: Final = "SELECT content FROM media WHERE id = $1"
_IS_DUE: Final = "SELECT EXISTS (SELECT FROM media WHERE due_at <= $1)"
_CLAIM: Final = """
WITH due AS MATERIALIZED (
    SELECT id FROM media WHERE due_at <= $1 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
)
UPDATE media m SET due_at = $2, attempts = m.attempts + 1 FROM due WHERE m.id = due.id
RETURNING m.id, m.user_id, m.webhook_id, m.message_id, m.ref, m.place, m.name, m.declared_type,
    m.content_type, m.source_url, m.attempts
"""
_RENEW: Final = """
UPDATE media m SET due_at = $3 FROM unnest($1::bigint[], $2::smallint[]) AS held(id, attempts)
WHERE m.id = held.id AND m.attempts = held.attempts AND m.due_at IS NOT NULL
"""
# Everything below asks for the attempt: whoever held a file too long finds that it is another's.
_RETRY: Final = """
UPDATE media SET due_at = $3, detail = $4 WHERE id = $1 AND attempts = $2 AND due_at IS NOT NULL
"""
_CONTENT: Final = """
UPDATE media SET content = $3 WHERE id = $1 AND attempts = $2 AND due_at IS NOT NULL
"""
_LOCK: Final = """
SELECT c.id FROM inbound_messages m JOIN bot_conversations c
ON c.webhook_id = m.webhook_id AND c.participant = m.sender AND c.thread = m.thread
    AND c.status <> 'archived'
WHERE m.id = $1 FOR UPDATE OF c
"""
_SETTLE: Final = """
UPDATE media SET due_at = NULL, state = $3, content_type = $4, size = $5, reason = $6, detail = $7
WHERE id = $1 AND attempts = $2 AND due_at IS NOT NULL RETURNING is_awaited
"""
_SHOW: Final = """
UPDATE inbound_messages
SET attachments = jsonb_set(attachments, ARRAY[$2::text], attachments -> $3::int || $4::jsonb)
WHERE id = $1 AND jsonb_array_length(attachments) > $3
"""
# A conversation whose responder failed keeps its own time.
_WAKE: Final = """
UPDATE bot_conversations c SET due_at = $2
WHERE id = $1 AND status = 'active' AND lease_id IS NULL AND attempts = 0 AND due_at > $2
AND NOT EXISTS (
    SELECT FROM inbound_messages m JOIN media f ON f.message_id = m.id
    WHERE m.webhook_id = c.webhook_id AND m.sender = c.participant AND m.thread = c.thread
    AND m.processing_status = 'received' AND f.due_at IS NOT NULL)
RETURNING id
"""
_AWAIT: Final = """
UPDATE media SET is_awaited = TRUE WHERE message_id = ANY($1) AND due_at IS NOT NULL RETURNING id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedMedia:
    """A file that this worker alone fetches and reads until the lease runs out.

    One without a `source_url` came along with its message, and is only to be read.
    """

    id: int
    user_id: int
    webhook_id: int
    message_id: int
    ref: UUID
    place: int
    name: str | None
    declared_type: str
    content_type: str
    source_url: str | None
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult:
    """How one attempt at a file ended: it is there, given up, or asked for again at `retry_at`."""

    claimed: ClaimedMedia
    state: MediaState
    content_type: str
    content: bytes | None = field(default=None, repr=False)
    size: int = 0
    reason: str = ""
    detail: str = ""
    words: str = ""
    retry_at: datetime | None = None


async def is_media_due(db: Database, *, now: datetime) -> bool:
    """Whether a file waits that nobody fetches."""
    async with db.connection() as connection:
        return bool(await connection.fetchval(_IS_DUE, now))


async def claim_media(
    db: Database, *, now: datetime, lease_seconds: float, limit: int
) -> list[ClaimedMedia]:
    """Takes up to `limit` files that are due; nobody else gets them until the lease runs out."""
    until = now + timedelta(seconds=lease_seconds)
    async with db.connection() as connection:
        rows = await connection.fetch(_CLAIM, now, until, limit)
    return [ClaimedMedia(**dict(row)) for row in rows]


async def renew_media(db: Database, claimed: Sequence[ClaimedMedia], *, until: datetime) -> None:
    """Keeps the leases of files that are still fetched."""
    ids, attempts = [one.id for one in claimed], [one.attempts for one in claimed]
    async with db.connection() as connection:
        await connection.execute(_RENEW, ids, attempts, until)


async def content_of(db: Database, claimed: ClaimedMedia) -> bytes | None:
    """A file that came along; None when it is gone."""
    async with db.connection() as connection:
        content: bytes | None = await connection.fetchval(_KEPT, claimed.id)
    return content


async def settle_media(db: Database, result: FetchResult, *, now: datetime) -> bool:
    """Writes down how an attempt ended; True when a conversation that waited can be answered.

    What somebody else has taken over or erased meanwhile is left alone.
    """
    held = (result.claimed.id, result.claimed.attempts)
    async with db.connection() as connection:
        if result.retry_at is not None:
            await connection.execute(_RETRY, *held, result.retry_at, result.detail)
            return False
        # By itself, so that the conversation is not locked for as long as the bytes take.
        if result.content is not None:
            await connection.execute(_CONTENT, *held, result.content)
    async with db.transaction() as connection:
        return await _settle(connection, result, now=now)


async def await_media(
    db: Database, claimed: ClaimedConversation, *, until: datetime, now: datetime
) -> bool:
    """Puts a turn off until its files are there, at most until `until`; False: they are by now."""
    ids = [message.id for message in claimed.pending]
    async with db.transaction() as connection:
        row = await connection.fetchrow(LOCK_CONVERSATIONS, [claimed.id])
        if row is None or row["lease_id"] != claimed.lease_id:
            return True
        waiting = await connection.fetch(_AWAIT, ids)
        await connection.execute(POSTPONE, claimed.id, until if waiting else now, 1)
    return bool(waiting)


async def _settle(connection: Connection, result: FetchResult, *, now: datetime) -> bool:
    claimed = result.claimed
    # Conversations are locked before what belongs to them, as everywhere.
    talk_id = await connection.fetchval(_LOCK, claimed.message_id)
    row = await connection.fetchrow(
        _SETTLE,
        claimed.id,
        claimed.attempts,
        result.state,
        result.content_type,
        result.size,
        result.reason,
        result.detail,
    )
    if row is None:
        return False
    shown = {
        "type": result.content_type,
        "state": result.state,
        "size": result.size,
        "reason": result.reason,
        "words": result.words,
        "isBusy": False,
    }
    await connection.execute(
        _SHOW, claimed.message_id, str(claimed.place), claimed.place, json_text(shown)
    )
    if talk_id is None or not row["is_awaited"]:
        return False
    return await connection.fetchval(_WAKE, talk_id, now) is not None
