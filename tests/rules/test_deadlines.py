"""When a task is due: the person's words in the person's zone, asked about when in doubt."""

from datetime import UTC, datetime

import pytest

from gateway.plugin import StructuredTask, TaskDraft, Turn
from gateway.rules.analysis import analyse
from gateway.rules.deadlines import Deadline, deadline_for
from gateway.rules.places import zone_of

NOW = datetime(2026, 9, 29, 15, 0, tzinfo=UTC)  # a Tuesday
ZONE = "Europe/Madrid"


def at(day: int, hour: int = 21, minute: int = 59, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def judged(
    text: str, span: str, guess: datetime | None = None, *, now: datetime = NOW, zone: str = ZONE
) -> Deadline:
    analysis = analyse(text, now=now, time_zone=zone)
    turn = Turn(role="user", text=text, at=now, message_id=1, analysis=analysis)
    draft = TaskDraft(title="x", source_message_id=1, deadline=guess, deadline_span=span)
    return deadline_for(draft, turn, time_zone=zone)


@pytest.mark.parametrize(
    ("span", "guess", "expected"),
    [
        ("Friday", None, Deadline(at=at(2))),
        ("by Friday", at(2, 15), Deadline(at=at(2))),
        ("", at(9), Deadline(at=at(9))),
        ("", None, Deadline(at=None)),
        ("at noon on Thursday", None, Deadline(at=at(1, 10, 0))),
        ("someday", at(9), Deadline(at=at(9))),
        ("Friday", at(9), Deadline(at=None, doubt="conflict", options=(at(2), at(9)))),
        ("", at(1, month=9), Deadline(at=None, doubt="past", options=(at(1, month=9),))),
    ],
)
def test_the_words_count_for_more_than_a_guess(
    span: str, guess: datetime | None, expected: Deadline
) -> None:
    assert judged("send the logo by Friday", span, guess) == expected


def test_a_time_of_today_that_is_over_is_in_doubt() -> None:
    assert judged("call Dana today at 9am", "today at 9am").doubt == "past"


def test_a_weekday_beside_another_days_date_is_in_doubt() -> None:
    found = judged("send it by Friday, 3 October", "Friday, 3 October")

    assert found == Deadline(at=None, doubt="conflict", options=(at(2), at(3)))


@pytest.mark.parametrize(
    "text", ["send it by Saturday, 3 October", "send it on 3 October, Saturday"]
)
def test_a_weekday_beside_its_own_date_is_not(text: str) -> None:
    assert judged(text, "3 October").at == at(3)


def test_three_four_is_in_doubt_without_a_place_and_not_with_one() -> None:
    nowhere = judged("send it by 3/4", "", zone="UTC")
    spain = judged("send it by 3/4", "3/4")
    same = judged("send it by 4/4", "4/4", zone="UTC")

    assert [option.strftime("%d %m") for option in nowhere.options] == ["04 03", "03 04"]
    assert spain.at == datetime(2027, 4, 3, 21, 59, tzinfo=UTC)
    assert same.at == datetime(2027, 4, 4, 23, 59, tzinfo=UTC)


def test_tomorrow_at_half_past_eleven_at_night_is_the_persons_tomorrow() -> None:
    """Scenario 16: 23:30 in Madrid is still 21:30 in UTC, and the day before in New York."""
    late = datetime(2026, 9, 29, 21, 30, tzinfo=UTC)

    found = judged("send it tomorrow", "tomorrow", now=late)

    assert found.at == at(30, month=9)


def test_fields_and_forgotten_messages_are_taken_as_they_are() -> None:
    past = at(1, month=9)
    draft = TaskDraft(title="x", source_message_id=1, deadline=past)
    spelled_out = Turn(
        role="user", text="", at=NOW, message_id=1, structured=StructuredTask(title="x")
    )

    assert deadline_for(draft, spelled_out, time_zone=ZONE) == Deadline(at=past)
    assert deadline_for(draft, None, time_zone=ZONE) == Deadline(at=past)


@pytest.mark.parametrize(
    ("participant", "default", "zone"),
    [
        ("+447700900123", "Europe/Madrid", "Europe/London"),
        ("+351210000000", "UTC", "Europe/Lisbon"),
        ("+12125550123", "America/Chicago", "America/Chicago"),
        ("+12125550123", "Europe/Madrid", "America/New_York"),
        ("+61255500123", "Europe/Madrid", "Europe/Madrid"),
        ("dana@example.org", "Europe/Madrid", "Europe/Madrid"),
        ("+15550101", "UTC", "America/New_York"),
    ],
)
def test_a_phone_number_tells_where_somebody_is(participant: str, default: str, zone: str) -> None:
    assert zone_of(participant, default=default) == zone
