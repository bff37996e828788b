"""Replays: many deliveries sent again, a few at a time, each step of it in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Final, Literal

import asyncpg

from gateway.plugin import JsonValue
from gateway.plugin.errors import Conflict, NotFound
from gateway.store.columns import iso, json_object
from gateway.store.database import Connection, Database
from gateway.store.webhook_changes import LogEntry, Operation, log_entry

ReplayState = Literal["running", "paused", "cancelled", "done"]

LARGEST_STEP_SECONDS: Final = 2.0
AT_A_TIME: Final = 10
SETTLED_SECONDS: Final = 20
"""After it, whatever began before an event is committed or gone: its place in the list stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayFilter:
    """Which deliveries are meant; what is None does not matter."""

    status: Literal["dead", "delivered"]
    webhook_id: int | None
    event: str | None
    created_from: datetime | None
    created_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A replay as its owner sees it: what was asked for, and how far it has come."""

    id: int
    state: str
    status: str
    webhook_id: int | None
    event: str | None
    created_from: datetime | None
    created_until: datetime | None
    skip_succeeded: bool
    per_second: int
    total: int
    replayed: int
    skipped: int
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEvent:
    """One event on its way to one endpoint, with all that its envelope holds."""

    id: int
    endpoint_id: int
    status: str
    event_id: str
    event: str
    sequence: int
    endpoint_sequence: int | None
    webhook_id: int
    data: Mapping[str, JsonValue]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """Which events are asked for: those after one, for one endpoint or for all."""

    webhook_id: int | None
    after_id: int
    limit: int


_COLUMNS: Final = ", ".join(field.name for field in fields(Replay))
_MEANT: Final = """
    o.webhook_id IN (SELECT id FROM user_webhooks w
        WHERE w.user_id = $1 AND ($3::bigint IS NULL OR w.id = $3))
    AND o.user_id = $1 AND o.delivery_status = $2 AND ($4::text IS NULL OR o.event = $4)
    AND ($5::timestamptz IS NULL OR o.created_at >= $5)
    AND ($6::timestamptz IS NULL OR o.created_at < $6)
"""
# constants only
_COUNT: Final = f"""
SELECT count(*) AS total, COALESCE(max(o.id), 0) AS until_id FROM outbound_messages o WHERE {_MEANT}
"""  # noqa: S608
_CREATE: Final = f"""
INSERT INTO replays (
    user_id, status, webhook_id, event, created_from, created_until, skip_succeeded, per_second,
    state, total, replayed, skipped, last_id, until_id, advanced_at, actor, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'running', $9, 0, 0, 0, $10, $11, $12, $11)
RETURNING {_COLUMNS}
"""  # noqa: S608
_LIST: Final = f"""
SELECT {_COLUMNS} FROM replays WHERE user_id = $1 AND ($2::bigint IS NULL OR id < $2)
ORDER BY id DESC LIMIT $3
"""  # noqa: S608
_GET: Final = f"SELECT {_COLUMNS} FROM replays WHERE user_id = $1 AND id = $2"  # noqa: S608
_LOCK: Final = f"{_GET} FOR UPDATE"
_MOVE: Final = f"""
UPDATE replays SET state = $3::text, advanced_at = $4,
    finished_at = CASE WHEN $3::text = 'cancelled' THEN $4::timestamptz END
WHERE user_id = $1 AND id = $2 RETURNING {_COLUMNS}
"""  # noqa: S608
_RUNNING: Final = """
SELECT * FROM replays WHERE state = 'running' ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
"""
_STEP: Final = f"""
WITH picked AS MATERIALIZED (
    SELECT o.id FROM outbound_messages o
    WHERE {_MEANT} AND o.id > $7 AND o.id <= $8
    AND NOT ($9 AND o.delivery_status = 'delivered' AND o.finished_at > $10)
    ORDER BY o.id LIMIT $11 FOR UPDATE
),
put_back AS (
    UPDATE outbound_messages o
    SET delivery_status = 'pending', scheduled_for = $12, attempts = 0, lease_id = NULL,
        finished_at = NULL, provider_state = NULL, is_uncertain = FALSE
    FROM picked WHERE o.id = picked.id RETURNING o.id
)
SELECT count(*) AS number, max(id) AS last_id FROM put_back
"""  # noqa: S608
_ADVANCE: Final = """
UPDATE replays SET last_id = $2, replayed = replayed + $3, advanced_at = $4 WHERE id = $1
"""
_FINISH: Final = """
UPDATE replays SET state = 'done', replayed = replayed + $2, finished_at = $3, advanced_at = $3,
    skipped = GREATEST(0, total - replayed - $2)
