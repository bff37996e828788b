"""The two ways in which Vonage signs: its fields, or a JWT that has the hash of the body."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, Final

from gateway_sms_vonage.settings import Method

ISSUER: Final = "Vonage"
_HASHES: Final = {"md5": "md5", "sha1": "sha1", "sha256": "sha256", "sha512": "sha512"}


def fields_signature(fields: Mapping[str, str], secret: str, method: Method) -> str:
    """The `sig` of a webhook of the SMS API: over all other fields, sorted by name."""
    text = "".join(
        f"&{name}={_plain(value)}" for name, value in sorted(fields.items()) if name != "sig"
    )
    if method == "md5hash":
        return hashlib.md5((text + secret).encode(), usedforsecurity=False).hexdigest()
    return hmac.new(secret.encode(), text.encode(), _HASHES[method]).hexdigest()


def claims_of(token: str, secret: str) -> dict[str, Any]:
    """What a JWT says that was signed with HS256 and this secret. Raises `ValueError`."""
    try:
        head, body, given = token.encode("ascii").split(b".")
        header, claims = json.loads(_decoded(head)), json.loads(_decoded(body))
        signature = _decoded(given)
    except (ValueError, RecursionError):
        raise ValueError("the token cannot be read") from None
    if not isinstance(header, dict) or header.get("alg") != "HS256":
        raise ValueError("the token is not signed with HS256")
    signed = hmac.new(secret.encode(), head + b"." + body, hashlib.sha256).digest()
    if not hmac.compare_digest(signed, signature):
        raise ValueError("the token's signature does not match: check vonageSignatureSecret")
    return claims if isinstance(claims, dict) else {}


def signed_token(claims: Mapping[str, object], secret: str) -> str:
    """A JWT as Vonage makes them, for the fake and tests."""
    head = _encoded(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    body = _encoded(json.dumps(dict(claims)).encode())
    signature = hmac.new(secret.encode(), f"{head}.{body}".encode(), hashlib.sha256).digest()
    return f"{head}.{body}.{_encoded(signature)}"


def _plain(value: str) -> str:
    return value.replace("&", "_").replace("=", "_")


def _decoded(part: bytes) -> bytes:
    return base64.b64decode(part + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
