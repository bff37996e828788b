"""What callers are told of their limits, and who is slowed down."""

import json
from collections.abc import AsyncIterator

import pytest

from gateway.builtin import BuiltinResponder
from gateway.config import Config
from gateway.doors import OpenDoors
from gateway.registry import Registry, load_plugins
from gateway.runtime import open_gateway
from gateway.web.auth import issue_token
from gateway_email_smtp.listening import SmtpListener
from tests.conftest import Clock
from tests.parts import EchoResponder, FakeProvider
from tests.stories.house import House
from tests.stories.phone import Phone

HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


@pytest.fixture
async def limited(config: Config, clock: Clock, registry: Registry) -> AsyncIterator[House]:
    """A house whose gateway counts addresses, failures and tokens."""
    limits = config.limits.model_copy(
        update={
            "requests_per_ip_per_minute": 500,
            "failed_auth_per_ip_per_minute": 3,
            "api_calls_per_token_per_minute": 9,
        }
    )
    settings = config.model_copy(update={"limits": limits})
    async with open_gateway(settings, now=clock, registry=registry) as gw, House.open(gw) as house:
        yield house


async def test_a_duplicate_takes_nothing_of_the_quota(house: House) -> None:
    channel = await house.create_channel()
    async with house.gw.db.connection() as connection:
        await connection.execute("UPDATE user_webhooks SET rate_limit_per_minute = 3")

    for n in range(12):
        answer = await house.says(channel, "Hi", externalMessageId="m-1")
        assert answer["duplicate"] is (n > 0)
    await house.says(channel, "Hi", externalMessageId="m-2")
    await house.says(channel, "Hi", externalMessageId="m-3")

    body = json.dumps({"content": "Hi", "senderIdentifier": "dana"}).encode()
    assert (await house.post(channel, body))[0] == 429


async def test_a_duplicate_is_answered_as_its_first_one_when_the_quota_is_used_up(
    house: House,
) -> None:
    channel = await house.create_channel()
    async with house.gw.db.connection() as connection:
        await connection.execute("UPDATE user_webhooks SET rate_limit_per_minute = 2")
    first = await house.says(channel, "Hi", externalMessageId="m-1")
    await house.says(channel, "Hi", externalMessageId="m-2")

    again = await house.says(channel, "Hi", externalMessageId="m-1")

    assert (again["messageId"], again["duplicate"]) == (first["messageId"], True)
    for fields in ({"externalMessageId": "m-3"}, {}):
        body = json.dumps({"content": "Hi", "senderIdentifier": "dana", **fields}).encode()
        assert (await house.post(channel, body))[0] == 429


class Impatient(FakeProvider):
    """A provider that drops what is answered 4xx."""

    name = "impatient"
    busy_status = 503
    body_limit_bytes = 1_000_000


async def test_a_provider_is_told_that_a_limit_is_reached_in_the_way_that_it_understands(
    config: Config, clock: Clock
) -> None:
    registry = load_plugins(
        ["custom_http"], extra=(BuiltinResponder, EchoResponder, FakeProvider, Impatient)
    )
    async with open_gateway(config, now=clock, registry=registry) as gw, House.open(gw) as house:
        for provider, status in (("fake", 429), ("impatient", 503)):
            phone = await Phone.connected(house, provider=provider, rateLimitPerMinute=1)
            assert await phone.post("1|+15550101234|Hi") == 200
            assert await phone.post("2|+15550101234|Hi") == status
            assert await phone.post("1|+15550101234|Hi") == 200


async def test_a_part_may_take_larger_bodies_than_the_others(config: Config, clock: Clock) -> None:
    registry = load_plugins(["custom_http"], extra=(BuiltinResponder, EchoResponder, Impatient))
    large, too_large = (f"{n}|+15550101234|{'word ' * (n * 99_000)}" for n in (2, 3))
    async with open_gateway(config, now=clock, registry=registry) as gw, House.open(gw) as house:
        phone = await Phone.connected(house)
        assert await phone.post(large) == 200
        assert await phone.post(too_large) == 413
        [message] = (await house.api("GET", f"/webhooks/{phone.id}/messages"))["items"]
        assert len(message["content"]) > 900_000

        unknown = await house.client.post("/api/webhooks/inbound/x", data=large.encode())
        assert unknown.status_code == 404


async def test_every_answer_says_what_is_left(limited: House) -> None:
    channel = await limited.create_channel()
    token = {"Authorization": limited.headers["Authorization"]}
    asked = [
        ("POST", channel.path, {}, 401, "500"),
        ("GET", channel.path, {}, 405, "500"),
        ("POST", channel.path + "0", {}, 404, "500"),
        ("GET", "/api/v1/webhooks", {}, 401, "500"),
        ("GET", "/api/v1/openapi.json", {}, 200, "500"),
        ("GET", "/api/v1/nothing", {}, 404, "500"),
        ("GET", "/api/v1/webhooks", token, 200, "9"),
        ("GET", "/api/v1/webhooks/77", token, 404, "9"),
        ("POST", "/api/v1/webhooks", token, 400, "9"),
    ]
    for method, path, headers, status, limit in asked:
        response = await limited.client.open(path, method=method, json=None, headers=headers)
        assert response.status_code == status, path
        assert response.headers["X-RateLimit-Limit"] == limit, path
        assert all(int(response.headers[name]) >= 0 for name in HEADERS)
        assert len(response.headers.getlist("X-RateLimit-Limit")) == 1
    status, _ = await limited.post(channel, b"[]")
    assert status == 400
    assert "X-RateLimit-Limit" not in (await limited.client.get("/livez")).headers


