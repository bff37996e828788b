"""Which of the known languages a text is written in."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from gateway.rules.reading import Reading
from gateway.rules.vocabulary import FALLBACK, VOCABULARIES

_ENOUGH_WORDS: Final = 60
_TELLING_LENGTH: Final = 3
_LETTER_WEIGHT: Final = 1.5
_LETTERS: Final = {"ñ": "es", "¿": "es", "¡": "es", "ß": "de", "ç": "fr", "œ": "fr"}
_LIKELY_LETTERS: Final = {
    **dict.fromkeys("äöü", "de"),
    **dict.fromkeys("èêàùâîôû", "fr"),
    **dict.fromkeys("íóúá", "es"),
}
_ENDINGS: Final = {
    "es": ("a", "o", "os", "as", "ar", "cion", "ido", "ado"),
    "de": ("en", "er", "ung", "cht", "ich", "ig"),
    "fr": ("e", "t", "eau", "ez", "x", "ent", "eur"),
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


@lru_cache(maxsize=64)
def spoken(reading: Reading) -> str | None:
    """The language of a text, None when nothing tells."""
    if len(reading.words) == 1 and len(reading.words[0]) < _TELLING_LENGTH:
        return None
    scores = _word_scores(reading.words[:_ENOUGH_WORDS])
    if not reading.clean.isascii():
        _add_letters(reading.clean, scores)
    best = max(scores, key=scores.__getitem__)
    if not scores[best]:
        return None
    level = [language for language, score in scores.items() if score == scores[best]]
    # English goes first where two are level: its words are borrowed most.
    return FALLBACK if FALLBACK in level else _by_endings(reading.words, level)


def _by_endings(words: Sequence[str], level: Sequence[str]) -> str:
    """Of these languages the one whose words end most like the words of the text."""
    return max(
        level,
        key=lambda language: sum(word.endswith(_ENDINGS.get(language, ())) for word in words),
    )


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
