"""What a provider says later of a message: kept, shown, and never taken back."""

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from gateway import pipeline
from gateway.plugin import OutboundMessage, RecipientOptedOut, Sent, UncertainFailure
from tests.conftest import Clock
from tests.parts import FakeProvider
from tests.store import rows, value
from tests.stories.house import House, claim_deliveries
from tests.stories.phone import Phone


@pytest.fixture
async def phone(house: House) -> Phone:
    """A channel whose one reply, m1, has just been sent."""
    phone = await Phone.connected(house)
    await phone.texts("Hello")
    await house.drain()
    assert [message.id for message in FakeProvider.sent] == [1]
    return phone


async def test_a_delivery_shows_what_its_provider_said_and_what_it_cost(phone: Phone) -> None:
    await phone.says("sent", of="m1")
    await phone.says("delivered", of="m1")

    shown = await phone.delivery(1)

    assert [receipt["state"] for receipt in shown["receipts"]] == ["sent", "delivered"]
    assert shown["receipts"][0]["at"] == "2026-01-02T03:04:05.000Z"
    assert (shown["status"], shown["providerState"]) == ("delivered", "delivered")
    assert (shown["segments"], shown["costUsd"]) == (1, 0.01)


async def test_late_and_repeated_receipts_change_nothing(phone: Phone) -> None:
    for state in ("delivered", "sent", "delivered", "accepted", "failed", "sent"):
        await phone.says(state, of="m1")

    shown = await phone.delivery(1)

    assert (shown["status"], shown["providerState"]) == ("delivered", "delivered")
    assert len(shown["receipts"]) == 4


async def test_a_message_that_failed_is_a_dead_letter_and_its_owner_is_told(
    house: House, phone: Phone
) -> None:
    await house.create_channel()

    await phone.says("failed", of="m1", code="30003", reason="unreachable handset")
    await house.drain()

    shown = await phone.delivery(1)
    assert (shown["status"], shown["providerState"]) == ("dead", "failed")
    assert "(30003): unreachable handset" in shown["lastError"]
    assert shown["finishedAt"] is not None
    [told] = house.listener.told("delivery.failed")
    assert told == {
        "deliveryId": 1,
        "conversationId": 1,
        "recipient": "+15550101234",
        "reason": shown["lastError"],
        "errorCode": "30003",
    }


async def test_a_dead_letter_that_is_sent_again_has_a_fresh_history(
    house: House, phone: Phone
) -> None:
    await phone.says("failed", of="m1")
    await house.api("POST", "/deliveries/1/retry", {})

    await phone.says("sent", of="m1")
    waiting = await phone.delivery(1)
    await house.drain()

    assert (waiting["status"], waiting["providerState"]) == ("pending", None)
    assert (await phone.delivery(1))["status"] == "delivered"


async def test_a_receipt_of_an_unknown_message_is_kept_and_logged(phone: Phone) -> None:
    with capture_logs() as lines:
        await phone.says("delivered", of="somebody-elses")

    [line] = [line for line in lines if line["event"] == "receipt.noted"]
    assert (line["outcome"], line["provider_id"]) == ("unmatched", "somebody-elses")
    [kept] = await rows(phone.house.gw, "SELECT * FROM receipts")
    assert (kept["provider_id"], kept["is_applied"]) == ("somebody-elses", False)


async def test_another_channels_message_cannot_be_named(house: House, phone: Phone) -> None:
    other = await Phone.connected(house)

    await other.says("failed", of="x", message_id=1)

    assert (await phone.delivery(1))["status"] == "delivered"


@pytest.mark.parametrize("named", [True, False])
async def test_a_receipt_that_comes_before_send_has_returned_counts_afterwards(
    house: House, phone: Phone, *, named: bool
) -> None:
    await phone.texts("And now?")
    await house.converse()
    [claimed] = await claim_deliveries(house.gw)

    await phone.says("delivered", of="m2", message_id=claimed.id if named else None)
    early = await phone.delivery(claimed.id)
    await pipeline.deliver(house.gw, claimed)
    await pipeline.recover(house.gw)

    shown = await phone.delivery(claimed.id)
    assert (early["status"], early["providerState"]) == ("pending", None)
    assert (shown["status"], shown["providerState"]) == ("delivered", "delivered")
    assert [receipt["state"] for receipt in shown["receipts"]] == ["delivered"]


