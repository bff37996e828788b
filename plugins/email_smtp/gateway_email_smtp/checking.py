"""DKIM signatures of mail that came in, checked here (RFC 6376), for ways in without a provider."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from typing import Final

import dkim

from gateway.plugin import TemporaryFailure
from gateway_email_smtp.names import Names
from gateway_email_smtp.trust import Evidence

SIGNATURES: Final = 5
"""How many signatures of a mail are looked at: each costs a question to DNS."""
LARGEST_BYTES: Final = 10 * 1024 * 1024
SMALLEST_KEY_BITS: Final = 1024
HEAD_BYTES: Final = 256 * 1024
HEAD_LINES: Final = 2_000
LONGEST_SIGNATURE: Final = 8_192
MOST_TAGS: Final = 40
LONGEST_RECORD: Final = 1_100
"""As text: a key of 4096 bits has 736 characters. An exponent of a thousand digits takes hours."""
_HOSTILE: Final = re.compile(rb"\s{256}")
"""What dkimpy's patterns need the square of, in time."""
_BLANKS: Final = re.compile(rb"[\t ]{2,}")
_SIGNATURE: Final = re.compile(
    rb"^dkim-signature[ \t]*:((?:[^\r\n]|\r?\n[ \t])*)", re.IGNORECASE | re.MULTILINE
)
_END_OF_HEAD: Final = re.compile(rb"\r?\n\r?\n")
_NAME: Final = re.compile(r"[0-9a-z_](?:[0-9a-z._-]{0,251}[0-9a-z_])?")

Tags = Mapping[str, str]


async def authenticate(raw: bytes, names: Names) -> Evidence:
    """Which domains signed a mail, each with `pass`, `fail` or `temperror`.

    A signature that covers a part of the body alone (`l=`) is a `fail`: anybody can add to it.
    """
    if len(raw) > LARGEST_BYTES:
        return Evidence()
    signatures = signatures_in(raw)
    checks = (_checked(raw, place, tags, names) for place, tags in enumerate(signatures))
    return Evidence(dkim=tuple(await asyncio.gather(*checks)))


def signatures_in(raw: bytes) -> Sequence[Tags]:
    """The tags of the first signatures, in their order; of a signature that is too long none.

    A mail whose head is out of all proportion counts as unsigned.
    """
    head, *body = _END_OF_HEAD.split(raw[:HEAD_BYTES], maxsplit=1)
    if (not body and len(raw) > HEAD_BYTES) or head.count(b"\n") > HEAD_LINES:
        return ()
    if _HOSTILE.search(head):
        return ()
    found = [each[1] for each, _ in zip(_SIGNATURE.finditer(head), range(SIGNATURES), strict=False)]
    return [_tags(value.decode("latin-1")) for value in found]


async def _checked(raw: bytes, place: int, tags: Tags, names: Names) -> tuple[str, str]:
    domain, selector = tags.get("d", "").lower(), tags.get("s", "").lower()
    if not _NAME.fullmatch(domain) or not _NAME.fullmatch(selector) or "l" in tags:
        return domain[:253], "fail"
    try:
        records = await names.txt(f"{selector}._domainkey.{domain}")
    except TemporaryFailure:
        return domain, "temperror"
    record = next((one for one in records if one.startswith("v=DKIM1")), "".join(records[:1]))
    if not 0 < len(record) <= LONGEST_RECORD:
        return domain, "fail"
    is_simple = tags.get("c", "").partition("/")[2] in {"", "simple"}
    whole = raw if is_simple else _with_single_blanks(raw)
    is_right = await asyncio.to_thread(_verified, whole, place, record.encode())
    return domain, "pass" if is_right else "fail"


def _verified(raw: bytes, place: int, record: bytes) -> bool:
    def answer(_name: bytes, timeout: int = 5) -> bytes:  # noqa: ARG001 # dkimpy's
        return record

    try:
        return bool(dkim.DKIM(raw, minkey=SMALLEST_KEY_BITS).verify(place, dnsfunc=answer))
    # dkimpy leaves whatever its parsing of a forged signature or key stumbles over.
    except (dkim.DKIMException, ValueError, TypeError, KeyError, IndexError, AttributeError):
        return False


def _with_single_blanks(raw: bytes) -> bytes:
    """The mail as a relaxed signature covers it all the same (RFC 6376 section 3.4.4).

    dkimpy takes the square of a line of blanks to find that it does not end with them.
    """
    found = _END_OF_HEAD.search(raw)
    start = found.end() if found else len(raw)
    return raw[:start] + _BLANKS.sub(b" ", raw[start:])


def _tags(value: str) -> Tags:
    parts = value.split(";")
    if len(value) > LONGEST_SIGNATURE or len(parts) > MOST_TAGS:
        return {}
    pairs = (part.partition("=") for part in parts)
    return {name.strip(): "".join(text.split()) for name, _, text in pairs}
