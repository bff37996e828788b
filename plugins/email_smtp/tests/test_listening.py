"""The mail server: what is taken, what is refused, and with which words."""

import asyncio
import ipaddress
from collections.abc import Mapping
from contextlib import AsyncExitStack

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from gateway.plugin import Door, PermanentFailure
from gateway.plugin.errors import (
    InvalidAuth,
    PayloadTooLarge,
    RateLimited,
    StorageUnavailable,
    WebhookInactive,
)
from gateway.plugin.testing import MemoryDoors, check_settings
from gateway_email_smtp.fake.peer import ENVELOPE, MAIL, TO, door, server, session, talk
from gateway_email_smtp.listening import SmtpListener
from gateway_email_smtp.reception import SmtpSettings


@pytest.fixture
def doors() -> MemoryDoors:
    """One channel, assistant@example.org."""
    return MemoryDoors(doors=(door(),))


def test_the_settings_keep_the_contract() -> None:
    check_settings(SmtpListener)


@pytest.mark.parametrize("given", [{"tls_certificate": "a"}, {"tls_required": True}])
def test_settings_of_tls_belong_together(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="tls_"):
        SmtpSettings.model_validate(given)


async def test_a_mail_is_handed_over_with_its_envelope(doors: MemoryDoors) -> None:
    async with session(doors) as peer:
        assert (await peer.mail()).startswith("250 ")

    [taken] = doors.taken
    assert (taken.door.webhook_id, taken.client_ip) == (1, "127.0.0.1")
    assert taken.headers == {
        "content-type": "message/rfc822",
        "x-gateway-mail-from": "ann@example.com",
        "x-gateway-rcpt-to": "assistant@example.org",
        "x-gateway-helo": "mail.example.com",
    }
    assert taken.body.endswith(MAIL)
    assert taken.body.removesuffix(MAIL).decode().split("\r\n") == [
        "Return-Path: <ann@example.com>",
        "Delivered-To: assistant@example.org",
        "Received: from mail.example.com ([127.0.0.1]) by mx.example.org with ESMTP;",
        "\tFri, 02 Jan 2026 03:04:05 +0000",
        "",
    ]


async def test_the_null_sender_is_an_empty_one(doors: MemoryDoors) -> None:
    async with session(doors) as peer:
        await peer.say(b"EHLO x", b"MAIL FROM:<>", TO, b"DATA")
        assert (await peer.say(MAIL + b".")).startswith("250 ")

    assert doors.taken[0].headers["x-gateway-mail-from"] == ""
    assert doors.taken[0].body.startswith(b"Return-Path: <>\r\n")


async def test_what_the_server_can_do_is_announced(doors: MemoryDoors) -> None:
    async with session(doors, size_limit_bytes=70_000) as peer:
        said = await peer.say(b"EHLO mail.example.com")

    assert {"250-SIZE 70000", "250-8BITMIME", "250-SMTPUTF8", "250 HELP"} <= set(said.split("\n"))
    assert "AUTH" not in said


@pytest.mark.parametrize(
    "recipient",
    [b"assistant@example.org", b"ASSISTANT@Example.ORG", b"Assistant+t.0a.1b@example.org"],
)
async def test_an_address_is_known_in_any_case_and_with_a_plus_part(
    doors: MemoryDoors, recipient: bytes
) -> None:
    async with session(doors) as peer:
        said = await peer.mail(MAIL, b"RCPT TO:<" + recipient + b">")

    assert said.startswith("250 ")
    assert doors.taken[0].headers["x-gateway-rcpt-to"] == recipient.decode()


@pytest.mark.parametrize(
    "recipient",
    [b"other@example.org", b"assistant@example.com", b"+assistant@example.org", b"assistant"],
)
async def test_an_unknown_recipient_is_refused_for_good(
    doors: MemoryDoors, recipient: bytes
) -> None:
    async with session(doors) as peer:
        assert (await peer.say(*ENVELOPE, b"RCPT TO:<" + recipient + b">")).startswith("550 5.1.1")
        assert (await peer.say(b"DATA")).startswith("503")


async def test_a_channel_whose_mail_comes_another_way_is_a_stranger() -> None:
    imap = door(email_provider="mime")
    async with session(MemoryDoors(doors=(imap,))) as peer:
        assert (await peer.say(*ENVELOPE, TO)).startswith("550 5.1.1")


async def test_an_address_of_two_channels_is_that_of_the_older_one() -> None:
    doors = MemoryDoors(doors=(door(7), door(3)))
    with capture_logs() as logs:
        async with session(doors) as peer:
            await peer.mail()

    assert [taken.door.webhook_id for taken in doors.taken] == [3]
    warned = [line for line in logs if line["event"] == "address.taken"]
    assert [(line["webhook_id"], line["held_by"]) for line in warned] == [(7, 3)]


async def test_a_new_channel_is_known_at_once(doors: MemoryDoors) -> None:
    async with session(doors) as peer:
        await peer.say(*ENVELOPE, TO)
        doors.doors = (*doors.doors, door(2, "sales@example.org"))
        assert (await peer.say(b"RCPT TO:<sales@example.org>")).startswith("250")