async def test_an_unreadable_message_shows_the_quota_of_its_webhook(limited: House) -> None:
    channel = await limited.create_channel(authType="none")

    response = await limited.client.post(channel.path, data=b"[]")

    assert response.status_code == 400
    assert response.headers["X-RateLimit-Limit"] == "100"
    assert response.headers["X-RateLimit-Remaining"] == "99"


async def test_a_token_that_calls_too_often_waits_while_others_go_on(
    limited: House, clock: Clock
) -> None:
    other = await issue_token(user_id=limited.user_id, name="other", scopes=["webhooks:read"])
    for _ in range(9):
        await limited.api("GET", "/webhooks")
    response = await limited.client.get("/api/v1/webhooks", headers=limited.headers)

    refused = await response.get_json()
    assert (response.status_code, refused["error"]["code"]) == (429, "RATE_LIMITED")
    assert [response.headers[name] for name in HEADERS[:2]] == ["9", "0"]
    wait = int(response.headers["Retry-After"])
    assert int(response.headers["X-RateLimit-Reset"]) >= clock().timestamp() + wait - 1
    busy, limited.headers = limited.headers, {"Authorization": f"Bearer {other}"}
    await limited.api("GET", "/webhooks")
    clock.advance(wait)
    limited.headers = busy
    await limited.api("GET", "/webhooks")


async def test_who_fails_to_sign_too_often_is_not_even_checked(
    limited: House, clock: Clock
) -> None:
    guessed, other = [await limited.create_channel() for _ in range(2)]
    statuses = [(await limited.post(guessed, b"{}", {}))[0] for _ in range(5)]

    assert statuses == [401, 401, 401, 429, 429]
    body = json.dumps({"content": "Hi", "senderIdentifier": "dana"}).encode()
    status, answer = await limited.post(guessed, body)
    assert (status, answer["error"]["code"]) == (429, "RATE_LIMITED")
    await limited.says(other, "Hi")
    clock.advance(120)
    await limited.says(guessed, "Hi")


async def test_failures_at_the_api_are_slowed_down_and_valid_tokens_are_not(
    limited: House,
) -> None:
    valid = limited.headers
    statuses = []
    for n in range(5):
        limited.headers = {"Authorization": f"Bearer gw_{n:012}_{'x' * 43}"}
        response = await limited.client.get("/api/v1/webhooks", headers=limited.headers)
        statuses.append(response.status_code)

    assert statuses == [401, 401, 401, 429, 429]
    assert int(response.headers["Retry-After"]) > 0
    limited.headers = valid
    await limited.api("GET", "/webhooks")


async def test_an_address_that_asks_too_often_waits_whatever_it_asks(
    config: Config, clock: Clock, registry: Registry
) -> None:
    limits = config.limits.model_copy(update={"requests_per_ip_per_minute": 2})
    settings = config.model_copy(update={"limits": limits})
    async with open_gateway(settings, now=clock, registry=registry) as gw, House.open(gw) as house:
        for path in ("/api/v1/webhooks", "/nothing"):
            assert (await house.client.get(path)).status_code in (401, 404)
        for path in ("/api/v1/webhooks", "/api/webhooks/inbound/x", "/nothing"):
            response = await house.client.get(path)
            assert response.status_code == 429, path
            assert response.headers["X-RateLimit-Limit"] == "2"
            assert int(response.headers["Retry-After"]) > 0
        assert (await house.client.get("/livez")).status_code == 200


@pytest.fixture
async def shut(config: Config, clock: Clock, registry: Registry) -> AsyncIterator[House]:
    """A house that takes nothing from 203.0.113.0/24 and 2001:db8::/32, behind one proxy."""
    limits = config.limits.model_validate(
        {"blocked_addresses": ["203.0.113.0/24", "2001:db8::/32"]}
    )
    server = config.server.model_copy(update={"forwarded_hops": 1})
    settings = config.model_copy(update={"limits": limits, "server": server})
    async with open_gateway(settings, now=clock, registry=registry) as gw, House.open(gw) as house:
        yield house


@pytest.mark.parametrize("address", ["203.0.113.7", "::ffff:203.0.113.7", "2001:db8::7"])
async def test_a_blocked_address_is_refused_wherever_it_asks(shut: House, address: str) -> None:
    channel = await shut.create_channel(authType="none")
    forwarded = {"X-Forwarded-For": f"198.51.100.1, {address}"}
    body = json.dumps({"content": "Hi", "senderIdentifier": "dana"}).encode()

    status, answer = await shut.post(channel, body, headers=forwarded)
    listed = await shut.client.get("/api/v1/webhooks", headers={**shut.headers, **forwarded})
    refused = (await listed.get_json())["error"]

    assert (status, answer["error"]["code"]) == (403, "ADDRESS_BLOCKED")
    assert "[limits] blocked_addresses" in answer["error"]["message"]
    assert (listed.status_code, refused["code"]) == (403, "ADDRESS_BLOCKED")
    assert (await shut.client.get("/livez", headers=forwarded)).status_code == 200
    assert OpenDoors(shut.gw, SmtpListener).blocks(address)
    assert (await shut.api("GET", "/webhooks/1/messages"))["items"] == []


@pytest.mark.parametrize("entry", ["198.51.100.1", "203.0.114.7", "unknown", "2001:db9::1"])
async def test_whoever_is_not_blocked_is_let_in_whatever_else_the_header_says(
    shut: House, entry: str
) -> None:
    channel = await shut.create_channel(authType="none")
    body = json.dumps({"content": "Hi", "senderIdentifier": "dana"}).encode()

    status, _ = await shut.post(channel, body, headers={"X-Forwarded-For": f"203.0.113.7, {entry}"})

    assert status == 200
