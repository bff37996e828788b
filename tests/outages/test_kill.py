"""Any process killed in mid-burst: every accepted message is answered once, no task is doubled."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from random import Random

import pytest

from tests.conftest import wait_for
from tests.outages.fleet import MESSAGES, Fleet, Sink

pytestmark = pytest.mark.timeout(120)


async def test_a_worker_killed_in_mid_attempt_repeats_it_once_and_charges_nobody(
    folder: Path,
) -> None:
    async with Fleet.open(folder, messages=12, senders=12) as (fleet, sink):
        sink.gate.clear()
        await fleet.burst()
        await wait_for(lambda: len(sink.requests) == 12, within_seconds=45)
        await asyncio.to_thread(fleet.kill, "worker")
        sink.gate.set()
        await asyncio.to_thread(fleet.start, "worker")
        await wait_for(lambda: sink.requests.total() == 24, within_seconds=45)
        await fleet.settled(sink)
        await wait_for(partial(_is_delivered, fleet), within_seconds=45)

        assert set(sink.requests.values()) == {2}
        assert set(sink.requests) == set(sink.events)
        deliveries = (await fleet.read("/webhooks/1/deliveries"))["items"]
        assert [delivery["attempts"] for delivery in deliveries] == [1] * 12
        endpoint = await fleet.read("/webhooks/1/endpoint")
        assert (endpoint["state"], endpoint["consecutiveFailures"]) == ("healthy", 0)
        numbers = [event["endpointSequence"] for event in sink.events.values()]
        assert sorted(numbers) == [*range(1, 13)]


@pytest.mark.parametrize("victim", ["web", "worker", "postgres", "valkey"])
async def test_a_process_killed_in_mid_burst_loses_and_doubles_nothing(
    folder: Path, victim: str
) -> None:
    async def kill_and_restart(fleet: Fleet) -> None:
        await asyncio.to_thread(fleet.kill, victim)
        await asyncio.to_thread(fleet.start, victim)

    await _burst_with(folder, kill_and_restart)


async def test_two_hundred_conversations_keep_order_while_the_worker_dies_at_random(
    folder: Path,
) -> None:
    moments = sorted(Random(5).sample(range(40, 380), 4))  # noqa: S311 # any seed will do
    async with Fleet.open(folder, messages=400, senders=200) as (fleet, sink):
        burst = asyncio.create_task(fleet.burst())
        for moment in moments:
            await wait_for(partial(_has_accepted, fleet, moment), within_seconds=45)
            await asyncio.to_thread(fleet.kill, "worker")
            await asyncio.to_thread(fleet.start, "worker")
        await burst
        await fleet.settled(sink)

        _check_accounts(fleet, sink, await fleet.task_sources())
        assert len(sink.order_per_conversation()) == 200


async def test_valkey_emptied_in_mid_burst_loses_and_doubles_nothing(folder: Path) -> None:
    await _burst_with(folder, Fleet.empty_valkey)


async def test_ten_seconds_without_postgresql_lose_and_double_nothing(folder: Path) -> None:
    async def take_away(fleet: Fleet) -> None:
        await asyncio.to_thread(fleet.kill, "postgres")
        began = asyncio.get_running_loop().time()
        await wait_for(lambda: asyncio.get_running_loop().time() - began > 10, within_seconds=11)
        await asyncio.to_thread(fleet.start, "postgres")

    await _burst_with(folder, take_away)


async def _burst_with(folder: Path, outage: Callable[[Fleet], Awaitable[None]]) -> None:
    async with Fleet.open(folder) as (fleet, sink):
        burst = asyncio.create_task(fleet.burst())
        await wait_for(lambda: len(fleet.accepted) > MESSAGES // 4)
        await outage(fleet)
        await burst
        await fleet.settled(sink)

        _check_accounts(fleet, sink, await fleet.task_sources())


def _has_accepted(fleet: Fleet, number: int) -> bool:
    return len(fleet.accepted) >= number


def _check_accounts(fleet: Fleet, sink: Sink, task_sources: Counter[int]) -> None:
    accepted = set(fleet.accepted.values())
    assert len(accepted) == fleet.messages
    answered = sink.answers_per_message()
    assert set(answered) == accepted
    assert set(answered.values()) == {1}, "answered twice"
    assert set(task_sources) == accepted
    assert set(task_sources.values()) == {1}, "a task was doubled"
    order = sink.order_per_conversation()
    assert all(ids == sorted(ids) for ids in order.values()), "answered out of order"


async def _is_delivered(fleet: Fleet) -> bool:
    deliveries = (await fleet.read("/webhooks/1/deliveries"))["items"]
    return [delivery["status"] for delivery in deliveries] == ["delivered"] * fleet.messages
