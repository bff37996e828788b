"""Two gateways, each with its own database and mail server, that answer each other stop."""

import asyncio
import json
import os
import smtplib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from pydantic import SecretStr

from gateway.config import Config
from gateway.doors import OpenDoors
from gateway.registry import Registry, load_plugins
from gateway.runtime import open_gateway
from gateway.vault import new_key_ring
from gateway.worker import work
from gateway_email_smtp.fake.mailserver import FakeMailServer
from gateway_email_smtp.listening import SmtpListener, mail_server
from gateway_email_smtp.reception import SmtpSettings
from tests.conftest import wait_for
from tests.outages.processes import gateway_process
from tests.servers import answers, free_port, run_sql
from tests.stories.house import House, Json

pytestmark = pytest.mark.timeout(120)

PATIENCE_SECONDS: Final = 60
HERE: Final = "desk@here.example"
THERE: Final = "desk@there.example"
MARKS: Final = (
    *(b"auto-submitted:", b"x-auto-response-suppress:", b"precedence:"),
    *(b"x-loop:", b"x-gateway-hops:", b"list-"),
)
"""By which a mail says that no person wrote it; a careless mail server may drop them."""


@pytest.fixture
def registry() -> Registry:
    """The real email plugin."""
    return load_plugins(["custom_http", "email_smtp"])


@pytest.fixture
def there(config: Config, database: str) -> Iterator[Config]:
    """Another installation: a database, a queue and keys of its own."""
    name, port = f"{database}_there", int(os.environ["GATEWAY_TEST_POSTGRES"])
    run_sql(port, f"CREATE DATABASE {name} TEMPLATE postgres", database="template1")
    url = f"postgres://postgres@127.0.0.1:{port}/{name}"
    yield config.model_copy(
        update={
            "database": config.database.model_copy(update={"url": SecretStr(url)}),
            "redis": config.redis.model_copy(update={"prefix": name}),
            "encryption_keys": SecretStr(new_key_ring()),
        }
    )
    run_sql(port, f"DROP DATABASE {name} WITH (FORCE)")


@dataclass
class Pair:
    """This gateway in the test's process, the other one in processes of its own.

    The mail servers between them drop the marks of machines once they are `careless`.
    """

    house: House
    port: int
    log: Path
    careless: asyncio.Event

    async def knocks(self, number: int) -> None:
        """A mail of a person to this gateway; it names the other one as its sender."""
        head = f"From: {THERE}\r\nTo: {HERE}\r\nSubject: Report\r\nMessage-ID: <{number}@x.example>"
        raw = f"{head}\r\n\r\nPlease send report {number} to Dana by Friday\r\n".encode()
        await asyncio.to_thread(_hand_over, self.port, "bob@x.example", (HERE,), raw)

    def told_there(self, event: str) -> list[Json]:
        """The lines of one event in the other one's log."""
        lines = (line for line in self.log.read_text().splitlines() if line[:1] == "{")
        return [line for line in map(json.loads, lines) if line["event"] == event]

    async def kept_here(self) -> list[Json]:
        """The messages of this one, newest first."""
        listed = await self.house.api("GET", "/webhooks/1/messages")
        found: list[Json] = listed["items"]
        return found

    async def has_stopped(self) -> bool:
        """Whether one of them does not go on."""
        talks = (await self.house.api("GET", "/conversations"))["items"]
        is_paused = any(talk["status"] == "paused" for talk in talks)
        return is_paused or bool(self.told_there("loop.detected"))

    async def has_all(self) -> bool:
        """Whether all that each of them sent has come, beside what was said to begin with."""
        from_there = self.told_there("delivery.attempted")
        from_here = (await self.house.api("GET", "/deliveries"))["items"]
        came_there = self.told_there("message.received") + self.told_there("message.set_aside")
        states = [line["outcome"] for line in from_there] + [one["status"] for one in from_here]
        return (
            set(states) == {"delivered"}
            and len(came_there) == len(from_here)
            and len(await self.kept_here()) == 2 + len(from_there)
        )


