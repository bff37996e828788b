"""Numbers of payment cards in a text: what is one, and what is left of it (PRD, NFR-22).

Issuers and lengths are those of ISO/IEC 7812; the last four digits stay, as PCI DSS 3.4 allows.
"""

import re
from collections.abc import Collection, Iterator
from typing import Final

from gateway.rules.vocabulary.cards import CARDS, CODES, NUMBERS, OTHERS

_GAP: Final = "(?:[ \\-\u00a0\u2007\u2009\u202f\u2010-\u2013]|&nbsp;)"
_RUN: Final = re.compile(rf"[0-9](?:{_GAP}?[0-9]){{12,}}")
_GROUP: Final = re.compile(r"[0-9]+")
_JOINED: Final = b" -+%=\r\n\xc2\xa0\xe2\x80\x87\x89\x90\x91\x92\x93\xaf"
"""The bytes of what may stand between digits, in several encodings."""
_ALIKE: Final = bytes.maketrans(b"123456789CVN", b"000000000cvn")
"""What makes one of all digits, so that thirteen of them are found at once."""
_ESCAPES: Final = re.compile(rb"[%&\\](?:2[Dd]|[CcEe]2|nbsp;|[ux])")
_HINT: Final = re.compile(
    rb"[2-6](?:(?:[ +-]|%20|%2[Dd]|%[Cc]2%[Aa]0|%[Ee]2%80%[89Aa].|\\[ux](?:00)?[Aa]0|\\u20[0-2]."
    rb"|\xc2\xa0|\xe2\x80[\x87\x89\x90-\x93\xaf]|&nbsp;|=\r?\n)?[0-9]){12}"
)

_SHAPES: Final = frozenset(
    {(4, 4, 4, 4), (8, 8), (4, 6, 5), (4, 6, 4), (4, 4, 4, 3), (4, 3, 3, 3), (4, 4, 4, 4, 3)}
)
"""How cards print their number, and how people write it down."""
_ANY: Final = frozenset(range(13, 20))
_LONG: Final = frozenset(range(16, 20))
_SIXTEEN: Final = frozenset({16})
_MAESTRO: Final = ("5018", "5020", "5038", "5893", "6304", "6759", "6761", "6762", "6763")
_ISSUERS: Final = {
    str(start): lengths
    for starts, lengths in (
        (range(4000, 5000), ({13, 16, 19}, _SIXTEEN)),  # Visa
        ((*range(5100, 5600), *range(2221, 2721)), (_SIXTEEN, _SIXTEEN)),  # Mastercard
        ((*range(3400, 3500), *range(3700, 3800)), ({15}, {15})),  # American Express
        ((*range(3000, 3060), *range(3090, 3100)), ({14, *_LONG}, {14})),  # Diners Club
        ((*range(3600, 3700), *range(3800, 4000)), ({14, *_LONG}, {14})),
        (range(3528, 3590), (_LONG, _SIXTEEN)),  # JCB
        ((6011, *range(6440, 6600), *range(6200, 6300)), (_LONG, _SIXTEEN)),  # Discover, UnionPay
        (_MAESTRO, (_ANY, frozenset[int]())),
    )
    for start in starts
}
"""First digits, with the lengths of numbers, and those that need no word beside them.

German telephone numbers and the codes on goods have 13 digits; most of what starts with 5 or 6 is
Maestro's by the book, and nobody's in fact.
"""
_PREFIX: Final = 4
_MOST_GROUPS: Final = 5
_IBAN: Final = re.compile(r"\b[A-Za-z]{2}[0-9]{2}\Z")
_BEFORE: Final = 60
_SHORTEST: Final = 13
_AFTER: Final = 40

# A word starts after what is no letter, or with a capital in camelCase.
_START: Final = r"(?:(?<![^\W\d_])|(?<=[a-z])(?=[A-Z]))"
_CARD_WORDS: Final = re.compile(rf"{_START}(?i:{CARDS})|(?i:kreditkarte|cardnumber|card_?no)")
_OTHER_NUMBERS: Final = re.compile(rf"{_START}(?i:{OTHERS})(?i:[\W_]*(?:{NUMBERS})\b)*[\W_]*\Z")
"""What says, right before a number in one piece, that it is a number of something else."""

_CODE: Final = r"[0-9]{3,4}(?![0-9])"
_SAYS: Final = rf"(?i:2?\b|_)(?:[\W_]{{0,4}}(?i:{NUMBERS})\b)?[\W_]{{0,6}}"
_SURE: Final = re.compile(rf"({_START}(?i:cv[vcn]){_SAYS})({_CODE})")
_SURE_AFTER: Final = re.compile(
    rf"(?<![0-9*/])(?<![*][ -])({_CODE})(?=[ (]{{1,2}}(?i:cv[vcn])2?\b(?!\W{{0,4}}[0-9]))"
)
_BESIDE: Final = re.compile(rf"({_START}(?i:{CODES}){_SAYS})({_CODE})")
"""The code on a card; what may be another code as well counts only beside a card's number."""
_LAST: Final = re.compile(
    r"([*][ -]?[0-9]{4}[\s,;|/]{1,3}(?:0?[1-9]|1[0-2]) ?[/|\- ] ?(?:20)?[0-9]{2}[\s,;|/]{1,3})"
    rf"({_CODE})"
)
"""A number, when it ends, and the code: nobody has to say what is what."""


