"""What the process of listeners asks, which serves all accounts together.

This is the operator's side: none of these queries is scoped by a user, and none of what they give
is shown to one.
"""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, TypeAlias

import asyncpg

from gateway.config import Config
from gateway.records import Webhook
from gateway.store.database import (
    COMMAND_TIMEOUT_SECONDS,
    CONNECT_TIMEOUT_SECONDS,
    Database,
    naming_outages,
)
from gateway.store.webhooks import BY_IDS, webhook_of

if TYPE_CHECKING:
    OwnConnection: TypeAlias = asyncpg.Connection[asyncpg.Record]
else:
    OwnConnection = asyncpg.Connection

_VERSIONS: Final = "SELECT id, version FROM user_webhooks WHERE parser = $1 AND is_active"
_KEY: Final = "hashtextextended('gateway listener ' || $2 || ' ' || id, 0)"
# constants only
_LOCK: Final = f"SELECT id FROM unnest($1::bigint[]) id WHERE pg_try_advisory_lock({_KEY})"  # noqa: S608
_UNLOCK: Final = f"SELECT pg_advisory_unlock({_KEY}) FROM unnest($1::bigint[]) id"  # noqa: S608


class DoorLocks:
    """The channels that this process alone tends, for one listener; they end with its session."""

    def __init__(self, connection: OwnConnection, listener: str) -> None:
        self._connection = connection
        self._listener = listener

    async def lock(self, webhook_ids: Iterable[int]) -> Collection[int]:
        """Those of the channels that no process held, and this one holds now.

        Asked with none it makes sure that the session lives. Raises `StorageUnavailable`.
        """
        rows = await self._connection.fetch(_LOCK, list(webhook_ids), self._listener)
        return [row["id"] for row in rows]

    async def unlock(self, webhook_ids: Iterable[int]) -> None:
        """Leaves channels to others."""
        await self._connection.execute(_UNLOCK, list(webhook_ids), self._listener)


async def versions_by_parser(db: Database, parser: str) -> Mapping[int, int]:
    """The version of each active webhook of a parser, of all accounts, by its id."""
    async with db.connection() as connection:
        return {row["id"]: row["version"] for row in await connection.fetch(_VERSIONS, parser)}


async def webhooks_by_ids(db: Database, webhook_ids: Collection[int]) -> Collection[Webhook]:
    """Webhooks of all accounts."""
    async with db.connection() as connection:
        return [webhook_of(row) for row in await connection.fetch(BY_IDS, list(webhook_ids))]


@asynccontextmanager
async def door_locks(config: Config, listener: str) -> AsyncIterator[DoorLocks]:
    """Locks that last until the block ends, or this process does. Raises `StorageUnavailable`.

    They have a connection of their own: one of the pool would be missing there for ever.
    """
    async with naming_outages():
        connection = await asyncpg.connect(
            config.database.url.get_secret_value(),
            timeout=CONNECT_TIMEOUT_SECONDS,
            command_timeout=COMMAND_TIMEOUT_SECONDS,
        )
        try:
            yield DoorLocks(connection, listener)
        finally:
            connection.terminate()
