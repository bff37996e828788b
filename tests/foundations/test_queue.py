"""Wake-ups: sent when possible, lost without harm, never in the way."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from saq.job import Status

from gateway.config import Config, Redis
from gateway.metrics import Metrics
from gateway.queue import (
    WAITING_WAKEUPS,
    PatientQueue,
    Stage,
    Wakeups,
    connect,
    saq_enqueue,
)
from tests.conftest import wait_for
from tests.foundations import idle
from tests.servers import free_port


@dataclass
class Wire:
    """What wake-ups travel over; it is broken for the first `faults` sendings."""

    faults: int = 0
    error: Exception = field(default_factory=lambda: RedisConnectionError("away"))
    sent: list[Stage] = field(default_factory=list)
    gate: asyncio.Event | None = None

    async def enqueue(self, stage: Stage) -> None:
        if self.faults:
            self.faults -= 1
            raise self.error
        self.sent.append(stage)
        if self.gate is not None:
            await self.gate.wait()


@pytest.fixture
async def queue(config: Config) -> AsyncIterator[PatientQueue]:
    """The queue of this test's Redis."""
    client = connect(config.redis)
    opened = PatientQueue(client, config.redis)
    await opened.connect()
    yield opened
    await opened.disconnect()
    await client.aclose()


def lost(metrics: Metrics) -> float:
    return metrics.registry.get_sample_value("gateway_lost_wakeups_total") or 0.0


async def test_a_wakeup_is_sent_at_once() -> None:
    wire = Wire()
    wakeups = Wakeups(wire.enqueue, Metrics())

    wakeups.wake("converse")
    await idle()

    assert wire.sent == ["converse"]
    await wakeups.aclose()


async def test_a_stage_of_this_process_is_told_directly() -> None:
    wire, looks = Wire(), []
    wakeups = Wakeups(wire.enqueue, Metrics())
    wakeups.answer_locally("deliver", lambda: looks.append("look"))

    wakeups.wake("deliver")
    wakeups.wake("deliver")
    await idle()

    assert looks == ["look", "look"]
    assert wire.sent == []
    wakeups.wake("converse")
    await idle()
    assert wire.sent == ["converse"]
    await wakeups.aclose()


async def test_many_wakeups_become_few() -> None:
    wire = Wire()
    wakeups = Wakeups(wire.enqueue, Metrics())

    for _ in range(1000):
        wakeups.wake("converse")
        wakeups.wake("deliver")
    await idle()

    assert sorted(wire.sent) == ["converse", "deliver"]
    await wakeups.aclose()


async def test_a_wakeup_that_comes_while_another_is_sent_follows_it() -> None:
    wire = Wire(gate=asyncio.Event())
    wakeups = Wakeups(wire.enqueue, Metrics())
    wakeups.wake("converse")
    await idle()

    wakeups.wake("converse")
    assert wire.gate is not None
    wire.gate.set()

    await wait_for(lambda: wire.sent == ["converse", "converse"])
    await wakeups.aclose()


async def test_a_lost_wakeup_is_counted_and_the_next_one_is_sent() -> None:
    errors = [RedisConnectionError("away"), OSError("away"), TimeoutError()]
    wires = [Wire(faults=1, error=error) for error in errors]
    metrics = Metrics()
    all_wakeups = [Wakeups(wire.enqueue, metrics) for wire in wires]

    for wakeups in all_wakeups:
        wakeups.wake("converse")
    await idle()
    assert [wire.sent for wire in wires] == [[], [], []]
    assert lost(metrics) == 3

    for wakeups in all_wakeups:
        wakeups.wake("deliver")
    await wait_for(lambda: [wire.sent for wire in wires] == [["deliver"]] * 3)
    assert lost(metrics) == 3
    for wakeups in all_wakeups:
        await wakeups.aclose()


async def test_a_stage_whose_neighbour_was_lost_is_lost_and_counted_with_it() -> None:
    metrics, wire = Metrics(), Wire(faults=1)
    wakeups = Wakeups(wire.enqueue, metrics)

    wakeups.wake("converse")
    wakeups.wake("deliver")
    await idle()

    assert lost(metrics) + len(wire.sent) == 2
    await wakeups.aclose()


async def test_closing_drops_what_was_not_sent() -> None:
    wire = Wire(gate=asyncio.Event())
    wakeups = Wakeups(wire.enqueue, Metrics())
    await wakeups.aclose()
    wakeups.wake("converse")
    await idle()

    await wakeups.aclose()

    assert wire.sent == ["converse"]
    await wakeups.aclose()


async def test_a_wakeup_travels_by_redis_and_leaves_nothing_behind(
    queue: PatientQueue, config: Config
) -> None:
    await saq_enqueue(queue)("converse")

    job = await queue.dequeue(timeout=1)

    assert job is not None
    assert (job.function, job.kwargs) == ("converse", None)
    assert (job.timeout, job.retries, job.ttl) == (10, 1, -1)
    await job.finish(Status.COMPLETE)
    left = [key async for key in queue.redis.scan_iter(f"saq:job:{config.redis.prefix}:*")]
    assert left == []


async def test_without_a_worker_the_queue_holds_a_handful(queue: PatientQueue) -> None:
    enqueue = saq_enqueue(queue)

    for _ in range(10 * WAITING_WAKEUPS):
        await enqueue("converse")
        await enqueue("deliver")

    assert await queue.count("queued") <= 2 * WAITING_WAKEUPS


async def test_two_processes_may_wake_the_same_stage(queue: PatientQueue) -> None:
    for enqueue in (saq_enqueue(queue), saq_enqueue(queue)):
        await enqueue("converse")

    assert await queue.dequeue(timeout=1) is not None


async def test_a_queue_whose_redis_is_away_pauses_before_it_asks_again() -> None:
    settings = Redis.model_validate({"url": f"redis://127.0.0.1:{free_port()}/0"})
    client = connect(settings)
    queue = PatientQueue(client, settings)
    asked = 0

    async def ask() -> None:
        nonlocal asked
        while True:
            asked += 1
            assert await queue.dequeue(timeout=1) is None

    asking = asyncio.create_task(ask())
    end = asyncio.get_running_loop().time() + 1.5
    await wait_for(lambda: asyncio.get_running_loop().time() > end)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await client.aclose()

    assert asked == 2
