"""A Twilio number on the fake Twilio, connected to a gateway behind its real server."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Self

from gateway_sms_twilio.fake import ACCOUNT_SID, AUTH_TOKEN, NUMBER, FakeTwilio
from gateway_sms_twilio.fake.server import Called
from tests.stories.house import House, Json

PERSON = "+15005550100"
SILENCE = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def channel_of(fake: FakeTwilio, **settings: object) -> Json:
    """A channel whose account and number are the fake's."""
    return {
        "channelType": "sms",
        "provider": "sms_twilio",
        "channelName": "Twilio",
        "providerConfig": {
            "twilioAccountSid": ACCOUNT_SID,
            "twilioAuthToken": AUTH_TOKEN,
            "twilioPhoneNumber": NUMBER,
            "twilioBaseUrl": fake.url,
            "smsSegmentPrice": 0.008,
            **settings,
        },
        "rateLimitPerMinute": 100,
    }


@dataclass
class Line:
    """A channel, its number at the fake, and a person who texts to it."""

    house: House
    fake: FakeTwilio
    record: Json

    @classmethod
    @asynccontextmanager
    async def connected(
        cls, house: House, origin: str, ai: Json | None = None, **settings: object
    ) -> AsyncIterator[Self]:
        """A channel whose number posts to it; nothing was said yet."""
        async with FakeTwilio.open() as fake:
            fake.gateway = origin
            body = {**channel_of(fake, **settings), "aiConfig": ai or {"responder": "echo"}}
            record = await house.api("POST", "/webhooks", body, status=201)
            fake.ledger.number(NUMBER)["sms_url"] = record["webhookUrl"]
            yield cls(house, fake, record)

    async def texts(
        self, body: str, sender: str = PERSON, *, media: Sequence[str] = (), **extra: str
    ) -> Called:
        """A text that must be accepted, and is answered with silence."""
        called = await self.fake.texts(sender, body, media=media, **extra)
        assert (called.status, called.body) == (200, SILENCE)
        return called

    async def tells(self, message: Json, status: str, **extra: str) -> None:
        """What became of a message that was sent."""
        called = await self.fake.tell(message["sid"], status, **extra)
        assert called.status == 200

    def sent(self, to: str = PERSON) -> list[str]:
        """The texts that a person got, in order."""
        return [message["body"] for message in self.fake.ledger.sent_to(to)]
