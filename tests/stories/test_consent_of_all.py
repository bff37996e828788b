"""Nothing goes to a person who has opted out, whoever asks, and whoever said that they have."""

import pytest

from gateway import pipeline
from gateway.plugin import OutboundMessage, RecipientOptedOut
from tests.conftest import Clock
from tests.parts import FakeProvider
from tests.stories.house import House, Json
from tests.stories.phone import Phone

ANN = "+15550101234"


@pytest.fixture
async def phone(house: House) -> Phone:
    """A channel on which nothing was said yet."""
    return await Phone.connected(house)


async def ledger(house: House) -> list[Json]:
    shown = await house.api("GET", "/senders/%2B15550101234/consent")
    return list(shown["ledger"])


@pytest.mark.parametrize("way", ["test", "verify", "retry", "replay"])
async def test_nothing_goes_to_an_opted_out_person_whoever_asks(
    house: House, phone: Phone, clock: Clock, way: str
) -> None:
    await phone.texts("Hello")
    await house.drain()
    await phone.says("failed", of="m1")
    await phone.texts("STOP")
    await house.drain()
    before = list(phone.got)

    if way == "test":
        asked = {"recipient": ANN}
        told = await house.api("POST", f"/webhooks/{phone.id}/test", asked, status=502)
        assert told["error"]["message"].startswith("recipient_opted_out")
    elif way == "verify":
        await house.api("POST", f"/webhooks/{phone.id}/verify", {"recipient": ANN})
    elif way == "retry":
        await house.api("POST", "/deliveries/1/retry", {})
    else:
        clock.advance(60)
        for status in ("dead", "delivered"):
            replay = {"status": status, "skipSucceeded": False}
            await house.api("POST", "/replays", replay, status=201)
        await pipeline.recover(house.gw)
    clock.advance(60)
    await house.drain()

    assert phone.got == before


async def test_a_refused_message_opts_its_person_out(house: House, phone: Phone) -> None:
    def refuses(_: OutboundMessage) -> None:
        raise RecipientOptedOut("21610: the person has opted out", response_status=400)

    FakeProvider.send_fails = refuses
    await phone.texts("Hello")
    await house.drain()
    FakeProvider.send_fails = None
    await phone.texts("Hello?")
    await house.drain()

    assert phone.got == []
    [entry] = await ledger(house)
    assert (entry["source"], entry["deliveryId"], entry["actor"]) == ("refusal", 1, "provider")
    assert entry["reason"].startswith("21610")
    assert (await phone.delivery(1))["status"] == "withheld"


async def test_a_receipt_opts_its_person_out(house: House, phone: Phone) -> None:
    await phone.texts("Hello")
    await house.drain()

    await phone.says("failed", of="m1", code="21610", reason="opted out", opted_out=True)

    [entry] = await ledger(house)
    assert (entry["source"], entry["reason"]) == ("receipt", "opted out")
