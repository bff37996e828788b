"""Verification codes: how they are written, read in a message, and compared."""

import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without characters that are taken for one another."""
LENGTH: Final = 8

_SEPARATORS: Final = re.compile(r"[\s-]+")
_CODE: Final = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


def new_code(choose: Callable[[str], str]) -> str:
    """A code of characters that `choose` picks, such as `secrets.choice`."""
    return "".join(choose(ALPHABET) for _ in range(LENGTH))


def read_code(text: str) -> str | None:
    """The code that a text is, as a whole; blanks, hyphens and small letters are overlooked."""
    if len(text) > 4 * LENGTH:
        return None
    plain = _SEPARATORS.sub("", text).upper()
    return plain if _CODE.fullmatch(plain) else None


def code_hash(code: str, *, key: str, webhook_id: int) -> bytes:
    """What is kept of a code: without the key, a secret of the webhook's, it cannot be guessed."""
    return hmac.digest(key.encode(), f"verify:{webhook_id}:{code}".encode(), hashlib.sha256)


def fits(text: str, kept: bytes, *, key: str, webhook_id: int) -> bool:
    """Whether a text is the code of which `kept` was kept, in constant time."""
    code = read_code(text)
    return code is not None and hmac.compare_digest(
        code_hash(code, key=key, webhook_id=webhook_id), kept
    )
