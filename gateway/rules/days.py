"""Rules that read a day out of a row of cues."""

from collections.abc import Callable
from datetime import UTC, date, timedelta
from typing import Final

from gateway.rules.calendar_words import CalendarWords, Found
from gateway.rules.moments import (
    AFTER,
    END,
    SUNDAY,
    coming_date,
    coming_day_of_month,
    coming_weekday,
    end_of_month,
    end_of_named_month,
    end_of_week,
    this_weekday,
    valid,
    weekday_of_next_week,
)
from gateway.rules.vocabulary.units import HOUR, MINUTE, MONTH, NIGHT, WEEK

YEARS: Final = range(2000, 2100)
"""A year outside of these is rather a number."""
_LAST_DAY: Final = 31

Step = tuple[Found, int] | None
"""What was read, and the place in the row where reading goes on."""


def day_at(words: CalendarWords, place: int) -> Step:
    """The day that is said at this place of the row."""
    for rule in _RULES.get(words.kind(place), ()):
        step = rule(words, place)
        if step:
            return step
    return None


def _on(words: CalendarWords, place: int, end: int, day: date) -> Step:
    return Found(*words.span(place, end), day=day), end


def _named(words: CalendarWords, place: int, end: int, day: date) -> Step:
    return Found(*words.span(place, end), day=day, weak=True), end


def _gone(words: CalendarWords, place: int, end: int) -> Step:
    return Found(*words.span(place, end), gone=True), end


def _day(words: CalendarWords, place: int) -> Step:
    day = words.here.today + timedelta(days=words.value(place)[0])
    return _on(words, place, place + 1, day)


def _night(words: CalendarWords, place: int) -> Step:
    found = Found(*words.span(place, place + 1), day=words.here.today, part=NIGHT)
    return found, place + 1


def _past(words: CalendarWords, place: int) -> Step:
    return _gone(words, place, place + 1)


def _weekday(words: CalendarWords, place: int) -> Step:
    weekday, today = words.value(place)[0], words.here.today
    after = words.kind(place + 1)
    if after == "last":
        return _gone(words, place, place + 2)
    if after == "next":
        end = place + 3 if words.kind(place + 2) == "unit" else place + 2
        day = weekday_of_next_week(weekday, today)
        return _named(words, place, end, day)
    end = place + 2 if after == "coming" and words.kind(place + 2) != "part" else place + 1
    return _named(words, place, end, coming_weekday(weekday, today))


def _short_weekday(words: CalendarWords, place: int) -> Step:
    """An abbreviation that is also a word ("sat", "do") counts only between other date words."""
    led = words.kind(place - 1) in {"link", "at", "the", "next", "coming", "month"}
    followed = words.kind(place + 1) in {"clock", "part", "date", "at", "month", "number", "next"}
    written = words.reading.capitalised(words.row[place].first)
    if words.language == "de":
        return _weekday(words, place) if written and (led or followed) else None
    return _weekday(words, place) if led or followed or len(words.row) == 1 else None


def _next(words: CalendarWords, place: int) -> Step:
    kind, today = words.kind(place + 1), words.here.today
    if kind in {"weekday", "weekday?"}:
        day = weekday_of_next_week(words.value(place + 1)[0], today)
        return _named(words, place, place + 2, day)
    if kind == "weekend":
        day = weekday_of_next_week(SUNDAY, today)
        return _on(words, place, place + 2, day)
    unit = words.value(place) or (words.value(place + 1) if kind == "unit" else ())
    if unit == (WEEK,):
        end = place + 1 if words.value(place) else place + 2
        return _within_next_week(words, place, end)
    if unit == (MONTH,):
        return _on(words, place, place + 2, end_of_month(today, 1))
    return None


def _within_next_week(words: CalendarWords, place: int, end: int) -> Step:
    """As in "next week", or "next week Friday"."""
    today = words.here.today
    beyond = end + 1 if words.kind(end) in {"link", "the", "at"} else end
    if words.kind(beyond) in {"weekday", "weekday?"}:
        day = weekday_of_next_week(words.value(beyond)[0], today)
        return _named(words, place, beyond + 1, day)
    return _on(words, place, end, end_of_week(today + timedelta(weeks=1)))


