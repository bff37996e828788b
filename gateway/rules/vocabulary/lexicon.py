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


class _Start(NamedTuple):
    """The phrases that start with one word: those of it alone, the others by their second word."""

    alone: tuple[_Entry, ...]
    longer: Mapping[str, tuple[_Entry, ...]]


class Lexicon:
    """Phrases with what they signal; a phrase may signal several things at once."""

    def __init__(self, phrases: Mapping[str, Sequence[tuple[str, Value]]]) -> None:
        found: dict[str, list[_Entry]] = {}
        for kind, listed in phrases.items():
            for text, value in listed:
                entry = _Entry(tuple(text.split()), kind, value)
                found.setdefault(entry.words[0], []).append(entry)
        self._starts = {word: _start(entries) for word, entries in found.items()}

    def single_words(self, kinds: Collection[str]) -> frozenset[str]:
        """The phrases of these kinds that are one word."""
        return frozenset(
            word
            for word, start in self._starts.items()
            if any(entry.kind in kinds for entry in start.alone)
        )

    def cues(self, words: Sequence[str], first: int, last: int) -> Iterator[Cue]:
        """At each word the longest phrase that starts there, once for each thing it signals."""
        starts = self._starts
        for index in range(first, last):
            start = starts.get(words[index])
            if start is None:
                continue
            second = words[index + 1] if index + 1 < last else ""
            longer = start.longer.get(second)
            found = _longest(longer, words, index, last) if longer else start.alone
            for entry in found or start.alone:
                yield Cue(entry.kind, entry.value, index, index + len(entry.words))


def _start(entries: Sequence[_Entry]) -> _Start:
    longer: dict[str, list[_Entry]] = {}
    for entry in entries:
        if len(entry.words) > 1:
            longer.setdefault(entry.words[1], []).append(entry)
    return _Start(
        alone=tuple(entry for entry in entries if len(entry.words) == 1),
        longer={
            word: tuple(sorted(listed, key=lambda entry: -len(entry.words)))
            for word, listed in longer.items()
        },
    )


def _longest(
    entries: Sequence[_Entry], words: Sequence[str], index: int, last: int
) -> Sequence[_Entry]:
    """The longest of these phrases that stand at `index`, all of one length."""
    found: list[_Entry] = []
    for entry in entries:
        size = len(entry.words)
        if found and size < len(found[0].words):
            break
        if index + size <= last and tuple(words[index : index + size]) == entry.words:
            found.append(entry)
    return found


def words(text: str) -> frozenset[str]:
    """Words written with spaces between them."""
    return frozenset(text.split())


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
