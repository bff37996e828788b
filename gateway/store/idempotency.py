"""Calls that their callers may repeat: who makes one, and what it was answered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from gateway.store.database import Database

# What has expired is cleared away as keys are claimed, a few at a time.
_CLAIM: Final = """
WITH gone AS (
    DELETE FROM idempotency_keys WHERE id IN (
        SELECT id FROM idempotency_keys
        WHERE expires_at <= $5 AND (user_id, key) <> ($1, $2)
        ORDER BY expires_at LIMIT 20 FOR UPDATE SKIP LOCKED)
)
INSERT INTO idempotency_keys AS k (
    user_id, key, fingerprint, lease_id, leased_until, expires_at)
VALUES ($1, $2, $3, $4, $6, $7)
ON CONFLICT (user_id, key) DO UPDATE SET
    fingerprint = excluded.fingerprint, lease_id = excluded.lease_id,
    leased_until = excluded.leased_until, expires_at = excluded.expires_at,
    status = NULL, answer = NULL
WHERE k.expires_at <= $5
    OR (k.status IS NULL AND k.leased_until <= $5 AND k.fingerprint = excluded.fingerprint)
RETURNING id
"""
_FOUND: Final = """
SELECT fingerprint, status, answer FROM idempotency_keys WHERE user_id = $1 AND key = $2
"""
_KEEP: Final = """
UPDATE idempotency_keys SET status = $4, answer = $5, lease_id = NULL
WHERE user_id = $1 AND key = $2 AND lease_id = $3
"""
_RELEASE: Final = """
DELETE FROM idempotency_keys WHERE user_id = $1 AND key = $2 AND lease_id = $3
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyClaim:
    """A call that is to be made once: its key, and what tells it from any other call."""

    user_id: int
    key: str
    fingerprint: bytes
    lease_id: UUID
    at: datetime
    leased_until: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHeld:
    """A key that was claimed before; the status is None while its call is under way.

    The sealed answer is None as well when it was erased.
    """

    is_same_call: bool
    status: int | None
    answer: str | None


async def claim_key(db: Database, claim: KeyClaim) -> KeyHeld | None:
    """None when the caller is to make the call; else what is known of it."""
    async with db.connection() as connection:
        claimed = await connection.fetchval(
            _CLAIM,
            claim.user_id,
            claim.key,
            claim.fingerprint,
            claim.lease_id,
            claim.at,
            claim.leased_until,
            claim.expires_at,
        )
        if claimed is not None:
            return None
        row = await connection.fetchrow(_FOUND, claim.user_id, claim.key)
    if row is None:  # released in between: its caller was refused, and the next one may try
        return KeyHeld(is_same_call=True, status=None, answer=None)
    return KeyHeld(
        is_same_call=bytes(row["fingerprint"]) == claim.fingerprint,
        status=row["status"],
        answer=row["answer"],
    )


async def keep_answer(db: Database, claim: KeyClaim, *, status: int, answer: str) -> None:
    """Keeps the sealed answer of a call that was made, unless its lease was lost."""
    async with db.connection() as connection:
        await connection.execute(_KEEP, claim.user_id, claim.key, claim.lease_id, status, answer)


async def release_key(db: Database, claim: KeyClaim) -> None:
    """Frees the key of a call that changed nothing."""
    async with db.connection() as connection:
        await connection.execute(_RELEASE, claim.user_id, claim.key, claim.lease_id)
