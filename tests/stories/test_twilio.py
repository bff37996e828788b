"""A person texts a Twilio number, and is answered through Twilio's API."""

from collections.abc import AsyncIterator

import pytest

from gateway import store
from gateway.builtin import BuiltinResponder
from gateway.registry import Registry, load_plugins
from gateway.runtime import Gateway
from tests.conftest import Clock
from tests.parts import EchoResponder, SlowResponder
from tests.stories.house import House
from tests.stories.twilio import PERSON, Line

FRAGMENTS = (
    "Hi",
    "can you",
    "send the logo",
    "the new one",
    "to Dana",
    "by Friday",
    "thanks",
)


@pytest.fixture
def registry() -> Registry:
    """The real plugins, and responders that are told what to say."""
    return load_plugins(
        ["custom_http", "sms_twilio"], extra=(BuiltinResponder, EchoResponder, SlowResponder)
    )


@pytest.fixture
async def line(house: House, origin: str) -> AsyncIterator[Line]:
    """A number that echoes."""
    async with Line.connected(house, origin) as connected:
        yield connected


async def test_a_text_becomes_a_task_and_is_answered(house: House, line: Line) -> None:
    await line.texts("Get Dana the logo by Friday")
    await house.drain()

    assert line.sent() == ["echo Get Dana the logo by Friday"]
    [task] = (await house.api("GET", "/tasks"))["items"]
    assert task["title"] == "Get Dana the logo by Friday"
    [message] = (await house.api("GET", f"/webhooks/{line.record['id']}/messages"))["items"]
    assert message["senderIdentifier"] == PERSON


async def test_the_same_message_twice_is_answered_once(house: House, line: Line) -> None:
    called = await line.texts("Hello")
    again = await line.fake.call(line.record["webhookUrl"], called.form)
    await house.drain()

    assert (again.status, again.body) == (called.status, called.body)
    assert line.sent() == ["echo Hello"]


async def test_a_request_with_another_token_is_refused_and_nothing_is_stored(
    house: House, line: Line
) -> None:
    line.fake.token = "other"

    called = await line.fake.texts(PERSON, "Hello")

    assert called.status == 401
    assert "INVALID_SIGNATURE" in called.body
    assert (await house.api("GET", f"/webhooks/{line.record['id']}/messages"))["items"] == []


async def test_a_delivery_follows_what_twilio_tells_whatever_the_order(
    house: House, line: Line
) -> None:
    await line.texts("Hello")
    await house.drain()
    [reply] = line.fake.ledger.sent_to(PERSON)

    for status in ("delivered", "sent", "queued", "delivered"):
        await line.tells(reply, status)

    shown = await house.api("GET", "/deliveries/1")
    assert (shown["status"], shown["providerState"]) == ("delivered", "delivered")
    assert (shown["segments"], shown["costUsd"]) == (1, 0.008)
    assert [receipt["state"] for receipt in shown["receipts"]] == ["delivered", "sent", "accepted"]


async def test_a_text_that_failed_later_is_a_dead_letter_with_advice(
    house: House, line: Line
) -> None:
    await line.texts("Hello")
    await house.drain()
    [reply] = line.fake.ledger.sent_to(PERSON)

    await line.tells(reply, "undelivered", ErrorCode="30006")

    shown = await house.api("GET", "/deliveries/1")
    assert shown["status"] == "dead"
    assert "a landline, or a carrier that takes no texts" in shown["lastError"]


@pytest.mark.parametrize("scene", ["lost", "failed_after", "failed_before", "rate_limited"])
async def test_a_bad_moment_of_twilio_neither_loses_nor_doubles_a_reply(
    house: House, line: Line, clock: Clock, scene: str
) -> None:
    line.fake.script.append(scene)
    await line.texts("Hello")
    await house.drain()
    clock.advance(120)
    await house.drain()

    assert line.sent() == ["echo Hello"]
    assert (await house.api("GET", "/deliveries/1"))["status"] == "delivered"


async def test_a_worker_that_dies_after_twilio_took_a_reply_does_not_double_it(
    house: House, line: Line, clock: Clock
) -> None:
    await line.texts("Hello")
    await house.converse()
    line.fake.ledger.take({"To": PERSON, "From": "+15005550006", "Body": "echo Hello"})
    async with house.gw.db.connection() as connection:
        await connection.execute("UPDATE outbound_messages SET attempts = 1")
    clock.advance(1)
    await house.drain()

    assert line.sent() == ["echo Hello"]


async def test_seven_texts_in_nine_seconds_get_one_answer_though_the_worker_is_killed(
    house: House, origin: str, clock: Clock
) -> None:
    """Scenario 1: exactly one reply that covers all, and at most two generations."""
    SlowResponder.quick, SlowResponder.started = "thanks", 0
    ai = {"gather": "sms", "responder": "slow"}
    async with Line.connected(house, origin, aiConfig=ai) as line:
        for place, fragment in enumerate(FRAGMENTS):
            await line.texts(fragment)
            clock.advance(1.5)
            if place == 3:
                await _claim_and_die(house.gw, clock)
            await house.drain()
        assert line.sent() == []
        clock.advance(12)
        await house.drain()

        assert line.sent() == ["slow " + " / ".join(FRAGMENTS)]
        assert SlowResponder.started <= 2


async def _claim_and_die(gw: Gateway, clock: Clock) -> None:
    """A worker that takes the conversation a little early and is never heard of again."""
    await store.claim_conversations(
        gw.db, now=clock.later(3), lease_seconds=3, limit=100, history_turns=20
    )
