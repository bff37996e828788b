"""Rules that read a time of day out of a row of cues."""

from collections.abc import Callable
from typing import Final

from gateway.rules.calendar_words import CalendarWords, Found
from gateway.rules.days import Step
from gateway.rules.numerals import LAST_HOUR, NOON
from gateway.rules.vocabulary import grammar
from gateway.rules.vocabulary.units import HOUR, NIGHT

_MINUTES: Final = 60
_END_OF_DAY: Final = (23, 59)


def clock_at(words: CalendarWords, place: int) -> Step:
    """The time of day, or part of the day, that is said at this place of the row."""
    for rule in _RULES.get(words.kind(place), ()):
        step = rule(words, place)
        if step:
            return step
    return None


def _clock(words: CalendarWords, place: int) -> Step:
    hour, minute, exact = words.value(place)
    return _half_day(words, place, place + 1, (hour * _MINUTES + minute, bool(exact)))


def _half_day(words: CalendarWords, place: int, end: int, clock: tuple[int, bool]) -> Step:
    """Takes what follows a time: "pm", "Uhr", "de la tarde", "y media"."""
    minutes, exact = clock
    # A 24-hour clock says "Uhr" or "heures"; an English "o'clock" leaves the half of the day open.
    while _hours_kind(words, end) in {"oclock", "past-hour-after"}:
        if words.kind(end) == "past-hour-after":
            minutes += words.value(end)[0]
        end += 1
    half = words.kind(end)
    if half in {"am", "pm"} and minutes < (NOON + 1) * _MINUTES:
        minutes = minutes % (NOON * _MINUTES) + (NOON * _MINUTES if half == "pm" else 0)
        exact, end = True, end + 1
    hour, minute = divmod(minutes, _MINUTES)
    found = Found(*words.span(place, end), clock=(hour % LAST_HOUR, minute), exact=exact)
    return found, end


def _at_number(words: CalendarWords, place: int) -> Step:
    """As in "at 5", "um neun": a bare number needs a word before it and an end behind it."""
    hour = words.number(place + 1)
    if hour is None or hour >= LAST_HOUR:
        return None
    follower = _hours_kind(words, place + 2)
    certain = follower in {"oclock", "am", "pm", "past-hour-after"}
    if follower in {"unit", "month", "of"} or "-" in words.before(place + 1):
        return None
    if not certain and not (words.ends_phrase(place + 2) and _is_time_word(words, place)):
        return None
    return _half_day(words, place + 1, place + 2, (hour * _MINUTES, hour > NOON or hour == 0))


def _hours_kind(words: CalendarWords, place: int) -> str:
    """The kind at this place; "heures" and "horas" after a number are read as "o'clock"."""
    kind = words.kind(place)
    if kind == "unit" and words.value(place) == (HOUR,) and words.language in {"es", "fr"}:
        return "oclock"
    return kind


def _is_time_word(words: CalendarWords, place: int) -> bool:
    word = words.reading.words[words.row[place].first]
    return word not in grammar.NEEDS_OCLOCK.get(words.language, frozenset())


def _number(words: CalendarWords, place: int) -> Step:
    """As in "5 pm", "9 Uhr", "10 heures", "@ 5"."""
    hour = words.number(place)
    if hour is None or hour > LAST_HOUR:
        return None
    marked = words.kind(place + 1) in {"oclock", "am", "pm"}
    signed = words.before(place).endswith(("@", "@ ")) and words.ends_phrase(place + 1)
    if not (marked or signed):
        return None
    return _half_day(words, place, place + 1, (hour * _MINUTES, hour > NOON))


def _past_hour(words: CalendarWords, place: int) -> Step:
    """As in "half past 4", "quarter to five", "halb fünf"."""
    hour = words.number(place + 1)
    if hour is None or not 1 <= hour <= NOON:
        return None
    return _half_day(words, place, place + 2, (hour * _MINUTES + words.value(place)[0], False))


def _fixed(words: CalendarWords, place: int) -> Step:
    hour, minute = words.value(place)
    return Found(*words.span(place, place + 1), clock=(hour, minute)), place + 1


def _close(words: CalendarWords, place: int) -> Step:
    span, (hour, minute) = words.span(place, place + 1), words.value(place)
    if (hour, minute) == _END_OF_DAY:
        return Found(*span, part=NIGHT), place + 1
    return Found(*span, clock=(hour, minute)), place + 1


def _part(words: CalendarWords, place: int) -> Step:
    return Found(*words.span(place, place + 1), part=words.value(place)[0]), place + 1


_RULES: Final[dict[str, tuple[Callable[[CalendarWords, int], Step], ...]]] = {
    "clock": (_clock,),
    "at": (_at_number,),
    "number": (_number,),
    "past-hour": (_past_hour,),
    "fixed": (_fixed,),
    "close": (_close,),
    "part": (_part,),
}
