"""Tasks: list, complete, fail."""

from typing import Final

from pydantic import Field
from quart import Blueprint, Response, request

from gateway import store
from gateway.plugin import FieldError, InvalidPayload
from gateway.records import Task
from gateway.rules.events import TASK_COMPLETED, TASK_FAILED
from gateway.runtime import Gateway
from gateway.web.api.calls import caller, page_answer, page_asked
from gateway.web.auth import Principal
from gateway.web.wire import Body, json_response, parse_body, to_wire

STATUSES: Final = ("pending", "completed", "failed")


class CompleteTask(Body):
    """What came out of a task."""

    result: str | None = Field(None, max_length=10_000)


class FailTask(Body):
    """Why a task failed."""

    error: str = Field(min_length=1, max_length=10_000)


def task_routes(gw: Gateway) -> Blueprint:
    """`/tasks` and what can be done to one."""
    routes = Blueprint("tasks", __name__)

    @routes.get("/tasks")
    async def list_tasks() -> Response:
        principal = await caller(gw, "tasks:read")
        page = page_asked()
        tasks = await store.list_tasks(
            gw.db,
            user_id=principal.user_id,
            status=_status_asked(),
            before_id=page.before_id,
            limit=page.limit,
        )
        last_id = tasks[-1].id if tasks else None
        return json_response(page_answer([to_wire(task) for task in tasks], page, last_id))

    @routes.post("/tasks/<int:task_id>/complete")
    async def complete(task_id: int) -> Response:
        principal = await caller(gw, "tasks:write")
        body = await parse_body(request, CompleteTask)
        return json_response(to_wire(await _finish(gw, principal, task_id, body)))

    @routes.post("/tasks/<int:task_id>/fail")
    async def fail(task_id: int) -> Response:
        principal = await caller(gw, "tasks:write")
        body = await parse_body(request, FailTask)
        return json_response(to_wire(await _finish(gw, principal, task_id, body)))

    return routes


async def _finish(
    gw: Gateway, principal: Principal, task_id: int, body: CompleteTask | FailTask
) -> Task:
    is_done = isinstance(body, CompleteTask)
    event = TASK_COMPLETED if is_done else TASK_FAILED
    end = store.TaskEnd(
        status="completed" if is_done else "failed",
        result=body.result if isinstance(body, CompleteTask) else None,
        error=body.error if isinstance(body, FailTask) else None,
        actor=principal.actor,
        at=gw.now(),
        event=event,
        listeners=await gw.channels.listeners(principal.user_id, event),
    )
    task = await store.finish_task(gw.db, end, user_id=principal.user_id, task_id=task_id)
    gw.wakeups.wake("deliver")
    return task


def _status_asked() -> str | None:
    status = request.args.get("status")
    if status is not None and status not in STATUSES:
        message = "valid: " + ", ".join(STATUSES)
        raise InvalidPayload(
            f"query parameter status: {message}",
            fields=[FieldError(pointer="?status", message=message)],
        )
    return status
