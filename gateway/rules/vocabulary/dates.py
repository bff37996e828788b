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
