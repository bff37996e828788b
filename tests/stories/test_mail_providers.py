"""A person writes to an address whose mail a provider posts to the gateway."""

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator

import pytest

from gateway import setups
from gateway.builtin import BuiltinResponder
from gateway.config import Config
from gateway.connections import channels_check
from gateway.plugin.errors import Conflict
from gateway.plugin.testing import NOW
from gateway.registry import Registry, load_plugins
from gateway_email_smtp.email import EmailSmtp
from gateway_email_smtp.fake import posts
from gateway_email_smtp.fake.apis import (
    POSTMARK_TOKEN,
    SENDGRID_KEY,
    FakePostmark,
    FakeSendGrid,
)
from gateway_email_smtp.fake.clients import Draft, Earlier, written
from gateway_email_smtp.fake.nameserver import FakeNameServer
from gateway_email_smtp.fake.posts import Letter
from gateway_email_smtp.fake.sent import SentMail, of_postmark, of_sendgrid
from gateway_email_smtp.fake.stage import ADDRESS, ANN, POSTS, letter
from tests.conftest import wait_for
from tests.parts import EchoResponder
from tests.stories.house import House, Json
from tests.stories.mailbox import Mailbox


@pytest.fixture
def registry() -> Registry:
    """The real plugins, and a responder that says what it was told."""
    return load_plugins(["custom_http", "email_smtp"], extra=(BuiltinResponder, EchoResponder))


@pytest.mark.parametrize("way", POSTS)
async def test_a_mail_is_kept_once_whoever_posts_it(house: House, way: str) -> None:
    mailbox = await Mailbox.connected(house, way)
    await mailbox.gets(letter())
    await mailbox.gets(letter())

    [message] = await mailbox.messages()
    assert (message["senderIdentifier"], message["senderName"]) == (ANN, "Ann Bö")
    assert message["content"].startswith("Please send Dana the logo by Friday")


async def test_a_forged_repeat_of_mailguns_is_refused_and_the_true_one_is_answered(
    house: House,
) -> None:
    mailbox = await Mailbox.connected(house, "mailgun")
    true = mailbox.post_of(letter(), token="abc")
    forged = mailbox.post_of(letter("Pay 5,000 to Eve"), token="abc")
    assert (await mailbox.answers(true))[0] == 200

    status, body = await mailbox.answers(forged)

    assert (status, "INVALID_SIGNATURE" in body) == (401, True)
    assert await mailbox.answers(true) == (200, "")
    assert len(await mailbox.messages()) == 1


@pytest.mark.parametrize("way", [way for way in POSTS if way != "mime"])
async def test_a_sender_whose_servers_deny_it_is_looked_at_by_a_person_first(
    house: House, postmark: FakePostmark, way: str
) -> None:
    mailbox = await Mailbox.connected(house, way, **by_postmark(postmark))
    await mailbox.gets(letter(spf="fail", dkim=""))
    await house.drain()

    [message] = await mailbox.messages()
    told = (message["processingStatus"], message["reason"])
    assert told == ("quarantined", "failed_authentication")
    assert postmark.requests == []


async def test_sendgrid_is_asked_to_come_again_when_a_limit_is_reached(house: House) -> None:
    mailbox = await Mailbox.connected(house, "sendgrid raw")
    async with house.gw.db.connection() as connection:
        await connection.execute("UPDATE user_webhooks SET rate_limit_per_minute = 1")
    house.gw.channels.forget(1)
    await mailbox.gets(letter())
    other = letter().raw.replace(b"<q1@", b"<q2@")

    late = posts.Letter(raw=other, mail_from=ANN, recipient="assistant@example.com")
    assert (await mailbox.answers(mailbox.post_of(late)))[0] == 503


@pytest.fixture
async def names() -> AsyncIterator[None]:
    """A DNS that knows nothing."""
    before = EmailSmtp.names
    async with FakeNameServer.open({}) as (_, EmailSmtp.names):
        yield
    EmailSmtp.names = before


