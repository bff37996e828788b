"""An endpoint that fails is paused, its owner is told, and what waited comes when it is well."""

import json

from tests.conftest import Clock
from tests.stories.house import House
from tests.stories.shapes import faults


async def test_an_endpoint_that_fails_is_paused_and_gets_everything_when_it_is_well(
    house: House, clock: Clock
) -> None:
    channel = await house.create_channel(outboundEvents=["message.received"])
    watch = await house.create_channel(outboundEvents=["endpoint.paused", "endpoint.recovered"])
    house.listener.answers = [503] * 10
    for number in range(10):
        await house.says(channel, f"Hello {number}", senderIdentifier=f"s{number}")
    await house.deliver()
    for number in range(10, 12):
        await house.says(channel, f"Hello {number}", senderIdentifier=f"s{number}")

    view = await house.api("GET", f"/webhooks/{channel.id}/endpoint")
    assert (view["state"], view["waiting"]) == ("paused", 12)
    clock.advance(5)
    await house.deliver()
    [told] = house.listener.told("endpoint.paused")
    assert (told["endpointId"], told["consecutiveFailures"]) == (channel.id, 10)

    clock.advance(61)
    assert await house.deliver() == 1
    clock.advance(2)
    await house.deliver()
    assert await house.deliver() == 0
    assert [t["state"] for t in house.listener.told("endpoint.recovered")] == ["draining"]
    about = [e for e in house.listener.events if e["event"].startswith("endpoint.")]
    assert [fault for event in about for fault in faults(event)] == []
    ids = {json.loads(body)["id"] for body in house.listener.bodies}
    assert len(house.listener.told("message.received")) == 22
    assert len(ids) == 12 + 2
    assert (await house.api("GET", f"/webhooks/{channel.id}/endpoint"))["state"] == "healthy"
    assert (await house.api("GET", f"/webhooks/{watch.id}/endpoint"))["waiting"] == 0


async def test_410_switches_an_endpoint_off_until_its_owner_resumes_it(
    house: House, clock: Clock
) -> None:
    channel = await house.create_channel(outboundEvents=["message.received"])
    house.listener.answers = [410]
    await house.says(channel, "one", senderIdentifier="a")
    await house.deliver()
    await house.says(channel, "two", senderIdentifier="b")
    clock.advance(7 * 86_400)
    assert await house.deliver() == 0

    off = await house.api("GET", f"/webhooks/{channel.id}/endpoint")
    assert (off["state"], off["waiting"]) == ("disabled", 1)
    assert "410 Gone" in off["reason"]
    on = await house.api("POST", f"/webhooks/{channel.id}/endpoint/resume", {})
    assert on["state"] == "draining"
    clock.advance(1)
    assert await house.deliver() == 1
    assert [data["content"] for data in house.listener.told("message.received")] == ["one", "two"]


async def test_a_webhook_has_a_schedule_of_its_own_of_up_to_days(
    house: House, clock: Clock
) -> None:
    channel = await house.create_channel(outboundEvents=["message.received"])
    path = f"/webhooks/{channel.id}"
    changed = await house.api("PATCH", path, {"retrySeconds": [5, 172_800], "isOrdered": True})
    assert (changed["retrySeconds"], changed["isOrdered"]) == ([5, 172_800], True)
    house.listener.answers = [503, 503]
    await house.says(channel, "Hello")

    assert await house.deliver() == 1
    clock.advance(5)
    assert await house.deliver() == 1
    clock.advance(172_800 - 10)
    assert await house.deliver() == 0
    clock.advance(10 + 900)
    assert await house.deliver() == 1
    [delivery] = (await house.api("GET", f"{path}/deliveries"))["items"]
    assert (delivery["status"], delivery["attempts"]) == ("delivered", 3)

    back = await house.api("PATCH", path, {"retrySeconds": None, "inFlight": 3})
    assert (back["retrySeconds"], back["inFlight"]) == (None, 3)
    await house.api("PATCH", path, {"retrySeconds": [604_801]}, status=400)
    await house.api("PATCH", path, {"retrySeconds": [1] * 21}, status=400)


async def test_nobody_sees_or_resumes_the_endpoint_of_another(house: House) -> None:
    await house.api("GET", "/webhooks/999/endpoint", status=404)
    await house.api("POST", "/webhooks/999/endpoint/resume", {}, status=404)
