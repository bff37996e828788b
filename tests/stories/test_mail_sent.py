"""Mails that go out: an answer in its thread, one that bounces, one that a provider gives up."""

import email
import email.policy
from collections.abc import AsyncIterator
from email.message import EmailMessage

import pytest

from gateway import pipeline
from gateway.builtin import BuiltinResponder
from gateway.registry import Registry, load_plugins
from gateway_email_smtp.fake import posts
from gateway_email_smtp.fake.apis import (
    INACTIVE,
    POSTMARK_TOKEN,
    SENDGRID_KEY,
    FakePostmark,
    FakeSendGrid,
)
from gateway_email_smtp.fake.mailserver import FakeMailServer
from gateway_email_smtp.fake.posts import Letter
from gateway_email_smtp.fake.stage import ADDRESS, ANN, letter
from tests.conftest import Clock
from tests.parts import EchoResponder
from tests.stories.house import House, Json
from tests.stories.mailbox import Mailbox

PATH = "/senders/ann%40example.org/consent"


@pytest.fixture
def registry() -> Registry:
    """The real plugins, and a responder that says what it was told."""
    return load_plugins(["custom_http", "email_smtp"], extra=(BuiltinResponder, EchoResponder))


@pytest.fixture
async def server() -> AsyncIterator[FakeMailServer]:
    """The mail server that takes what goes out."""
    async with FakeMailServer.open() as opened:
        yield opened


async def connected(house: House, server: FakeMailServer, **fields: object) -> Mailbox:
    """A channel that sends through the mail server."""
    return await Mailbox.connected(
        house,
        "mime",
        ai={"responder": "echo", "confirmation": "never"},
        mailUnproven="trust",
        mailOutbound="smtp",
        smtpHost="127.0.0.1",
        smtpPort=server.port,
        smtpSecurity="none",
        **fields,
    )


def read(raw: bytes) -> EmailMessage:
    found = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def report(server: FakeMailServer, status: str = "5.1.1") -> Letter:
    """What a mail server on the way says of the last mail that went out (RFC 3464)."""
    sent = server.taken[-1]
    raw = f"""\
From: MAILER-DAEMON@mx.example.org
To: {sent.mail_from}
Subject: Undelivered Mail Returned to Sender
Message-ID: <dsn-{status}-{len(server.taken)}@mx.example.org>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b

Your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {sent.recipients[0]}
Action: failed
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such user here
--b
Content-Type: text/rfc822-headers

Message-ID: {read(sent.raw)["Message-ID"]}
--b--
"""
    return Letter(raw=raw.replace("\n", "\r\n").encode(), mail_from="", recipient=sent.mail_from)


async def ledger(house: House) -> list[tuple[str, str]]:
    entries: list[Json] = (await house.api("GET", PATH))["ledger"]
    return [(entry["state"], entry["source"]) for entry in entries]


async def test_an_answer_lands_in_the_thread_of_the_mail(
    house: House, server: FakeMailServer
) -> None:
    mailbox = await connected(house, server)
    await mailbox.gets(letter("Hello there"))
    await house.drain()

    [taken] = server.taken
    mail = read(taken.raw)
    assert (mail["From"], mail["To"], mail["Cc"]) == (ADDRESS, ANN, None)
    assert mail["Subject"] == "Re: \u00dcber das Logo"
    assert mail["In-Reply-To"] == "<q1@example.org>"
    assert mail["References"] == "<q0@example.org> <q1@example.org>"
    assert mail["Auto-Submitted"] == "auto-replied"
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().startswith("echo ")
    assert "On " not in body.get_content()  # nothing is quoted


