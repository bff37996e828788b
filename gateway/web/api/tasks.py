"""Tasks: list, make, change, end, and what was done with them."""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from gateway import store
from gateway.plugin.errors import Conflict, NotFound
from gateway.records import Task
from gateway.rules.events import TASK_COMPLETED, TASK_CREATED, TASK_FAILED
from gateway.store import Execution
from gateway.web.api.moments import Moment
from gateway.web.api.procedures import (
    ById,
    Call,
    Id,
    Listed,
    Paged,
    PagedById,
    page_of,
    procedure,
)
from gateway.web.api.webhook_shapes import LongText, Text
from gateway.web.wire import Body

Priority = Literal["low", "medium", "high", "critical"]


def _worded(value: str) -> str:
    if not value.strip():
        raise ValueError("a title has at least one word")
    return value


Title = Annotated[Text, AfterValidator(_worded), Field(max_length=200)]


class ListTasks(Paged):
    """Which tasks."""

    status: Literal["pending", "completed", "failed", "cancelled"] | None = Field(
        None, description="Only those of one status."
    )
    priority: Priority | None = Field(None, description="Only those of one priority.")
    conversation_id: Id | None = Field(None, description="Only those of one conversation.")
    webhook_id: Id | None = Field(None, description="Only those that came in by one webhook.")
    due_before: Moment | None = Field(
        None, description="Only those with a deadline before this moment."
    )


class CreateTask(Body):
    """A task that somebody makes by hand."""

    title: Title = Field(description="What is to be done, 1 to 200 characters.")
    description: LongText = Field("", max_length=10_000, description="More about it.")
    priority: Priority = Field("medium", description="How urgent it is.")
    deadline: Moment | None = Field(None, description="When it is to be done.")
    project: Text | None = Field(None, max_length=200, description="What it belongs to.")
    assignee: Text | None = Field(None, max_length=200, description="Who is to do it.")
    conversation_id: Id | None = Field(
        None, description="The conversation that it belongs to: the assistant then knows of it."
    )


class UpdateTask(ById):
    """What is to change of a task: only the fields that are given count."""

    title: Title = Field("-", description="What is to be done, 1 to 200 characters.")
    description: LongText = Field("", max_length=10_000, description="More about it.")
    priority: Priority = Field("medium", description="How urgent it is.")
    deadline: Moment | None = Field(None, description="When it is to be done, or null.")
    project: Text | None = Field(None, max_length=200, description="What it belongs to, or null.")
    assignee: Text | None = Field(None, max_length=200, description="Who is to do it, or null.")


class CompleteTask(ById):
    """What came out of a task."""

    result: LongText | None = Field(
        None, max_length=10_000, description="What came out of it, up to 10,000 characters."
    )
    notify: bool = Field(True, description="Whether a person is to be told, see notifications.")


class FailTask(ById):
    """Why a task failed."""

    error: LongText = Field(
        min_length=1, max_length=10_000, description="Why, up to 10,000 characters."
    )
    notify: bool = Field(True, description="Whether a person is to be told, see notifications.")


class CancelTask(ById):
    """Why a task is not to be done any more."""

    reason: LongText = Field(
        "", max_length=10_000, description="Why, for the execution log: up to 10,000 characters."
    )


@procedure("tasks.list", "GET /tasks", scope="tasks:read")
async def list_tasks(call: Call, asked: ListTasks) -> Listed[Task]:
    """The account's tasks, newest first."""
    wanted = store.TaskPage(
        limit=asked.limit,
        before_id=asked.cursor,
        status=asked.status,
        priority=asked.priority,
        conversation_id=asked.conversation_id,
        webhook_id=asked.webhook_id,
        due_before=asked.due_before,
    )
    found = await store.list_tasks(call.gw.db, wanted, user_id=call.user_id)
    return page_of(found, asked, lambda task: task.id)


@procedure("tasks.get", "GET /tasks/{id}", scope="tasks:read")
async def get_task(call: Call, asked: ById) -> Task:
    """One task.

    `sourceMessageId` is the message that it came from; a task that was made by hand has none.
    """
    return await store.get_task(call.gw.db, user_id=call.user_id, task_id=asked.id)