def _next_month(words: CalendarWords, place: int) -> Step:
    return _on(words, place, place + 1, end_of_month(words.here.today, 1))


def _coming(words: CalendarWords, place: int) -> Step:
    kind, today = words.kind(place + 1), words.here.today
    if kind in {"weekday", "weekday?"}:
        if words.kind(place + 2) == "last":
            return _gone(words, place, place + 3)
        day = this_weekday(words.value(place + 1)[0], today)
        return _named(words, place, place + 2, day)
    if kind == "weekend":
        return _on(words, place, place + 2, this_weekday(SUNDAY, today))
    if kind == "unit" and words.value(place + 1)[0] in END:
        if words.kind(place + 2) == "last":
            return _gone(words, place, place + 3)
        return _on(words, place, place + 2, END[words.value(place + 1)[0]](today))
    return None


def _last(words: CalendarWords, place: int) -> Step:
    if words.kind(place + 1) in {"weekday", "weekday?", "unit", "month", "weekend"}:
        return _gone(words, place, place + 2)
    return None


def _weekend(words: CalendarWords, place: int) -> Step:
    """As in "the weekend"; but not "weekend rates"."""
    if words.kind(place - 1) not in {"link", "the", "at", "within"} and not words.ends_phrase(
        place + 1
    ):
        return None
    return _on(words, place, place + 1, this_weekday(SUNDAY, words.here.today))


def _month_first(words: CalendarWords, place: int) -> Step:
    """As in "October 2nd, 2026"."""
    after = place + 2 if words.kind(place + 1) == "the" else place + 1
    if words.kind(after) in {"number", "ordinal"} and words.digits(after):
        return _month_day(words, place, after + 1, words.value(place)[0], words.value(after)[0])
    return None


def _day_first(words: CalendarWords, place: int) -> Step:
    """As in "2 October", "2nd of October", "2 de octubre de 2026"."""
    after = place + 2 if words.kind(place + 1) == "of" else place + 1
    if words.kind(after) == "month" and words.digits(place):
        return _month_day(words, place, after + 1, words.value(after)[0], words.value(place)[0])
    return None


def _month_day(words: CalendarWords, place: int, end: int, month: int, day: int) -> Step:
    after = end + 1 if words.kind(end) == "of" else end
    year = words.number(after) or 0
    if year in YEARS:
        found, end = valid(year, month, day), after + 1
    else:
        found = coming_date(month, day, words.here.today)
    return _on(words, place, end, found) if found else None


def _counted(words: CalendarWords, place: int) -> Step:
    """As in "3 days ago", "2 hours from now"."""
    if words.kind(place + 1) != "unit":
        return None
    if words.kind(place + 2) == "ago":
        return _gone(words, place, place + 3)
    if words.kind(place + 2) == "from-now":
        return _after(words, place, place + 3, (words.value(place)[0], words.value(place + 1)[0]))
    return None


def _ago_before(words: CalendarWords, place: int) -> Step:
    if words.kind(place + 1) == "number" and words.kind(place + 2) == "unit":
        return _gone(words, place, place + 3)
    return None


def _within(words: CalendarWords, place: int) -> Step:
    """As in "in two hours", "in half an hour", "within 2h"."""
    if words.kind(place + 1) == "length":
        number, unit = words.value(place + 1)
        return _after(words, place, place + 2, (number, unit))
    if (
        words.kind(place + 1) == "clock"
        and words.reading.words[words.row[place + 1].first][-1] == "h"
    ):
        return _after(words, place, place + 2, (words.value(place + 1)[0], HOUR))
    if words.kind(place + 1) == "half" and words.kind(place + 2) == "unit":
        half = (30, MINUTE) if words.value(place + 2) == (HOUR,) else None
        return _after(words, place, place + 3, half) if half else None
    number = words.number(place + 1) or 0
    if number and words.kind(place + 2) == "unit":
        return _after(words, place, place + 3, (number, words.value(place + 2)[0]))
    return None


