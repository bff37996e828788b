"""Gateways and automations that answer each other stop by themselves, and lose nothing."""

import json
from collections.abc import Callable

import pytest

from gateway import pipeline
from gateway.plugin.signatures import prd_signature
from tests.conftest import Clock
from tests.stories.house import Channel, House, Json

Forward = Callable[[Json, str], tuple[Json, dict[str, str]]]


def with_headers(event: Json, hops: str) -> tuple[Json, dict[str, str]]:
    """An automation that hands on the headers that it gets."""
    return {"content": event["data"]["content"]}, {"X-Gateway-Hops": hops}


def with_body(event: Json, _hops: str) -> tuple[Json, dict[str, str]]:
    """An automation that hands on the whole event beside the words."""
    return {"content": event["data"]["content"], "metadata": {"event": event}}, {}


async def forward_replies(
    house: House, to: Channel, forward: Forward, *, seen: int = 0
) -> list[int]:
    """Posts each reply back as a message until nothing comes any more; what was answered."""
    answers: list[int] = []
    while True:
        await house.drain()
        if seen == len(house.listener.bodies):
            return answers
        for number in range(seen, len(house.listener.bodies)):
            event = json.loads(house.listener.bodies[number])
            if event["event"] != "message.reply":
                continue
            hops = house.listener.requests[number].headers["X-Gateway-Hops"]
            body, headers = forward(event, hops)
            status, _ = await house.post(
                to,
                json.dumps({"senderIdentifier": "automation", **body}).encode(),
                {"Content-Type": "application/json", **headers},
            )
            answers.append(status)
        seen = len(house.listener.bodies)


@pytest.mark.parametrize("forward", [with_headers, with_body])
async def test_an_automation_that_posts_replies_back_is_stopped_by_the_hops(
    house: House, forward: Forward
) -> None:
    channel = await house.create_channel(outboundEvents=[], authType="none")
    body = json.dumps({"content": "Hello", "senderIdentifier": "dana"}).encode()
    await house.post(channel, body, {"Content-Type": "application/json"})

    answers = await forward_replies(house, channel, forward)

    assert answers == [200] * 5 + [409]
    assert [event["hops"] for event in house.listener.events] == [*range(1, 7)]
    messages = (await house.api("GET", f"/webhooks/{channel.id}/messages"))["items"]
    assert [m["processingStatus"] for m in messages] == ["quarantined"] + ["processed"] * 6
    assert messages[0]["reason"].startswith("loop: ")
    assert messages[0]["content"] == house.listener.told("message.reply")[-1]["content"]


async def test_a_message_that_was_held_for_its_hops_is_answered_when_it_is_replayed(
    house: House,
) -> None:
    channel = await house.create_channel(outboundEvents=[])
    body = json.dumps({"content": "Send Dana the report", "externalMessageId": "m-1"}).encode()
    for _ in range(2):
        status, refused = await house.post(channel, body, _signed(channel, body, hops="6"))
        assert (status, refused["error"]["code"]) == (409, "LOOP_DETECTED")
    await house.drain()
    assert house.listener.bodies == []

    [held] = (await house.api("GET", f"/webhooks/{channel.id}/messages"))["items"]
    assert (held["processingStatus"], held["externalMessageId"]) == ("quarantined", "m-1")
    await house.api("POST", f"/messages/{held['id']}/replay", {})
    await house.drain()

    [reply] = house.listener.events
    assert (reply["event"], reply["hops"]) == ("message.reply", 1)
    assert len((await house.api("GET", "/tasks"))["items"]) == 1
    status, answer = await house.post(channel, body, _signed(channel, body, hops="1"))
    assert (status, answer["duplicate"]) == (200, True)


async def test_events_say_how_far_the_message_that_they_tell_of_has_come(house: House) -> None:
    channel = await house.create_channel()
    body = json.dumps({"content": "Send Dana the report"}).encode()
    await house.post(channel, body, _signed(channel, body, hops="2"))
    await house.drain()

    assert {event["event"]: event["hops"] for event in house.listener.events} == {
        "message.received": 3,
        "message.reply": 3,
        "task.created": 3,
        "conversation.updated": 3,
    }


def _signed(channel: Channel, body: bytes, *, hops: str) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "X-Webhook-Signature": prd_signature(channel.secret, body),
        "X-Gateway-Hops": hops,
    }


