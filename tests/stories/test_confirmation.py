"""A person is asked before a task exists, or takes it back: a proposal makes one task at most."""

from datetime import datetime

import pytest

from gateway.plugin import Answer, TaskDraft
from tests.conftest import Clock
from tests.parts import ModelResponder
from tests.stories.house import Channel, House

LOGO = "Please send the Acme logo to Dana"
INVOICE = "Please pay the invoice of the printer"


def replies(house: House) -> list[str]:
    return [reply["content"] for reply in house.listener.told("message.reply")]


def code(house: House, place: int = -1) -> str:
    """The code that the reply at this place names."""
    return replies(house)[place].rpartition("(code ")[2].partition(")")[0]


async def titles(house: House, status: str = "pending") -> list[str]:
    tasks = (await house.api("GET", "/tasks"))["items"]
    return [task["title"] for task in tasks if task["status"] == status]


async def said(house: House, channel: Channel, *texts: str) -> str:
    """What is answered to the last of these, each said after the answer to the one before."""
    for text in texts:
        await house.says(channel, text)
        await house.drain()
    return replies(house)[-1]


async def test_a_task_waits_for_a_yes(house: House) -> None:
    channel = await house.create_channel(ai={"confirmation": "ask"})

    asked = await said(house, channel, f"{LOGO} by Friday 5pm")
    before = await titles(house)
    answer = await said(house, channel, "Yes, please!")

    assert asked.startswith('Shall I create the task "Send the Acme logo to Dana", due Fri ')
    assert before == []
    assert await titles(house) == ["Send the Acme logo to Dana"]
    assert answer.startswith('The task "Send the Acme logo to Dana" is created, due Fri ')
    [task] = (await house.api("GET", "/tasks"))["items"]
    assert task["sourceMessageId"] == 1
    [created] = house.listener.told("task.created")
    assert created["taskId"] == task["id"]


async def test_a_no_creates_nothing_and_later_words_change_nothing(house: House) -> None:
    channel = await house.create_channel(ai={"confirmation": "ask"})

    await said(house, channel, LOGO)
    refused = await said(house, channel, "no")
    late = await said(house, channel, f"yes {code(house, 0)}")

    assert refused == '"Send the Acme logo to Dana" will not be created.'
    assert "was cancelled before" in late
    assert await titles(house) == []


async def test_with_two_questions_open_a_bare_yes_creates_nothing_and_a_code_one_task(
    house: House,
) -> None:
    """Scenario 2: two proposals pending, "yes"; then "YES 4K" twice."""
    channel = await house.create_channel(ai={"confirmation": "ask"})
    await said(house, channel, LOGO, INVOICE)

    bare = await said(house, channel, "yes")
    before = await titles(house)
    first = code(house, 0)
    await said(house, channel, f"YES {first}")
    again = await said(house, channel, f"YES {first}")

    assert bare.startswith("Which one do you mean?")
    assert f'{first}: "Send the Acme logo to Dana"' in bare
    assert before == []
    assert await titles(house) == ["Send the Acme logo to Dana"]
    assert again == '"Send the Acme logo to Dana" was already created.'


async def test_a_yes_that_is_repeated_in_one_breath_creates_one_task(house: House) -> None:
    channel = await house.create_channel(ai={"confirmation": "ask"})
    await said(house, channel, LOGO)
    first = code(house)

    await house.says(channel, f"yes {first}", externalMessageId="a")
    await house.says(channel, f"yes {first}", externalMessageId="b")
    await house.drain()

    assert await titles(house) == ["Send the Acme logo to Dana"]


async def test_a_yes_counts_only_for_a_question_that_has_arrived(house: House) -> None:
    channel = await house.create_channel(ai={"confirmation": "ask"}, outboundEvents=[])
    house.listener.answers = [503]
    await said(house, channel, LOGO)

    await house.says(channel, "yes")
    await house.converse()

    assert await titles(house) == []


async def test_a_yes_to_another_question_creates_nothing(house: House) -> None:
    channel = await house.create_channel(ai={"confirmation": "ask", "responder": "model"})
    draft = TaskDraft(title="Send the logo", source_message_id=1)
    ModelResponder.answers = [
        Answer(reply="Good.", tasks=(draft,)),
        Answer(reply="Do you like tea?"),
    ]

    await said(house, channel, LOGO, "what else?")
    answer = await said(house, channel, "yes")

    assert answer.startswith("Which one do you mean?")
    assert await titles(house) == []


