"""Which of the known languages a text is written in."""

from collections.abc import Sequence
from typing import Final

from gateway.rules.reading import Reading
from gateway.rules.vocabulary import FALLBACK, VOCABULARIES

_ENOUGH_WORDS: Final = 60
_LETTER_WEIGHT: Final = 1.5
_LETTERS: Final = {"ñ": "es", "¿": "es", "¡": "es", "ß": "de", "ç": "fr", "œ": "fr"}
_LIKELY_LETTERS: Final = {
    **dict.fromkeys("äöü", "de"),
    **dict.fromkeys("èêàùâîôû", "fr"),
    **dict.fromkeys("íóúá", "es"),
}


def _spoken_by() -> dict[str, tuple[str, ...]]:
    words: dict[str, tuple[str, ...]] = {}
    for language, vocabulary in VOCABULARIES.items():
        for word in vocabulary.stop_words | vocabulary.verbs:
            words[word] = (*words.get(word, ()), language)
    return words


_SPOKEN_BY: Final = _spoken_by()


def language_of(reading: Reading) -> str:
    """The language of a text, English when nothing tells."""
    return spoken(reading) or FALLBACK


def spoken(reading: Reading) -> str | None:
    """The language of a text, None when nothing tells."""
    scores = _word_scores(reading.words[:_ENOUGH_WORDS])
    if not reading.clean.isascii():
        _add_letters(reading.clean, scores)
    best = max(scores, key=scores.__getitem__)
    if not scores[best]:
        return None
    # English goes first where two are level: its words are borrowed most.
    return FALLBACK if scores[FALLBACK] == scores[best] else best


def _word_scores(words: Sequence[str]) -> dict[str, float]:
    scores = dict.fromkeys(VOCABULARIES, 0.0)
    for word in words:
        languages = _SPOKEN_BY.get(word)
        if languages:
            # A word that two languages share says half as much about each.
            share = 1.0 / len(languages)
            for language in languages:
                scores[language] += share
    return scores


def _add_letters(text: str, scores: dict[str, float]) -> None:
    for letter in set(text.lower()):
        if language := _LETTERS.get(letter):
            scores[language] += _LETTER_WEIGHT
        elif language := _LIKELY_LETTERS.get(letter):
            scores[language] += _LETTER_WEIGHT / 2
