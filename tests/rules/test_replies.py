"""The built-in assistant: what it creates, answers and remembers."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given, settings, strategies as st

from gateway.builtin import BuiltinResponder, BuiltinSettings
from gateway.plugin import (
    Answer,
    Attachment,
    Conversation,
    Fact,
    JsonValue,
    OpenTask,
    Personality,
    Policy,
    StructuredTask,
    Turn,
)
from gateway.plugin.testing import check_settings, part_context
from gateway.rules.memory import fact_named
from gateway.rules.phrases import WORDINGS
from gateway.rules.recall import LONGEST_SUMMARY
from gateway.rules.replies import CONCISE_LENGTH

NOW = datetime(2026, 9, 29, 14, 0, tzinfo=UTC)
ZONE = "America/New_York"
FRIDAY_5PM = datetime(2026, 10, 2, 21, 0, tzinfo=UTC)
PERSONALITIES: tuple[Personality, ...] = get_args(Personality)
LOGO = OpenTask(id=1, title="Send the logo", priority="medium", deadline=FRIDAY_5PM)
FORM = OpenTask(id=2, title="Fix the contact form", priority="high", deadline=None)


def conversation(*texts: str, policy: Policy | None = None) -> Conversation:
    return Conversation(
        id=1,
        webhook_id=1,
        participant="+15550101",
        participant_name="Dana Reyes",
        turns=(),
        pending=tuple(
            Turn(role="user", text=text, at=NOW, message_id=number)
            for number, text in enumerate(texts, 1)
        ),
        open_tasks=(),
        summary="",
        memory=(),
        policy=policy or Policy(time_zone=ZONE),
        now=NOW,
    )


def fact(key: str, value: JsonValue) -> Fact:
    return Fact(key=key, value=value, message_id=0, at=NOW, kind="topic")


async def respond(asked: Conversation, *, longest_reply: int = 1_000) -> Answer:
    responder = BuiltinResponder(BuiltinSettings(longest_reply=longest_reply), part_context())
    return await responder.respond(asked)


def test_its_settings_make_a_form() -> None:
    check_settings(BuiltinResponder)


async def test_an_order_becomes_a_task_and_its_deadline_is_said_back() -> None:
    answer = await respond(conversation("can you send Mia the logo by Friday 5pm?"))

    assert answer.reply == 'I have created the task "Send Mia the logo", due Fri 2 Oct, 5:00 pm.'
    (task,) = answer.tasks
    assert (task.title, task.deadline) == ("Send Mia the logo", FRIDAY_5PM)
    assert task.source_message_id == 1
    assert task.description == "can you send Mia the logo by Friday 5pm?"


async def test_a_task_carries_priority_and_project() -> None:
    answer = await respond(conversation("high priority: audit the Summit project"))

    assert (answer.tasks[0].priority, answer.tasks[0].project) == ("high", "Summit")


async def test_the_urgency_is_the_priority_that_nobody_named() -> None:
    answer = await respond(conversation("The website is down"))

    assert answer.tasks[0].priority == "critical"


async def test_all_pending_messages_get_one_answer() -> None:
    answer = await respond(
        conversation("Call Bob tomorrow at 9", "thanks", "order paper", "where is the key?")
    )

    assert [task.source_message_id for task in answer.tasks] == [1, 3]
    assert answer.reply == (
        "I have created 2 tasks:\n"
        '"Call Bob", due Wed 30 Sep, 9:00 am\n'
        '"Order paper"\n'
        "I have noted your question for the team. "
        "I cannot answer it myself, because no AI model is connected."
    )


async def test_no_task_is_created_where_that_is_switched_off() -> None:
    asked = conversation("order paper", policy=Policy(auto_create_tasks=False))

    answer = await respond(asked)

    assert answer.tasks == ()
    assert answer.reply.startswith('I have noted "Order paper".')


async def test_a_structured_task_is_taken_as_it_is_even_then() -> None:
    given = StructuredTask(title="Q3 report", priority="low", deadline=FRIDAY_5PM)
    asked = conversation("", policy=Policy(auto_create_tasks=False, time_zone=ZONE))
    (turn,) = asked.pending

    answer = await respond(replace(asked, pending=(replace(turn, structured=given),)))

    (task,) = answer.tasks
    assert (task.title, task.priority, task.deadline) == ("Q3 report", "low", FRIDAY_5PM)
    assert answer.reply == 'I have created the task "Q3 report", due Fri 2 Oct, 5:00 pm.'


@pytest.mark.parametrize(
    "text", ["what's the wifi code?", "sent the invoice yesterday", "yes", "", "👍", "hi", "milk"]
)
async def test_nothing_else_becomes_a_task(text: str) -> None:
    answer = await respond(conversation(text))

    assert answer.tasks == ()
    assert answer.reply


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("what's on my list?", "Send the logo, due Fri 2 Oct, 5:00 pm\n2. Fix the contact form"),
        ("status?", "Open tasks: 2"),
        ("list my tasks", "Open tasks: 2"),
        ("what is due friday?", "Open tasks: 1\n1. Send the logo, due Fri 2 Oct, 5:00 pm"),
        ("what is due this week?", "Open tasks: 1\n1. Send the logo"),
        ("what's due tomorrow?", "Nothing is due on Wed 30 Sep."),
        ("how is the contact form coming along?", "Open tasks: 1\n1. Fix the contact form"),
        ("what's the wifi code?", "I cannot answer it myself, because no AI model is connected."),
    ],
)
async def test_a_question_about_tasks_is_answered_from_the_list(text: str, reply: str) -> None:
    answer = await respond(replace(conversation(text), open_tasks=(LOGO, FORM)))

    assert reply in answer.reply


async def test_an_empty_list_is_said_to_be_empty() -> None:
    answer = await respond(conversation("what's on my list?"))

    assert answer.reply == "There are no open tasks in this conversation."


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("hi", "Hello Dana. Write what needs to be done, and I will keep the list."),
        ("thanks!", "You are welcome, Dana."),
        ("sent the invoice yesterday", "Thank you, I have noted that."),
        ("yes", "Understood, thank you."),
        ("👍", "Understood, thank you."),
        ("", "Your message arrived without text. Please tell me what needs to be done."),
    ],
)
async def test_small_talk_gets_a_short_answer(text: str, reply: str) -> None:
    assert (await respond(conversation(text))).reply == reply


async def test_a_doubtful_message_is_noted_with_a_way_to_make_it_a_task() -> None:
    assert '"task:"' in (await respond(conversation("milk"))).reply


@pytest.mark.parametrize(
    ("language", "word"), [("en", "task"), ("es", "tarea"), ("de", "Aufgabe"), ("fr", "tâche")]
)
async def test_the_way_that_is_offered_works(language: str, word: str) -> None:
    asked = conversation(f"{word}: milk", policy=Policy(language=language))

    assert [task.title for task in (await respond(asked)).tasks] == ["Milk"]


async def test_a_file_without_words_is_asked_about() -> None:
    asked = conversation("")
    photo = Attachment(type="image/jpeg", url="https://files.test/1.jpg")
    (turn,) = asked.pending

    answer = await respond(replace(asked, pending=(replace(turn, attachments=(photo,)),)))

    assert answer.reply == "I have received your file. Please tell me what is to be done with it."


@pytest.mark.parametrize(
    ("personality", "reply"),
    [
        ("professional", 'I have created the task "Order paper", due Fri 2 Oct.'),
        ("friendly", 'Got it, Dana! "Order paper" is on the list, due Fri 2 Oct.'),
        ("concise", 'Task: "Order paper", due Fri 2 Oct.'),
    ],
)
async def test_each_personality_has_its_tone(personality: Personality, reply: str) -> None:
    policy = Policy(personality=personality, time_zone=ZONE)

    assert (await respond(conversation("order paper by friday", policy=policy))).reply == reply


@pytest.mark.parametrize(
    ("text", "zone", "reply"),
    [
        (
            "Envía la factura antes del viernes a las 17:00",
            "Europe/Madrid",
            'He creado la tarea "Envía la factura", para el vie 2 oct, 17:00.',
        ),
        (
            "Bitte schick das Logo bis Freitag 17 Uhr",
            "Europe/Berlin",
            'Ich habe die Aufgabe "Schick das Logo" angelegt, fällig Fr 2. Okt., 17:00 Uhr.',
        ),
        (
            "Envoie le logo avant vendredi 17h",
            "Europe/Paris",
            'J\'ai créé la tâche "Envoie le logo", pour le ven. 2 oct. à 17:00.',
        ),
    ],
)
async def test_people_are_answered_in_their_own_language(text: str, zone: str, reply: str) -> None:
    assert (await respond(conversation(text, policy=Policy(time_zone=zone)))).reply == reply


async def test_the_language_of_the_channel_goes_first() -> None:
    asked = conversation("order paper", policy=Policy(language="de-AT"))

    assert (await respond(asked)).reply == 'Ich habe die Aufgabe "Order paper" angelegt.'


async def test_a_word_of_no_language_is_answered_in_the_one_spoken_before() -> None:
    asked = replace(conversation("ok"), memory=(fact("language", "es"),))

    assert (await respond(asked)).reply == "Entendido, gracias."


async def test_a_deadline_in_another_year_names_the_year() -> None:
    answer = await respond(conversation("renew the lease by Jan 3"))

    assert answer.reply.endswith("due Sun 3 Jan 2027.")


@pytest.mark.parametrize("personality", PERSONALITIES)
@pytest.mark.parametrize("language", WORDINGS)
async def test_no_answer_is_longer_than_it_may_be(personality: Personality, language: str) -> None:
    policy = Policy(personality=personality, language=language, time_zone=ZONE)
    texts = [f"order {'very ' * 15}large box number {n} by friday" for n in range(30)]
    tasks = tuple(replace(LOGO, id=n, title=f"Task {n} " + "x" * 90) for n in range(40))

    for asked in (conversation(*texts, policy=policy), conversation("my tasks?", policy=policy)):
        answer = await respond(replace(asked, open_tasks=tasks), longest_reply=600)
        assert 0 < len(answer.reply) <= (CONCISE_LENGTH if personality == "concise" else 600)


async def test_the_summary_grows_with_each_message_and_stays_short() -> None:
    asked, seen = conversation(), set()
    for number in range(60):
        pending = replace(conversation(f"order {number} boxes by friday")).pending
        answer = await respond(replace(asked, pending=pending))
        assert f"{number} boxes" in answer.summary.splitlines()[1]
        assert len(answer.summary) <= LONGEST_SUMMARY
        seen.add(answer.summary)
        asked = replace(asked, summary=answer.summary, memory=answer.memory)
    assert len(seen) == 60


async def test_the_summary_says_who_and_what_is_open() -> None:
    answer = await respond(replace(conversation("is it raining?"), open_tasks=(LOGO,)))

    assert answer.summary == (
        "Conversation with Dana Reyes. Open tasks: Send the logo, due Fri 2 Oct, 5:00 pm.\n"
        '- Question: "is it raining?"'
    )


async def test_what_another_responder_had_summed_up_is_kept() -> None:
    answer = await respond(replace(conversation("yes"), summary="Dana plans a party."))

    assert answer.summary.splitlines()[1:] == ['- Reply: "yes"', "- Dana plans a party."]


async def test_names_tasks_projects_and_language_are_remembered_with_their_source() -> None:
    asked = replace(conversation("This is Ana Gil. Order paper for the Acme project."))
    asked = replace(asked, memory=(fact("allergies", ["nuts"]), fact("projects", ["Apollo"])))

    answer = await respond(asked)

    assert {fact.key: fact.value for fact in answer.memory} == {
        "participantName": "Ana Gil",
        "language": "en",
        "recentTasks": ["Order paper for the Acme project"],
        "projects": ["Acme", "Apollo"],
    }
    assert {(fact.message_id, fact.at) for fact in answer.memory} == {(1, NOW)}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my name is Ana", "Ana"),
        ("Me llamo Ana Gil", "Ana Gil"),
        ("Ich heiße Uwe", "Uwe"),
        ("je m'appelle Zoé Petit", "Zoé Petit"),
        ("this is great", None),
    ],
)
async def test_a_name_that_is_told_is_remembered(text: str, name: str | None) -> None:
    answer = await respond(replace(conversation(text), participant_name=None))

    assert fact_named("participantName", answer.memory) == name


async def test_the_memory_does_not_grow_without_end() -> None:
    asked = conversation()
    for number in range(30):
        pending = conversation(f"order {number} boxes for project P{'x' * 200}{number}").pending
        asked = replace(asked, memory=(await respond(replace(asked, pending=pending))).memory)

    assert len(str(asked.memory)) < 4_000


async def test_a_deadline_beyond_the_calendar_can_be_said() -> None:
    far = datetime(9999, 12, 31, 23, 59, tzinfo=UTC)
    asked = conversation("what's on my list?", policy=Policy(time_zone="Asia/Tokyo"))

    answer = await respond(replace(asked, open_tasks=(replace(LOGO, deadline=far),)))

    assert "9999" in answer.reply


async def test_a_late_answer_counts_from_when_the_message_came() -> None:
    asked = conversation("order paper by tomorrow")

    answer = await respond(replace(asked, now=NOW + timedelta(days=3)))

    assert answer.tasks[0].deadline == datetime(2026, 10, 1, 3, 59, tzinfo=UTC)


@settings(max_examples=60)
@given(st.lists(st.text(), min_size=1, max_size=4), st.sampled_from(PERSONALITIES))
async def test_everything_gets_an_answer(texts: list[str], personality: Personality) -> None:
    answer = await respond(conversation(*texts, policy=Policy(personality=personality)))

    assert answer.reply.strip()
    assert len(answer.summary) <= LONGEST_SUMMARY
