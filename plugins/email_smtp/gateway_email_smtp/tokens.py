"""Ids and addresses of ours that say which conversation or mail an answer belongs to. Pure.

A mail system may write an address anew in lower case, and a local part may have 64 characters
(RFC 5321 section 4.5.3.1.1): all that is made here is in lower case and keeps to that.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Final

LOCAL_PART: Final = 64
_MAC_BYTES: Final = 10
"""80 bits: 16 characters, and nobody tries them out by mail."""
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_ID: Final = r"(?P<id>0|[1-9a-z][0-9a-z]{0,12})"
_MAC: Final = r"(?P<mac>[a-z2-7]{16})"
_DOMAIN: Final = r"(?P<domain>[^\s@<>]{1,255})"
_THREAD: Final = r"(?P<thread>[0-9a-f]{16})"
_LOCAL: Final = r"(?P<local>[^\s@<>]{1,64})"
_MESSAGE_ID: Final = re.compile(rf"<?{_THREAD}\.{_ID}\.{_MAC}@{_DOMAIN}>?")
_REPLY: Final = re.compile(rf"{_LOCAL}\+t\.{_THREAD}\.{_MAC}@{_DOMAIN}")
_BOUNCE: Final = re.compile(rf"{_LOCAL}\+b\.{_ID}\.{_MAC}@{_DOMAIN}")
_MAILBOX: Final = re.compile(rf"{_LOCAL}@{_DOMAIN}")
_IS_THREAD: Final = re.compile(_THREAD)


def thread_of(root_id: str) -> str:
    """The thread that a Message-ID opens, with or without its brackets.

    >>> thread_of("<Q1@example.org>") == thread_of("q1@example.org")
    True
    """
    bare = root_id.strip().removeprefix("<").removesuffix(">").lower()
    return hashlib.sha256(bare.encode("utf-8", "replace")).hexdigest()[:16]


def is_thread(text: str) -> bool:
    """Whether a text has the form of a thread: 16 hexadecimal digits in lower case."""
    return _IS_THREAD.fullmatch(text) is not None


class Tokens:
    """Signs with the first of the secrets; what any of them has signed is ours.

    What somebody else made up, cut, or moved to another mailbox or domain reads as None.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        self._keys = tuple(secret.encode() for secret in secrets)
        if not self._keys or not all(self._keys):
            raise ValueError("a token is signed with a secret that is not empty")

    def message_id(self, thread: str, outbound_id: int, domain: str) -> str:
        """The Message-ID of an outgoing mail, brackets and all: the same for each attempt."""
        known, number, place = _thread(thread), _digits(outbound_id), domain.lower()
        return f"<{known}.{number}.{self._mac('m', known, number, place)}@{place}>"

    def read_message_id(self, text: str) -> tuple[str, int] | None:
        """The thread and the id of the outgoing mail that a Message-ID of ours names."""
        found = _MESSAGE_ID.fullmatch(text.strip().lower())
        if found is None:
            return None
        thread, number = found["thread"], found["id"]
        if not self._is_ours(found["mac"], "m", thread, number, found["domain"]):
            return None
        return thread, int(number, 36)

    def reply_address(self, mailbox: str, thread: str) -> str:
        """The address at which an answer finds its thread.

        The mailbox itself, where its local part leaves no room.
        """
        return self._tagged(mailbox, "t", _thread(thread))

    def read_reply_address(self, text: str) -> str | None:
        """The thread that an address of ours names."""
        found = _REPLY.fullmatch(text.strip().lower())
        if found is None:
            return None
        mailbox = f"{found['local']}@{found['domain']}"
        return (
            found["thread"] if self._is_ours(found["mac"], "t", found["thread"], mailbox) else None
        )

    def bounce_address(self, mailbox: str, outbound_id: int) -> str:
        """The envelope sender of an outgoing mail, by which a report of it is known (VERP).

        The mailbox itself, where its local part leaves no room.
        """
        return self._tagged(mailbox, "b", _digits(outbound_id))

    def read_bounce_address(self, text: str) -> int | None:
        """The id of the outgoing mail that an envelope sender of ours names."""
        found = _BOUNCE.fullmatch(text.strip().lower())
        if found is None:
            return None
        mailbox = f"{found['local']}@{found['domain']}"
        return (
            int(found["id"], 36) if self._is_ours(found["mac"], "b", found["id"], mailbox) else None
        )

    def _tagged(self, mailbox: str, kind: str, content: str) -> str:
        found = _MAILBOX.fullmatch(mailbox.strip().lower())
        if found is None:
            raise ValueError(f"{mailbox[:80]!r} is no mail address")
        local = f"{found['local']}+{kind}.{content}.{self._mac(kind, content, found[0])}"
        return f"{local}@{found['domain']}" if len(local.encode()) <= LOCAL_PART else found[0]

    def _mac(self, *parts: str) -> str:
        return _mac(self._keys[0], parts)

    def _is_ours(self, given: str, *parts: str) -> bool:
        verdicts = [hmac.compare_digest(given, _mac(key, parts)) for key in self._keys]
        return any(verdicts)


def _mac(key: bytes, parts: Sequence[str]) -> str:
    """No part holds white space, so that the line feeds between them are never theirs."""
    signed = "\n".join(parts).encode("utf-8", "surrogatepass")
    digest = hmac.digest(key, signed, "sha256")
    return base64.b32encode(digest[:_MAC_BYTES]).decode().lower()


def _thread(thread: str) -> str:
    if not is_thread(thread):
        raise ValueError("a thread is 16 hexadecimal digits")
    return thread


def _digits(number: int) -> str:
    if number < 0:
        raise ValueError("the id of an outgoing mail is not negative")
    digits = ""
    while number:
        number, last = divmod(number, len(_DIGITS))
        digits = _DIGITS[last] + digits
    return digits or "0"
