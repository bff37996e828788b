"""What a sender is told: accepted, or an error that says what to do; never a 500, never a stall."""

import hashlib
import hmac
import json
from typing import Any
from uuid import uuid4

import pytest

from gateway.plugin.signatures import standard_signature
from tests.stories.house import Channel, House
from tests.stories.phone import Phone
from tests.web.raw import post, send, served

GOOD = b'{"content":"Call Dana"}'


async def test_an_unknown_token_is_not_found(house: House) -> None:
    for token in (str(uuid4()), "nonsense", "%00"):
        response = await house.client.post(f"/api/webhooks/inbound/{token}", data=GOOD)

        assert response.status_code == 404
        assert (await response.get_json())["error"]["code"] == "WEBHOOK_NOT_FOUND"


async def test_an_inactive_webhook_is_forbidden(house: House) -> None:
    channel = await house.create_channel()
    async with house.gw.db.connection() as connection:
        await connection.execute("UPDATE user_webhooks SET is_active = false")

    status, answer = await house.post(channel, GOOD)

    assert (status, answer["error"]["code"]) == (403, "WEBHOOK_INACTIVE")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Webhook-Signature": "sha256=" + "0" * 64},
        {"X-Webhook-Signature": "sha256="},
        {"X-Webhook-Signature": "\xff\xfe"},
        {"webhook-id": "a", "webhook-timestamp": "soon", "webhook-signature": "v1,a,b"},
        {"webhook-signature": " "},
    ],
)
async def test_a_wrong_signature_is_refused_and_nothing_is_stored(
    house: House, headers: dict[str, str]
) -> None:
    channel = await house.create_channel()

    status, answer = await house.post(channel, GOOD, headers)

    assert (status, answer["error"]["code"]) == (401, "INVALID_SIGNATURE")
    assert await _messages(house, channel) == []


@pytest.mark.parametrize(
    ("settings", "good", "bad"),
    [
        ({"authType": "bearer", "authToken": "t0k"}, {"Authorization": "Bearer t0k"}, {}),
        (
            {"authType": "bearer", "authToken": "t0k"},
            {"Authorization": "bearer t0k"},
            {"Authorization": "Bearer t0kk"},
        ),
        ({"authType": "api_key", "authToken": "k"}, {"X-API-Key": "k"}, {"X-API-Key": "K"}),
        (
            {"authType": "api_key", "authToken": "k", "authHeader": "X-Agency"},
            {"X-Agency": "k"},
            {"X-API-Key": "k"},
        ),
    ],
)
async def test_tokens_and_keys_open_their_channel_only(
    house: House, settings: dict[str, Any], good: dict[str, str], bad: dict[str, str]
) -> None:
    channel = await house.create_channel(**settings)
    kind = {"Content-Type": "application/json"}

    assert (await house.post(channel, GOOD, kind | good))[0] == 200
    status, answer = await house.post(channel, GOOD, kind | bad)
    assert (status, answer["error"]["code"]) == (401, "INVALID_AUTH")


async def test_a_channel_without_authentication_takes_anything(house: House) -> None:
    channel = await house.create_channel(authType="none")

    assert (await house.post(channel, GOOD, {"Content-Type": "application/json"}))[0] == 200


@pytest.mark.parametrize(
    ("body", "kind", "pointer"),
    [
        (b"", "application/json", None),
        (b"{", "application/json", None),
        (b"[]", "application/json", None),
        (b"{}", "application/json", "/content"),
        (b'{"content": 7}', "application/json", "/content"),
        (b'{"content":"a\\u0000b"}', "application/json", "/content"),
        (b'{"content":"a\\ud800b"}', "application/json", "/content"),
        (b'{"content":"x","attachments":[{"url":"ftp://x"}]}', "application/json", "/attachments"),
        (b'{"content":"x","taskPriority":"huge"}', "application/json", "/taskPriority"),
        (b'{"content":"x","taskDeadline":"soon"}', "application/json", "/taskDeadline"),
        (b"[" * 200_000, "application/json", None),
        (b'{"content":"\xff\xfe"}', "application/json", None),
        (b'{"content":"x"}', "application/json; charset=klingon", None),
        (b"\x00\x01", "text/plain", None),
        (b"content=a%00b", "application/x-www-form-urlencoded", "/content"),
        (b"--x\r\n\r\n", "multipart/form-data", None),
    ],
)
async def test_a_malformed_body_is_refused_with_the_field_at_fault_and_kept(
    house: House, body: bytes, kind: str, pointer: str | None
) -> None:
    channel = await house.create_channel()

    status, answer = await house.post(channel, body, _signed(channel, body, kind))

    assert (status, answer["error"]["code"]) == (400, "INVALID_PAYLOAD")
    if pointer:
        assert any(f["pointer"].startswith(pointer) for f in answer["error"]["fields"])
    [kept] = await _messages(house, channel)
    assert kept["processingStatus"] == "quarantined"
    assert kept["reason"]


async def test_a_kept_request_is_never_answered(house: House) -> None:
    channel = await house.create_channel()
    await house.post(channel, b"{", _signed(channel, b"{", "application/json"))

    await house.drain()

    assert house.listener.bodies == []


