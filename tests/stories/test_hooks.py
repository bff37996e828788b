"""Automation platforms subscribe, get events, and are let go when they say that they are gone."""

import json

import pytest

from gateway import store
from gateway.rules.event_shapes import event_example
from gateway.web.auth import issue_token
from tests.stories.house import House, Json


async def subscribe(house: House, event: str = "task.created") -> Json:
    body = {"targetUrl": f"{house.listener.url}/hook", "event": event}
    return await house.api("POST", "/hooks", body, status=201)


async def samples_of(house: House, event: str) -> list[Json]:
    answer: object = await house.api("GET", f"/hooks/samples?event={event}")
    assert isinstance(answer, list)
    return answer


async def test_a_subscription_gets_its_event_signed_and_nothing_else(house: House) -> None:
    channel = await house.create_channel(outboundWebhookUrl=None)
    hook = await subscribe(house)
    assert hook == {
        "id": hook["id"],
        "event": "task.created",
        "targetUrl": f"{house.listener.url}/hook",
        "createdAt": hook["createdAt"],
    }

    await house.says(channel, "Please call Bob tomorrow")
    await house.drain()

    [told] = house.listener.events
    assert (told["event"], told["webhookId"]) == ("task.created", channel.id)
    secret = await house.api("GET", f"/webhooks/{hook['id']}/secret")
    house.check_signatures(secret["secretKey"])
    [sent] = (await house.api("GET", f"/webhooks/{hook['id']}/deliveries"))["items"]
    assert (sent["event"], sent["status"]) == ("task.created", "delivered")


async def test_a_subscription_is_no_channel(house: House) -> None:
    hook = await subscribe(house)
    path = f"/webhooks/{hook['id']}"
    assert (await house.api("GET", "/webhooks"))["items"] == []
    for _ in range(3):
        await house.create_channel()

    shown = await house.api("GET", path)
    assert (shown["channelType"], shown["isPrimary"]) == ("hook", False)
    inbound = shown["webhookUrl"].removeprefix(house.gw.config.public_url)
    assert (await house.client.post(inbound, json={"content": "Hello"})).status_code == 404
    await house.api("PATCH", path, {"isPrimary": True}, status=404)
    await house.api("DELETE", path, status=404)
    await house.api("POST", f"{path}/regenerate-token", {}, status=404)
    body = {"channelType": "hook", "channelName": "x"}
    await house.api("POST", "/webhooks", body, status=400)
    primaries = [w["isPrimary"] for w in (await house.api("GET", "/webhooks"))["items"]]
    assert primaries == [True, False, False]


async def test_a_subscription_ends_when_it_is_told_to_and_may_be_told_twice(house: House) -> None:
    channel = await house.create_channel(outboundWebhookUrl=None)
    hook = await subscribe(house)
    for hook_id in (hook["id"], hook["id"], 987_654, channel.id):
        ended = await house.api("DELETE", f"/hooks/{hook_id}")
        assert ended == {"id": hook_id, "active": False}

    await house.says(channel, "Please call Bob tomorrow")
    await house.drain()

    assert house.listener.events == []
    assert (await house.api("GET", "/hooks"))["items"] == []
    assert (await house.api("GET", f"/webhooks/{channel.id}"))["isActive"]


async def test_a_subscription_ends_when_its_receiver_is_gone(house: House) -> None:
    channel = await house.create_channel(outboundWebhookUrl=None)
    hook = await subscribe(house)
    house.listener.answers = [410]
    await house.says(channel, "Please call Bob tomorrow")
    await house.drain()

    assert (await house.api("GET", "/hooks"))["items"] == []
    [dead] = (await house.api("GET", f"/webhooks/{hook['id']}/deliveries"))["items"]
    assert (dead["status"], dead["attempts"]) == ("dead", 1)
    # As every process sees it a second later.
    house.gw.channels.forget(house.user_id)
    await house.says(channel, "Please call Eve tomorrow")
    await house.drain()
    assert len(house.listener.events) == 1
    async with house.gw.db.connection() as connection:
        line = await connection.fetchrow("SELECT * FROM webhook_logs WHERE event = 'hook.ended'")
    assert json.loads(line["detail"]) == {
        "actor": "receiver",
        "reason": "the receiver answered 410 Gone",
    }


async def test_a_channel_stays_when_its_receiver_answers_410(house: House) -> None:
    channel = await house.create_channel(outboundEvents=[])
    house.listener.answers = [410]
    await house.says(channel, "Hello")
    await house.drain()

    assert (await house.api("GET", "/webhooks/1"))["isActive"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"targetUrl": "http://10.0.0.1/", "event": "task.created"}, "/targetUrl"),
        ({"targetUrl": "nonsense", "event": "task.created"}, "/targetUrl"),
        ({"targetUrl": "https://example.org/", "event": "task.eaten"}, "/event"),
        ({"targetUrl": "https://example.org/", "event": "message.reply"}, "/event"),
        ({"event": "task.created"}, "/targetUrl"),
    ],
)
async def test_a_subscription_that_cannot_work_is_refused(
    house: House, body: Json, pointer: str
) -> None:
    refused = await house.api("POST", "/hooks", body, status=400)
    assert [fault["pointer"] for fault in refused["error"]["fields"]] == [pointer]


async def test_an_account_has_so_many_subscriptions(house: House) -> None:
    operation = store.Operation(
        user_id=house.user_id, actor="test", request_id="", at=house.gw.now()
    )
    hook = await subscribe(house)
    async with house.gw.db.connection() as connection:
        await connection.execute(
            "INSERT INTO user_webhooks SELECT (jsonb_populate_record(w, jsonb_build_object("
            "'id', w.id + n, 'webhook_token', gen_random_uuid()))).* "
            "FROM user_webhooks w, generate_series(1000, 1098) AS n WHERE w.id = $1",
            hook["id"],
        )
    body = {"targetUrl": house.listener.url, "event": "task.failed"}
    refused = await house.api("POST", "/hooks", body, status=400)
    assert refused["error"]["code"] == "HOOK_LIMIT_EXCEEDED"
    await store.end_hook(house.gw.db, operation, hook_id=hook["id"], reason="test")
    await house.api("POST", "/hooks", body, status=201)


async def test_samples_are_what_was_sent_or_an_example(house: House) -> None:
    assert await samples_of(house, "task.created") == [event_example("task.created")]
    channel = await house.create_channel()
    await subscribe(house)
    for person in ("Ann", "Bob", "Eve", "Dan"):
        await house.says(channel, f"Please call {person} tomorrow")
        await house.drain()

    samples = await samples_of(house, "task.created")

    # Each of two endpoints was told, and each numbers what it is sent.
    assert len(samples) == 3
    assert all(sample in house.listener.events for sample in samples)
    assert [s["data"]["taskId"] for s in samples] == [4, 3, 2]


async def test_nobody_sees_or_ends_anothers_subscription(house: House) -> None:
    hook = await subscribe(house)
    stranger = await store.create_user(name="Stranger")
    token = await issue_token(user_id=stranger.id, name="x", scopes=["admin"])
    mine, house.headers = house.headers, {"Authorization": f"Bearer {token}"}

    assert (await house.api("GET", "/hooks"))["items"] == []
    await house.api("DELETE", f"/hooks/{hook['id']}")
    await house.api("GET", f"/webhooks/{hook['id']}/deliveries", status=404)

    house.headers = mine
    assert [h["id"] for h in (await house.api("GET", "/hooks"))["items"]] == [hook["id"]]
