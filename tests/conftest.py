"""One PostgreSQL and one Valkey a run; one database, cloned from a migrated template, a worker."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
import redis.asyncio as redis_client
from hypercorn.asyncio import serve
from tortoise.models import MetaInfo

from gateway import store
from gateway.builtin import BuiltinResponder
from gateway.config import Config
from gateway.registry import Registry, load_plugins
from gateway.runtime import Gateway, open_gateway
from gateway.store.database import Connection
from gateway.vault import new_key_ring
from gateway.web.app import create_app, hypercorn_settings
from gateway.worker import work
from tests.parts import EchoResponder, FakeMail, FakeProvider, ModelResponder, SlowResponder
from tests.servers import answers, free_port, postgres, run_sql, valkey
from tests.stories.house import House

# TRUNCATE makes the files of each table and index anew, which takes a quarter of a second.
EMPTY = """
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'aerich'
    LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
    PERFORM setval(format('%I', sequencename), start_value, FALSE) FROM pg_sequences
        WHERE schemaname = 'public' AND last_value IS NOT NULL;
END $$
"""
STACK = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    """The first process of the run starts the servers; the xdist workers inherit where they are."""
    if "GATEWAY_TEST_SERVERS" in os.environ or config.option.collectonly:
        return
    stack = config.stash[STACK] = ExitStack()
    folder = Path(tempfile.mkdtemp(prefix="gateway-tests-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(0o755)
    os.environ["GATEWAY_TEST_SERVERS"] = str(folder)
    stack.callback(os.environ.pop, "GATEWAY_TEST_SERVERS")
    ports = {name: free_port() for name in ("POSTGRES", "VALKEY")}
    stack.enter_context(postgres(folder / "postgres", ports["POSTGRES"]))
    stack.enter_context(valkey(ports["VALKEY"]))
    for name, port in ports.items():
        os.environ[f"GATEWAY_TEST_{name}"] = str(port)
    _make_template()


def pytest_unconfigure(config: pytest.Config) -> None:
    """The process that started the servers ends them."""
    if STACK in config.stash:
        config.stash[STACK].close()


def _make_template() -> None:
    run_sql(int(os.environ["GATEWAY_TEST_POSTGRES"]), "CREATE DATABASE template_gateway")
    asyncio.run(store.migrate(_config("template_gateway")))


def _config(database: str, **sections: object) -> Config:
    postgres_port, valkey_port = (
        os.environ[f"GATEWAY_TEST_{name}"] for name in ("POSTGRES", "VALKEY")
    )
    settings: dict[str, object] = {
        "database": {"url": f"postgres://postgres@127.0.0.1:{postgres_port}/{database}"},
        "redis": {"url": f"redis://127.0.0.1:{valkey_port}/0", "prefix": database},
        "egress": {"allow": ["127.0.0.0/8"]},
        "limits": {"requests_per_ip_per_minute": 0, "failed_auth_per_ip_per_minute": 0},
        "plugins": {"enabled": ["custom_http"]},
        "encryption_keys": new_key_ring(),
    }
    return Config.model_validate(settings | sections)


async def tables(connection: Connection) -> list[str]:
    """The names of all tables that hold something."""
    rows = await connection.fetch(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'aerich'"
    )
    return [row["tablename"] for row in rows]


@pytest.fixture(scope="session")
def database(worker_id: str) -> Iterator[str]:
    """The name of this worker's database."""
    name = f"test_{worker_id}"
    port = int(os.environ["GATEWAY_TEST_POSTGRES"])
    run_sql(port, f"CREATE DATABASE {name} TEMPLATE template_gateway")
    yield name
    run_sql(port, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def config(database: str) -> AsyncIterator[Config]:
    """A gateway's settings, its database and queue empty; no key without expiry may stay behind."""
    config = _config(database)
    connection = await asyncpg.connect(config.database.url.get_secret_value())
    try:
        await connection.execute(EMPTY)
    finally:
        await connection.close()
    client = redis_client.Redis.from_url(config.redis.url.get_secret_value())
    await _clear(client, config)
    yield config
    left = await _clear(client, config)
    await client.aclose()
    assert left == [], "keys without expiry were left in Redis"


@pytest.fixture
def clock() -> "Clock":
    """The time of the gateway under test; it goes on by itself and can be moved forward."""
    return Clock()


@pytest.fixture(scope="session", autouse=True)
def _models_once() -> Iterator[None]:
    """Has Tortoise work out the filters of its models once, not at each start of a gateway."""
    done: set[int] = set()
    finalise = MetaInfo.finalise_model

    def finalise_once(meta: MetaInfo) -> None:
        if id(meta) not in done:
            done.add(id(meta))
            finalise(meta)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MetaInfo, "finalise_model", finalise_once)
        yield


