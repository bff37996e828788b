"""Mails through a real mail server, at its good and bad moments."""

import email
import email.policy

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from gateway.plugin import (
    PartFailure,
    PermanentFailure,
    RecipientUnreachable,
    TemporaryFailure,
    UncertainFailure,
)
from gateway.plugin.testing import NOW
from gateway_email_smtp.composing import compose
from gateway_email_smtp.dkim_keys import dns_record, read_private_key, traditional_pem
from gateway_email_smtp.fake.certificates import Authority
from gateway_email_smtp.fake.mailserver import PASSWORD, USER, FakeMailServer
from gateway_email_smtp.fake.senders import PERSON, SECRET, context, mail_message, sender, settings
from gateway_email_smtp.routes.smtp import SmtpRoute
from gateway_email_smtp.tokens import Tokens

tokens = Tokens([SECRET])


async def failure_of(server: FakeMailServer, **given: object) -> PartFailure:
    one = sender(smtp_port=server.port, **given)
    with pytest.raises(PartFailure) as failed:
        await one.send(mail_message())
    await one.aclose()
    return failed.value


async def test_a_mail_is_taken_by_the_server() -> None:
    async with FakeMailServer.open() as server:
        one = sender(smtp_port=server.port)
        sent = await one.send(mail_message("Hi Ann.\n.\n..dots"))
        await one.aclose()

    [taken] = server.taken
    read = email.message_from_bytes(taken.raw, policy=email.policy.default)
    assert taken.recipients == (PERSON,)
    assert tokens.read_bounce_address(taken.mail_from) == 4711
    assert read["Subject"] == "Re: Offer for May"
    body = read.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == ["Hi Ann.", ".", "..dots"]
    assert sent.provider_id == read["Message-ID"]
    assert sent.response_excerpt == "2.0.0 queued as 00000001"


@pytest.mark.parametrize(
    ("scene", "kind", "said"),
    [
        ("busy", TemporaryFailure, "says not now (421)"),
        ("greylisted", TemporaryFailure, "Greylisted"),
        ("later", TemporaryFailure, "says not now (451)"),
        ("no_relay", PermanentFailure, "log in with smtpUser"),
        ("sender_refused", PermanentFailure, "may not send as this sender"),
        ("full", PermanentFailure, "the mailbox is full"),
        ("spam", PermanentFailure, "refused as spam"),
        ("unsigned", PermanentFailure, "publish SPF, sign with DKIM"),
        ("no_mailbox", RecipientUnreachable, "there is no such mailbox"),
    ],
)
async def test_a_refusal_says_what_to_do_and_that_nothing_was_taken(
    scene: str, kind: type[PartFailure], said: str
) -> None:
    async with FakeMailServer.open(scene) as server:
        failure = await failure_of(server)

    assert type(failure) is kind
    assert said in failure.message
    assert failure.not_accepted
    assert server.taken == []
    assert failure.response_status


async def test_what_broke_off_in_the_middle_of_a_mail_may_have_arrived() -> None:
    async with FakeMailServer.open("cut") as server:
        failure = await failure_of(server)

    assert isinstance(failure, UncertainFailure)
    assert not failure.not_accepted
    assert len(server.taken) == 1


async def test_what_broke_off_before_the_mail_was_not_taken() -> None:
    async with FakeMailServer.open("cut_early") as server:
        failure = await failure_of(server)

    assert isinstance(failure, TemporaryFailure)
    assert failure.message.startswith("network: ")
    assert failure.not_accepted


async def test_a_server_that_hangs_costs_no_more_than_its_time() -> None:
    async with FakeMailServer.open("hang") as server:
        own = settings(smtp_port=server.port)
        route = SmtpRoute(own, context(), sending_seconds=0.3)
        with pytest.raises(UncertainFailure, match="took longer than"):
            await route.send(compose(mail_message(), own, tokens, now=NOW))


async def test_nobody_is_home() -> None:
    async with FakeMailServer.open() as server:
        pass
    failure = await failure_of(server)

    assert isinstance(failure, TemporaryFailure)
    assert failure.not_accepted


@pytest.mark.parametrize("security", ["starttls", "opportunistic"])
async def test_starttls_with_a_ca_of_ones_own(authority: Authority, security: str) -> None:
    async with FakeMailServer.open(tls=authority.server) as server:
        one = sender(smtp_port=server.port, smtp_security=security, smtp_ca=authority.pem)
        await one.send(mail_message())
        await one.aclose()

    assert server.taken[0].is_encrypted