def strips_all(event: Json, _hops: str) -> tuple[Json, dict[str, str]]:
    """An automation that hands on the words and nothing else."""
    return {"content": event["data"]["content"]}, {}


async def test_an_automation_that_says_only_the_words_back_is_stopped_and_what_came_is_kept(
    house: House, clock: Clock
) -> None:
    channel = await house.create_channel(outboundEvents=[], authType="none")
    watch = await house.create_channel(outboundEvents=["conversation.updated"])
    await house.says(channel, "Hello there, is anybody at home?")

    answers = await forward_replies(house, channel, strips_all)

    assert set(answers) == {200}
    assert len(answers) < 12
    [paused] = [told for told in house.listener.told("conversation.updated") if "reason" in told]
    assert (paused["status"], paused["reason"][:5]) == ("paused", "loop:")
    assert paused["conversationId"] == await _looping(house)
    messages = (await house.api("GET", f"/webhooks/{channel.id}/messages"))["items"]
    assert [m["processingStatus"] for m in messages].count("received") == 1
    assert len(messages) == len(answers) + 1
    assert watch.id not in {m["webhookId"] for m in messages}

    clock.advance(901)
    await pipeline.recover(house.gw)
    seen = len(house.listener.bodies)
    again = await forward_replies(house, channel, strips_all, seen=seen)
    assert 0 < len(again) < 12
    history = (await house.api("GET", f"/conversations/{await _looping(house)}/history"))["items"]
    assert [(h["toStatus"], h["actor"]) for h in history[:3]] == [
        ("paused", "system"),
        ("active", "system"),
        ("paused", "system"),
    ]
    clock.advance(901)
    await pipeline.recover(house.gw)
    assert await house.converse() == 0


async def test_a_conversation_that_was_stopped_goes_on_when_its_owner_says_so(
    house: House, clock: Clock
) -> None:
    channel = await house.create_channel(outboundEvents=[], authType="none")
    await house.says(channel, "Hello there, is anybody at home?")
    await forward_replies(house, channel, strips_all)
    told = len(house.listener.bodies)

    await house.api("POST", f"/conversations/{await _looping(house)}/resume", {})
    await house.drain()

    assert len(house.listener.bodies) == told + 1
    clock.advance(901)
    await pipeline.recover(house.gw)
    talks = (await house.api("GET", "/conversations?status=active"))["items"]
    assert len(talks) == 2


async def test_an_endpoint_that_makes_a_task_of_each_task_is_paused_and_loses_nothing(
    house: House, clock: Clock
) -> None:
    channel = await house.create_channel(outboundEvents=["task.created"])
    await house.create_channel(outboundEvents=["endpoint.paused"])
    wanted = {"title": "Call the customer back at once"}
    await house.api("POST", "/tasks", wanted, status=201)
    made = 1
    while await house.deliver():
        while made <= len(house.listener.told("task.created")):
            await house.api("POST", "/tasks", wanted, status=201)
            made += 1

    assert len(house.listener.told("task.created")) == 100
    [told] = house.listener.told("endpoint.paused")
    assert (told["endpointId"], told["reason"][:5]) == (channel.id, "loop:")
    view = await house.api("GET", f"/webhooks/{channel.id}/endpoint")
    assert (view["state"], view["waiting"]) == ("paused", 1)

    clock.advance(901)
    await house.drain()
    assert len(house.listener.told("task.created")) == 101


async def test_a_channel_that_points_at_another_gateway_is_refused_once_and_dead(
    house: House, origin: str
) -> None:
    there = await house.create_channel(authType="none", outboundEvents=[])
    here = await house.create_channel(
        authType="none", outboundWebhookUrl=f"{origin}{there.path}", outboundEvents=[]
    )
    await house.api(
        "PATCH",
        f"/webhooks/{there.id}",
        {"providerConfig": {"outboundWebhookUrl": f"{origin}{here.path}"}},
    )
    await house.says(here, "Hello there, is anybody at home?")
    await house.drain()

    [dead] = (await house.api("GET", "/deliveries"))["items"]
    assert (dead["status"], dead["attempts"]) == ("dead", 1)
    assert "400" in dead["lastError"]


async def _looping(house: House) -> int:
    talks = (await house.api("GET", "/conversations"))["items"]
    [found] = [talk["id"] for talk in talks if talk["participant"] == "automation"]
    assert isinstance(found, int)
    return found
