"""The sayings of a change as expressions, made once and when they are first needed; pure."""

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Final, NamedTuple

from gateway.rules.vocabulary.changes import (
    ENDED,
    LEADS,
    PRIORITIES,
    SAYINGS,
    TELLS_NOTHING,
    TRAILS,
    Deed,
    Strength,
)

_PLACES: Final[Mapping[str, str]] = {
    "{t}": r"(?P<t>[^<>]+?)",
    "{d}": r"<(?P<d>\d)>",
    "{n}": r"(?P<n>[^<>]+?)",
    "{x}": r"(?P<x>.+?)",
    "{T}": r"(?P<t>[^<>]+)",
    "{N}": r"(?P<n>[^<> ]+)",
}


class Pattern(NamedTuple):
    """One way to ask for a change, and what it asks for."""

    expression: re.Pattern[str]
    deed: Deed
    strength: Strength
    is_statement: bool
    language: str


@lru_cache(maxsize=len(SAYINGS))
def patterns_for(language: str) -> tuple[Pattern, ...]:
    """All patterns, those of this language first."""
    return tuple(sorted(_patterns(), key=lambda pattern: pattern.language != language))


@cache
def _patterns() -> tuple[Pattern, ...]:
    return tuple(_compiled())


def _compiled() -> Iterator[Pattern]:
    names = sorted({n for names in PRIORITIES.values() for n in names}, key=len, reverse=True)
    places = {**_PLACES, "{p}": f"(?P<p>{'|'.join(names)})"}
    for language, sayings in SAYINGS.items():
        for saying in sayings:
            for line in filter(str.strip, saying.patterns.splitlines()):
                text = line.strip()
                for place, expression in places.items():
                    text = text.replace(place, expression)
                yield Pattern(
                    re.compile(text), saying.deed, saying.strength, saying.statement, language
                )


def _phrases(text: str) -> tuple[tuple[str, ...], ...]:
    listed = (tuple(phrase.split()) for phrase in text.split(","))
    return tuple(sorted(listed, key=len, reverse=True))


def _triggers() -> Iterator[str]:
    for language, sayings in SAYINGS.items():
        for saying in sayings:
            for word in re.findall(r"[^\W\d_]{2,}", re.sub(r"{\w}", "", saying.patterns)):
                yield from (word, word + "lo", word + "la") if language == "es" else (word,)
    for names in PRIORITIES.values():
        yield from " ".join(names).split()


TRIGGER_WORDS: Final = frozenset(_triggers()) - TELLS_NOTHING
LEADING: Final = _phrases(LEADS)
TRAILING: Final = _phrases(TRAILS)
ENDINGS: Final = tuple(
    (phrase, language) for language, text in ENDED.items() for phrase in _phrases(text)
)
