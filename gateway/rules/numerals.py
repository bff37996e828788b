"""What a word that starts with a digit says about days and times."""

import re
from collections.abc import Callable
from typing import Final

from gateway.rules.reading import Reading
from gateway.rules.vocabulary.lexicon import Cue
from gateway.rules.vocabulary.units import DAY, HOUR, MINUTE, WEEK

_ISO = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})"
    r"(?:t(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d{1,9})?)?(z|[+-]\d{2}:?\d{2})?)?(?![\w/-])"
)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?")
_DASHED = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})(?:\.(\d{4}|\d{2}))?")
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(am|pm|a|p)")
_COLON = re.compile(r"(\d{1,2}):(\d{2})")
_HOURS = re.compile(r"(\d{1,2})(?:h|u|uhr)(\d{2})?")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|eme|e)")
_SPAN = re.compile(r"(\d{1,3})(h|hr|hrs|m|min|mins|mn|d|w|wk|wks)")
_UNITS: Final = {"h": HOUR, "m": MINUTE, "d": DAY, "w": WEEK}

NOON: Final = 12
LAST_HOUR: Final = 24
LAST_MINUTE: Final = 59
LAST_MONTH: Final = 12
LAST_DAY: Final = 31
_CENTURY: Final = 100
_LONGEST_NUMBER: Final = 4
_EXACT = 1
_AMBIGUOUS = 0


def numeral(reading: Reading, index: int, *, day_first: bool | None, language: str) -> Cue | None:
    """The cue of the digits at `index`.

    `day_first` decides "3/4"; when it is None such a date counts only if it can be read one way.
    """
    word = reading.words[index]
    if word.isdecimal():
        # A decimal point, a currency sign or a percent sign makes it an amount.
        if len(word) > _LONGEST_NUMBER or reading.low.startswith(("%", ",0"), reading.ends[index]):
            return None
        return Cue("number", (int(word),), index, index + 1)
    if "-" in word:
        return _iso(reading, index) or _read(word, index, _DASHED, _day_month_year)
    if "/" in word:
        return _slashed(word, index, day_first)
    if word == "24h":
        return None
    return (
        _read(word, index, _CLOCK, _twelve_hours)
        or _dotted_hours(reading, index)
        or _dotted(reading, index, day_first)
        or _read(word, index, _COLON, _hours)
        or _of_language(reading, index, language)
    )


def _read(
    word: str,
    index: int,
    pattern: re.Pattern[str],
    meaning: Callable[[re.Match[str]], tuple[str, tuple[int, ...]] | None],
) -> Cue | None:
    match = pattern.fullmatch(word)
    found = meaning(match) if match else None
    return Cue(*found, index, index + 1) if found else None


def _iso(reading: Reading, index: int) -> Cue | None:
    match = _ISO.match(reading.low, reading.starts[index])
    if not match:
        return None
    last = index + 1
    while last < len(reading.words) and reading.starts[last] < match.end():
        last += 1
    numbers = tuple(int(part) for part in match.groups()[:5] if part)
    if len(numbers) > 3 and match[6]:  # noqa: PLR2004 - year, month and day, then a time
        sign = -1 if match[6].startswith("-") else 1
        digits = match[6].strip("z+-").replace(":", "") or "0000"
        return Cue(
            "instant", (*numbers, sign * (int(digits[:2]) * 60 + int(digits[2:]))), index, last
        )
    return Cue("date", numbers, index, last)


def _year(text: str | None) -> int:
    """A year of four digits, zero when none was said."""
    number = int(text or 0)
    return number + 2000 if text and number < _CENTURY else number


def _day_month_year(match: re.Match[str]) -> tuple[str, tuple[int, ...]] | None:
    day, month = int(match[1]), int(match[2])
    return ("date", (_year(match[3]), month, day)) if month <= LAST_MONTH else None


def _slashed(word: str, index: int, day_first: bool | None) -> Cue | None:
    match = _SLASHED.fullmatch(word)
    if not match or word == "24/7":
        return None
    one, two = int(match[1]), int(match[2])
    if day_first is None:
        if (one > LAST_MONTH) == (two > LAST_MONTH):
            return None
        day_first = one > LAST_MONTH
    # A thirteenth month shows that it was written the other way round.
    day_first = day_first != ((two if day_first else one) > LAST_MONTH)
    day, month = (one, two) if day_first else (two, one)
    if not (1 <= month <= LAST_MONTH and 1 <= day <= LAST_DAY):
        return None
    # Without a year it may be a fraction, so it counts only after a word that leads to a date.
    kind = "date" if match[3] else "date?"
    return Cue(kind, (_year(match[3]), month, day), index, index + 1)


def _dotted(reading: Reading, index: int, day_first: bool | None) -> Cue | None:
    match = _DOTTED.fullmatch(reading.words[index])
    if not match or day_first is False or int(match[2]) > LAST_MONTH:
        return None
    # "02.10." and "2.10.2026" are dates; "3.4" is a version.
    if not match[3] and not reading.low.startswith(".", reading.ends[index]):
        return None
    return Cue("date", (_year(match[3]), int(match[2]), int(match[1])), index, index + 1)


def _twelve_hours(match: re.Match[str]) -> tuple[str, tuple[int, ...]] | None:
    hour, minute = int(match[1]), int(match[2] or 0)
    if not 1 <= hour <= NOON or minute > LAST_MINUTE:
        return None
    return "clock", (hour % NOON + (NOON if match[3][0] == "p" else 0), minute, _EXACT)


def _hours(match: re.Match[str]) -> tuple[str, tuple[int, ...]] | None:
    hour, minute = int(match[1]), int(match[2] or 0)
    if hour >= LAST_HOUR or minute > LAST_MINUTE:
        return None
    exact = hour == 0 or hour > NOON or match[1].startswith("0")
    return "clock", (hour, minute, _EXACT if exact else _AMBIGUOUS)


def _dotted_hours(reading: Reading, index: int) -> Cue | None:
    """As in "15.30 Uhr"."""
    if index + 1 == len(reading.words) or reading.words[index + 1] != "uhr":
        return None
    return _read(reading.words[index].replace(".", ":"), index, _COLON, _hours)


def _of_language(reading: Reading, index: int, language: str) -> Cue | None:
    """An ordinal, an hour as in "14h30", or a length of time as in the English "2h"."""
    word = reading.words[index]
    if match := _ORDINAL.fullmatch(word):
        return Cue("ordinal", (int(match[1]),), index, index + 1)
    if (match := _SPAN.fullmatch(word)) and (language == "en" or match[2] != "h"):
        return Cue("length", (int(match[1]), _UNITS[match[2][0]]), index, index + 1)
    return _read(word, index, _HOURS, _hours)
