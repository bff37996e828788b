"""The words that the rules know, one module a language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from gateway.rules.vocabulary import de, en, es, fr
from gateway.rules.vocabulary.borrowed import BORROWED
from gateway.rules.vocabulary.dates import DATE_WORDS
from gateway.rules.vocabulary.lexicon import Lexicon, Value

FALLBACK: Final = "en"


class _Words(Protocol):
    STOP_WORDS: str
    VERBS: str
    NOUNS_TOO: str
    PAST: str
    SENSES: dict[str, list[tuple[str, Value]]]
    MENTIONS: dict[str, list[tuple[str, Value]]]
    TOPICS: dict[str, list[tuple[str, Value]]]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A language: its phrases by what they signal, its verbs, and the small words that betray it.

    `senses` tell what a message wants, `mentions` lead to people and projects, `topics` say what a
    question is about.
    """

    senses: Lexicon
    mentions: Lexicon
    topics: Lexicon
    verbs: frozenset[str]
    nouns_too: frozenset[str]
    past: frozenset[str]
    stop_words: frozenset[str]
    date_words: frozenset[str]
    fillers: frozenset[str]
    topic_words: frozenset[str]


def _vocabulary(words: _Words, dates: Lexicon) -> Vocabulary:
    senses = Lexicon(_with_borrowed(words.SENSES))
    topics = Lexicon(words.TOPICS)
    return Vocabulary(
        senses=senses,
        mentions=Lexicon(words.MENTIONS),
        topics=topics,
        topic_words=topics.single_words({"tasks-topic"}),
        verbs=frozenset(words.VERBS.split()),
        nouns_too=frozenset(words.NOUNS_TOO.split()),
        past=frozenset(words.PAST.split()),
        stop_words=frozenset(words.STOP_WORDS.split()),
        fillers=senses.single_words({"filler", "thanks", "greeting", "polite"}),
        date_words=dates.single_words(
            {"day", "night", "weekday", "month", "fixed", "part", "close"}
        ),
    )


def _with_borrowed(
    own: Mapping[str, Sequence[tuple[str, Value]]],
) -> dict[str, list[tuple[str, Value]]]:
    known = {phrase for listed in own.values() for phrase, _ in listed}
    borrowed = {
        kind: [each for each in listed if each[0] not in known] for kind, listed in BORROWED.items()
    }
    return {kind: [*listed, *borrowed.get(kind, ())] for kind, listed in own.items()}


VOCABULARIES: Final = {
    "en": _vocabulary(en, DATE_WORDS["en"]),
    "es": _vocabulary(es, DATE_WORDS["es"]),
    "de": _vocabulary(de, DATE_WORDS["de"]),
    "fr": _vocabulary(fr, DATE_WORDS["fr"]),
}
