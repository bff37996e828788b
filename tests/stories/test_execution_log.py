"""The log of a task leads to the message by which a person changed or ended it."""

import pytest

from gateway.plugin import Answer, TaskChange, TaskDraft
from tests.parts import ModelResponder
from tests.stories.house import House, Json, short_code_in

LOGO = "Please send the Acme logo to Dana"


async def lines(house: House, place: int = 1) -> list[tuple[str, int | None]]:
    """What was done with a task and in which message, the first thing first."""
    listed = await house.api("GET", f"/tasks/{place}/executions")
    return [(each["status"], each["messageId"]) for each in reversed(listed["items"])]


async def replies(house: House, *texts: str, **ai: object) -> list[str]:
    """What is answered to each of these, each said after the answer to the one before."""
    channel = await house.create_channel(ai=dict(ai))
    for text in texts:
        await house.says(channel, text)
        await house.drain()
    return [str(told["content"]) for told in house.listener.told("message.reply")]


async def test_a_change_and_an_end_by_words_name_their_messages(house: House) -> None:
    await replies(house, LOGO, "make the logo urgent", "Hello", "done with the logo")

    assert await lines(house) == [("created", 1), ("edited", 2), ("completed", 4)]


async def test_of_two_messages_of_one_turn_the_one_that_changed_something_last_is_named(
    house: House,
) -> None:
    channel = await house.create_channel()
    for texts in (
        [LOGO],
        ["make the logo urgent", "assign the logo task to Ann", "make the logo urgent"],
    ):
        for text in texts:
            await house.says(channel, text)
        await house.drain()

    assert await lines(house) == [("created", 1), ("edited", 3)]


async def test_a_confirmed_change_names_the_yes(house: House) -> None:
    await replies(house, LOGO, "cancel the logo", "yes")

    assert await lines(house) == [("created", 1), ("cancelled", 3)]


async def test_a_change_that_the_owner_confirmed_names_the_message_that_asked(
    house: House,
) -> None:
    await replies(house, LOGO, "cancel the logo")
    [asked] = (await house.api("GET", "/proposals"))["items"]

    await house.api("POST", f"/proposals/{asked['id']}/confirm", {})

    assert await lines(house) == [("created", 1), ("cancelled", 2)]


@pytest.mark.parametrize("first", [[LOGO], [LOGO, "make the logo urgent"]])
async def test_what_is_taken_back_names_the_undo(house: House, first: list[str]) -> None:
    channel = await house.create_channel(ai={"confirmation": "act_with_undo"})
    for text in first:
        await house.says(channel, text)
        await house.drain()
    code = short_code_in(str(house.listener.told("message.reply")[-1]["content"]))

    await house.says(channel, f"UNDO {code}")
    await house.drain()

    status, message_id = (await lines(house))[-1]
    assert (status, message_id) == ("cancelled" if len(first) == 1 else "edited", len(first) + 1)


async def test_a_change_that_a_model_found_names_the_message_it_was_found_in(house: House) -> None:
    draft = TaskDraft(title="Send the logo", source_message_id=1)
    change = TaskChange(task_id=1, source_message_id=2, priority="high")
    ModelResponder.answers = [
        Answer(reply="Noted.", tasks=(draft,)),
        Answer(reply="Yes.", task_changes=(change,)),
    ]

    await replies(house, LOGO, "It burns!", responder="model")

    assert await lines(house) == [("created", 1), ("edited", 2)]


async def test_what_the_owner_does_names_no_message(house: House) -> None:
    await replies(house, LOGO)
    await house.api("PATCH", "/tasks/1", {"priority": "low"})
    await house.api("POST", "/tasks/1/complete", {})

    assert await lines(house) == [("created", 1), ("edited", None), ("completed", None)]


async def test_a_copy_names_the_messages_too(house: House) -> None:
    await replies(house, LOGO, "make the logo urgent")

    copy: Json = await house.api("GET", "/senders/dana/export")

    assert [(each["status"], each["messageId"]) for each in copy["executions"]] == [("edited", 2)]
