"""A real mail server hands over to ours: what was told 250 is there, once, whatever fails."""

import asyncio
import smtplib
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from gateway.doors import OpenDoors
from gateway.plugin import (
    Door,
    InboundMessage,
    InboundRequest,
    InvalidAuth,
    OutboundMessage,
    Parsed,
    Parser,
    Sent,
    Transport,
    Verifier,
)
from gateway.plugin.errors import StorageUnavailable
from gateway.registry import Registry, load_plugins
from gateway_email_smtp.listening import SmtpListener, mail_server
from gateway_email_smtp.reception import SmtpSettings
from gateway_email_smtp.settings import EmailSettings
from tests.conftest import wait_for
from tests.mta import Mta, postfix
from tests.parts import EchoResponder
from tests.stories.house import House, Json


class PlainMail(Parser[EmailSettings], Verifier[EmailSettings], Transport[EmailSettings]):
    """An email channel that reads nothing but plain mail."""

    name = "email_smtp"
    title = "Plain mail"
    channel_type = "email"
    Settings = EmailSettings

    async def verify(self, request: InboundRequest) -> None:
        """Believes the mail server."""
        if request.door != "smtp":
            raise InvalidAuth("mail comes by SMTP")

    def parse(self, request: InboundRequest) -> Parsed:
        """One mail."""
        mail = message_from_bytes(request.body, policy=policy.default)
        text = mail.get_content().strip()
        sender = request.headers["x-gateway-mail-from"]
        return Parsed(
            messages=(
                InboundMessage(sender=sender, text=text, external_id=str(mail["message-id"])),
            )
        )

    async def send(self, message: OutboundMessage) -> Sent:
        """Goes nowhere."""
        return Sent(provider_id=f"m{message.id}")


@pytest.fixture
def registry() -> Registry:
    """The plain mail beside the usual parts."""
    return load_plugins(["custom_http"], extra=(EchoResponder, PlainMail, SmtpListener))


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


async def _mailbox(house: House, address: str = "assistant@gateway.example") -> Json:
    body = {
        "channelType": "email",
        "channelName": address,
        "providerConfig": {"mailAddress": address},
        "aiConfig": {"responder": "echo"},
    }
    return await house.api("POST", "/webhooks", body, status=201)


async def _send(mta: Mta, text: str, *to: str) -> None:
    mail = f"From: ann@example.com\r\nMessage-ID: <{text}@example.com>\r\n\r\n{text}\r\n"
    recipients = to or ("assistant@gateway.example",)

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", mta.port) as client:
            client.sendmail("ann@example.com", recipients, mail)

    await asyncio.to_thread(send)


async def _texts(house: House, record: Json) -> list[str]:
    listed = await house.api("GET", f"/webhooks/{record['id']}/messages")
    return [item["content"] for item in listed["items"]]


async def test_a_real_mail_server_delivers_to_two_channels(house: House, mta: Mta) -> None:
    first = await _mailbox(house)
    second = await _mailbox(house, "sales@gateway.example")

    async with _listening(house, mta):
        await _send(mta, "both", "assistant+t.1@gateway.example", "Sales@gateway.example")
        await wait_for(lambda: mta.queued() == 0)

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
        await wait_for(lambda: "451 4.3.0 the database is away" in mta.log())
        mta.flush()
        await wait_for(lambda: mta.queued() == 0)

    assert await _texts(house, record) == [f"outage-{when}"]


async def test_mail_waits_while_nobody_listens(house: House, mta: Mta) -> None:
    record = await _mailbox(house)
    await _send(mta, "early")
    await wait_for(lambda: "Connection refused" in mta.log())

    async with _listening(house, mta):
        mta.flush()
        await wait_for(lambda: mta.queued() == 0)

    assert await _texts(house, record) == ["early"]
