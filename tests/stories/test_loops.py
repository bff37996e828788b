"""Gateways and automations that answer each other stop by themselves, and lose nothing."""

import json
from collections.abc import Callable

import pytest

from gateway.plugin.signatures import prd_signature
from tests.stories.house import Channel, House, Json

Forward = Callable[[Json, str], tuple[Json, dict[str, str]]]


def with_headers(event: Json, hops: str) -> tuple[Json, dict[str, str]]:
    """An automation that hands on the headers that it gets."""
    return {"content": event["data"]["content"]}, {"X-Gateway-Hops": hops}


def with_body(event: Json, _hops: str) -> tuple[Json, dict[str, str]]:
    """An automation that hands on the whole event beside the words."""
    return {"content": event["data"]["content"], "metadata": {"event": event}}, {}


async def forward_replies(house: House, to: Channel, forward: Forward) -> list[int]:
    """Posts each reply back as a message until nothing comes any more; what was answered."""
    answers: list[int] = []
    seen = 0
    while True:
        await house.drain()
        if seen == len(house.listener.bodies):
            return answers
        for number in range(seen, len(house.listener.bodies)):
            event = json.loads(house.listener.bodies[number])
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
