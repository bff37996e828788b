"""Tasks: listed, made, changed and ended, each with its line in the execution log."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Final, Literal

import asyncpg

from gateway.plugin import JsonValue
from gateway.plugin.errors import Conflict, NotFound
from gateway.records import Task
from gateway.rules.events import TASK_CREATED
from gateway.store.announcements import Announcement, announce
from gateway.store.columns import iso, task_in
from gateway.store.conditions import narrowed
from gateway.store.conversations import no_conversation
from gateway.store.database import Connection, Database
from gateway.store.notifications import End, add_notification


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """Which tasks are asked for, from `before_id` down; None leaves a condition out."""

    limit: int
    before_id: int | None = None
    status: str | None = None
    priority: str | None = None
    conversation_id: int | None = None
    webhook_id: int | None = None
    due_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Who does something to a task and when, and which endpoints are told.

    `listeners_of_ends` are told when it is completed by that.
    """

    user_id: int
    actor: str
    at: datetime
    listeners: Sequence[int] = ()
    listeners_of_ends: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedTask:
    """A task that somebody makes by hand, or what a task is to be."""

    title: str
    description: str
    priority: str
    deadline: datetime | None
    project: str | None
    assignee: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEnd:
    """How a task ended, who said so, and which endpoints are told of which event, if any."""

    status: Literal["completed", "failed", "cancelled"]
    result: str | None = None
    error: str | None = None
    reason: str = ""
    actor: str
    at: datetime
    event: str | None = None
    listeners: Sequence[int] = ()
    notifies: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One line of a task's execution log: what was done, by whom and when (FR-16).

    `message_id` is the message that did it: that made the task, changed or ended it.
    """

    id: int
    status: str
    detail: str
    actor: str
    created_at: datetime
    message_id: int | None


TASK_COLUMNS: Final = ", ".join(field.name for field in fields(Task))
_WANTED: Final = tuple(field.name for field in fields(WantedTask))
_LIST: Final = """
SELECT {columns} FROM agency_tasks WHERE user_id = $1 {conditions} ORDER BY id DESC LIMIT $2
"""
# Written out, so that PostgreSQL knows how rare a status is.
_STATUS: Final = {
    status: f"AND status = '{status}'" for status in ("pending", "completed", "failed", "cancelled")
}
_GET: Final = f"SELECT {TASK_COLUMNS} FROM agency_tasks WHERE user_id = $1 AND id = $2"  # noqa: S608 # field names of a record
_LOCK: Final = f"{_GET} FOR UPDATE"
# The conversation first, as whoever settles its turn does.
_LOCK_TALK: Final = """
SELECT c.id FROM agency_tasks t JOIN bot_conversations c ON c.id = t.conversation_id
WHERE t.user_id = $1 AND t.id = $2 FOR UPDATE OF c
"""
_INSERT: Final = f"""
INSERT INTO agency_tasks (
    user_id, source_webhook_id, conversation_id, created_at, updated_at, status, source_index,
    {", ".join(_WANTED)})
VALUES ($1, $2, $3, $4, $4, 'pending', 0, {", ".join(f"${n}" for n, _ in enumerate(_WANTED, 5))})
RETURNING {TASK_COLUMNS}
"""  # noqa: S608 # field names of records
_CHANGE: Final = f"""
UPDATE agency_tasks SET updated_at = $3,
    {", ".join(f"{name} = ${n}" for n, name in enumerate(_WANTED, 4))}