async def test_another_persons_yes_is_not_theirs(house: House) -> None:
    channel = await house.create_channel(ai={"confirmation": "ask"})
    await said(house, channel, LOGO)
    first = code(house)

    await house.says(channel, f"yes {first}", senderIdentifier="mallory")
    await house.drain()

    assert await titles(house) == []


@pytest.mark.parametrize(
    ("order", "yes", "language"),
    [
        (LOGO, "OK", "is created"),
        ("Envía el logo a Dana, por favor", "sí", "está creada"),
        ("Bitte schick Dana das Logo", "ja, bitte", "angelegt"),
        ("Envoie le logo à Dana, merci", "d'accord", "est créée"),
        (LOGO, "👍", "is created"),
    ],
)
async def test_a_yes_is_understood_in_four_languages_without_a_model(
    house: House, order: str, yes: str, language: str
) -> None:
    channel = await house.create_channel(ai={"confirmation": "ask"})

    answer = await said(house, channel, order, yes)

    assert language in answer
    assert len(await titles(house)) == 1


@pytest.mark.parametrize(
    ("order", "no", "language"),
    [
        (LOGO, "No thanks", "will not be created"),
        ("Envía el logo a Dana, por favor", "no, gracias", "no se creará"),
        ("Bitte schick Dana das Logo", "nein danke", "wird nicht angelegt"),
        ("Envoie le logo à Dana, merci", "non merci", "ne sera pas créée"),
    ],
)
async def test_a_no_is_understood_in_four_languages_without_a_model(
    house: House, order: str, no: str, language: str
) -> None:
    channel = await house.create_channel(ai={"confirmation": "ask"})

    answer = await said(house, channel, order, no)

    assert language in answer
    assert await titles(house) == []


async def test_a_new_date_is_a_new_question_and_the_old_code_is_dead(house: House) -> None:
    channel = await house.create_channel(ai={"confirmation": "ask", "timeZone": "Europe/Madrid"})
    await said(house, channel, f"{LOGO} by Friday")
    old = code(house)

    asked = await said(house, channel, "make it 3 March 2031 instead")
    new = code(house)
    dead = await said(house, channel, f"yes {old}")
    before = await titles(house)
    await said(house, channel, f"yes {new}")

    assert "due Mon 3 Mar 2031?" in asked
    assert old != new
    assert dead.startswith(f"The code {old} no longer counts")
    assert before == []
    [task] = (await house.api("GET", "/tasks"))["items"]
    assert task["deadline"] == "2031-03-03T22:59:00.000Z"


async def test_a_model_can_revise_what_it_proposed(house: House) -> None:
    channel = await house.create_channel(ai={"confirmation": "ask", "responder": "model"})
    draft = TaskDraft(title="Send the logo", source_message_id=1)
    ModelResponder.answers = [Answer(reply="", tasks=(draft,))]
    await said(house, channel, LOGO)
    old = code(house)
    revised = TaskDraft(title="Send both logos", source_message_id=2, revises=old)
    ModelResponder.answers = [Answer(reply="", tasks=(revised,))]

    await said(house, channel, "both of them", "yes")

    assert await titles(house) == ["Send both logos"]
    assert [p.code for p in ModelResponder.asked[1].proposals] == [old]
    [task] = (await house.api("GET", "/tasks"))["items"]
    assert task["sourceMessageId"] == 1


async def test_a_question_expires_and_that_is_said(house: House, clock: Clock) -> None:
    channel = await house.create_channel(ai={"confirmation": "ask"})
    await said(house, channel, LOGO)

    clock.advance(house.gw.config.conversations.proposal_seconds + 1)
    answer = await said(house, channel, f"yes {code(house)}")

    assert "has expired" in answer
    assert await titles(house) == []


@pytest.mark.parametrize(("confidence", "created"), [(0.9, 1), (0.4, 0)])
async def test_only_what_is_unsure_is_asked_about(
    house: House, confidence: float, created: int
) -> None:
    channel = await house.create_channel(
        ai={"confirmation": "ask_when_unsure", "responder": "model"}
    )
    draft = TaskDraft(title="Send the logo", source_message_id=1, confidence=confidence)
    ModelResponder.answers = [Answer(reply="", tasks=(draft,))]

    await said(house, channel, LOGO)

    assert len(await titles(house)) == created


