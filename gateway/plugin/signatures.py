"""HMAC-SHA256 over the exact bytes of a body: `X-Webhook-Signature` and Standard Webhooks.

>>> prd_signature("s3cret", b"{}")[:24]
'sha256=adbde1ce40c89c142'
>>> verify_prd(["s3cret"], prd_signature("s3cret", b"{}"), body=b"{}")

A secret is text. The key of `X-Webhook-Signature` is that text as UTF-8. The key of Standard
Webhooks is what follows `whsec_`, base64-decoded; a secret of any other form counts as its UTF-8
bytes, and `whsec` gives the form under which other libraries use those same bytes.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from gateway.plugin.errors import InvalidSignature

TOLERANCE_SECONDS = 300
"""How far a `webhook-timestamp` may be from now, in both directions."""

_PREFIX = "whsec_"
_PRD_HEADER = re.compile(r"sha256=[0-9a-f]{64}", re.ASCII | re.IGNORECASE)
# Without ".": else the id "a.1" at time 2 would share its signed bytes with the id "a" at time 1.
_MESSAGE_ID = re.compile(r"[!-\-/-~]{1,255}")
_TIMESTAMP = re.compile(r"[0-9]{1,11}")


def whsec(secret: str) -> str:
    """The `whsec_` form of a secret, with the same key bytes; such a secret comes back unchanged.

    >>> whsec("00ff")
    'whsec_MDBmZg=='
    """
    return secret if secret.startswith(_PREFIX) else _PREFIX + _base64(secret.encode())


def prd_signature(secret: str, body: bytes) -> str:
    """The value of `X-Webhook-Signature`: `sha256=` and the HMAC of the body in lower-case hex."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def standard_signature(secret: str, message_id: str, *, timestamp: int, body: bytes) -> str:
    """One entry of `webhook-signature`: `v1,` and the HMAC of `<id>.<timestamp>.<body>`, base64."""
    return _standard_signature(secret, f"{message_id}.{timestamp}.".encode() + body)


def signed_headers(
    secrets: Sequence[str], message_id: str, *, now: datetime, body: bytes, event: str
) -> dict[str, str]:
    """The headers of an attempt at `now`, signed with each secret (newest first), or with none.

    The PRD header holds one signature, so it is the newest secret's: during a rotation only
    `webhook-signature` satisfies a receiver that still has the old one.
    """
    timestamp = int(now.timestamp())
    headers = {
        "X-Webhook-Event": event,
        "X-Webhook-Id": message_id,
        "X-Webhook-Timestamp": str(timestamp),
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
    }
    if secrets:
        headers["X-Webhook-Signature"] = prd_signature(secrets[0], body)
        headers["webhook-signature"] = " ".join(
            standard_signature(secret, message_id, timestamp=timestamp, body=body)
            for secret in secrets
        )
    return headers


def verify_prd(secrets: Sequence[str], header: str | None, *, body: bytes) -> None:
    """Returns if a secret made this `X-Webhook-Signature`; raises `InvalidSignature` if not."""
    if not header or not _PRD_HEADER.fullmatch(header):
        raise InvalidSignature(
            f"X-Webhook-Signature is {'malformed' if header else 'missing'}: send `sha256=` and "
            "the 64 hexadecimal digits of HMAC-SHA256(secret, raw body)"
        )
    expected = [prd_signature(secret, body) for secret in _usable(secrets)]
    if not _any_equal([header.lower()], expected):
        raise InvalidSignature(
            "X-Webhook-Signature does not match: compute HMAC-SHA256 over the exact bytes of the "
            "body, with the channel's current secret as UTF-8 text"
        )


def verify_standard(
    secrets: Sequence[str],
    headers: Mapping[str, str],
    *,
    body: bytes,
    now: datetime,
    tolerance_seconds: int = TOLERANCE_SECONDS,
) -> None:
    """Returns if a secret made these `webhook-*` headers (lower-case names) at about `now`.

    Raises `InvalidSignature` for anything else, whatever the headers hold.
    """
    message_id = _required(headers, "webhook-id", _MESSAGE_ID, '1 to 255 visible ASCII except "."')
    timestamp = _required(headers, "webhook-timestamp", _TIMESTAMP, "whole Unix seconds")
    entries = [e for e in headers.get("webhook-signature", "").split() if e.startswith("v1,")]
    if not entries:
        raise InvalidSignature(
            'webhook-signature is missing or has no "v1,<base64>" entry: '
            "sign with HMAC-SHA256 (asymmetric v1a signatures are not supported)"
        )
    away = abs(int(now.timestamp()) - int(timestamp))
    if away > tolerance_seconds:
        raise InvalidSignature(
            f"webhook-timestamp is {away} seconds away from the gateway's clock "
            f"({tolerance_seconds} allowed): sign each attempt anew, and check the sender's clock"
        )
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = [_standard_signature(secret, signed) for secret in _usable(secrets)]
    if not _any_equal(entries, expected):
        raise InvalidSignature(
            "webhook-signature does not match: sign `<id>.<timestamp>.<raw body>` with the "
            "channel's current secret (libraries want its `whsec_` form)"
        )


def _required(headers: Mapping[str, str], name: str, shape: re.Pattern[str], wanted: str) -> str:
    value = headers.get(name, "")
    if not shape.fullmatch(value):
        raise InvalidSignature(
            f"{name} is {'malformed' if value else 'missing'}: it must be {wanted}"
        )
    return value


def _usable(secrets: Sequence[str]) -> list[str]:
    # Anybody can compute an HMAC under an empty key.
    usable = [secret for secret in secrets if secret]
    if not usable:
        raise InvalidSignature("this channel has no signing secret: give it one")
    return usable


def _any_equal(given: Sequence[str], expected: Sequence[str]) -> bool:
    """Compares all with all, so that the time taken does not tell which one was equal."""
    verdicts = [
        hmac.compare_digest(left.encode("utf-8", "replace"), right.encode())
        for left in given
        for right in expected
    ]
    return any(verdicts)


def _standard_signature(secret: str, signed: bytes) -> str:
    return "v1," + _base64(hmac.new(_standard_key(secret), signed, hashlib.sha256).digest())


def _standard_key(secret: str) -> bytes:
    encoded = secret.removeprefix(_PREFIX)
    if encoded == secret:
        return secret.encode()
    try:
        padded = encoded + "=" * (-len(encoded) % 4)
        return base64.b64decode(padded, validate=True) or secret.encode()
    except (binascii.Error, ValueError):
        return secret.encode()


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
