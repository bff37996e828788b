"""A person is told how a task ended, once, on the channel of their choice (US-05, US-12)."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from gateway import pipeline
from gateway.plugin import OutboundMessage, PermanentFailure
from tests.conftest import Clock
from tests.parts import FakeProvider
from tests.stories.house import House, Json

MADRID = ZoneInfo("Europe/Madrid")


async def text_channel(house: House, name: str = "Phone") -> Json:
    """A channel of the fake provider; the first one of an account is its primary one."""
    body = {
        "channelType": "sms",
        "channelName": name,
        "providerConfig": {"authToken": "t0ken"},
        "aiConfig": {},
    }
    return await house.api("POST", "/webhooks", body, status=201)


async def ask_for_a_task(house: House, channel: Json) -> int:
    """A person asks by text; the id of the task that comes of it."""
    path = channel["webhookUrl"].removeprefix(house.gw.config.public_url)
    text = "m1|+34600000009|Please send the report to Dana tomorrow"
    response = await house.client.post(path, data=text, headers={"X-Token": "t0ken"})
    assert response.status_code == 200
    await house.drain()
    [task] = (await house.api("GET", "/tasks"))["items"]
    FakeProvider.sent.clear()
    return int(task["id"])


async def go_on(house: House) -> None:
    """What a worker does with notifications and deliveries, until nothing is left."""
    await pipeline.recover(house.gw)
    await house.drain()


def told() -> list[OutboundMessage]:
    return [message for message in FakeProvider.sent if message.event.startswith("task.")]


async def notification(house: House) -> Json:
    [found] = (await house.api("GET", "/notifications"))["items"]
    assert isinstance(found, dict)
    return found


async def test_who_asked_by_text_is_told_by_text_once(house: House, clock: Clock) -> None:
    phone = await text_channel(house)
    task_id = await ask_for_a_task(house, phone)

    for _ in range(2):
        await house.api("POST", f"/tasks/{task_id}/complete", {"result": "It is in her inbox"})
        await go_on(house)
        clock.advance(6)
    await go_on(house)

    [message] = told()
    assert (message.recipient, message.event) == ("+34600000009", "task.completed")
    assert message.text.startswith("Done: ")
    assert message.text.endswith("It is in her inbox")
    found = await notification(house)
    assert (found["state"], found["webhookId"]) == ("delivered", phone["id"])


async def writes(house: House, channel: Json, message_id: str, text: str) -> None:
    """The person of `ask_for_a_task` writes once more."""
    path = channel["webhookUrl"].removeprefix(house.gw.config.public_url)
    data = f"{message_id}|+34600000009|{text}"
    response = await house.client.post(path, data=data, headers={"X-Token": "t0ken"})
    assert response.status_code == 200
    await house.drain()


async def test_who_ends_a_task_by_text_has_it_from_the_reply(house: House, clock: Clock) -> None:
    phone = await text_channel(house)
    await ask_for_a_task(house, phone)

    await writes(house, phone, "m2", "done with the report")
    await go_on(house)
    clock.advance(6)
    await go_on(house)

    assert [message.event for message in FakeProvider.sent] == ["message.reply"]
    found = await notification(house)
    assert (found["state"], found["webhookId"]) == ("delivered", phone["id"])


async def test_an_owner_is_told_of_a_task_that_somebody_else_ended_by_text(house: House) -> None:
    phone = await text_channel(house)
    owner = [{"webhookId": phone["id"], "recipient": "+34600000001"}]
    await house.api("PATCH", "/notifications/settings", {"channels": owner})
    await ask_for_a_task(house, phone)

    await writes(house, phone, "m2", "done with the report")
    await go_on(house)

    [message] = told()
    assert (message.recipient, message.event) == ("+34600000001", "task.completed")


async def test_a_task_that_is_ended_by_text_is_told_to_the_primary_channel(house: House) -> None:
    await house.create_channel(outboundEvents=[])
    phone = await text_channel(house)
    await ask_for_a_task(house, phone)

    await writes(house, phone, "m2", "done with the report")
    await go_on(house)

    [data] = house.listener.told("task.completed")
    assert data["message"].startswith("Done: ")
    assert told() == []


async def test_a_channel_that_is_told_the_event_gets_no_notification_on_top(house: House) -> None:
    channel = await house.furnish()
    house.listener.bodies.clear()
    await house.api("POST", "/tasks/1/fail", {"error": "no answer"})
    await go_on(house)
    house.gw.now.advance(6)  # type: ignore[attr-defined] # the clock of the tests
    await go_on(house)

    assert len(house.listener.told("task.failed")) == 1
    found = await notification(house)
    assert (found["state"], found["webhookId"]) == ("delivered", channel.id)


async def test_a_custom_webhook_that_wants_no_such_event_gets_the_words_in_it(house: House) -> None:
    await house.create_channel(outboundEvents=[])
    await house.api("POST", "/tasks", {"title": "Call Bob"}, status=201)
    await house.api("POST", "/tasks/1/complete", {})
    await go_on(house)

    [data] = house.listener.told("task.completed")
    assert (data["taskId"], data["message"]) == (1, "Done: Call Bob.")


async def test_quiet_hours_hold_a_notification_until_the_morning(
    house: House, clock: Clock
) -> None:
    phone = await text_channel(house)
    task_id = await ask_for_a_task(house, phone)
    local = clock().astimezone(MADRID)
    night = {
        "begins": (local - timedelta(hours=1)).strftime("%H:%M"),
        "ends": (local + timedelta(hours=2)).strftime("%H:%M"),
        "timeZone": "Europe/Madrid",
    }
    await house.api("PATCH", "/notifications/settings", {"quietHours": night})
    await house.api("POST", f"/tasks/{task_id}/complete", {})
    await go_on(house)

    held = await notification(house)
    assert (held["state"], held["reason"], told()) == ("waiting", "quiet hours", [])
    clock.advance(2 * 3600 + 60)
    await go_on(house)
    assert len(told()) == 1


async def test_a_dead_notification_goes_to_the_next_channel_that_was_chosen(
    house: House, clock: Clock
) -> None:
    phone = await text_channel(house)
    other = await house.create_channel(outboundEvents=[])
    task_id = await ask_for_a_task(house, phone)
    verified = "UPDATE user_webhooks SET is_verified = TRUE WHERE id = $1"
    async with house.gw.db.connection() as connection:
        await connection.execute(verified, other.id)

    def refuse(message: OutboundMessage) -> None:
        if message.kind == "notification":
            raise PermanentFailure("unknown number")

    FakeProvider.send_fails = refuse
    await house.api("POST", f"/tasks/{task_id}/complete", {"result": "sent"})
    await go_on(house)
    clock.advance(6)
    await go_on(house)
    clock.advance(6)
    await go_on(house)

    assert len(house.listener.told("task.completed")) == 1
    found = await notification(house)
    assert (found["state"], found["webhookId"], found["tried"]) == (
        "delivered",
        other.id,
        [phone["id"]],
    )


async def test_a_notification_that_waits_for_a_paused_channel_is_withdrawn_and_goes_another_way(
    house: House, clock: Clock
) -> None:
    phone = await text_channel(house)
    other = await house.create_channel(outboundEvents=[])
    task_id = await ask_for_a_task(house, phone)
    async with house.gw.db.connection() as connection:
        await connection.execute("UPDATE user_webhooks SET is_verified = TRUE")
    await house.api("POST", f"/tasks/{task_id}/complete", {})
    await pipeline.recover(house.gw)
    async with house.gw.db.connection() as connection:
        await connection.execute(
            "INSERT INTO endpoints (webhook_id, user_id, failures, pauses, warned_percent, "
            "paused_until, updated_at) VALUES ($1, 1, 10, 1, 0, $2, $2)",
            phone["id"],
            clock.later(900),
        )
    clock.advance(6)
    await go_on(house)
    clock.advance(2000)
    await go_on(house)

    assert told() == []
    assert len(house.listener.told("task.completed")) == 1
    assert (await notification(house))["webhookId"] == other.id


async def test_nobody_is_told_who_does_not_want_to_be(house: House) -> None:
    phone = await text_channel(house)
    task_id = await ask_for_a_task(house, phone)
    await house.api("POST", f"/tasks/{task_id}/complete", {"notify": False})
    await go_on(house)
    assert (await house.api("GET", "/notifications"))["items"] == []

    await house.api("PATCH", "/notifications/settings", {"enabled": False})
    task = await house.api("POST", "/tasks", {"title": "Call Bob"}, status=201)
    await house.api("POST", f"/tasks/{task['id']}/fail", {"error": "x"})
    await go_on(house)
    assert ((await notification(house))["state"], told()) == ("off", [])


async def test_settings_are_kept_and_checked(house: House) -> None:
    phone = await text_channel(house)
    path = "/notifications/settings"
    chosen = [{"webhookId": phone["id"], "recipient": "+34600000001"}]
    changed = await house.api("PATCH", path, {"channels": chosen})
    assert changed["channels"] == chosen
    await house.api("PATCH", path, {"criticalAtOnce": False})
    kept = await house.api("GET", path)
    assert (kept["channels"], kept["criticalAtOnce"], kept["enabled"]) == (chosen, False, True)

    same = {"begins": "07:00", "ends": "07:00", "timeZone": "UTC"}
    await house.api("PATCH", path, {"quietHours": same}, status=400)
    await house.api("PATCH", path, {"channels": [{"webhookId": 999}]}, status=404)

    await house.api("POST", "/tasks", {"title": "Call Bob"}, status=201)
    await house.api("POST", "/tasks/1/complete", {})
    await go_on(house)
    assert [message.recipient for message in told()] == ["+34600000001"]


async def test_who_has_said_stop_is_not_told_there_and_the_next_channel_is(house: House) -> None:
    phone = await text_channel(house)
    other = await house.create_channel(outboundEvents=[])
    task_id = await ask_for_a_task(house, phone)
    async with house.gw.db.connection() as connection:
        await connection.execute("UPDATE user_webhooks SET is_verified = TRUE")
    path = phone["webhookUrl"].removeprefix(house.gw.config.public_url)
    await house.client.post(path, data="m2|+34600000009|STOP", headers={"X-Token": "t0ken"})
    await house.drain()

    await house.api("POST", f"/tasks/{task_id}/complete", {})
    await go_on(house)

    assert told() == []
    found = await notification(house)
    assert (found["webhookId"], found["tried"]) == (other.id, [])
