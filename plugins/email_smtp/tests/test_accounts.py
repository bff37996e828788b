"""How an address is set up at its provider: looked at, explained, and set right."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from gateway.plugin import (
    HttpClient,
    HttpResponse,
    PartContext,
    PermanentFailure,
    SetupFinding,
    TemporaryFailure,
)
from gateway.plugin.assistant.stage import LoopbackHttp
from gateway.plugin.testing import INBOUND_URL, MemoryHttp, part_context
from gateway_email_smtp.accounts.mailgun import MailgunRoutes
from gateway_email_smtp.accounts.postmark import PostmarkServer
from gateway_email_smtp.accounts.sendgrid import SendGridAccount
from gateway_email_smtp.fake import accounts
from gateway_email_smtp.fake.accounts import (
    FakeMailgunAccount,
    FakePostmarkServer,
    FakeSendGridAccount,
)
from gateway_email_smtp.fake.posts import PASSWORD
from gateway_email_smtp.fake.stage import ADDRESS, settings

WITH_LOGIN = INBOUND_URL.replace("https://", f"https://gateway:{PASSWORD}@")
PARSE_SCOPE = "user.webhooks.parse.settings.read"


def context(http: HttpClient) -> PartContext:
    return replace(part_context(), http=http)


def by_name(found: list[SetupFinding]) -> Mapping[str, SetupFinding]:
    return {one.name: one for one in found}


def sendgrid(http: HttpClient, url: str, **given: object) -> SendGridAccount:
    own = {"sendgridApiKey": accounts.SENDGRID_KEY, "sendgridBaseUrl": url}
    return SendGridAccount(settings("sendgrid", **{**own, **given}), context(http))


def postmark(http: HttpClient, url: str, **given: object) -> PostmarkServer:
    own = {
        "postmarkServerToken": accounts.POSTMARK_TOKEN,
        "postmarkBaseUrl": url,
        "mailOutbound": "postmark",
    }
    return PostmarkServer(settings("postmark", **{**own, **given}), context(http))


def mailgun(http: HttpClient, url: str, **given: object) -> MailgunRoutes:
    own = {"mailgunApiKey": accounts.MAILGUN_KEY, "mailgunBaseUrl": url}
    return MailgunRoutes(settings("mailgun", **{**own, **given}), context(http))


@pytest.mark.parametrize(
    ("drift", "words"),
    [
        (None, "mail to example.com goes nowhere"),
        ("https://user:hidden@old.example.org/x?a=b", "at https://old.example.org"),
        (f"{INBOUND_URL}x", "to another URL"),
    ],
)
async def test_a_parse_setting_that_has_drifted_is_found_out_and_set_right(
    http: LoopbackHttp, drift: str | None, words: str
) -> None:
    async with FakeSendGridAccount.open() as fake:
        fake.scopes.append(PARSE_SCOPE)
        if drift:
            fake.parses["example.com"] = {"hostname": "example.com", "url": drift}
        account = sendgrid(http, fake.url)
        before = by_name(await account.check())["inbound_url"]
        await account.connect()
        await account.connect()

        assert (before.status, before.is_mended_by_connect) == ("problem", True)
        assert words in before.message
        assert "hidden" not in before.message
        assert [one.status for one in await account.check()] == ["ok", "ok"]
        assert fake.parses["example.com"]["url"] == INBOUND_URL
        assert fake.parses["example.com"]["send_raw"] is True


async def test_sendgrid_without_a_signature_is_given_a_url_with_a_password(
    http: LoopbackHttp,
) -> None:
    async with FakeSendGridAccount.open() as fake:
        fake.scopes.append(PARSE_SCOPE)
        given = {"sendgridVerificationKey": None, "mailWebhookPassword": PASSWORD}
        account = sendgrid(http, fake.url, **given)
        await account.connect()
        assert fake.parses["example.com"]["url"] == WITH_LOGIN
        assert by_name(await account.check())["inbound_url"].status == "ok"


async def test_what_a_sendgrid_key_may_not_do_is_told(http: LoopbackHttp) -> None:
    async with FakeSendGridAccount.open() as fake:
        told = by_name(await sendgrid(http, fake.url).check())
        assert (told["credentials"].status, told["inbound_url"].status) == ("ok", "warning")
        assert "may not read the Inbound Parse setting" in told["inbound_url"].message
        await sendgrid(http, fake.url).connect()
        assert fake.parses == {}

        fake.scopes.clear()
        told = by_name(await sendgrid(http, fake.url, mailOutbound="sendgrid").check())
        assert "the key may not send" in told["credentials"].message

        other = sendgrid(http, fake.url, sendgridApiKey="SG.other")
        await other.connect()
        [told_only] = await other.check()
        assert told_only.message == "SendGrid answered 401: set sendgridApiKey anew"


async def test_sendgrid_that_only_sends_is_not_asked_for_parse_settings(
    http: LoopbackHttp,
) -> None:
    async with FakeSendGridAccount.open() as fake:
        given = {"emailProvider": "smtp", "mailOutbound": "sendgrid"}
        account = sendgrid(http, fake.url, **given)
        await account.connect()
        assert [one.name for one in await account.check()] == ["credentials", "events"]
        assert fake.parses == {}


@pytest.mark.parametrize(
    ("changed", "status", "words"),
    [
        ({}, "ok", "are told to this channel"),
        ({"bounce": False}, "warning", "a mail that bounces looks delivered"),
        ({"enabled": False}, "warning", "a mail that bounces looks delivered"),
        ({"url": "https://other.example.org/"}, "warning", "make an Event Webhook"),
    ],
)
async def test_an_event_webhook_of_sendgrid_is_looked_for(
    http: LoopbackHttp, changed: dict[str, object], status: str, words: str
) -> None:
    hook = {"url": WITH_LOGIN, **dict.fromkeys(("enabled", "delivered"), True)}
    hook |= dict.fromkeys(("bounce", "dropped", "spam_report"), True)
    async with FakeSendGridAccount.open() as fake:
        account = sendgrid(http, fake.url, mailOutbound="sendgrid")
        unread = by_name(await account.check())["events"]
        fake.scopes.append("user.webhooks.event.settings.read")
        fake.events.append({**hook, **changed})
        told = by_name(await account.check())["events"]

    assert "the key may not read the Event Webhook" in unread.message
    assert (told.status, words in told.message) == (status, True)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "goes nowhere"),
        ("https://u:hidden@old.example.org/", "at https://old.example.org"),
        (INBOUND_URL, "has another user or password"),
        (WITH_LOGIN.replace(PASSWORD, "old-password"), "has another user or password"),
    ],
)
async def test_a_postmark_server_that_has_drifted_is_found_out_and_set_right(
    http: LoopbackHttp, url: str, words: str
) -> None:
    async with FakePostmarkServer.open() as fake:
        fake.server["InboundHookUrl"] = url
        server = postmark(http, fake.url)
        before = by_name(await server.check())
        await server.connect()
        await server.connect()

        assert words in before["inbound_url"].message
        assert before["inbound_url"].is_mended_by_connect
        assert "hidden" not in before["inbound_url"].message
        assert before["events"].status == "warning"
        assert [one.status for one in await server.check()] == ["ok", "ok", "ok"]
        assert fake.server["InboundHookUrl"] == WITH_LOGIN
        assert fake.server["RawEmailEnabled"] is True
        [hook] = fake.webhooks
        assert (hook["Url"], hook["MessageStream"]) == (WITH_LOGIN, "outbound")


async def test_a_webhook_of_postmark_that_tells_half_is_made_to_tell_all(
    http: LoopbackHttp,
) -> None:
    async with FakePostmarkServer.open() as fake:
        half = {"Delivery": {"Enabled": True}, "Bounce": {"Enabled": False}}
        fake.webhooks.append({"ID": 1, "Url": WITH_LOGIN, "Triggers": half})
        server = postmark(http, fake.url, emailProvider="smtp")
        assert by_name(await server.check())["events"].status == "warning"
        await server.connect()
        assert by_name(await server.check())["events"].status == "ok"
        assert len(fake.webhooks) == 1


async def test_a_wrong_token_of_postmark_is_the_only_thing_that_is_told(
    http: LoopbackHttp,
) -> None:
    async with FakePostmarkServer.open() as fake:
        server = postmark(http, fake.url, postmarkServerToken="other")
        await server.connect()
        [told] = await server.check()
        assert (told.name, told.status) == ("credentials", "problem")
        assert fake.server["InboundHookUrl"] == ""


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        (['forward("https://old.example.org/x")', "stop()"], "at https://old.example.org"),
        (['store(notify="https://x.example.org")'], "is not forwarded"),
    ],
)
async def test_a_route_that_has_drifted_is_found_out_and_set_right(
    http: LoopbackHttp, actions: list[str], words: str
) -> None:
    async with FakeMailgunAccount.open() as fake:
        expression = f'match_recipient("{ADDRESS}")'
        fake.routes.append({"id": "0", "expression": expression, "actions": actions})
        account = mailgun(http, fake.url)
        before = by_name(await account.check())["inbound_url"]
        await account.connect()
        await account.connect()

        assert words in before.message
        assert by_name(await account.check())["inbound_url"].status == "ok"
        [route] = fake.routes
        assert route["actions"] == [f'forward("{INBOUND_URL}?form=mime")']


async def test_a_missing_route_is_made_for_tagged_addresses_as_well(http: LoopbackHttp) -> None:
    async with FakeMailgunAccount.open() as fake:
        fake.routes.append(
            {"id": "0", "expression": "catch_all()", "actions": ['forward("https://x.example")']}
        )
        account = mailgun(http, fake.url)
        before = by_name(await account.check())["inbound_url"]
        await account.connect()
        await account.connect()

        assert before.message == f"no route takes mail to {ADDRESS}"
        assert by_name(await account.check())["inbound_url"].status == "ok"
        assert len(fake.routes) == 2
        assert fake.routes[1]["expression"] == (
            'match_recipient("assistant(\\+.*)?@example\\.com")'
        )


async def test_a_wrong_key_of_mailgun_is_the_only_thing_that_is_told(http: LoopbackHttp) -> None:
    async with FakeMailgunAccount.open() as fake:
        account = mailgun(http, fake.url, mailgunApiKey="other")
        await account.connect()
        [told] = await account.check()
        assert told.message == "Mailgun answered 401: set mailgunApiKey anew"
        assert fake.routes == []


async def test_a_provider_without_a_key_cannot_be_asked() -> None:
    http = MemoryHttp()
    for account, setting in (
        (sendgrid(http, "https://x.example", sendgridApiKey=None), "sendgridApiKey"),
        (
            postmark(http, "https://x.example", postmarkServerToken=None, mailOutbound=None),
            "postmarkServerToken",
        ),
        (mailgun(http, "https://x.example", mailgunApiKey=None), "mailgunApiKey"),
    ):
        await account.connect()
        [told] = await account.check()
        assert (told.status, setting in told.message) == ("warning", True)
    assert http.calls == []


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (500, b"\x00", TemporaryFailure),
        (429, b"", TemporaryFailure),
        (418, b"", PermanentFailure),
        (302, b"", PermanentFailure),
        (200, b"<html>", PermanentFailure),
    ],
)
async def test_a_provider_that_cannot_be_asked_is_a_failure(
    status: int, body: bytes, kind: type[Exception]
) -> None:
    http = MemoryHttp([HttpResponse(status=status, headers={}, body=body)])
    for account in (
        sendgrid(http, "https://x.example"),
        postmark(http, "https://x.example"),
        mailgun(http, "https://x.example"),
    ):
        with pytest.raises(kind):
            await account.check()
