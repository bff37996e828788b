"""A channel is proven by a code that travels through it."""

import json
from typing import Any

import asyncpg
import pytest

from gateway import store
from gateway.plugin import OutboundMessage, TemporaryFailure
from gateway.rules.codes import ALPHABET, LENGTH
from tests.conftest import Clock
from tests.parts import FakeProvider
from tests.store import add_webhook
from tests.stories.house import Channel, House, Json


async def row(house: House) -> asyncpg.Record:
    async with house.gw.db.connection() as connection:
        found = await connection.fetchrow("SELECT * FROM user_webhooks WHERE id = 1")
    assert found is not None
    return found


async def begin(house: House, **told: object) -> Json:
    return await house.api("POST", "/webhooks/1/verify", told)


async def enter(house: House, code: str, *, status: int = 200) -> Json:
    return await house.api("POST", "/webhooks/1/verify", {"code": code}, status=status)


async def received_code(house: House) -> str:
    """A code that has come to the listener."""
    await begin(house)
    code = house.listener.told("webhook.verification")[-1]["code"]
    assert isinstance(code, str)
    return code


async def is_verified(house: House) -> bool:
    verified = (await house.api("GET", "/webhooks/1"))["isVerified"]
    assert isinstance(verified, bool)
    return verified


@pytest.fixture
def phone() -> type[FakeProvider]:
    """The fake provider, with nothing sent yet."""
    return FakeProvider


async def test_a_code_that_came_out_of_the_channel_verifies_it(house: House) -> None:
    channel = await house.create_channel()

    begun = await begin(house)
    code = house.listener.told("webhook.verification")[0]["code"]
    house.check_signatures(channel.secret)

    assert (begun["status"], begun["code"], begun["isVerified"]) == ("sent", None, False)
    assert begun["attemptsLeft"] == house.gw.config.verification.attempts
    assert code not in json.dumps(begun)
    answer = await enter(house, f" {code[:4].lower()}-{code[4:]} ")
    assert (answer["status"], answer["isVerified"]) == ("verified", True)
    assert await is_verified(house)
    await enter(house, code, status=400)
    assert await is_verified(house)


async def test_a_code_is_kept_as_a_hash_that_needs_the_signing_secret(house: House) -> None:
    await house.create_channel()
    code = await received_code(house)

    kept = await row(house)

    assert len(code) == LENGTH
    assert set(code) <= set(ALPHABET)
    assert len(kept["verification_hash"]) == 32
    assert code not in str(dict(kept))
    [webhook] = await store.list_webhooks(house.gw.db, user_id=house.user_id)
    assert "verification_hash" not in repr(webhook)
    await house.api("POST", "/webhooks/1/regenerate-secret", {})
    await enter(house, code, status=400)


async def test_wrong_codes_use_up_the_attempts(house: House) -> None:
    await house.create_channel()
    code = await received_code(house)

    for left in range(house.gw.config.verification.attempts - 1, -1, -1):
        refused = await enter(house, "22222222", status=400)
        assert refused["error"]["code"] == "VERIFICATION_FAILED"
        assert f"attempts left: {left}" in refused["error"]["message"]

    assert "no code is pending" in (await enter(house, code, status=400))["error"]["message"]
    assert not await is_verified(house)


async def test_a_code_expires_and_a_new_one_ends_it(house: House, clock: Clock) -> None:
    await house.create_channel()
    first = await received_code(house)
    second = await received_code(house)
    await enter(house, first, status=400)

    clock.advance(house.gw.config.verification.code_seconds + 1)
    await enter(house, second, status=400)

    assert not await is_verified(house)
    await enter(house, await received_code(house))
    assert await is_verified(house)


async def test_a_code_goes_to_a_person_in_words(house: House, phone: type[FakeProvider]) -> None:
    await add_webhook(house.gw, user_id=house.user_id)

    begun = await begin(house, recipient="+15550101")

    assert begun["status"] == "sent"
    [message] = phone.sent
    assert (message.kind, message.recipient) == ("notification", "+15550101")
    code = message.text.removesuffix(".").rpartition(" ")[2]
    assert (await enter(house, code))["isVerified"]


async def test_a_code_that_cannot_be_sent_says_why(house: House, phone: type[FakeProvider]) -> None:
    def away(_message: OutboundMessage) -> None:
        raise TemporaryFailure("the provider is away")

    await add_webhook(house.gw, user_id=house.user_id)
    phone.send_fails = staticmethod(away)

    begun = await begin(house, recipient="+15550101")

    assert (begun["status"], begun["detail"]) == ("failed", "the provider is away")


