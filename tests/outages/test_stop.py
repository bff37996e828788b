"""A worker that is told to stop stops, whatever it is doing at that moment."""

import asyncio

import pytest

from gateway.runtime import Gateway
from gateway.worker import work

STARTING_SECONDS = [0.0, 0.002, 0.005, 0.008, 0.012, 0.02, 0.04, 0.08]


@pytest.mark.parametrize("seconds", STARTING_SECONDS)
async def test_a_worker_told_to_stop_while_it_starts_was_killed_after_its_grace_time(
    gw: Gateway, seconds: float
) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, stop.set)

    await asyncio.wait_for(work(gw, stop), timeout=5)