async def test_a_mail_to_two_channels_is_taken_by_both(doors: MemoryDoors) -> None:
    doors.doors = (
        door(1, mail_own_addresses=["help@example.org"]),
        door(2, "sales@example.org"),
    )
    recipients = (TO, b"RCPT TO:<sales@example.org>", b"RCPT TO:<help@example.org>")
    async with session(doors) as peer:
        assert (await peer.mail(MAIL, *recipients)).startswith("250 ")

    assert [(t.door.webhook_id, t.headers["x-gateway-rcpt-to"]) for t in doors.taken] == [
        (1, "assistant@example.org, help@example.org"),
        (2, "sales@example.org"),
    ]


async def test_a_mail_that_one_of_two_channels_cannot_take_now_comes_again(
    doors: MemoryDoors,
) -> None:
    doors.doors = (door(1), door(2, "sales@example.org"))
    doors.failures = [RateLimited("full", retry_after_seconds=1)]
    recipients = (TO, b"RCPT TO:<sales@example.org>")
    async with session(doors) as peer:
        assert (await peer.mail(MAIL, *recipients)) == "451 4.3.0 full"
        assert (await peer.mail(MAIL, *recipients)).startswith("250 ")

    assert [taken.door.webhook_id for taken in doors.taken] == [2, 1, 2]


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (StorageUnavailable("the database is away"), "451 4.3.0 the database is away"),
        (RateLimited("slower", retry_after_seconds=5), "451 4.3.0 slower"),
        (PayloadTooLarge("larger than 5 bytes"), "552 5.3.4 larger than 5 bytes"),
        (WebhookInactive("switched\r\noff – hé"), "550 5.7.1 switched off ? h?"),
        (InvalidAuth("not by this way"), "550 5.7.1 not by this way"),
    ],
)
async def test_why_a_mail_is_not_taken_is_said_in_one_line(
    doors: MemoryDoors, failure: Exception, said: str
) -> None:
    doors.failures = [failure]  # type: ignore[list-item] # each is a GatewayError
    async with session(doors) as peer:
        assert await peer.mail() == said
        assert (await peer.mail()).startswith("250 ")


async def test_a_bug_lets_the_mail_come_again(doors: MemoryDoors) -> None:
    doors.failures = [ZeroDivisionError()]  # type: ignore[list-item] # what no part may raise
    with capture_logs() as logs:
        async with session(doors) as peer:
            assert (await peer.mail()).startswith("451 4.3.0 ")

    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["mail.crashed"]


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: a\n\r\nbare LF\r\n",
        b"Subject: a\r\n\r\nbare CR \r here\r\n",
        b"Subject: a\r\n\r\nsmuggled\n.\nMAIL FROM:<evil@example.com>\r\n",
        b"Subject: a\r\n\r\nsmuggled\n.\r\nMAIL FROM:<evil@example.com>\r\n",
        b"Subject: a\r\n\r\nsmuggled\r.\r\nMAIL FROM:<evil@example.com>\r\n",
    ],
)
async def test_a_line_that_ends_otherwise_ends_no_mail_and_is_refused(
    doors: MemoryDoors, raw: bytes
) -> None:
    async with session(doors) as peer:
        assert (await peer.mail(raw)).startswith("550 5.6.0 ")
        assert (await peer.mail()).startswith("250 ")

    assert len(doors.taken) == 1


async def test_dots_at_the_start_of_lines_are_those_of_the_mail(doors: MemoryDoors) -> None:
    async with session(doors) as peer:
        await peer.mail(b"Subject: a\r\n\r\n..one\r\n...two\r\n")

    assert doors.taken[0].body.endswith(b"\r\n\r\n.one\r\n..two\r\n")


async def test_a_mail_that_is_too_large_is_refused_before_and_after_it_came(
    doors: MemoryDoors,
) -> None:
    large = b"Subject: a\r\n\r\n" + b"x" * 998 + b"\r\n"
    async with session(doors, size_limit_bytes=65_536) as peer:
        assert (await peer.say(ENVELOPE[0], ENVELOPE[1] + b" SIZE=65537")).startswith("552")
        assert (await peer.mail(large * 70)).startswith("552")
        assert (await peer.mail(large * 60)).startswith("250")

    assert len(doors.taken) == 1


async def test_eight_bits_long_lines_and_utf8_addresses_are_taken(doors: MemoryDoors) -> None:
    raw = b"Subject: ol\xe9\r\n\r\n" + b"\xff" * 20_000 + b"\r\n"
    async with session(doors) as peer:
        await peer.say(
            b"EHLO x", "MAIL FROM:<jörg@exämple.com> SMTPUTF8 BODY=8BITMIME".encode(), TO, b"DATA"
        )
        assert (await peer.say(raw + b".")).startswith("250 ")

    [taken] = doors.taken
    assert taken.headers["x-gateway-mail-from"] == "jörg@exämple.com"
    assert "with UTF8SMTP;" in taken.body.decode("utf-8", "replace")
    assert taken.body.endswith(raw)