class Mask:
    """Masks texts that belong together: a code beside the number of a card is one of that card.

    `keeps` are texts that identify something, such as a sender: a number that stands in one of them
    is left alone. `count` tells how many numbers and codes were masked, `numbers` which ones.
    """

    def __init__(self, keeps: Collection[str] = (), *, is_beside: bool = False) -> None:
        self.count = 0
        self.numbers: set[str] = set()
        self.has_card = is_beside
        self._keeps = [kept for kept in keeps if kept]

    def text(self, text: str, label: str = "") -> str:
        """The text without the numbers in it, as long as before; `label` is what it is called.

        It is the same object when it holds none.
        """
        whole = f"{label}: {text}" if label else text
        if not self.has_card and not may_hold(whole.encode("utf-8", "replace")):
            return text
        before = self.count
        masked = self._without_codes(self._without_numbers(whole))
        return masked[len(whole) - len(text) :] if self.count > before else text

    def _without_numbers(self, text: str) -> str:
        pieces, end = [], 0
        for start, stop in _numbers(text):
            number = text[start:stop]
            if any(number in kept for kept in self._keeps):
                continue
            pieces += [text[end:start], _masked(number)]
            end = stop
            self.count += 1
            self.numbers.add(_digits(number))
            self.has_card = True
        return "".join([*pieces, text[end:]]) if pieces else text

    def _without_codes(self, text: str) -> str:
        for form in (_SURE, _BESIDE, _LAST) if self.has_card else (_SURE,):
            text, found = form.subn(lambda code: code[1] + "*" * len(code[2]), text)
            self.count += found
        if self.has_card:
            text, found = _SURE_AFTER.subn(lambda code: "*" * len(code[1]), text)
            self.count += found
        return text


def may_hold(text: bytes) -> bool:
    """Whether a text, in whatever encoding, is worth a closer look; mostly it is not."""
    alike = text.translate(_ALIKE, _JOINED)
    if b"cv" in alike and (b"cvv" in alike or b"cvc" in alike or b"cvn" in alike):
        return True
    if b"0000000000000" in alike or _ESCAPES.search(text):
        return _HINT.search(text) is not None
    return False


def is_card(digits: str) -> bool:
    """Whether an issuer gives out numbers like this one, and its check digit is right."""
    lengths, _ = _ISSUERS.get(digits[:_PREFIX], ((), ()))
    return len(digits) in lengths and _passes_luhn(digits)


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    """Where the numbers of cards stand, from left to right."""
    for run in _RUN.finditer(text):
        groups = [(g.start(), g.end()) for g in _GROUP.finditer(text, run.start(), run.end())]
        if _starts_iban(text, groups[0]):
            continue
        first = 0
        while first < len(groups):
            last = next(_last_groups(text, groups, first), None)
            if last is None:
                first += 1
                continue
            yield groups[first][0], groups[last][1]
            first = last + 1


def _last_groups(text: str, groups: list[tuple[int, int]], first: int) -> Iterator[int]:
    """The groups with which a number may end that starts with the group `first`."""
    end_of_all = len(groups) - 1
    ends = range(min(first + _MOST_GROUPS, len(groups)) - 1, first - 1, -1)
    for last in (end_of_all, *ends) if first == 0 else ends:
        start, stop = groups[first][0], groups[last][1]
        if stop - start < _SHORTEST:
            return
        sizes = tuple(end - begin for begin, end in groups[first : last + 1])
        is_usual = len(sizes) == 1 or sizes in _SHAPES
        if not is_usual and (first, last) != (0, end_of_all):
            continue
        digits = _digits(text[start:stop])
        if is_card(digits):
            is_sure = is_usual and _is_sure(text, start, stop, digits)
            if _is_meant(text, start, stop, is_sure=is_sure, is_whole=len(sizes) == 1):
                yield last


def _is_sure(text: str, start: int, end: int, digits: str) -> bool:
    """Whether a number needs no word beside it: of no rare kind, and no piece of a longer name."""
    if len(digits) not in _ISSUERS[digits[:_PREFIX]][1]:
        return False
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return not (
        re.search(r"(?:[^\W\d]|[_/=@#+]|[0-9][.,]|\w-)\Z", before)
        or re.match(r"[^\W\d]|[_@]|[.,][0-9]|-\w|\.\w", after)
    )


def _is_meant(text: str, start: int, end: int, *, is_sure: bool, is_whole: bool) -> bool:
    """Whether what stands around a number lets it be a card's."""
    before = text[max(0, start - _BEFORE) : start]
    if is_sure and not (is_whole and _OTHER_NUMBERS.search(before)):
        return True
    return bool(_CARD_WORDS.search(before) or _CARD_WORDS.search(text[end : end + _AFTER]))


def _starts_iban(text: str, group: tuple[int, int]) -> bool:
    """Two letters and two digits: the rest is the number of a bank account (ISO 13616)."""
    start, end = group
    return _IBAN.match(text, max(0, start - 2), end) is not None


def _passes_luhn(digits: str) -> bool:
    """The check digit of ISO/IEC 7812-1."""
    doubled = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    values = [int(digit) for digit in reversed(digits)]
    return (sum(values[::2]) + sum(doubled[value] for value in values[1::2])) % 10 == 0


def _digits(text: str) -> str:
    return "".join(_GROUP.findall(text))


def _masked(number: str) -> str:
    """The number with its last four digits alone, grouped as before."""
    kept = [place for place, character in enumerate(number) if character.isdigit()][-4]
    return re.sub(r"[0-9]", "*", number[:kept]) + number[kept:]
