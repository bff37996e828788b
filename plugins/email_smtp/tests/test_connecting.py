"""All that is looked at when a channel is checked, together."""

from dataclasses import replace

import pytest

from gateway.plugin import HttpResponse, SetupFinding, TemporaryFailure
from gateway.plugin.testing import MemoryHttp, part_context
from gateway_email_smtp.email import EmailSmtp
from gateway_email_smtp.fake.mailserver import FakeMailServer
from gateway_email_smtp.fake.senders import context
from gateway_email_smtp.fake.stage import settings
from gateway_email_smtp.names import Names

SMTP = {"mailOutbound": "smtp", "smtpHost": "127.0.0.1", "smtpSecurity": "none"}


class LocalEmail(EmailSmtp):
    """The part, with a DNS that knows nothing and says so at once."""

    names = Names([("127.0.0.1", 1)], seconds=0.05)


async def found(part: EmailSmtp) -> dict[str, SetupFinding]:
    return {one.name: one for one in (await part.check()).findings}


async def test_a_mail_server_is_greeted_and_logged_in_at() -> None:
    async with FakeMailServer.open() as server:
        part = LocalEmail(settings("mime", **SMTP, smtpPort=server.port), context())
        told = await found(part)
        assert (told["outbound"].status, server.taken) == ("ok", [])
    gone = await found(part)
    assert gone["outbound"].status == "problem"
    assert "127.0.0.1" in gone["outbound"].message


async def test_a_channel_that_sends_nothing_is_warned_of() -> None:
    told = await found(LocalEmail(settings("mime"), part_context()))
    assert told["outbound"].message == "nothing is sent: choose a way with mailOutbound"


async def test_one_provider_that_is_away_does_not_hide_the_other() -> None:
    made = settings(
        "postmark",
        postmarkServerToken="t",
        mailOutbound="sendgrid",
        sendgridApiKey="SG.k",
    )
    http = MemoryHttp(
        [
            TemporaryFailure("network: no answer"),
            HttpResponse(status=200, headers={}, body=b'{"Name": "Main"}'),
        ]
    )
    part = LocalEmail(made, replace(part_context(), http=http))
    told = await found(part)
    assert told["provider"].message == "network: no answer"
    assert told["inbound_url"].is_mended_by_connect


@pytest.mark.parametrize("url", ["http://gw.example.org/x", "https://localhost/x", ""])
async def test_a_gateway_that_a_provider_cannot_reach_is_told(url: str) -> None:
    part = LocalEmail(settings("sendgrid"), replace(part_context(), inbound_url=url))
    assert "set public_url to the https address" in (await found(part))["public_url"].message
    assert "public_url" not in await found(LocalEmail(settings("mime"), part_context()))
    stand_in = settings("sendgrid", sendgridBaseUrl="http://127.0.0.1:8003/sendgrid")
    local = LocalEmail(stand_in, replace(part_context(), inbound_url=url))
    assert "public_url" not in await found(local)


async def test_a_mailbox_that_cannot_be_opened_is_told() -> None:
    part = LocalEmail(settings("imap", imapPort=1, imapPassword="p"), context())
    told = (await found(part))["mailbox"]
    assert (told.status, "mx.example.com:1" in told.message) == ("problem", True)
