"""What becomes of a model's words: an answer that was checked, or a failure that says why not."""

import json
from dataclasses import replace
from typing import Any

import pytest

from gateway.plugin import (
    Answer,
    Conversation,
    OpenTask,
    Policy,
    Proposal,
    StructuredTask,
    TaskChange,
    TemporaryFailure,
    Usage,
)
from gateway.plugin.assistant import ANSWER_SCHEMA
from gateway.plugin.assistant.answers import (
    _Changed,
    _Learnt,
    _Told,
    _Understood,
    _Wanted,
    answer_from,
)
from gateway.plugin.assistant.questions import document
from gateway.plugin.assistant.rehearsal import conversation, rehearsed_answer
from gateway.plugin.testing import NOW
from tests.rules.talks import AT_FIVE, said, under

TASK = {
    "message": 1,
    "title": "Send the logo",
    "description": "",
    "priority": "high",
    "deadline": "by Friday",
    "project": "Acme",
    "assignee": "",
    "confidence": 0.8,
    "revises": "",
}


def words(**changes: Any) -> str:
    understood = {
        "number": 1,
        "intent": "question",
        "urgency": "high",
        "names": ["Dana", ""],
        "projects": ["Acme"],
        "confidence": 0.7,
    }
    whole = {
        "reply": "  Will do. ",
        "language": "es",
        "messages": [understood],
        "tasks": [],
        "changes": [],
        "summary": "Wants a logo.",
        "facts": [],
        "forget": [],
    }
    return json.dumps(whole | changes)


def answer(text: str, talk: Conversation | None = None, *, longest: int = 1_000) -> Answer:
    return answer_from(text, talk or conversation(said("Hi by Friday", AT_FIVE)), longest=longest)


def test_an_answer_refines_the_analysis_and_leaves_its_dates_alone() -> None:
    given = answer(words())

    analysis = given.analyses[7]
    assert (given.reply, given.summary) == ("Will do.", "Wants a logo.")
    assert (analysis.intent, analysis.urgency, analysis.language) == ("question", "high", "es")
    assert analysis.entities.names == ("Dana",)
    assert analysis.entities.dates == (AT_FIVE,)


CHANGE = {
    "message": 1,
    "task": 1,
    "becomes": "open",
    "title": "",
    "priority": "",
    "deadline": "by Friday",
    "assignee": "",
    "confidence": 0.8,
}
OPEN = OpenTask(id=4, title="Send it", priority="low", deadline=None)


def changed(**changes: Any) -> tuple[TaskChange, ...]:
    talk = replace(conversation(said("Hi by Friday", AT_FIVE)), open_tasks=(OPEN,))
    return answer(words(changes=[CHANGE | changes]), talk).task_changes


def test_a_change_of_an_open_task_is_known_by_its_number() -> None:
    [moved] = changed()
    [ended] = changed(becomes="cancelled", deadline="", priority="high", assignee="Ann")

    assert moved == TaskChange(
        task_id=4, source_message_id=7, deadline_span="by Friday", confidence=0.8
    )
    assert (ended.ends, ended.priority, ended.assignee) == ("cancelled", "high", "Ann")


@pytest.mark.parametrize("number", [0, 2, -1, 987])
def test_a_change_of_a_task_that_was_not_shown_is_nothing(number: int) -> None:
    assert changed(task=number) == ()


def test_words_for_a_new_deadline_that_nobody_wrote_do_not_count() -> None:
    [moved] = changed(deadline="next Tuesday")

    assert moved.deadline_span == ""


def test_a_model_that_knows_nothing_of_changes_is_understood() -> None:
    told = json.loads(words())
    del told["changes"]

    assert answer(json.dumps(told)).task_changes == ()


@pytest.mark.parametrize("span", ["by Friday", "BY FRIDAY", "Friday", "Hi by Friday"])
def test_a_deadline_is_what_the_rules_read_in_the_words_that_the_model_names(span: str) -> None:
    [draft] = answer(words(tasks=[TASK | {"deadline": span}])).tasks

    assert (draft.deadline, draft.deadline_span) == (AT_FIVE.at, span)
    assert (draft.source_message_id, draft.project, draft.assignee) == (7, "Acme", None)


@pytest.mark.parametrize("span", ["2026-01-12", "on Sunday", "", " "])
def test_a_date_that_the_model_made_up_is_none(span: str) -> None:
    [draft] = answer(words(tasks=[TASK | {"deadline": span}])).tasks

    assert draft.deadline is None
    assert draft.deadline_span.strip() == ""


