"""The lines of a mail, with what the structure around each of them says about it."""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

Zone = Literal["", "answer", "quoted", "tail", "signature"]
"""Where a line stands: `answer` is a container of quotations that may have answers between them,
`quoted` is one quotation, `tail` is all that follows the place where a client put a quotation.
"""
MOST_DEPTH: Final = 20
MOST_LINES: Final = 4_000
"""Of a text with more, the rest counts as one."""
SIGNATURE: Final = "-- "
"""The line before a signature; its space is part of it (RFC 3676 section 4.3)."""


class Line(NamedTuple):
    """One line without its end; `quote` is how deep it is quoted.

    `is_ruled`: a line was drawn above it.
    """

    text: str
    quote: int = 0
    zone: Zone = ""
    is_ruled: bool = False


def plain_lines(text: str, *, is_flowed: bool = False, drops_spaces: bool = False) -> list[Line]:
    """The lines of a plain text; a flowed one is put together again (RFC 3676)."""
    raw = text.replace("\r\n", "\n").replace("\r", "\n").split("\n", MOST_LINES)
    if is_flowed:
        return list(_unflowed(raw, drops_spaces=drops_spaces))
    return [Line(line, depth_of(line)) for line in raw]


def is_between_arrows(line: str) -> bool:
    """Whether a line stands between the marks by which GroupWise introduces a quotation."""
    return line.startswith(">>> ") and line.endswith(" >>>")


def depth_of(line: str) -> int:
    """How many quotation marks a line begins with; spaces between them are no matter."""
    if ">" not in line[:8] or is_between_arrows(line):
        return 0
    depth = 0
    for character in line[: 3 * MOST_DEPTH]:
        if character == ">":
            depth += 1
        elif character != " ":
            break
    return depth


def unquoted(line: str, depth: int = MOST_DEPTH) -> str:
    """The line without its first quotation marks."""
    for _ in range(depth):
        stripped = line.lstrip(" ")
        if not stripped.startswith(">"):
            return line
        line = stripped[1:].removeprefix(" ")
    return line


def _unflowed(raw: list[str], *, drops_spaces: bool) -> Iterator[Line]:
    """Lines that end with a space go on in the next, within one depth; never a signature's.

    A mark behind a space is none, but a character that was written (RFC 3676 section 4.4).
    """
    marks, pieces = "", list[str]()
    for line in raw:
        stripped = line.lstrip(">")
        quotes = line[: len(line) - len(stripped)]
        body = stripped.removeprefix(" ")
        if pieces and (quotes != marks or body == SIGNATURE):
            yield _joined(marks, pieces)
            pieces = []
        marks = quotes
        goes_on = body.endswith(" ") and body != SIGNATURE
        pieces.append(body[:-1] if goes_on and drops_spaces else body)
        if not goes_on:
            yield _joined(marks, pieces)
            pieces = []
    if pieces:
        yield _joined(marks, pieces)


def _joined(marks: str, pieces: list[str]) -> Line:
    text = f"{marks} {''.join(pieces)}" if marks else "".join(pieces)
    return Line(text, depth_of(text) if marks else 0)
