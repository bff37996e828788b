"""Deliveries as their owner sees them: listed, read with their attempts, put back when dead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

import asyncpg

from gateway.plugin import JsonValue
from gateway.plugin.errors import Conflict, NotFound
from gateway.store.columns import json_object, json_value
from gateway.store.conditions import LARGEST_ID, narrowed
from gateway.store.database import Database
from gateway.store.receipts import DeliveryReceipt, receipts_of
from gateway.store.webhook_changes import LogEntry, Operation, log_entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One reply, notification or event on its way out, without its words."""

    id: int
    webhook_id: int
    source_webhook_id: int
    conversation_id: int | None
    kind: str
    event: str
    event_id: str
    recipient: str
    status: str
    attempts: int
    scheduled_for: datetime | None
    last_error: str | None
    provider_id: str | None
    provider_state: str | None
    segments: int | None
    cost_usd: float | None
    rerouted_from: int | None
    resends: int
    created_at: datetime
    finished_at: datetime | None
    trace_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt at a delivery: what came of it, and the calls that it made."""

    number: int
    status: str
    at: datetime
    next_retry_at: datetime | None
    response_status: int | None
    latency_ms: int | None
    detail: str
    calls: JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeDelivery:
    """A delivery with what it says and how each attempt at it went."""

    delivery: Delivery
    sequence: int
    hops: int | None
    endpoint_sequence: int | None
    content: str
    data: Mapping[str, JsonValue]
    attempts: tuple[Attempt, ...]
    receipts: tuple[DeliveryReceipt, ...]


DELIVERY_COLUMNS: Final = ", ".join(
    "delivery_status AS status" if field.name == "status" else field.name
    for field in fields(Delivery)
)
# One walk down an index for each of the account's few webhooks: an index over the account would be
# written anew with each attempt. Rows are compared as a range, since PostgreSQL takes an equality
# for a reason to walk the primary key, all of it where a webhook has few rows or none.
_LIST: Final = """
SELECT d.* FROM user_webhooks w CROSS JOIN LATERAL (
    SELECT {columns} FROM outbound_messages o
    WHERE (o.webhook_id, o.id) < (w.id, $3::bigint) AND o.webhook_id >= w.id
    AND o.user_id = $1 {conditions}
    ORDER BY o.webhook_id DESC, o.id DESC LIMIT $2
) d
WHERE w.user_id = $1 {webhook} ORDER BY d.id DESC LIMIT $2
"""
# Written out, because a partial index is found by a constant only.
_STATUS: Final = {
    status: f"AND o.delivery_status = '{status}'"
    for status in ("pending", "delivered", "dead", "unrouted", "withheld", "erased")
}
_ONE: Final = f"""
SELECT {DELIVERY_COLUMNS}, sequence, hops, endpoint_sequence, content, data FROM outbound_messages
WHERE user_id = $1 AND id = $2
"""  # noqa: S608 # field names of a record
# An attempt has a number; an operation on the delivery, such as its retry by hand, has none.
_ATTEMPTS: Final = """
SELECT attempt AS number, status, created_at AS at, next_retry_at, response_status, latency_ms,
    detail, calls
FROM webhook_logs WHERE outbound_id = $1 AND attempt > 0 ORDER BY id DESC LIMIT $2
"""
ATTEMPTS_SHOWN: Final = 100
_LOCK: Final = """
SELECT delivery_status FROM outbound_messages WHERE user_id = $1 AND id = $2 FOR UPDATE
"""
_PUT_BACK: Final = f"""
UPDATE outbound_messages
SET delivery_status = 'pending', scheduled_for = $3, attempts = 0, lease_id = NULL,
    finished_at = NULL, provider_state = NULL, is_uncertain = FALSE, resends = 0
WHERE user_id = $1 AND id = $2 RETURNING {DELIVERY_COLUMNS}
"""  # noqa: S608 # field names of a record


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPage:
    """Which deliveries are asked for, from `before_id` down; None leaves a condition out."""

    limit: int
    before_id: int | None = None
    webhook_id: int | None = None
    status: str | None = None
    event: str | None = None
    since: datetime | None = None
    until: datetime | None = None


async def list_deliveries(db: Database, page: DeliveryPage, *, user_id: int) -> Sequence[Delivery]:
    """The newest deliveries of this user: made from `since` on, and before `until`."""
    webhook, webhook_id = narrowed({"w.id = {}": page.webhook_id}, first=4)
    conditions, arguments = narrowed(
        {
            "o.event = {}": page.event,
            "o.created_at >= {}": page.since,
            "o.created_at < {}": page.until,
        },
        first=4 + len(webhook_id),
    )
    query = _LIST.format(
        columns=DELIVERY_COLUMNS,
        conditions=f"{_STATUS.get(page.status or '', '')} {conditions}",
        webhook=webhook,
    )
    async with db.connection() as connection:
        rows = await connection.fetch(
            query, user_id, page.limit, page.before_id or LARGEST_ID, *webhook_id, *arguments
        )
    return [Delivery(**dict(row)) for row in rows]


async def get_delivery(db: Database, *, user_id: int, delivery_id: int) -> WholeDelivery:
    """One delivery of this user with its latest attempts, oldest first. Raises `NotFound`."""
    async with db.connection() as connection:
        row = await connection.fetchrow(_ONE, user_id, delivery_id)
        if row is None:
            raise _unknown(delivery_id)
        attempts = await connection.fetch(_ATTEMPTS, delivery_id, ATTEMPTS_SHOWN)
        receipts = await receipts_of(connection, delivery_id)
    fields = dict(row)
    return WholeDelivery(
        sequence=fields.pop("sequence"),
        hops=fields.pop("hops"),
        endpoint_sequence=fields.pop("endpoint_sequence"),
        content=fields.pop("content"),
        data=json_object(fields.pop("data")),
        delivery=Delivery(**fields),
        attempts=tuple(_attempt(row) for row in reversed(attempts)),
        receipts=receipts,
    )


async def retry_delivery(db: Database, operation: Operation, *, delivery_id: int) -> Delivery:
    """Makes a dead delivery due at once, its schedule fresh. Raises `NotFound` and `Conflict`."""
    async with db.transaction() as connection:
        row = await connection.fetchrow(_LOCK, operation.user_id, delivery_id)
        if row is None:
            raise _unknown(delivery_id)
        if row["delivery_status"] not in {"dead", "withheld"}:
            raise Conflict(
                f"delivery {delivery_id} is {row['delivery_status']}; only a dead one can be "
                "retried"
            )
        row = await connection.fetchrow(_PUT_BACK, operation.user_id, delivery_id, operation.at)
        assert row is not None
        delivery = Delivery(**dict(row))
        entry = LogEntry(
            webhook_id=delivery.webhook_id,
            outbound_id=delivery_id,
            event="delivery.retried",
            detail={},
        )
        await log_entry(connection, operation, entry)
        return delivery


def _attempt(row: asyncpg.Record) -> Attempt:
    fields = dict(row)
    fields["calls"] = json_value(fields["calls"]) or []
    return Attempt(**fields)


def _unknown(delivery_id: int) -> NotFound:
    return NotFound(f"no delivery {delivery_id}; GET /api/v1/deliveries lists yours")
