"""What a person can say without any model, as whole messages: yes, no, undo, status and others."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from gateway.plugin.messages import Turn
from gateway.rules.reading import fold
from gateway.rules.vocabulary import FALLBACK
from gateway.rules.vocabulary.commands import (
    AROUND_A_CHANGE,
    AROUND_ELSEWHERE,
    AS_ELSEWHERE,
    FORGET_MY,
    LISTS,
    POLITE,
    THUMBS,
    WRITTEN_ELSEWHERE,
    Verb,
)

LONGEST_COMMAND: Final = 60
LONGEST_NAME: Final = 4
"""In words, of a fact that is to be forgotten."""
LETTERS: Final = "ACEFJKNPRUVXY"
"""Neither those that look like digits nor those that stand for a time, as in 2h."""
DIGITS: Final = "23456789"

_CODE: Final = re.compile(f"(?:[{DIGITS}][{LETTERS}]){{1,3}}", re.IGNORECASE)
_WORDS: Final = re.compile(r"[^\W_]+")
_MODIFIERS: Final = "\ufe0f\u200d\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_NO_WORDS: Final = str.maketrans("", "", _MODIFIERS)


@dataclass(frozen=True, slots=True)
class Command:
    """What a whole message says, the code that it names, and the language if the word has one.

    `about` are the words for the fact that is to be forgotten: `address` in "forget my address".
    """

    verb: Verb
    code: str = ""
    language: str | None = None
    about: tuple[str, ...] = ()


def command_in(text: str) -> Command | None:
    """The command that a message is, None for one that says anything besides."""
    if len(text) > LONGEST_COMMAND:
        return None
    folded = fold(text)
    contracted = "n't" in folded or "'s" in folded
    words = _WORDS.findall(folded.replace("'", "" if contracted else " "))
    if not words:
        thumbs = text.strip().translate(_NO_WORDS)
        return Command("yes") if thumbs and THUMBS.issuperset(thumbs) else None
    codes = [word for word in words if word[0] in DIGITS and _CODE.fullmatch(word)]
    phrase = _impolite(" ".join(word for word in words if word not in codes))
    found = _KNOWN.get(phrase)
    if found is None and not codes:
        return _forgets(phrase)
    if found is None or len(codes) > 1:
        return None
    return Command(found[0], codes[0].upper() if codes else "", found[1])


def changes_only_the_date(turn: Turn) -> str | None:
    """The code, or "", of a message that says nothing but another date: "make 4K Friday instead".

    None for a message that says anything else.
    """
    words = _beside_the_date(turn)
    if turn.analysis is None or words is None:
        return None
    codes = [word.upper() for word in words if _CODE.fullmatch(word)]
    small = _SMALL[turn.analysis.language]
    if len(codes) > 1 or any(w not in small and w.upper() not in codes for w in words):
        return None
    return codes[0] if codes else ""


def changes_the_date_elsewhere(turn: Turn) -> bool:
    """Whether a message only gives another date to what its person wrote somewhere else.

    As in "same as what I texted, but Monday".
    """
    words = _beside_the_date(turn)
    if turn.analysis is None or words is None:
        return False
    language = turn.analysis.language
    known = _WRITTEN[language] | _LIKENED[language] | _SMALL[language] | _AROUND[language]
    return (
        not _WRITTEN[language].isdisjoint(words)
        and not _LIKENED[language].isdisjoint(words)
        and known.issuperset(words)
    )


def code_in(text: str) -> str:
    """The code that a message is, empty for one that is anything else."""
    words = _WORDS.findall(fold(text[:LONGEST_COMMAND]))
    return words[0].upper() if len(words) == 1 and _CODE.fullmatch(words[0]) else ""


def code_for(seed: int, *, taken: frozenset[str]) -> str:
    """A code that is not among those taken, the same for the same arguments."""
    number = len(DIGITS) * len(LETTERS)
    for step in range(number):
        place = (seed * 37 + step) % number
        code = DIGITS[place % len(DIGITS)] + LETTERS[place // len(DIGITS)]
        if code not in taken:
            return code
    return DIGITS[seed % len(DIGITS)] + LETTERS[seed % len(LETTERS)]


def _beside_the_date(turn: Turn) -> list[str] | None:
    """The words of a message without its dates; None for one that has none."""
    if turn.analysis is None or not turn.analysis.entities.dates:
        return None
    text = turn.text
    for mention in turn.analysis.entities.dates:
        text = text.replace(mention.span, " ", 1)
    return _WORDS.findall(fold(text).replace("n't", "nt"))


def _forgets(phrase: str) -> Command | None:
    """The command of "forget my address"."""
    if not phrase.startswith(_FORGET_STARTS):
        return None
    for start, language in _FORGET_MY:
        if phrase.startswith(start):
            about = tuple(phrase.removeprefix(start).split())
            if len(about) <= LONGEST_NAME:
                return Command("forget", language=language, about=about)
    return None


def _impolite(phrase: str) -> str:
    """The phrase without a please or thanks at its ends, unless that is all of it."""
    # Every message is read, and hardly any is a command: what has no such end is known at once.
    if not phrase.startswith(_POLITE_STARTS) and not phrase.endswith(_POLITE_ENDS):
        return phrase
    for polite in _POLITE:
        if phrase.startswith(f"{polite} "):
            phrase = phrase[len(polite) + 1 :]
        if phrase.endswith(f" {polite}"):
            phrase = phrase[: -len(polite) - 1]
    return phrase


def _phrases(text: str) -> Iterator[str]:
    return (phrase.strip() for phrase in text.split(","))


def _known() -> dict[str, tuple[Verb, str | None]]:
    known: dict[str, tuple[Verb, str | None]] = {}
    for verb, lists in LISTS:
        for language, text in lists.items():
            for phrase in _phrases(text):
                # A word of two languages, such as "no" or "ok", tells neither.
                before = known.get(phrase)
                known[phrase] = (verb, language) if before is None else (before[0], None)
    return known


_KNOWN: Final = _known()
_FORGET_MY: Final = tuple(
    (f"{phrase} ", language) for language, text in FORGET_MY.items() for phrase in _phrases(text)
)
_FORGET_STARTS: Final = tuple(start for start, _ in _FORGET_MY)
_POLITE: Final = tuple(_phrases(POLITE))
_POLITE_STARTS: Final = tuple(f"{polite} " for polite in _POLITE)
_POLITE_ENDS: Final = tuple(f" {polite}" for polite in _POLITE)


def _with_fallback(lists: dict[str, str]) -> dict[str, frozenset[str]]:
    return {
        language: frozenset(text.split()) | frozenset(lists[FALLBACK].split())
        for language, text in lists.items()
    }


_SMALL: Final = _with_fallback(AROUND_A_CHANGE)
_WRITTEN: Final = _with_fallback(WRITTEN_ELSEWHERE)
_LIKENED: Final = _with_fallback(AS_ELSEWHERE)
_AROUND: Final = _with_fallback(AROUND_ELSEWHERE)
