"""Subscriptions: rows of their own among the webhooks, which only send, and the events they get."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from gateway.plugin import JsonValue
from gateway.plugin.errors import HookLimitExceeded
from gateway.records import DeliveryResult, Webhook
from gateway.store.columns import json_object
from gateway.store.database import Database
from gateway.store.webhook_changes import (
    LOCK,
    LogEntry,
    NewWebhook,
    Operation,
    insert_webhook,
    log_entry,
)
from gateway.store.webhooks import OF_USER, webhook_of

_COUNT: Final = """
SELECT count(*) FROM user_webhooks WHERE user_id = $1 AND channel_type = 'hook' AND is_active
"""
_END: Final = """
UPDATE user_webhooks SET is_active = FALSE, version = version + 1, updated_at = $3
WHERE user_id = $1 AND id = $2 AND channel_type = 'hook' AND is_active RETURNING id
"""
_END_GONE: Final = """
WITH ended AS (
    UPDATE user_webhooks SET is_active = FALSE, version = version + 1, updated_at = $2
    WHERE id = ANY($1) AND channel_type = 'hook' AND is_active RETURNING user_id, id
)
INSERT INTO webhook_logs (user_id, webhook_id, event, status, attempt, detail, created_at)
SELECT user_id, id, 'hook.ended', 'done', 0, $3, $2 FROM ended
"""
_GONE: Final = '{"actor":"receiver","reason":"the receiver answered 410 Gone"}'
# The newest of each endpoint, so that a rare event is not looked for through all that was sent.
_RECENT: Final = """
SELECT DISTINCT ON (d.event_id) d.event_id, d.event, d.sequence, d.source_webhook_id,
    d.created_at, d.data, d.hops, d.endpoint_sequence
FROM user_webhooks w CROSS JOIN LATERAL (
    SELECT * FROM outbound_messages o WHERE o.webhook_id = w.id ORDER BY o.id DESC LIMIT 200) d
WHERE w.user_id = $1 AND d.user_id = $1 AND d.event = $2 AND d.delivery_status <> 'erased'
ORDER BY d.event_id, d.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEvent:
    """An event that was told to somebody: what its envelope is made of."""

    event_id: str
    event: str
    sequence: int
    source_webhook_id: int
    created_at: datetime
    data: Mapping[str, JsonValue]
    hops: int | None
    endpoint_sequence: int | None


async def create_hook(
    db: Database, operation: Operation, new: NewWebhook, *, limit: int
) -> Webhook:
    """Creates a subscription. Raises `HookLimitExceeded`."""
    async with db.transaction() as connection:
        await connection.execute(LOCK, new.user_id)
        active = await connection.fetchval(_COUNT, new.user_id)
        if active >= limit:
            raise HookLimitExceeded(
                f"this account has {active} subscriptions of {limit}; DELETE /api/v1/hooks/{{id}} "
                "ends one"
            )
        await insert_webhook(connection, operation, new, is_primary=False)
        entry = LogEntry(webhook_id=new.id, event="hook.subscribed", detail={})
        await log_entry(connection, operation, entry)
        row = await connection.fetchrow(OF_USER, new.user_id, new.id, True)
        assert row is not None
        return webhook_of(row)


async def end_hook(db: Database, operation: Operation, *, hook_id: int, reason: str) -> bool:
    """Ends a subscription; False when this user has no such one, or it has ended before."""
    async with db.transaction() as connection:
        ended = await connection.fetchval(_END, operation.user_id, hook_id, operation.at)
        if ended is None:
            return False
        entry = LogEntry(webhook_id=hook_id, event="hook.ended", detail={"reason": reason})
        await log_entry(connection, operation, entry)
        return True


async def end_gone_hooks(db: Database, results: Sequence[DeliveryResult]) -> None:
    """Ends the subscriptions among the receivers that answered 410, as Zapier does."""
    gone = {r.claimed.webhook_id: r.at for r in results if r.response_status == HTTPStatus.GONE}
    if not gone:
        return
    async with db.connection() as connection:
        await connection.execute(_END_GONE, list(gone), max(gone.values()), _GONE)


async def recent_events(
    db: Database, *, user_id: int, event: str, limit: int
) -> Sequence[ToldEvent]:
    """The newest events of one kind that any endpoint of this user was told, newest first."""
    async with db.connection() as connection:
        rows = await connection.fetch(_RECENT, user_id, event)
    newest = sorted(rows, key=lambda row: (row["created_at"], row["event_id"]), reverse=True)
    return [ToldEvent(**(dict(row) | {"data": json_object(row["data"])})) for row in newest[:limit]]