async def test_tls_from_the_start(authority: Authority) -> None:
    async with FakeMailServer.open(tls=authority.server, is_implicit=True) as server:
        one = sender(smtp_port=server.port, smtp_security="tls", smtp_ca=authority.pem)
        await one.send(mail_message())
        await one.aclose()

    assert len(server.taken) == 1


@pytest.mark.parametrize("security", ["tls", "starttls", "opportunistic"])
async def test_a_certificate_that_nobody_vouches_for_sends_nothing(
    authority: Authority, security: str
) -> None:
    async with FakeMailServer.open(tls=authority.server, is_implicit=security == "tls") as server:
        failure = await failure_of(server, smtp_security=security)

    assert isinstance(failure, TemporaryFailure)
    assert failure.message.startswith("tls: ")
    assert server.taken == []


async def test_a_name_that_the_certificate_does_not_have_sends_nothing(
    authority: Authority,
) -> None:
    async with FakeMailServer.open(tls=authority.server) as server:
        failure = await failure_of(
            server, smtp_security="starttls", smtp_ca=authority.pem, smtp_host="other.example"
        )

    assert failure.message.startswith("tls: ")


async def test_without_starttls_nothing_is_sent_where_it_is_asked_for() -> None:
    async with FakeMailServer.open() as server:
        failure = await failure_of(server, smtp_security="starttls")
        assert "offers no STARTTLS" in failure.message
        assert isinstance(failure, TemporaryFailure)

        one = sender(smtp_port=server.port, smtp_security="opportunistic")
        await one.send(mail_message())
        await one.aclose()

    assert not server.taken[0].is_encrypted


async def test_it_logs_in(authority: Authority) -> None:
    tls = {"smtp_security": "starttls", "smtp_ca": authority.pem}
    async with FakeMailServer.open(tls=authority.server, wants_login=True) as server:
        one = sender(smtp_port=server.port, smtp_user=USER, smtp_password=PASSWORD, **tls)
        await one.send(mail_message())
        await one.aclose()
        wrong = await failure_of(server, smtp_user=USER, smtp_password="wrong", **tls)
        without = await failure_of(server, **tls)

    assert server.taken[0].user == USER
    for failure in (wrong, without):
        assert isinstance(failure, PermanentFailure)
        assert failure.response_status in {530, 535}
        assert "smtpUser" in failure.message
        assert "wrong" not in failure.message


async def test_a_server_without_logins_is_told_apart() -> None:
    async with FakeMailServer.open() as server:
        failure = await failure_of(server, smtp_user=USER, smtp_password=PASSWORD)

    assert isinstance(failure, PermanentFailure)
    assert "offers no login" in failure.message


async def test_the_next_mail_takes_the_same_connection() -> None:
    async with FakeMailServer.open() as server:
        one = sender(smtp_port=server.port)
        for _ in range(3):
            await one.send(mail_message())
        await one.aclose()

    assert len(server.taken) == 3
    assert server.connections == 1


async def test_after_a_failure_or_a_lost_connection_a_new_one_is_made() -> None:
    async with FakeMailServer.open("normal", "no_relay", "normal") as server:
        one = sender(smtp_port=server.port)
        await one.send(mail_message())
        with pytest.raises(PermanentFailure):
            await one.send(mail_message())
        await one.send(mail_message())
        assert server.connections == 2

        await server.drop()
        await one.send(mail_message())
        await one.aclose()

    assert server.connections == 3
    assert len(server.taken) == 3


async def test_what_the_server_does_not_say_in_smtp() -> None:
    async with FakeMailServer.open() as server:
        server.greeting = b"HTTP/1.1 400 Bad Request\r\n\r\n"
        failure = await failure_of(server)

    assert isinstance(failure, TemporaryFailure)
    assert "does not speak SMTP" in failure.message


async def test_a_mail_is_signed_where_there_is_a_key() -> None:
    key = generate_private_key(65_537, 2048)
    pem = traditional_pem(key).decode()
    async with FakeMailServer.open() as server:
        one = sender(smtp_port=server.port, dkim_selector="s1", dkim_private_key=pem)
        await one.send(mail_message("Grüße\n.dot"))
        await one.aclose()
    asked = []

    def published(name: bytes, timeout: int = 5) -> bytes:  # noqa: ARG001 # dkimpy's
        asked.append(name)
        return dns_record(key).encode()

    raw = server.taken[0].raw
    assert dkim.verify(raw, dnsfunc=published)
    assert asked == [b"s1._domainkey.gw.example."]
    assert not dkim.verify(raw.replace(b"Offer", b"Order"), dnsfunc=published)
    assert read_private_key(" ".join(pem.split("\n"))).key_size == 2048