async def _mailbox(house: House, address: str, smtp_port: int) -> None:
    settings = {"mailOutbound": "smtp", "smtpHost": "127.0.0.1", "smtpSecurity": "none"}
    body = {
        "channelType": "email",
        "channelName": address,
        "providerConfig": {"inboundEmailAddress": address, "smtpPort": smtp_port, **settings},
        "rateLimitPerMinute": 100,
    }
    await house.api("POST", "/webhooks", body, status=201)


@pytest.fixture
async def pair(
    config: Config, there: Config, registry: Registry, tmp_path: Path
) -> AsyncIterator[Pair]:
    """Both at work, each sending its mail to the other's mail server."""
    port, port_there, log = free_port(), free_port(), tmp_path / "there.log"
    careless = asyncio.Event()
    async with AsyncExitStack() as stack:
        way_there = await stack.enter_async_context(_way(port_there, careless))
        way_here = await stack.enter_async_context(_way(port, careless))
        # One process has one database at a time.
        async with open_gateway(there, registry=registry) as gw, House.open(gw) as house:
            await _mailbox(house, THERE, way_here)
        for command in ("listen", "worker"):
            stack.enter_context(gateway_process(command, there, log, smtp_port=port_there))
        gw = await stack.enter_async_context(open_gateway(config, registry=registry))
        house = await stack.enter_async_context(House.open(gw))
        await _mailbox(house, HERE, way_there)
        doors = OpenDoors(gw, SmtpListener)
        await doors.look()
        await stack.enter_async_context(mail_server(SmtpSettings(port=port), doors))
        await wait_for(lambda: answers(port_there), within_seconds=PATIENCE_SECONDS)
        stop = asyncio.Event()
        working = asyncio.create_task(work(gw, stop))
        yield Pair(house, port, log, careless)
        stop.set()
        await working


@asynccontextmanager
async def _way(port: int, careless: asyncio.Event) -> AsyncIterator[int]:
    """A mail server that hands on to the one of `port`; its own port."""

    async def hand_on(server: FakeMailServer) -> None:
        while True:
            await wait_for(lambda: bool(server.taken), within_seconds=PATIENCE_SECONDS)
            mail = server.taken.pop(0)
            raw = _unmarked(mail.raw) if careless.is_set() else mail.raw
            await asyncio.to_thread(_hand_over, port, mail.mail_from, mail.recipients, raw)

    async with FakeMailServer.open() as server:
        handing_on = asyncio.create_task(hand_on(server))
        yield server.port
        handing_on.cancel()
        await asyncio.gather(handing_on, return_exceptions=True)


def _unmarked(raw: bytes) -> bytes:
    head, gap, body = raw.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(MARKS)]
    return b"\r\n".join(lines) + gap + body


def _hand_over(port: int, sender: str, recipients: Sequence[str], raw: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.sendmail(sender, recipients, raw)


async def test_two_gateways_that_answer_each_other_by_mail_stop_and_lose_nothing(
    pair: Pair,
) -> None:
    """By the marks of machines at the first answer; without these, by what they say."""
    await pair.knocks(1)
    await wait_for(lambda: bool(pair.told_there("message.set_aside")), within_seconds=30)

    [line] = pair.told_there("message.set_aside")
    assert (line["outcome"], line["reason"]) == ("ignored", "auto_reply")
    assert [m["processingStatus"] for m in await pair.kept_here()] == ["processed"]
    assert pair.told_there("message.received") == []

    pair.careless.set()
    await pair.knocks(2)
    await wait_for(pair.has_stopped, within_seconds=30)
    await wait_for(pair.has_all, within_seconds=30)

    assert len(pair.told_there("message.set_aside")) == 1
    kept = [m["processingStatus"] for m in await pair.kept_here()]
    assert set(kept) <= {"processed", "received"}
    assert 2 < len(kept) < 15
