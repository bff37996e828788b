"""Tokens of the management API: `gw_<prefix>_<secret>`, of which only the hash is kept."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from gateway import store
from gateway.plugin.errors import InsufficientScope, InvalidPayload, Unauthorized
from gateway.records import ApiToken
from gateway.rules.scopes import OF_AN_ACCOUNT

TOKEN: Final = re.compile(r"gw_([a-z0-9]{12})_([A-Za-z0-9_-]{43})")
EXTERNAL_ID: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")
TOUCH_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who calls the API; `acts_for` names the account when it is not the token's own."""

    user_id: int
    actor: str
    scopes: tuple[str, ...]
    token_id: int
    acts_for: str | None = None

    def holds(self, scope: str) -> bool:
        """Whether it may do what `scope` allows."""
        return scope in self.scopes or "admin" in self.scopes


async def issue_token(
    *, user_id: int, name: str, scopes: Sequence[str], expires_at: datetime | None = None
) -> str:
    """A new token; this is the only moment at which its secret can be seen."""
    new, token = new_token(name=name, scopes=scopes, expires_at=expires_at)
    await store.create_token(
        user_id=user_id,
        name=new.name,
        prefix=new.prefix,
        token_hash=new.token_hash,
        scopes=new.scopes,
        expires_at=new.expires_at,
    )
    return token


async def issue_first_token() -> str:
    """A token that may do everything, of the first account, which is made where there is none."""
    users = await store.list_users()
    owner = users[0] if users else await store.create_user(name="admin")
    return await issue_token(user_id=owner.id, name="first start", scopes=["admin"])


def new_token(
    *, name: str, scopes: Sequence[str], expires_at: datetime | None
) -> tuple[store.NewToken, str]:
    """What is kept of a new token, and the token itself."""
    prefix = secrets.token_hex(6)
    secret = secrets.token_urlsafe(32)  # 256 random bits, so a fast hash is enough
    new = store.NewToken(
        name=name,
        prefix=prefix,
        token_hash=_hash(secret),
        scopes=scopes,
        expires_at=expires_at,
    )
    return new, f"gw_{prefix}_{secret}"


def successor(old: ApiToken, now: datetime) -> tuple[store.NewToken, str]:
    """A new token as an old one was made, and the token itself."""
    lifetime = old.expires_at - old.created_at if old.expires_at else None
    expires_at = now + lifetime if lifetime else None
    return new_token(name=old.name, scopes=old.scopes, expires_at=expires_at)


async def authenticate(authorization: str | None, *, now: datetime) -> Principal:
    """Whose token this is. Raises `Unauthorized`."""
    scheme, _, credentials = (authorization or "").partition(" ")
    match = TOKEN.fullmatch(credentials.strip()) if scheme.lower() == "bearer" else None
    if match is None and credentials.strip().startswith("gw_"):
        raise Unauthorized("this is no whole token, gw_…_…; copy it again, to its last character")
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
    return Principal(
        user_id=token.user_id,
        actor=f"token:{token.prefix}",
        scopes=token.scopes,
        token_id=token.id,
    )


async def acting_for(
    principal: Principal, external_id: str, db: store.Database, *, request_id: str, now: datetime
) -> Principal:
    """The principal in the place of the user with this external id, who is created when missing.

    It may do all that an account may, and nothing that is of the whole gateway.
    Raises `InsufficientScope` and `InvalidPayload`.
    """
    if "admin" not in principal.scopes:
        raise InsufficientScope(
            "only a token with the scope 'admin' may act for others; leave X-Gateway-User out"
        )
    if not EXTERNAL_ID.fullmatch(external_id):
        raise InvalidPayload(
            "X-Gateway-User is the external id of a user: 1 to 255 printable ASCII characters"
        )
    operation = store.Operation(
        user_id=principal.user_id, actor=principal.actor, request_id=request_id, at=now
    )
    user = await store.provide_user(db, operation, external_id)
    return replace(
        principal,
        user_id=user.id,
        actor=f"{principal.actor} for user:{user.id}",
        scopes=OF_AN_ACCOUNT,
        acts_for=external_id,
    )


def require(principal: Principal, scope: str) -> None:
    """Lets the principal pass who holds `scope`. Raises `InsufficientScope`."""
    if principal.acts_for is not None and scope == "admin":
        raise InsufficientScope(
            "this call is about the whole gateway ('admin'); leave X-Gateway-User out"
        )
    if not principal.holds(scope):
        raise InsufficientScope(f"this token lacks the scope {scope!r}; create one that has it")


def _check_alive(token: ApiToken, now: datetime) -> None:
    if token.revoked_at is not None:
        raise Unauthorized("this token was revoked; `gateway tokens create` makes a new one")
    if token.expires_at is not None and token.expires_at <= now:
        raise Unauthorized("this token has expired; `gateway tokens create` makes a new one")


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
