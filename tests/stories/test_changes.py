"""People change tasks that are there by what they write, with and without a model."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.plugin import Answer, TaskChange, TaskDraft
from tests.conftest import Clock
from tests.parts import ModelResponder
from tests.stories.house import Channel, House, Json
from tests.stories.shapes import faults

LOGO = "Please send the Acme logo to Dana"
INVOICE = "Please pay the invoice of the printer"
TITLE = "Send the Acme logo to Dana"


async def said(house: House, channel: Channel, *texts: str) -> str:
    """What is answered to the last of these, each said after the answer to the one before."""
    for text in texts:
        await house.says(channel, text)
        await house.drain()
    return str(house.listener.told("message.reply")[-1]["content"])


async def task(house: House, place: int = 1) -> Json:
    return await house.api("GET", f"/tasks/{place}")


async def log(house: House, place: int = 1) -> list[tuple[str, str, str]]:
    """What was done with a task after its message had made it, the first thing first."""
    listed = await house.api("GET", f"/tasks/{place}/executions")
    made, *done = reversed(listed["items"])
    assert (made["status"], made["actor"]) == ("created", "participant")
    return [(each["status"], each["detail"], each["actor"].partition(":")[0]) for each in done]


def code_in(reply: str) -> str:
    """The code that a reply asks for."""
    for mark in ("(code ", "UNDO "):
        if mark in reply:
            return reply.rpartition(mark)[2][:2]
    return reply.splitlines()[-1][:2]


@pytest.mark.parametrize(
    ("text", "answer", "field", "value"),
    [
        ("make the logo urgent", "high priority", "priority", "high"),
        ("assign it to Anna Lopez", "assigned to Anna Lopez", "assignee", "Anna Lopez"),
        ("rename the logo task to New logo", 'now called "New logo"', "title", "New logo"),
        ("das Logo ist nicht so dringend", "niedrige Priorität", "priority", "low"),
        ("asigna el logo a Pedro", "a cargo de Pedro", "assignee", "Pedro"),
        ("Peux-tu attribuer le logo à Julie ?", "confiée à Julie", "assignee", "Julie"),
    ],
)
async def test_a_field_of_a_task_is_changed_by_a_sentence(
    house: House, text: str, answer: str, field: str, value: str
) -> None:
    channel = await house.create_channel()
    await said(house, channel, LOGO)

    told = await said(house, channel, text)

    assert answer in told
    assert (await task(house))[field] == value
    assert await log(house) == [("edited", f"changed {field}", "participant")]


async def test_a_new_deadline_is_resolved_where_the_person_is_and_said_back(house: House) -> None:
    channel = await house.create_channel()

    told = await said(house, channel, LOGO, "Can you move the logo task to 3 March 2031 5pm?")

    assert told == f'"{TITLE}" is changed: due Mon 3 Mar 2031, 5:00 pm.'
    assert (await task(house))["deadline"] == "2031-03-03T16:00:00.000Z"


async def test_a_task_is_completed_with_its_event_and_no_model(house: House) -> None:
    channel = await house.create_channel(ai={"responder": "model"})
    draft = TaskDraft(title="Send the logo", source_message_id=1)
    ModelResponder.answers = [Answer(reply="Noted.", tasks=(draft,))]

    told = await said(house, channel, LOGO, "done with the logo")

    assert told == '"Send the logo" is done.'
    assert (await task(house))["status"] == "completed"
    assert await log(house) == [("completed", "", "participant")]
    [event] = house.listener.told("task.completed")
    assert (event["taskId"], event["status"], event["sourceMessageId"]) == (1, "completed", 1)
    assert [fault for told in house.listener.events for fault in faults(told)] == []
    assert len(ModelResponder.asked) == 1


async def test_a_task_is_cancelled_at_once_only_where_the_words_can_mean_nothing_else(
    house: House,
) -> None:
    channel = await house.create_channel()

    asked = await said(house, channel, LOGO, INVOICE, "cancel the logo")
    open_then = (await task(house))["status"]
    answered = await said(house, channel, "yes")
    outright = await said(house, channel, "cancel the invoice task")

    assert asked.startswith(f'Shall I cancel the task "{TITLE}"? Reply YES or NO (code ')
    assert open_then == "pending"
    assert answered == f'"{TITLE}" is cancelled.'
    assert outright == '"Pay the invoice of the printer" is cancelled.'
    assert (await task(house))["status"] == (await task(house, 2))["status"] == "cancelled"


@pytest.mark.parametrize("choice", ["the invoice", "{code}", "yes {code}"])
async def test_where_several_tasks_may_be_meant_the_person_is_asked(
    house: House, choice: str
) -> None:
    channel = await house.create_channel()
    await said(house, channel, LOGO, INVOICE, "thank you")

    asked = await said(house, channel, "make it urgent")
    before = [(await task(house, place))["priority"] for place in (1, 2)]
    told = await said(house, channel, choice.format(code=code_in(asked)))

    assert asked.startswith("Which task do you mean? Reply with its code, such as ")
    assert before == ["medium", "medium"]
    assert told == '"Pay the invoice of the printer" is changed: high priority.'
    assert [(await task(house, place))["priority"] for place in (1, 2)] == ["medium", "high"]
    assert await proposals(house) == ["confirmed", "cancelled"]


async def proposals(house: House) -> list[str]:
    return [each["status"] for each in (await house.api("GET", "/proposals"))["items"]]


async def test_a_no_to_the_question_which_task_changes_none(house: House) -> None:
    channel = await house.create_channel()

    told = await said(house, channel, LOGO, INVOICE, "thanks", "make it urgent", "no")

    assert "stays as it is" in told
    assert await proposals(house) == ["cancelled", "cancelled"]


async def test_what_was_just_spoken_of_is_meant_by_it(house: House) -> None:
    channel = await house.create_channel()

    told = await said(house, channel, LOGO, INVOICE, "make it urgent")

    assert told == '"Pay the invoice of the printer" is changed: high priority.'


async def test_a_line_of_the_list_is_meant_by_its_number(house: House) -> None:
    channel = await house.create_channel()

    told = await said(house, channel, LOGO, INVOICE, "status", "done with 2")

    assert told == '"Pay the invoice of the printer" is done.'


async def test_a_channel_that_asks_asks_about_changes_too_and_another_date_is_another_question(
    house: House,
) -> None:
    channel = await house.create_channel(ai={"confirmation": "ask"})
    await said(house, channel, LOGO, "yes")

    asked = await said(house, channel, "move the logo to 3 March 2031")
    again = await said(house, channel, "no, make it 4 March 2031")
    dead = await said(house, channel, f"yes {code_in(asked)}")
    before = (await task(house))["deadline"]
    answered = await said(house, channel, f"yes {code_in(again)}")

    assert asked.startswith(f'Shall I change "{TITLE}": due Mon 3 Mar 2031? Reply YES or NO')
    assert again.startswith(f'Shall I change "{TITLE}": due Tue 4 Mar 2031? Reply YES or NO')
    assert dead == f"The code {code_in(asked)} no longer counts."
    assert before is None
    assert answered == f'"{TITLE}" is changed: due Tue 4 Mar 2031.'
    assert (await task(house))["deadline"] == "2031-03-04T22:59:00.000Z"


async def test_a_change_is_taken_back_within_its_time(house: House, clock: Clock) -> None:
    channel = await house.create_channel(ai={"confirmation": "act_with_undo"})
    await said(house, channel, LOGO)
    clock.advance(3600)

    told = await said(house, channel, "the logo is done")
    undone = await said(house, channel, "undo")
    back = await task(house)
    await said(house, channel, "make the logo urgent")
    clock.advance(3600)
    late = await said(house, channel, "undo")

    assert told.startswith(f'"{TITLE}" is done. Reply UNDO ')
    assert undone == f'The change of "{TITLE}" is taken back.'
    assert (back["status"], back["finishedAt"]) == ("pending", None)
    assert late == "There is nothing that can still be taken back."
    assert (await task(house))["priority"] == "high"
    assert await log(house) == [
        ("completed", "", "participant"),
        ("edited", "taken back", "participant"),
        ("edited", "changed priority", "participant"),
    ]


async def test_a_day_that_is_over_is_asked_about_and_the_day_alone_answers(house: House) -> None:
    channel = await house.create_channel()
    await said(house, channel, LOGO)

    asked = await said(house, channel, "move the logo to 1 March 2020")
    told = await said(house, channel, "3 March 2031")

    assert asked == (
        f'Sun 1 Mar 2020 is already over. For which day is "{TITLE}"? Reply with the day, or NO.'
    )
    assert told == f'"{TITLE}" is changed: due Mon 3 Mar 2031.'


async def test_a_task_that_is_not_there_is_named_back(house: House) -> None:
    channel = await house.create_channel()

    told = await said(house, channel, LOGO, "move the rocket task to Friday")

    assert told == 'I find no open task called "rocket". STATUS lists what is open.'
    assert (await house.api("GET", "/tasks"))["items"][0]["id"] == 1


async def test_a_sentence_that_says_more_is_left_to_the_responder(house: House) -> None:
    channel = await house.create_channel(ai={"responder": "model"})
    draft = TaskDraft(title=TITLE, source_message_id=1)
    ModelResponder.answers = [Answer(reply="Noted.", tasks=(draft,))]

    told = await said(house, channel, LOGO, "cancel the logo task and tell Dana why")

    assert told == "model"
    assert (await task(house))["status"] == "pending"


async def test_nothing_is_changed_where_tasks_are_not_made(house: House) -> None:
    channel = await house.create_channel(ai={"autoCreateTasks": False})
    await said(house, channel, "Hello")
    await house.api("POST", "/tasks", {"title": "Send the logo", "conversationId": 1}, status=201)

    await said(house, channel, "cancel the logo task")

    assert (await task(house))["status"] == "pending"


async def by_model(house: House, text: str, *, policy: str = "never", **change: Any) -> str:
    """What is answered to a text from which a model reads this change of the first task."""
    channel = await house.create_channel(ai={"responder": "model", "confirmation": policy})
    draft = TaskDraft(title=TITLE, source_message_id=1)
    ModelResponder.answers = [Answer(reply="Noted.", tasks=(draft,))]
    await said(house, channel, LOGO)
    if policy == "ask":
        await said(house, channel, "yes")
    changed = TaskChange(**{"task_id": 1, "source_message_id": 2, **change})
    ModelResponder.answers = [Answer(reply="Fine.", task_changes=(changed,))]
    return await said(house, channel, text)


async def test_a_model_changes_a_task_and_the_gateway_says_so_with_the_date(house: House) -> None:
    told = await by_model(
        house,
        "Dana only needs it on 3 March 2031, by the way, and Bob will do it",
        deadline_span="3 March 2031",
        assignee="Bob",
    )

    assert told == f'"{TITLE}" is changed: due Mon 3 Mar 2031, assigned to Bob. Fine.'
    changed = await task(house)
    assert (changed["deadline"], changed["assignee"]) == ("2031-03-03T22:59:00.000Z", "Bob")


async def test_a_model_that_is_unsure_or_on_a_channel_that_asks_is_asked_about(
    house: House,
) -> None:
    unsure = await by_model(
        house,
        "I guess that one is over",
        policy="ask_when_unsure",
        ends="completed",
        confidence=0.4,
    )
    status = (await task(house))["status"]

    assert unsure.startswith(f'Fine. Is "{TITLE}" done? Reply YES or NO (code ')
    assert status == "pending"


async def test_what_a_model_says_of_a_task_of_others_or_of_none_is_nothing(house: House) -> None:
    told = await by_model(house, "It is over", task_id=987, ends="cancelled")

    assert told == "Fine."
    assert (await task(house))["status"] == "pending"


async def test_a_change_that_changes_nothing_is_said_to_change_nothing(house: House) -> None:
    told = await by_model(house, "It is due whenever", deadline_span="whenever")

    assert told == f'"{TITLE}" stays as it is. Fine.'


async def test_a_task_that_was_ended_while_its_change_was_made_is_looked_at_anew(
    house: House,
) -> None:
    channel = await house.create_channel()
    await said(house, channel, LOGO)
    await house.says(channel, "make the logo urgent")
    [claimed] = await house.claim()
    await house.api("POST", "/tasks/1/complete", {})

    again = await house.answer(claimed)
    await house.drain()

    assert again
    assert (await task(house))["priority"] == "medium"
    assert await log(house) == [("completed", "", "token")]


async def test_the_owner_confirms_a_change_in_the_persons_place(house: House) -> None:
    channel = await house.create_channel()
    await said(house, channel, LOGO, INVOICE, "thanks", "make it urgent")

    listed = (await house.api("GET", "/proposals"))["items"]
    decided = await house.api("POST", f"/proposals/{listed[0]['id']}/confirm", {})
    again = await house.api("POST", f"/proposals/{listed[0]['id']}/confirm", {})

    assert decided["change"]["fields"] == {"priority": "high"}
    assert decided == again
    assert (await task(house, decided["change"]["taskId"]))["priority"] == "high"
    assert await proposals(house) == ["confirmed", "cancelled"]


async def test_the_assistant_lists_a_task_as_it_stands_after_its_change(house: House) -> None:
    channel = await house.create_channel()
    await said(house, channel, LOGO)
    await house.says(channel, "rename the logo task to Logo for Dana")
    await house.says(channel, "status")
    await house.drain()

    [reply] = house.listener.told("message.reply")[1:]
    conversation = await house.api("GET", "/conversations/1")

    assert "1. Logo for Dana" in reply["content"]
    assert "Open tasks: Logo for Dana." in conversation["contextSummary"]


async def test_a_change_is_read_at_the_time_of_its_message(house: House) -> None:
    channel = await house.create_channel()
    await said(house, channel, LOGO, "move the logo to tomorrow")

    deadline = datetime.fromisoformat((await task(house))["deadline"])

    assert 0 < (deadline - datetime.now(UTC)).days + 1 <= 2


@pytest.mark.parametrize("policy", ["never", "ask"])
async def test_who_is_to_do_a_task_is_read_from_its_message(house: House, policy: str) -> None:
    channel = await house.create_channel(ai={"confirmation": policy})
    await said(house, channel, "Please have Anna send the logo to Dana")
    if policy == "ask":
        await said(house, channel, "yes")

    [event] = house.listener.told("task.created")

    assert event["assignee"] == (await task(house))["assignee"] == "Anna"


async def test_who_is_to_do_a_task_is_taken_from_a_model(house: House) -> None:
    channel = await house.create_channel(ai={"responder": "model"})
    draft = TaskDraft(title="Send the logo", source_message_id=1, assignee="Anna")
    ModelResponder.answers = [Answer(reply="Noted.", tasks=(draft,))]
    await said(house, channel, LOGO)

    [event] = house.listener.told("task.created")

    assert event["assignee"] == (await task(house))["assignee"] == "Anna"


async def test_a_sentence_in_two_languages_becomes_the_right_task(house: House) -> None:
    channel = await house.create_channel()

    await said(house, channel, "puedes send the invoice to Anna by lunes?")

    made = await task(house)
    deadline = datetime.fromisoformat(made["deadline"]).astimezone(ZoneInfo("Europe/Madrid"))
    assert made["title"] == "Send the invoice to Anna"
    assert f"{deadline:%A %H:%M}" == "Monday 23:59"
