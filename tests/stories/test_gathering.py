"""Fragments: a channel that gathers answers them together, whatever happens meanwhile."""

import pytest

from gateway import store
from gateway.records import ClaimedConversation
from gateway.runtime import Gateway
from tests.conftest import Clock
from tests.parts import SlowResponder
from tests.stories.house import Channel, House

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
async def texts(house: House) -> Channel:
    """A channel that waits for three seconds of silence."""
    SlowResponder.quick, SlowResponder.started = "thanks", 0
    return await house.create_channel(ai={"gather": "sms", "responder": "slow"})


def replies(house: House) -> list[str]:
    return [reply["content"] for reply in house.listener.told("message.reply")]


async def test_seven_fragments_in_nine_seconds_get_one_answer_though_the_worker_is_killed(
    house: House, texts: Channel, clock: Clock
) -> None:
    """Scenario 1: exactly one reply that covers all, and at most two generations."""
    for place, fragment in enumerate(FRAGMENTS):
        await house.says(texts, fragment)
        clock.advance(1.5)
        if place == 3:
            await _claim_and_die(house.gw, clock)
        await house.drain()
    early = replies(house)
    clock.advance(12)
    await house.drain()

    assert early == []
    assert replies(house) == ["slow " + " / ".join(FRAGMENTS)]
    async with house.gw.db.connection() as connection:
        generations = await connection.fetchval("SELECT count(*) FROM model_usage")
    assert generations <= 2
    assert SlowResponder.started <= 2


async def test_somebody_who_never_pauses_is_answered_after_five_windows(
    house: House, texts: Channel, clock: Clock
) -> None:
    SlowResponder.quick = "more"
    for _ in range(9):
        await house.says(texts, "more")
        await house.drain()
        clock.advance(2)

    await house.drain()

    assert len(replies(house)) == 1


async def test_a_command_is_answered_at_once_with_what_was_gathered(
    house: House, texts: Channel
) -> None:
    await house.says(texts, "thanks for the logo")
    await house.drain()
    waiting = replies(house)
    await house.says(texts, "status")
    await house.drain()

    assert waiting == []
    assert replies(house) == [
        "There are no open tasks in this conversation. slow thanks for the logo"
    ]


async def test_without_a_window_nobody_waits(house: House) -> None:
    channel = await house.create_channel(ai={"responder": "echo"})

    await house.says(channel, "Hello")
    await house.drain()

    assert replies(house) == ["echo Hello"]


async def test_an_overtaken_answer_waits_for_the_rest_of_the_fragments(
    house: House, texts: Channel, clock: Clock
) -> None:
    await house.says(texts, "thanks")
    clock.advance(3.1)
    [claimed] = await _claim(house.gw)
    await house.says(texts, "and")

    outcome = await house.answer(claimed)
    await house.drain()
    early = replies(house)
    clock.advance(3.1)
    await house.drain()

    assert outcome
    assert early == []
    assert replies(house) == ["slow thanks / and"]


async def _claim(gw: Gateway) -> list[ClaimedConversation]:
    return await store.claim_conversations(
        gw.db, now=gw.now(), lease_seconds=10, limit=100, history_turns=20
    )


async def _claim_and_die(gw: Gateway, clock: Clock) -> None:
    """A worker that takes the conversation a little early and is never heard of again."""
    await store.claim_conversations(
        gw.db, now=clock.later(3), lease_seconds=3, limit=100, history_turns=20
    )