@pytest.fixture
async def postmark() -> AsyncIterator[FakePostmark]:
    """Postmark's sending API."""
    async with FakePostmark.open() as fake:
        yield fake


@pytest.fixture
async def sendgrid() -> AsyncIterator[FakeSendGrid]:
    """SendGrid's sending API."""
    async with FakeSendGrid.open() as fake:
        yield fake


def by_postmark(fake: FakePostmark) -> Json:
    return {
        "mailOutbound": "postmark",
        "postmarkServerToken": POSTMARK_TOKEN,
        "postmarkBaseUrl": fake.url,
    }


def by_sendgrid(fake: FakeSendGrid) -> Json:
    return {
        "mailOutbound": "sendgrid",
        "sendgridApiKey": SENDGRID_KEY,
        "sendgridBaseUrl": fake.url,
    }


@pytest.mark.parametrize("way", POSTS)
async def test_an_answer_comes_back_in_the_thread_of_the_mail(
    house: House, postmark: FakePostmark, way: str
) -> None:
    mailbox = await Mailbox.connected(house, way, **by_postmark(postmark))
    await mailbox.gets(letter())
    await house.drain()

    [first] = map(of_postmark, postmark.requests)
    assert (first.recipient, first.subject) == (ANN, "Re: Über das Logo")
    assert first.in_reply_to == "<q1@example.org>"
    assert first.references == "<q0@example.org> <q1@example.org>"

    await mailbox.gets(reply_to(first, "Thank you, and please ask Carl as well"))
    await house.drain()

    _, second = map(of_postmark, postmark.requests)
    assert second.references.split()[-1] != first.references.split()[-1]
    conversations = (await house.api("GET", "/conversations"))["items"]
    assert len(conversations) == 1


async def test_a_bounce_that_postmark_tells_makes_the_delivery_a_dead_letter(
    house: House, postmark: FakePostmark
) -> None:
    mailbox = await Mailbox.connected(house, "postmark", **by_postmark(postmark))
    await mailbox.gets(letter())
    await house.drain()
    [sent] = postmark.requests
    told = {"MessageID": "aaaaaaaa-bbbb-4ccc-8ddd-000000000001", "Metadata": sent["Metadata"]}
    delivered = posts.postmark_event({"RecordType": "Delivery", **told})
    bounced = {"RecordType": "Bounce", "Type": "HardBounce", "Description": "no such user", **told}

    assert await mailbox.answers(posts.postmark_event(bounced)) == (200, "")
    assert await mailbox.answers(posts.postmark_event(bounced)) == (200, "")
    assert await mailbox.answers(delivered) == (200, "")

    shown = await house.api("GET", "/deliveries/1")
    assert (shown["status"], shown["providerState"]) == ("dead", "failed")
    assert "no such user" in shown["lastError"]


async def test_events_of_sendgrid_follow_a_mail_of_a_channel_that_takes_its_own_by_mime(
    house: House, sendgrid: FakeSendGrid
) -> None:
    mailbox = await Mailbox.connected(
        house,
        "mime",
        sendgridEventVerificationKey=posts.PUBLIC_KEY,
        **by_sendgrid(sendgrid),
    )
    await mailbox.gets(letter())
    await house.drain()
    [sent] = sendgrid.requests
    told = {"sg_message_id": f"sg-{1:022d}.filter0001.1.2-0", **sent["custom_args"]}
    events = [{"event": event, **told} for event in ("processed", "delivered", "open")]

    answered = await mailbox.answers(posts.sendgrid_events(events, now=house.gw.now()))

    assert answered == (200, "")
    shown = await house.api("GET", "/deliveries/1")
    assert (shown["status"], shown["providerState"]) == ("delivered", "delivered")


