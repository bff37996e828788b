"""A webhook whose owner says from where alone it takes requests."""

import json
from collections.abc import AsyncIterator

import pytest

from gateway.config import Config
from gateway.registry import Registry
from gateway.runtime import open_gateway
from tests.conftest import Clock
from tests.stories.house import Channel, House, Json
from tests.web.raw import post, send, served

RANGES = ["203.0.113.0/24", "2001:db8:7::/48"]
BODY = json.dumps({"content": "Hi", "senderIdentifier": "dana"}).encode()


@pytest.fixture
async def house(config: Config, clock: Clock, registry: Registry) -> AsyncIterator[House]:
    """A house behind one proxy."""
    server = config.server.model_copy(update={"forwarded_hops": 1})
    settings = config.model_copy(update={"server": server})
    async with open_gateway(settings, now=clock, registry=registry) as gw, House.open(gw) as opened:
        yield opened


async def allowing(house: House, ranges: list[str] | None) -> Channel:
    """A webhook that takes requests of anybody within these ranges."""
    channel = await house.create_channel(authType="none")
    await house.api("PATCH", f"/webhooks/{channel.id}", {"allowedAddresses": ranges})
    return channel


async def posted(house: House, channel: Channel, address: str) -> tuple[int, Json]:
    """A message that a proxy has from this address."""
    headers = {"Content-Type": "application/json", "X-Forwarded-For": f"198.51.100.9, {address}"}
    return await house.post(channel, BODY, headers=headers)


@pytest.mark.parametrize("address", ["203.0.113.7", "::ffff:203.0.113.7", "2001:db8:7::1"])
async def test_the_addresses_of_the_list_are_let_in(house: House, address: str) -> None:
    channel = await allowing(house, RANGES)

    status, _ = await posted(house, channel, address)

    assert status == 200


@pytest.mark.parametrize("address", ["203.0.114.7", "2001:db8:8::1", "unknown", "127.0.0.1"])
async def test_all_others_are_refused(house: House, address: str) -> None:
    channel = await allowing(house, RANGES)

    status, answer = await posted(house, channel, address)

    assert (status, answer["error"]["code"]) == (403, "ADDRESS_BLOCKED")
    assert "allowedAddresses" in answer["error"]["message"]
    assert (await house.api("GET", "/webhooks/1/messages"))["items"] == []
    counted = house.gw.metrics.messages.labels("address_blocked")
    assert counted._value.get() == 1  # the client library has no other way


async def test_a_change_of_the_list_counts_at_once_and_null_is_everybody(house: House) -> None:
    channel = await allowing(house, ["192.0.2.1"])
    refused, _ = await posted(house, channel, "203.0.113.7")
    await house.api("PATCH", f"/webhooks/{channel.id}", {"allowedAddresses": ["203.0.113.7"]})
    let_in, _ = await posted(house, channel, "203.0.113.7")
    shown = await house.api("PATCH", f"/webhooks/{channel.id}", {"allowedAddresses": None})
    anybody, _ = await posted(house, channel, "198.51.100.1")

    assert (refused, let_in, anybody) == (403, 200, 200)
    assert shown["allowedAddresses"] is None


async def test_the_list_is_shown_as_ranges_and_noted_in_the_audit_trail(house: House) -> None:
    given = ["203.0.113.7/24", " 192.0.2.1", "2001:DB8:7::/48"]
    channel = await allowing(house, given)

    shown = await house.api("GET", f"/webhooks/{channel.id}")

    assert shown["allowedAddresses"] == ["203.0.113.0/24", "192.0.2.1/32", "2001:db8:7::/48"]
    newest = (await house.api("GET", "/audit"))["items"][0]
    assert newest["detail"]["changed"] == ["allowedAddresses"]


@pytest.mark.parametrize(
    "ranges", [[], ["example.org"], ["203.0.113.0/33"], ["203.0.113.7/0"], ["::7/0"]]
)
async def test_what_is_no_range_is_refused_with_its_place(house: House, ranges: list[str]) -> None:
    channel = await house.create_channel()

    answer = await house.api(
        "PATCH", f"/webhooks/{channel.id}", {"allowedAddresses": ranges}, status=400
    )

    [fault] = answer["error"]["fields"]
    assert fault["pointer"].startswith("/allowedAddresses")


async def test_a_new_webhook_can_have_a_list(house: House) -> None:
    body = {"channelType": "custom_webhook", "channelName": "A", "allowedAddresses": ["::/0"]}

    record = await house.api("POST", "/webhooks", body, status=201)

    assert record["allowedAddresses"] == ["::/0"]


async def test_nothing_of_a_refused_body_is_waited_for(house: House) -> None:
    channel = await allowing(house, RANGES)

    async with served(house.gw) as port:
        answer = await send(
            port,
            post(channel.path, b"", "X-Forwarded-For: 198.51.100.1").replace(
                b"Content-Length: 0", b"Content-Length: 9"
            ),
        )

    assert answer.status == 403


async def test_a_handshake_is_answered_wherever_it_comes_from(house: House) -> None:
    channel = await allowing(house, RANGES)

    response = await house.client.get(
        f"{channel.path}/verify?challenge=abc", headers={"X-Forwarded-For": "198.51.100.1"}
    )

    assert (response.status_code, await response.get_data(as_text=True)) == (200, "abc")
