"""The connection pool, and the one place that names database outages."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final, TypeAlias
from weakref import WeakKeyDictionary

import asyncpg
from tortoise import Tortoise, connections
from tortoise.backends.asyncpg.client import AsyncpgDBClient
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.exceptions import BaseORMException, DBConnectionError

from gateway.config import Config, Database as DatabaseConfig
from gateway.plugin.errors import StorageUnavailable

if TYPE_CHECKING:
    Connection: TypeAlias = asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
else:
    Connection = asyncpg.pool.PoolConnectionProxy

OUTAGES: Final = (
    OSError,
    TimeoutError,
    DBConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.PostgresSystemError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.TransactionTimeoutError,
    asyncpg.TransactionRollbackError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)
"""What a PostgreSQL that is away, full, failed over, in a deadlock or closed to us surfaces as."""
WRONG_USE: Final = (
    "server expects",
    "number of query arguments",
    "manually started transaction",
    "another operation is in progress",
)
"""What `InterfaceError` says when a statement of ours is at fault, not the connection."""
GONE_UNNOTICED: Final = "handler is closed"
"""uvloop's `RuntimeError` for writing to a connection whose other side has just gone."""

# The hot statements take arrays, whose lengths make PostgreSQL think that planning anew pays: it
# spent more on planning than on the work. A plan that is kept is made for tables that may have been
# empty then, so it is told to walk by index whatever their size, and to plan anew now and then.
SESSION: Final = {
    "plan_cache_mode": "force_generic_plan",
    "jit": "off",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
}
FIRST_PLANS_SECONDS: Final = 1.0
LONGEST_PLANS_SECONDS: Final = 60.0
CONNECT_TIMEOUT_SECONDS: Final = 5.0
COMMAND_TIMEOUT_SECONDS: Final = 15.0


class Database:
    """The pool that every query of the house goes through."""

    def __init__(self, client: AsyncpgDBClient) -> None:
        self._client = client

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection for single statements. Raises `StorageUnavailable` for any outage."""
        async with naming_outages(), self._client.acquire_connection() as connection:
            yield connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Connection]:
        """A transaction that commits when the block ends.

        Raises `StorageUnavailable` for any outage.
        """
        async with self.connection() as connection, connection.transaction():
            yield connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        """A transaction that reads one state of the database, whatever is written meanwhile."""
        async with (
            self.connection() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield connection

    async def aclose(self) -> None:
        """Closes the pool."""
        await Tortoise.close_connections()


@asynccontextmanager
async def naming_outages() -> AsyncIterator[None]:
    """Raises `StorageUnavailable` for any outage; a bug stays what it is."""
    try:
        yield
    except Exception as failure:
        if not _is_outage(failure):
            raise
        raise _named(failure) from failure


async def open_database(config: Config) -> Database:
    """Opens the pool. Raises `StorageUnavailable` when PostgreSQL cannot be reached."""
    async with naming_outages():
        # Quart and SAQ run each request and job in a context of its own, where Tortoise would not
        # find the connection: the fallback is the one global of this house.
        await Tortoise.init(config=tortoise_config(config.database), _enable_global_fallback=True)
        client = connections.get("default")
        assert isinstance(client, AsyncpgDBClient)
        try:
            await client.create_connection(with_db=True)
        except BaseException:
            await Tortoise.close_connections()  # else the next one to open finds the global taken
            raise
    return Database(client)


def tortoise_config(
    database: DatabaseConfig, models: Sequence[str] = ("gateway.models",)
) -> dict[str, object]:
    """The settings of the ORM."""
    connection = expand_db_url(database.url.get_secret_value())
    connection["credentials"].update(
        minsize=database.pool_min,
        maxsize=database.pool_max,
        timeout=CONNECT_TIMEOUT_SECONDS,
        command_timeout=COMMAND_TIMEOUT_SECONDS,
        reset=_Plans().refresh,
        server_settings=SESSION,
    )
    return {
        "connections": {"default": connection},
        "apps": {"models": {"models": [*models]}},
        "use_tz": True,
        "timezone": "UTC",
    }


class _Plans:
    """Drops a connection's plans as it grows old: after 1, 2, 4 ... seconds, then once a minute.

    It takes the place of asyncpg's reset, a round trip for session state that the house never has.
    """

    def __init__(self) -> None:
        self._made: WeakKeyDictionary[object, tuple[float, float]] = WeakKeyDictionary()

    async def refresh(self, connection: Connection) -> None:
        """Called each time that a connection goes back to the pool."""
        now = asyncio.get_running_loop().time()
        opened, planned = self._made.setdefault(connection, (now, now))
        age = min(max(planned - opened, FIRST_PLANS_SECONDS), LONGEST_PLANS_SECONDS)
        if now - planned > age:
            self._made[connection] = (opened, now)
            await connection.execute("DISCARD PLANS")


def _is_outage(failure: BaseException | None) -> bool:
    if isinstance(failure, BaseORMException) and not isinstance(failure, DBConnectionError):
        return _is_outage(failure.__cause__)  # the ORM has words of its own for a read-only server
    if isinstance(failure, asyncpg.InterfaceError):
        return not any(words in str(failure) for words in WRONG_USE)
    if isinstance(failure, RuntimeError):
        return GONE_UNNOTICED in str(failure)
    return isinstance(failure, OUTAGES)


def _named(outage: BaseException) -> StorageUnavailable:
    return StorageUnavailable(
        f"the database cannot be reached right now ({type(outage).__name__}); nothing was lost, "
        "try again"
    )


async def wait_for_database(config: Config, *, patience_seconds: float) -> None:
    """Returns once PostgreSQL answers.

    Raises `StorageUnavailable` when it has not within the time.
    """
    deadline = asyncio.get_running_loop().time() + patience_seconds
    while True:
        try:
            async with naming_outages():
                probe = await asyncpg.connect(
                    config.database.url.get_secret_value(), timeout=CONNECT_TIMEOUT_SECONDS
                )
                await probe.close()
                return
        except StorageUnavailable:
            if asyncio.get_running_loop().time() > deadline:
                raise
        await asyncio.sleep(0.1)
