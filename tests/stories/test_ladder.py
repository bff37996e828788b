"""When a model is down, slow or wrong: somebody answers all the same, once, and in order."""

import asyncio

import pytest

from gateway.plugin import Answer, PermanentFailure, TaskDraft, TemporaryFailure
from gateway.worker import work
from tests.conftest import Clock, wait_for
from tests.parts import ModelResponder, SlowResponder
from tests.stories.house import Channel, House

DOWN = TemporaryFailure("the model answered 529")
ORDER = "Please send the Acme logo to Dana"


def replies(house: House) -> list[str]:
    return [reply["content"] for reply in house.listener.told("message.reply")]


async def channel_with(house: House, *fallback: str, **ai: object) -> Channel:
    return await house.create_channel(ai={"responder": "model", "fallback": list(fallback), **ai})


async def test_the_next_responder_answers_in_the_same_turn(house: House) -> None:
    channel = await channel_with(house, "echo", "builtin")
    ModelResponder.answers = [DOWN]

    await house.says(channel, ORDER)
    await house.drain()

    assert replies(house) == [f"echo {ORDER}"]


@pytest.mark.parametrize("failure", [DOWN, PermanentFailure("refused"), ZeroDivisionError("bug")])
async def test_the_built_in_answer_needs_no_model(house: House, failure: Exception) -> None:
    channel = await channel_with(house, "builtin")
    ModelResponder.answers = [failure]

    await house.says(channel, ORDER)
    await house.drain()

    assert replies(house) == ['I have created the task "Send the Acme logo to Dana".']


async def test_a_model_that_is_down_for_ten_minutes_leaves_nobody_silent_or_answered_twice(
    house: House, clock: Clock
) -> None:
    """Scenario 14: acknowledged once, commands work meanwhile, the backlog is answered in order."""
    channel = await channel_with(house, "acknowledge", confirmation="ask")
    draft = TaskDraft(title="Send the logo", source_message_id=1)
    ModelResponder.answers = [Answer(reply="", tasks=(draft,))]
    await house.says(channel, ORDER)
    await house.drain()
    ModelResponder.answers = [DOWN] * 100

    await house.says(channel, "What is your phone number?")
    await house.drain()
    await house.says(channel, "yes")
    await house.says(channel, "status")
    await house.drain()
    await house.says(channel, "And your address?")
    for _ in range(20):
        clock.advance(30)
        await house.drain()
    during = replies(house)
    ModelResponder.answers = [Answer(reply="Here is everything.")]
    clock.advance(61)
    await house.drain()

    asked, acknowledged, answers = during
    assert asked.startswith('Shall I create the task "Send the logo"?')
    assert acknowledged.startswith("Thank you, your message has arrived.")
    assert answers.startswith('The task "Send the logo" is created.\nOpen tasks: ')
    assert replies(house)[3:] == ["Here is everything."]
    assert [turn.text for turn in ModelResponder.asked[-1].pending] == [
        "What is your phone number?",
        "And your address?",
    ]
    told = [reply["inReplyTo"] for reply in house.listener.told("message.reply")]
    assert told == [[1], [], [3, 4], [2, 5]]


async def test_patience_has_an_end(house: House, clock: Clock) -> None:
    channel = await channel_with(house, "acknowledge")
    ModelResponder.answers = [DOWN] * 3
    await house.says(channel, ORDER)
    await house.drain()

    clock.advance(house.gw.config.conversations.patience_seconds + 1)
    await house.drain()

    assert replies(house)[1:] == ['I have created the task "Send the Acme logo to Dana".']


async def test_without_a_ladder_the_model_is_asked_again_before_the_built_in_answers(
    house: House, clock: Clock
) -> None:
    channel = await channel_with(house)
    ModelResponder.answers = [DOWN] * 6

    await house.says(channel, ORDER)
    for _ in range(5):
        await house.drain()
        assert replies(house) == []
        clock.advance(17)
    await house.drain()

    assert replies(house) == ['I have created the task "Send the Acme logo to Dana".']
    assert len(ModelResponder.asked) == 6


async def test_a_slow_model_is_passed_over_at_the_deadline_of_the_turn(house: House) -> None:
    channel = await house.create_channel(
        ai={"responder": "slow", "fallback": ["builtin"], "answerSeconds": 1}
    )

    await house.says(channel, ORDER)
    await house.drain()

    assert replies(house) == ['I have created the task "Send the Acme logo to Dana".']
    assert SlowResponder.cancelled == 1


async def test_a_generation_that_a_newer_message_made_useless_is_cancelled(house: House) -> None:
    channel = await house.create_channel(ai={"responder": "slow"})
    SlowResponder.quick = "Tuesday"
    stop = asyncio.Event()
    worker = asyncio.create_task(work(house.gw, stop))

    await house.says(channel, "How about Monday?")
    await wait_for(lambda: SlowResponder.started == 1)
    await house.says(channel, "no, Tuesday")
    await wait_for(lambda: bool(replies(house)))
    stop.set()
    await worker

    assert replies(house) == ["slow How about Monday? / no, Tuesday"]
    assert SlowResponder.cancelled == 1


async def test_a_fallback_that_nobody_offers_is_refused_by_name(house: House) -> None:
    body = {
        "channelType": "custom_webhook",
        "channelName": "Site",
        "aiConfig": {"fallback": ["nobody", "builtin"]},
    }

    unknown = await house.api("POST", "/webhooks", body, status=400)
    body["aiConfig"] = {"fallback": ["builtin", "echo"]}
    misplaced = await house.api("POST", "/webhooks", body, status=400)

    assert unknown["error"]["fields"][0]["pointer"] == "/aiConfig/fallback/0"
    assert "last" in misplaced["error"]["fields"][0]["message"]


async def test_a_ladder_can_be_changed_later(house: House) -> None:
    channel = await channel_with(house)

    path = f"/webhooks/{channel.id}"
    record = await house.api("PATCH", path, {"aiConfig": {"fallback": ["echo"]}})
    ModelResponder.answers = [DOWN]
    await house.says(channel, ORDER)
    await house.drain()

    assert record["aiConfig"]["fallback"] == ["echo"]
    assert replies(house) == [f"echo {ORDER}"]


async def test_what_a_model_used_is_written_down_and_counted(house: House) -> None:
    SlowResponder.quick = "logo"
    channel = await house.create_channel(ai={"responder": "slow"})

    await house.says(channel, ORDER)
    await house.drain()

    async with house.gw.db.connection() as connection:
        [row] = await connection.fetch("SELECT * FROM model_usage")
    assert (row["model"], row["outcome"], row["input_tokens"]) == ("slow-1", "settled", 100)
    tokens = house.gw.metrics.registry.get_sample_value(
        "gateway_model_tokens_total", {"model": "slow-1", "kind": "output"}
    )
    assert tokens == 10
