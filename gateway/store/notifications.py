"""Notifications: one for each end of a task, moved on a step at a time, and how they are wanted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Final
from uuid import uuid4

from gateway.plugin import JsonValue
from gateway.records import Task
from gateway.rules.notifications import Step
from gateway.store.columns import json_object, json_text, json_value, task_in
from gateway.store.database import Connection, Database
from gateway.store.webhook_changes import LogEntry, Operation, log_entry
from gateway.tracing import kept_trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """That a person is told how a task ended, and how far that has come."""

    id: int
    task_id: int
    event: str
    state: str
    due_at: datetime | None
    webhook_id: int | None
    outbound_id: int | None
    tried: Sequence[int]
    reason: str
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DueNotification:
    """A notification that something is to be done with, its task, and what became of it so far."""

    id: int
    user_id: int
    event: str
    event_id: str
    due_at: datetime
    told: Mapping[int, int]
    tried: Sequence[int]
    webhook_id: int | None
    outbound_id: int | None
    created_at: datetime
    task: Task
    participant: str | None
    delivery_status: str | None
    is_leased: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleChannel:
    """A channel of an account as far as notifications go."""

    webhook_id: int
    channel_type: str
    is_primary: bool
    is_verified: bool
    is_well: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenChannel:
    """A channel that an account wants to be told on, and to whom its words go there."""

    webhook_id: int
    recipient: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationSettings:
    """How an account wants to be told; times of day are `HH:MM`."""

    is_on: bool = True
    channels: Sequence[ChosenChannel] = field(default=())
    quiet_from: str | None = None
    quiet_until: str | None = None
    quiet_zone: str | None = None
    critical_at_once: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What is sent for a notification: words for a person, the event's data for a program."""

    webhook_id: int
    recipient: str
    content: str
    data: Mapping[str, JsonValue]
    told_id: int | None = None


