"""Endpoints: how well they are, written together with the events that tell of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final
from uuid import uuid4

import asyncpg

from gateway.plugin import JsonValue
from gateway.rules.health import Attempted, Health, Notice, Patience, after, resumed
from gateway.rules.traces import Trace
from gateway.store.columns import iso, json_text
from gateway.store.database import Connection, Database
from gateway.store.webhook_changes import LogEntry, Operation, log_entry
from gateway.tracing import kept_trace

_HEALTH: Final = tuple(field.name for field in fields(Health))
_COLUMNS: Final = ", ".join(_HEALTH)
# Rows are made and locked in the order of their key: two processes never wait in a circle.
_ENSURE: Final = """
INSERT INTO endpoints (webhook_id, user_id, failures, pauses, warned_percent, updated_at)
SELECT e.webhook_id, e.user_id, 0, 0, 0, $3
FROM unnest($1::bigint[], $2::bigint[]) AS e(webhook_id, user_id)
ORDER BY e.webhook_id ON CONFLICT (webhook_id) DO NOTHING
"""
_LOCK: Final = f"""
SELECT webhook_id, {_COLUMNS} FROM endpoints
WHERE webhook_id = ANY($1) ORDER BY webhook_id FOR UPDATE
"""  # noqa: S608 # field names of a record
_WRITE: Final = """
UPDATE endpoints SET
    failures = $2, failing_since = $3, pauses = $4, paused_until = $5, disabled_at = $6,
    draining_from = $7, warned_percent = $8, reason = $9, probing_until = NULL, updated_at = $10
WHERE webhook_id = $1
"""
_TELL: Final = """
INSERT INTO outbound_messages (
    user_id, webhook_id, source_webhook_id, kind, event, event_id, sequence, recipient, content,
    data, delivery_status, scheduled_for, attempts, created_at, trace_id, trace_parent)
SELECT $1, listener, $3, 'event', $4, $5, 0, '', '', $6::jsonb, 'pending', $7, 0, $7, $8, $9
FROM unnest($2::bigint[]) AS listener
"""
_OF_USER: Final = f"""
SELECT {_COLUMNS}, (
    SELECT count(*) FROM (
        SELECT FROM outbound_messages o
        WHERE o.webhook_id = $2 AND o.user_id = $1 AND o.delivery_status = 'pending' LIMIT 10000
    ) p) AS waiting
FROM (SELECT) one LEFT JOIN endpoints e ON e.user_id = $1 AND e.webhook_id = $2
"""  # noqa: S608 # field names of a record


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What one attempt said of an endpoint, and which endpoints are told when that matters.

    Attempts are noted together, so each brings the trace that it belongs to.
    """

    user_id: int
    webhook_id: int
    attempted: Attempted
    listeners: Mapping[Notice, Sequence[int]]
    trace: Trace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthChange:
    """What attempts made of an endpoint's health, and what its owner was told."""

    webhook_id: int
    health: Health
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointView:
    """How well what a webhook sends to is; `waiting` counts up to 10,000 deliveries."""

    webhook_id: int
    state: str
    consecutive_failures: int
    failing_since: datetime | None
    paused_until: datetime | None
    disabled_at: datetime | None
    reason: str | None
    waiting: int


async def note_health(
    db: Database, examined: Sequence[Examined], patience: Patience
) -> list[HealthChange | None]:
    """Writes what attempts say of their endpoints; the change of each stands with its last one."""
    lanes: dict[int, list[Examined]] = defaultdict(list)
    for one in sorted(examined, key=lambda one: one.attempted.at):
        lanes[one.webhook_id].append(one)
    changes: dict[int, HealthChange] = {}
    async with db.transaction() as connection:
        known = await _locked(connection, lanes)
        for webhook_id, seen in lanes.items():
            health, notices = after(known[webhook_id], [one.attempted for one in seen], patience)
            await _write(connection, webhook_id, health, at=seen[-1].attempted.at)
            for notice in notices:
                await _tell(connection, seen[-1], notice, health)
            changes[webhook_id] = HealthChange(
                webhook_id=webhook_id, health=health, notices=notices
            )
    return [changes.pop(one.webhook_id, None) for one in examined]


async def get_endpoint(db: Database, *, user_id: int, webhook_id: int) -> EndpointView:
    """How well an endpoint of this user is; one that was never in trouble is `healthy`."""
    async with db.connection() as connection:
        row = await connection.fetchrow(_OF_USER, user_id, webhook_id)
    assert row is not None
    return _view(row, webhook_id)


async def resume_endpoint(db: Database, operation: Operation, *, webhook_id: int) -> EndpointView:
    """Lets what waits for an endpoint of this user go out, at the rate of a recovery."""
    async with db.transaction() as connection:
        await connection.execute(_ENSURE, [webhook_id], [operation.user_id], operation.at)
        [row] = await connection.fetch(_LOCK, [webhook_id])
        health = resumed(_health(row), now=operation.at)
        await _write(connection, webhook_id, health, at=operation.at)
        entry = LogEntry(webhook_id=webhook_id, event="endpoint.resumed", detail={})
        await log_entry(connection, operation, entry)
    return await get_endpoint(db, user_id=operation.user_id, webhook_id=webhook_id)


async def _locked(
    connection: Connection, lanes: Mapping[int, Sequence[Examined]]
) -> dict[int, Health]:
    ids = sorted(lanes)
    rows = await connection.fetch(_LOCK, ids)
    if len(rows) < len(ids):
        owners = [lanes[id_][0].user_id for id_ in ids]
        at = max(one.attempted.at for seen in lanes.values() for one in seen)
        await connection.execute(_ENSURE, ids, owners, at)
        rows = await connection.fetch(_LOCK, ids)
    return {row["webhook_id"]: _health(row) for row in rows}


async def _write(connection: Connection, webhook_id: int, health: Health, *, at: datetime) -> None:
    await connection.execute(
        _WRITE,
        webhook_id,
        health.failures,
        health.failing_since,
        health.pauses,
        health.paused_until,
        health.disabled_at,
        health.draining_from,
        health.warned_percent,
        health.reason,
        at,
    )


async def _tell(connection: Connection, one: Examined, notice: Notice, health: Health) -> None:
    # The endpoint itself would hear of its trouble when that is over.
    told = [id_ for id_ in one.listeners.get(notice, ()) if id_ != one.webhook_id]
    if not told:
        return
    data: dict[str, JsonValue] = {
        "endpointId": one.webhook_id,
        "state": health.state,
        "consecutiveFailures": health.failures,
        "failingSince": iso(health.failing_since),
        "pausedUntil": iso(health.paused_until),
        "reason": health.reason,
    }
    await connection.execute(
        _TELL,
        one.user_id,
        told,
        one.webhook_id,
        notice,
        f"evt_{uuid4().hex}",
        json_text(data),
        one.attempted.at,
        *kept_trace(one.attempted.at, of=one.trace),
    )


def _health(row: asyncpg.Record) -> Health:
    return Health(**{name: row[name] for name in _HEALTH})


def _view(row: asyncpg.Record, webhook_id: int) -> EndpointView:
    health = Health() if row["failures"] is None else _health(row)
    return EndpointView(
        webhook_id=webhook_id,
        state=health.state,
        consecutive_failures=health.failures,
        failing_since=health.failing_since,
        paused_until=health.paused_until,
        disabled_at=health.disabled_at,
        reason=health.reason,
        waiting=row["waiting"],
    )