async def test_a_task_created_at_once_can_be_undone_for_ten_minutes(
    house: House, clock: Clock
) -> None:
    channel = await house.create_channel(ai={"confirmation": "act_with_undo"})

    offered = await said(house, channel, LOGO)
    undone = await said(house, channel, "undo")
    await said(house, channel, INVOICE)
    clock.advance(601)
    late = await said(house, channel, "undo")

    assert 'I have created the task "Send the Acme logo to Dana".' in offered
    assert "within 10 minutes" in offered
    assert undone == 'The task "Send the Acme logo to Dana" is taken back.'
    assert await titles(house, "cancelled") == ["Send the Acme logo to Dana"]
    assert late == "There is nothing that can still be taken back."
    assert await titles(house) == ["Pay the invoice of the printer"]


async def test_a_task_that_a_program_spelled_out_is_never_asked_about(house: House) -> None:
    channel = await house.create_channel(ai={"confirmation": "ask"})

    await house.says(channel, "see fields", taskTitle="Renew the domain")
    await house.drain()

    assert await titles(house) == ["Renew the domain"]


async def test_a_day_that_is_over_is_asked_about_and_the_answer_is_enough(house: House) -> None:
    channel = await house.create_channel(ai={"timeZone": "Europe/Madrid"})

    asked = await said(house, channel, f"{LOGO} by 1 March 2020")
    before = await titles(house)
    await said(house, channel, "3 March 2031")

    assert "Sun 1 Mar 2020 is already over." in asked
    assert before == []
    [task] = (await house.api("GET", "/tasks"))["items"]
    assert (task["title"], task["deadline"]) == (
        "Send the Acme logo to Dana",
        "2031-03-03T22:59:00.000Z",
    )


async def test_a_weekday_and_a_date_that_contradict_each_other_are_asked_about(
    house: House,
) -> None:
    channel = await house.create_channel()

    asked = await said(house, channel, f"{LOGO} by Monday, 4 March 2031")
    before = await titles(house)
    await said(house, channel, "yes")

    assert "Mon 3 Mar 2031 or Tue 4 Mar 2031?" in asked
    assert before == []
    assert await titles(house) == ["Send the Acme logo to Dana"]


@pytest.mark.parametrize(
    ("sender", "day"),
    [("+447700900123", "04-03"), ("+12125550123", "03-04")],
)
async def test_three_four_means_what_it_means_where_the_person_is(
    house: House, sender: str, day: str
) -> None:
    """Scenario 16: "by 3/4" from Britain and from the United States."""
    channel = await house.create_channel(ai={"timeZone": "UTC"})

    await house.says(channel, f"{LOGO} by 3/4/2031", senderIdentifier=sender)
    await house.drain()

    [task] = (await house.api("GET", "/tasks"))["items"]
    assert datetime.fromisoformat(task["deadline"]).strftime("%m-%d") in {day, _next(day)}


async def test_three_four_is_asked_about_where_nobody_can_know(house: House) -> None:
    """Scenario 16: a sender without a place, on a channel without one."""
    channel = await house.create_channel(ai={"timeZone": "UTC"})

    asked = await said(house, channel, f"{LOGO} by 3/4")

    assert " 3 Apr" in asked
    assert " 4 Mar" in asked
    assert await titles(house) == []


async def test_what_was_proposed_to_somebody_is_erased_with_them(house: House) -> None:
    channel = await house.create_channel(ai={"confirmation": "ask"})
    await said(house, channel, LOGO)

    await house.api("DELETE", "/senders/dana")

    async with house.gw.db.connection() as connection:
        [row] = await connection.fetch("SELECT * FROM task_proposals")
    assert (row["title"], row["participant"], row["status"]) == ("erased", "erased", "expired")


async def test_status_and_help_are_answered_without_a_model(house: House) -> None:
    channel = await house.create_channel(ai={"responder": "model", "confirmation": "ask"})
    draft = TaskDraft(title="Send the logo", source_message_id=1)
    ModelResponder.answers = [Answer(reply="", tasks=(draft,))]
    await said(house, channel, LOGO, "yes")

    status = await said(house, channel, "Status?")
    await house.api("POST", "/tasks/1/complete", {})
    done = await said(house, channel, "status")
    helped = await said(house, channel, "HELP")

    assert status == "Open tasks: 1\n1. Send the logo"
    assert done == 'There are no open tasks in this conversation.\nDone: "Send the logo".'
    assert "STATUS" in helped
    assert len(ModelResponder.asked) == 1


async def test_progress_is_told_from_the_tasks(house: House) -> None:
    channel = await house.create_channel()
    await said(house, channel, LOGO)
    await house.api("POST", "/tasks/1/complete", {})

    answer = await said(house, channel, "Is the logo done?")

    assert answer == 'Done: "Send the Acme logo to Dana".'


def _next(day: str) -> str:
    """The day in UTC on which a day in New York ends."""
    return {"03-04": "03-05"}.get(day, day)
