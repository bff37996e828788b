"""Webhooks made and changed while their account is locked, written with their audit trail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Final
from uuid import uuid4

from gateway.plugin import JsonValue
from gateway.plugin.errors import WebhookLimitExceeded, WebhookNotFound
from gateway.records import HOOK, Webhook
from gateway.store.columns import json_text
from gateway.store.database import Connection, Database
from gateway.store.webhooks import OF_USER, webhook_of

# Creating, changing and switching off queue up here, so that each counts what the one before left.
LOCK: Final = "SELECT FROM users WHERE id = $1 FOR UPDATE"
_ACTIVE_OTHERS: Final = """
SELECT id, is_primary, created_at FROM user_webhooks
WHERE user_id = $1 AND id <> $2 AND is_active AND channel_type <> 'hook' ORDER BY created_at, id
"""
_WRITE: Final = """
UPDATE user_webhooks SET
    webhook_token = $3, previous_token = $4, previous_token_expires_at = $5, channel_name = $6,
    verifier = $7, responder = $8, provider_config = $9, outbound_config = $10,
    signing_secrets = $11, outbound_enabled = $12, is_primary = $13, is_active = $14,
    rate_limit_per_minute = $15, rate_limit_per_hour = $16, ai_config = $17, tags = $18,
    metadata = $19, is_verified = $20, verification_method = $21, verification_hash = $22,
    verification_expires_at = $23, verification_attempts = $24, retry_seconds = $25,
    is_ordered = $26, in_flight = $27, per_second = $28, fallback_webhook_id = $29,
    allowed_addresses = $30, version = version + 1, updated_at = $31
WHERE user_id = $1 AND id = $2
"""
_MARK: Final = """
UPDATE user_webhooks SET is_primary = $3, version = version + 1, updated_at = $4
WHERE user_id = $1 AND id = $2
"""
_ACTIVE: Final = """
SELECT id, is_primary FROM user_webhooks
WHERE user_id = $1 AND is_active AND channel_type <> 'hook'
"""
_LOG: Final = """
INSERT INTO webhook_logs (
    user_id, webhook_id, outbound_id, event, status, attempt, response_status, latency_ms, detail,
    request_id, created_at)
VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, $9, $10)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWebhook:
    """A webhook to be created; the sealed fields are bound to `id`."""

    id: int
    user_id: int
    channel_type: str
    channel_name: str
    parser: str
    verifier: str
    transport: str
    responder: str
    provider_config: str
    outbound_config: str
    signing_secrets: str
    outbound_enabled: bool
    is_primary: bool
    rate_limit_per_minute: int
    rate_limit_per_hour: int
    ai_config: dict[str, JsonValue]
    tags: list[str]
    metadata: dict[str, JsonValue]
    retry_seconds: tuple[int, ...] | None = None
    is_ordered: bool = False
    in_flight: int | None = None
    per_second: float | None = None
    fallback_webhook_id: int | None = None
    allowed_addresses: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Who does something to the things of which account, in which request, and when."""

    user_id: int
    actor: str
    request_id: str
    at: datetime

    def about(self, user_id: int) -> "Operation":
        """The same operation on another account's things."""
        return replace(self, user_id=user_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a webhook becomes, and what the audit trail says of it; `detail` holds no secret."""

    webhook: Webhook
    event: str
    detail: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One line of the audit trail, beside who, when and in which request.

    An operation on a token or an account is on no webhook.
    """

    webhook_id: int | None
    event: str
    detail: Mapping[str, JsonValue]
    status: str = "done"
    outbound_id: int | None = None
    response_status: int | None = None
    latency_ms: int | None = None


_NEW: Final = (*(field.name for field in fields(NewWebhook)), "webhook_token", "at")
_INSERT: Final = f"""
INSERT INTO user_webhooks (
    {", ".join(_NEW[:-1])}, created_at, updated_at, is_active, is_verified, version)
VALUES (
    {", ".join(f"${n}" for n in range(1, len(_NEW) + 1))}, ${len(_NEW)}, TRUE, FALSE, 1)
"""  # noqa: S608 # field names of a record

Decide = Callable[[Webhook], Change | None]


async def next_webhook_id(db: Database) -> int:
    """An id that no other webhook has or will get."""
    async with db.connection() as connection:
        value = await connection.fetchval("SELECT nextval('user_webhooks_id_seq')")
        assert isinstance(value, int)
        return value


async def create_webhook(
    db: Database, operation: Operation, new: NewWebhook, *, limit: int
) -> Webhook:
    """Creates it; the user's first one is primary. Raises `WebhookLimitExceeded`."""
    async with db.transaction() as connection:
        await connection.execute(LOCK, new.user_id)
        active = await connection.fetch(_ACTIVE, new.user_id)
        if len(active) >= limit:
            raise _too_many(len(active), limit)
        is_primary = new.is_primary or not active
        for row in active:
            if is_primary and row["is_primary"]:
                await connection.execute(_MARK, new.user_id, row["id"], False, operation.at)
        await insert_webhook(connection, operation, new, is_primary=is_primary)
        detail: dict[str, JsonValue] = {
            "channelName": new.channel_name,
            "channelType": new.channel_type,
        }
        entry = LogEntry(webhook_id=new.id, event="webhook.created", detail=detail)
        await log_entry(connection, operation, entry)
        return await _get(connection, new.user_id, new.id)


async def change_webhook(
    db: Database, operation: Operation, decide: Decide, *, webhook_id: int, limit: int
) -> Webhook:
    """Makes of a webhook what `decide` says of its latest state; None leaves it as it is.

    Of the account's active webhooks exactly one is primary afterwards.
    Raises `WebhookNotFound`, `WebhookLimitExceeded`, and what `decide` raises.
    """
    async with db.transaction() as connection:
        await connection.execute(LOCK, operation.user_id)
        before = await _get(connection, operation.user_id, webhook_id)
        if before.channel_type == HOOK:
            raise _unknown(webhook_id)
        change = decide(before)
        if change is None:
            return before
        others = await connection.fetch(_ACTIVE_OTHERS, operation.user_id, webhook_id)
        after = change.webhook
        if after.is_active and not before.is_active and len(others) >= limit:
            raise _too_many(len(others), limit)
        active = [(row["created_at"], row["id"], row["is_primary"]) for row in others]
        primary = _primary(after, active)
        for _, other, is_primary in active:
            if is_primary and other != primary:
                await connection.execute(_MARK, operation.user_id, other, False, operation.at)
        await _write(connection, operation, after, is_primary=primary == webhook_id)
        await log_entry(
            connection,
            operation,
            LogEntry(webhook_id=webhook_id, event=change.event, detail=change.detail),
        )
        for _, other, is_primary in active:
            if other == primary and not is_primary:
                await _promote(connection, operation, other)
        return await _get(connection, operation.user_id, webhook_id)


async def insert_webhook(
    connection: Connection, operation: Operation, new: NewWebhook, *, is_primary: bool
) -> None:
    """Writes a new row within the transaction of whoever counted those that are there."""
    await connection.execute(_INSERT, *_columns_of(new, operation.at, is_primary=is_primary))


async def log_entry(connection: Connection, operation: Operation, entry: LogEntry) -> None:
    """Writes one line of the audit trail within the transaction of what it reports (NFR-19)."""
    await connection.execute(
        _LOG,
        operation.user_id,
        entry.webhook_id,
        entry.outbound_id,
        entry.event,
        entry.status,
        entry.response_status,
        entry.latency_ms,
        json_text({"actor": operation.actor, **entry.detail}),
        operation.request_id,
        operation.at,
    )


async def log_operation(db: Database, operation: Operation, entry: LogEntry) -> None:
    """Writes one line of the audit trail by itself."""
    async with db.connection() as connection:
        await log_entry(connection, operation, entry)


async def _get(connection: Connection, user_id: int, webhook_id: int) -> Webhook:
    row = await connection.fetchrow(OF_USER, user_id, webhook_id, True)
    if row is None:
        raise _unknown(webhook_id)
    return webhook_of(row)


def _unknown(webhook_id: int) -> WebhookNotFound:
    return WebhookNotFound(f"no webhook {webhook_id}; GET /api/v1/webhooks lists yours")


def _primary(after: Webhook, others: list[tuple[datetime, int, bool]]) -> int | None:
    """Which active webhook is primary: the one that asks, the one that was, or the oldest."""
    if after.is_active and after.is_primary:
        return after.id
    own = [(after.created_at, after.id, False)] if after.is_active else []
    oldest_first = sorted([*others, *own])
    marked = [webhook_id for _, webhook_id, is_primary in oldest_first if is_primary]
    return next(iter([*marked, *(webhook_id for _, webhook_id, _ in oldest_first)]), None)


async def _write(
    connection: Connection, operation: Operation, after: Webhook, *, is_primary: bool
) -> None:
    await connection.execute(
        _WRITE,
        operation.user_id,
        after.id,
        after.webhook_token,
        after.previous_token,
        after.previous_token_expires_at,
        after.channel_name,
        after.verifier,
        after.responder,
        after.provider_config,
        after.outbound_config,
        after.signing_secrets,
        after.outbound_enabled,
        is_primary,
        after.is_active,
        after.rate_limit_per_minute,
        after.rate_limit_per_hour,
        json_text(dict(after.ai_config)),
        json_text(list(after.tags)),
        json_text(dict(after.metadata)),
        after.is_verified,
        after.verification_method,
        after.verification_hash,
        after.verification_expires_at,
        after.verification_attempts,
        after.retry_seconds,
        after.is_ordered,
        after.in_flight,
        after.per_second,
        after.fallback_webhook_id,
        after.allowed_addresses,
        operation.at,
    )


async def _promote(connection: Connection, operation: Operation, webhook_id: int) -> None:
    await connection.execute(_MARK, operation.user_id, webhook_id, True, operation.at)
    entry = LogEntry(webhook_id=webhook_id, event="webhook.promoted", detail={})
    await log_entry(connection, operation, entry)


def _columns_of(new: NewWebhook, at: datetime, *, is_primary: bool) -> list[object]:
    values: dict[str, object] = {field.name: getattr(new, field.name) for field in fields(new)}
    values["is_primary"] = is_primary
    for name in ("ai_config", "tags", "metadata"):
        values[name] = json_text(values[name])
    return [*values.values(), uuid4(), at]


def _too_many(active: int, limit: int) -> WebhookLimitExceeded:
    return WebhookLimitExceeded(
        f"this account has {active} active webhooks of {limit}; delete one first"
    )