async def test_a_code_that_comes_in_verifies_the_channel_and_is_no_message(house: House) -> None:
    channel = await house.create_channel()
    begun = await begin(house, method="inbound")
    code = begun["code"]
    assert begun["status"] == "waiting"
    await enter(house, code, status=400)

    await house.says(channel, f"my code is {code}")
    assert not await is_verified(house)
    answer = await house.says(channel, f"{code[:4]} {code[4:].lower()}\n")
    await house.drain()

    assert answer["messageId"] is None
    assert await is_verified(house)
    assert len((await house.api("GET", "/webhooks/1/messages"))["items"]) == 1
    again = await house.says(channel, code)
    assert again["messageId"] is not None


async def test_a_code_in_a_request_that_is_not_authentic_proves_nothing(house: House) -> None:
    channel = await house.create_channel()
    code = (await begin(house, method="inbound"))["code"]
    body = json.dumps({"content": code, "senderIdentifier": "eve"}).encode()

    status, _ = await house.post(channel, body, {"Content-Type": "application/json"})

    assert status == 401
    assert not await is_verified(house)


async def test_a_late_code_is_a_message_like_any_other(house: House, clock: Clock) -> None:
    channel = await house.create_channel()
    code = (await begin(house, method="inbound"))["code"]
    clock.advance(house.gw.config.verification.code_seconds + 1)

    answer = await house.says(channel, code)

    assert answer["messageId"] is not None
    assert not await is_verified(house)


@pytest.mark.parametrize(
    ("change", "stays"),
    [
        ({"providerConfig": {"outboundWebhookUrl": "http://127.0.0.1:9/other"}}, False),
        ({"providerConfig": {"outboundMethod": "PUT"}}, True),
        ({"channelName": "Shop"}, True),
    ],
)
async def test_a_channel_that_moves_is_verified_no_more(
    house: House, change: Json, stays: bool
) -> None:
    await house.create_channel()
    await enter(house, await received_code(house))

    changed = await house.api("PATCH", "/webhooks/1", change)

    assert changed["isVerified"] is stays


async def test_a_code_for_the_old_address_does_not_verify_the_new_one(house: House) -> None:
    await house.create_channel()
    code = await received_code(house)

    moved = {"providerConfig": {"outboundWebhookUrl": "http://127.0.0.1:9/other"}}
    await house.api("PATCH", "/webhooks/1", moved)

    await enter(house, code, status=400)
    assert not await is_verified(house)


async def asked(house: House, channel: Channel, query: str, **request: Any) -> Json:
    """What a handshake is answered: status, type, body."""
    response = await house.client.open(f"{channel.path}{query}", **request)
    return {
        "status": response.status_code,
        "type": response.content_type.partition(";")[0],
        "sniff": response.headers.get("X-Content-Type-Options"),
        "headers": response.headers,
        "body": await response.get_data(as_text=True),
    }


@pytest.mark.parametrize("place", ["/verify", ""])
async def test_a_plain_challenge_is_repeated_to_whoever_knows_the_url(
    house: House, place: str
) -> None:
    channel = await house.create_channel()

    answer = await asked(house, channel, f"{place}?challenge=aZ09._~-", method="GET")

    assert (answer["status"], answer["type"], answer["sniff"]) == (200, "text/plain", "nosniff")
    assert answer["body"] == "aZ09._~-"


@pytest.mark.parametrize(
    "value", ["<script>", "a%20b", "", "a" * 513, "%00", "a%0d%0aX:1", "%C3%A4"]
)
async def test_nothing_that_could_do_harm_is_repeated(house: House, value: str) -> None:
    channel = await house.create_channel()

    on_verify = await asked(house, channel, f"/verify?challenge={value}", method="GET")
    on_url = await asked(house, channel, f"?challenge={value}", method="GET")

    assert (on_verify["status"], on_url["status"]) == (400, 405)
    assert value.strip("%") == "" or value not in on_verify["body"]


async def test_a_handshake_by_post_is_answered_before_it_is_verified_and_is_no_message(
    house: House,
) -> None:
    channel = await house.create_channel(challenges=["slack", "asana"])
    slack = {"type": "url_verification", "challenge": "abc"}

    answer = await asked(house, channel, "", method="POST", json=slack)
    header = await asked(
        house, channel, "", method="POST", data=b"", headers={"X-Hook-Secret": "s-1"}
    )
    refused = await asked(house, channel, "", method="POST", json=slack | {"challenge": "<b>"})

    assert (answer["status"], answer["body"], answer["sniff"]) == (200, "abc", "nosniff")
    assert (header["status"], header["headers"]["X-Hook-Secret"]) == (200, "s-1")
    assert refused["status"] == 401
    assert (await house.api("GET", "/webhooks/1/messages"))["items"] == []


async def test_a_handshake_of_an_unknown_url_is_not_found(house: House) -> None:
    response = await house.client.get(
        "/api/webhooks/inbound/3f0c6a62-6d1f-4d0e-9f5e-4a2b8f6f0a11/verify?challenge=a"
    )

    assert response.status_code == 404
