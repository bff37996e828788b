"""Deliveries: which were made or are to be made, each attempt at them, and another one by hand."""

from datetime import timedelta

import pytest

from gateway.web.wire import wire_value
from tests.conftest import Clock
from tests.store import add_webhook, rows
from tests.stories.house import House


async def test_deliveries_are_listed_by_status_a_page_at_a_time(house: House) -> None:
    channel = await house.create_channel()
    house.listener.answers = [404]
    await house.says(channel, "Hello")
    await house.deliver()
    await house.drain()

    [dead] = (await house.api("GET", "/webhooks/1/deliveries?status=dead"))["items"]
    first = await house.api("GET", "/webhooks/1/deliveries?limit=2")
    rest = await house.api("GET", f"/webhooks/1/deliveries?cursor={first['nextCursor']}")

    assert (dead["event"], dead["status"], dead["attempts"]) == ("message.received", "dead", 1)
    assert "404" in dead["lastError"]
    assert "content" not in dead
    listed = [delivery["id"] for delivery in first["items"] + rest["items"]]
    assert listed == sorted(listed, reverse=True)
    assert len(listed) == 3
    refused = await house.api("GET", "/webhooks/1/deliveries?status=lost", status=400)
    assert refused["error"]["fields"][0]["pointer"] == "?status"


async def test_a_dead_delivery_is_sent_again_once(house: House, clock: Clock) -> None:
    channel = await house.create_channel()
    house.listener.answers = [404]
    await house.says(channel, "Hello")
    await house.deliver()
    [dead] = (await house.api("GET", "/webhooks/1/deliveries?status=dead"))["items"]
    clock.advance(3600)

    retried = await house.api("POST", f"/deliveries/{dead['id']}/retry", {})
    refused = await house.api("POST", f"/deliveries/{dead['id']}/retry", {}, status=409)
    await house.drain()

    assert (retried["status"], retried["attempts"], retried["finishedAt"]) == ("pending", 0, None)
    assert "only a dead one" in refused["error"]["message"]
    bodies = [body for body in house.listener.bodies if b"message.received" in body]
    assert len(bodies) == 2
    assert bodies[0] == bodies[1]
    [line] = await rows(house.gw, "SELECT * FROM webhook_logs WHERE event = 'delivery.retried'")
    assert line["outbound_id"] == dead["id"]
    await house.api("POST", "/deliveries/999/retry", {}, status=404)


async def test_the_accounts_deliveries_are_listed_over_all_its_webhooks(
    house: House, clock: Clock
) -> None:
    for _ in range(2):
        channel = await house.create_channel()
        house.listener.answers = [404]
        await house.says(channel, "Hello")
        await house.deliver()
        await house.drain()
        clock.advance(3600)
    await add_webhook(house.gw)  # somebody else's, with nothing to send
    everything = (await house.api("GET", "/deliveries"))["items"]
    webhooks = {delivery["webhookId"] for delivery in everything}
    ids = [delivery["id"] for delivery in everything]

    assert webhooks == {1, 2}
    assert ids == sorted(ids, reverse=True)

    async def found(**asked: object) -> list[int]:
        query = {"limit": "200", **{name: str(value) for name, value in asked.items()}}
        response = await house.client.get(
            "/api/v1/deliveries", query_string=query, headers=house.headers
        )
        assert response.status_code == 200, await response.get_data()
        return [delivery["id"] for delivery in (await response.get_json())["items"]]

    middle = wire_value(house.gw.now() - timedelta(minutes=90))
    pages = [await found(limit=3), await found(limit=200, cursor=ids[2])]
    assert pages[0] + pages[1] == ids
    for asked, chosen in (
        ({"status": "dead"}, [d["id"] for d in everything if d["status"] == "dead"]),
        ({"webhookId": 1}, [d["id"] for d in everything if d["webhookId"] == 1]),
        ({"event": "message.reply"}, [d["id"] for d in everything if d["kind"] == "reply"]),
        ({"since": middle}, [d["id"] for d in everything if d["createdAt"] >= str(middle)]),
        ({"until": middle}, [d["id"] for d in everything if d["createdAt"] < str(middle)]),
        ({"status": "dead", "webhookId": 1, "until": middle}, [ids[-1]]),
        ({"webhookId": 99}, []),
    ):
        assert await found(**asked) == chosen, asked
        assert chosen or asked == {"webhookId": 99}


@pytest.mark.parametrize(
    "written",
    [
        "",
        "yesterday",
        "2026-13-01T00:00:00Z",
        "2026-01-01",
        "1767225600",
        "2026-01-01T00:00:00",
        "0001-01-01T00:00:00%2B14:00",
        "2026-01-01T00:00:00+01:00",
    ],
)
async def test_a_moment_that_cannot_be_read_is_refused(house: House, written: str) -> None:
    refused = await house.api("GET", f"/deliveries?since={written}", status=400)

    [fault] = refused["error"]["fields"]
    assert fault["pointer"] == "?since"
