"""Tells what a mail's writer wrote anew from what the mail quotes, and from a signature.

It reads each line a bounded number of times, so that no text stalls it. Nothing is thrown away.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from gateway_email_smtp.boundaries import boundary_at, following_line
from gateway_email_smtp.lines import Line
from gateway_email_smtp.mail import Segment, SegmentKind
from gateway_email_smtp.wording import DEVICES, FORWARDED, LIST_FOOTER, SENT_FROM, SENT_FROM_ENDS

MOST_SEARCHED: Final = 600
"""Who has written so many lines without quoting a mail has written all of them."""
HEAD_LINES: Final = 6
LONGEST_SENT_FROM: Final = 90
DELIMITERS: Final = frozenset({"-- ", "--\xa0"})
BARE_DELIMITERS: Final = frozenset({"--", "—", "–"})
MOST_SIGNATURE_LINES: Final = 60
MOST_BARE_SIGNATURE_LINES: Final = 10
LONGEST_BARE_SIGNATURE_LINE: Final = 100
MOST_SENT_FROM_LINES: Final = 3
MOST_FOOTER_LINES: Final = 12
LONGEST_FOOTER: Final = 1200
LEAST_FOOTER_RULE: Final = 30
_INITIALS: Final = re.compile(r" {0,4}([^\W\d_]{1,4}>)(?: |$)")
_RULE: Final = re.compile(r"([-=_*━─―\uff1d\uff3f])\1{9,150}")
_SPACES: Final = re.compile(r"\s+")

Kinds = list[SegmentKind]


def split(lines: Sequence[Line], *, writer: str = "") -> tuple[Segment, ...]:
    """The text in pieces that joined are the lines again; `writer` is the address of its writer."""
    kinds: Kinds = ["visible"] * len(lines)
    _by_structure(lines, kinds)
    _by_boundaries(lines, kinds)
    for start, end in _runs(kinds):
        _by_signature(lines, kinds, start=start, end=end, writer=writer)
    _blank_lines(lines, kinds)
    return tuple(_segments(lines, kinds))


def _by_structure(lines: Sequence[Line], kinds: Kinds) -> None:
    """Follows quotation marks and what the client marked."""
    for number, line in enumerate(lines):
        if line.quote or line.zone in {"quoted", "tail"}:
            kinds[number] = "quoted"
        elif line.zone == "signature":
            kinds[number] = "signature"
    place = 0
    for zone, group in groupby(lines, key=lambda line: line.zone):
        size = sum(1 for _ in group)
        if zone == "answer":
            _answer_zone(lines, kinds, start=place, end=place + size)
        place += size


def _answer_zone(lines: Sequence[Line], kinds: Kinds, *, start: int, end: int) -> None:
    """Quoted up to its first quotation; what stands after one is an answer, unless forwarded.

    A container without a quotation and without a line that introduces one holds what was written.
    """
    quoted = next((n for n in range(start, end) if lines[n].quote), None)
    above = [n for n in range(max(0, start - HEAD_LINES), start) if lines[n].text.strip()]
    head = [*above, *range(start, min(start + HEAD_LINES, end))]
    if _is_forwarded([lines[n].text for n in head]):
        quoted = end
    elif quoted is None:
        follows = bool(above) and kinds[above[-1]] == "quoted"
        quoted = end if follows or any(boundary_at(lines, n) for n in head) else start
    kinds[start:quoted] = ["quoted"] * (quoted - start)


def _is_forwarded(head: Sequence[str]) -> bool:
    text = "\n".join(head).lower()
    return any(f"- {phrase} -" in text for phrase in FORWARDED)


def _by_boundaries(lines: Sequence[Line], kinds: Kinds) -> None:
    """Follows the lines that clients put above a quotation."""
    place = searched = 0
    has_initials = False
    while place < len(lines) and searched < MOST_SEARCHED:
        boundary = None
        if kinds[place] == "visible" and lines[place].text:
            boundary = boundary_at(lines, place)
            searched += 1
        if boundary is None:
            place += 1
            continue
        following = following_line(lines, boundary.end)
        if not has_initials and following is not None:
            has_initials = _by_initials(lines, kinds, following)
        is_marked = following is not None and (
            lines[following].quote > 0 or kinds[following] == "quoted"
        )
        if not (is_marked or boundary.is_sure):
            place = boundary.end
            continue
        end = boundary.end if is_marked else len(lines)
        kinds[place:end] = ["quoted"] * (end - place)
        place = end


def _by_initials(lines: Sequence[Line], kinds: Kinds, start: int) -> bool:
    """Follows marks with the initials of who is quoted, `AB> `, where a quotation begins so."""
    found = _INITIALS.match(lines[start].text)
    if not found:
        return False
    for number in range(start, len(lines)):
        if lines[number].text.lstrip(" ").startswith(found[1]):
            kinds[number] = "quoted"
    return True


def _runs(kinds: Kinds) -> Iterator[tuple[int, int]]:
    """Where stretches of what was written anew begin and end."""
    place = 0
    for kind, group in groupby(tuple(kinds)):
        size = sum(1 for _ in group)
        if kind == "visible":
            yield place, place + size
        place += size


def _by_signature(
    lines: Sequence[Line], kinds: Kinds, *, start: int, end: int, writer: str
) -> None:
    """Finds a signature at the end of a stretch; in doubt there is none."""
    end = _above_rules(lines, kinds, start=start, end=end, writer=writer)
    delimiters = [n for n in range(start, end) if lines[n].text in DELIMITERS | BARE_DELIMITERS]
    if delimiters and _is_signature(lines, delimiters[-1], start=start, end=end):
        kinds[delimiters[-1] : end] = ["signature"] * (end - delimiters[-1])
        end = delimiters[-1]
    written = [n for n in range(start, end) if lines[n].text.strip()][-MOST_SENT_FROM_LINES:]
    for number in reversed(written):
        if not _is_sent_from(lines[number].text):
            break
        kinds[number:end] = ["signature"] * (end - number)
        end = number


def _above_rules(lines: Sequence[Line], kinds: Kinds, *, start: int, end: int, writer: str) -> int:
    """The end of what stands above a card with the writer's address, or above a list's footer."""
    last = [n for n in range(start, end) if lines[n].text.strip()][-MOST_FOOTER_LINES:]
    rules = [n for n in last if _RULE.fullmatch(lines[n].text.strip())]
    if not rules or last[0] == rules[0]:
        return end
    before = lines[last[last.index(rules[0]) - 1]].text.rstrip()
    inside = "\n".join(lines[n].text for n in last if n > rules[0])[:LONGEST_FOOTER].lower()
    is_card = last[-1] in rules[1:] and bool(writer) and writer.lower() in inside
    is_footer = _is_list_footer(lines[rules[0]].text.strip(), inside)
    if before.endswith((":", "：")) or not (is_card or is_footer):
        return end
    kinds[rules[0] : end] = ["signature"] * (end - rules[0])
    return rules[0]


def _is_list_footer(rule: str, inside: str) -> bool:
    if len(rule) < LEAST_FOOTER_RULE or rule[0] != "_":
        return False
    return "@" in inside and any(phrase in inside for phrase in LIST_FOOTER)


def _is_signature(lines: Sequence[Line], place: int, *, start: int, end: int) -> bool:
    """The delimiter as it is meant is enough; without its space the lines have to look like one."""
    after = [lines[n].text.strip() for n in range(place + 1, end) if lines[n].text.strip()]
    if len(after) > MOST_SIGNATURE_LINES:
        return False
    if lines[place].text in DELIMITERS:
        return True
    before = start > 0 or any(lines[n].text.strip() for n in range(start, place))
    is_short = len(after) <= MOST_BARE_SIGNATURE_LINES
    return (
        before
        and is_short
        and all(len(line) <= LONGEST_BARE_SIGNATURE_LINE and "?" not in line for line in after)
    )


def _is_sent_from(text: str) -> bool:
    """Whether a device or program put this line there: `Sent from my iPhone`."""
    words = _SPACES.sub(" ", text).strip(" -_*.>[]()").lower()
    if not words or len(words) > LONGEST_SENT_FROM or words.endswith(("?", ":")):
        return False
    if not (words.startswith(SENT_FROM) or words.endswith(SENT_FROM_ENDS)):
        return False
    return "<http" in words or any(device in words for device in DEVICES)


def _blank_lines(lines: Sequence[Line], kinds: Kinds) -> None:
    """Blank lines belong to what stands before them."""
    for number in range(1, len(lines)):
        if not lines[number].text.strip():
            kinds[number] = kinds[number - 1]


def _segments(lines: Sequence[Line], kinds: Kinds) -> Iterator[Segment]:
    place = 0
    for kind, group in groupby(tuple(kinds)):
        end = place + sum(1 for _ in group)
        text = "\n".join(line.text for line in lines[place:end])
        yield Segment(kind=kind, text=text + ("\n" if end < len(lines) else ""))
        place = end
