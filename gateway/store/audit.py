"""The audit trail: who did what, read newest first.

It shares its table with the attempts of deliveries, which belong to no request.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import asyncpg

from gateway.plugin import JsonValue
from gateway.store.database import Database

_LIST: Final = """
SELECT id, webhook_id, outbound_id AS delivery_id, event, status, request_id, detail,
    created_at AS at
FROM webhook_logs
WHERE user_id = $1 AND request_id IS NOT NULL AND ($2::bigint IS NULL OR id < $2)
AND ($3::bigint IS NULL OR webhook_id = $3) AND ($4::text IS NULL OR event = $4)
AND ($5::text IS NULL OR detail::jsonb ->> 'actor' = $5)
AND ($6::timestamptz IS NULL OR created_at >= $6) AND ($7::timestamptz IS NULL OR created_at < $7)
ORDER BY id DESC LIMIT $8
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """One operation: who, what, when, in which request, and what it changed."""

    id: int
    at: datetime
    actor: str
    event: str
    status: str
    webhook_id: int | None
    delivery_id: int | None
    request_id: str
    detail: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """Which operations are asked for; whatever is None does not narrow them."""

    before_id: int | None
    webhook_id: int | None
    event: str | None
    actor: str | None
    since: datetime | None
    until: datetime | None
    limit: int


async def list_audit(db: Database, page: AuditPage, *, user_id: int) -> Sequence[Audited]:
    """The newest operations of an account, from `before_id` down."""
    async with db.connection() as connection:
        rows = await connection.fetch(
            _LIST,
            user_id,
            page.before_id,
            page.webhook_id,
            page.event,
            page.actor,
            page.since,
            page.until,
            page.limit,
        )
    return [_audited(row) for row in rows]


def _audited(row: asyncpg.Record) -> Audited:
    columns = dict(row)
    detail = json.loads(columns.pop("detail"))
    return Audited(**columns, actor=detail.pop("actor"), detail=detail)
