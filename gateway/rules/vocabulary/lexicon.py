"""Phrases of a language, compiled so that one look per word finds all that stand in a text."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

Value = tuple[int, ...]


class Cue(NamedTuple):
    """A phrase that was found: what it signals, and the words it takes, `first` up to `last`."""

    kind: str
    value: Value
    first: int
    last: int


class _Entry(NamedTuple):
    words: tuple[str, ...]
    kind: str
    value: Value


class Lexicon:
    """Phrases with what they signal; a phrase may signal several things at once."""

    def __init__(self, phrases: Mapping[str, Sequence[tuple[str, Value]]]) -> None:
        found: dict[str, list[_Entry]] = {}
        for kind, listed in phrases.items():
            for text, value in listed:
                words = tuple(text.split())
                found.setdefault(words[0], []).append(_Entry(words, kind, value))
        self._entries = {
            word: tuple(sorted(entries, key=lambda entry: -len(entry.words)))
            for word, entries in found.items()
        }

    def __contains__(self, word: str) -> bool:
        return word in self._entries

    def single_words(self, kinds: Collection[str]) -> frozenset[str]:
        """The phrases of these kinds that are one word."""
        return frozenset(
            word
            for word, entries in self._entries.items()
            if any(entry.kind in kinds and len(entry.words) == 1 for entry in entries)
        )

    def cues(self, words: Sequence[str], first: int, last: int) -> Iterator[Cue]:
        """At each word the longest phrase that starts there, once for each thing it signals."""
        entries = self._entries
        for index in range(first, last):
            listed = entries.get(words[index])
            if listed:
                length = 0
                for entry in listed:
                    size = len(entry.words)
                    if size < length:
                        break
                    if index + size <= last and (
                        size == 1 or tuple(words[index : index + size]) == entry.words
                    ):
                        length = size
                        yield Cue(entry.kind, entry.value, index, index + size)


def phrases(text: str, *value: int) -> list[tuple[str, Value]]:
    """Phrases written with commas between them, all of one value."""
    return [(" ".join(part.split()), value) for part in text.split(",") if part.strip()]


def numbered(texts: Sequence[str], start: int = 0) -> list[tuple[str, Value]]:
    """Groups of phrases whose value is their place in the list."""
    return [pair for place, text in enumerate(texts, start) for pair in phrases(text, place)]


def pairs(firsts: str, seconds: str) -> list[tuple[str, Value]]:
    """Every first part with every second one."""
    return [
        (f"{first} {second}", ()) for first, _ in phrases(firsts) for second, _ in phrases(seconds)
    ]
