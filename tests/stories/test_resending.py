"""A text that was lost on its way for a reason that passes is sent once more, and only once."""

import pytest

from gateway import pipeline
from gateway.config import Config
from tests.conftest import Clock
from tests.parts import FakeProvider
from tests.stories.house import House, claim_deliveries
from tests.stories.phone import Phone

ANN = "+15550101234"


@pytest.fixture
async def phone(house: House) -> Phone:
    """A channel whose one reply, m1, has just been sent."""
    phone = await Phone.connected(house)
    await phone.texts("Hello")
    await house.drain()
    return phone


async def lost(phone: Phone, *, of: str = "m1", passing: bool = True) -> None:
    await phone.says("failed", of=of, code="30003", reason="the phone is off", passing=passing)


async def test_a_text_that_was_lost_is_sent_once_more(
    house: House, phone: Phone, clock: Clock
) -> None:
    await house.create_channel()
    await lost(phone)
    await house.drain()
    waiting = await phone.delivery(1)

    clock.advance(121)
    await house.drain()
    await phone.says("delivered", of="m1-again")

    assert (waiting["status"], waiting["resends"]) == ("pending", 1)
    assert "(30003): the phone is off" in waiting["lastError"]
    assert phone.got == ["echo Hello"] * 2
    shown = await phone.delivery(1)
    assert (shown["status"], shown["resends"]) == ("delivered", 1)
    assert house.listener.told("delivery.failed") == []
    assert len(shown["history"]) == 2


async def test_one_that_is_lost_again_is_a_dead_letter(
    house: House, phone: Phone, clock: Clock
) -> None:
    await house.create_channel()
    await lost(phone)
    clock.advance(121)
    await house.drain()

    await lost(phone, of="m1-again")
    await house.drain()

    assert (await phone.delivery(1))["status"] == "dead"
    assert len(house.listener.told("delivery.failed")) == 1
    assert len(phone.got) == 2


async def test_one_that_failed_for_good_is_not_sent_again(
    house: House, phone: Phone, clock: Clock
) -> None:
    await lost(phone, passing=False)
    clock.advance(3600)
    await house.drain()

    assert (await phone.delivery(1))["status"] == "dead"
    assert len(phone.got) == 1


async def test_nobody_who_has_said_stop_meanwhile_gets_it(
    house: House, phone: Phone, clock: Clock
) -> None:
    await lost(phone)
    await phone.texts("STOP")
    clock.advance(121)
    await house.drain()

    assert (await phone.delivery(1))["status"] == "withheld"
    assert phone.got.count("echo Hello") == 1


async def test_words_that_were_followed_by_others_are_not_said_again(
    house: House, phone: Phone, clock: Clock
) -> None:
    await phone.texts("And now?")
    await house.drain()

    await lost(phone)
    clock.advance(121)
    await house.drain()

    assert (await phone.delivery(1))["status"] == "dead"
    assert phone.got == ["echo Hello", "echo And now?"]


async def test_old_words_are_not_said_again(house: House, phone: Phone, clock: Clock) -> None:
    clock.advance(7 * 3600)

    await lost(phone)
    clock.advance(121)
    await house.drain()

    assert (await phone.delivery(1))["status"] == "dead"


class TestSwitchedOff:
    """With `resend_seconds = 0`."""

    @pytest.fixture
    def config(self, config: Config) -> Config:
        """Settings that send nothing once more."""
        delivery = config.delivery.model_copy(update={"resend_seconds": 0.0})
        return config.model_copy(update={"delivery": delivery})

    async def test_nothing_is_sent_once_more(self, phone: Phone) -> None:
        await lost(phone)

        assert (await phone.delivery(1))["status"] == "dead"


@pytest.fixture
def pieces() -> list[str]:
    """A long text goes in two messages."""
    return ["a-1", "a-2"]


@pytest.fixture
async def long_text(house: House, pieces: list[str]) -> Phone:
    """A channel whose one reply has just gone in pieces."""
    phone = await Phone.connected(house)
    FakeProvider.pieces = tuple(pieces)
    await phone.texts("Hello")
    await house.drain()
    return phone


async def test_a_long_text_has_arrived_once_all_its_pieces_have(long_text: Phone) -> None:
    phone = long_text
    taken = await phone.delivery(1)
    await phone.says("delivered", of="a-2", message_id=1)
    half = await phone.delivery(1)
    await phone.says("sent", of="a-1", message_id=1)
    await phone.says("delivered", of="a-1", message_id=1)
    whole = await phone.delivery(1)

    assert [piece["state"] for piece in taken["pieces"]] == ["accepted", "accepted"]
    assert half["pieces"] == [
        {"number": 1, "providerId": "a-1", "state": "accepted"},
        {"number": 2, "providerId": "a-2", "state": "delivered"},
    ]
    assert half["providerState"] == "sent"
    assert [piece["state"] for piece in whole["pieces"]] == ["delivered", "delivered"]
    assert (whole["status"], whole["providerState"]) == ("delivered", "delivered")


async def test_a_piece_that_is_lost_is_told_and_the_text_not_sent_again(
    house: House, long_text: Phone, clock: Clock
) -> None:
    phone = long_text
    await phone.says("delivered", of="a-1", message_id=1)
    await phone.says("failed", of="a-2", message_id=1, code="30008", passing=True)
    clock.advance(121)
    await house.drain()

    shown = await phone.delivery(1)
    assert [piece["state"] for piece in shown["pieces"]] == ["delivered", "failed"]
    assert (shown["status"], len(phone.got)) == ("dead", 1)


async def test_a_receipt_that_comes_first_belongs_to_its_piece(
    house: House, pieces: list[str]
) -> None:
    phone = await Phone.connected(house)
    FakeProvider.pieces = tuple(pieces)
    await phone.texts("Hello")
    await house.converse()
    [claimed] = await claim_deliveries(house.gw)
    await phone.says("accepted", of="a-1", message_id=1)
    await pipeline.deliver(house.gw, claimed)

    shown = await phone.delivery(1)
    assert [piece["providerId"] for piece in shown["pieces"]] == pieces
