"""Tasks that a turn changes: checked, written and logged within the turn's transaction."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from gateway.plugin import JsonValue, OpenTask
from gateway.records import TurnResult
from gateway.rules.edits import Edit
from gateway.store.columns import iso, json_text
from gateway.store.database import Connection

_LOCK: Final = "SELECT id, status FROM agency_tasks WHERE id = ANY($1) ORDER BY id FOR UPDATE"
_EDIT: Final = """
UPDATE agency_tasks t SET
    title = COALESCE(e.fields ->> 'title', t.title),
    priority = COALESCE(e.fields ->> 'priority', t.priority),
    deadline = CASE WHEN e.fields ? 'deadline' THEN (e.fields ->> 'deadline')::timestamptz
        ELSE t.deadline END,
    assignee = CASE WHEN e.fields ? 'assignee' THEN e.fields ->> 'assignee' ELSE t.assignee END,
    status = e.status, updated_at = $5::timestamptz,
    finished_at = CASE WHEN e.status <> 'pending' THEN $5::timestamptz END
FROM unnest($1::bigint[], $2::bigint[], $3::jsonb[], $4::text[]) AS e(user_id, id, fields, status)
WHERE t.user_id = e.user_id AND t.id = e.id
"""
_NOTE: Final = """
INSERT INTO task_executions (user_id, task_id, status, detail, message_id, actor, created_at)
SELECT e.user_id, e.id, e.status, e.detail, e.message_id, $6, $7
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[])
    AS e(user_id, id, status, detail, message_id)
"""


async def outdated(connection: Connection, results: Sequence[TurnResult]) -> set[int]:
    """The conversations whose turn would change a task that no longer stands as the turn saw it.

    Locks the tasks. Talks to nobody for turns that change none.
    """
    ids = [edit.task.id for result in results for edit in result.edits]
    if not ids:
        return set()
    rows = await connection.fetch(_LOCK, ids)
    status = {row["id"]: row["status"] for row in rows}
    return {
        result.claimed.id
        for result in results
        if any(status.get(edit.task.id) != edit.was for edit in result.edits)
    }


async def write_edits(connection: Connection, results: Sequence[TurnResult]) -> None:
    """Writes what these turns change of tasks, with a line of each task's execution log."""
    for result in results:
        if result.edits:
            user_id = result.claimed.user_id
            await apply_edits(
                connection, result.edits, user_id=user_id, actor="participant", at=result.at
            )


async def apply_edits(
    connection: Connection, edits: Sequence[Edit], *, user_id: int, actor: str, at: datetime
) -> None:
    """Writes these changes of a user's tasks."""
    users, ids = [user_id] * len(edits), [edit.task.id for edit in edits]
    fields = [json_text(_fields(edit)) for edit in edits]
    becomes = [edit.becomes for edit in edits]
    noted = ["edited" if status == "pending" else status for status in becomes]
    details = [_detail(edit) for edit in edits]
    await connection.execute(_EDIT, users, ids, fields, becomes, at)
    said_in = [edit.message_id for edit in edits]
    await connection.execute(_NOTE, users, ids, noted, details, said_in, actor, at)


def edit_json(edit: Edit) -> Mapping[str, JsonValue]:
    """A change for its column, and as the API shows it."""
    task = edit.task
    return {
        "taskId": task.id,
        "title": task.title,
        "priority": task.priority,
        "deadline": iso(task.deadline),
        "assignee": task.assignee,
        "sourceMessageId": task.source_message_id,
        "fields": _fields(edit),
        "becomes": edit.becomes,
        "was": edit.was,
    }


def edit_in(column: str | None) -> Edit | None:
    """The change in a column."""
    if column is None:
        return None
    kept: Any = json.loads(column)
    task = OpenTask(
        id=kept["taskId"],
        title=kept["title"],
        priority=kept["priority"],
        deadline=_moment(kept["deadline"]),
        assignee=kept["assignee"],
        source_message_id=kept["sourceMessageId"],
    )
    fields = {n: _moment(v) if n == "deadline" else v for n, v in kept["fields"].items()}
    return Edit(task=task, fields=fields, becomes=kept["becomes"], was=kept["was"])


def _fields(edit: Edit) -> dict[str, JsonValue]:
    return {n: iso(v) if isinstance(v, datetime) else v for n, v in edit.fields.items()}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _detail(edit: Edit) -> str:
    changed = f"changed {', '.join(sorted(edit.fields))}" if edit.fields else ""
    reopened = "taken back" if edit.was != edit.becomes == "pending" else ""
    return ", ".join(filter(None, (reopened, changed)))
