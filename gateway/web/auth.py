"""Tokens of the management API: `gw_<prefix>_<secret>`, of which only the hash is kept."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from gateway import store
from gateway.plugin.errors import InsufficientScope, Unauthorized
from gateway.records import ApiToken

SCOPES: Final = (
    "admin",
    "conversations:write",
    "deliveries:replay",
    "messages:read",
    "messages:replay",
    "senders:erase",
    "tasks:read",
    "tasks:write",
    "webhooks:read",
    "webhooks:write",
)
"""`admin` includes all others."""

TOKEN: Final = re.compile(r"gw_([a-z0-9]{12})_([A-Za-z0-9_-]{43})")
TOUCH_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who calls the API."""

    user_id: int
    actor: str
    scopes: tuple[str, ...]


async def issue_token(
    *, user_id: int, name: str, scopes: Sequence[str], expires_at: datetime | None = None
) -> str:
    """A new token; this is the only moment at which its secret can be seen."""
    prefix = secrets.token_hex(6)
    secret = secrets.token_urlsafe(32)  # 256 random bits, so a fast hash is enough
    await store.create_token(
        user_id=user_id,
        name=name,
        prefix=prefix,
        token_hash=_hash(secret),
        scopes=scopes,
        expires_at=expires_at,
    )
    return f"gw_{prefix}_{secret}"


async def authenticate(authorization: str | None, *, now: datetime) -> Principal:
    """Whose token this is. Raises `Unauthorized`."""
    scheme, _, credentials = (authorization or "").partition(" ")
    match = TOKEN.fullmatch(credentials.strip()) if scheme.lower() == "bearer" else None
    if match is None:
        raise Unauthorized(
            "send `Authorization: Bearer gw_...`; `gateway tokens create` makes a token"
        )
    found = await store.find_token(match[1])
    token, expected = found or (None, b"\0" * 32)
    if not hmac.compare_digest(_hash(match[2]), expected) or token is None:
        raise Unauthorized("this token is unknown; `gateway tokens create` makes a new one")
    _check_alive(token, now)
    if token.last_used_at is None or now - token.last_used_at > TOUCH_EVERY:
        await store.touch_token(token.id, now=now)
    return Principal(user_id=token.user_id, actor=f"token:{token.prefix}", scopes=token.scopes)


def require(principal: Principal, scope: str) -> None:
    """Lets the principal pass who holds `scope`. Raises `InsufficientScope`."""
    if scope not in principal.scopes and "admin" not in principal.scopes:
        raise InsufficientScope(f"this token lacks the scope {scope!r}; create one that has it")


def _check_alive(token: ApiToken, now: datetime) -> None:
    if token.revoked_at is not None:
        raise Unauthorized("this token was revoked; `gateway tokens create` makes a new one")
    if token.expires_at is not None and token.expires_at <= now:
        raise Unauthorized("this token has expired; `gateway tokens create` makes a new one")


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