def test_a_task_of_a_form_is_taken_from_the_form() -> None:
    turn = replace(said("Do it"), structured=StructuredTask(title="Pay", deadline=NOW))
    silent = replace(turn, message_id=8, analysis=None)

    drafts = answer(words(tasks=[TASK]), conversation(turn, silent)).tasks

    assert [(d.title, d.deadline, d.description) for d in drafts] == [("Pay", NOW, "Do it")] * 2


def test_a_channel_that_creates_no_tasks_creates_only_those_of_forms() -> None:
    form = replace(said("Do it", id_=8), structured=StructuredTask(title="Pay"))
    talk = under(Policy(auto_create_tasks=False), said("Hi"), form)

    assert [draft.title for draft in answer(words(tasks=[TASK]), talk).tasks] == ["Pay"]


def test_only_a_proposal_that_waits_can_be_revised() -> None:
    talk = replace(
        conversation(said("Make it Monday")),
        proposals=(Proposal(code="K7", title="Call", expires_at=NOW),),
    )
    tasks = [TASK | {"revises": "K7"}, TASK | {"revises": "X9"}]

    assert [draft.revises for draft in answer(words(tasks=tasks), talk).tasks] == ["K7", ""]


def test_facts_carry_the_message_that_they_come_from() -> None:
    fact = {"key": "Home Town!", "value": "Rome", "kind": "person", "message": 1}
    facts = [fact, fact | {"key": "!!"}, fact | {"value": ""}, fact | {"message": 9}]

    given = answer(words(facts=facts, forget=["old"]))

    assert [(f.key, f.value, f.message_id) for f in given.memory] == [("home_town", "Rome", 7)] * 2
    assert given.forget == ("old",)


def test_numbers_of_messages_that_do_not_exist_do_no_harm() -> None:
    understood = json.loads(words())["messages"][0]

    given = answer(words(messages=[understood | {"number": 4}], tasks=[TASK | {"message": -3}]))

    assert given.analyses == {}
    assert given.tasks[0].source_message_id == 7


def test_what_is_too_long_is_cut_at_a_word() -> None:
    given = answer(words(reply="word, " * 100, summary="x " * 2_000), longest=160)

    assert len(given.reply) <= 160
    assert given.reply.endswith("word…")
    assert len(given.summary) <= 1_000


@pytest.mark.parametrize(
    "frame", ["{}", "```json\n{}\n```", "<think>{1}</think>\n{}", "Here you are:\n{}\nBye."]
)
def test_words_around_the_json_are_passed_over(frame: str) -> None:
    assert answer(frame.replace("{}", words())).reply == "Will do."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no JSON"),
        ("I would rather not.", "no JSON"),
        (words()[:-20], "no JSON"),
        ('{"a":' * 50_000, "no JSON"),
        ("{}", "does not fit the schema at facts, forget, language, messages, reply"),
        (words(language="Spanish"), "at language"),
        (words(tasks=[TASK | {"priority": "urgent"}]), r"at tasks\.0\.priority"),
        (words(tasks=[TASK | {"title": ""}]), r"at tasks\.0\.title"),
        (words(tasks=[TASK | {"confidence": 7}]), r"at tasks\.0\.confidence"),
        (words(reply=" "), "without a reply"),
    ],
)
def test_anything_but_an_answer_is_asked_for_again(text: str, why: str) -> None:
    with pytest.raises(TemporaryFailure, match=why):
        answer(text)


def test_what_was_used_is_told() -> None:
    used = Usage(model="m", input_tokens=5, output_tokens=2)

    assert answer_from(words(), conversation(said("Hi")), longest=200, usage=used).usage == used


def test_the_schema_asks_for_exactly_what_is_checked() -> None:
    def properties(*path: str) -> set[str]:
        found: Any = ANSWER_SCHEMA
        for step in path:
            found = found["properties"][step]["items"]
        assert found["additionalProperties"] is False
        assert found["required"] == list(found["properties"])
        return set(found["properties"])

    assert properties() == set(_Told.model_fields)
    assert properties("messages") == set(_Understood.model_fields)
    assert properties("tasks") == set(_Wanted.model_fields)
    assert properties("changes") == set(_Changed.model_fields)
    assert properties("facts") == set(_Learnt.model_fields)


def test_what_the_fakes_answer_is_an_answer() -> None:
    talk = conversation(said("Please send it by Friday", AT_FIVE), said("Thanks", id_=8))

    given = answer(rehearsed_answer(document(talk)), talk)

    assert given.reply == "Noted: Please send it by Friday, due Friday 9 January 2026, 17:00."
    assert [draft.deadline for draft in given.tasks] == [AT_FIVE.at]
    assert set(given.analyses) == {7, 8}
    assert answer(rehearsed_answer("{}"), talk).reply == "You said: nothing"
