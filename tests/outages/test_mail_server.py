"""A real mail server hands over to ours: what was told 250 is there, once, whatever fails."""

import asyncio
import signal
import smtplib
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from email import message_from_bytes
from pathlib import Path
from typing import Final

import pytest

from gateway.config import Config
from gateway.doors import OpenDoors
from gateway.plugin import Door
from gateway.plugin.errors import StorageUnavailable
from gateway.plugin.testing import MemoryDoors
from gateway.registry import Registry, load_plugins
from gateway_email_smtp.fake.peer import door
from gateway_email_smtp.listening import SmtpListener, mail_server
from gateway_email_smtp.reception import SmtpSettings
from tests.conftest import wait_for
from tests.mta import Mta, postfix
from tests.outages.processes import gateway_process
from tests.outages.proxy import Wire
from tests.servers import answers, wait_until
from tests.stories.house import House, Json
from tests.zygote import Running

ASSISTANT: Final = "assistant@gateway.example"
ANN: Final = "ann@people.example"
PATIENCE: Final = 15


@pytest.fixture
def registry() -> Registry:
    """The real email plugin beside the usual parts."""
    return load_plugins(["custom_http", "email_smtp"])


@pytest.fixture(scope="module")
def mta() -> Iterator[Mta]:
    """One Postfix for all tests of this page."""
    with tempfile.TemporaryDirectory(prefix="gateway-mta-") as name:
        Path(name).chmod(0o755)
        with postfix(Path(name) / "postfix") as server:
            yield server


class OutageOnce(OpenDoors):
    """Doors where the database goes away once, before a mail is stored or just after."""

    def __init__(self, house: House, when: str) -> None:
        super().__init__(house.gw, SmtpListener)
        self.when = when
        self.has_failed = False

    async def take(
        self, door: Door, body: bytes, *, headers: Mapping[str, str], client_ip: str = ""
    ) -> None:
        """Fails the first time."""
        if self.has_failed or self.when == "after":
            await super().take(door, body, headers=headers, client_ip=client_ip)
        if not self.has_failed:
            self.has_failed = True
            raise StorageUnavailable("the database is away")


@asynccontextmanager
async def _listening(house: House, mta: Mta, doors: OpenDoors | None = None) -> AsyncIterator[None]:
    doors = doors or OpenDoors(house.gw, SmtpListener)
    await doors.look()
    settings = SmtpSettings(port=mta.gateway_port, hostname="gw.example.org")
    async with mail_server(settings, doors):
        yield


async def _mailbox(house: House, address: str = ASSISTANT, **settings: object) -> Json:
    body = {
        "channelType": "email",
        "channelName": address,
        "providerConfig": {"inboundEmailAddress": address, **settings},
        "rateLimitPerMinute": 100,
    }
    return await house.api("POST", "/webhooks", body, status=201)


