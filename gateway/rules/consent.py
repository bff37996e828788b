"""A person's word on being written to: which one a message is, and what is said back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from gateway.plugin.messages import ConsentWord
from gateway.rules.phrases.asking import ASKING
from gateway.rules.phrases.consent import HELPED, STARTED, STOPPED
from gateway.rules.reading import fold
from gateway.rules.vocabulary import FALLBACK
from gateway.rules.vocabulary.consent import ANSWERS, WORDS

Consent = Literal["opted_in", "opted_out"]
ConsentState = Literal["opted_in", "opted_out", "unreachable", "reachable"]
"""How a person stands: by their word, or because their address takes nothing, and does again."""
Bar = Literal["opted_out", "unsubscribed", "unreachable", "reached"]
"""What keeps a message from an address: `unsubscribed` only a notification, and `reached` nothing
more, for the person has written."""
ExtraWords = Mapping[ConsentWord, Sequence[str]]

LONGEST: Final = 60
_WORDS: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Heard:
    """The word that a message is; `is_sure` unless it may answer a question just as well."""

    word: ConsentWord
    is_sure: bool = True
    language: str = FALLBACK


def word_in(text: str, extra: ExtraWords) -> Heard | None:
    """The word that a whole message is, in any case, with accents, punctuation or emoji around it.

    None for a message that says anything besides: "Stop by the shop" is for somebody else to read.
    """
    said = _squeezed(text)
    if not said or len(text) > LONGEST:
        return None
    for word, own in extra.items():
        if said in map(_squeezed, own):
            return Heard(word)
    found = _KNOWN.get(said)
    return Heard(found[0], said not in ANSWERS, found[1]) if found else None


def counts(heard: Heard, *, is_opted_out: bool, is_asked: bool) -> bool:
    """Whether a word that may be an answer is meant as consent.

    YES brings back only who has opted out. CANCEL takes back what the person was asked, if they
    were asked anything; else it ends the messages.
    """
    if heard.is_sure:
        return True
    return is_opted_out if heard.word == "start" else not is_asked


def confirmation(word: ConsentWord, name: str, language: str) -> str:
    """What is said back, once, by whom."""
    if word == "help":
        return f"{HELPED[language].format(name=name)} {ASKING[language].help}"
    return (STOPPED if word == "stop" else STARTED)[language].format(name=name)


def spoken(language: str | None, heard: str) -> str:
    """The language of what is said back: the channel's, else that of the word."""
    return language if language in STOPPED else heard


def _squeezed(text: str) -> str:
    return "".join(_WORDS.findall(fold(text[: LONGEST + 1])))


def _known() -> dict[str, tuple[ConsentWord, str]]:
    known: dict[str, tuple[ConsentWord, str]] = {}
    for word, lists in WORDS.items():
        for language, text in lists.items():
            for one in text.split():
                known.setdefault(one, (word, language))
    return known


_KNOWN: Final = _known()
