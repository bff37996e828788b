"""Accounts and tokens as the API manages them: each change is written with its line of the log."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import asyncpg

from gateway.plugin import JsonValue
from gateway.plugin.errors import Conflict, NotFound
from gateway.records import ApiToken, User
from gateway.store.database import Connection, Database
from gateway.store.webhook_changes import LogEntry, Operation, log_entry

_COLUMNS: Final = """
id, user_id, name, prefix, scopes, created_at, expires_at, last_used_at, revoked_at
"""
_USER: Final = "id, external_id, name, time_zone, created_at"
_TOKENS: Final = f"""
SELECT {_COLUMNS} FROM api_tokens
WHERE user_id = $1 AND ($2::bigint IS NULL OR id < $2)
    AND ($3 OR (revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $4)))
ORDER BY id DESC LIMIT $5
"""  # noqa: S608 # constants only
_BY_PREFIX: Final = f"SELECT {_COLUMNS} FROM api_tokens WHERE prefix = $1"  # noqa: S608
_ADD_TOKEN: Final = f"""
INSERT INTO api_tokens (user_id, name, prefix, token_hash, scopes, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING {_COLUMNS}
"""  # noqa: S608
_LOCK_TOKEN: Final = f"""
SELECT {_COLUMNS} FROM api_tokens WHERE user_id = $1 AND id = $2 FOR UPDATE
"""  # noqa: S608
_END: Final = "UPDATE api_tokens SET expires_at = $3 WHERE user_id = $1 AND id = $2"
_REVOKE: Final = f"""
UPDATE api_tokens SET revoked_at = $3 WHERE user_id = $1 AND id = $2 RETURNING {_COLUMNS}
"""  # noqa: S608
_USERS: Final = f"""
SELECT {_USER} FROM users
WHERE ($1::bigint IS NULL OR id < $1) AND ($2::text IS NULL OR external_id = $2)
ORDER BY id DESC LIMIT $3
"""  # noqa: S608
_BY_EXTERNAL_ID: Final = f"SELECT {_USER} FROM users WHERE external_id = $1"  # noqa: S608
_ADD_USER: Final = f"""
INSERT INTO users (name, external_id, time_zone, created_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (external_id) DO NOTHING RETURNING {_USER}
"""  # noqa: S608
_LOCK_USER: Final = f"SELECT {_USER} FROM users WHERE id = $1 FOR UPDATE"  # noqa: S608
_WRITE_USER: Final = f"""
UPDATE users SET name = $2, external_id = $3, time_zone = $4 WHERE id = $1 RETURNING {_USER}
"""  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """A token to be written; of its secret only the hash."""

    name: str
    prefix: str
    token_hash: bytes
    scopes: Sequence[str]
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """An account to be created."""

    name: str
    external_id: str | None
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPage:
    """Which of an account's tokens."""

    include_ended: bool
    before_id: int | None
    limit: int


async def list_tokens_of(
    db: Database, asked: TokenPage, *, user_id: int, now: datetime
) -> Sequence[ApiToken]:
    """An account's tokens, newest first."""
    async with db.connection() as connection:
        rows = await connection.fetch(
            _TOKENS, user_id, asked.before_id, asked.include_ended, now, asked.limit
        )
    return [_token(row) for row in rows]


async def find_live_token(db: Database, prefix: str, *, now: datetime) -> ApiToken:
    """The token with this prefix, of whichever account; for the operator's command line only.

    Raises `NotFound` when it has ended, too.
    """
    async with db.connection() as connection:
        row = await connection.fetchrow(_BY_PREFIX, prefix)
    token = _token(row) if row is not None else None
    if token is None or not token.lives_at(now):
        raise NotFound(f"no live token {prefix!r}; `gateway tokens list` shows all")
    return token


async def get_token(db: Database, *, user_id: int, token_id: int) -> ApiToken:
    """One token of an account. Raises `NotFound`."""
    async with db.transaction() as connection:
        return await _locked_token(connection, user_id, token_id)


async def add_token(db: Database, operation: Operation, new: NewToken) -> ApiToken:
    """A new token of the operation's account."""
    async with db.transaction() as connection:
        return await _add_token(connection, operation, new, "token.created", {})


async def rotate_token(
    db: Database, operation: Operation, new: NewToken, *, token_id: int, ends_at: datetime
) -> ApiToken:
    """A new token beside an old one, which ends at `ends_at` unless it ends earlier.

    Raises `NotFound`, and `Conflict` when the old one has ended.
    """
    async with db.transaction() as connection:
        old = await _locked_token(connection, operation.user_id, token_id)
        if not old.lives_at(operation.at):
            raise Conflict(f"token {token_id} has ended; create a new one instead")
        ends_at = min(ends_at, old.expires_at or ends_at)
        await connection.execute(_END, operation.user_id, token_id, ends_at)
        return await _add_token(
            connection, operation, new, "token.rotated", {"replaces": old.prefix}
        )


async def end_token(db: Database, operation: Operation, *, token_id: int) -> ApiToken:
    """A token that counts no more from now on. Raises `NotFound`."""
    async with db.transaction() as connection:
        old = await _locked_token(connection, operation.user_id, token_id)
        if old.revoked_at is not None:
            return old
        row = await connection.fetchrow(_REVOKE, operation.user_id, token_id, operation.at)
        assert row is not None
        await _note(connection, operation, "token.revoked", {"prefix": old.prefix})
        return _token(row)


async def page_of_users(
    db: Database, *, external_id: str | None, before_id: int | None, limit: int
) -> Sequence[User]:
    """All accounts, newest first, or the one with an external id; for admin tokens only."""
    async with db.connection() as connection:
        rows = await connection.fetch(_USERS, before_id, external_id, limit)
    return [User(**row) for row in rows]


async def add_user(db: Database, operation: Operation, new: NewUser) -> User:
    """Creates an account. Raises `Conflict` when the external id is taken."""
    async with db.transaction() as connection:
        user = await _add_user(connection, operation, new, "user.created")
    if user is None:
        raise _taken(new.external_id)
    return user


async def provide_user(db: Database, operation: Operation, external_id: str) -> User:
    """The account with an external id, created when there is none (FR-01)."""
    new = NewUser(name=external_id[:200], external_id=external_id, time_zone="UTC")
    async with db.connection() as connection:
        row = await connection.fetchrow(_BY_EXTERNAL_ID, external_id)
    if row is None:
        async with db.transaction() as connection:
            user = await _add_user(connection, operation, new, "user.provisioned")
            if user is not None:
                return user
            row = await connection.fetchrow(_BY_EXTERNAL_ID, external_id)
    assert row is not None
    return User(**row)


async def change_user(
    db: Database, operation: Operation, changes: Mapping[str, object], *, user_id: int
) -> User:
    """An account with what changes of it. Raises `NotFound`, and `Conflict` as `add_user`."""
    async with db.transaction() as connection:
        row = await connection.fetchrow(_LOCK_USER, user_id)
        if row is None:
            raise missing_user(user_id)
        changed = [name for name, value in changes.items() if row[name] != value]
        if not changed:
            return User(**row)
        after = {**row, **changes}
        try:
            written = await connection.fetchrow(
                _WRITE_USER, user_id, after["name"], after["external_id"], after["time_zone"]
            )
        except asyncpg.UniqueViolationError:
            raise _taken(after["external_id"]) from None
        assert written is not None
        await _note(connection, operation, "user.updated", {"changed": [*changed]}, user_id)
        return User(**written)


def missing_user(user_id: int) -> NotFound:
    """What is said of an account that there is not."""
    return NotFound(f"no user {user_id}; `gateway users list` shows all")


async def _add_token(
    connection: Connection,
    operation: Operation,
    new: NewToken,
    event: str,
    detail: Mapping[str, JsonValue],
) -> ApiToken:
    row = await connection.fetchrow(
        _ADD_TOKEN,
        operation.user_id,
        new.name,
        new.prefix,
        new.token_hash,
        list(new.scopes),
        operation.at,
        new.expires_at,
    )
    assert row is not None
    noted: dict[str, JsonValue] = {"prefix": new.prefix, "name": new.name, "scopes": [*new.scopes]}
    await _note(connection, operation, event, {**noted, **detail})
    return _token(row)


async def _add_user(
    connection: Connection, operation: Operation, new: NewUser, event: str
) -> User | None:
    row = await connection.fetchrow(
        _ADD_USER, new.name, new.external_id, new.time_zone, operation.at
    )
    if row is None:
        return None
    user = User(**row)
    await _note(connection, operation, event, {"externalId": user.external_id}, user.id)
    return user


async def _locked_token(connection: Connection, user_id: int, token_id: int) -> ApiToken:
    row = await connection.fetchrow(_LOCK_TOKEN, user_id, token_id)
    if row is None:
        raise NotFound(f"no token {token_id}; GET /api/v1/tokens lists yours")
    return _token(row)


async def _note(
    connection: Connection,
    operation: Operation,
    event: str,
    detail: Mapping[str, JsonValue],
    user_id: int | None = None,
) -> None:
    """A line of the log of the account that the operation is about."""
    about = operation if user_id is None else operation.about(user_id)
    await log_entry(connection, about, LogEntry(webhook_id=None, event=event, detail=detail))


def _token(row: asyncpg.Record) -> ApiToken:
    return ApiToken(**{**row, "scopes": tuple(row["scopes"])})


def _taken(external_id: str | None) -> Conflict:
    return Conflict(f"a user with external id {external_id!r} exists already")
