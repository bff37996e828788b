"""How the whole gateway stands, for its operator: it looks at all accounts, and changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gateway.records import Webhook
from gateway.store.database import Database
from gateway.store.webhooks import AFTER, webhook_of

LATELY: Final = timedelta(days=7)
SOON: Final = timedelta(days=14)
MOST: Final = 10_000
"""Beyond it nobody counts."""

_CLOCK: Final = "SELECT clock_timestamp()"
_DEAD: Final = """
SELECT count(*) FROM (SELECT FROM outbound_messages
    WHERE finished_at >= $1 AND delivery_status = 'dead' LIMIT $2) d
"""
_WAITING: Final = """
SELECT (
    SELECT count(*) FROM (SELECT FROM inbound_messages
        WHERE webhook_id IN (SELECT id FROM user_webhooks) AND processing_status = $1 LIMIT $2) m)
"""
_ENDPOINTS: Final = """
SELECT e.webhook_id, w.user_id, w.channel_name, e.paused_until, e.disabled_at, e.reason
FROM endpoints e JOIN user_webhooks w ON w.id = e.webhook_id
WHERE w.is_active AND (e.paused_until IS NOT NULL OR e.disabled_at IS NOT NULL)
ORDER BY e.webhook_id LIMIT $1
"""
_TOKENS: Final = """
SELECT prefix, name, expires_at FROM api_tokens
WHERE revoked_at IS NULL AND expires_at > $1 AND expires_at <= $2 ORDER BY expires_at, id LIMIT $3
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubledEndpoint:
    """An endpoint that is paused or, with `disabled_at`, switched off."""

    webhook_id: int
    user_id: int
    channel_name: str
    paused_until: datetime | None
    disabled_at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiringToken:
    """A token that ends soon."""

    prefix: str
    name: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What waits for somebody's hand; each count ends at `MOST`."""

    dead: int
    quarantined: int
    failed: int
    endpoints: Sequence[TroubledEndpoint]
    tokens: Sequence[ExpiringToken]


async def database_clock(db: Database) -> datetime:
    """What time it is for PostgreSQL."""
    async with db.connection() as connection:
        found = await connection.fetchval(_CLOCK)
    assert isinstance(found, datetime)
    return found


async def standing(db: Database, *, now: datetime) -> Standing:
    """What waits at `now` for somebody's hand, in all accounts."""
    async with db.snapshot() as connection:
        endpoints = await connection.fetch(_ENDPOINTS, MOST)
        tokens = await connection.fetch(_TOKENS, now, now + SOON, MOST)
        return Standing(
            dead=await connection.fetchval(_DEAD, now - LATELY, MOST),
            quarantined=await connection.fetchval(_WAITING, "quarantined", MOST),
            failed=await connection.fetchval(_WAITING, "failed", MOST),
            endpoints=[TroubledEndpoint(**dict(row)) for row in endpoints],
            tokens=[ExpiringToken(**dict(row)) for row in tokens],
        )


async def webhooks_after(db: Database, *, after_id: int, limit: int) -> Sequence[Webhook]:
    """The next webhooks of all accounts, active or not."""
    async with db.connection() as connection:
        return [webhook_of(row) for row in await connection.fetch(AFTER, after_id, limit)]
