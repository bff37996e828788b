"""What a mail server's refusal means: whose fault it is, and what its owner can do. Pure.

The three digits say whether to come back (RFC 5321 section 4.2.1), the enhanced code why
(RFC 3463, and the IANA registry of SMTP enhanced status codes).
"""

import re
from collections.abc import Mapping
from typing import Final, Literal

from gateway.plugin import (
    PartFailure,
    PermanentFailure,
    RecipientUnreachable,
    TemporaryFailure,
)

Step = Literal["greeting", "tls", "login", "sender", "recipient", "content"]
"""How far the talk with the server had come."""

EXCERPT_CHARACTERS: Final = 300
_CODE: Final = re.compile(r"\b([245])\.([0-9]{1,3})\.([0-9]{1,3})\b")
_UNREACHABLE: Final = frozenset({"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"})
"""No such mailbox or domain, moved, switched off: nothing arrives there later either."""
_ADVICE: Final[Mapping[str, str]] = {
    "5.1.1": "there is no such mailbox: correct the address",
    "5.1.2": "there is no such mail domain: correct the address",
    "5.1.3": "the address is not written as addresses are: correct it",
    "5.1.6": "the mailbox has moved",
    "5.1.7": "the server takes no mail from this sender: check fromAddress",
    "5.1.8": "the server knows no domain of this sender: check fromAddress",
    "5.1.10": "there is no such mailbox: correct the address",
    "5.2.1": "the mailbox is switched off",
    "5.2.2": "the mailbox is full",
    "5.2.3": "the mail is too long for the mailbox",
    "5.3.4": "the mail is too long for the server",
    "5.4.4": "there is no server for this domain",
    "5.4.6": "the mail goes round in a circle between servers",
    "5.7.0": "the server wants another security or a login: check smtpSecurity and smtpUser",
    "5.7.1": "the server may not or will not pass this mail on: log in with smtpUser and "
    "smtpPassword, or let the server accept mail of this gateway",
    "5.7.3": "the login is missing or refused: check smtpUser and smtpPassword",
    "5.7.8": "the login is refused: set smtpUser and smtpPassword anew",
    "5.7.9": "the server wants another way to log in, such as an app password",
    "5.7.20": "no DKIM signature counts: set dkimSelector and dkimPrivateKey, publish the key",
    "5.7.23": "the domain's SPF record does not allow this server: add it",
    "5.7.25": "the sending server has no name in DNS (PTR): send through another one",
    "5.7.26": "neither SPF nor DKIM prove the sender: publish SPF, sign with DKIM",
    "5.7.30": "the server wants an encrypted connection: set smtpSecurity to tls or starttls",
    "5.7.57": "the server wants a login: set smtpUser and smtpPassword",
    "5.7.60": "the login may not send as this sender: allow it to, or set fromAddress to its own",
    "5.7.64": "the server does not relay for this gateway: log in, or add a connector",
}
_SETTINGS: Final = frozenset({530, 534, 535, 538})
"""Replies about the login alone (RFC 4954 section 4 and 6)."""


def enhanced_code(reply: str) -> str:
    """The enhanced status code in a reply; empty where there is none.

    >>> enhanced_code("5.1.1 <x@example.org>: no such user")
    '5.1.1'
    """
    found = _CODE.search(reply[:EXCERPT_CHARACTERS])
    return found[0] if found else ""


def is_hard_bounce(code: str) -> bool:
    """Whether an enhanced code says that the address takes nothing, now or later."""
    return code in _UNREACHABLE


def refusal(step: Step, status: int, reply: str, *, server: str) -> PartFailure:
    """The failure that a reply of a mail server is. Whatever it refused, it did not take."""
    excerpt = " ".join(reply.split())[:EXCERPT_CHARACTERS].replace("\x00", "")
    enhanced = enhanced_code(excerpt)
    # A server that greets with 5xx has a fault of its own, or has barred us for a while.
    if status < 500 or step == "greeting":  # noqa: PLR2004 # 4xx: come back later
        return TemporaryFailure(
            f"network: {server} says not now ({status}): {excerpt}",
            response_status=status,
            response_excerpt=excerpt,
            not_accepted=True,
        )
    advice = _advice(step, status, enhanced)
    is_gone = step == "recipient" and is_hard_bounce(enhanced)
    kind = RecipientUnreachable if is_gone else PermanentFailure
    return kind(
        f"{server} refused it ({status}): {excerpt}{advice}",
        response_status=status,
        response_excerpt=excerpt,
        not_accepted=True,
    )


def _advice(step: Step, status: int, enhanced: str) -> str:
    if step == "login" or status in _SETTINGS:
        return f"; {_ADVICE.get(enhanced, _ADVICE['5.7.8'])}"
    if status == 552 and step != "recipient":  # noqa: PLR2004 # RFC 1870 section 6.1
        return f"; {_ADVICE['5.3.4']}"
    return f"; {_ADVICE[enhanced]}" if enhanced in _ADVICE else ""