def _after(words: CalendarWords, place: int, end: int, span: tuple[int, int]) -> Step:
    number, unit = span
    if unit in {MINUTE, HOUR}:
        length = timedelta(minutes=number) if unit == MINUTE else timedelta(hours=number)
        # In UTC, because a local day may have 23 or 25 hours.
        now = words.here.now.astimezone(UTC).replace(second=0, microsecond=0)
        return Found(*words.span(place, end), moment=now + length), end
    if unit not in AFTER:
        return None
    return _on(words, place, end, AFTER[unit](words.here.today, number))


def _end(words: CalendarWords, place: int) -> Step:
    today, kind = words.here.today, words.kind(place + 1)
    if kind == "unit" and words.value(place + 1)[0] in END:
        return _on(words, place, place + 2, END[words.value(place + 1)[0]](today))
    if kind == "month":
        return _on(words, place, place + 2, end_of_named_month(words.value(place + 1)[0], today))
    if kind == "next" and words.value(place + 1) == (WEEK,):
        return _on(words, place, place + 2, end_of_week(today + timedelta(weeks=1)))
    if kind == "next-month":
        return _on(words, place, place + 2, end_of_month(today, 1))
    return None


def _end_next(words: CalendarWords, place: int) -> Step:
    today = words.here.today
    unit = words.value(place + 1) if words.kind(place + 1) == "unit" else ()
    if unit == (WEEK,):
        return _on(words, place, place + 2, end_of_week(today + timedelta(weeks=1)))
    return _on(words, place, place + 2, end_of_month(today, 1)) if unit == (MONTH,) else None


def _end_of(words: CalendarWords, place: int) -> Step:
    return _on(words, place, place + 1, END[words.value(place)[0]](words.here.today))


def _date(words: CalendarWords, place: int) -> Step:
    year, month, day = words.value(place)[:3]
    if year and year not in YEARS:
        return None
    found = valid(year, month, day) if year else coming_date(month, day, words.here.today)
    if found is None:
        return None
    clock = words.value(place)[3:]
    span = words.span(place, place + 1)
    return Found(*span, day=found, clock=(clock[0], clock[1]) if clock else None), place + 1


def _doubtful_date(words: CalendarWords, place: int) -> Step:
    """As in "3/4" is a date only after a word that leads to one, or at the end of what is said."""
    led = words.kind(place - 1) in {"link", "at", "the", "weekday", "weekday?", "coming"}
    ends = words.ends_phrase(place + 1) and place > 0
    return _date(words, place) if led or ends else None


def _ordinal(words: CalendarWords, place: int) -> Step:
    """As in "the 15th", "am 15.", "el 15"; but not "the 2nd floor"."""
    if words.kind(place + 1) not in {"ordinal", "number"} or not words.digits(place + 1):
        return None
    step = _day_first(words, place + 1)
    if step:
        return step
    day = words.value(place + 1)[0]
    plain = words.kind(place + 1) == "number"
    if plain and not (words.kind(place) == "the" and _numbers_days(words, place + 1)):
        return None
    if words.kind(place + 2) in {"unit", "oclock"} or not words.ends_phrase(place + 2):
        return None
    found = coming_day_of_month(day, words.here.today) if 1 <= day <= _LAST_DAY else None
    return _on(words, place + 1, place + 2, found) if found else None


def _numbers_days(words: CalendarWords, place: int) -> bool:
    """Whether a plain number can be a day: German writes it with a full stop, English never."""
    end = words.reading.ends[words.row[place].last - 1]
    return words.language in {"es", "fr"} or words.reading.low.startswith(".", end)


_RULES: Final[dict[str, tuple[Callable[[CalendarWords, int], Step], ...]]] = {
    "day": (_day,),
    "night": (_night,),
    "past": (_past,),
    "weekday": (_weekday,),
    "weekday?": (_short_weekday,),
    "next": (_next,),
    "next-month": (_next_month,),
    "coming": (_coming,),
    "last": (_last,),
    "weekend": (_weekend,),
    "month": (_month_first,),
    "number": (_day_first, _counted),
    "ordinal": (_day_first,),
    "ago-before": (_ago_before,),
    "within": (_within,),
    "end": (_end,),
    "end-next": (_end_next,),
    "eo": (_end_of,),
    "date": (_date,),
    "date?": (_doubtful_date,),
    "the": (_ordinal,),
    "at": (_ordinal,),
    "link": (_ordinal,),
}
