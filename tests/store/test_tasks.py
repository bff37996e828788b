"""Tasks: listed to their owner, and ended once."""

import asyncio
from dataclasses import replace
from typing import Literal

import pytest

from gateway import store
from gateway.plugin.errors import Conflict, NotFound
from gateway.records import NewTask
from gateway.runtime import Gateway
from gateway.store import TaskEnd, TaskPage
from tests.store import claim, later, rows, text, turn, value


async def add_tasks(gw: Gateway, *titles: str, user_id: int = 1, sender: str = "s") -> list[int]:
    """Tasks made by a message of this user's."""
    [stored] = await store.store_messages(gw.db, [text(sender=sender, user_id=user_id)])
    [claimed] = await claim(gw)
    made = [
        NewTask(
            source_message_id=stored.message_id,
            source_index=index,
            title=title,
            description="",
            priority="high",
            deadline=later(60),
            project="Acme",
        )
        for index, title in enumerate(titles)
    ]
    await store.settle_turns(gw.db, [turn(claimed, tasks=tuple(made))])
    await rows(gw, "UPDATE inbound_messages SET processing_status = 'processed'")
    await rows(gw, "UPDATE bot_conversations SET due_at = NULL")
    return [row["id"] for row in await rows(gw, "SELECT id FROM agency_tasks ORDER BY id")]


def end(
    status: Literal["completed", "failed"] = "completed", listeners: tuple[int, ...] = ()
) -> TaskEnd:
    return TaskEnd(
        status=status,
        result="sent" if status == "completed" else None,
        error="no venue" if status == "failed" else None,
        actor="token:abc",
        at=later(9),
        event=f"task.{status}",
        listeners=listeners,
    )


async def test_tasks_are_listed_newest_first_page_by_page(gw: Gateway) -> None:
    await add_tasks(gw, "a", "b", "c")

    first = await store.list_tasks(gw.db, TaskPage(limit=2), user_id=1)
    rest = await store.list_tasks(gw.db, TaskPage(limit=2, before_id=first[-1].id), user_id=1)

    assert [t.title for t in first] == ["c", "b"]
    assert [t.title for t in rest] == ["a"]
    assert (rest[0].priority, rest[0].deadline, rest[0].project) == ("high", later(60), "Acme")


async def test_tasks_can_be_listed_by_status(gw: Gateway) -> None:
    first, _ = await add_tasks(gw, "a", "b")
    await store.finish_task(gw.db, end(), user_id=1, task_id=first)

    for status, titles in (("pending", ["b"]), ("completed", ["a"]), ("failed", [])):
        found = await store.list_tasks(gw.db, TaskPage(limit=9, status=status), user_id=1)
        assert [t.title for t in found] == titles


async def test_another_users_task_is_neither_seen_nor_ended(gw: Gateway) -> None:
    [task_id] = await add_tasks(gw, "a", user_id=1)

    assert await store.list_tasks(gw.db, TaskPage(limit=9), user_id=2) == []
    with pytest.raises(NotFound, match=f"no task {task_id}"):
        await store.finish_task(gw.db, end(), user_id=2, task_id=task_id)

    assert await value(gw, "SELECT status FROM agency_tasks") == "pending"


@pytest.mark.parametrize("status", ["completed", "failed"])
async def test_an_ended_task_says_how_and_is_in_the_execution_log(
    gw: Gateway, status: Literal["completed", "failed"]
) -> None:
    [task_id] = await add_tasks(gw, "a")

    task = await store.finish_task(gw.db, end(status), user_id=1, task_id=task_id)

    assert (task.status, task.finished_at, task.updated_at) == (status, later(9), later(9))
    assert (task.result or task.error) == ("sent" if status == "completed" else "no venue")
    [log] = await rows(gw, "SELECT * FROM task_executions")
    assert (log["task_id"], log["status"], log["actor"]) == (task_id, status, "token:abc")
    assert log["detail"] == (task.result or task.error)


async def test_each_listener_is_told_the_next_number_of_the_conversation(gw: Gateway) -> None:
    await store.store_messages(gw.db, [text(sender="s", listeners=(1, 2))])
    [task_id] = await add_tasks(gw, "a")

    await store.finish_task(gw.db, end(listeners=(1, 2)), user_id=1, task_id=task_id)

    told = await rows(
        gw, "SELECT * FROM outbound_messages WHERE event = 'task.completed' ORDER BY webhook_id"
    )
    assert [(r["webhook_id"], r["source_webhook_id"], r["sequence"]) for r in told] == [
        (1, 1, 2),
        (2, 1, 2),
    ]
    assert len({r["event_id"] for r in told}) == 1
    assert {(r["delivery_status"], r["scheduled_for"]) for r in told} == {("pending", later(9))}
    assert f'"taskId": {task_id}' in told[0]["data"]


async def test_a_task_of_no_channel_and_no_conversation_can_be_ended(gw: Gateway) -> None:
    [task_id] = await add_tasks(gw, "a")
    await rows(gw, "UPDATE agency_tasks SET source_webhook_id = NULL, conversation_id = NULL")

    await store.finish_task(gw.db, end(listeners=(5,)), user_id=1, task_id=task_id)

    [told] = await rows(gw, "SELECT * FROM outbound_messages")
    assert (told["source_webhook_id"], told["sequence"], told["conversation_id"]) == (5, 0, None)


async def test_ending_a_task_ten_times_at_once_ends_it_once(gw: Gateway) -> None:
    [task_id] = await add_tasks(gw, "a")
    again = replace(end(listeners=(1,)), result="something else")

    tasks = await asyncio.gather(
        store.finish_task(gw.db, end(listeners=(1,)), user_id=1, task_id=task_id),
        *(store.finish_task(gw.db, again, user_id=1, task_id=task_id) for _ in range(9)),
    )

    assert len({task.result for task in tasks}) == 1
    assert await value(gw, "SELECT count(*) FROM outbound_messages") == 1
    assert await value(gw, "SELECT count(*) FROM task_executions") == 1


async def test_a_task_that_ended_otherwise_is_a_conflict(gw: Gateway) -> None:
    [task_id] = await add_tasks(gw, "a")
    await store.finish_task(gw.db, end("failed"), user_id=1, task_id=task_id)

    with pytest.raises(Conflict, match=f"task {task_id} is already failed"):
        await store.finish_task(gw.db, end("completed"), user_id=1, task_id=task_id)


async def test_tasks_ended_while_their_conversation_is_answered_do_not_block_it(
    gw: Gateway,
) -> None:
    ids = await add_tasks(gw, *(f"t{n}" for n in range(10)))
    await store.store_messages(gw.db, [text(sender="s")])
    [claimed] = await claim(gw)

    await asyncio.gather(
        store.settle_turns(gw.db, [turn(claimed)]),
        *(
            store.finish_task(gw.db, end(listeners=(1,)), user_id=1, task_id=task_id)
            for task_id in ids
        ),
    )

    numbers = await rows(gw, "SELECT sequence FROM outbound_messages ORDER BY sequence")
    assert [row["sequence"] for row in numbers] == list(range(1, 11))
