"""The tokens of an account: list, create, rotate, revoke."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal

from pydantic import Field

from gateway import store
from gateway.plugin import FieldError, InvalidPayload
from gateway.plugin.errors import Conflict, InsufficientScope
from gateway.records import ApiToken
from gateway.rules.scopes import SCOPES
from gateway.web.api.moments import Moment
from gateway.web.api.procedures import ById, Call, Listed, Paged, page_of, procedure
from gateway.web.api.rotation import Rotate
from gateway.web.api.webhook_shapes import Name
from gateway.web.auth import new_token, successor
from gateway.web.wire import Body

LONGEST_LIFE: Final = timedelta(days=3650)

Scope = Literal[SCOPES]  # type: ignore[valid-type] # the one list of scopes
Expiry = Annotated[Moment | None, Field(description="When it ends; null is never.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenView:
    """One token, without its secret; `lastUsedAt` is exact to a minute."""

    id: int
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """A new token; `token` is shown here and never again."""

    token: str
    id: int
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None


class ListTokens(Paged):
    """Which tokens."""

    include_ended: bool = Field(False, description="Also those that were revoked or have expired.")


class CreateToken(Body):
    """A token to be made."""

    name: Name = Field(description="What it is for, 1 to 100 characters.")
    scopes: list[Scope] = Field(
        min_length=1, max_length=len(SCOPES), description="What it may do: scopes that you hold."
    )
    expires_at: Expiry = None


@procedure("tokens.list", "GET /tokens", scope="tokens:write")
async def list_(call: Call, asked: ListTokens) -> Listed[TokenView]:
    """The account's tokens, newest first.

    `prefix` is the part of a token between `gw_` and the next `_`; logs name tokens by it.
    """
    page = store.TokenPage(
        include_ended=asked.include_ended, before_id=asked.cursor, limit=asked.limit
    )
    found = await store.list_tokens_of(call.gw.db, page, user_id=call.user_id, now=call.at)
    return page_of([_shown(token) for token in found], asked, lambda token: token.id)


@procedure("tokens.create", "POST /tokens", scope="tokens:write", status=201)
async def create(call: Call, asked: CreateToken) -> IssuedToken:
    """Creates a token for the account.

    A token grants only scopes that it holds itself; any other is answered 403.
    `token` is the whole secret, in this answer only: the gateway keeps a hash of it.
    """
    _check_expiry(asked.expires_at, call.at)
    scopes = tuple(dict.fromkeys(asked.scopes))
    _check_grant(call, scopes)
    new, token = new_token(name=asked.name, scopes=scopes, expires_at=asked.expires_at)
    return _issued(await store.add_token(call.gw.db, call.operation, new), token)


@procedure(
    "tokens.rotate",
    "POST /tokens/{id}/rotate",
    scope="tokens:write",
    status=201,
    raises=(Conflict,),
)
async def rotate(call: Call, asked: Rotate) -> IssuedToken:
    """Makes a new token with the name and scopes of an old one, which counts for a while beside it.

    The old one ends after `overlapSeconds`, or earlier when it would have expired; 0 ends it at
    once. The new one lives as long from now as the old one was made to live.
    You must hold every scope of the old one. A token that has ended is answered 409.
    See [rotate an API token](../how-to/rotate-an-api-token.md).
    """
    db = call.gw.db
    old = await store.get_token(db, user_id=call.user_id, token_id=asked.id)
    _check_grant(call, old.scopes)
    new, token = successor(old, call.at)
    ends_at = call.at + timedelta(seconds=asked.overlap_seconds)
    made = await store.rotate_token(db, call.operation, new, token_id=asked.id, ends_at=ends_at)
    return _issued(made, token)


@procedure("tokens.revoke", "DELETE /tokens/{id}", scope="tokens:write")
async def revoke(call: Call, asked: ById) -> TokenView:
    """Ends a token at once, also the one that asks for it.

    It stays in the list of ended ones. The same call again answers the same.
    """
    return _shown(await store.end_token(call.gw.db, call.operation, token_id=asked.id))


def _check_grant(call: Call, scopes: tuple[str, ...]) -> None:
    lacking = [scope for scope in scopes if not call.principal.holds(scope)]
    if lacking:
        raise InsufficientScope(
            f"a token grants only scopes that it holds; this one lacks {', '.join(lacking)}"
        )


def _check_expiry(expires_at: datetime | None, now: datetime) -> None:
    if expires_at is not None and not now < expires_at <= now + LONGEST_LIFE:
        says = f"give a time in the future, at most {LONGEST_LIFE.days} days ahead, or null"
        fault = FieldError(pointer="/expiresAt", message=says)
        raise InvalidPayload("the token cannot expire then", fields=[fault])


def _shown(token: ApiToken) -> TokenView:
    return TokenView(
        id=token.id,
        name=token.name,
        prefix=token.prefix,
        scopes=token.scopes,
        created_at=token.created_at,
        expires_at=token.expires_at,
        last_used_at=token.last_used_at,
        revoked_at=token.revoked_at,
    )


def _issued(made: ApiToken, token: str) -> IssuedToken:
    return IssuedToken(
        token=token,
        id=made.id,
        name=made.name,
        prefix=made.prefix,
        scopes=made.scopes,
        created_at=made.created_at,
        expires_at=made.expires_at,
    )


PROCEDURES: Final = (list_, create, rotate, revoke)