async def test_a_bounced_answer_takes_the_fallback(house: House, server: FakeMailServer) -> None:
    """Scenario 5 of the field study: failed, its owner told, another way."""
    await house.create_channel()
    async with FakePostmark.open() as postmark:
        other = await Mailbox.connected(
            house,
            "mime",
            inboundEmailAddress="other@example.com",
            mailOutbound="postmark",
            postmarkServerToken=POSTMARK_TOKEN,
            postmarkBaseUrl=postmark.url.removesuffix(postmark.PATH),
        )
        mailbox = await connected(house, server)
        await house.api(
            "PATCH",
            f"/webhooks/{mailbox.record['id']}",
            {"fallbackWebhookId": other.record["id"]},
        )
        await mailbox.gets(letter("Hello there"))
        await house.drain()
        assert len(server.taken) == 1

        await mailbox.gets(report(server))
        await house.drain()

    [again] = postmark.requests
    assert again["To"] == ANN
    assert again["TextBody"].startswith("echo ")
    [told] = house.listener.told("delivery.failed")
    assert (told["recipient"], told["errorCode"]) == (ANN, "5.1.1")
    assert len(house.listener.told("delivery.rerouted")) == 1
    assert await ledger(house) == [("unreachable", "receipt")]


async def test_after_a_bounce_nothing_more_is_sent_until_the_person_writes(
    house: House, server: FakeMailServer, clock: Clock
) -> None:
    mailbox = await connected(house, server)
    await mailbox.gets(letter("Hello there"))
    await house.drain()
    await mailbox.gets(report(server))
    await house.drain()
    assert len(server.taken) == 1

    clock.advance(60)
    again = letter("I am back").raw.replace(b"<q1@", b"<q2@")
    await mailbox.gets(Letter(raw=again, mail_from=ANN, recipient=ADDRESS))
    await house.drain()

    assert len(server.taken) == 2
    assert await ledger(house) == [("unreachable", "receipt"), ("reachable", "message")]


async def test_a_mail_that_is_sent_once_more_can_bounce_once_more(
    house: House, server: FakeMailServer
) -> None:
    mailbox = await connected(house, server)
    await mailbox.gets(letter("Hello there"))
    await house.drain()
    await mailbox.gets(report(server, "5.2.2"))
    [dead] = (await house.api("GET", "/deliveries?status=dead"))["items"]

    await house.api("POST", f"/deliveries/{dead['id']}/retry", {})
    await house.drain()
    first, second = server.taken
    assert read(first.raw)["Message-ID"] == read(second.raw)["Message-ID"]
    assert (await house.api("GET", f"/deliveries/{dead['id']}"))["status"] == "delivered"
    await mailbox.gets(report(server, "5.1.1"))

    shown = await house.api("GET", f"/deliveries/{dead['id']}")
    assert (shown["status"], shown["providerState"]) == ("dead", "failed")
    assert [one["state"] for one in shown["receipts"]] == ["failed", "failed"]
    assert await ledger(house) == [("unreachable", "receipt")]


async def test_a_full_mailbox_says_nothing_about_the_address(
    house: House, server: FakeMailServer
) -> None:
    mailbox = await connected(house, server)
    await mailbox.gets(letter("Hello there"))
    await house.drain()
    await mailbox.gets(report(server, "5.2.2"))

    await house.api("GET", PATH, status=404)
    delivery = (await house.api("GET", "/deliveries?status=dead"))["items"]
    assert [one["recipient"] for one in delivery] == [ANN]


async def test_a_mailbox_that_does_not_exist_is_known_at_once(
    house: House, server: FakeMailServer
) -> None:
    server.script = ["no_mailbox"]
    mailbox = await connected(house, server)
    await mailbox.gets(letter("Hello there"))
    await house.drain()

    assert server.taken == []
    [dead] = (await house.api("GET", "/deliveries?status=dead"))["items"]
    assert "there is no such mailbox: correct the address" in dead["lastError"]
    assert await ledger(house) == [("unreachable", "refusal")]


