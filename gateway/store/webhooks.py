"""Webhooks: each query is scoped by its user, but for the look-up by token, itself the key."""

from typing import Final
from uuid import UUID

import asyncpg

from gateway.plugin.errors import WebhookNotFound
from gateway.records import Webhook
from gateway.store.columns import json_object, json_value
from gateway.store.database import Database

_COLUMNS: Final = """
    w.id, w.user_id, w.webhook_token, w.channel_type, w.channel_name, w.parser, w.verifier,
    w.transport, w.responder, w.provider_config, w.outbound_config, w.signing_secrets,
    w.outbound_enabled, w.is_primary, w.is_active, w.is_verified, w.rate_limit_per_minute,
    w.rate_limit_per_hour, w.ai_config, w.tags, w.metadata, w.version, w.created_at, w.updated_at,
    w.previous_token, w.previous_token_expires_at, w.verification_method, w.verification_hash,
    w.verification_expires_at, w.verification_attempts, w.retry_seconds, w.is_ordered,
    w.in_flight, w.per_second, w.fallback_webhook_id, w.allowed_addresses, u.time_zone
"""
_FROM: Final = "FROM user_webhooks w JOIN users u ON u.id = w.user_id"
# constants only
_BY_TOKEN: Final = f"SELECT {_COLUMNS} {_FROM} WHERE w.webhook_token = $1 OR w.previous_token = $1"
BY_IDS: Final = f"SELECT {_COLUMNS} {_FROM} WHERE w.id = ANY($1::bigint[])"  # constants only
AFTER: Final = f"SELECT {_COLUMNS} {_FROM} WHERE w.id > $1 ORDER BY w.id LIMIT $2"  # constants only
OF_USER: Final = f"""
SELECT {_COLUMNS} {_FROM}
WHERE w.user_id = $1 AND ($2::bigint IS NULL OR w.id = $2) AND ($3 OR w.is_active) ORDER BY w.id
"""  # constants only


async def webhook_by_token(db: Database, token: UUID) -> Webhook | None:
    """The webhook that this URL token is or was the last one of, active or not.

    `Webhook.answers_to` says whether the token still counts.
    """
    async with db.connection() as connection:
        row = await connection.fetchrow(_BY_TOKEN, token)
    return webhook_of(row) if row else None


async def get_webhook(db: Database, *, user_id: int, webhook_id: int) -> Webhook:
    """One webhook of this user, active or not. Raises `WebhookNotFound`."""
    async with db.connection() as connection:
        row = await connection.fetchrow(OF_USER, user_id, webhook_id, True)
    if row is None:
        raise WebhookNotFound(f"no webhook {webhook_id}; GET /api/v1/webhooks lists yours")
    return webhook_of(row)


async def list_webhooks(
    db: Database, *, user_id: int, include_inactive: bool = False
) -> list[Webhook]:
    """All webhooks of this user, oldest first."""
    async with db.connection() as connection:
        rows = await connection.fetch(OF_USER, user_id, None, include_inactive)
    return [webhook_of(row) for row in rows]


def webhook_of(row: asyncpg.Record) -> Webhook:
    """A row of `OF_USER` as a record."""
    fields = dict(row)
    tags = json_value(fields["tags"])
    fields["tags"] = tuple(str(tag) for tag in tags) if isinstance(tags, list) else ()
    fields["ai_config"] = json_object(fields["ai_config"])
    for name in ("retry_seconds", "allowed_addresses"):
        fields[name] = tuple(fields[name]) if fields[name] is not None else None
    fields["metadata"] = json_object(fields["metadata"])
    return Webhook(**fields)