WHERE user_id = $1 AND id = $2 RETURNING {TASK_COLUMNS}
"""  # noqa: S608 # field names of records
_FINISH: Final = f"""
UPDATE agency_tasks SET status = $3, result = $4, error = $5, updated_at = $6, finished_at = $6
WHERE user_id = $1 AND id = $2 RETURNING {TASK_COLUMNS}
"""  # noqa: S608 # field names of a record
_EXECUTED: Final = """
INSERT INTO task_executions (user_id, task_id, status, detail, actor, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""
# A message makes its task without a line of its own, which would cost each one: it is told here.
_EXECUTIONS: Final = """
WITH log AS (
    SELECT e.id, e.status, e.detail, e.actor, e.created_at,
        CASE e.status WHEN 'created' THEN t.source_message_id ELSE e.message_id END AS message_id
    FROM agency_tasks t JOIN task_executions e ON e.task_id = t.id
    WHERE t.user_id = $1 AND t.id = $2
)
SELECT * FROM log WHERE $3::bigint IS NULL OR id < $3
UNION ALL
SELECT 0, 'created', '', 'participant', created_at, source_message_id FROM agency_tasks
WHERE user_id = $1 AND id = $2 AND source_message_id IS NOT NULL
AND NOT EXISTS (SELECT FROM log WHERE status = 'created')
ORDER BY id DESC LIMIT $4
"""
_TALK: Final = "SELECT webhook_id FROM bot_conversations WHERE user_id = $1 AND id = $2"


async def list_tasks(db: Database, page: TaskPage, *, user_id: int) -> Sequence[Task]:
    """The newest tasks of a user, from `before_id` down."""
    conditions, arguments = narrowed(
        {
            "id < {}": page.before_id,
            "priority = {}": page.priority,
            "conversation_id = {}": page.conversation_id,
            "source_webhook_id = {}": page.webhook_id,
            "deadline < {}": page.due_before,
        },
        first=3,
    )
    status = _STATUS.get(page.status or "", "")
    query = _LIST.format(columns=TASK_COLUMNS, conditions=f"{status} {conditions}")
    async with db.connection() as connection:
        rows = await connection.fetch(query, user_id, page.limit, *arguments)
    return [task_in(row) for row in rows]


async def get_task(db: Database, *, user_id: int, task_id: int) -> Task:
    """One task of a user. Raises `NotFound`."""
    async with db.connection() as connection:
        return _task(await connection.fetchrow(_GET, user_id, task_id), task_id)


async def lock_task(connection: Connection, *, user_id: int, task_id: int) -> Task:
    """One task of a user, which nobody else changes in this transaction. Raises `NotFound`."""
    return _task(await connection.fetchrow(_LOCK, user_id, task_id), task_id)


async def list_executions(
    db: Database, *, user_id: int, task_id: int, before_id: int | None, limit: int
) -> Sequence[Execution]:
    """What was done with a task, newest first, from `before_id` down."""
    async with db.connection() as connection:
        rows = await connection.fetch(_EXECUTIONS, user_id, task_id, before_id, limit)
    return [Execution(**dict(row)) for row in rows]


async def create_task(
    db: Database, wanted: WantedTask, by: Teller, *, conversation_id: int | None
) -> Task:
    """Makes a task by hand, and announces it. Raises `NotFound` for another's conversation."""
    async with db.transaction() as connection:
        webhook_id = None
        if conversation_id is not None:
            webhook_id = await connection.fetchval(_TALK, by.user_id, conversation_id)
            if webhook_id is None:
                raise no_conversation(conversation_id)
        row = await connection.fetchrow(
            _INSERT, by.user_id, webhook_id, conversation_id, by.at, *_values(wanted)
        )
        assert row is not None
        task = task_in(row)
        await connection.execute(_EXECUTED, by.user_id, task.id, "created", "", by.actor, by.at)
        await announce_task(connection, task, by, event=TASK_CREATED, told=new_facts(task))
    return task


async def change_task(
    db: Database, changes: Mapping[str, object], by: Teller, *, task_id: int
) -> Task:
    """Changes the fields that are named of a pending task. Raises `NotFound` and `Conflict`."""
    async with db.transaction() as connection:
        await connection.execute(_LOCK_TALK, by.user_id, task_id)
        task = await lock_task(connection, user_id=by.user_id, task_id=task_id)
        changed = sorted(name for name, new in changes.items() if getattr(task, name) != new)
        if not changed:
            return task
        if task.status != "pending":
            raise Conflict(f"task {task_id} is {task.status}; only a pending one can be changed")
        values = [changes.get(name, getattr(task, name)) for name in _WANTED]
        row = await connection.fetchrow(_CHANGE, by.user_id, task_id, by.at, *values)
        detail = f"changed {', '.join(changed)}"
        await connection.execute(_EXECUTED, by.user_id, task_id, "edited", detail, by.actor, by.at)
        return _task(row, task_id)


async def finish_task(db: Database, end: TaskEnd, *, user_id: int, task_id: int) -> Task:
    """Ends a pending task once. Raises `NotFound`, or `Conflict` when it ended otherwise before."""
    async with db.transaction() as connection:
        await connection.execute(_LOCK_TALK, user_id, task_id)
        task = await lock_task(connection, user_id=user_id, task_id=task_id)
        if task.status == end.status:
            return task
        if task.status != "pending":
            raise Conflict(f"task {task_id} is already {task.status}; only a pending one can end")
        finished = await connection.fetchrow(
            _FINISH, user_id, task_id, end.status, end.result, end.error, end.at
        )
        task = _task(finished, task_id)
        detail = end.result or end.error or end.reason
        await connection.execute(_EXECUTED, user_id, task_id, end.status, detail, end.actor, end.at)
        by = Teller(user_id=user_id, actor=end.actor, at=end.at, listeners=end.listeners)
        if end.event is not None:
            told = await announce_task(connection, task, by, event=end.event, told=task_facts(task))
            if end.notifies:
                told_end = End(
                    user_id=user_id,
                    task_id=task.id,
                    event=end.event,
                    at=task.updated_at,
                    told=told,
                )
                await add_notification(connection, told_end)
        return task


async def announce_task(
    connection: Connection, task: Task, by: Teller, *, event: str, told: Mapping[str, JsonValue]
) -> dict[int, int]:
    """Tells the endpoints of `by` of a task, in the transaction of what they are told.

    Answers with the delivery to each of them.
    """
    return await announce(
        connection,
        Announcement(
            user_id=by.user_id,
            listeners=by.listeners,
            event=event,
            told=told,
            at=by.at,
            webhook_id=task.source_webhook_id,
            conversation_id=task.conversation_id,
            message_id=task.source_message_id,
        ),
    )


def task_facts(task: Task) -> Mapping[str, JsonValue]:
    """A task as the events of its end report it."""
    retry = {"willRetry": False} if task.status == "failed" else {}
    return {
        "taskId": task.id,
        "title": task.title,
        "status": task.status,
        "priority": task.priority,
        "result": task.result,
        "error": task.error,
        **retry,
        "sourceMessageId": task.source_message_id,
        "conversationId": task.conversation_id,
        "finishedAt": iso(task.finished_at),
    }


def new_facts(task: Task) -> Mapping[str, JsonValue]:
    """A new task as `task.created` reports it."""
    return {
        "taskId": task.id,
        "title": task.title,
        "description": task.description,
        "priority": task.priority,
        "deadline": iso(task.deadline),
        "project": task.project,
        "assignee": task.assignee,
        "requester": asdict(task.requester) if task.requester else None,
        "status": task.status,
        "sourceMessageId": task.source_message_id,
        "conversationId": task.conversation_id,
    }


def _values(wanted: WantedTask) -> list[object]:
    return [getattr(wanted, name) for name in _WANTED]


def _task(row: asyncpg.Record | None, task_id: int) -> Task:
    if row is None:
        raise NotFound(f"no task {task_id}; GET /api/v1/tasks lists yours")
    return task_in(row)
