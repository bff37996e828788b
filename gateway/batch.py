"""Batching without a timer: what arrives while a flush is under way shares the next one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Batch(Generic[T, R]):
    """Collects single items into calls of `flush`, which answers with one result per item.

    An idle batch flushes at once, so it adds no latency; a busy one grows its flushes with the
    load. When a flush of several items fails for a reason that is not `outage`, each item is tried
    alone, so that one bad item never fails its neighbours.
    """

    def __init__(
        self,
        flush: Callable[[Sequence[T]], Awaitable[Sequence[R]]],
        *,
        max_items: int,
        outage: type[Exception],
        in_flight: int = 1,
    ) -> None:
        self._flush = flush
        self._max_items = max_items
        self._outage = outage
        self._idle_slots = in_flight
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._flushes: set[asyncio.Task[None]] = set()

    async def add(self, item: T) -> R:
        """Returns once the flush that carried `item` is done; raises what that flush raised."""
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._idle_slots:
            self._idle_slots -= 1
            task = asyncio.create_task(self._run())
            self._flushes.add(task)
            task.add_done_callback(self._flushes.discard)
        return await done

    async def _run(self) -> None:
        try:
            while self._waiting:
                taken = self._waiting[: self._max_items]
                del self._waiting[: self._max_items]
                await self._flush_together(taken)
        finally:
            self._idle_slots += 1

    async def _flush_together(self, taken: list[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            results = await self._flush([item for item, _ in taken])
            answered = list(zip(taken, results, strict=True))
        except Exception as failure:  # noqa: BLE001 # raised to those who wait for the items
            if len(taken) > 1 and not isinstance(failure, self._outage):
                await self._flush_singly(taken)
            else:
                _fail(taken, failure)
            return
        except BaseException as end:
            _fail(taken, end)
            raise
        for (_, done), result in answered:
            if not done.done():
                done.set_result(result)

    async def _flush_singly(self, taken: list[tuple[T, asyncio.Future[R]]]) -> None:
        for number, (_, done) in enumerate(taken):
            await self._flush_together([taken[number]])
            failure = None if done.cancelled() else done.exception()
            if isinstance(failure, self._outage):
                _fail(taken[number + 1 :], failure)
                return


def _fail(taken: Sequence[tuple[T, asyncio.Future[R]]], failure: BaseException) -> None:
    for _, done in taken:
        if not done.done():
            done.set_exception(failure)
