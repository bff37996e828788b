"""`gateway users` and `gateway tokens`: accounts, and who may call the API for them."""

import argparse
import sys
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import available_timezones

from gateway import store
from gateway.clock import utc_now
from gateway.config import Config, ConfigError
from gateway.rules.scopes import SCOPES
from gateway.up import attach
from gateway.web.auth import issue_token, successor

LONGEST_OVERLAP_HOURS: Final = 7 * 24


async def users_add(options: argparse.Namespace, config: Config) -> int:
    """A new account."""
    if options.time_zone not in available_timezones():
        raise ConfigError(f"{options.time_zone!r} is no IANA time zone, such as Europe/Madrid")

    async def add(_db: store.Database) -> None:
        user = await store.create_user(
            name=options.name, external_id=options.external_id, time_zone=options.time_zone
        )
        print(f"created user {user.id}; next: gateway tokens create --user {user.id} --name laptop")

    return await _with_database(options, config, add)


async def users_list(options: argparse.Namespace, config: Config) -> int:
    """All accounts."""

    async def show(_db: store.Database) -> None:
        for user in await store.list_users():
            print(f"{user.id}\t{user.name}\t{user.external_id or '-'}\t{user.time_zone}")

    return await _with_database(options, config, show)


async def tokens_create(options: argparse.Namespace, config: Config) -> int:
    """A new token, shown once."""
    days = options.days
    expires_at = utc_now() + timedelta(days=days) if days is not None else None
    scopes = options.scope or [scope for scope in SCOPES if scope != "admin"]

    if "admin" in scopes:
        print("this token manages the whole gateway and acts for every account", file=sys.stderr)

    async def create(_db: store.Database) -> None:
        await store.get_user(options.user)
        print(
            await issue_token(
                user_id=options.user, name=options.name, scopes=scopes, expires_at=expires_at
            )
        )

    return await _with_database(options, config, create)


async def tokens_list(options: argparse.Namespace, config: Config) -> int:
    """All tokens."""

    async def show(_db: store.Database) -> None:
        for token in await store.list_tokens():
            state = "revoked" if token.revoked_at else _until(token.expires_at)
            scopes = ",".join(token.scopes)
            print(f"{token.prefix}\tuser {token.user_id}\t{token.name}\t{scopes}\t{state}")

    return await _with_database(options, config, show)


async def tokens_revoke(options: argparse.Namespace, config: Config) -> int:
    """The end of a token."""

    async def revoke(_db: store.Database) -> None:
        await store.revoke_token(options.prefix, now=utc_now())
        print(f"revoked {options.prefix}")

    return await _with_database(options, config, revoke)


async def tokens_rotate(options: argparse.Namespace, config: Config) -> int:
    """A token's successor, shown once."""
    now = utc_now()
    if not 0 <= options.overlap_hours <= LONGEST_OVERLAP_HOURS:
        raise ConfigError(f"--overlap-hours runs from 0 to {LONGEST_OVERLAP_HOURS}")
    ends_at = now + timedelta(hours=options.overlap_hours)

    async def rotate(db: store.Database) -> None:
        old = await store.find_live_token(db, options.prefix, now=now)
        new, token = successor(old, now)
        operation = store.Operation(user_id=old.user_id, actor="cli", request_id="", at=now)
        await store.rotate_token(db, operation, new, token_id=old.id, ends_at=ends_at)
        print(token)

    return await _with_database(options, config, rotate)


async def _with_database(
    options: argparse.Namespace,
    config: Config,
    action: Callable[[store.Database], Awaitable[None]],
) -> int:
    db = await store.open_database(attach(config, options.data))
    try:
        await action(db)
    finally:
        await db.aclose()
    return 0


def _until(expires_at: datetime | None) -> str:
    return f"until {expires_at.astimezone(UTC):%Y-%m-%d}" if expires_at else "no expiry"
