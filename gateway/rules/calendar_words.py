"""The words of one sentence as a row of cues about days and times."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from gateway.rules.moments import Here
from gateway.rules.numerals import numeral
from gateway.rules.reading import Reading, Sentence
from gateway.rules.vocabulary.dates import ANCHORS, DATE_WORDS
from gateway.rules.vocabulary.lexicon import Cue, Value

_DAY_FIRST_LANGUAGES = frozenset({"de", "es", "fr"})
_MONTH_FIRST_ZONES = ("America/", "US/", "Pacific/Honolulu", "Pacific/Guam")
_ZONES_WITHOUT_PLACE = ("UTC", "Etc/", "GMT", "Zulu", "UCT", "Universal")


@dataclass(frozen=True, slots=True)
class Found:
    """A day, a time, or both, in the words from `first` up to `last`.

    `part` is a part of the day; `moment` an instant counted from now. `gone` marks a day that is
    past and `weak` one that an explicit date beside it overrules, as in "Friday, 2 October"; where
    the two contradict each other, `rival` is the day of that name closest to the date.
    """

    first: int
    last: int
    day: date | None = None
    clock: tuple[int, int] | None = None
    exact: bool = True
    part: int | None = None
    moment: datetime | None = None
    gone: bool = False
    weak: bool = False
    rival: date | None = None


@dataclass(frozen=True, slots=True)
class CalendarWords:
    """A row of cues that covers each word of a sentence once; an unknown word has the kind ""."""

    reading: Reading
    here: Here
    language: str
    row: tuple[Cue, ...] = field(default=())

    def kind(self, place: int) -> str:
        """What the cue at this place of the row signals, empty beyond its end."""
        return self.row[place].kind if 0 <= place < len(self.row) else ""

    def value(self, place: int) -> Value:
        """The numbers of the cue at this place."""
        return self.row[place].value

    def number(self, place: int) -> int | None:
        """The number at this place, None when something else stands there."""
        return self.row[place].value[0] if self.kind(place) == "number" else None

    def digits(self, place: int) -> bool:
        """Whether the number at this place was written in digits."""
        return self.reading.words[self.row[place].first][0].isdecimal()

    def span(self, place: int, end: int) -> tuple[int, int]:
        """The words that the cues from `place` up to `end` take."""
        return self.row[place].first, self.row[end - 1].last

    def before(self, place: int) -> str:
        """What stands between this cue and the one before it."""
        return self.reading.gap(self.row[place].first)

    def ends_phrase(self, place: int) -> bool:
        """Whether the row ends before `place`, or goes on with a comma or a known word."""
        return place >= len(self.row) or self.kind(place) != "" or "," in self.before(place)


def calendar_words(
    reading: Reading, here: Here, *, language: str, zone_name: str
) -> Iterator[CalendarWords]:
    """One row for each sentence that could hold a date."""
    day_first = _day_first(language, zone_name)
    for sentence in reading.sentences:
        row = tuple(_row(reading, sentence, language, day_first))
        if any(cue.kind in ANCHORS or cue.kind in _NUMERIC for cue in row):
            yield CalendarWords(reading, here, language, row)


_DIGITS = frozenset("0123456789")
_NUMERIC = frozenset(
    {"clock", "date", "date?", "instant", "ordinal", "number", "length"}
)  # fmt: skip


def _day_first(language: str, zone_name: str) -> bool | None:
    if language in _DAY_FIRST_LANGUAGES:
        return True
    if zone_name.startswith(_ZONES_WITHOUT_PLACE):
        return None
    return not zone_name.startswith(_MONTH_FIRST_ZONES)


def _row(
    reading: Reading, sentence: Sentence, language: str, day_first: bool | None
) -> Iterator[Cue]:
    longest: dict[int, Cue] = {}
    for each in DATE_WORDS[language].cues(reading.words, sentence.first, sentence.last):
        longest.setdefault(each.first, each)
    if not longest and not _has_digits(reading, sentence):
        return
    index = sentence.first
    while index < sentence.last:
        cue: Cue | None = longest.get(index) or _digits(reading, index, day_first, language)
        # An unknown word, and a phrase that only looks like a date, break what stands around them.
        if cue is None or cue.kind == "skip":
            cue = Cue("", (), index, cue.last if cue else index + 1)
        yield cue
        index = cue.last


def _has_digits(reading: Reading, sentence: Sentence) -> bool:
    written = reading.low[reading.starts[sentence.first] : reading.ends[sentence.last - 1]]
    return not _DIGITS.isdisjoint(written)


def _digits(reading: Reading, index: int, day_first: bool | None, language: str) -> Cue | None:
    if not reading.words[index][0].isdecimal():
        return None
    return numeral(reading, index, day_first=day_first, language=language)