@procedure("tasks.create", "POST /tasks", scope="tasks:write", status=201, raises=(NotFound,))
async def create(call: Call, asked: CreateTask) -> Task:
    """Makes a task by hand, and sends `task.created`."""
    wanted = store.WantedTask(**asked.model_dump(exclude={"conversation_id"}))
    by = store.Teller(
        user_id=call.user_id,
        actor=call.principal.actor,
        at=call.at,
        listeners=await call.gw.channels.listeners(call.user_id, TASK_CREATED),
    )
    task = await store.create_task(call.gw.db, wanted, by, conversation_id=asked.conversation_id)
    call.gw.wakeups.wake("deliver")
    return task


@procedure("tasks.update", "PATCH /tasks/{id}", scope="tasks:write", raises=(Conflict,))
async def update(call: Call, asked: UpdateTask) -> Task:
    """Changes what is named of a pending task, and nothing else.

    The execution log notes who changed which fields; a change of nothing is noted nowhere.
    """
    changes = {
        name: getattr(asked, name) for name in sorted(asked.model_fields_set) if name != "id"
    }
    by = store.Teller(user_id=call.user_id, actor=call.principal.actor, at=call.at)
    return await store.change_task(call.gw.db, changes, by, task_id=asked.id)


@procedure("tasks.complete", "POST /tasks/{id}/complete", scope="tasks:write", raises=(Conflict,))
async def complete(call: Call, asked: CompleteTask) -> Task:
    """Completes a pending task and sends `task.completed`.

    The same call on a completed task answers the same and sends nothing.
    """
    end = store.TaskEnd(
        status="completed",
        result=asked.result,
        actor=call.principal.actor,
        at=call.at,
        event=TASK_COMPLETED,
        listeners=await call.gw.channels.listeners(call.user_id, TASK_COMPLETED),
        notifies=asked.notify,
    )
    return await _finished(call, end, asked.id)


@procedure("tasks.fail", "POST /tasks/{id}/fail", scope="tasks:write", raises=(Conflict,))
async def fail(call: Call, asked: FailTask) -> Task:
    """Ends a pending task as failed and sends `task.failed`.

    The same call on a failed task answers the same and sends nothing.
    """
    end = store.TaskEnd(
        status="failed",
        error=asked.error,
        actor=call.principal.actor,
        at=call.at,
        event=TASK_FAILED,
        listeners=await call.gw.channels.listeners(call.user_id, TASK_FAILED),
        notifies=asked.notify,
    )
    return await _finished(call, end, asked.id)


@procedure("tasks.cancel", "POST /tasks/{id}/cancel", scope="tasks:write", raises=(Conflict,))
async def cancel(call: Call, asked: CancelTask) -> Task:
    """Ends a pending task that is not to be done any more; no event tells of it.

    The same call on a cancelled task answers the same.
    """
    end = store.TaskEnd(
        status="cancelled", reason=asked.reason, actor=call.principal.actor, at=call.at
    )
    return await _finished(call, end, asked.id)


@procedure("tasks.getExecutions", "GET /tasks/{id}/executions", scope="tasks:read")
async def executions(call: Call, asked: PagedById) -> Listed[Execution]:
    """What was done with a task, by whom and when, newest first (FR-16).

    `status` is `created`, `edited`, `completed`, `failed` or `cancelled`. `actor` is a token, or
    `participant` for what a person's words did. `messageId` is the message that did it: the task
    came out of it, or it changed or ended the task. Where a message made the task at once, that
    line has the id 0. A change that somebody else confirmed names the message that asked for it.
    """
    await store.get_task(call.gw.db, user_id=call.user_id, task_id=asked.id)
    found = await store.list_executions(
        call.gw.db,
        user_id=call.user_id,
        task_id=asked.id,
        before_id=asked.cursor,
        limit=asked.limit,
    )
    page = page_of(found, asked, lambda execution: execution.id)
    return page if found and found[-1].id else Listed(items=found)


async def _finished(call: Call, end: store.TaskEnd, task_id: int) -> Task:
    task = await store.finish_task(call.gw.db, end, user_id=call.user_id, task_id=task_id)
    call.gw.wakeups.wake("deliver")
    return task


PROCEDURES: Final = (
    list_tasks,
    get_task,
    create,
    update,
    complete,
    fail,
    cancel,
    executions,
)
