"""One PostgreSQL and one Valkey a run; one database, cloned from a migrated template, a worker."""

import asyncio
import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
import redis.asyncio as redis_client
from hypercorn.asyncio import serve
from tortoise.apps import Apps
from tortoise.models import Model

from gateway import store
from gateway.builtin import BuiltinResponder
from gateway.config import Config
from gateway.registry import Registry, load_plugins
from gateway.runtime import Gateway, open_gateway, spare_the_collector
from gateway.store.database import Connection
from gateway.vault import new_key_ring
from gateway.web.app import create_app, hypercorn_settings
from gateway.worker import work
from tests.parts import (
    EchoResponder,
    FakeMail,
    FakeProvider,
    ModelResponder,
    SlowResponder,
    make_as_new,
)
from tests.servers import answers, copy_cluster, free_port, postgres, run_sql, valkey
from tests.stories.house import House
from tests.zygote import end_zygote

SEQUENCES = """
SELECT setval(format('%I', sequencename), start_value, FALSE) FROM pg_sequences
WHERE schemaname = 'public' AND last_value IS NOT NULL
"""
STACK = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    """The first process of the run starts the servers; the xdist workers inherit where they are."""
    gc.disable()  # what is collected stays for the whole run
    if "GATEWAY_TEST_SERVERS" in os.environ or config.option.collectonly:
        return
    stack = config.stash[STACK] = ExitStack()
    folder = Path(tempfile.mkdtemp(prefix="gateway-tests-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    folder.chmod(0o755)
    os.environ["GATEWAY_TEST_SERVERS"] = str(folder)
    stack.callback(os.environ.pop, "GATEWAY_TEST_SERVERS")
    ports = {name: free_port() for name in ("POSTGRES", "VALKEY")}
    for name, port in ports.items():
        os.environ[f"GATEWAY_TEST_{name}"] = str(port)
    with postgres(folder / "migrated", ports["POSTGRES"]):
        asyncio.run(store.migrate(_config("postgres")))
    copy_cluster(folder / "migrated", folder / "postgres")
    stack.enter_context(postgres(folder / "postgres", ports["POSTGRES"]))
    stack.enter_context(valkey(ports["VALKEY"]))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that are given more time come first: none is to be waited for alone at the end."""
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)


def pytest_collection_finish() -> None:
    """The cycle collector passes over what was collected, and runs as it does in the product."""
    gc.enable()
    spare_the_collector()


def pytest_sessionfinish() -> None:
    """What was measured is there before the process that began the run adds it up."""
    end_zygote()


def pytest_unconfigure(config: pytest.Config) -> None:
    """The process that started the servers ends them."""
    if STACK in config.stash:
        config.stash[STACK].close()


def _config(database: str, **sections: object) -> Config:
    postgres_port, valkey_port = (
        os.environ[f"GATEWAY_TEST_{name}"] for name in ("POSTGRES", "VALKEY")
    )
    settings: dict[str, object] = {
        "database": {
            "url": f"postgres://postgres@127.0.0.1:{postgres_port}/{database}",
            "pool_min": 1,
        },
        "redis": {"url": f"redis://127.0.0.1:{valkey_port}/0", "prefix": database},
        "egress": {"allow": ["127.0.0.0/8"]},
        "limits": {"requests_per_ip_per_minute": 0, "failed_auth_per_ip_per_minute": 0},
        "plugins": {"enabled": ["custom_http"]},
        "encryption_keys": new_key_ring(),
    }
    return Config.model_validate(settings | sections)


async def tables(connection: "Connection | asyncpg.Connection") -> list[str]:
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
    run_sql(port, f"CREATE DATABASE {name} TEMPLATE postgres", database="template1")
    yield name
    run_sql(port, f"DROP DATABASE {name} WITH (FORCE)", database="template1")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def cleaning(database: str) -> AsyncIterator["Cleaning"]:
    """What empties this worker's database and queue, connected once: a new connection is slow."""
    config = _config(database)
    connection = await asyncpg.connect(config.database.url.get_secret_value())
    client = redis_client.Redis.from_url(config.redis.url.get_secret_value())
    yield Cleaning(connection, client, await tables(connection), config.redis.prefix)
    await client.aclose()
    await connection.close()


@pytest_asyncio.fixture(loop_scope="session")
async def config(database: str, cleaning: "Cleaning") -> AsyncIterator[Config]:
    """A gateway's settings, its database and queue empty; no key without expiry may stay behind."""
    await cleaning.empty_database()
    await cleaning.empty_queue()
    yield _config(database)
    left = await cleaning.empty_queue()
    assert left == [], "keys without expiry were left in Redis"


@pytest.fixture
def clock() -> "Clock":
    """The time of the gateway under test; it goes on by itself and can be moved forward."""
    return Clock()


@pytest.fixture(scope="session", autouse=True)
def _models_once() -> Iterator[None]:
    """Has Tortoise work out its models once, not at each start of a gateway."""
    done: set[type[Model]] = set()
    build = Apps._build_initial_querysets

    def build_once(apps: Apps) -> None:
        models = {model for app in apps.apps.values() for model in app.values()}
        if not models <= done:
            build(apps)
            done.update(models)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Apps, "_build_initial_querysets", build_once)
        yield


@pytest.fixture(autouse=True)
def _fakes_as_new() -> None:
    """Has no test answer with what the one before had prepared."""
    make_as_new()
    FakeProvider.send_fails = FakeProvider.became = None
    FakeProvider.reconciles = False


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
    condition: Callable[[], Awaitable[bool] | bool],
    *,
    within_seconds: float = 10.0,
    every_seconds: float = 0.01,
) -> None:
    """Returns once the condition holds; fails when it has not within the time."""

    async def eventually() -> None:
        while True:
            found = condition()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(every_seconds)

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


class Cleaning:
    """Empties what tests leave."""

    def __init__(
        self,
        connection: asyncpg.Connection,
        client: "redis_client.Redis",
        names: Sequence[str],
        prefix: str,
    ) -> None:
        self._connection = connection
        self._client = client
        self._prefix = prefix
        self._filled = " UNION ALL ".join(
            f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})"  # noqa: S608 # the house's tables
            for name in names
        )

    async def empty_database(self) -> None:
        """No rows, and the next id is 1 everywhere."""
        # TRUNCATE makes the files of each table and index anew, which takes a quarter of a second.
        filled = [row[0] for row in await self._connection.fetch(self._filled)]
        deletions = [f"DELETE FROM {name}" for name in filled]  # noqa: S608 # the house's tables
        await self._connection.execute(";".join([*deletions, SEQUENCES]))

    async def empty_queue(self) -> list[bytes]:
        """Deletes the keys of this gateway, and returns its own that would have stayed for ever."""
        own, prefix = self._prefix.encode(), f"{self._prefix}:"
        keys = [key async for key in self._client.scan_iter(f"*{prefix}*", count=1000)]
        keys = [
            key for key in keys if key.removeprefix(b"saq:").removeprefix(b"job:").startswith(own)
        ]
        lasting = [
            key for key in keys if not key.startswith(b"saq:") and await self._client.ttl(key) == -1
        ]
        if keys:
            await self._client.delete(*keys)
        return lasting
