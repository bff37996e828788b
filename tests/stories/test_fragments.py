"""A long text that comes in pieces is one message, in whatever order and however often."""

import asyncio
from itertools import permutations

import pytest

from gateway import pipeline
from gateway.runtime import Gateway
from gateway.web.app import create_app
from tests.conftest import Clock
from tests.stories.house import House, Json
from tests.stories.phone import HEADERS, Phone

ANN = "+15550101234"
PIECES = {1: "Please send the logo ", 2: "to Dana by ", 3: "Friday"}
WHOLE = "".join(PIECES.values())


@pytest.fixture
async def phone(house: House) -> Phone:
    """A channel on which nothing was said yet."""
    return await Phone.connected(house)


async def piece(phone: Phone, number: int, *, ref: str = "7", sender: str = ANN) -> None:
    text = PIECES[number]
    assert await phone.post(f"piece|{ref}-{number}|{sender}|{text}|{ref}|{number}|3") == 200


async def messages(phone: Phone) -> list[Json]:
    found = await phone.house.api("GET", f"/webhooks/{phone.id}/messages")
    return list(found["items"])


@pytest.mark.parametrize("order", list(permutations(PIECES)))
async def test_in_any_order_they_are_one_message(
    house: House, phone: Phone, order: tuple[int, ...]
) -> None:
    for number in order[:-1]:
        await piece(phone, number)
        await house.drain()
    assert phone.got == []

    await piece(phone, order[-1])
    await house.drain()

    assert phone.got == [f"echo {WHOLE}"]
    [message] = await messages(phone)
    assert (message["content"], message["externalMessageId"]) == (WHOLE, "7-1")


async def test_pieces_that_come_at_once_and_twice_are_one_message(
    house: House, phone: Phone
) -> None:
    await asyncio.gather(*(piece(phone, number) for number in (3, 1, 2, 1, 3, 2)))
    await asyncio.gather(*(piece(phone, number) for number in (1, 2, 3)))
    await house.drain()

    assert phone.got == [f"echo {WHOLE}"]


async def test_people_and_references_are_kept_apart(house: House, phone: Phone) -> None:
    await piece(phone, 1)
    await piece(phone, 2, ref="8")
    await piece(phone, 3, sender="+15550109999")
    await house.drain()

    assert await messages(phone) == []


async def test_a_message_is_read_without_pieces_that_never_come(
    house: House, phone: Phone, clock: Clock
) -> None:
    await piece(phone, 1)
    await piece(phone, 3)
    await pipeline.recover(house.gw)
    assert await messages(phone) == []
    clock.advance(181)

    await pipeline.recover(house.gw)
    await pipeline.recover(house.gw)
    await house.drain()

    assert phone.got == ["echo Please send the logo Friday"]


async def test_a_reference_is_used_again_for_another_message(
    house: House, phone: Phone, clock: Clock
) -> None:
    for number in PIECES:
        await piece(phone, number)
    await house.drain()
    clock.advance(3601)

    for number, text in PIECES.items():
        body = f"piece|later-{number}|{ANN}|{text}|7|{number}|3"
        assert await phone.post(body) == 200
    await house.drain()

    assert len(phone.got) == 2


async def test_another_process_takes_the_last_piece(
    house: House, phone: Phone, gw: Gateway
) -> None:
    await piece(phone, 1)
    await piece(phone, 2)
    body = f"piece|7-3|{ANN}|{PIECES[3]}|7|3|3".encode()

    answer = await create_app(gw).test_client().post(phone.path, data=body, headers=HEADERS)
    await house.drain()

    assert answer.status_code == 200
    assert phone.got == [f"echo {WHOLE}"]
