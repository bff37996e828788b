"""Mails through SendGrid and Postmark, and what each of their answers means."""

from typing import Any

import pytest

from gateway.plugin import (
    HttpResponse,
    PartFailure,
    PermanentFailure,
    RecipientUnreachable,
    TemporaryFailure,
    UncertainFailure,
)
from gateway.plugin.assistant.stage import LoopbackHttp
from gateway.plugin.testing import NOW, MemoryHttp
from gateway_email_smtp.fake.apis import (
    INACTIVE,
    POSTMARK_TOKEN,
    RESET,
    SENDGRID_KEY,
    FakePostmark,
    FakeSendGrid,
)
from gateway_email_smtp.fake.senders import ASSISTANT, PERSON, mail_message, sender
from gateway_email_smtp.sending import Sender


def sendgrid(http: LoopbackHttp, fake: FakeSendGrid, **given: Any) -> Sender:
    own = {"mail_outbound": "sendgrid", "sendgrid_base_url": fake.url.removesuffix(fake.PATH)}
    return sender(http, **{**own, "sendgrid_api_key": SENDGRID_KEY, **given})


def postmark(http: LoopbackHttp, fake: FakePostmark, **given: Any) -> Sender:
    own = {"mail_outbound": "postmark", "postmark_base_url": fake.url.removesuffix(fake.PATH)}
    return sender(http, **{**own, "postmark_server_token": POSTMARK_TOKEN, **given})


async def test_sendgrid_gets_a_mail_in_its_thread(http: LoopbackHttp) -> None:
    async with FakeSendGrid.open() as fake:
        sent = await sendgrid(http, fake, mail_name="Dana").send(mail_message("Hi <Ann>."))

    [taken] = fake.requests
    assert taken["from"] == {"email": ASSISTANT, "name": "Dana"}
    assert taken["personalizations"] == [{"to": [{"email": PERSON}]}]
    assert taken["subject"] == "Re: Offer for May"
    assert taken["reply_to"]["email"].startswith("assistant+t.0123456789abcdef.")
    assert taken["headers"]["In-Reply-To"] == "<q1@example.org>"
    assert taken["headers"]["References"] == "<q0@example.org> <q1@example.org>"
    assert taken["headers"]["Message-ID"].startswith("<0123456789abcdef.3mv.")
    assert taken["headers"]["Auto-Submitted"] == "auto-replied"
    assert taken["content"][0] == {"type": "text/plain", "value": "Hi <Ann>.\n"}
    assert "<p>Hi &lt;Ann&gt;.</p>" in taken["content"][1]["value"]
    assert taken["custom_args"] == {"gateway_outbound": "4711"}
    assert not taken["tracking_settings"]["click_tracking"]["enable"]
    assert sent.provider_id == "sg-0000000000000000000001"


async def test_postmark_gets_a_mail_in_its_thread(http: LoopbackHttp) -> None:
    async with FakePostmark.open() as fake:
        sent = await postmark(http, fake, mail_name='Da"na').send(mail_message("Hi <Ann>."))

    [taken] = fake.requests
    headers = {one["Name"]: one["Value"] for one in taken["Headers"]}
    assert (taken["From"], taken["To"]) == (f'"Da\'na" <{ASSISTANT}>', PERSON)
    assert taken["Subject"] == "Re: Offer for May"
    assert headers["References"] == "<q0@example.org> <q1@example.org>"
    assert headers["X-PM-KeepID"] == "true"
    assert headers["Message-ID"].startswith("<0123456789abcdef.3mv.")
    assert taken["TextBody"] == "Hi <Ann>.\n"
    assert "<p>Hi &lt;Ann&gt;.</p>" in taken["HtmlBody"]
    assert taken["Metadata"] == {"gateway_outbound": "4711"}
    assert (taken["MessageStream"], taken["TrackOpens"], taken["TrackLinks"]) == (
        "outbound",
        False,
        "None",
    )
    assert sent.provider_id == "aaaaaaaa-bbbb-4ccc-8ddd-000000000001"


