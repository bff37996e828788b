"""Finds the mail inside a forwarded one: who wrote it, when, about what, and its text."""

import re
from collections.abc import Sequence
from typing import Final

from gateway_email_smtp.boundaries import Boundary, boundary_at, following_line
from gateway_email_smtp.headers import date_of, mailbox_of
from gateway_email_smtp.lines import Line, plain_lines, unquoted
from gateway_email_smtp.mail import Mail, Mailbox, Original
from gateway_email_smtp.subjects import is_forward

MOST_SEARCHED: Final = 600
MOST_FORWARDS: Final = 10
FINNISH: Final = "Lähettäjä:"
FINNISH_ANSWER: Final = "vs:"
"""In Danish this is the prefix of a forwarded mail."""
LONGEST_FROM: Final = 1000
LONGEST_DATE: Final = 200
LONGEST_SUBJECT: Final = 500
_ADDRESS: Final = re.compile(r"[^\s<>()\[\]@,;:\"']{1,64}@[^\s<>()\[\]@,;:\"']{1,253}")
_PICTURE: Final = re.compile(r"\[?<?cid:[^\]\s>]{1,200}[\]>]?")
_LINK: Final = re.compile(r"\s?[<\[(]mailto:[^>\])\s]{1,320}[>\])]")
_OFFSET: Final = re.compile(r"\d\d:\d\d(?::\d\d)?\s[+-]\d{4}")


def forwarded_of(mail: Mail) -> Original | None:
    """The mail that the text of this one forwards; None where it forwards none."""
    lines = plain_lines(mail.text)
    boundary = _first(lines)
    if boundary is None or not _is_forward(mail, boundary):
        return None
    boundary = _innermost(lines, boundary)
    text = cleaned(_text(lines[boundary.end :]))
    sender = _sender(boundary.fields.get("from", ""))
    if sender is None and not text:
        return None
    date = boundary.fields.get("date", "")[:LONGEST_DATE]
    return Original(
        sender=sender,
        text=text,
        subject=" ".join(boundary.fields.get("subject", "").split())[:LONGEST_SUBJECT],
        date=date,
        sent_at=date_of(date) if _OFFSET.search(date) else None,
    )


def cleaned(text: str) -> str:
    """The text without what programs leave in it: links to pictures, addresses written twice."""
    return _LINK.sub("", _PICTURE.sub("", text)).strip()


def _first(lines: Sequence[Line]) -> Boundary | None:
    searched = 0
    for place, line in enumerate(lines):
        if line.text:
            searched += 1
            boundary = boundary_at(lines, place)
            if boundary and (boundary.is_sure or _is_marked(lines, boundary)):
                return boundary
        if searched > MOST_SEARCHED:
            break
    return None


def _is_marked(lines: Sequence[Line], boundary: Boundary) -> bool:
    following = following_line(lines, boundary.end)
    return following is not None and lines[following].quote > 0


def _is_forward(mail: Mail, boundary: Boundary) -> bool:
    if boundary.kind == "forward":
        return True
    if FINNISH in mail.text and mail.subject[:3].lower() == FINNISH_ANSWER:
        return False
    return boundary.kind in {"headers", "original"} and is_forward(mail.subject)


def _innermost(lines: Sequence[Line], boundary: Boundary) -> Boundary:
    """The boundary of the mail that was forwarded again and again without a word."""
    for _ in range(MOST_FORWARDS):
        place = following_line(lines, boundary.end)
        inner = boundary_at(lines, place) if place is not None else None
        if inner is None or _sender(inner.fields.get("from", "")) is None:
            break
        if inner.kind != "forward" and not is_forward(boundary.fields.get("subject", "")):
            break
        boundary = inner
    return boundary


def _text(lines: Sequence[Line]) -> str:
    """The forwarded lines, without quotation marks where all of them have one."""
    written = [line.text for line in lines]
    if all(line.quote for line in lines if line.text.strip()):
        written = [unquoted(line, 1) for line in written]
    return "\n".join(written).strip()


def _sender(told: str) -> Mailbox | None:
    """The address in a line such as `Berg, Anna [mailto:anna@example.org]`, and the name there."""
    text = told[:LONGEST_FROM].replace("mailto:", "")
    found = _ADDRESS.search(text)
    if not found:
        return None
    name = text[: found.start()].strip(" \t<[(\"'*")
    return mailbox_of(found[0].rstrip("."), name)