async def test_a_receipt_ends_a_delivery_whose_worker_died(
    house: House, phone: Phone, clock: Clock
) -> None:
    await phone.texts("And now?")
    await house.converse()
    await claim_deliveries(house.gw)
    await phone.says("sent", of="m2", message_id=2)
    clock.advance(11)

    await pipeline.recover(house.gw)
    await house.drain()

    assert (await phone.delivery(2))["status"] == "delivered"
    assert phone.got == ["echo Hello"]


async def test_the_same_receipt_over_many_connections_counts_once(
    house: House, phone: Phone
) -> None:
    await house.create_channel()

    await asyncio.gather(*(phone.says("failed", of="m1") for _ in range(8)))
    await house.drain()

    assert len(house.listener.told("delivery.failed")) == 1


async def test_receipts_are_not_held_against_the_rate_limit_of_messages(house: House) -> None:
    phone = await Phone.connected(house, rateLimitPerMinute=1)
    await phone.texts("Hello")
    await house.drain()

    for state in ("accepted", "sent", "delivered"):
        await phone.says(state, of="m1")

    assert (await phone.delivery(1))["providerState"] == "delivered"
    assert await phone.post("2|+15550101234|Hello again") == 429


async def test_old_unmatched_receipts_are_left_alone(phone: Phone, clock: Clock) -> None:
    await phone.says("delivered", of="m2")
    clock.advance(timedelta(hours=1).total_seconds())
    await phone.texts("And now?")
    await phone.house.drain()

    await pipeline.recover(phone.house.gw)

    assert (await phone.delivery(2))["providerState"] is None


def uncertain(message: OutboundMessage) -> None:
    FakeProvider.sent.append(message)
    raise UncertainFailure("the connection broke after the request was written")


async def test_a_message_in_doubt_is_held_for_a_person_and_never_repeated(
    house: House, clock: Clock
) -> None:
    phone = await Phone.connected(house)
    FakeProvider.send_fails = uncertain
    await phone.texts("Hello")

    await house.drain()
    clock.advance(3600)
    await house.drain()

    shown = await phone.delivery(1)
    assert (shown["status"], shown["attempts"]) == ("dead", 1)
    assert shown["lastError"].startswith("send_uncertain: the connection broke")
    assert len(FakeProvider.sent) == 1


async def test_a_receipt_brings_a_message_in_doubt_to_its_end(house: House) -> None:
    phone = await Phone.connected(house)
    FakeProvider.send_fails = uncertain
    await phone.texts("Hello")
    await house.drain()

    await phone.says("sent", of="x1", message_id=1)

    shown = await phone.delivery(1)
    assert (shown["status"], shown["lastError"], shown["providerId"]) == ("delivered", None, "x1")


async def test_a_message_in_doubt_that_went_is_delivered(house: House) -> None:
    phone = await Phone.connected(house)
    FakeProvider.send_fails = uncertain
    FakeProvider.became = staticmethod(lambda _: Sent(provider_id="found"))
    await phone.texts("Hello")

    await house.drain()

    shown = await phone.delivery(1)
    assert (shown["status"], shown["providerId"]) == ("delivered", "found")
    assert len(FakeProvider.sent) == 1


async def test_a_message_in_doubt_that_did_not_go_is_sent_again(house: House, clock: Clock) -> None:
    phone = await Phone.connected(house)
    FakeProvider.send_fails = uncertain
    FakeProvider.became = staticmethod(lambda _: None)
    await phone.texts("Hello")
    await house.drain()
    FakeProvider.send_fails = None
    clock.advance(2)

    await house.drain()

    assert (await phone.delivery(1))["status"] == "delivered"
    assert len(FakeProvider.sent) == 2


async def test_a_person_who_told_the_provider_to_stop_is_not_tried_again(house: House) -> None:
    def refuses(_: OutboundMessage) -> None:
        raise RecipientOptedOut("21610: the person has opted out", response_status=400)

    phone = await Phone.connected(house)
    FakeProvider.send_fails = refuses
    await phone.texts("Hello")

    await house.drain()

    assert (await phone.delivery(1))["status"] == "withheld"
    assert await value(house.gw, "SELECT count(*) FROM endpoints") == 0
