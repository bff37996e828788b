"""What SendGrid signs with: ECDSA on P-256 over the timestamp and the exact bytes of the body."""

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidSignature as Mismatch
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from gateway.plugin import InvalidSignature

TOLERANCE_SECONDS: Final = 300
_SECONDS: Final = re.compile(r"[0-9]{1,11}")


def check_age(timestamp: str, now: datetime, *, what: str, seconds: int) -> None:
    """Returns for whole Unix seconds not far from now. Raises `InvalidSignature`."""
    if not _SECONDS.fullmatch(timestamp):
        raise InvalidSignature(f"{what} is missing or is not whole Unix seconds")
    away = abs(int(now.timestamp()) - int(timestamp))
    if away > seconds:
        raise InvalidSignature(
            f"{what} is {away} seconds away from the gateway's clock ({seconds} allowed): set the "
            "clock of this machine; a request that was kept and sent again is refused"
        )


def is_signed(
    keys: Sequence[EllipticCurvePublicKey], signature: str, timestamp: str, body: bytes
) -> bool:
    """Whether one of the keys made this base64 signature."""
    try:
        given = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    return any(_fits(key, given, timestamp.encode() + body) for key in keys)


def _fits(key: EllipticCurvePublicKey, given: bytes, signed: bytes) -> bool:
    try:
        key.verify(given, signed, ECDSA(SHA256()))
    except Mismatch:
        return False
    return True
