"""The words for days and times of every language."""

from typing import Final

from gateway.rules.vocabulary.dates_de import GERMAN
from gateway.rules.vocabulary.dates_en import ENGLISH
from gateway.rules.vocabulary.dates_es import SPANISH
from gateway.rules.vocabulary.dates_fr import FRENCH

DATE_WORDS: Final = {"en": ENGLISH, "es": SPANISH, "de": GERMAN, "fr": FRENCH}

ANCHORS: Final = frozenset(
    {
        "day", "night", "past", "weekday", "weekday?", "month", "unit", "weekend", "close", "eo",
        "part", "fixed", "past-hour", "oclock", "next", "next-month", "ago",
    }
)  # fmt: skip
"""Without one of these, and without a digit, a text holds no date."""

_SHORTEST_DAY: Final = 5
"""Shorter ones, such as "mon" and "sol", are other words elsewhere."""


def _spoken_days() -> dict[str, tuple[str, ...]]:
    days: dict[str, tuple[str, ...]] = {}
    for language, lexicon in DATE_WORDS.items():
        for word in lexicon.single_words({"day", "weekday", "weekday?"}):
            if len(word) >= _SHORTEST_DAY or word == "hoy":
                days[word] = (*days.get(word, ()), language)
    return days


SPOKEN_DAYS: Final = _spoken_days()
"""Words for a day, with the languages that have them."""