async def test_an_oversized_body_is_refused_with_the_limit(house: House) -> None:
    channel = await house.create_channel()
    limit = house.gw.config.server.body_limit_bytes

    for size in (limit + 1, limit + 2, 10 * limit):
        status, answer = await house.post(channel, b"x" * size)
        assert (status, answer["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert str(limit) in answer["error"]["message"]


async def test_the_minute_limit_answers_429_with_headers(house: House) -> None:
    channel = await house.create_channel()
    async with house.gw.db.connection() as connection:
        await connection.execute("UPDATE user_webhooks SET rate_limit_per_minute = 3")

    for left in (2, 1, 0):
        response = await house.client.post(
            channel.path, data=GOOD, headers=_signed(channel, GOOD, "application/json")
        )
        assert response.status_code == 200
        assert response.headers["X-RateLimit-Limit"] == "3"
        assert response.headers["X-RateLimit-Remaining"] == str(left)
        assert int(response.headers["X-RateLimit-Reset"]) > house.gw.now().timestamp()
    response = await house.client.post(
        channel.path, data=GOOD, headers=_signed(channel, GOOD, "application/json")
    )

    assert response.status_code == 429
    assert (await response.get_json())["error"]["code"] == "RATE_LIMIT_MINUTE"
    assert 0 < int(response.headers["Retry-After"]) <= 120
    assert response.headers["X-RateLimit-Remaining"] == "0"


async def test_a_channel_whose_plugin_is_away_asks_the_sender_to_repeat(house: House) -> None:
    channel = await house.create_channel()
    async with house.gw.db.connection() as connection:
        await connection.execute("UPDATE user_webhooks SET transport = 'gone'")

    status, answer = await house.post(channel, GOOD)

    assert (status, answer["error"]["code"]) == (503, "PLUGIN_UNAVAILABLE")
    assert "gone" in answer["error"]["message"]


async def test_a_provider_gets_its_own_answer_even_for_what_cannot_be_read(house: House) -> None:
    phone = await Phone.connected(house)
    path = phone.path

    fine = await house.client.post(path, data=b"SM1|+1|hi", headers={"X-Token": "t"})
    odd = await house.client.post(path, data=b"what is this", headers={"X-Token": "t"})
    broken = await house.client.post(path, data=b"SM1|+1|hi", headers={"X-Token": "bug"})

    assert (fine.status_code, await fine.get_data()) == (200, b"<Response/>")
    assert odd.status_code == 200
    assert broken.status_code == 503
    found = await house.api("GET", f"/webhooks/{phone.id}/messages")
    assert [m["processingStatus"] for m in found["items"]] == ["quarantined", "received"]


async def test_other_methods_and_paths_say_what_is_there(house: House) -> None:
    channel = await house.create_channel()

    wrong_method = await house.client.get(channel.path)
    wrong_path = await house.client.get("/nothing/here")

    assert wrong_method.status_code == 405
    assert wrong_method.headers["Allow"] == "POST"
    assert (await wrong_method.get_json())["error"]["code"] == "METHOD_NOT_ALLOWED"
    assert wrong_path.status_code == 404
    assert (await wrong_path.get_json())["error"]["code"] == "NOT_FOUND"


async def test_every_answer_carries_a_request_id(house: House) -> None:
    channel = await house.create_channel()

    kept = await house.client.post(channel.path, data=b"", headers={"X-Request-Id": "abc-1"})
    made = await house.client.post(channel.path, data=b"", headers={"X-Request-Id": "a b\tc"})

    assert kept.headers["X-Request-Id"] == "abc-1"
    assert (await kept.get_json())["error"]["requestId"] == "abc-1"
    assert len(made.headers["X-Request-Id"]) == 32


async def test_hostile_requests_on_a_real_socket_get_an_answer_and_stop_nobody(
    house: House,
) -> None:
    channel = await house.create_channel()
    good = post(channel.path, GOOD, *_lines(_signed(channel, GOOD, "application/json")))
    many_headers = [f"X-H{number}: {number}" for number in range(10_000)]

    async with served(house.gw) as port:
        flood = await send(port, post(channel.path, GOOD, *many_headers))
        binary = await send(port, b"\x00\xff\x16\x03\x01 HTTP/1.1\r\n\r\n")
        nul_path = await send(port, post("/api/webhooks/inbound/%00%ff", GOOD))
        huge = await send(
            port,
            f"POST {channel.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n".encode(),
        )
        zipped = await send(port, post(channel.path, GOOD, "Content-Encoding: gzip"))
        after = await send(port, good)

    assert flood.status in (400, 401, 431)
    assert binary.status == 400
    assert nul_path.status == 404
    assert huge.status == 413
    assert zipped.status == 400
    assert after.status == 200
    assert json.loads(after.body)["status"] == "accepted"


async def test_a_request_signed_for_standard_webhooks_is_accepted(house: House) -> None:
    channel = await house.create_channel()
    moment = int(house.gw.now().timestamp())
    signature = standard_signature(channel.secret, "msg_1", timestamp=moment, body=GOOD)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": "msg_1",
        "webhook-timestamp": str(moment),
        "webhook-signature": f"v1,AAAA {signature}",
    }

    assert (await house.post(channel, GOOD, headers))[0] == 200
    stale = headers | {"webhook-timestamp": str(moment - 3600)}
    assert (await house.post(channel, GOOD, stale))[0] == 401


async def _messages(house: House, channel: Channel) -> list[dict[str, object]]:
    found = await house.api("GET", f"/webhooks/{channel.id}/messages")
    items: list[dict[str, object]] = found["items"]
    return items


def _signed(channel: Channel, body: bytes, kind: str) -> dict[str, str]:
    digest = hmac.new(channel.secret.encode(), body, hashlib.sha256).hexdigest()
    return {"Content-Type": kind, "X-Webhook-Signature": f"sha256={digest}"}


def _lines(headers: dict[str, str]) -> list[str]:
    return [f"{name}: {value}" for name, value in headers.items()]
