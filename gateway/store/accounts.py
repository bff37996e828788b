"""Users and API tokens."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import TypeVar

from tortoise.exceptions import IntegrityError
from tortoise.models import Model

from gateway import models
from gateway.plugin.errors import Conflict, NotFound
from gateway.records import ApiToken, User
from gateway.store.access import missing_user
from gateway.store.database import naming_outages

R = TypeVar("R", User, ApiToken)


async def create_user(*, name: str, external_id: str | None = None, time_zone: str = "UTC") -> User:
    """Creates an account. Raises `Conflict` when the external id is taken."""
    async with naming_outages():
        try:
            row = await models.User.create(name=name, external_id=external_id, time_zone=time_zone)
        except IntegrityError:
            raise Conflict(f"a user with external id {external_id!r} exists already") from None
    return _record(User, row)


async def list_users() -> Sequence[User]:
    """All accounts, oldest first; for the operator's command line only."""
    async with naming_outages():
        return [_record(User, row) for row in await models.User.all().order_by("id")]


async def get_user(user_id: int) -> User:
    """One account. Raises `NotFound`."""
    async with naming_outages():
        row = await models.User.get_or_none(id=user_id)
    if row is None:
        raise missing_user(user_id)
    return _record(User, row)


async def create_token(  # noqa: PLR0913 # the columns of one row
    *,
    user_id: int,
    name: str,
    prefix: str,
    token_hash: bytes,
    scopes: Sequence[str],
    expires_at: datetime | None,
) -> ApiToken:
    """Writes a token's prefix and hash."""
    async with naming_outages():
        row = await models.ApiToken.create(
            user_id=user_id,
            name=name,
            prefix=prefix,
            token_hash=token_hash,
            scopes=list(scopes),
            expires_at=expires_at,
        )
    return _record(ApiToken, row)


async def find_token(prefix: str) -> tuple[ApiToken, bytes] | None:
    """The token with this public prefix, and its hash."""
    async with naming_outages():
        row = await models.ApiToken.get_or_none(prefix=prefix)
    return (_record(ApiToken, row), bytes(row.token_hash)) if row else None


async def list_tokens() -> Sequence[ApiToken]:
    """All tokens without their secrets; for the operator's command line only."""
    async with naming_outages():
        return [_record(ApiToken, row) for row in await models.ApiToken.all().order_by("id")]


async def touch_token(token_id: int, *, now: datetime) -> None:
    """Notes that the token was used."""
    async with naming_outages():
        await models.ApiToken.filter(id=token_id).update(last_used_at=now)


async def revoke_token(prefix: str, *, now: datetime) -> None:
    """Ends a token at once. Raises `NotFound`."""
    async with naming_outages():
        changed = await models.ApiToken.filter(prefix=prefix, revoked_at=None).update(
            revoked_at=now
        )
    if not changed:
        raise NotFound(f"no live token {prefix!r}; `gateway tokens list` shows all")


def _record(kind: type[R], row: Model) -> R:
    values = {field.name: getattr(row, field.name) for field in fields(kind)}
    if "scopes" in values:
        values["scopes"] = tuple(values["scopes"])
    return kind(**values)
