"""A sentence with its cues: what its words signal, and where it really starts."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from gateway.rules.reading import Reading, Sentence
from gateway.rules.vocabulary import Vocabulary
from gateway.rules.vocabulary.lexicon import Cue

_OPENINGS: Final = frozenset(
    ["greeting", "polite", "thanks", "lead", "low", "high", "critical", "mute", "priority"]
)
_STARTING: Final = frozenset(["request", "ask", "need", "news", "aux", "wh", "not-need", "fault"])
_NAME_AFTER_GREETING: Final = 2


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence with its cues; `start` is the first word behind greetings and other openings."""

    reading: Reading
    sentence: Sentence
    vocabulary: Vocabulary
    language: str
    cues: tuple[Cue, ...]
    kinds: frozenset[str]
    start: int

    def starts_with(self, kind: str) -> Cue | None:
        """The cue of this kind with which the sentence really starts."""
        return next((c for c in self.cues if c.kind == kind and c.first == self.start), None)

    def has(self, kind: str) -> bool:
        """Whether a cue of this kind stands anywhere in the sentence."""
        return kind in self.kinds

    @property
    def signs_off(self) -> bool:
        """Whether the sentence is the end of a letter, with its writer's name."""
        return any(c.kind == "signoff" and c.first == self.sentence.first for c in self.cues)

    @property
    def words(self) -> tuple[str, ...]:
        """The words behind the openings."""
        return self.reading.words[self.start : self.sentence.last]


def clause(reading: Reading, sentence: Sentence, vocabulary: Vocabulary, language: str) -> Clause:
    """The sentence with all that its words signal."""
    cues = tuple(vocabulary.senses.cues(reading.words, sentence.first, sentence.last))
    kinds = frozenset(cue.kind for cue in cues)
    start = _start(reading, sentence, cues, vocabulary)
    return Clause(reading, sentence, vocabulary, language, cues, kinds, start)


def _start(
    reading: Reading, sentence: Sentence, cues: Collection[Cue], vocabulary: Vocabulary
) -> int:
    openings: dict[int, Cue] = {}
    blocked: dict[int, int] = {}
    for cue in cues:
        if cue.kind in _OPENINGS:
            openings.setdefault(cue.first, cue)
        elif cue.kind in _STARTING:
            # What is broken is the matter itself, not an opening, however alarming it sounds.
            reach = cue.last + (cue.kind == "fault")
            blocked[cue.first] = max(reach, blocked.get(cue.first, 0))
    index = sentence.first
    while index < sentence.last and index in openings:
        cue = openings[index]
        if cue.last < blocked.get(index, 0) or _is_determiner(reading, cue, sentence.last):
            break
        index = cue.last
        if cue.kind == "greeting":
            index = _behind_name(reading, index, sentence.last, vocabulary)
    return index


def _is_determiner(reading: Reading, cue: Cue, last: int) -> bool:
    """As in "no change", where "no" answers nothing."""
    alone = cue.last < last and reading.gap(cue.last) == " "
    return alone and reading.words[cue.first : cue.last] == ("no",)


def _behind_name(reading: Reading, index: int, last: int, vocabulary: Vocabulary) -> int:
    """Steps over whom a greeting greets: "Hi Ana Lopez, could you"."""
    for length in range(1, _NAME_AFTER_GREETING + 1):
        end = index + length
        if end < last and "," in reading.gap(end) and reading.words[index] not in vocabulary.verbs:
            return end
    return index