async def _send(mta: Mta, text: str, *to: str, padding: int = 0, **headers: str) -> None:
    """A mail of bob's, whose own mail nobody gets, or of whom the header From names."""
    values = {
        "From": "bob@elsewhere.example",
        "Message-ID": f"<{text.partition(' ')[0]}@people.example>",
        "X-Padding": "x " * (padding // 2),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in values.items())

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", mta.port) as client:
            client.sendmail(values["From"], to or (ASSISTANT,), f"{head}\r\n{text}\r\n")

    await asyncio.to_thread(send)


async def _delivered(mta: Mta) -> None:
    """Returns once Postfix has nothing left; it is asked to try again, and again."""
    for _ in range(PATIENCE):
        mta.flush()
        with suppress(TimeoutError):
            await wait_for(lambda: mta.queued() == 0, within_seconds=2)
            return
    raise AssertionError(mta.log())


async def _texts(house: House, record: Json) -> list[str]:
    listed = await house.api("GET", f"/webhooks/{record['id']}/messages")
    return [item["content"] for item in listed["items"]]


async def test_a_real_mail_server_delivers_to_two_channels(house: House, mta: Mta) -> None:
    first = await _mailbox(house)
    second = await _mailbox(house, "sales@gateway.example")

    async with _listening(house, mta):
        await _send(mta, "both", "assistant+t.1@gateway.example", "Sales@gateway.example")
        await _delivered(mta)

    assert await _texts(house, first) == ["both"]
    assert await _texts(house, second) == ["both"]


async def test_a_mail_to_a_stranger_goes_back_to_its_sender(house: House, mta: Mta) -> None:
    record = await _mailbox(house)

    async with _listening(house, mta):
        await _send(mta, "stranger", "nobody@gateway.example")
        await wait_for(lambda: "dsn=5.1.1, status=bounced" in mta.log())

    assert await _texts(house, record) == []


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_mail_that_meets_an_outage_comes_again_and_is_there_once(
    house: House, mta: Mta, when: str
) -> None:
    record = await _mailbox(house)
    doors = OutageOnce(house, when)

    async with _listening(house, mta, doors):
        await _send(mta, f"outage-{when}")
        await wait_for(lambda: doors.has_failed)
        await _delivered(mta)

    assert await _texts(house, record) == [f"outage-{when}"]


async def test_mail_waits_while_nobody_listens(house: House, mta: Mta) -> None:
    record = await _mailbox(house)
    await _send(mta, "early")
    await wait_for(lambda: "Connection refused" in mta.log())

    async with _listening(house, mta):
        await _delivered(mta)

    assert await _texts(house, record) == ["early"]


@contextmanager
def _process(config: Config, mta: Mta, log: Path) -> Iterator[Running]:
    """`gateway listen` on the database of this test, once it listens."""
    with gateway_process("listen", config, log, smtp_port=mta.gateway_port) as listening:
        wait_until(lambda: answers(mta.gateway_port))
        yield listening


async def test_a_listener_killed_in_mid_burst_loses_and_doubles_nothing(
    house: House, config: Config, mta: Mta, tmp_path: Path
) -> None:
    record = await _mailbox(house)
    texts = [f"burst-{number}" for number in range(16)]
    log = tmp_path / "listen.log"
    sent = mta.log().count("status=sent")

    with _process(config, mta, log) as process:
        async with _half_a_mail(mta):
            await asyncio.gather(*(_send(mta, text, padding=100_000) for text in texts))
            await wait_for(lambda: mta.log().count("status=sent") > sent)
            process.kill()
            process.wait()
    with _process(config, mta, log) as process:
        await _delivered(mta)
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0

    assert sorted(await _texts(house, record)) == sorted(texts)
    assert "listeners.stopped" in log.read_text()


async def test_mail_waits_while_postgresql_is_away(
    house: House, config: Config, mta: Mta, tmp_path: Path
) -> None:
    record = await _mailbox(house)

    async with Wire.to_database(config) as (wire, through):
        # The wire is carried by this loop, which must not be blocked by waiting for the process.
        process = ExitStack()
        listening = _process(through, mta, tmp_path / "listen.log")
        await asyncio.to_thread(process.enter_context, listening)
        wire.refuses = True
        wire.cut()
        await _send(mta, "outage")
        await wait_for(lambda: "451 4.3.0 the database cannot be reached" in mta.log())
        wire.refuses = False
        await _delivered(mta)
        await asyncio.to_thread(process.close)

    assert await _texts(house, record) == ["outage"]


@asynccontextmanager
async def _half_a_mail(mta: Mta) -> AsyncIterator[None]:
    """A mail whose other half never comes."""
    _, writer = await asyncio.open_connection("127.0.0.1", mta.gateway_port)
    recipient = f"RCPT TO:<{ASSISTANT}>\r\n".encode()
    writer.write(b"EHLO x\r\nMAIL FROM:<bob@elsewhere.example>\r\n" + recipient)
    writer.write(b"DATA\r\nFrom: bob@elsewhere.example\r\n\r\nhalf\r\n")
    await writer.drain()
    try:
        yield
    finally:
        writer.close()


def _sending(mta: Mta) -> Json:
    return {
        "mailOutbound": "smtp",
        "smtpHost": "127.0.0.1",
        "smtpPort": mta.port,
        "smtpSecurity": "none",
    }


async def test_an_answer_goes_out_in_the_thread_and_is_answered_there(
    house: House, mta: Mta
) -> None:
    record = await _mailbox(house, **_sending(mta))
    ann = MemoryDoors(doors=(door(1, ANN),))
    people = SmtpSettings(port=mta.people_port)

    async with _listening(house, mta), mail_server(people, ann):
        await _send(mta, "first of all, is anybody there?", From=ANN, Subject="Hello")
        await _delivered(mta)
        await house.drain()
        await wait_for(lambda: len(ann.taken) == 1)
        answer = message_from_bytes(ann.taken[0].body)
        await _send(
            mta,
            "second of all, thank you",
            answer["Reply-To"] or answer["From"],
            From=ANN,
            In_Reply_To=answer["Message-ID"],
            Subject=answer["Subject"],
        )
        await _delivered(mta)

    assert answer["In-Reply-To"] == "<first@people.example>"
    assert answer["Subject"] == "Re: Hello"
    assert len(await _texts(house, record)) == 2
    listed = await house.api("GET", f"/webhooks/{record['id']}/conversations")
    assert len(listed["items"]) == 1


async def test_two_gateways_that_answer_each_other_by_mail_stop(house: House, mta: Mta) -> None:
    here = await _mailbox(house, "here@gateway.example", **_sending(mta))
    there = await _mailbox(house, "there@gateway.example", **_sending(mta))

    async with _listening(house, mta):
        await _send(
            mta, "knock knock, who is there?", "here@gateway.example", From="there@gateway.example"
        )
        for _ in range(10):
            await _delivered(mta)
            await house.drain()

    assert len(await _texts(house, here)) == 1
    listed = await house.api("GET", f"/webhooks/{there['id']}/messages")
    assert [item["processingStatus"] for item in listed["items"]] == ["ignored"]
