"""Drains: all that is due, a few at a time, whatever fails."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from gateway import store
from gateway.config import Config
from gateway.plugin.errors import StorageUnavailable
from gateway.queue import saq_enqueue
from gateway.registry import Registry
from gateway.runtime import open_gateway
from gateway.worker import Drain, converse_drain, finish, work
from tests.conftest import Clock, wait_for
from tests.foundations import idle
from tests.store import add_webhook, text, value


@dataclass(frozen=True)
class Item:
    """One thing to do."""

    id: int


@dataclass
class Work:
    """What is due and what was done; the work waits at the gate while that is shut."""

    due: list[int] = field(default_factory=list)
    claims: list[int] = field(default_factory=list)
    started: list[int] = field(default_factory=list)
    done: list[int] = field(default_factory=list)
    renewed: list[list[int]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    failing: dict[int, Exception] = field(default_factory=dict)
    again: set[int] = field(default_factory=set)
    looked: int = 0
    outages: int = 0
    renew_fails: Exception | None = None
    widest: int = 0

    async def claim(self, limit: int, _held: Sequence[Item]) -> Sequence[Item]:
        self.claims.append(limit)
        await idle()
        if self.outages:
            self.outages -= 1
            raise StorageUnavailable("away")
        taken, self.due = self.due[:limit], self.due[limit:]
        self.looked += 1
        return [Item(id_) for id_ in taken]

    async def work(self, item: Item) -> bool:
        self.started.append(item.id)
        self.widest = max(self.widest, len(self.started) - len(self.done))
        await self.gate.wait()
        self.done.append(item.id)
        if item.id in self.failing:
            raise self.failing[item.id]
        return item.id in self.again

    async def renew(self, held: Sequence[Item]) -> None:
        self.renewed.append([item.id for item in held])
        if self.renew_fails is not None:
            raise self.renew_fails


def drain_of(todo: Work, *, width: int = 3, renew_seconds: float = 60) -> Drain[Item]:
    return Drain(
        "deliver",
        width=width,
        claim=todo.claim,
        work=todo.work,
        renew=todo.renew,
        renew_seconds=renew_seconds,
    )


@asynccontextmanager
async def running(drain: Drain[Item]) -> AsyncIterator["asyncio.Task[None]"]:
    runner = asyncio.create_task(drain.run())
    drain.wake()
    try:
        yield runner
    finally:
        runner.cancel()
        await asyncio.gather(runner, return_exceptions=True)
        await drain.finish(within_seconds=0)


async def test_a_drain_takes_no_more_than_its_width_at_a_time_and_does_all() -> None:
    todo = Work(due=list(range(20)))
    async with running(drain_of(todo)):
        await wait_for(lambda: len(todo.started) == 3)
        await idle()
        assert todo.started == [0, 1, 2]

        todo.gate.set()
        await wait_for(lambda: len(todo.done) == 20)

    assert todo.widest == 3
    assert max(todo.claims) == 3
    assert sorted(todo.done) == list(range(20))


async def test_a_drain_sleeps_until_it_is_woken() -> None:
    todo = Work()
    todo.gate.set()
    drain = drain_of(todo)
    async with running(drain):
        await wait_for(lambda: todo.looked == 1)
        todo.due = [1]
        await idle()
        assert todo.done == []

        drain.wake()
        await wait_for(lambda: todo.done == [1])


@pytest.mark.parametrize("error", [ValueError("a bug"), StorageUnavailable("away")])
async def test_an_item_that_fails_stops_nobody(error: Exception) -> None:
    todo = Work(due=[1, 2, 3, 4], failing={2: error})
    todo.gate.set()
    drain = drain_of(todo, width=1)
    async with running(drain) as runner:
        await wait_for(lambda: todo.done == [1, 2, 3, 4])

        assert not runner.done()
        todo.due = [5]
        drain.wake()
        await wait_for(lambda: todo.done[-1] == 5)


async def test_a_wakeup_during_a_look_is_not_lost() -> None:
    todo = Work()
    todo.gate.set()
    drain = drain_of(todo)
    async with running(drain):
        await wait_for(lambda: len(todo.claims) == 1)  # the look is under way
        drain.wake()

        await wait_for(lambda: len(todo.claims) == 2)


async def test_a_wakeup_while_every_place_is_taken_is_not_lost() -> None:
    todo = Work(due=[1, 2, 3])
    drain = drain_of(todo)
    async with running(drain):
        await wait_for(lambda: len(todo.started) == 3)
        todo.due = [4]
        drain.wake()
        todo.gate.set()

        await wait_for(lambda: 4 in todo.done)


async def test_work_that_asks_for_another_look_gets_it() -> None:
    todo = Work(due=[1], again={1})
    drain = drain_of(todo)
    async with running(drain):
        await wait_for(lambda: todo.started == [1])
        await idle()
        todo.due = [2]
        todo.gate.set()

        await wait_for(lambda: todo.done == [1, 2])


async def test_a_drain_goes_on_when_storage_is_back() -> None:
    todo = Work(due=[1], outages=1)
    todo.gate.set()
    async with running(drain_of(todo)) as runner:
        await wait_for(lambda: todo.done == [1])

        assert not runner.done()


async def test_leases_are_renewed_for_as_long_as_work_lasts() -> None:
    todo = Work(due=[1, 2])
    async with running(drain_of(todo, renew_seconds=0.01)):
        await wait_for(lambda: len(todo.renewed) >= 3)
        assert all(sorted(held) == [1, 2] for held in todo.renewed)

        todo.gate.set()
        await wait_for(lambda: sorted(todo.done) == [1, 2])
        renewed = len(todo.renewed)
        await idle()
        assert len(todo.renewed) == renewed


async def test_a_lease_that_could_not_be_renewed_does_not_end_the_drain() -> None:
    todo = Work(due=[1], renew_fails=StorageUnavailable("away"))
    async with running(drain_of(todo, renew_seconds=0.01)) as runner:
        await wait_for(lambda: len(todo.renewed) >= 3 or runner.done())

        assert not runner.done()


async def test_a_stop_lets_work_under_way_end() -> None:
    todo = Work(due=[1])
    drain = drain_of(todo)
    async with running(drain) as runner:
        await wait_for(lambda: todo.started == [1])
        runner.cancel()
        finishing = asyncio.create_task(drain.finish(within_seconds=5))
        await idle()
        assert not finishing.done()

        todo.gate.set()
        await finishing

    assert todo.done == [1]


async def test_leases_are_renewed_while_a_stop_waits_for_work() -> None:
    todo = Work(due=[1])
    drain = drain_of(todo, renew_seconds=0.01)
    async with running(drain) as runner:
        await wait_for(lambda: todo.started == [1])
        runner.cancel()
        await asyncio.gather(runner, return_exceptions=True)
        finishing = asyncio.create_task(drain.finish(within_seconds=0.5))
        before = len(todo.renewed)
        await wait_for(lambda: len(todo.renewed) > before or finishing.done())

        todo.gate.set()
        await finishing

    assert len(todo.renewed) > before, "somebody else would take over what is still worked on"


async def test_leases_of_every_stage_are_renewed_while_one_of_them_ends() -> None:
    slow, other = Work(due=[1]), Work(due=[2])
    drains = (drain_of(slow), drain_of(other, renew_seconds=0.01))
    async with running(drains[0]) as first, running(drains[1]) as second:
        await wait_for(lambda: (slow.started, other.started) == ([1], [2]))
        for runner in (first, second):
            runner.cancel()
        await asyncio.gather(first, second, return_exceptions=True)
        before = len(other.renewed)
        finishing = asyncio.create_task(finish(drains, within_seconds=5))

        await wait_for(lambda: len(other.renewed) > before or finishing.done())
        for todo in (slow, other):
            todo.gate.set()
        await finishing

    assert len(other.renewed) > before, "somebody else would take over what is still worked on"


async def test_a_stop_drops_what_does_not_end_in_time() -> None:
    todo = Work(due=[1, 2])
    drain = drain_of(todo)
    async with running(drain) as runner:
        await wait_for(lambda: len(todo.started) == 2)
        runner.cancel()

        await drain.finish(within_seconds=0)

    assert todo.done == []


async def test_finishing_an_idle_drain_returns_at_once() -> None:
    await drain_of(Work()).finish(within_seconds=60)


async def test_long_work_is_not_taken_over_by_another_worker(
    config: Config, clock: Clock, registry: Registry
) -> None:
    quick = config.model_copy(
        update={"conversations": config.conversations.model_copy(update={"lease_seconds": 0.2})}
    )
    async with open_gateway(quick, now=clock, registry=registry) as gw:
        hook = await add_webhook(gw)
        told = text(user_id=hook.user_id, webhook_id=hook.id, received_at=clock())
        await store.store_messages(gw.db, [told])
        drain, end = converse_drain(gw), asyncio.Event()

        async def work_long(_: object) -> bool:
            return await end.wait()

        drain._work = work_long
        runner = asyncio.create_task(drain.run())
        drain.wake()
        first = "SELECT due_at FROM bot_conversations"
        await wait_for(lambda: bool(drain._held))
        claimed_until = await value(gw, first)

        async def is_renewed_twice() -> bool:
            return bool((await value(gw, first) - claimed_until).total_seconds() > 0.1)

        await wait_for(is_renewed_twice)
        assert await value(gw, "SELECT attempts FROM bot_conversations") == 1
        end.set()
        runner.cancel()
        await asyncio.gather(runner, return_exceptions=True)
        await drain.finish(within_seconds=1)


async def test_a_wakeup_of_another_process_reaches_the_drains(
    config: Config, clock: Clock, registry: Registry
) -> None:
    slow = config.model_copy(
        update={"worker": config.worker.model_copy(update={"recover_seconds": 3600.0})}
    )
    async with open_gateway(slow, now=clock, registry=registry) as gw:
        stop = asyncio.Event()
        worker = asyncio.create_task(work(gw, stop))
        await wait_for(lambda: bool(gw.wakeups._local))
        hook = await add_webhook(gw)
        told = text(user_id=hook.user_id, webhook_id=hook.id, received_at=clock())
        await store.store_messages(gw.db, [told])

        await saq_enqueue(gw.queue)("converse")

        async def is_answered() -> bool:
            status = await value(gw, "SELECT processing_status FROM inbound_messages")
            return bool(status == "processed")

        await wait_for(is_answered)
        stop.set()
        await worker
