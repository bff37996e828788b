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
_SIGNATURE: Final = re.compile(
    rb"^dkim-signature[ \t]*:((?:[^\r\n]|\r?\n[ \t])*)", re.IGNORECASE | re.MULTILINE
)
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
    """The tags of the first signatures, in their order."""
    head = re.split(rb"\r?\n\r?\n", raw[:HEAD_BYTES], maxsplit=1)[0]
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
    if not records:
        return domain, "fail"
    record = next((one for one in records if one.startswith("v=DKIM1")), records[0])
    is_right = await asyncio.to_thread(_verified, raw, place, record.encode())
    return domain, "pass" if is_right else "fail"


def _verified(raw: bytes, place: int, record: bytes) -> bool:
    def answer(_name: bytes, timeout: int = 5) -> bytes:  # noqa: ARG001 # dkimpy's
        return record

    try:
        return bool(dkim.DKIM(raw, minkey=SMALLEST_KEY_BITS).verify(place, dnsfunc=answer))
    # dkimpy leaves whatever its parsing of a forged signature or key stumbles over.
    except (dkim.DKIMException, ValueError, TypeError, KeyError, IndexError, AttributeError):
        return False


def _tags(value: str) -> Tags:
    pairs = (part.partition("=") for part in value.split(";")[:40])
    return {name.strip(): "".join(text.split()) for name, _, text in pairs}
