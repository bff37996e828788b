"""Tasks: listed and finished, the end together with the events that report it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final, Literal
from uuid import uuid4

from gateway.plugin import JsonValue
from gateway.plugin.errors import Conflict, NotFound
from gateway.records import Task
from gateway.store.columns import json_text
from gateway.store.database import Connection, Database

_COLUMNS: Final = ", ".join(field.name for field in fields(Task))
_LIST: Final = f"""
SELECT {_COLUMNS} FROM agency_tasks
WHERE user_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::bigint IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""  # noqa: S608 # field names of a record
_LOCK: Final = f"SELECT {_COLUMNS} FROM agency_tasks WHERE user_id = $1 AND id = $2 FOR UPDATE"  # noqa: S608
_FINISH: Final = f"""
UPDATE agency_tasks SET status = $3, result = $4, error = $5, updated_at = $6, finished_at = $6
WHERE user_id = $1 AND id = $2 RETURNING {_COLUMNS}
"""  # noqa: S608 # field names of a record
_EXECUTED: Final = """
INSERT INTO task_executions (user_id, task_id, status, detail, actor, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
"""
_NUMBER: Final = """
UPDATE bot_conversations SET event_sequence = event_sequence + 1 WHERE id = $1
RETURNING event_sequence
"""
_ANNOUNCE: Final = """
INSERT INTO outbound_messages (
    user_id, webhook_id, source_webhook_id, conversation_id, in_reply_to, kind, event, event_id,
    sequence, recipient, content, data, delivery_status, scheduled_for, attempts, created_at)
SELECT $1, listener, COALESCE($3, listener), $4, $5, 'event', $6, $7, $8, '', '', $9::jsonb,
    'pending', $10, 0, $10
FROM unnest($2::bigint[]) AS listener
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEnd:
    """How a task ended, who said so, and which endpoints are told."""

    status: Literal["completed", "failed"]
    result: str | None
    error: str | None
    actor: str
    at: datetime
    event: str
    listeners: Sequence[int]


async def list_tasks(
    db: Database, *, user_id: int, status: str | None, before_id: int | None, limit: int
) -> Sequence[Task]:
    """The newest tasks of a user, from `before_id` down."""
    async with db.connection() as connection:
        rows = await connection.fetch(_LIST, user_id, status, before_id, limit)
    return [Task(**dict(row)) for row in rows]


async def finish_task(db: Database, end: TaskEnd, *, user_id: int, task_id: int) -> Task:
    """Ends a pending task once. Raises `NotFound`, or `Conflict` when it ended otherwise before."""
    async with db.transaction() as connection:
        row = await connection.fetchrow(_LOCK, user_id, task_id)
        if row is None:
            raise NotFound(f"no task {task_id}; GET /api/v1/tasks lists yours")
        if row["status"] != "pending":
            if row["status"] == end.status:
                return Task(**dict(row))
            raise Conflict(f"task {task_id} is already {row['status']}; only a pending one can end")
        finished = await connection.fetchrow(
            _FINISH, user_id, task_id, end.status, end.result, end.error, end.at
        )
        assert finished is not None
        task = Task(**dict(finished))
        detail = end.result or end.error or ""
        await connection.execute(_EXECUTED, user_id, task_id, end.status, detail, end.actor, end.at)
        await _announce(connection, task, end, user_id=user_id)
        return task


async def _announce(connection: Connection, task: Task, end: TaskEnd, *, user_id: int) -> None:
    if not end.listeners:
        return
    sequence = await connection.fetchval(_NUMBER, task.conversation_id) or 0
    await connection.execute(
        _ANNOUNCE,
        user_id,
        list(end.listeners),
        task.source_webhook_id,
        task.conversation_id,
        task.source_message_id,
        end.event,
        f"evt_{uuid4().hex}",
        sequence,
        json_text(task_facts(task)),
        end.at,
    )


def task_facts(task: Task) -> Mapping[str, JsonValue]:
    """A task as its events report it."""
    return {
        "taskId": task.id,
        "title": task.title,
        "status": task.status,
        "priority": task.priority,
        "result": task.result,
        "error": task.error,
        "sourceMessageId": task.source_message_id,
        "conversationId": task.conversation_id,
    }
