"""Tasks through the API: made, found, changed and ended, with a log of who did what."""

import asyncio

import pytest

from gateway import store
from tests.conftest import Clock
from tests.store import add_webhook, text
from tests.stories.house import House, Json

WHOLE: Json = {
    "title": "Call the printer",
    "description": "It is out of toner.\nAgain.",
    "priority": "high",
    "deadline": "2026-11-25T13:00:00+01:00",
    "project": "Office",
    "assignee": "Dana",
}


async def log_of(house: House, place: int = 1) -> list[tuple[str, str]]:
    """What was done with a task, the first thing first."""
    listed = await house.api("GET", f"/tasks/{place}/executions")
    assert {item["actor"].partition(":")[0] for item in listed["items"]} <= {"token"}
    return [(item["status"], item["detail"]) for item in reversed(listed["items"])]


async def test_a_task_is_made_by_hand_and_told(house: House) -> None:
    channel = await house.create_channel()

    made = await house.api("POST", "/tasks", WHOLE, status=201)
    await house.drain()

    expected = WHOLE | {"deadline": "2026-11-25T12:00:00.000Z", "status": "pending"}
    assert {name: made[name] for name in expected} == expected
    assert (made["sourceMessageId"], made["conversationId"]) == (None, None)
    assert await house.api("GET", "/tasks/1") == made
    [told] = house.listener.events
    assert (told["event"], told["webhookId"]) == ("task.created", channel.id)
    assert told["data"] == WHOLE | {
        "taskId": 1,
        "deadline": "2026-11-25T12:00:00Z",
        "status": "pending",
        "requester": None,
        "sourceMessageId": None,
        "conversationId": None,
    }
    assert await log_of(house) == [("created", "")]


async def test_the_log_of_a_task_leads_to_the_message_that_made_it(house: House) -> None:
    channel = await house.create_channel()
    await house.says(channel, "Hello")
    await house.says(channel, "Please water the fig")
    await house.drain()
    await house.api("POST", "/tasks/1/complete", {"result": "done"})

    whole = await house.api("GET", "/tasks/1/executions")
    first = await house.api("GET", "/tasks/1/executions?limit=1")
    rest = await house.api("GET", f"/tasks/1/executions?limit=1&cursor={first['nextCursor']}")

    shown = [(each["status"], each["actor"][:5], each["messageId"]) for each in whole["items"]]
    assert shown == [("completed", "token", None), ("created", "parti", 2)]
    task = await house.api("GET", "/tasks/1")
    assert whole["items"][-1]["createdAt"] == task["createdAt"]
    assert (first["items"] + rest["items"], rest["nextCursor"]) == (whole["items"], None)


async def test_a_confirmed_task_names_its_message_once(house: House) -> None:
    channel = await house.create_channel(ai={"confirmation": "ask"})
    await house.says(channel, "Please water the fig")
    await house.drain()
    await house.api("POST", "/proposals/1/confirm", {})

    [made] = (await house.api("GET", "/tasks/1/executions"))["items"]
    assert (made["status"], made["detail"], made["messageId"]) == ("created", "confirmed", 1)


async def test_a_task_of_a_conversation_is_known_to_the_assistant_there(house: House) -> None:
    channel = await house.create_channel()
    await house.says(channel, "Hello")
    await house.drain()

    made = await house.api(
        "POST", "/tasks", {"title": "Water the fig", "conversationId": 1}, status=201
    )
    await house.says(channel, "What is open?")
    await house.drain()

    assert (made["conversationId"], made["sourceWebhookId"]) == (1, channel.id)
    assert "Water the fig" in house.listener.told("message.reply")[-1]["content"]
    [told] = [e for e in house.listener.events if e["event"] == "task.created"]
    assert told["sequence"] > 0


