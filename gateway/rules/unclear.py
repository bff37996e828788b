"""Messages that no responder has to see: each has a reason code and a sentence of its own."""

import unicodedata
from typing import Final

from gateway.plugin.messages import Turn
from gateway.rules.asking import Voice
from gateway.rules.confirmation import Reason
from gateway.rules.reading import read

UNANSWERED: Final[frozenset[Reason]] = frozenset({"empty", "only_emoji"})
"""What needs no sentence beside an answer to something else."""
UNKNOWN_SCRIPT: Final[Reason] = "unknown_script"
_READ_FOR_LETTERS: Final = 400
_PICTURES: Final = frozenset({"So", "Sk"})
_LATIN_ENDS: Final = 0x24F
_EXTENDED: Final = range(0x1E00, 0x1F00)


def reason_for(turn: Turn, *, longest: int) -> Reason | None:
    """Why a message cannot be answered as it is; None for one that can."""
    if turn.structured:
        return None
    if len(turn.text) > longest:
        return "too_long"
    if turn.attachments:
        return None
    return _unreadable(turn.text)


def _unreadable(text: str) -> Reason | None:
    if not any(map(_is_seen, text)):
        return "empty"
    reading = read(text)
    if not reading.clean:
        return "only_quotes"
    if reading.words:
        return None
    return "only_emoji" if any(map(_is_picture, reading.clean)) else "empty"


def in_unknown_script(text: str) -> bool:
    """Whether a text has letters, and none of them are of the languages that the rules read."""
    has_letters = False
    for letter in filter(str.isalpha, text[:_READ_FOR_LETTERS]):
        if _is_latin(letter):
            return False
        has_letters = True
    return has_letters


def refusal(reason: Reason, text: str, voice: Voice, *, longest: int) -> str:
    """The one line that answers a message which cannot be answered as it is."""
    tone = voice.setting.tone
    if reason == "too_long":
        return voice.asking.too_long.format(count=len(text), limit=longest)
    sentences = {
        "empty": tone.empty,
        "only_emoji": tone.agreed,
        "only_quotes": voice.asking.only_quotes,
        "unknown_script": voice.asking.unknown_script,
    }
    return voice.setting.speak(sentences[reason])


def _is_seen(letter: str) -> bool:
    """Whether anything of it is seen: neither a space nor a mark that only joins or directs."""
    return unicodedata.category(letter)[0] not in "ZC"


def _is_picture(letter: str) -> bool:
    return unicodedata.category(letter) in _PICTURES


def _is_latin(letter: str) -> bool:
    return ord(letter) <= _LATIN_ENDS or ord(letter) in _EXTENDED
