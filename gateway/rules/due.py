"""Deadlines: which date of a message is one, and how a date is said."""

from datetime import datetime, time, timedelta
from typing import Final

from gateway.plugin.messages import Analysis, DateMention
from gateway.rules.moments import END_OF_DAY, wall_clock, zone_named
from gateway.rules.phrases.wording import Wording
from gateway.rules.reading import fold
from gateway.rules.vocabulary import grammar

_BEFORE: Final = 16
_NOON: Final = 12
_JUST_NOW: Final = timedelta(hours=18)


def deadline_of(text: str, analysis: Analysis, *, now: datetime) -> DateMention | None:
    """The date by which a message wants something done; None when it names none.

    A date after "by", "before" or "until" goes before others, then the first one; what is moved is
    due at its new time, the last one. One that is over counts only where nothing else can be meant.
    """
    mentions = analysis.entities.dates
    ahead = [mention for mention in mentions if mention.at > now]
    folded = fold(text) if mentions else ""
    for mention in ahead or mentions:
        place = folded.find(fold(mention.span))
        led_by = folded[max(0, place - _BEFORE) : place].split()
        if not grammar.DEADLINE_WORDS.isdisjoint(led_by[-2:]):
            return mention
    if not ahead:
        return next((m for m in mentions if m.has_time and now - m.at < _JUST_NOW), None)
    moved = not grammar.MOVING_VERBS.isdisjoint(folded.split())
    return ahead[-1 if moved else 0]


def said(at: datetime, wording: Wording, *, time_zone: str, now: datetime) -> str:
    """A deadline as a person where it is due would say it: "Fri 2 Oct, 5:00 pm"."""
    zone = zone_named(time_zone)
    local = wall_clock(at, zone)
    same_year = local.year == wall_clock(now, zone).year
    day = (wording.day if same_year else wording.day_with_year).format(
        weekday=wording.weekdays[local.weekday()],
        day=local.day,
        month=wording.months[local.month - 1],
        year=local.year,
    )
    if is_whole_day(local):
        return day
    return wording.with_time.format(day=day, time=_clock(local.time(), wording))


def is_whole_day(local: datetime) -> bool:
    """Whether this local time stands for the end of a day and not for a time in it."""
    return local.time().replace(second=0, microsecond=0) == END_OF_DAY


def _clock(clock: time, wording: Wording) -> str:
    if not wording.twelve_hours:
        return f"{clock.hour:02}:{clock.minute:02}"
    half = "am" if clock.hour < _NOON else "pm"
    return f"{clock.hour % _NOON or _NOON}:{clock.minute:02} {half}"
