"""A person texts a Vonage number, whose account posts by GET or POST, and is answered."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

import pytest

from gateway.builtin import BuiltinResponder
from gateway.registry import Registry, load_plugins
from gateway_sms_vonage.fake import FakeVonage
from gateway_sms_vonage.fake.server import API_KEY, API_SECRET, NUMBER
from gateway_sms_vonage.fake.stage import PERSON, SECRET
from gateway_sms_vonage.signatures import fields_signature
from tests.parts import EchoResponder
from tests.stories.house import House, Json

TEXT = {
    "msisdn": PERSON[1:],
    "to": NUMBER[1:],
    "messageId": "0A1",
    "text": "Hi & bye",
    "type": "text",
}


@dataclass
class Number:
    """A channel and the fake that it sends by."""

    house: House
    fake: FakeVonage
    id: int
    path: str

    async def get(self, fields: Json, *, at: datetime) -> int:
        """A webhook of the SMS API as an account with GET has it called."""
        signed = {**fields, "timestamp": str(int(at.timestamp())), "nonce": "n-1"}
        signed["sig"] = fields_signature(signed, SECRET, "sha256")
        response = await self.house.client.get(f"{self.path}?{urlencode(signed)}")
        return response.status_code


@pytest.fixture
def registry() -> Registry:
    """The real plugins."""
    return load_plugins(["custom_http", "sms_vonage"], extra=(BuiltinResponder, EchoResponder))


@pytest.fixture
async def number(house: House) -> AsyncIterator[Number]:
    """A number that echoes, by the SMS API."""
    async with FakeVonage.open() as fake:
        body = {
            "channelType": "sms",
            "provider": "sms_vonage",
            "channelName": "Vonage",
            "providerConfig": {
                "vonageApiKey": API_KEY,
                "vonageApiSecret": API_SECRET,
                "vonageSignatureSecret": SECRET,
                "vonageNumber": NUMBER,
                "vonageApi": "sms",
                "vonageMessagesUrl": fake.url,
                "vonageSmsUrl": fake.url,
                "vonageDollarsPerEuro": 1.2,
            },
            "rateLimitPerMinute": 100,
            "aiConfig": {"responder": "echo"},
        }
        record = await house.api("POST", "/webhooks", body, status=201)
        path = record["webhookUrl"].removeprefix(house.gw.config.public_url)
        yield Number(house, fake, record["id"], path)


async def test_a_text_that_comes_by_get_is_answered(house: House, number: Number) -> None:
    status = await number.get(TEXT, at=house.gw.now())
    again = await number.get(TEXT, at=house.gw.now())
    await house.drain()

    assert (status, again) == (200, 200)
    assert [form["text"] for form in number.fake.requests] == ["echo Hi & bye"]
    shown = await house.api("GET", "/messages/1?includeRawPayload=true")
    assert (shown["senderIdentifier"], shown["content"]) == (PERSON, "Hi & bye")
    assert shown["rawContentType"] == "application/x-www-form-urlencoded"


async def test_a_get_that_nobody_signed_is_refused(house: House, number: Number) -> None:
    response = await house.client.get(f"{number.path}?{urlencode(TEXT)}")

    assert response.status_code == 401
    assert (await house.api("GET", f"/webhooks/{number.id}/messages"))["items"] == []


async def test_a_receipt_may_come_by_get(house: House, number: Number) -> None:
    await number.get(TEXT, at=house.gw.now())
    await house.drain()
    [form] = number.fake.requests
    told = {
        "msisdn": PERSON[1:],
        "messageId": "0A00000000000001",
        "status": "delivered",
        "client-ref": form["client-ref"],
    }

    status = await number.get(told, at=house.gw.now())

    shown = await house.api("GET", f"/deliveries/{form['client-ref']}")
    assert (status, shown["providerState"]) == (200, "delivered")
    assert shown["costUsd"] == pytest.approx(0.0333 * 1.2)


async def test_a_channel_that_takes_no_queries_is_not_called_by_get(house: House) -> None:
    channel = await house.create_channel()

    response = await house.client.get(f"{channel.path}?content=Hello")

    assert response.status_code == 405


async def test_a_challenge_is_still_answered(house: House, number: Number) -> None:
    response = await house.client.get(f"{number.path}?challenge=abc")

    assert (response.status_code, await response.get_data()) == (200, b"abc")
