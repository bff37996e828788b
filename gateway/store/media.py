"""Files that came with messages: written with them, read by their owner."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from gateway.plugin.errors import NotFound
from gateway.records import NewMessage, Stored
from gateway.store.database import Connection, Database

_ADD: Final = """
INSERT INTO media (
    user_id, webhook_id, message_id, ref, place, name, declared_type, content_type, size, content,
    state, reason, source_url, due_at, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""
MEDIA_COLUMNS: Final = """
    ref AS id, webhook_id, message_id, name, content_type, declared_type, size, state, reason,
    detail, created_at
"""
_GET: Final = f"SELECT {MEDIA_COLUMNS} FROM media WHERE user_id = $1 AND ref = $2"  # noqa: S608 # constants only
_READ: Final = f"SELECT {MEDIA_COLUMNS}, content FROM media WHERE user_id = $1 AND ref = $2"  # noqa: S608 # constants only
_OF_MESSAGE: Final = f"""
SELECT {MEDIA_COLUMNS} FROM media WHERE user_id = $1 AND message_id = $2 ORDER BY place
"""  # noqa: S608 # constants only


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaView:
    """A file that came with a message, without its content.

    `content_type` is what the content says, `declared_type` what the sender said; `detail` is what
    went wrong at last.
    """

    id: UUID
    webhook_id: int
    message_id: int
    name: str | None
    content_type: str
    declared_type: str
    size: int
    state: str
    reason: str
    detail: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaContent(MediaView):
    """A file; `content` is None where it is not kept, and `reason` says why."""

    content: bytes | None = field(repr=False)


async def add_media(
    connection: Connection, messages: Sequence[NewMessage], stored: Sequence[Stored]
) -> None:
    """Writes the files of messages that are new, in the transaction that writes the messages."""
    rows = [
        (
            new.user_id,
            new.webhook_id,
            one.message_id,
            media.ref,
            media.place,
            media.name,
            media.declared_type,
            media.content_type,
            media.size,
            media.content,
            media.state,
            media.reason,
            media.source_url,
            media.due_at,
            new.received_at,
        )
        for new, one in zip(messages, stored, strict=True)
        for media in new.media
        if not one.duplicate
    ]
    if rows:
        await connection.executemany(_ADD, rows)


async def get_media(db: Database, *, user_id: int, ref: UUID) -> MediaView:
    """What is known of a file of this user's. Raises `NotFound`."""
    async with db.connection() as connection:
        row = await connection.fetchrow(_GET, user_id, ref)
    return MediaView(**dict(_found(row, ref)))


async def read_media(db: Database, *, user_id: int, ref: UUID) -> MediaContent:
    """A file of this user's. Raises `NotFound`."""
    async with db.connection() as connection:
        row = await connection.fetchrow(_READ, user_id, ref)
    return MediaContent(**dict(_found(row, ref)))


async def media_of(connection: Connection, *, user_id: int, message_id: int) -> list[MediaView]:
    """What is known of the files of a message."""
    rows = await connection.fetch(_OF_MESSAGE, user_id, message_id)
    return [MediaView(**dict(row)) for row in rows]


def unknown_media(ref: object) -> NotFound:
    """Nothing has this name, or not for this user."""
    return NotFound(f"no media {ref}; the attachments of a message name theirs as mediaId")


def _found(row: asyncpg.Record | None, ref: UUID) -> asyncpg.Record:
    if row is None:
        raise unknown_media(ref)
    return row
