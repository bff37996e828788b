"""Addresses that want no notifications of a channel any more, and go on to get its replies."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gateway.store.database import Connection, Database

_KNOWN: Final = """
SELECT EXISTS (SELECT FROM unsubscribes WHERE user_id = $1 AND address = $2 AND webhook_id = $3)
"""
_ADD: Final = """
INSERT INTO unsubscribes (user_id, address, webhook_id, created_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (user_id, address, webhook_id) DO NOTHING RETURNING id
"""
_NOTE: Final = """
INSERT INTO consent_changes (
    user_id, address, webhook_id, state, source, words, reason, actor, created_at)
VALUES ($1, $2, $3, 'unsubscribed', 'link', '', '', 'participant', $4)
"""
# The confirmation of a word on consent is a notification as well, and no one to get rid of.
_WITHHOLD: Final = """
WITH theirs AS MATERIALIZED (
    SELECT id FROM outbound_messages
    WHERE user_id = $1 AND recipient = $2 AND webhook_id = $3 AND delivery_status = 'pending'
    AND kind = 'notification' AND event <> 'message.reply'
    AND (lease_id IS NULL OR scheduled_for <= $4)
    ORDER BY id FOR UPDATE
)
UPDATE outbound_messages o
SET delivery_status = 'withheld', scheduled_for = NULL, lease_id = NULL, finished_at = $4,
    last_error = $5
FROM theirs t WHERE o.id = t.id RETURNING o.id
"""
_REMOVE: Final = """
DELETE FROM unsubscribes
WHERE user_id = $1 AND address = $2 AND ($3 = 0 OR webhook_id = $3) RETURNING id
"""
UNSUBSCRIBED: Final = "recipient_unsubscribed: this address wants no notifications of the channel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Who gets notifications, and of which channel."""

    user_id: int
    webhook_id: int
    address: str


async def unsubscribe(db: Database, who: Subscriber, *, at: datetime) -> int | None:
    """Ends the notifications to an address; how many waited for it, None when it had ended them."""
    whom = (who.user_id, who.address, who.webhook_id)
    async with db.transaction() as connection:
        if await connection.fetchval(_ADD, *whom, at) is None:
            return None
        await connection.execute(_NOTE, *whom, at)
        return len(await connection.fetch(_WITHHOLD, *whom, at, UNSUBSCRIBED))


async def is_unsubscribed(db: Database, who: Subscriber) -> bool:
    """Whether an address wants no notifications of a channel."""
    async with db.connection() as connection:
        found: bool = await connection.fetchval(_KNOWN, who.user_id, who.address, who.webhook_id)
    return found


async def resubscribe_on(connection: Connection, who: Subscriber) -> bool:
    """Takes it back, for all channels where `webhook_id` is 0; whether there was anything."""
    rows = await connection.fetch(_REMOVE, who.user_id, who.address, who.webhook_id)
    return bool(rows)
