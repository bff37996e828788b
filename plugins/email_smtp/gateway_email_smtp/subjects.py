"""What a subject says of a mail before it says what the mail is about."""

import re
from typing import Final

from gateway_email_smtp.wording import FORWARD_PREFIXES, REPLY_PREFIXES

MOST_PREFIXES: Final = 10
_PREFIX: Final = re.compile(
    r"\s{0,5}\[?([^\s:：\[\]()]{1,14})(?:[\[(]\d{1,3}[\])]|\^\d{1,3})?\s{0,2}[:：]\]?\s{0,5}"
)


def prefixes_of(subject: str) -> tuple[list[str], str]:
    """The prefixes of an answer or a forwarded mail, first one first, and the subject without."""
    found: list[str] = []
    rest = subject
    while len(found) < MOST_PREFIXES:
        prefix = _PREFIX.match(rest)
        word = prefix[1].lower() if prefix else ""
        if prefix is None or word not in FORWARD_PREFIXES | REPLY_PREFIXES:
            break
        found.append(word)
        rest = rest[prefix.end() :]
    return found, rest.strip()


def bare_subject(subject: str) -> str:
    """The subject without its prefixes."""
    return prefixes_of(subject)[1]


def is_forward(subject: str) -> bool:
    """Whether the outermost prefix is that of a forwarded mail."""
    found = prefixes_of(subject)[0]
    return bool(found) and found[0] in FORWARD_PREFIXES


def is_answer(subject: str) -> bool:
    """Whether the outermost prefix is that of an answer."""
    found = prefixes_of(subject)[0]
    return bool(found) and found[0] not in FORWARD_PREFIXES
