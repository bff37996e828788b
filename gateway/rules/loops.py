"""Loops, pure: how far a message has come, and whether two sides only answer each other."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from gateway.plugin import HOPS_HEADER, JsonValue, Turn
from gateway.rules.events import MESSAGE_RECEIVED, TASK_COMPLETED, TASK_CREATED, TASK_FAILED

LARGEST_HOPS: Final = 1000
LOOP: Final = "loop"
"""How the reason of everything begins that was stopped as a loop."""
ECHO_SECONDS: Final = 3600.0
"""How far back an answer counts that repeats our own words: no person does that."""
QUICK: Final = timedelta(seconds=2)
"""A few words that are back so soon were not typed."""
ALIKE: Final = 0.8
FEW_WORDS: Final = 3
COMPARED_CHARACTERS: Final = 600

_EVENT_ID: Final = re.compile(rb"evt_[0-9a-f]{32}")
# An event that is quoted whole: as JSON, as JSON in a JSON string, or as a field of a form.
_HOPS: Final = re.compile(rb"hops(?:\\*\"|%22)?[\s+]*(?::|%3A|=)[\s+]*(?:\\*\"|%22)?(\d{1,4})")
_HEADER: Final = HOPS_HEADER.lower()
_WORD: Final = re.compile(r"\w+")
_TOLD: Final[Mapping[str, tuple[str, ...]]] = {
    MESSAGE_RECEIVED: ("content",),
    TASK_CREATED: ("title", "description"),
    TASK_COMPLETED: ("title", "result"),
    TASK_FAILED: ("title", "error"),
}
"""What an event tells in words; a conversation's own replies are watched where it is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """How often in a row an answer may be like the one before, and within which time."""

    repeats: int
    window_seconds: float


def hops_of(headers: Mapping[str, str], body: bytes) -> int:
    """How many gateways a request's message came through; 0 for what a person wrote.

    The header counts, and what is said in the body by an event of ours that it quotes: automations
    forward the one or the other.
    """
    told = headers.get(_HEADER, "")
    hops = int(told[:4]) if told.isdecimal() and told.isascii() else 0
    if b"evt_" in body and _EVENT_ID.search(body):
        hops = max(hops, 1, *(int(found) for found in _HOPS.findall(body)))
    return min(hops, LARGEST_HOPS)


def goes_round(turns: Sequence[Turn], tolerance: Tolerance, *, now: datetime) -> bool:
    """Whether the other side of a conversation only ever answers our answers, and with the same.

    Each of the newest answers has to say again what one of its two neighbours says, or what we had
    said ourselves. Messages that differ in a number are different.
    """
    answers = [
        (ours, theirs)
        for ours, theirs in pairwise(turns)
        if ours.role == "assistant" and theirs.role == "user"
    ]
    number = tolerance.repeats
    if not number or len(answers) < number:
        return False
    newest = answers[-number:]
    said = [_words(theirs.text) for _, theirs in newest]
    return all(
        _is_echo(ours, theirs, now)
        or (
            (now - theirs.at).total_seconds() <= tolerance.window_seconds
            and _is_said_again(said, place, is_quick=theirs.at - ours.at <= QUICK)
        )
        for place, (ours, theirs) in reversed([*enumerate(newest)])
    )


def fingerprint(event: str, data: Mapping[str, JsonValue]) -> int | None:
    """What is the same for events that say the same; None for one that says too little."""
    words = _words(" ".join(str(data.get(name) or "") for name in _TOLD.get(event, ())))
    return hash((event, words)) if len(words) > FEW_WORDS else None


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text[:COMPARED_CHARACTERS].casefold()))


def _is_echo(ours: Turn, theirs: Turn, now: datetime) -> bool:
    words = _words(ours.text)
    if len(words) < FEW_WORDS or (now - theirs.at).total_seconds() > ECHO_SECONDS:
        return False
    return len(words & _words(theirs.text)) >= ALIKE * len(words)


def _is_said_again(said: Sequence[frozenset[str]], place: int, *, is_quick: bool) -> bool:
    words = said[place]
    if len(words) <= FEW_WORDS and not is_quick:
        return False
    neighbours = (*said[max(0, place - 2) : place], *said[place + 1 : place + 3])
    return any(_alike(words, other) for other in neighbours)


def _alike(words: frozenset[str], other: frozenset[str]) -> bool:
    differing = words ^ other
    if any(word.isdecimal() for word in differing):
        return False
    return len(differing) <= (1 - ALIKE) * len(words | other)
