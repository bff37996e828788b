"""Whole messages that say yes, no, undo, status or help; nothing else is one."""

import pytest

from gateway.plugin import Turn
from gateway.rules.analysis import analyse
from gateway.rules.commands import (
    Command,
    changes_only_the_date,
    changes_the_date_elsewhere,
    code_for,
    command_in,
)
from tests.rules.test_memory import NOW


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("yes", "yes"),
        ("YES!", "yes"),
        (" ok ", "yes"),
        ("go for it", "yes"),
        ("Sí, gracias", "yes"),
        ("Jawohl", "yes"),
        ("d’accord", "yes"),
        ("c'est bon", "yes"),
        ("👍🏽", "yes"),
        ("nope", "no"),
        ("don't", "no"),
        ("Nein danke", "no"),
        ("annule", "no"),
        ("undo", "undo"),
        ("rückgängig", "undo"),
        ("what's open?", "status"),
        ("estado", "status"),
        ("Aide", "help"),
    ],
)
def test_a_word_is_enough(text: str, verb: str) -> None:
    command = command_in(text)

    assert command is not None
    assert (command.verb, command.code) == (verb, "")


@pytest.mark.parametrize("text", ["yes 4k", "4K yes", "YES, 4K please", "please yes 4k"])
def test_a_code_may_stand_on_either_side(text: str) -> None:
    assert command_in(text) == Command("yes", "4K", "en")


@pytest.mark.parametrize(
    "text",
    [
        "yes and call Bob",
        "no problem, I will",
        "4K",
        "yes 4K 7P",
        "",
        "🎉",
        "I say yes" + " x" * 60,
        "stop",
    ],
)
def test_what_says_anything_besides_is_none(text: str) -> None:
    assert command_in(text) is None


def turn(text: str) -> Turn:
    analysis = analyse(text, now=NOW, time_zone="UTC")
    return Turn(role="user", text=text, at=NOW, message_id=1, analysis=analysis)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("make it Friday", ""),
        ("no, on Tuesday please", ""),
        ("4k Friday 5pm instead", "4K"),
        ("mejor el viernes", ""),
        ("lieber am Freitag", ""),
        ("plutôt vendredi", ""),
        ("call Bob on Friday", None),
        ("make it better", None),
    ],
)
def test_a_change_of_the_date_alone_is_known_by_its_small_words(
    text: str, code: str | None
) -> None:
    assert changes_only_the_date(turn(text)) == code


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("same as what I texted, but Monday", True),
        ("Like I wrote in my email, but make it Friday please", True),
        ("lo mismo que escribí, pero el lunes", True),
        ("dasselbe wie in meiner SMS, aber am Montag", True),
        ("comme dans mon message, mais lundi", True),
        ("same as what I texted", False),
        ("email on Monday", False),
        ("same as Monday", False),
        ("same as what I texted Dana, but Monday", False),
        ("Monday", False),
    ],
)
def test_another_date_for_what_was_written_elsewhere_likens_it(text: str, is_one: bool) -> None:
    assert changes_the_date_elsewhere(turn(text)) is is_one


def test_codes_differ_until_there_are_no_more() -> None:
    taken: set[str] = set()
    for _ in range(104):
        taken.add(code_for(7, taken=frozenset(taken)))

    assert len(taken) == 104
    assert code_for(7, taken=frozenset(taken)) in taken
    assert all(command_in(f"yes {code}") for code in taken)
