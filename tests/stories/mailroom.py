"""An address on the real email plugin: mail is posted to it as MIME, its own goes to a server."""

import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP as SMTP_POLICY, default
from typing import Any, Final, Self

from gateway_email_smtp.fake.mailserver import FakeMailServer
from tests.stories.house import House, Json

ADDRESS: Final = "assistant@desk.example"
ANN: Final = "ann@agency.example"
MX: Final = "mx.desk.example"
"""The one mail server whose verdicts are believed."""


@dataclass
class Mailroom:
    """A channel of type `email`, the people who write to it, and where its answers arrive."""

    house: House
    server: FakeMailServer
    id: int
    path: str
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @classmethod
    @asynccontextmanager
    async def open(
        cls, house: House, *, settings: Mapping[str, object] | None = None, **fields: object
    ) -> AsyncIterator[Self]:
        """A new channel; nothing was said yet."""
        async with FakeMailServer.open() as server:
            body = {
                "channelType": "email",
                "provider": "email_smtp",
                "channelName": "Desk",
                "providerConfig": {
                    "inboundEmailAddress": ADDRESS,
                    "emailProvider": "mime",
                    "mailMimeToken": "t",
                    "mailOutbound": "smtp",
                    "mailAuthservIds": [MX],
                    "smtpHost": "127.0.0.1",
                    "smtpPort": server.port,
                    "smtpSecurity": "none",
                    **(settings or {}),
                },
                "rateLimitPerMinute": 100,
                "rateLimitPerHour": 1000,
                **fields,
            }
            record = await house.api("POST", "/webhooks", body, status=201)
            path = record["webhookUrl"].removeprefix(house.gw.config.public_url)
            yield cls(house, server, record["id"], path)

    async def gets(
        self,
        text: str,
        *,
        sender: str = ANN,
        verdict: str = "pass",
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """A mail that must be taken; its Message-ID. The believed server gave it its verdict."""
        domain = sender.rpartition("@")[2]
        mail = EmailMessage(policy=SMTP_POLICY)
        if verdict:
            mail["Authentication-Results"] = f"{MX}; dmarc={verdict} header.from={domain}"
        mail["From"] = sender
        mail["To"] = ADDRESS
        mail["Subject"] = "Logo"
        mail["Date"] = "Tue, 24 Nov 2026 10:00:00 +0000"
        mail["Message-ID"] = f"<{next(self.numbers)}@{domain}>"
        for name, value in (headers or {}).items():
            del mail[name]
            mail[name] = value
        mail.set_content(text)
        await self.post(mail.as_bytes())
        return str(mail["Message-ID"])

    async def post(self, raw: bytes) -> None:
        """One mail as it is; it must be taken."""
        headers = {"Authorization": "Bearer t", "Content-Type": "message/rfc822"}
        response = await self.house.client.post(self.path, data=raw, headers=headers)
        assert response.status_code == 200, await response.get_data()

    async def says(self, text: str, **fields: Any) -> list[EmailMessage]:
        """A mail, and what is sent because of it."""
        before = len(self.server.taken)
        await self.gets(text, **fields)
        await self.house.drain()
        return self.sent[before:]

    @property
    def sent(self) -> list[EmailMessage]:
        """What went out, in order."""
        parser = BytesParser(policy=default)
        return [parser.parsebytes(mail.raw) for mail in self.server.taken]

    async def kept(self, query: str = "") -> list[Json]:
        """The messages of the channel, newest first."""
        listed = await self.house.api("GET", f"/webhooks/{self.id}/messages{query}")
        found: list[Json] = listed["items"]
        return found


def text_of(mail: EmailMessage) -> str:
    """The plain words of a mail."""
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def in_thread_of(mail: EmailMessage) -> dict[str, str]:
    """The headers of a reply to a mail of ours."""
    return {"In-Reply-To": str(mail["Message-ID"]), "References": str(mail["Message-ID"])}
