"""Servers and processes of a run, all of them in one temporary folder and gone after it."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import aiohttp
import asyncpg
import psutil
from pydantic import SecretStr

from bench.posts import Target
from gateway import store
from gateway.config import Config, Database
from gateway.datadir import claim_data_dir
from gateway.embedded import database_url, postgres, redis_url, valkey
from gateway.processes import Program, end, start
from gateway.vault import new_key_ring
from gateway.web.auth import issue_token

READY_SECONDS: Final = 60.0
POLL_SECONDS: Final = 0.005
PLENTY: Final = 1_000_000_000
REPOSITORY: Final = Path(__file__).parent.parent


class BenchError(Exception):
    """A measurement is not valid; the message says what happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """The servers, and one empty database that the processes of one scenario share."""

    folder: Path
    config: Config
    environment: dict[str, str]
    is_quick: bool
    postgres: "Running"
    valkey: "Running"

    def seconds(self, full: float) -> float:
        """How long to measure: a third of `full` in a quick run."""
        return full / 3 if self.is_quick else full

    @asynccontextmanager
    async def web(self) -> AsyncIterator["Running"]:
        """A web process."""
        port = free_port()
        arguments = ("-m", "gateway", "serve", "--port", str(port))
        async with self.python("web", arguments, port) as running:
            yield running

    @asynccontextmanager
    async def worker(self, *, is_awaited: bool = True) -> AsyncIterator["Running"]:
        """A worker process; the port is that of its metrics."""
        port = free_port()
        more = {"GATEWAY_WORKER__METRICS_PORT": str(port)}
        arguments = ("-m", "gateway", "worker")
        async with self.python("worker", arguments, port if is_awaited else None, more) as running:
            yield running

    @asynccontextmanager
    async def floor(self) -> AsyncIterator["Running"]:
        """The bare handler."""
        port = free_port()
        more = {"GATEWAY_SERVER__PORT": str(port)}
        async with self.python("floor", ("-m", "bench.floor"), port, more) as running:
            yield running

    @asynccontextmanager
    async def python(
        self,
        name: str,
        arguments: Sequence[str],
        port: int | None,
        more: dict[str, str] | None = None,
    ) -> AsyncIterator["Running"]:
        """A Python process that is up once it listens on `port`, or at once without one."""
        program = Program(
            name=name,
            argv=(sys.executable, *arguments),
            env={**self.environment, **(more or {})},
            cwd=self.folder,
            log_path=self.folder / f"{name}.log",
            ready=partial(listens, port) if port else None,
        )
        async with running(program) as pid:
            yield Running(port=port or 0, process=psutil.Process(pid))

    async def open_channel(
        self, port: int, *, sink_url: str | None = None, events: Sequence[str] = ()
    ) -> Target:
        """A new user's custom webhook that wants signed messages and sends replies to the sink."""
        token = await self.token()
        return await self.add_channel(port, token, sink_url=sink_url, events=events)

    async def add_channel(
        self, port: int, token: str, *, sink_url: str | None = None, events: Sequence[str] = ()
    ) -> Target:
        """One more such webhook of the account that the token is of."""
        config: dict[str, object] = {"authType": "hmac", "outboundEvents": list(events)}
        if sink_url is not None:
            config["outboundWebhookUrl"] = sink_url
        wanted = {
            "channelType": "custom_webhook",
            "channelName": "Bench",
            "providerConfig": config,
            "rateLimitPerMinute": PLENTY,
            "rateLimitPerHour": PLENTY,
        }
        origin = f"http://127.0.0.1:{port}/api/v1/webhooks"
        async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as api:
            async with api.post(origin, json=wanted) as answer:
                webhook = await answer.json()
                if answer.status != 201:
                    said = last_words(self.folder / "web.log")
                    raise BenchError(f"the webhook was not created: {webhook}; {said}")
            async with api.get(f"{origin}/{webhook['id']}/secret") as answer:
                secret = (await answer.json())["secretKey"]
        path = f"/api/webhooks/inbound/{webhook['webhookToken']}"
        return Target(port=port, path=path, secret=secret)

    async def token(self) -> str:
        """A token of a new account, which may do everything."""
        db = await store.open_database(self.config)
        try:
            user = await store.create_user(name="bench")
            return await issue_token(user_id=user.id, name="bench", scopes=["admin"])
        finally:
            await db.aclose()


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A process that is up; port 0 is none."""

    port: int
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """Processor time that it and its children took so far."""
        alive = (child for child in self.process.children() if child.is_running())
        times = [self.process.cpu_times(), *(child.cpu_times() for child in alive)]
        ended = times[0].children_user + times[0].children_system
        return float(ended + sum(each.user + each.system for each in times))

    def resident_mb(self) -> float:
        """Its resident memory."""
        return round(float(self.process.memory_info().rss) / 2**20, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """PostgreSQL and Valkey of a run."""

    folder: Path
    data: Path
    postgres: Running
    valkey: Running

    @asynccontextmanager
    async def lab(self, name: str, *, is_quick: bool, log_level: str) -> AsyncIterator[Lab]:
        """A lab with a database and a key prefix of its own."""
        url = database_url(self.data)
        maintenance = await asyncpg.connect(url)
        database = f"bench_{name}"
        await maintenance.execute(f"CREATE DATABASE {database}")
        own_url = urlsplit(url)._replace(path=f"/{database}").geturl()
        keys = new_key_ring()
        lab = Lab(
            folder=self.folder,
            config=Config(
                database=Database(url=SecretStr(own_url)), encryption_keys=SecretStr(keys)
            ),
            environment=_environment(
                {
                    "GATEWAY_DATABASE__URL": own_url,
                    "GATEWAY_REDIS__URL": redis_url(self.data),
                    "GATEWAY_REDIS__PREFIX": database,
                    "GATEWAY_ENCRYPTION_KEYS": keys,
                    "GATEWAY_LOG__LEVEL": log_level,
                }
            ),
            is_quick=is_quick,
            postgres=self.postgres,
            valkey=self.valkey,
        )
        try:
            await store.migrate(lab.config)
            yield lab
        finally:
            await maintenance.execute(f"DROP DATABASE {database} WITH (FORCE)")
            await maintenance.close()


@asynccontextmanager
async def open_servers(folder: Path) -> AsyncIterator[Servers]:
    """A new PostgreSQL and a new Valkey, both with the settings that `gateway up` gives them."""
    with claim_data_dir(folder / "data") as data:
        async with AsyncExitStack() as stack:
            up = [
                Running(port=0, process=psutil.Process(pid))
                for program in (postgres(data), valkey(data))
                for pid in [await stack.enter_async_context(running(program))]
            ]
            yield Servers(folder=folder, data=data.path, postgres=up[0], valkey=up[1])


@asynccontextmanager
async def running(program: Program) -> AsyncIterator[int]:
    """The program's process id, once it is up; it is ended with the block."""
    if program.prepare is not None:
        await program.prepare()
    process = await start(program)
    try:
        async with asyncio.timeout(READY_SECONDS):
            while program.ready is not None and not await program.ready():
                if process.returncode is not None:
                    raise BenchError(
                        f"{program.name} ended at its start: {last_words(program.log_path)}"
                    )
                await asyncio.sleep(POLL_SECONDS)
        yield process.pid
        if process.returncode is not None:
            raise BenchError(f"{program.name} ended while in use: {last_words(program.log_path)}")
    except TimeoutError:
        raise BenchError(
            f"{program.name} was not up in time: {last_words(program.log_path)}"
        ) from None
    finally:
        await end(program, process)