@pytest.fixture(autouse=True)
def _nothing_prepared() -> None:
    """Has no test answer with what the one before had prepared."""
    for kept in (FakeProvider.sent, ModelResponder.answers, ModelResponder.asked):
        kept.clear()


@pytest.fixture(scope="session")
def registry() -> Registry:
    """The real custom_http plugin, and fakes of a provider channel and of a model.

    Loaded once a run: to look for plugins takes as long as a short test.
    """
    return load_plugins(
        ["custom_http"],
        extra=(
            BuiltinResponder,
            EchoResponder,
            FakeProvider,
            FakeMail,
            ModelResponder,
            SlowResponder,
        ),
    )


@pytest.fixture
async def gw(config: Config, clock: "Clock", registry: Registry) -> AsyncIterator[Gateway]:
    """An open gateway whose worker does not run."""
    async with open_gateway(config, now=clock, registry=registry) as gateway:
        yield gateway


@pytest.fixture
async def house(gw: Gateway) -> AsyncIterator[House]:
    """A user, a web client and a listener around the gateway."""
    async with House.open(gw) as opened:
        yield opened


@pytest.fixture
async def running(gw: Gateway) -> AsyncIterator[None]:
    """The worker of the gateway, for as long as the test runs."""
    stop = asyncio.Event()
    worker = asyncio.create_task(work(gw, stop))
    yield
    stop.set()
    await worker


@pytest.fixture
async def origin(house: House) -> AsyncIterator[str]:
    """Where the gateway answers, behind its real server, for programs outside the test."""
    port = free_port()
    settings = hypercorn_settings(house.gw.config)
    settings.bind = [f"127.0.0.1:{port}"]
    stop = asyncio.Event()
    server = asyncio.create_task(serve(create_app(house.gw), settings, shutdown_trigger=stop.wait))
    await wait_for(lambda: answers(port))
    yield f"http://127.0.0.1:{port}"
    stop.set()
    await server


async def wait_for(
    condition: Callable[[], Awaitable[bool] | bool], *, within_seconds: float = 10.0
) -> None:
    """Returns once the condition holds; fails when it has not within the time."""

    async def eventually() -> None:
        while True:
            found = condition()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.01)

    await asyncio.wait_for(eventually(), timeout=within_seconds)


class Clock:
    """The wall clock, plus what a test has added to it."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def later(self, seconds: float) -> datetime:
        """So many seconds from now."""
        return self() + timedelta(seconds=seconds)

    def advance(self, seconds: float) -> None:
        """Moves the time forward."""
        self._ahead += timedelta(seconds=seconds)


async def _clear(client: "redis_client.Redis", config: Config) -> list[bytes]:
    """Deletes the keys of this gateway, and returns its own that would have stayed for ever."""
    lasting = []
    for pattern in ("{}:*", "saq:{}:*", "saq:job:{}:*"):
        async for key in client.scan_iter(pattern.format(config.redis.prefix)):
            if not key.startswith(b"saq:") and await client.ttl(key) == -1:
                lasting.append(key)
            await client.delete(key)
    return lasting