@pytest.mark.parametrize(
    ("scene", "kind", "not_accepted", "said"),
    [
        ("throttled", TemporaryFailure, True, "takes no more for now"),
        ("internal", TemporaryFailure, False, "had a fault of its own (500)"),
        ("away", TemporaryFailure, False, "(503)"),
        ("unverified", PermanentFailure, True, "verify the sender"),
        ("nginx", PermanentFailure, True, "30 MB at most"),
        ("cut", UncertainFailure, False, "is not known"),
    ],
)
async def test_what_sendgrid_answers(
    http: LoopbackHttp, scene: str, kind: type[PartFailure], said: str, *, not_accepted: bool
) -> None:
    async with FakeSendGrid.open(scene) as fake:
        with pytest.raises(PartFailure) as failed:
            await sendgrid(http, fake).send(mail_message())

    assert type(failed.value) is kind
    assert failed.value.not_accepted is not_accepted
    assert said in failed.value.message


async def test_sendgrid_says_when_to_come_back(http: LoopbackHttp) -> None:
    async with FakeSendGrid.open("throttled") as fake:
        with pytest.raises(TemporaryFailure) as failed:
            await sendgrid(http, fake).send(mail_message())

    assert failed.value.retry_after_seconds == RESET - NOW.timestamp()


@pytest.mark.parametrize(
    ("scene", "kind", "not_accepted", "said"),
    [
        ("throttled", TemporaryFailure, True, "not now (429)"),
        ("internal", TemporaryFailure, False, "not now (500)"),
        ("maintenance", TemporaryFailure, True, "is being looked after"),
        ("no_credit", TemporaryFailure, True, "no credits left"),
        ("unsigned", PermanentFailure, True, "no sender signature"),
        ("cut", UncertainFailure, False, "is not known"),
    ],
)
async def test_what_postmark_answers(
    http: LoopbackHttp, scene: str, kind: type[PartFailure], said: str, *, not_accepted: bool
) -> None:
    async with FakePostmark.open(scene) as fake:
        with pytest.raises(PartFailure) as failed:
            await postmark(http, fake).send(mail_message())

    assert type(failed.value) is kind
    assert failed.value.not_accepted is not_accepted
    assert said in failed.value.message


async def test_an_address_that_postmark_gave_up_is_unreachable(http: LoopbackHttp) -> None:
    async with FakePostmark.open() as fake:
        with pytest.raises(RecipientUnreachable) as failed:
            await postmark(http, fake).send(mail_message(to=INACTIVE))

    assert failed.value.not_accepted


async def test_a_wrong_key_is_a_matter_of_settings(http: LoopbackHttp) -> None:
    async with FakeSendGrid.open() as one, FakePostmark.open() as other:
        with pytest.raises(PermanentFailure, match="set sendgridApiKey anew") as first:
            await sendgrid(http, one, sendgrid_api_key="wrong").send(mail_message())
        with pytest.raises(PermanentFailure, match="set postmarkServerToken anew") as second:
            await postmark(http, other, postmark_server_token="wrong").send(mail_message())

    for failed in (first, second):
        assert failed.value.not_accepted
        assert failed.value.response_status == 401


@pytest.mark.parametrize("outbound", ["sendgrid", "postmark"])
async def test_nobody_is_home_proves_that_nothing_was_sent(outbound: str) -> None:
    http = MemoryHttp(answers=[TemporaryFailure("connect: ECONNREFUSED", not_accepted=True)])
    keys = {"sendgrid_api_key": "k", "postmark_server_token": "t"}

    with pytest.raises(TemporaryFailure) as failed:
        await sender(http, mail_outbound=outbound, **keys).send(mail_message())

    assert failed.value.not_accepted


async def test_an_answer_of_postmark_that_nobody_can_read_is_uncertain() -> None:
    http = MemoryHttp(answers=[HttpResponse(status=200, headers={}, body=b"\x00\xff")])
    one = sender(http, mail_outbound="postmark", postmark_server_token="t")

    with pytest.raises(UncertainFailure, match="look for this mail in its Activity"):
        await one.send(mail_message())


async def test_a_channel_without_a_way_out_says_so() -> None:
    with pytest.raises(PermanentFailure, match="set mailOutbound"):
        await sender(mail_outbound=None, smtp_host=None).send(mail_message())
