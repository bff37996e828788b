"""Texts as the phone network carries them: GSM 03.38 where it can, UTF-16 where it must. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

LONGEST: Final = 1600
"""What Twilio takes at once, in UTF-16 code units."""
LONGEST_CLUSTER: Final = 32
"""How many code points that are drawn as one are kept together."""

_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE: Final = frozenset("\f^{}\\[~]|€")
_SINGLE_GSM: Final = 160
_PART_GSM: Final = 153
_SINGLE_UTF16: Final = 70
_PART_UTF16: Final = 67

# What word processors and language models write where a typewriter wrote something plainer.
_PLAIN: Final = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛ʼ´`′", "'"),  # noqa: RUF001 # these are the confusable ones
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),  # noqa: RUF001 # these are the confusable ones
        **dict.fromkeys("•‣◦▪", "-"),
        **dict.fromkeys("\t\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007", " "),
        **dict.fromkeys("\u2008\u2009\u200a\u202f\u205f\u3000", " "),
        **dict.fromkeys("\u2028\u2029", "\n"),
        **dict.fromkeys("\u00ad\u200b\u2060\ufeff", ""),
        "\u2039": "<",
        "\u203a": ">",
        "…": "...",
        "→": "->",
        "←": "<-",
        "\u00d7": "x",
        "\u2044": "/",
        "½": "1/2",
        "¼": "1/4",
        "¾": "3/4",
    }
)
_NUMBER: Final = re.compile(r"\+[1-9][0-9]{6,14}")
# Where a long text is cut, best first: between paragraphs, lines, sentences, words.
_SEAMS: Final = tuple(
    re.compile(pattern) for pattern in (r"\n[ \t]*\n\s*", r"\n\s*", r"(?<=[.!?…])\s+", r"\s+")
)
_JOINED: Final = "\u200d"


def is_number(text: str) -> bool:
    """Whether a text is a phone number in the form of E.164: `+` and 7 to 15 digits.

    >>> [is_number(text) for text in ("+15005550006", "15005550006", "12345", "ACME")]
    [True, False, False, False]
    """
    return _NUMBER.fullmatch(text) is not None


def is_gsm(text: str) -> bool:
    """Whether the network carries a text in the 7-bit alphabet, 160 characters to a segment.

    >>> is_gsm("Ça va? 5 €"), is_gsm("ça va?")
    (True, False)
    """
    return all(character in _GSM or character in _GSM_TWICE for character in text)


def segments(text: str) -> int:
    """How many segments a text is sent and paid as; none for an empty one."""
    costs = list(_costs(text))
    single, part = (_SINGLE_GSM, _PART_GSM) if is_gsm(text) else (_SINGLE_UTF16, _PART_UTF16)
    if sum(costs) <= single:
        return 1 if costs else 0
    # A character of two units is never cut in its middle.
    count, room = 1, part
    for cost in costs:
        if cost > room:
            count, room = count + 1, part
        room -= cost
    return count


def plain(text: str) -> str:
    """The text with plain quotes, dashes and spaces, if it then fits the 7-bit alphabet.

    A single ’ more than doubles what a text costs. One that needs UTF-16 all the same, for an
    emoji or another script, stays as it is.
    """
    plainer = unicodedata.normalize("NFC", text).translate(_PLAIN)
    return plainer if is_gsm(plainer) else text


def split(text: str, limit: int = LONGEST) -> list[str]:
    """A text in pieces of at most `limit` UTF-16 units, cut between words where there are any.

    The same text is always cut in the same places.
    """
    pieces = []
    rest = text.strip()
    while _units(rest) > limit:
        head, rest = _cut(rest, limit)
        pieces.append(head)
    return [*pieces, rest] if rest else pieces


def _costs(text: str) -> Iterator[int]:
    if is_gsm(text):
        return (2 if character in _GSM_TWICE else 1 for character in text)
    return (_units(character) for character in text)


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def _cut(text: str, limit: int) -> tuple[str, str]:
    """The longest good beginning of a text that is too long, and what follows it."""
    sums = accumulate(map(_units, text[:limit]))
    end = sum(1 for units in sums if units <= limit)
    for seam in _SEAMS:
        # A piece that is cut early makes one more; half of the room is worth a better place.
        places = [found for found in seam.finditer(text, end // 2, end + 1) if found.start() <= end]
        if places:
            return text[: places[-1].start()].rstrip(), text[places[-1].end() :].lstrip()
    whole = end
    while whole > end - LONGEST_CLUSTER and whole > 1 and _is_one(text[whole - 1], text[whole]):
        whole -= 1
    return text[:whole], text[whole:]


def _is_one(before: str, after: str) -> bool:
    """Whether two neighbours are drawn as one: an accent, a joined emoji."""
    return _JOINED in (before, after) or unicodedata.category(after) in {"Mn", "Me", "Cf", "Sk"}
