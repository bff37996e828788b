"""Tasks: list, complete, fail."""

from typing import Final, Literal

from pydantic import Field

from gateway import store
from gateway.plugin.errors import Conflict
from gateway.records import Task
from gateway.rules.events import TASK_COMPLETED, TASK_FAILED
from gateway.web.api.procedures import ById, Call, Listed, Paged, page_of, procedure
from gateway.web.api.webhook_shapes import LongText


class ListTasks(Paged):
    """Which tasks."""

    status: Literal["pending", "completed", "failed"] | None = Field(
        None, description="Only those of one status."
    )


class CompleteTask(ById):
    """What came out of a task."""

    result: LongText | None = Field(
        None, max_length=10_000, description="What came out of it, up to 10,000 characters."
    )


class FailTask(ById):
    """Why a task failed."""

    error: LongText = Field(
        min_length=1, max_length=10_000, description="Why, up to 10,000 characters."
    )


@procedure("tasks.list", "GET /tasks", scope="tasks:read")
async def list_tasks(call: Call, asked: ListTasks) -> Listed[Task]:
    """The account's tasks, newest first."""
    found = await store.list_tasks(
        call.gw.db,
        user_id=call.user_id,
        status=asked.status,
        before_id=asked.cursor,
        limit=asked.limit,
    )
    return page_of(found, asked, lambda task: task.id)


@procedure("tasks.complete", "POST /tasks/{id}/complete", scope="tasks:write", raises=(Conflict,))
async def complete(call: Call, asked: CompleteTask) -> Task:
    """Completes a pending task and sends `task.completed`.

    The same call on a completed task answers the same and sends nothing.
    """
    end = store.TaskEnd(
        status="completed",
        result=asked.result,
        error=None,
        actor=call.principal.actor,
        at=call.at,
        event=TASK_COMPLETED,
        listeners=await call.gw.channels.listeners(call.user_id, TASK_COMPLETED),
    )
    return await _finished(call, end, asked.id)


@procedure("tasks.fail", "POST /tasks/{id}/fail", scope="tasks:write", raises=(Conflict,))
async def fail(call: Call, asked: FailTask) -> Task:
    """Ends a pending task as failed and sends `task.failed`.

    The same call on a failed task answers the same and sends nothing.
    """
    end = store.TaskEnd(
        status="failed",
        result=None,
        error=asked.error,
        actor=call.principal.actor,
        at=call.at,
        event=TASK_FAILED,
        listeners=await call.gw.channels.listeners(call.user_id, TASK_FAILED),
    )
    return await _finished(call, end, asked.id)


async def _finished(call: Call, end: store.TaskEnd, task_id: int) -> Task:
    task = await store.finish_task(call.gw.db, end, user_id=call.user_id, task_id=task_id)
    call.gw.wakeups.wake("deliver")
    return task


PROCEDURES: Final = (list_tasks, complete, fail)