async def listens(port: int) -> bool:
    """Whether a local server takes connections on this port."""
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def last_words(log_path: Path | None) -> str:
    """The end of what a process wrote."""
    if log_path is None or not log_path.exists():
        return "it said nothing"
    return log_path.read_text(errors="replace")[-2000:]


def _environment(own: dict[str, str]) -> dict[str, str]:
    """That of this process, without its settings of the gateway, with those of the benchmark."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GATEWAY_")}
    return {
        **kept,
        # Compiled modules are kept, as in an installation.
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPATH": str(REPOSITORY),
        "GATEWAY_LIMITS__PER_MINUTE_CEILING": str(PLENTY),
        "GATEWAY_LIMITS__PER_HOUR_CEILING": str(PLENTY),
        "GATEWAY_LIMITS__REQUESTS_PER_IP_PER_MINUTE": "0",
        "GATEWAY_LIMITS__WEBHOOKS_PER_USER": "200",
        # The same few texts, again and again, are what a loop looks like.
        "GATEWAY_LOOPS__REPEATS": "0",
        "GATEWAY_LOOPS__EVENT_REPEATS": "0",
        "GATEWAY_LIMITS__API_CALLS_PER_TOKEN_PER_MINUTE": "0",
        "GATEWAY_EGRESS__ALLOW": '["127.0.0.0/8"]',
        **own,
    }