async def test_a_task_cannot_be_put_into_anothers_conversation(house: House) -> None:
    hook = await add_webhook(house.gw)
    new = text(user_id=hook.user_id, webhook_id=hook.id)
    await store.store_messages(house.gw.db, [new])

    body = {"title": "x", "conversationId": 1}
    theirs = await house.api("POST", "/tasks", body, status=404)
    missing = await house.api("POST", "/tasks", body | {"conversationId": 99}, status=404)

    assert theirs["error"]["message"] == missing["error"]["message"].replace(" 99;", " 1;")
    assert (await house.api("GET", "/tasks"))["items"] == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": ""}, "/title"),
        ({"title": " "}, "/title"),
        ({"title": "x" * 201}, "/title"),
        ({"title": None}, "/title"),
        ({"description": "\u0000"}, "/description"),
        ({"priority": "someday"}, "/priority"),
        ({"deadline": "tomorrow"}, "/deadline"),
        ({"deadline": "2026-11-25T13:00:00"}, "/deadline"),
        ({"deadline": 1767225600}, "/deadline"),
        ({"assignee": "x" * 201}, "/assignee"),
        ({"status": "completed"}, "/status"),
    ],
)
async def test_a_wrong_field_of_a_task_is_refused(house: House, change: Json, pointer: str) -> None:
    await house.api("POST", "/tasks", WHOLE, status=201)

    for method, path, body in (
        ("POST", "/tasks", WHOLE | change),
        ("PATCH", "/tasks/1", change),
    ):
        refused = await house.api(method, path, body, status=400)
        assert [field["pointer"] for field in refused["error"]["fields"]] == [pointer]


async def test_a_change_keeps_what_it_does_not_name_and_is_logged(
    house: House, clock: Clock
) -> None:
    made = await house.api("POST", "/tasks", WHOLE, status=201)
    clock.advance(60)

    changed = await house.api("PATCH", "/tasks/1", {"deadline": None, "assignee": "Bob"})
    same = await house.api("PATCH", "/tasks/1", {"assignee": "Bob", "title": WHOLE["title"]})
    nothing = await house.api("PATCH", "/tasks/1", {})

    assert changed["updatedAt"] > made["updatedAt"]
    differing = {name for name in made if made[name] != changed[name]}
    assert differing == {"deadline", "assignee", "updatedAt"}
    assert same == nothing == changed
    assert await log_of(house) == [("created", ""), ("edited", "changed assignee, deadline")]


async def test_a_task_is_cancelled_once_and_nobody_is_told(house: House) -> None:
    await house.create_channel()
    await house.api("POST", "/tasks", WHOLE, status=201)

    cancelled, again = await asyncio.gather(
        *(house.api("POST", "/tasks/1/cancel", {"reason": "it works"}) for _ in range(2))
    )
    await house.drain()

    assert (cancelled["status"], cancelled["result"], cancelled["error"]) == (
        "cancelled",
        None,
        None,
    )
    assert cancelled == again
    assert house.listener.names == ["task.created"]
    assert await log_of(house) == [("created", ""), ("cancelled", "it works")]
    for path, body in (
        ("/tasks/1/complete", {}),
        ("/tasks/1/fail", {"error": "no"}),
    ):
        refused = await house.api("POST", path, body, status=409)
        assert "already cancelled" in refused["error"]["message"]
    refused = await house.api("PATCH", "/tasks/1", {"title": "Else"}, status=409)
    assert "only a pending one can be changed" in refused["error"]["message"]


async def test_tasks_are_found_by_each_filter(house: House) -> None:
    channel = await house.create_channel()
    await house.says(channel, "Please send the report to Dana")
    await house.drain()
    for title, priority, deadline in (
        ("a", "low", "2026-11-25T00:00:00Z"),
        ("b", "high", "2026-11-26T00:00:00Z"),
        ("c", "high", None),
    ):
        body = {"title": title, "priority": priority, "deadline": deadline}
        await house.api("POST", "/tasks", body, status=201)
    await house.api("POST", "/tasks/2/complete", {"result": "done"})
    await house.api("POST", "/tasks/3/cancel", {})

    for query, expected in (
        ("", [4, 3, 2, 1]),
        ("status=completed", [2]),
        ("status=cancelled", [3]),
        ("priority=high", [4, 3]),
        ("conversationId=1", [1]),
        ("webhookId=1", [1]),
        ("webhookId=2", []),
        ("dueBefore=2026-11-25T12:00:00Z", [2]),
        ("dueBefore=2026-11-27T00:00:00Z&status=cancelled", [3]),
        ("limit=1&cursor=4", [3]),
    ):
        found = await house.api("GET", f"/tasks?{query}")
        assert [item["id"] for item in found["items"]] == expected, query