_COLUMNS: Final = ", ".join(each.name for each in fields(Notification))
_SETTINGS: Final = ", ".join(each.name for each in fields(NotificationSettings))
_TASK: Final = tuple(each.name for each in fields(Task))
_ADD: Final = """
INSERT INTO notifications (
    user_id, task_id, event, event_id, state, due_at, told, tried, reason, created_at)
VALUES ($1, $2, $3, $4, 'waiting', $5, $6, '{}', '', $5)
ON CONFLICT (task_id, event) DO NOTHING
"""
_DUE: Final = "SELECT id FROM notifications WHERE due_at <= $1 ORDER BY due_at LIMIT 50"
_ONE: Final = f"""
SELECT n.id AS notification_id, n.user_id, n.event, n.event_id, n.due_at, n.told, n.tried,
    n.webhook_id AS on_webhook_id, n.outbound_id, n.created_at AS notified_at,
    {", ".join(f"t.{name}" for name in _TASK)}, c.participant, o.delivery_status,
    o.lease_id IS NOT NULL AS is_leased
FROM notifications n JOIN agency_tasks t ON t.id = n.task_id AND t.user_id = n.user_id
LEFT JOIN bot_conversations c ON c.id = t.conversation_id
LEFT JOIN outbound_messages o ON o.id = n.outbound_id
WHERE n.id = $1 AND n.due_at IS NOT NULL AND c.participant IS DISTINCT FROM 'erased'
"""  # noqa: S608 # field names of a record
_FORGET: Final = """
UPDATE notifications SET state = 'undeliverable', due_at = NULL, reason = 'the task is gone',
    finished_at = $2
WHERE id = $1
"""
_CHANNELS: Final = """
SELECT w.id AS webhook_id, w.channel_type, w.is_primary, w.is_verified,
    e.paused_until IS NULL AND e.disabled_at IS NULL AS is_well
FROM user_webhooks w LEFT JOIN endpoints e ON e.webhook_id = w.id
WHERE w.user_id = $1 AND w.channel_type <> 'hook' AND w.is_active
ORDER BY w.is_primary DESC, w.id
"""
_LOCK: Final = "SELECT FROM notifications WHERE id = $1 AND due_at = $2 FOR UPDATE"
_WITHDRAW: Final = """
UPDATE outbound_messages SET delivery_status = 'dead', scheduled_for = NULL, finished_at = $2,
    last_error = 'withdrawn: the notification goes to another channel'
WHERE id = $1 AND kind = 'notification' AND delivery_status = 'pending' AND lease_id IS NULL
RETURNING id
"""
_SEND: Final = """
INSERT INTO outbound_messages (
    user_id, webhook_id, source_webhook_id, kind, event, event_id, sequence, recipient, content,
    data, delivery_status, scheduled_for, attempts, created_at, conversation_id, trace_id,
    trace_parent)
SELECT $1, $2::bigint, COALESCE($3::bigint, $2::bigint), 'notification', $4, $5, 0, $6, $7,
    $8::jsonb, 'pending', $9, 0, $9, $10, COALESCE(m.trace_id, $12),
    CASE WHEN m.trace_id IS NULL THEN $13 ELSE m.trace_parent END
FROM (SELECT) one LEFT JOIN inbound_messages m ON m.id = $11 AND m.user_id = $1
RETURNING id
"""
_WRITE: Final = """
UPDATE notifications SET state = $2, due_at = $3, reason = $4, finished_at = $5,
    tried = CASE WHEN $6::bigint IS NULL OR webhook_id IS NULL THEN tried
        ELSE tried || webhook_id END,
    webhook_id = COALESCE($6, webhook_id), outbound_id = COALESCE($7, outbound_id)
WHERE id = $1
"""
_READ: Final = f"SELECT {_SETTINGS} FROM notification_settings WHERE user_id = $1"  # noqa: S608 # field names of a record
_CHANGE: Final = """
INSERT INTO notification_settings (
    user_id, is_on, channels, quiet_from, quiet_until, quiet_zone, critical_at_once, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (user_id) DO UPDATE SET is_on = excluded.is_on, channels = excluded.channels,
    quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,
    quiet_zone = excluded.quiet_zone, critical_at_once = excluded.critical_at_once,
    updated_at = excluded.updated_at
"""
_LIST: Final = f"""
SELECT {_COLUMNS} FROM notifications WHERE user_id = $1 AND ($2::bigint IS NULL OR id < $2)
ORDER BY id DESC LIMIT $3
"""  # noqa: S608 # field names of a record


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a task ended; `told` are the deliveries that tell of it anyway, by webhook."""

    user_id: int
    task_id: int
    event: str
    at: datetime
    told: Mapping[int, int]


async def add_notification(connection: Connection, end: End) -> None:
    """Has a person told how a task ended, once, in the transaction that ends it."""
    event_id = f"evt_{uuid4().hex}"
    names = {str(webhook_id): outbound_id for webhook_id, outbound_id in end.told.items()}
    await connection.execute(
        _ADD, end.user_id, end.task_id, end.event, event_id, end.at, json_text(names)
    )


async def due_notifications(db: Database, *, now: datetime) -> list[int]:
    """The ids of notifications that something is to be done with."""
    async with db.connection() as connection:
        return [row["id"] for row in await connection.fetch(_DUE, now)]


async def read_notification(
    db: Database, *, notification_id: int, now: datetime
) -> DueNotification | None:
    """One that is due; None for one that is over, as it is when its task was erased."""
    async with db.connection() as connection:
        row = await connection.fetchrow(_ONE, notification_id)
        if row is None:
            await connection.execute(_FORGET, notification_id, now)
            return None
    return DueNotification(
        id=row["notification_id"],
        user_id=row["user_id"],
        event=row["event"],
        event_id=row["event_id"],
        due_at=row["due_at"],
        told={int(key): int(str(id_)) for key, id_ in json_object(row["told"]).items()},
        tried=tuple(row["tried"]),
        webhook_id=row["on_webhook_id"],
        outbound_id=row["outbound_id"],
        created_at=row["notified_at"],
        task=task_in(row),
        participant=row["participant"],
        delivery_status=row["delivery_status"],
        is_leased=row["is_leased"],
    )


async def possible_channels(db: Database, *, user_id: int) -> list[PossibleChannel]:
    """The active channels of a user, the primary one first."""
    async with db.connection() as connection:
        return [PossibleChannel(**dict(row)) for row in await connection.fetch(_CHANNELS, user_id)]


async def write_step(
    db: Database, due: DueNotification, step: Step, telling: Telling | None, *, now: datetime
) -> bool:
    """Makes a step; False when somebody else has made one, or what was to be withdrawn is sent."""
    async with db.transaction() as connection:
        if await connection.fetchrow(_LOCK, due.id, due.due_at) is None:
            return False
        is_own = due.outbound_id not in due.told.values()
        if step.withdraws and is_own:
            withdrawn = await connection.fetchval(_WITHDRAW, due.outbound_id, now)
            if withdrawn is None:
                return False
        outbound_id = await _send(connection, due, telling, now) if telling else None
        await connection.execute(
            _WRITE,
            due.id,
            step.state,
            step.due_at,
            step.reason,
            now if step.due_at is None else None,
            telling.webhook_id if telling else None,
            outbound_id,
        )
    return True


async def read_notification_settings(db: Database, *, user_id: int) -> NotificationSettings:
    """How this user wants to be told."""
    async with db.connection() as connection:
        row = await connection.fetchrow(_READ, user_id)
    if row is None:
        return NotificationSettings()
    return NotificationSettings(**{**dict(row), "channels": _chosen(row["channels"])})


async def change_notification_settings(
    db: Database, operation: Operation, settings: NotificationSettings
) -> None:
    """Writes how a user wants to be told."""
    channels = [{"webhookId": c.webhook_id, "recipient": c.recipient} for c in settings.channels]
    async with db.transaction() as connection:
        await connection.execute(
            _CHANGE,
            operation.user_id,
            settings.is_on,
            json_text(channels),
            settings.quiet_from,
            settings.quiet_until,
            settings.quiet_zone,
            settings.critical_at_once,
            operation.at,
        )
        entry = LogEntry(webhook_id=None, event="notifications.changed", detail={})
        await log_entry(connection, operation, entry)


async def list_notifications(
    db: Database, *, user_id: int, before_id: int | None, limit: int
) -> Sequence[Notification]:
    """The newest notifications of a user, from `before_id` down."""
    async with db.connection() as connection:
        rows = await connection.fetch(_LIST, user_id, before_id, limit)
    return [Notification(**dict(row)) for row in rows]


async def _send(
    connection: Connection, due: DueNotification, telling: Telling, now: datetime
) -> int:
    if telling.told_id is not None:
        return telling.told_id
    id_: int = await connection.fetchval(
        _SEND,
        due.user_id,
        telling.webhook_id,
        due.task.source_webhook_id,
        due.event,
        due.event_id,
        telling.recipient,
        telling.content,
        json_text(telling.data),
        now,
        due.task.conversation_id,  # it is erased with the conversation
        due.task.source_message_id,  # whoever follows that message finds it
        *kept_trace(now),
    )
    return id_


def _chosen(column: str | None) -> tuple[ChosenChannel, ...]:
    found = json_value(column)
    return tuple(
        ChosenChannel(webhook_id=int(str(one["webhookId"])), recipient=str(one["recipient"]))
        for one in (found if isinstance(found, list) else ())
        if isinstance(one, dict)
    )