async def test_a_mail_that_goes_round_in_servers_is_refused(doors: MemoryDoors) -> None:
    async with session(doors) as peer:
        assert (await peer.mail(b"Received: x\r\n" * 51 + MAIL)).startswith("554 5.4.6 ")
        assert (await peer.mail(b"Received: x\r\n" * 50 + MAIL)).startswith("250 ")


async def test_the_gateways_that_a_mail_came_through_are_counted(doors: MemoryDoors) -> None:
    async with session(doors) as peer:
        await peer.mail(b"X-Gateway-Hops: 3\r\n" + MAIL)
        await peer.mail(MAIL + b"X-Gateway-Hops: 9\r\n")

    assert [taken.headers.get("x-gateway-hops") for taken in doors.taken] == ["3", None]


async def test_what_a_peer_says_cannot_become_a_header_of_its_own(doors: MemoryDoors) -> None:
    async with session(doors) as peer:
        await peer.say(b"EHLO evil\rX-Evil: 1 (\xff)", ENVELOPE[1], TO, b"DATA")
        await peer.say(MAIL + b".")

    [taken] = doors.taken
    assert "from evil?X-Evil:?1" in taken.body.decode()
    assert b"\rX-Evil" not in taken.body
    assert taken.headers["x-gateway-helo"].startswith("evil?X-Evil: 1")


async def test_a_peer_that_may_not_connect_is_told_so(doors: MemoryDoors) -> None:
    allowed = [ipaddress.ip_network("192.0.2.0/24")]
    async with server(doors, allow_from=allowed) as port, talk(port) as peer:
        assert (await peer.answer()).startswith("554 5.7.1")
        assert await peer.answer() == ""


async def test_peers_have_a_share_of_the_connections(doors: MemoryDoors) -> None:
    async with (
        server(doors, connections_per_address=2) as port,
        talk(port) as one,
        talk(port) as two,
        talk(port) as three,
    ):
        assert [(await peer.answer())[:3] for peer in (one, two)] == ["220", "220"]
        assert (await three.answer()).startswith("421 4.7.0")
        assert (await one.say(b"QUIT")).startswith("221")
        assert await one.answer() == ""
        async with talk(port) as four:
            assert (await four.answer()).startswith("220")


async def test_a_silent_peer_is_left(doors: MemoryDoors) -> None:
    async with session(doors, idle_seconds=0.05) as peer:
        await peer.say(*ENVELOPE)
        assert await peer.answer() == ""


async def test_a_mail_that_never_ends_is_left(doors: MemoryDoors) -> None:
    async with session(doors, data_seconds=0.05) as peer:
        await peer.say(*ENVELOPE, TO, b"DATA")
        peer.writer.write(b"Subject: a\r\n")
        assert await peer.answer() == ""

    assert doors.taken == []


class SlowDoors(MemoryDoors):
    """Doors behind which storing takes as long as the test wants."""

    def __init__(self, *doors: Door) -> None:
        super().__init__(doors=doors)
        self.has_begun = asyncio.Event()
        self.may_end = asyncio.Event()

    async def take(
        self, door: Door, body: bytes, *, headers: Mapping[str, str], client_ip: str = ""
    ) -> None:
        """Stores when it may."""
        self.has_begun.set()
        await self.may_end.wait()
        await super().take(door, body, headers=headers, client_ip=client_ip)


async def test_a_stop_lets_a_mail_end_that_is_being_stored() -> None:
    slow = SlowDoors(door())
    async with AsyncExitStack() as stack:
        opened = await stack.enter_async_context(AsyncExitStack())
        port = await opened.enter_async_context(server(slow))
        peer = await stack.enter_async_context(talk(port))
        await peer.answer()
        sending = asyncio.create_task(peer.mail())
        await slow.has_begun.wait()
        stopping = asyncio.create_task(opened.aclose())
        slow.may_end.set()

        assert (await sending).startswith("250 ")
        await stopping
        assert await peer.answer() == ""
    assert len(slow.taken) == 1


async def test_mails_beyond_the_room_for_them_are_asked_to_come_again() -> None:
    slow = SlowDoors(door())
    narrow = {"at_once": 1, "patience_seconds": 0.01}
    async with server(slow, **narrow) as port, talk(port) as one, talk(port) as two:
        await one.answer()
        await two.answer()
        sending = asyncio.create_task(one.mail())
        await slow.has_begun.wait()
        assert (await two.say(*ENVELOPE, TO, b"DATA")).startswith("451 4.3.2 ")
        slow.may_end.set()
        assert (await sending).startswith("250 ")
        assert (await two.mail()).startswith("250 ")


async def test_a_port_that_is_taken_is_named(doors: MemoryDoors) -> None:
    async with server(doors) as port:
        with pytest.raises(PermanentFailure, match=rf"cannot listen on 127\.0\.0\.1:{port}: "):
            await SmtpListener(SmtpSettings(port=port)).serve(doors)
