"""Which processes run, and which encryption keys each of them knows.

This is the operator's side: it belongs to no account.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from gateway.store.database import Database

BEAT_SECONDS: Final = 5.0
"""How often a process tells of itself; `gateway keys rotate` takes one for dead after three."""
FORGOTTEN_AFTER: Final = timedelta(days=1)

_BEAT: Final = """
WITH gone AS (DELETE FROM key_holders WHERE seen_at < $5)
INSERT INTO key_holders AS h (id, name, keys, beats, seen_at) VALUES ($1, $2, $3, 1, $4)
ON CONFLICT (id) DO UPDATE SET keys = excluded.keys, beats = h.beats + 1, seen_at = $4
"""
_LIST: Final = "SELECT id, name, keys, beats FROM key_holders ORDER BY name, id"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHolder:
    """A process as it told of itself last; `beats` goes up while it lives."""

    id: UUID
    name: str
    keys: Sequence[str]
    beats: int


async def beat(
    db: Database, holder_id: UUID, *, name: str, keys: Sequence[str], now: datetime
) -> None:
    """Says that a process lives and which keys it knows; who fell silent long ago is forgotten."""
    async with db.connection() as connection:
        await connection.execute(_BEAT, holder_id, name, list(keys), now, now - FORGOTTEN_AFTER)


async def end_holder(db: Database, holder_id: UUID) -> None:
    """Says that a process has ended."""
    async with db.connection() as connection:
        await connection.execute("DELETE FROM key_holders WHERE id = $1", holder_id)


async def key_holders(db: Database) -> Sequence[KeyHolder]:
    """Every process that told of itself and did not say that it ended."""
    async with db.connection() as connection:
        return [KeyHolder(**dict(row)) for row in await connection.fetch(_LIST)]
