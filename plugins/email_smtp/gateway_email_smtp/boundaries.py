"""Where in a text an earlier mail begins: the lines that mail programs put above a quotation."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from gateway_email_smtp.lines import Line, is_between_arrows, unquoted
from gateway_email_smtp.wording import (
    ABOVE_THIS_LINE,
    BEGINS,
    FORWARDED,
    FORWARDED_BY,
    LABELS,
    ORIGINAL,
    QUOTING,
    STARTS,
    THIS_LINE,
    WROTE,
    WROTE_UNSPACED,
    LabelField,
)

BoundaryKind = Literal["answer", "original", "forward", "headers", "marker"]
MOST_ATTRIBUTION_LINES: Final = 4
LONGEST_ATTRIBUTION: Final = 400
MOST_BLOCK_LINES: Final = 16
LONGEST_LABELLED: Final = 1000
LONGEST_DIVIDER: Final = 160
MOST_BLANK_LINES: Final = 5
LEAST_LABELS: Final = 3
LEAST_DASHES: Final = 2
_FRAME: Final = " \t-_=*#~>|—–"
_BIDI: Final = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_LABEL: Final = re.compile(
    r"[\s>|*_]{0,20}([^\s:：*>|][^:：*<@]{0,24}?)\s{0,3}\*{0,2}\s{0,3}[:：]\*{0,2}(.*)"
)
_WROTE: Final = re.compile(
    rf"(?<!\w)(?:{'|'.join(re.escape(word) for word in WROTE)})(?!\w)"
    rf"|{'|'.join(re.escape(word) for word in WROTE_UNSPACED)}",
    re.IGNORECASE,
)
_TIME: Final = re.compile(r"\d[:.]\d\d|\d\d:\d\d|[12]\d{3}")
_ADDRESS: Final = re.compile(r"@[\w-]{1,60}\.")
_BRACKETED: Final = re.compile(r"<[^<>\s]{1,100}@[^<>\s]{1,200}\s?>")
_YEAR: Final = re.compile(r"(?<!\d)20\d\d(?!\d)|\d[./-]\d{1,2}[./-]\d\d")
_ADDRESS_END: Final = re.compile(r"@[^\s<>]{1,200}[>)\]]{1,3}\s?[:：]$")
_ENDS: Final = (":", "：", "-", "wrote")
_STARTS: Final = tuple(f"{word} " for word in STARTS)
_BARE_ADDRESS_END: Final = re.compile(r"@[^\s<>]{1,200}[:：]$")
_FRAMED: Final = re.compile(r"[-#=_*]{2}.{1,160}[-#=_*]{2}")
_UNDERSCORES: Final = re.compile(r"[_-]{10,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Boundary:
    """Lines from `start` up to `end` that introduce an earlier mail; `fields` are its headers.

    After one that `is_sure` all is of the earlier mail, quotation marks or none.
    """

    kind: BoundaryKind
    start: int
    end: int
    is_sure: bool = True
    fields: Mapping[LabelField, str] = field(default_factory=dict)


def boundary_at(lines: Sequence[Line], place: int) -> Boundary | None:
    """The boundary that begins with this line."""
    text = bare(lines[place].text)
    if not text or len(text) > LONGEST_LABELLED:
        return None
    return (
        _marker_at(text, place)
        or _arrows_at(lines, place)
        or _divider_at(lines, place)
        or _headers_at(lines, place)
        or _attribution_at(lines, place)
    )


def following_line(lines: Sequence[Line], place: int) -> int | None:
    """The first line from here that says something, if it is not far away."""
    near = range(place, min(place + MOST_BLANK_LINES, len(lines)))
    return next((number for number in near if lines[number].text.strip()), None)


def bare(text: str) -> str:
    """A line without quotation marks, emphasis and the marks of writing directions."""
    return _BIDI.sub("", unquoted(text)).strip()


def header_block(lines: Sequence[Line], place: int) -> tuple[int, Mapping[LabelField, str]]:
    """Reads a block of headers that begins here or after blank lines: its end, and what it says.

    A line without a label goes on with the one before; the first blank line after a label ends it.
    """
    found: dict[LabelField, str] = {}
    last: LabelField | None = None
    end = place
    for number in range(place, min(place + MOST_BLOCK_LINES, len(lines))):
        text = bare(lines[number].text)
        labelled = labelled_of(text)
        if labelled and labelled[0] in found and labelled[0] != "other":
            break
        if labelled:
            last = labelled[0]
            found.setdefault(last, labelled[1])
        elif (text and last in {"to", "cc"} and "@" in text) or (
            text and last and _wraps(lines, number)
        ):
            found[last] = f"{found[last]} {text}"
        elif text or (found and not _goes_on(lines, number, found)):
            break
        end = number + 1 if text else end
    return end, found


def labelled_of(text: str) -> tuple[LabelField, str] | None:
    """A line of a block of headers: which one it is, and what it says."""
    found = _LABEL.match(text[:LONGEST_LABELLED])
    if not found:
        return None
    name = LABELS.get(" ".join(found[1].lower().split()))
    return (name, found[2].strip(" \t*")) if name else None


def _is_listed(last: LabelField, text: str) -> bool:
    return last in {"to", "cc"} and "@" in text


def _wraps(lines: Sequence[Line], number: int) -> bool:
    """Whether a line stands before one with a label, and so goes on with that before."""
    after = bare(lines[number + 1].text) if number + 1 < len(lines) else ""
    return labelled_of(after) is not None


def _goes_on(lines: Sequence[Line], number: int, found: Mapping[LabelField, str]) -> bool:
    """Whether the block goes on after a blank line, as where each header is a paragraph."""
    after = bare(lines[number + 1].text) if number + 1 < len(lines) else ""
    labelled = labelled_of(after)
    return labelled is not None and labelled[0] not in found


def _marker_at(text: str, place: int) -> Boundary | None:
    if len(text) > LONGEST_DIVIDER or text[0] not in "-#=_*—–[":
        return None
    words = text.strip(_FRAME + "[]").lower()
    is_told = words.startswith(ABOVE_THIS_LINE) or (
        _FRAMED.fullmatch(text) and any(phrase in words for phrase in THIS_LINE)
    )
    if is_told:
        return Boundary(kind="marker", start=place, end=place + 1)
    return None


def _arrows_at(lines: Sequence[Line], place: int) -> Boundary | None:
    """A line such as `>>> Ann <ann@example.org> 12.01.2026 10:00 >>>` (GroupWise)."""
    text = lines[place].text.strip()
    if not is_between_arrows(text) or not _TIME.search(text[:LONGEST_ATTRIBUTION]):
        return None
    return Boundary(kind="answer", start=place, end=place + 1)


def _divider_at(lines: Sequence[Line], place: int) -> Boundary | None:
    """A line such as `-----Original Message-----`, with the headers that follow it."""
    text = bare(lines[place].text)
    if len(text) > LONGEST_DIVIDER:
        return None
    words = " ".join(text.strip(_FRAME + ":：").lower().split())
    dashes = sum(1 for character in text[:10] if character in "-_=*—–")
    kind: BoundaryKind | None = None
    if dashes >= LEAST_DASHES and (words in FORWARDED or words.startswith(FORWARDED_BY)):
        kind = "forward"
    elif dashes >= LEAST_DASHES and words in ORIGINAL:
        kind = "original"
    elif words in BEGINS and text.endswith((":", "：")):
        kind = "forward"
    if kind is None:
        return None
    end, fields = header_block(lines, place + 1)
    has_headers = "from" in fields or "subject" in fields
    return Boundary(kind=kind, start=place, end=end if has_headers else place + 1, fields=fields)


def _headers_at(lines: Sequence[Line], place: int) -> Boundary | None:
    """A block of headers as Outlook puts it, under a drawn line, one of underscores, or none."""
    start: int | None = place
    if _UNDERSCORES.fullmatch(bare(lines[place].text)):
        start = following_line(lines, place + 1)
    labelled = labelled_of(bare(lines[start].text)) if start is not None else None
    if (
        start is None
        or not labelled
        or (labelled[0] != "from" and start == place and not lines[place].is_ruled)
    ):
        return None
    end, fields = header_block(lines, start)
    is_mail = "subject" in fields or "@" in fields.get("from", "") or lines[place].is_ruled
    if "from" not in fields or len(fields) < LEAST_LABELS or not is_mail:
        return None
    return Boundary(kind="headers", start=place, end=end, fields=fields)


def _attribution_at(lines: Sequence[Line], place: int) -> Boundary | None:
    """`On …, … wrote:` in any language, also broken over lines."""
    texts: list[str] = []
    for number in range(place, min(place + MOST_ATTRIBUTION_LINES, len(lines))):
        text = bare(lines[number].text)
        if not text or sum(map(len, texts)) + len(text) > LONGEST_ATTRIBUTION:
            return None
        if lines[number].quote != lines[place].quote and not _is_open("".join(texts)):
            return None
        texts.append(text)
        strength = _attribution(" ".join(texts)) if text.endswith(_ENDS) else ""
        if strength:
            if _begins_later(texts):
                return None
            return Boundary(kind="answer", start=place, end=number + 1, is_sure=strength == "sure")
    return None


def _is_open(text: str) -> bool:
    """Whether an address was broken before its closing bracket, which is no quotation mark."""
    return text.count("<") > text.count(">")


def _begins_later(texts: Sequence[str]) -> bool:
    """Whether the first of these lines stands before the attribution, and is not part of it."""
    rests = [" ".join(texts[number:]) for number in range(1, len(texts))]
    told = [rest for rest in rests if _attribution(rest)]
    if any(_begins(rest) and _is_opening(rest) for rest in told):
        return True
    return bool(told) and not _is_opening(texts[0])


def _is_opening(text: str) -> bool:
    """Whether an attribution may begin with this line: one that goes on says when, or by whom."""
    if _begins(text):
        return any(character.isdecimal() for character in text)
    return bool(_ADDRESS.search(text) or _YEAR.search(text))


def _is_ended(joined: str, inner: str) -> bool:
    if inner.endswith((":", "：")) or joined.startswith("--"):
        return True
    return bool(_TIME.search(inner) and _BRACKETED.search(inner))


def _begins(text: str) -> bool:
    return text.lower().startswith(_STARTS)


def _attribution(joined: str) -> Literal["", "likely", "sure"]:
    inner = joined.strip(" -*_")
    has_date = bool(_TIME.search(inner))
    if _ADDRESS_END.search(inner) and has_date:
        return "sure"
    if has_date and _BARE_ADDRESS_END.search(inner):
        return "likely"
    if _ADDRESS_END.search(inner) and inner.lower().startswith(QUOTING):
        return "likely"
    if not _WROTE.search(inner) or not _is_ended(joined, inner):
        return ""
    if "@" not in inner:
        return "likely"  # who writes by hand that Ben wrote something seldom gives his address
    is_framed = joined.startswith("--") and joined.endswith("--")
    is_whole = has_date or is_framed or _BRACKETED.search(inner)
    return "sure" if is_whole else "likely"
