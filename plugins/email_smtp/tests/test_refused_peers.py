"""Who is refused stands in the log by their address, whatever they are refused for."""

import asyncio
import ipaddress
import smtplib
from collections.abc import MutableMapping, Sequence
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.plugin.errors import InvalidAuth
from gateway.plugin.testing import MemoryDoors
from gateway_email_smtp.fake.peer import ENVELOPE, MAIL, TO, door, server, session, talk

STRANGER = b"RCPT TO:<other@example.org>"


def refused(logs: Sequence[MutableMapping[str, Any]]) -> list[tuple[str, str]]:
    """The addresses and reasons of what was refused."""
    return [
        (line["client_ip"], line["reason"].partition(";")[0])
        for line in logs
        if line["event"] == "mail.refused"
    ]


async def test_a_refused_recipient_mail_and_peer_are_logged_with_the_peers_address() -> None:
    doors = MemoryDoors(doors=(door(),))
    doors.failures = [InvalidAuth("not by this way")]
    with capture_logs() as logs:
        async with session(doors) as peer:
            await peer.say(*ENVELOPE, STRANGER)
            await peer.say(b"RSET")
            await peer.mail()
            await peer.mail(b"Subject: a\n\r\nbare LF\r\n")
            await peer.mail(MAIL, *[TO] * 101)
        nowhere = [ipaddress.ip_network("192.0.2.0/24")]
        async with server(doors, allow_from=nowhere) as port, talk(port) as peer:
            await peer.answer()

    assert refused(logs) == [
        ("127.0.0.1", "no such address"),
        ("127.0.0.1", "550 5.7.1 not by this way"),
        ("127.0.0.1", "550 5.6.0 a line ends without CRLF (RFC 5321 section 2.3.8)"),
        ("127.0.0.1", "452 4.5.3 too many recipients at once"),
        ("127.0.0.1", "554 5.7.1 this server takes no mail from your address"),
    ]


async def test_a_mail_for_which_there_is_no_room_is_logged() -> None:
    doors = MemoryDoors(doors=(door(),))
    narrow = {"at_once": 1, "patience_seconds": 0.01}
    with capture_logs() as logs:
        async with server(doors, **narrow) as port, talk(port) as one, talk(port) as two:
            await one.answer()
            await two.answer()
            assert (await one.say(*ENVELOPE, TO, b"DATA")).startswith("354")
            await two.say(*ENVELOPE, TO, b"DATA")

    assert refused(logs) == [("127.0.0.1", "451 4.3.2 too many mails at once")]


async def test_while_a_channel_cannot_be_opened_nobody_is_told_that_an_address_does_not_exist() -> (
    None
):
    doors = MemoryDoors(doors=(door(),), is_whole=False)
    with capture_logs() as logs:
        async with session(doors) as peer:
            assert (await peer.say(*ENVELOPE, STRANGER)).startswith("451 4.3.5 ")
            assert (await peer.say(TO)).startswith("250 ")
            doors.is_whole = True
            assert (await peer.say(STRANGER)).startswith("550 5.1.1 ")

    assert [reason for _, reason in refused(logs)] == [
        "451 4.3.5 not every mailbox can be looked up now",
        "no such address",
    ]


async def test_a_channel_that_goes_while_its_mail_comes_is_asked_for_again_unless_it_is_gone() -> (
    None
):
    doors = MemoryDoors(doors=(door(),))
    answers = []
    for is_whole in (False, True):
        doors.doors, doors.is_whole = (door(),), True
        async with session(doors) as peer:
            await peer.say(*ENVELOPE, TO, b"DATA")
            doors.doors, doors.is_whole = (), is_whole
            answers.append((await peer.say(MAIL + b"."))[:9])

    assert answers == ["451 4.3.5", "550 5.1.1"]


async def test_a_peer_that_the_operator_blocks_is_turned_away_as_it_connects() -> None:
    doors = MemoryDoors(doors=(door(),), blocked={"127.0.0.1"})
    with capture_logs() as logs:
        async with server(doors) as port:
            with pytest.raises(smtplib.SMTPConnectError) as refusal:
                await asyncio.to_thread(smtplib.SMTP, "127.0.0.1", port)

    assert refusal.value.args == (554, b"5.7.1 this server takes no mail from your address")
    assert refused(logs) == [("127.0.0.1", "554 5.7.1 this server takes no mail from your address")]
    assert doors.taken == []