async def test_an_address_that_postmark_gave_up_is_written_to_no_more(house: House) -> None:
    async with FakePostmark.open() as postmark:
        mailbox = await Mailbox.connected(
            house,
            "mime",
            mailUnproven="trust",
            mailOutbound="postmark",
            postmarkServerToken=POSTMARK_TOKEN,
            postmarkBaseUrl=postmark.url.removesuffix(postmark.PATH),
        )
        raw = letter("Hello there").raw.replace(ANN.encode(), INACTIVE.encode())
        await mailbox.gets(Letter(raw=raw, mail_from=INACTIVE, recipient=ADDRESS))
        await house.drain()

    assert postmark.requests == []
    [dead] = (await house.api("GET", "/deliveries?status=dead"))["items"]
    assert "Postmark sends nothing more to this address (406)" in dead["lastError"]
    [gone] = (await house.api("GET", "/consents?state=unreachable"))["items"]
    assert gone["senderIdentifier"] == INACTIVE


@pytest.mark.parametrize("event", ["bounce", "dropped"])
async def test_what_sendgrid_says_of_a_mail_later_counts(house: House, event: str) -> None:
    async with FakeSendGrid.open() as sendgrid:
        mailbox = await Mailbox.connected(
            house,
            "sendgrid raw",
            mailUnproven="trust",
            mailOutbound="sendgrid",
            sendgridApiKey=SENDGRID_KEY,
            sendgridBaseUrl=sendgrid.url.removesuffix(sendgrid.PATH),
        )
        await mailbox.gets(letter("Hello there"))
        await house.drain()

    [sent] = sendgrid.requests
    told = {
        "email": ANN,
        "timestamp": int(house.gw.now().timestamp()),
        "event": event,
        "sg_event_id": "e1",
        "sg_message_id": "sg-0000000000000000000001.recvd-1",
        "status": "5.1.1",
        "reason": "Bounced Address" if event == "dropped" else "550 5.1.1 no such user",
        **sent["custom_args"],
    }
    assert (await mailbox.answers(posts.sendgrid_events([told], now=house.gw.now())))[0] == 200

    assert await ledger(house) == [("unreachable", "receipt")]
    [dead] = (await house.api("GET", "/deliveries?status=dead"))["items"]
    assert dead["providerState"] == "failed"


async def test_greylisting_costs_a_second_and_no_answer(
    house: House, server: FakeMailServer, clock: Clock
) -> None:
    server.script = ["greylisted"]
    mailbox = await connected(house, server)
    await mailbox.gets(letter("Hello there"))
    await house.drain()
    assert server.taken == []

    clock.advance(5)
    await house.drain()
    assert len(server.taken) == 1


async def test_what_broke_off_after_the_mail_is_held_and_not_doubled(
    house: House, server: FakeMailServer, clock: Clock
) -> None:
    server.script = ["cut"]
    mailbox = await connected(house, server)
    await mailbox.gets(letter("Hello there"))
    await house.drain()
    clock.advance(600)
    await house.drain()

    assert len(server.taken) == 1
    [held] = (await house.api("GET", "/deliveries?status=dead"))["items"]
    assert held["lastError"].startswith("send_uncertain")


async def test_a_task_that_ends_is_told_by_mail(house: House, server: FakeMailServer) -> None:
    mailbox = await connected(house, server)
    chosen = [{"webhookId": mailbox.record["id"], "recipient": ANN}]
    await house.api("PATCH", "/notifications/settings", {"channels": chosen})
    task = await house.api("POST", "/tasks", {"title": "Order paper"}, status=201)
    await house.api(
        "POST", f"/tasks/{task['id']}/complete", {"result": "See https://shop.example/o/1 <now>"}
    )
    await pipeline.recover(house.gw)
    await house.drain()

    [taken] = server.taken
    mail = read(taken.raw)
    assert mail["To"] == ANN
    assert mail["Subject"].startswith("Done: Order paper.")
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["In-Reply-To"] is None
    html = mail.get_body(("html",))
    assert html is not None
    assert '<a href="https://shop.example/o/1">' in html.get_content()
    assert "&lt;now&gt;" in html.get_content()
