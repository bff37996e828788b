"""The title of a task, and its deadline."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from gateway.rules.analysis import analyse
from gateway.rules.due import deadline_of
from gateway.rules.titles import LONGEST_TITLE, shortened, task_title

NOW = datetime(2026, 9, 29, 14, 0, tzinfo=UTC)
ZONE = "America/New_York"


def title(text: str) -> str:
    return task_title(text, analyse(text, now=NOW, time_zone=ZONE))


TITLES = {
    "can you send Dana the logo by Friday?": "Send Dana the logo",
    "URGENT: call Marcus back": "Call Marcus back",
    "hey can u resize the banner": "Resize the banner",
    "Please update the homepage banner by Oct 2": "Update the homepage banner",
    "remind me tomorrow at 8 to ring the council": "Ring the council",
    "We need to file the permit by 10/14": "File the permit",
    "I need a new quote for the remodel": "New quote for the remodel",
    "someone has to water the plants this weekend": "Water the plants",
    "Do you mind sending me the W-9 again?": "Send me the W-9 again",
    "mind running the payroll export this afternoon?": "Run the payroll export",
    "Any chance you could swing by today?": "Swing by today",
    "move the standup to 9:30 tomorrow": "Move the standup to 9:30 tomorrow",
    "cancel the Thursday meeting": "Cancel the Thursday meeting",
    "Prepare slides for Thursday's pitch": "Prepare slides for Thursday's pitch",
    "don't park in front of the gate": "Don't park in front of the gate",
    "My door won't close, could somebody take a look?": "My door won't close: take a look",
    "We're out of gloves again. Order some.": "We're out of gloves again: order some",
    "Sent the draft. Now get feedback from Luis.": "Get feedback from Luis",
    "Add Priya to the team, she starts on 12 Oct": "Add Priya to the team",
    "task: new hosting plan, high priority": "New hosting plan",
    "Envía la factura a María antes del viernes": "Envía la factura a María",
    "Bitte bis Freitag das Angebot schicken": "Angebot schicken",
    "Peux-tu réserver une salle pour demain à 10h ?": "Réserver une salle",
    "remind me to call mom on sunday": "Call mom",
    "send the logo and asap": "Send the logo",
    "Meet Bob today. Order paper by Friday.": "Meet Bob",
    "asap": "Asap",
    "ok": "Ok",
    "yes please": "Yes",
    "please": "Please",
    "Logo (by Friday)": "Logo",
    "Call Dana (the plumber)": "Call Dana (the plumber)",
    "Call Dana tomorrow. Dana waits until tomorrow.": "Call Dana",
    "👍": "👍",
    " \n ": "Message without text",
    "": "Message without text",
}


@pytest.mark.parametrize("text", TITLES)
def test_a_title_says_what_is_to_be_done(text: str) -> None:
    assert title(text) == TITLES[text]


def test_a_long_title_is_cut_between_words() -> None:
    cut = title("Order " + "another box of envelopes and " * 20)

    assert len(cut) <= LONGEST_TITLE
    assert cut.endswith(("envelopes...", "and...", "box...", "of...", "another..."))


@given(st.text())
def test_every_text_has_a_title_on_one_line(text: str) -> None:
    found = title(text)

    assert 0 < len(found) <= LONGEST_TITLE
    assert "\n" not in found


@given(st.text(), st.integers(min_value=4, max_value=50))
def test_a_shortened_text_is_never_longer(text: str, longest: int) -> None:
    assert len(shortened(text, longest)) <= longest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("send the logo by Friday", "2026-10-02T23:59"),
        ("after Monday's call, send the logo by Friday 5pm", "2026-10-02T17:00"),
        ("send it Friday or Monday", "2026-10-02T23:59"),
        ("move the 2pm call to 4pm", "2026-09-29T16:00"),
        ("send the logo", None),
        ("send the report of 2026-09-01", None),
    ],
)
def test_the_deadline_of_a_task(text: str, expected: str | None) -> None:
    found = deadline_of(text, analyse(text, now=NOW, time_zone=ZONE), now=NOW)

    local = found.at.astimezone(ZoneInfo(ZONE)).strftime("%Y-%m-%dT%H:%M") if found else None
    assert local == expected
