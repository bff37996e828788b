"""Notifications go where they are wanted, wait in quiet hours, and go elsewhere when lost."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from gateway.rules.notifications import (
    Candidate,
    Standing,
    Wishes,
    may_be_told,
    step,
    unreachable_words,
    words,
)
from gateway.rules.quiet import QuietHours, quiet_until

NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
NIGHT = QuietHours(begins=time(22), ends=time(7), time_zone="Europe/Madrid")
SMS = Candidate(
    webhook_id=1,
    is_first=True,
    is_usable=True,
    is_verified=False,
    is_well=True,
    takes_events=False,
    recipient="+34600000001",
)
EMAIL = replace(SMS, webhook_id=2, is_first=False, is_verified=True, recipient="ann@example.org")
FRESH = Standing(priority="medium", created_at=NOW, candidates=(SMS, EMAIL))
SENT = replace(FRESH, webhook_id=1, delivery="pending")


def test_the_first_channel_is_taken_and_a_notification_that_came_is_over() -> None:
    first = step(FRESH, Wishes(), now=NOW)

    assert (first.state, first.to) == ("sending", SMS)
    assert step(replace(SENT, delivery="delivered"), Wishes(), now=NOW).state == "delivered"
    assert step(FRESH, Wishes(is_on=False), now=NOW).state == "off"


@pytest.mark.parametrize(
    "changed",
    [
        {"is_usable": False},
        {"is_well": False},
        {"recipient": ""},
        {"is_barred": True},
        {"is_first": False, "is_verified": False},
    ],
)
def test_a_channel_that_cannot_take_it_is_passed_over(changed: dict[str, bool]) -> None:
    unfit = replace(SMS, **changed)  # type: ignore[arg-type] # fields of it

    assert step(replace(FRESH, candidates=(unfit, EMAIL)), Wishes(), now=NOW).to == EMAIL
    assert step(replace(FRESH, candidates=(unfit,)), Wishes(), now=NOW).state == "undeliverable"


def test_a_program_needs_no_recipient_and_who_has_opted_out_is_not_told() -> None:
    hook = replace(SMS, recipient="", takes_events=True)

    assert step(replace(FRESH, candidates=(hook,)), Wishes(), now=NOW).to == hook
    assert not may_be_told(replace(SMS, is_barred=True))


def test_what_is_dead_or_stuck_goes_to_the_next_channel_and_never_to_one_twice() -> None:
    dead = step(replace(SENT, delivery="dead"), Wishes(), now=NOW)
    paused = replace(SENT, candidates=(replace(SMS, is_well=False), EMAIL))
    stuck = step(paused, Wishes(), now=NOW)
    tried = replace(SENT, delivery="dead", webhook_id=2, tried=(1,))

    assert (dead.to, dead.withdraws) == (EMAIL, False)
    assert (stuck.to, stuck.withdraws) == (EMAIL, True)
    assert step(tried, Wishes(), now=NOW).state == "undeliverable"


def test_what_is_on_its_way_is_waited_for_and_what_is_stuck_without_another_way_too() -> None:
    leased = replace(SENT, delivery="leased", candidates=(replace(SMS, is_well=False), EMAIL))
    alone = replace(SENT, candidates=(replace(SMS, is_well=False),))

    for standing in (SENT, leased, alone):
        waits = step(standing, Wishes(), now=NOW)
        assert (waits.state, waits.to, waits.withdraws) == ("sending", None, False)
        assert waits.due_at is not None
        assert waits.due_at > NOW


def test_quiet_hours_hold_all_but_what_is_critical() -> None:
    night = NOW.replace(hour=23)
    wishes = Wishes(quiet=NIGHT)
    critical = replace(FRESH, priority="critical")

    held = step(FRESH, wishes, now=night)
    assert (held.state, held.to, held.due_at) == (
        "waiting",
        None,
        datetime(2026, 1, 3, 6, tzinfo=UTC),
    )
    assert step(critical, wishes, now=night).to == SMS
    assert step(critical, replace(wishes, critical_at_once=False), now=night).to is None
    assert step(FRESH, wishes, now=NOW).to == SMS


@pytest.mark.parametrize(
    ("now", "quiet", "until"),
    [
        ("2026-01-02T21:00", NIGHT, "2026-01-03T06:00"),
        ("2026-01-02T20:59", NIGHT, None),
        ("2026-01-03T05:59", NIGHT, "2026-01-03T06:00"),
        ("2026-01-03T06:00", NIGHT, None),
        # Spring forward: the night is an hour shorter.
        ("2026-03-28T21:00", NIGHT, "2026-03-29T05:00"),
        # Fall back: an hour longer.
        ("2026-10-24T20:00", NIGHT, "2026-10-25T06:00"),
        # 02:30 does not exist on 29 March: it is as late as it would have been, 03:30 of summer.
        ("2026-03-29T01:15", replace(NIGHT, begins=time(1), ends=time(2, 30)), "2026-03-29T01:30"),
        # 02:30 comes twice on 25 October: quiet until the second.
        ("2026-10-25T00:45", replace(NIGHT, begins=time(1), ends=time(2, 30)), "2026-10-25T01:30"),
        ("2026-01-02T14:00", replace(NIGHT, begins=time(13), ends=time(15)), None),
        ("2026-01-02T12:00", replace(NIGHT, begins=time(13), ends=time(15)), "2026-01-02T14:00"),
    ],
)
def test_quiet_hours_are_those_of_where_people_live(
    now: str, quiet: QuietHours, until: str | None
) -> None:
    found = quiet_until(datetime.fromisoformat(now).replace(tzinfo=UTC), quiet)

    assert found == (datetime.fromisoformat(until).replace(tzinfo=UTC) if until else None)


@given(
    st.integers(1_577_836_800, 1_893_456_000).map(lambda at: datetime.fromtimestamp(at, UTC)),
    st.times(),
    st.times(),
    st.sampled_from(["UTC", "Europe/Madrid", "America/New_York", "Australia/Lord_Howe"]),
)
def test_quiet_hours_end_within_a_day_and_are_over_then(
    now: datetime, begins: time, ends: time, zone: str
) -> None:
    if begins == ends:
        return
    quiet = QuietHours(begins=begins, ends=ends, time_zone=zone)
    until = quiet_until(now, quiet)

    if until is not None:
        assert now < until <= now + timedelta(hours=26)
        assert until.astimezone(ZoneInfo(zone)).date() - now.astimezone(ZoneInfo(zone)).date() <= (
            timedelta(days=1)
        )


def test_words_are_those_of_the_channels_language_and_short() -> None:
    assert words("completed", "Send the report.", None, language=None) == "Done: Send the report."
    assert words("completed", "Informe", "en el  correo", language="es") == (
        "Hecho: Informe. en el correo"
    )
    assert words("failed", "Send it", "no answer", language="xx") == (
        "This did not work: Send it. no answer"
    )
    assert len(words("failed", "Send it", "x" * 5000, language="de")) < 400


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "xx", None])
def test_the_owner_reads_what_cannot_be_reached_and_why(language: str | None) -> None:
    said = unreachable_words("ann@example.org", "no  such\nmailbox.", language=language)

    assert "ann@example.org" in said
    assert "no such mailbox. " in said
    assert len(unreachable_words("a@b.c", "x" * 5000, language=language)) < 500
    assert "no reason given" in unreachable_words("a@b.c", "", language=language)