async def test_a_complaint_is_an_opt_out(house: House, sendgrid: FakeSendGrid) -> None:
    mailbox = await Mailbox.connected(house, "sendgrid raw", **by_sendgrid(sendgrid))
    await mailbox.gets(letter())
    await house.drain()
    [sent] = sendgrid.requests
    told = {"sg_message_id": f"sg-{1:022d}.filter0001.1.2-0", **sent["custom_args"]}
    for event in ("delivered", "spamreport"):
        post = posts.sendgrid_events([{"event": event, **told}], now=house.gw.now())
        assert await mailbox.answers(post) == (200, "")

    await mailbox.gets(reply_to(of_sendgrid(sent), "And another thing"))
    await house.drain()

    assert len(sendgrid.requests) == 1
    assert (await house.api("GET", "/deliveries/1"))["status"] == "delivered"


def reply_to(sent: SentMail, text: str) -> Letter:
    """Ann's answer to a mail, written in Gmail."""
    earlier = Earlier(
        sender=sent.sender,
        subject=sent.subject,
        text=sent.text,
        at=NOW,
        message_id=sent.message_id,
        references=sent.references,
    )
    draft = Draft(
        sender=f"Ann Bö <{ANN}>",
        recipient=sent.reply_to,
        subject="",
        text=text,
        at=NOW,
        answers=earlier,
    )
    return Letter(
        raw=written(draft, "gmail").as_bytes(),
        mail_from=ANN,
        recipient=sent.reply_to,
        dkim="example.org",
    )


async def test_a_mail_to_oneself_shows_whether_the_address_works(
    house: House, postmark: FakePostmark
) -> None:
    mailbox = await Mailbox.connected(house, "postmark", **by_postmark(postmark))
    asked = {"user_id": house.user_id, "webhook_id": mailbox.record["id"]}
    trip = asyncio.create_task(setups.round_trip(house.gw, **asked))
    await wait_for(lambda: bool(postmark.requests))
    [sent] = map(of_postmark, postmark.requests)
    assert sent.recipient == ADDRESS
    draft = Draft(sender=ADDRESS, recipient=ADDRESS, subject=sent.subject, text=sent.text, at=NOW)
    raw = written(draft, "plain").as_bytes()
    await mailbox.gets(Letter(raw=raw, mail_from=sent.reply_to, recipient=ADDRESS))

    [finding] = (await trip).findings
    await house.drain()

    assert (finding.name, finding.status) == ("round_trip", "ok")
    assert f"a message to {ADDRESS} came back after" in finding.message
    assert len(postmark.requests) == 1
    [message] = await mailbox.messages()
    assert (message["processingStatus"], message["reason"]) == ("ignored", "own_address")


async def test_a_mail_that_is_not_taken_or_does_not_come_back_is_a_problem(
    house: House,
    postmark: FakePostmark,
    config: Config,
    names: None,  # noqa: ARG001 # nobody else is asked
    capsys: pytest.CaptureFixture[str],
) -> None:
    mailbox = await Mailbox.connected(house, "postmark", **by_postmark(postmark))
    asked = {"user_id": house.user_id, "webhook_id": mailbox.record["id"]}
    [lost] = (await setups.round_trip(house.gw, **asked, patience_seconds=0.1)).findings
    assert (lost.status, "has not come back within" in lost.message) == ("problem", True)

    postmark.script.append("unsigned")
    enabled = config.plugins.model_copy(update={"enabled": ("email_smtp",)})
    settings = config.model_copy(update={"plugins": enabled})
    await house.api(
        "PATCH", f"/webhooks/{mailbox.record['id']}", {"aiConfig": {"responder": "builtin"}}
    )
    options = Namespace(
        webhook=mailbox.record["id"], user=house.user_id, data=None, round_trip=True
    )
    assert await channels_check(options, settings) == 1
    shown = capsys.readouterr().out
    assert f"problem round_trip: a message to {ADDRESS} was not taken" in shown
    assert "no MX record: point one to inbound.postmarkapp.com" in shown


async def test_a_channel_that_only_receives_cannot_write_to_itself(house: House) -> None:
    mailbox = await Mailbox.connected(house, "mime")
    with pytest.raises(Conflict, match="nothing that this channel sends comes back"):
        await setups.round_trip(house.gw, user_id=house.user_id, webhook_id=mailbox.record["id"])
