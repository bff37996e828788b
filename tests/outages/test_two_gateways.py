"""Two gateways with processes of their own that answer each other stop by themselves."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from tests.conftest import wait_for
from tests.outages.fleet import Fleet, Sink

pytestmark = pytest.mark.timeout(120)


async def test_two_gateways_that_answer_each_other_stop_and_keep_what_came(folder: Path) -> None:
    for name in ("here", "there"):
        (folder / name).mkdir()
    async with (
        Fleet.open(folder / "here") as (here, from_here),
        Fleet.open(folder / "there") as (there, from_there),
        aiohttp.ClientSession() as session,
    ):
        statuses: list[int] = []

        carriers = [
            asyncio.create_task(_carry(session, from_here, there, statuses)),
            asyncio.create_task(_carry(session, from_there, here, statuses)),
        ]
        await here.says(session, "Hello there, is anybody at home?", "the other one")

        async def has_stopped() -> bool:
            talks = [talk for fleet in (here, there) for talk in await _talks(fleet)]
            return any(talk["status"] == "paused" for talk in talks)

        await wait_for(has_stopped, within_seconds=60)
        for carrier in carriers:
            carrier.cancel()
        await asyncio.gather(*carriers, return_exceptions=True)

        assert set(statuses) == {200}
        assert len(statuses) < 30
        for fleet in (here, there):
            messages = (await fleet.read("/webhooks/1/messages"))["items"]
            kept = [m["processingStatus"] for m in messages]
            assert set(kept) <= {"processed", "received"}


async def _carry(
    session: aiohttp.ClientSession, sink: Sink, to: Fleet, statuses: list[int]
) -> None:
    """An automation that carries the words of replies, and nothing else."""
    carried: set[str] = set()
    while True:
        await wait_for(lambda: bool(sink.events.keys() - carried), within_seconds=100)
        for event_id in sink.events.keys() - carried:
            carried.add(event_id)
            words = sink.events[event_id]["data"]["content"]
            statuses.append(await to.says(session, words, "the other one"))


async def _talks(fleet: Fleet) -> list[dict[str, str]]:
    talks: list[dict[str, str]] = (await fleet.read("/conversations"))["items"]
    return talks
