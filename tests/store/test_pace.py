"""A sender says no more than so many messages a second, over all workers."""

import asyncio

import pytest

from gateway.runtime import Gateway
from tests.store import add_webhook, claim_out, event, reply, rows
from tests.store.test_outbox import put


async def waiting(gw: Gateway, number: int, per_second: float) -> None:
    await add_webhook(gw, per_second=per_second)
    await put(gw, *(event(event_id=f"e{n}") for n in range(number)))


@pytest.mark.parametrize(
    ("per_second", "at", "expected"),
    [
        (1, (0, 0.5, 1, 1.2, 2), (1, 0, 1, 0, 1)),
        (3, (0, 0.4, 1, 2), (3, 1, 2, 3)),
        (0.25, (0, 1, 3.9, 4, 8), (1, 0, 0, 1, 1)),
        (100, (0, 0.1, 1.1), (40, 0, 0)),
    ],
)
async def test_a_lane_gives_what_its_pace_allows(
    gw: Gateway, per_second: float, at: tuple[float, ...], expected: tuple[int, ...]
) -> None:
    await waiting(gw, 40, per_second)

    taken = [len(await claim_out(gw, seconds=second)) for second in at]

    assert tuple(taken) == expected


async def test_an_idle_sender_saves_no_more_than_a_second(gw: Gateway) -> None:
    await waiting(gw, 40, 3)
    await claim_out(gw)

    assert len(await claim_out(gw, seconds=3600)) == 3


async def test_workers_share_a_pace(gw: Gateway) -> None:
    await waiting(gw, 40, 3)

    claims = await asyncio.gather(*(claim_out(gw) for _ in range(8)))

    assert sum(map(len, claims)) <= 3


async def test_other_lanes_go_on(gw: Gateway) -> None:
    await waiting(gw, 10, 1)
    other = await add_webhook(gw, user_id=1)
    await put(gw, *(reply(f"{n}", webhook_id=other.id) for n in range(1)), sender="+15550102")

    assert len(await claim_out(gw)) == 2


async def test_a_change_of_the_webhook_keeps_the_pace(gw: Gateway) -> None:
    await waiting(gw, 10, 1)
    await claim_out(gw)
    await rows(gw, "UPDATE user_webhooks SET channel_name = 'x'")

    assert await claim_out(gw, seconds=0.5) == []
