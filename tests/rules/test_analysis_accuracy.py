"""The labelled messages: how well they are understood, and that the documents say so."""

from pathlib import Path

import pytest

from tests.rules.accuracy import PARTS, below_the_floors, messages, table

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "understanding.md"
INTENTS = {"task", "question", "update", "confirmation"}


def test_the_rules_understand_as_much_as_they_did() -> None:
    assert below_the_floors() == []


def test_the_documented_table_is_the_measured_one() -> None:
    assert table() in DOCUMENT.read_text(encoding="utf-8")


@pytest.mark.parametrize("part", PARTS)
def test_every_message_is_labelled_once(part: str) -> None:
    listed = messages(part)

    assert len({message.text for message in listed}) == len(listed)
    assert {message.intent for message in listed} == INTENTS


def test_no_held_out_message_was_tuned_on() -> None:
    tuned, held_out = ({message.text for message in messages(part)} for part in PARTS)

    assert tuned.isdisjoint(held_out)
