"""Listeners that fail are served again, and how soon."""

import asyncio
from dataclasses import replace

from structlog.testing import capture_logs

from gateway.listening import listen
from gateway.plugin import Doors
from tests.stories.house import House
from tests.stories.test_doors import QUICK, Postbox, PostboxSettings


async def test_a_listener_that_served_for_long_is_not_kept_waiting_for_old_failures(
    house: House,
) -> None:
    begun = asyncio.Queue[None]()

    async def behave(_doors: Doors) -> None:
        begun.put_nowait(None)
        raise OSError("gone")

    Postbox.behaves = behave
    stop = asyncio.Event()
    patient = replace(QUICK, longest_wait_seconds=60.0, healthy_seconds=0.0)
    with capture_logs() as logs:
        listening = asyncio.create_task(
            listen(house.gw, {"postbox": Postbox(PostboxSettings())}, stop, pace=patient)
        )
        for _ in range(5):
            await begun.get()
        stop.set()
        await listening

    failed = [line for line in logs if line["event"] == "listener.failed"]
    assert {line["again_in_seconds"] for line in failed} == {0.02}
