"""Each face of a database that goes away is named as an outage, and no bug is taken for one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager

import asyncpg
import pytest
import uvloop
from tortoise.exceptions import OperationalError

from gateway import store
from gateway.config import Config
from gateway.plugin.errors import StorageUnavailable
from gateway.store import Database
from gateway.store.database import naming_outages
from tests.conftest import wait_for
from tests.outages.proxy import Wire, on_one_connection
from tests.store import NOW, text

CUTS = [0, 1, 3, 7, 20, 60, 150, 400, 1000, 2500, 6000]


async def _intake(db: Database) -> None:
    await store.store_messages(db, [text("a" * 2000, sender="a"), text("b", sender="b")])


async def _claim(db: Database) -> None:
    await store.claim_conversations(db, now=NOW, lease_seconds=1, limit=9, history_turns=5)


async def _transaction(db: Database) -> None:
    async with db.transaction() as connection:
        await connection.fetch("SELECT $1::int", 1)
        await connection.execute("SELECT FROM users FOR UPDATE")


async def _orm(_db: Database) -> None:
    await store.create_user(name="Agency")
    await store.list_users()


WAYS: dict[str, Callable[[Database], Awaitable[None]]] = {
    "intake": _intake,
    "claim": _claim,
    "transaction": _transaction,
    "orm": _orm,
}


@pytest.mark.parametrize("way", WAYS)
async def test_a_connection_that_is_cut_at_any_byte_is_an_outage_and_heals(
    config: Config, way: str
) -> None:
    async with Wire.to_database(config) as (wire, through), _opened(through) as db:
        await WAYS[way](db)
        for cut_after in CUTS:
            wire.cut_after = cut_after
            await _works(WAYS[way], db)  # or is told of the outage: nothing else may be raised
            wire.cut_after = None
            await wait_for(lambda: _works(WAYS[way], db))


@pytest.mark.parametrize("way", WAYS)
async def test_a_connection_that_was_told_of_the_shutdown_in_the_pool_was_answered_with_500(
    config: Config, way: str
) -> None:
    async with Wire.to_database(config) as (wire, through), _opened(through) as db:
        async with db.connection() as connection:
            pid = await connection.fetchval("SELECT pg_backend_pid()")
        wire.holds_back_ends = True
        await _statement(config, "SELECT pg_terminate_backend($1)", pid)
        await wire.ended.wait()
        await _statement(config, "SELECT 1")  # meanwhile its last words are read; its end is not

        with pytest.raises(StorageUnavailable):
            await WAYS[way](db)


@pytest.mark.parametrize("with_orm", [False, True])
async def test_writing_to_a_connection_that_is_closed_was_a_bug_under_uvloop(
    config: Config, with_orm: bool
) -> None:
    async def scenario() -> None:
        async with _opened(on_one_connection(config)) as db:
            async with db.connection() as connection:
                transport = connection._transport
            transport.abort()
            await wait_for(lambda: _works(_claim, db))
            with pytest.raises(StorageUnavailable, match="RuntimeError"):
                async with naming_outages() if with_orm else db.connection():
                    transport.write(b"x")

    await asyncio.to_thread(_run, scenario())


@pytest.mark.parametrize("way", WAYS)
async def test_a_server_that_was_made_read_only_was_a_bug_to_the_orm(
    config: Config, way: str
) -> None:
    async with _opened(on_one_connection(config)) as db:
        async with db.connection() as connection:
            await connection.execute("SET default_transaction_read_only = on")
        with pytest.raises(StorageUnavailable, match="cannot be reached right now"):
            await WAYS[way](db)


@pytest.mark.parametrize("there", ["postgres@127.0.0.1:{}/nowhere", "nobody@127.0.0.1:{}/x"])
async def test_a_server_that_lets_nobody_in_is_an_outage(config: Config, there: str) -> None:
    port = config.database.url.get_secret_value().rpartition(":")[2].partition("/")[0]
    closed = on_one_connection(config, f"postgres://{there.format(port)}")

    with pytest.raises(StorageUnavailable, match="cannot be reached right now"):
        await store.wait_for_database(closed, patience_seconds=0)


@pytest.mark.parametrize(
    ("statement", "bug"),
    [
        ("SELECT $1::int", asyncpg.InterfaceError),
        ("SELEC 1", asyncpg.PostgresSyntaxError),
        ("SELECT 1 / 0", asyncpg.DivisionByZeroError),
        ("SELECT FROM nowhere", asyncpg.UndefinedTableError),
    ],
)
async def test_a_statement_of_ours_that_is_wrong_is_a_bug(
    config: Config, statement: str, bug: type[Exception]
) -> None:
    async with _opened(on_one_connection(config)) as db:
        with pytest.raises(bug):
            async with db.connection() as connection:
                await connection.fetch(statement)


async def test_two_statements_at_once_on_one_connection_are_a_bug(config: Config) -> None:
    async with _opened(on_one_connection(config)) as db:
        with pytest.raises(asyncpg.InterfaceError, match="another operation is in progress"):
            async with db.connection() as connection:
                await asyncio.gather(*(connection.fetch("SELECT 1") for _ in range(2)))


async def test_an_error_of_the_orm_that_no_outage_caused_is_a_bug(config: Config) -> None:
    async with _opened(on_one_connection(config)) as db:
        async with db.connection() as connection:
            await connection.execute("SET search_path = nowhere")
        with pytest.raises(OperationalError):
            await store.list_users()


@asynccontextmanager
async def _opened(config: Config) -> AsyncIterator[Database]:
    db = await store.open_database(config)
    try:
        yield db
    finally:
        await db.aclose()


async def _works(way: Callable[[Database], Awaitable[None]], db: Database) -> bool:
    try:
        await way(db)
    except StorageUnavailable:
        return False
    return True


async def _statement(config: Config, statement: str, *arguments: object) -> None:
    connection = await asyncpg.connect(config.database.url.get_secret_value())
    try:
        await connection.execute(statement, *arguments)
    finally:
        await connection.close()


def _run(scenario: Coroutine[None, None, None]) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(scenario)
