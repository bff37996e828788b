"""The dates of a text, resolved where its sender lives; a day without a year lies ahead."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import zip_longest
from typing import Final

from gateway.plugin.messages import DateMention
from gateway.rules.calendar_words import CalendarWords, Found, calendar_words
from gateway.rules.clocks import clock_at
from gateway.rules.days import YEARS, day_at
from gateway.rules.moments import END_OF_DAY, Here, at_wall, here
from gateway.rules.numerals import NOON
from gateway.rules.reading import Reading, fold
from gateway.rules.vocabulary.dates import SPOKEN_DAYS
from gateway.rules.vocabulary.units import AFTERNOON, EVENING, MORNING, NIGHT

MOST_MENTIONS: Final = 8
_FOREIGN_DAYS: Final = 2
_LINKS: Final = frozenset({"link", "at", "the", "of", "ago-before"})
_LONGEST_LINK: Final = 2
_INHERITING: Final = frozenset({"to", "and", "until", "till", "a", "y", "bis", "und", "et", "or"})
_STARTS: Final = {MORNING: time(9), AFTERNOON: time(15), EVENING: time(18)}
_LAST_SMALL_HOUR: Final = 6
_EVENING_HOURS: Final = frozenset({7, 8})


def find_dates(
    reading: Reading, *, now: datetime, time_zone: str, language: str
) -> tuple[DateMention, ...]:
    """The dates that a text mentions, in their order; days that are over are left out.

    A day of another language counts as well: "by Freitag".
    """
    if not reading.words:
        return ()
    found = _dates_in(reading, now=now, time_zone=time_zone, language=language)
    foreign = [word for word in reading.words if language not in SPOKEN_DAYS.get(word, (language,))]
    for word in foreign[:_FOREIGN_DAYS]:
        other = SPOKEN_DAYS[word][0]
        more = _dates_in(reading, now=now, time_zone=time_zone, language=other)
        found = _merged(reading, found, [m for m in more if word in fold(m.span)])
    return tuple(found[:MOST_MENTIONS])


def _merged(
    reading: Reading, found: Sequence[DateMention], more: Sequence[DateMention]
) -> list[DateMention]:
    """All of them in their order; of two in the same place, the longer one."""
    kept: list[tuple[int, DateMention]] = []
    for mention in sorted([*found, *more], key=lambda each: -len(each.span)):
        start = reading.clean.find(mention.span)
        end = start + len(mention.span)
        if all(end <= at or at + len(other.span) <= start for at, other in kept):
            kept.append((start, mention))
    return [mention for _, mention in sorted(kept, key=lambda pair: pair[0])]


def _dates_in(
    reading: Reading, *, now: datetime, time_zone: str, language: str
) -> list[DateMention]:
    around = here(now, time_zone)
    found: list[DateMention] = []
    for words in calendar_words(reading, around, language=language, zone_name=time_zone):
        for each in _with_day_of_next(words, list(_joined(words))):
            mention = _mention(reading, around, each)
            if mention:
                found.append(mention)
                if len(found) == MOST_MENTIONS:
                    return found
    return found


def _joined(words: CalendarWords) -> Iterator[Found]:
    """What was found, with a day and its time made one."""
    held: Found | None = None
    held_end = 0
    for found, place, end in _steps(words):
        joined = None
        if held and (_linked(words, held_end, place) or _frames_noun(words, held, found, place)):
            joined = _join(held, found)
        if joined is None:
            if held:
                yield held
            joined = _inherit(words, held, found)
        held, held_end = joined, end
    if held:
        yield held


def _steps(words: CalendarWords) -> Iterator[tuple[Found, int, int]]:
    place = 0
    while place < len(words.row):
        step = None
        if words.row[place].kind:
            # A year that does not exist, or lies beyond the calendar, is no date.
            try:
                step = day_at(words, place) or _instant(words, place) or clock_at(words, place)
            except (OverflowError, ValueError):
                step = None
        if step:
            yield step[0], place, step[1]
            place = step[1]
        else:
            place += 1


def _instant(words: CalendarWords, place: int) -> tuple[Found, int] | None:
    if words.kind(place) != "instant":
        return None
    year, month, day, hour, minute, offset = words.value(place)
    if year not in YEARS:
        return None
    wall = datetime(year, month, day, hour, minute, tzinfo=UTC)
    moment = wall - timedelta(minutes=offset)
    return Found(*words.span(place, place + 1), moment=moment), place + 1


def _linked(words: CalendarWords, end: int, place: int) -> bool:
    """Whether only small words stand between two finds: "Friday at 3pm", "3pm on Friday"."""
    between = words.row[end:place]
    return len(between) <= _LONGEST_LINK and all(cue.kind in _LINKS for cue in between)


def _frames_noun(words: CalendarWords, time: Found, day: Found, place: int) -> bool:
    """As in "the 7:30 slot tomorrow": one word may stand between a time and its day."""
    if time.day or time.clock is None or day.day is None or day.clock or day.first - time.last != 1:
        return False
    return words.kind(place - 1) == "" and "," not in words.before(place - 1) + words.before(place)


def _join(one: Found, two: Found) -> Found | None:
    """Both as one find, None when they contradict each other."""
    if one.moment or two.moment:
        return None
    if one.day and two.day and not (one.weak or two.weak):
        return None
    if (one.clock and two.clock) or (one.part is not None and two.part is not None):
        return None
    if (one.clock or one.part is not None) and two.gone:
        return replace(two, first=one.first)
    if one.gone:
        return None if two.day else replace(one, last=two.last)
    timed = one if one.clock else two
    return Found(
        one.first,
        two.last,
        day=(two.day if one.weak and two.day else one.day) or two.day,
        clock=timed.clock,
        exact=timed.exact,
        part=one.part if two.part is None else two.part,
        weak=one.weak and two.weak,
        rival=one.rival or two.rival or _rival(one, two),
    )


def _rival(one: Found, two: Found) -> date | None:
    """The day that a weekday names beside a date which falls on another one."""
    if not (one.day and two.day) or one.weak == two.weak:
        return None
    named, dated = (one, two) if one.weak else (two, one)
    assert named.day
    assert dated.day
    days = (named.day.weekday() - dated.day.weekday() + 3) % 7 - 3
    return dated.day + timedelta(days=days) if days else None


def _with_day_of_next(words: CalendarWords, found: Sequence[Found]) -> Iterator[Found]:
    """A first time takes the day of the second: "from 8am to noon on Thursday"."""
    for one, two in zip_longest(found, found[1:]):
        if two and two.day and two.clock and one.clock and not one.day:
            between = words.reading.words[one.last : two.first]
            if len(between) == 1 and between[0] in _INHERITING:
                yield replace(one, day=two.day)
                continue
        yield one


def _inherit(words: CalendarWords, before: Found | None, found: Found) -> Found:
    """A second time takes the day of the first: "Friday 2pm to 4pm"."""
    if not (before and before.day and before.clock and found.clock and not found.day):
        return found
    between = words.reading.words[before.last : found.first]
    if len(between) > 1 or not all(word in _INHERITING for word in between):
        return found
    return replace(found, day=before.day)


def _mention(reading: Reading, around: Here, found: Found) -> DateMention | None:
    if found.gone:
        return None
    span = reading.written(found.first, found.last)
    # Around year 1 and year 9999 the arithmetic of zones leaves the calendar.
    try:
        if found.moment:
            return DateMention(span=span, at=found.moment.astimezone(UTC), has_time=True)
        clock = _clock(found)
        at = at_wall(found.day or around.today, clock or END_OF_DAY, around.zone)
        if found.day is None and clock:
            at = _ahead(around, found, clock, at)
        if at < around.now and found.clock is None and found.part is not None:
            return None
        rival = at_wall(found.rival, clock or END_OF_DAY, around.zone) if found.rival else None
    except (OverflowError, ValueError):
        return None
    return DateMention(span=span, at=at, has_time=clock is not None, rival=rival)


def _clock(found: Found) -> time | None:
    if found.clock is None:
        return None if found.part in {None, NIGHT} else _STARTS[found.part or MORNING]
    hour, minute = found.clock
    # Nobody means 3 in the morning by "at 3".
    late = found.part not in {None, MORNING} or (found.part is None and hour <= _LAST_SMALL_HOUR)
    return time(hour + NOON if late and hour < NOON and not found.exact else hour, minute)


def _ahead(around: Here, found: Found, clock: time, at: datetime) -> datetime:
    """A time without a day: the next one that is still to come."""
    if at >= around.now or found.clock is None:
        return at
    if not found.exact and clock.hour in _EVENING_HOURS:
        evening = at_wall(around.today, clock.replace(hour=clock.hour + NOON), around.zone)
        if evening >= around.now:
            return evening
    return at_wall(around.today + timedelta(days=1), clock, around.zone)
