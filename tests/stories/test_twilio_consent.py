"""Scenario 3 through Twilio: nothing goes out to a person who has said STOP."""

from collections.abc import AsyncIterator

import pytest

from gateway import store
from gateway.builtin import BuiltinResponder
from gateway.registry import Registry, load_plugins
from gateway_sms_twilio.fake import NUMBER, SERVICE_SID
from tests.parts import EchoResponder
from tests.stories.house import House
from tests.stories.twilio import PERSON, Line


@pytest.fixture
def registry() -> Registry:
    """The real plugin."""
    return load_plugins(["custom_http", "sms_twilio"], extra=(BuiltinResponder, EchoResponder))


@pytest.fixture
async def line(house: House, origin: str) -> AsyncIterator[Line]:
    """A number that echoes, and whose STOP Twilio confirms."""
    async with Line.connected(house, origin) as connected:
        yield connected


async def stands(house: House) -> str:
    """How the person stands."""
    found = await house.api("GET", f"/senders/{PERSON.replace('+', '%2B')}/consent")
    return str(found["standing"][0]["state"])


async def test_stop_in_the_middle_of_an_answer_ends_everything_and_start_restores_it(
    house: House, line: Line
) -> None:
    await line.texts("Hello")
    [claimed] = await store.claim_conversations(
        house.gw.db, now=house.gw.now(), lease_seconds=10, limit=1, history_turns=20
    )
    await line.texts("STOP")
    await house.answer(claimed)
    await house.drain()
    await line.texts("Send the logo to Dana")
    await house.drain()
    # Twilio has confirmed it; a second word of ours would be refused with 21610.
    assert line.sent() == []
    assert line.fake.requests == []

    await line.texts("START")
    await line.texts("Hello again")
    await house.drain()

    assert line.sent() == ["echo Hello again"]


async def test_a_text_that_only_begins_with_the_word_is_a_task(house: House, line: Line) -> None:
    await line.texts("Stop by the shop Friday")
    await house.drain()

    assert line.sent() == ["echo Stop by the shop Friday"]
    assert len((await house.api("GET", "/tasks"))["items"]) == 1


async def test_the_gateway_confirms_where_twilio_does_not(house: House, origin: str) -> None:
    async with Line.connected(house, origin, twilioAnswersStop=False) as line:
        await line.fake.texts(PERSON, "STOP")
        line.fake.ledger.stopped.clear()  # Twilio's own handling is switched off
        await house.drain()

        [confirmed] = line.sent()
        assert "START" in confirmed


async def test_a_word_that_only_twilio_knows_counts(house: House, line: Line) -> None:
    """Advanced Opt-Out has words of the owner's own."""
    await line.texts("basta", OptOutType="STOP")
    await line.texts("Hello")
    await house.drain()

    assert line.sent() == []
    assert await stands(house) == "opted_out"


@pytest.mark.parametrize("told", ["when it is sent", "in a callback"])
async def test_twilio_knows_of_a_stop_that_never_came_here(
    house: House, line: Line, told: str
) -> None:
    if told == "when it is sent":
        line.fake.ledger.stopped.add((NUMBER, PERSON))
    await line.texts("Hello")
    await house.drain()
    if told == "in a callback":
        [reply] = line.fake.ledger.sent_to(PERSON)
        await line.tells(reply, "failed", ErrorCode="21610")
    before = len(line.fake.requests)

    await line.texts("Are you there?")
    await house.drain()

    assert await stands(house) == "opted_out"
    assert len(line.fake.requests) == before


async def test_a_service_marks_the_word_itself(house: House, origin: str) -> None:
    async with Line.connected(house, origin, twilioMessagingServiceSid=SERVICE_SID) as line:
        await house.api("POST", f"/webhooks/{line.record['id']}/connect", {})
        called = await line.texts("Unsubscribe")

        assert called.form["OptOutType"] == "STOP"
        assert await stands(house) == "opted_out"
