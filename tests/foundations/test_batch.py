"""What arrives while a flush is under way shares the next one."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from gateway.batch import Batch
from tests.foundations import idle


class Outage(Exception):
    """What the fake storage below raises while it is away."""


@dataclass
class Storage:
    """A flush that waits until it is let go, and keeps what each call carried."""

    calls: list[list[int]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    bad: frozenset[int] = frozenset()
    is_away: bool = False
    under_way: int = 0
    widest: int = 0

    async def flush(self, items: Sequence[int]) -> list[str]:
        self.calls.append(list(items))
        self.under_way += 1
        self.widest = max(self.widest, self.under_way)
        await self.gate.wait()
        self.under_way -= 1
        if self.is_away:
            raise Outage("away")
        if self.bad & set(items):
            raise ValueError(f"bad: {sorted(self.bad & set(items))}")
        return [f"done {item}" for item in items]


def batch(storage: Storage, *, max_items: int = 100, in_flight: int = 1) -> Batch[int, str]:
    return Batch(storage.flush, max_items=max_items, outage=Outage, in_flight=in_flight)


def adding(to: Batch[int, str], *items: int) -> list["asyncio.Task[str]"]:
    return [asyncio.create_task(to.add(item)) for item in items]


async def test_an_idle_batch_flushes_at_once() -> None:
    storage = Storage()
    storage.gate.set()
    items = batch(storage)

    assert await items.add(1) == "done 1"
    assert await items.add(2) == "done 2"
    assert storage.calls == [[1], [2]]


async def test_what_arrives_during_a_flush_shares_the_next_in_order() -> None:
    storage = Storage()
    items = batch(storage)
    first = adding(items, 1)
    await idle()
    later = adding(items, *range(2, 50))
    await idle()

    storage.gate.set()

    assert await asyncio.gather(*first, *later) == [f"done {n}" for n in range(1, 50)]
    assert storage.calls == [[1], list(range(2, 50))]


async def test_no_flush_carries_more_than_it_may_and_none_waits_for_ever() -> None:
    storage = Storage()
    items = batch(storage, max_items=3)
    tasks = adding(items, *range(8))
    await idle()

    storage.gate.set()
    await asyncio.gather(*tasks)

    assert max(map(len, storage.calls)) == 3
    assert [item for call in storage.calls for item in call] == list(range(8))


@pytest.mark.parametrize("width", [1, 2, 3])
async def test_no_more_flushes_run_side_by_side_than_are_allowed(width: int) -> None:
    storage = Storage()
    items = batch(storage, max_items=2, in_flight=width)
    tasks = adding(items, *range(20))
    await idle()

    storage.gate.set()
    await asyncio.gather(*tasks)

    assert storage.widest == width


async def test_one_bad_item_does_not_fail_its_neighbours() -> None:
    storage = Storage(bad=frozenset({3}))
    items = batch(storage)
    tasks = adding(items, 1)
    await idle()
    tasks += adding(items, 2, 3, 4)
    await idle()

    storage.gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)

    assert [str(result) for result in results] == ["done 1", "done 2", "bad: [3]", "done 4"]
    assert isinstance(results[2], ValueError)


async def test_an_outage_fails_all_and_nothing_is_tried_singly() -> None:
    storage = Storage(is_away=True)
    items = batch(storage)
    tasks = adding(items, 1)
    await idle()
    tasks += adding(items, 2, 3, 4)
    await idle()

    storage.gate.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(result) for result in results] == [Outage] * 4
    assert storage.calls == [[1], [2, 3, 4]]


async def test_an_outage_among_the_single_attempts_ends_them() -> None:
    calls: list[list[int]] = []

    async def flush(items: Sequence[int]) -> list[str]:
        calls.append(list(items))
        if len(items) > 1:
            raise ValueError("one of these")
        raise Outage("away")

    items: Batch[int, str] = Batch(flush, max_items=9, outage=Outage)
    results = await asyncio.gather(*adding(items, 1, 2, 3, 4), return_exceptions=True)

    assert [type(result) for result in results] == [Outage] * 4
    assert len(calls) == 2, "with storage away, each further attempt only waits for its time-out"


async def test_after_an_outage_the_batch_works_again() -> None:
    storage = Storage(is_away=True)
    storage.gate.set()
    items = batch(storage)

    with pytest.raises(Outage):
        await items.add(1)
    storage.is_away = False

    assert await items.add(2) == "done 2"


async def test_who_stops_waiting_does_not_hurt_the_others() -> None:
    storage = Storage()
    items = batch(storage)
    tasks = adding(items, 1)
    await idle()
    tasks += adding(items, 2, 3)
    await idle()

    tasks[0].cancel()
    tasks[1].cancel()
    await idle()
    storage.gate.set()

    assert await tasks[2] == "done 3"
    assert await items.add(4) == "done 4"
    assert tasks[0].cancelled()
    assert tasks[1].cancelled()


async def test_an_answer_of_the_wrong_length_fails_and_leaves_nobody_waiting() -> None:
    async def flush(items: Sequence[int]) -> list[str]:
        return ["only one"] * (1 if len(items) > 1 else 2)

    items: Batch[int, str] = Batch(flush, max_items=9, outage=Outage)
    waiting = asyncio.gather(*adding(items, 1, 2, 3), return_exceptions=True)
    results = await asyncio.wait_for(waiting, timeout=1)

    assert [type(result) for result in results] == [ValueError] * 3
