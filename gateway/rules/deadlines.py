"""When a task is due: the words of the person decide, not a model's arithmetic."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from gateway.plugin.messages import DateMention, TaskDraft, Turn
from gateway.rules.dates import find_dates
from gateway.rules.moments import END_OF_DAY, at_wall, coming_date, here, wall_clock, zone_named
from gateway.rules.reading import fold, read

Doubt = Literal["past", "conflict"]

_SLASHED: Final = re.compile(
    r"\b(?:by|before|until|till|due|on|for)\s+([1-9]|1[0-2])/([1-9]|1[0-2])\b(?![/\d])"
)
_EXAMINED: Final = 1_000
_WITHOUT_PLACE: Final = ("UTC", "Etc/", "GMT", "Zulu", "UCT", "Universal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """When a task is due; with a doubt, `options` are what the person may have meant instead."""

    at: datetime | None
    doubt: Doubt | None = None
    options: tuple[datetime, ...] = ()


def deadline_for(draft: TaskDraft, turn: Turn | None, *, time_zone: str) -> Deadline:
    """The deadline of a draft, from the words of its message in the person's time zone.

    In doubt when the date is over, when a weekday and a date contradict each other, when nobody
    can know which number is the month, and when a model understood another day than the words say.
    """
    if turn is None or turn.structured:
        return Deadline(at=draft.deadline)
    mention = _mention(draft, turn, time_zone) or _either_way(draft, turn, time_zone)
    at = mention.at if mention else draft.deadline
    rival = _rival(draft, mention, zone_named(time_zone))
    if at and rival:
        return Deadline(at=None, doubt="conflict", options=tuple(sorted((at, rival))))
    if at and at <= turn.at:
        return Deadline(at=None, doubt="past", options=(at,))
    return Deadline(at=at)


def _rival(draft: TaskDraft, mention: DateMention | None, zone: ZoneInfo) -> datetime | None:
    """The other moment that may be meant: of the words themselves, or as a model read them."""
    if mention is None or mention.rival is not None or draft.deadline is None:
        return mention.rival if mention else None
    guess = draft.deadline
    days = [wall_clock(at, zone).date() for at in (mention.at, guess)]
    return guess if days[0] != days[1] else None


def _mention(draft: TaskDraft, turn: Turn, time_zone: str) -> DateMention | None:
    """The date that the span of a draft names, as its message says it."""
    span = fold(draft.deadline_span.strip())
    if not span or turn.analysis is None:
        return None
    for mention in turn.analysis.entities.dates:
        words = fold(mention.span)
        if words in span or span in words:
            return mention
    language = turn.analysis.language
    found = find_dates(
        read(draft.deadline_span), now=turn.at, time_zone=time_zone, language=language
    )
    return next(iter(found), None)


def _either_way(draft: TaskDraft, turn: Turn, time_zone: str) -> DateMention | None:
    """A date such as "by 3/4" where neither language nor zone says which is the month."""
    text = f"by {draft.deadline_span}" if draft.deadline_span else turn.text[:_EXAMINED]
    match = _SLASHED.search(fold(text)) if "/" in text else None
    if match is None or not time_zone.startswith(_WITHOUT_PLACE):
        return None
    one, two = int(match[1]), int(match[2])
    around = here(turn.at, time_zone)
    days = [coming_date(one, two, around.today), coming_date(two, one, around.today)]
    moments = sorted({at_wall(day, END_OF_DAY, around.zone) for day in days if day})
    if len(moments) == 1:
        return DateMention(span=match[0], at=moments[0])
    return DateMention(span=match[0], at=moments[0], rival=moments[1])
