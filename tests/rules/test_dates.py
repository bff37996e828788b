"""Dates as people write them, in the sender's zone; expected times are local wall times."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gateway.plugin.messages import DateMention
from gateway.rules.dates import MOST_MENTIONS, find_dates
from gateway.rules.reading import read

NEW_YORK = "America/New_York"
TUESDAY = "2026-09-29T10:00"


def dates(
    text: str, *, at: str = TUESDAY, zone: str = NEW_YORK, language: str = "en"
) -> list[DateMention]:
    now = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return list(find_dates(read(text), now=now, time_zone=zone, language=language))


def written(mentions: list[DateMention], zone: str = NEW_YORK) -> list[str]:
    shapes = {True: "%Y-%m-%dT%H:%M", False: "%Y-%m-%d"}
    return [each.at.astimezone(ZoneInfo(zone)).strftime(shapes[each.has_time]) for each in mentions]


ENGLISH = {
    "today": "2026-09-29",
    "tonight": "2026-09-29",
    "tomorrow": "2026-09-30",
    "tmrw at 9": "2026-09-30T09:00",
    "tomorrow morning": "2026-09-30T09:00",
    "tomorrow afternoon at 3": "2026-09-30T15:00",
    "tomorrow night at 8": "2026-09-30T20:00",
    "the day after tomorrow": "2026-10-01",
    "friday": "2026-10-02",
    "Friday 3pm": "2026-10-02T15:00",
    "3pm on Friday": "2026-10-02T15:00",
    "fri at noon": "2026-10-02T12:00",
    "Friday afternoon": "2026-10-02T15:00",
    "tuesday": "2026-10-06",
    "this tuesday": "2026-09-29",
    "next fri": "2026-10-09",
    "next Tuesday at 11": "2026-10-06T11:00",
    "mon next week": "2026-10-05",
    "next week monday": "2026-10-05",
    "Friday, Oct 2nd": "2026-10-02",
    "in two hours": "2026-09-29T12:00",
    "in 45 minutes": "2026-09-29T10:45",
    "in half an hour": "2026-09-29T10:30",
    "within 24 hours": "2026-09-30T10:00",
    "within 2h": "2026-09-29T12:00",
    "in 3 days": "2026-10-02",
    "in a couple of weeks": "2026-10-13",
    "in a month": "2026-10-29",
    "2 days from now": "2026-10-01",
    "2026-10-15": "2026-10-15",
    "2026-10-15 15:00": "2026-10-15T15:00",
    "2026-10-15T15:00Z": "2026-10-15T11:00",
    "2026-10-15T15:00:00.123+02:00": "2026-10-15T09:00",
    "Oct 2": "2026-10-02",
    "2 October": "2026-10-02",
    "2nd of October": "2026-10-02",
    "October 2nd, 2027": "2027-10-02",
    "Oct 6th, 2026 at 8:15 am": "2026-10-06T08:15",
    "sept 1": "2027-09-01",
    "by 10/3": "2026-10-03",
    "on 10/3/2027": "2027-10-03",
    "by 17/10": "2026-10-17",
    "by the 15th": "2026-10-15",
    "on the 2nd of October": "2026-10-02",
    "at half past 4": "2026-09-29T16:30",
    "at quarter to 5": "2026-09-29T16:45",
    "at 5": "2026-09-29T17:00",
    "at 8": "2026-09-29T20:00",
    "at 9": "2026-09-30T09:00",
    "at 9:45am": "2026-09-30T09:45",
    "at 12": "2026-09-29T12:00",
    "by noon": "2026-09-29T12:00",
    "before midnight": "2026-09-29T23:59",
    "end of week": "2026-10-02",
    "by the end of the month": "2026-09-30",
    "end of next week": "2026-10-09",
    "end of next month": "2026-10-31",
    "by eow": "2026-10-02",
    "in a fortnight": "2026-10-13",
    "on Fri 2 Oct": "2026-10-02",
    "by sat": "2026-10-03",
    "next weekend": "2026-10-11",
    "this weekend": "2026-10-04",
    "on 2-10-2027": "2027-10-02",
    "by tomorrow at 3 o'clock": "2026-09-30T15:00",
    "@ 5": "2026-09-29T17:00",
    "by end of October": "2026-10-31",
    "end of the year": "2026-12-31",
    "eod": "2026-09-29",
    "eod friday": "2026-10-02",
    "friday cob": "2026-10-02T17:00",
    "this week": "2026-10-02",
    "next week": "2026-10-09",
    "next month": "2026-10-31",
    "over the weekend": "2026-10-04",
    "Thursday's pitch": "2026-10-01",
}


@pytest.mark.parametrize("text", ENGLISH)
def test_an_english_date_is_resolved_ahead_of_now(text: str) -> None:
    assert written(dates(text)) == [ENGLISH[text]]


SPANISH = {
    "hoy": "2026-09-29",
    "mañana a las 10": "2026-09-30T10:00",
    "manana por la manana": "2026-09-30T09:00",
    "pasado mañana": "2026-10-01",
    "esta tarde": "2026-09-29T15:00",
    "a las 5 de la tarde": "2026-09-29T17:00",
    "a las 4 y media": "2026-09-29T16:30",
    "el viernes a las 17:00": "2026-10-02T17:00",
    "el próximo lunes": "2026-10-05",
    "el viernes que viene": "2026-10-02",
    "el 5 de octubre": "2026-10-05",
    "5 de octubre de 2027": "2027-10-05",
    "antes del 15": "2026-10-15",
    "en dos horas": "2026-09-29T12:00",
    "dentro de 3 días": "2026-10-02",
    "fin de mes": "2026-09-30",
    "la semana que viene": "2026-10-09",
    "para el 3/4": "2027-04-03",
    "al mediodía": "2026-09-29T12:00",
    "el mes que viene": "2026-10-31",
    "fin de la semana que viene": "2026-10-09",
    "finales del mes que viene": "2026-10-31",
    "finales de octubre": "2026-10-31",
    "fin del mes que viene": "2026-10-31",
}
GERMAN = {
    "heute Abend": "2026-09-29",
    "morgen um 9 Uhr": "2026-09-30T09:00",
    "morgen früh": "2026-09-30T09:00",
    "übermorgen 15:30": "2026-10-01T15:30",
    "uebermorgen": "2026-10-01",
    "bis Freitag 12 Uhr": "2026-10-02T12:00",
    "Fr 14 Uhr": "2026-10-02T14:00",
    "nächste Woche Montag": "2026-10-05",
    "nächsten Freitag": "2026-10-02",
    "bis zum 02.10.": "2026-10-02",
    "am 2.10.2027": "2027-10-02",
    "am 2. Oktober": "2026-10-02",
    "am 15. bitte": "2026-10-15",
    "in drei Tagen": "2026-10-02",
    "um halb fünf": "2026-09-29T16:30",
    "15.30 Uhr": "2026-09-29T15:30",
    "Ende der Woche": "2026-10-02",
    "Ende des Monats": "2026-09-30",
    "am Wochenende": "2026-10-04",
    "bis Monatsende": "2026-09-30",
}
FRENCH = {
    "demain à 14h30": "2026-09-30T14:30",
    "après-demain": "2026-10-01",
    "ce soir": "2026-09-29",
    "vendredi à midi": "2026-10-02T12:00",
    "samedi matin": "2026-10-03T09:00",
    "lundi prochain": "2026-10-05",
    "le 12 octobre": "2026-10-12",
    "le 1er octobre": "2026-10-01",
    "avant le 15": "2026-10-15",
    "dans 20 minutes": "2026-09-29T10:20",
    "dans 2h": "2026-09-29T12:00",
    "à 5 heures et demie": "2026-09-29T17:30",
    "fin du mois": "2026-09-30",
    "d'ici vendredi": "2026-10-02",
    "la semaine prochaine": "2026-10-09",
}


@pytest.mark.parametrize(
    ("language", "zone", "text", "expected"),
    [
        *(("es", "Europe/Madrid", text, want) for text, want in SPANISH.items()),
        *(("de", "Europe/Berlin", text, want) for text, want in GERMAN.items()),
        *(("fr", "Europe/Paris", text, want) for text, want in FRENCH.items()),
    ],
)
def test_a_date_in_another_language_is_resolved(
    language: str, zone: str, text: str, expected: str
) -> None:
    assert written(dates(text, zone=zone, language=language), zone) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "sent it yesterday at 3pm", "paid last Friday", "two weeks ago", "last month's report",
        "good morning", "may I come in", "24/7 support", "3/4 of the budget", "ship to 5th Avenue",
        "at 22 Oak Avenue", "on the 2nd floor", "version 3.4", "80% done", "invoice 2026",
        "call 555 0142", "cut it to 30 seconds", "20 mins late", "thanks for today", "on 13/13",
        "on Feb 30", "delivered this morning", "he sat down", "9999-12-31T23:59Z", "at 99",
        "open 24h", "the end of the story", "half past my bedtime", "at 13pm", "in a quarter",
        "on 1999-05-05", "in half a day", "end of next year", "the 2",
        "1000000 boxes", "weekend rates apply", "at 25:00", "raise it by 5%", "on 2-13-2027",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert dates(text) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "hace 3 días"),
        ("es", "el viernes pasado"),
        ("es", "la semana pasada"),
        ("es", "este viernes pasado"),
        ("es", "este mes pasado"),
        ("de", "vor zwei Tagen"),
        ("de", "letzten Freitag"),
        ("de", "Version 3.4"),
        ("de", "Guten Morgen"),
        ("fr", "il y a 2 heures"),
        ("fr", "vendredi dernier"),
        ("fr", "tous les jours"),
    ],
)
def test_what_is_over_is_no_date_in_any_language(language: str, text: str) -> None:
    assert dates(text, zone="Europe/Paris", language=language) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Friday 2pm to 4pm", ["2026-10-02T14:00", "2026-10-02T16:00"]),
        ("from 8am to noon on Thursday", ["2026-10-01T08:00", "2026-10-01T12:00"]),
        ("9am, later Friday 3pm", ["2026-09-30T09:00", "2026-10-02T15:00"]),
        ("Friday 3pm sharp maybe 4pm", ["2026-10-02T15:00", "2026-09-29T16:00"]),
        ("Monday or Tuesday", ["2026-10-05", "2026-10-06"]),
        ("the end of the story, by friday", ["2026-10-02"]),
        ("the 7:30 slot tomorrow", ["2026-09-30T07:30"]),
        ("Draft by Friday. Final by Oct 9.", ["2026-10-02", "2026-10-09"]),
    ],
)
def test_several_dates_keep_their_order_and_share_their_day(text: str, expected: list[str]) -> None:
    assert written(dates(text)) == expected


def test_a_mention_carries_the_words_that_were_read() -> None:
    assert [each.span for each in dates("Send it by Friday at 3pm please")] == ["Friday at 3pm"]


def test_a_flood_of_dates_is_cut() -> None:
    assert len(dates("friday. " * 200)) == MOST_MENTIONS


def test_all_times_are_in_utc() -> None:
    assert {each.at.tzinfo for each in dates("today, at 5pm, in two hours, 2026-10-15")} == {UTC}


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (NEW_YORK, ["2027-03-04"]),
        ("America/Chicago", ["2027-03-04"]),
        ("Europe/London", ["2027-04-03"]),
        ("Australia/Sydney", ["2027-04-03"]),
        ("UTC", []),
    ],
)
def test_an_english_3_4_is_read_as_the_region_writes_it(zone: str, expected: list[str]) -> None:
    assert written(dates("by 3/4", zone=zone), zone) == expected


def test_a_date_that_reads_one_way_only_needs_no_region() -> None:
    assert written(dates("by 25/12", zone="UTC"), "UTC") == ["2026-12-25"]


@pytest.mark.parametrize(
    ("at", "expected"),
    [("07:30", "2026-09-29T08:00"), ("10:00", "2026-09-29T20:00"), ("21:30", "2026-09-30T08:00")],
)
def test_a_time_alone_is_the_next_one(at: str, expected: str) -> None:
    assert written(dates("at 8", at=f"2026-09-29T{at}")) == [expected]


def test_a_day_after_the_last_one_of_the_calendar_is_none() -> None:
    assert dates("at 5", at="9999-12-31T23:00", zone="UTC") == []


def test_tomorrow_late_in_the_evening_is_the_day_after_the_local_one() -> None:
    # In UTC it is the next day already.
    found = dates("tomorrow", at="2026-09-29T23:30")

    assert written(found) == ["2026-09-30"]
    assert found[0].at == datetime(2026, 10, 1, 3, 59, tzinfo=UTC)


def test_a_day_ends_at_23_59_of_its_own_offset() -> None:
    # Clocks go back on 1 November: the day starts at UTC-4 and ends at UTC-5.
    assert dates("sunday", at="2026-10-28T09:00")[0].at == datetime(2026, 11, 2, 4, 59, tzinfo=UTC)


def test_hours_are_counted_through_a_change_of_the_clocks() -> None:
    found = dates("in two hours", at="2026-11-01T00:30")

    assert found[0].at == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    assert written(found) == ["2026-11-01T01:30"]


def test_a_time_that_the_clocks_skip_moves_forward() -> None:
    found = dates("march 8 at 2:30am", at="2026-03-01T09:00")

    assert written(found) == ["2026-03-08T03:30"]


def test_a_time_that_comes_twice_is_the_first_of_the_two() -> None:
    found = dates("nov 1 at 1:30am", at="2026-10-20T09:00")

    assert found[0].at == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("friday", "2026-12-30T09:00", "2027-01-01"),
        ("tomorrow", "2026-12-31T22:00", "2027-01-01"),
        ("Jan 3", "2026-12-30T09:00", "2027-01-03"),
        ("the 31st", "2026-09-29T10:00", "2026-10-31"),
        ("in 2 months", "2026-12-31T10:00", "2027-02-28"),
        ("Feb 29", "2026-09-29T10:00", "2028-02-29"),
        ("end of week", "2026-10-03T10:00", "2026-10-04"),
        ("next monday", "2026-10-04T10:00", "2026-10-05"),
        ("end of the quarter", "2026-09-29T10:00", "2026-09-30"),
        ("next month", "2026-12-05T10:00", "2027-01-31"),
    ],
)
def test_weeks_months_and_years_end_where_they_do(text: str, at: str, expected: str) -> None:
    assert written(dates(text, at=at)) == [expected]


def test_an_unknown_zone_is_utc() -> None:
    now = datetime(2026, 9, 29, 23, 30, tzinfo=UTC)
    for zone in ("Mars/Base", "", "America", "../etc/passwd", "\0", "x" * 5_000, "\ud800"):
        (found,) = find_dates(read("tomorrow"), now=now, time_zone=zone, language="en")
        assert found.at == datetime(2026, 9, 30, 23, 59, tzinfo=UTC)


def test_a_span_longer_than_the_calendar_is_no_date() -> None:
    assert dates("in 9999 years") == []
    assert dates("in 500 weeks")[0].at > datetime(2026, 9, 29, tzinfo=UTC) + timedelta(days=3_400)
