"""A message that may have been taken is looked up, asked about again, and never sent twice."""

import pytest

from gateway import pipeline
from gateway.plugin import OutboundMessage, Sent, TemporaryFailure, UncertainFailure
from tests.conftest import Clock
from tests.parts import FakeProvider
from tests.stories.house import House, claim_deliveries
from tests.stories.phone import Phone


@pytest.fixture
async def phone(house: House) -> Phone:
    """A channel whose provider can be asked what became of a message."""
    phone = await Phone.connected(house)
    FakeProvider.reconciles = True
    await phone.texts("Hello")
    await house.converse()
    return phone


def cut_off(message: OutboundMessage) -> None:
    FakeProvider.sent.append(message)
    raise UncertainFailure("the connection broke after the request was written")


def away(_: OutboundMessage) -> Sent | None:
    raise TemporaryFailure("the provider is away", response_status=503)


async def killed(house: House, clock: Clock) -> None:
    """A worker takes the reply, sends it or not, and dies before it can say so."""
    assert len(await claim_deliveries(house.gw)) == 1
    clock.advance(11)


async def test_a_message_that_a_killed_worker_had_sent_is_not_sent_again(
    house: House, phone: Phone, clock: Clock
) -> None:
    FakeProvider.became = staticmethod(lambda _: Sent(provider_id="found"))
    await killed(house, clock)

    await house.drain()

    assert FakeProvider.sent == []
    assert (await phone.delivery(1))["providerId"] == "found"


async def test_a_message_that_a_killed_worker_had_not_sent_is_sent(
    house: House, phone: Phone, clock: Clock
) -> None:
    FakeProvider.became = staticmethod(lambda _: None)
    await killed(house, clock)

    await house.drain()

    assert phone.got == ["echo Hello"]


async def test_where_nobody_can_tell_it_is_held_for_a_person(
    house: House, phone: Phone, clock: Clock
) -> None:
    await killed(house, clock)

    await house.drain()

    shown = await phone.delivery(1)
    assert FakeProvider.sent == []
    assert shown["status"] == "dead"
    assert shown["lastError"].startswith("send_uncertain: an earlier attempt ended without a word")
    await house.api("POST", "/deliveries/1/retry", {})
    await house.drain()
    assert phone.got == ["echo Hello"]


async def test_a_transport_that_takes_repeats_repeats(
    house: House, phone: Phone, clock: Clock
) -> None:
    FakeProvider.reconciles = False
    await killed(house, clock)

    await house.drain()

    assert phone.got == ["echo Hello"]


async def test_a_provider_that_is_away_is_asked_again_and_nothing_is_sent_meanwhile(
    house: House, phone: Phone, clock: Clock
) -> None:
    FakeProvider.send_fails, FakeProvider.became = cut_off, away
    for _ in range(3):
        await house.drain()
        clock.advance(20)
    FakeProvider.became = staticmethod(lambda _: Sent(provider_id="found"))

    await house.drain()

    assert len(FakeProvider.sent) == 1
    assert (await phone.delivery(1))["status"] == "delivered"


async def test_a_provider_that_stays_away_leaves_it_to_a_person(
    house: House, phone: Phone, clock: Clock
) -> None:
    FakeProvider.send_fails, FakeProvider.became = cut_off, away
    for _ in range(8):
        await house.drain()
        clock.advance(60)

    shown = await phone.delivery(1)
    assert (shown["status"], len(FakeProvider.sent)) == ("dead", 1)
    assert "send_uncertain" in shown["lastError"]


@pytest.mark.parametrize("raised", [ZeroDivisionError("bug"), TimeoutError()])
async def test_a_call_that_does_not_end_by_itself_is_looked_up(
    house: House, phone: Phone, raised: Exception
) -> None:
    def breaks(_: OutboundMessage) -> None:
        raise raised

    FakeProvider.send_fails = breaks
    FakeProvider.became = staticmethod(lambda _: Sent(provider_id="found"))

    await house.drain()

    assert (await phone.delivery(1))["providerId"] == "found"


async def test_a_bug_while_looking_it_up_holds_it(house: House, phone: Phone) -> None:
    def breaks(_: OutboundMessage) -> Sent | None:
        raise ZeroDivisionError

    FakeProvider.send_fails, FakeProvider.became = cut_off, breaks

    await house.drain()

    assert (await phone.delivery(1))["status"] == "dead"


@pytest.mark.usefixtures("phone")
async def test_the_row_is_marked_before_it_is_put_back(house: House, clock: Clock) -> None:
    FakeProvider.send_fails, FakeProvider.became = cut_off, away
    [claimed] = await claim_deliveries(house.gw)
    await pipeline.deliver(house.gw, claimed)
    clock.advance(2)

    [again] = await claim_deliveries(house.gw)

    assert again.is_in_doubt