WHERE id = $1
"""
_EVENTS: Final = """
SELECT e.* FROM user_webhooks w CROSS JOIN LATERAL (
    SELECT id, webhook_id AS endpoint_id, delivery_status AS status, event_id, event, sequence,
        endpoint_sequence, source_webhook_id AS webhook_id, data, created_at
    FROM outbound_messages o
    WHERE o.webhook_id = w.id AND o.user_id = $1 AND o.id > $3 AND o.created_at <= $5
    AND o.delivery_status <> 'erased'
    ORDER BY o.id LIMIT $4
) e
WHERE w.user_id = $1 AND ($2::bigint IS NULL OR w.id = $2) ORDER BY e.id LIMIT $4
"""


async def count_meant(db: Database, meant: ReplayFilter, *, user_id: int) -> int:
    """How many deliveries a replay would send again."""
    async with db.connection() as connection:
        row = await connection.fetchrow(_COUNT, *_arguments(user_id, meant))
    assert row is not None
    total: int = row["total"]
    return total


async def create_replay(
    db: Database,
    operation: Operation,
    meant: ReplayFilter,
    *,
    skip_succeeded: bool,
    per_second: int,
) -> Replay:
    """Begins to send again what fails the filter now; what comes later is not meant."""
    async with db.transaction() as connection:
        arguments = _arguments(operation.user_id, meant)
        found = await connection.fetchrow(_COUNT, *arguments)
        assert found is not None
        row = await connection.fetchrow(
            _CREATE,
            *arguments,
            skip_succeeded,
            per_second,
            found["total"],
            found["until_id"],
            operation.at,
            operation.actor,
        )
        assert row is not None
        replay = Replay(**dict(row))
        await _log(connection, operation, "replay.created", replay)
    return replay


async def list_replays(
    db: Database, *, user_id: int, before_id: int | None, limit: int
) -> Sequence[Replay]:
    """The newest replays of a user, from `before_id` down."""
    async with db.connection() as connection:
        rows = await connection.fetch(_LIST, user_id, before_id, limit)
    return [Replay(**dict(row)) for row in rows]


async def get_replay(db: Database, *, user_id: int, replay_id: int) -> Replay:
    """One replay of this user. Raises `NotFound`."""
    async with db.connection() as connection:
        return _found(await connection.fetchrow(_GET, user_id, replay_id), replay_id)


async def move_replay(
    db: Database, operation: Operation, to: ReplayState, *, replay_id: int
) -> Replay:
    """Pauses, resumes or cancels a replay. Raises `NotFound`, and `Conflict` once it is over."""
    async with db.transaction() as connection:
        row = await connection.fetchrow(_LOCK, operation.user_id, replay_id)
        replay = _found(row, replay_id)
        if replay.state == to:
            return replay
        if replay.state in ("done", "cancelled"):
            raise Conflict(f"replay {replay_id} is {replay.state}; create a new one")
        row = await connection.fetchrow(_MOVE, operation.user_id, replay_id, to, operation.at)
        moved = _found(row, replay_id)
        event = "replay.resumed" if to == "running" else f"replay.{to}"
        await _log(connection, operation, event, moved)
    return moved


async def advance_replays(db: Database, *, now: datetime) -> int:
    """Makes due what running replays may send by now, and says how much that is."""
    async with db.transaction() as connection:
        running = await connection.fetch(_RUNNING, AT_A_TIME)
        return sum([await _advance(connection, row, now) for row in running])


async def list_events(
    db: Database, page: EventPage, *, user_id: int, now: datetime
) -> Sequence[ListedEvent]:
    """What endpoints of a user were or are to be told, after one that is known, oldest first.

    What is younger than some seconds is left out, so that nothing turns up before it later.
    """
    until = now - timedelta(seconds=SETTLED_SECONDS)
    async with db.connection() as connection:
        rows = await connection.fetch(
            _EVENTS, user_id, page.webhook_id, page.after_id, page.limit, until
        )
    return [_told(row) for row in rows]


async def _log(connection: Connection, operation: Operation, event: str, replay: Replay) -> None:
    detail: dict[str, JsonValue] = {
        "replayId": replay.id,
        "status": replay.status,
        "event": replay.event,
        "createdFrom": iso(replay.created_from),
        "createdUntil": iso(replay.created_until),
        "skipSucceeded": replay.skip_succeeded,
        "perSecond": replay.per_second,
        "total": replay.total,
        "replayed": replay.replayed,
    }
    entry = LogEntry(webhook_id=replay.webhook_id, event=event, detail=detail)
    await log_entry(connection, operation, entry)


async def _advance(connection: Connection, row: asyncpg.Record, now: datetime) -> int:
    elapsed = min(LARGEST_STEP_SECONDS, (now - row["advanced_at"]).total_seconds())
    room = int(elapsed * row["per_second"])
    if room < 1:
        return 0
    step = await connection.fetchrow(
        _STEP,
        row["user_id"],
        row["status"],
        row["webhook_id"],
        row["event"],
        row["created_from"],
        row["created_until"],
        row["last_id"],
        row["until_id"],
        row["skip_succeeded"],
        row["created_at"],
        room,
        now,
    )
    assert step is not None
    number: int = step["number"]
    if number < room:
        await connection.execute(_FINISH, row["id"], number, now)
    else:
        await connection.execute(_ADVANCE, row["id"], step["last_id"], number, now)
    return number


def _arguments(user_id: int, meant: ReplayFilter) -> tuple[object, ...]:
    return (
        user_id,
        meant.status,
        meant.webhook_id,
        meant.event,
        meant.created_from,
        meant.created_until,
    )


def _found(row: asyncpg.Record | None, replay_id: int) -> Replay:
    if row is None:
        raise NotFound(f"no replay {replay_id}; GET /api/v1/replays lists yours")
    return Replay(**dict(row))


def _told(row: asyncpg.Record) -> ListedEvent:
    return ListedEvent(**{**dict(row), "data": json_object(row["data"])})
