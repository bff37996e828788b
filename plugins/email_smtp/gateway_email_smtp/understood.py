"""What of a mail is to be understood: what its writer wrote, what was forwarded, the subject."""

import re
from typing import Final

from gateway_email_smtp.boundaries import MOST_ATTRIBUTION_LINES
from gateway_email_smtp.calendars import words_of
from gateway_email_smtp.forwards import cleaned
from gateway_email_smtp.lines import plain_lines
from gateway_email_smtp.mail import Mail, Original
from gateway_email_smtp.splitter import split
from gateway_email_smtp.subjects import bare_subject, is_answer

LONGEST: Final = 20_000
"""What a conversation is given of one mail; all of it is in the message's payload."""
SHORT_LINE: Final = 4
_WORD: Final = re.compile(r"\w+")
_TAGS: Final = re.compile(r"^(?:\s{0,3}\[[^\[\]]{1,30}\])+\s{0,3}")


def understood(mail: Mail) -> str:
    """The text that a person would act on.

    Of a forwarded mail: the comment, then what was forwarded. The subject comes first where it
    says more than the body. Where nothing seems to be written anew, and what is quoted is not
    marked line by line, the answer may stand anywhere below: then the whole text counts.
    """
    body = _body(mail)
    subject = _telling_subject(mail, body)
    text = "\n\n".join(piece for piece in (subject, body) if piece)
    if mail.invitation and mail.invitation.summary:
        text = f"{text}\n\n{words_of(mail.invitation)}".strip()
    if not text and not mail.files and not _is_marked(mail):
        text = mail.text.strip()
    return text[:LONGEST]


def _body(mail: Mail) -> str:
    comment = cleaned(mail.visible)
    if mail.forwarded is None:
        return comment
    return "\n\n".join(piece for piece in (comment, _forwarded(mail.forwarded)) if piece)


def _is_marked(mail: Mail) -> bool:
    """Whether the quoted lines have quotation marks, all but those that introduce them."""
    bare = [line for line in mail.quoted.splitlines() if line.strip() and line[0] != ">"]
    return len(bare) <= MOST_ATTRIBUTION_LINES


def _forwarded(original: Original) -> str:
    """What the original's writer wrote anew; all of it where that is nothing."""
    writer = original.sender.address if original.sender else ""
    pieces = split(plain_lines(original.text), writer=writer)
    fresh = "\n\n".join(
        piece.text.strip() for piece in pieces if piece.kind == "visible" and piece.text.strip()
    )
    return fresh or original.text


def _telling_subject(mail: Mail, body: str) -> str:
    """The subject where it says more than the body; that of an answer is the thread's, not its."""
    told = mail.forwarded.subject if mail.forwarded and mail.forwarded.subject else mail.subject
    subject = _TAGS.sub("", bare_subject(told))
    if (is_answer(mail.subject) or mail.in_reply_to) and mail.forwarded is None:
        return ""
    known = {word.lower() for word in _WORD.findall(body)}
    new = [word for word in _WORD.findall(subject) if word.lower() not in known]
    return subject if new and len(_WORD.findall(subject)) > _said(body) else ""


def _said(body: str) -> int:
    """How many words a body has, without the lines in which one greets and takes leave."""
    lines = [line for line in body.splitlines() if line.strip()]
    while lines and _is_short(lines[0]) and lines[0].rstrip().endswith((",", "!")):
        lines.pop(0)
    while lines and _is_short(lines[-1]):
        lines.pop()
    return sum(len(_WORD.findall(line)) for line in lines)


def _is_short(line: str) -> bool:
    return len(_WORD.findall(line)) <= SHORT_LINE
