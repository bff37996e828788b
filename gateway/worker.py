"""The worker process: SAQ hands it wake-ups, two drains work, recovery ticks once a second."""

import asyncio
import signal
import traceback
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, Generic, Protocol, TypeVar
from uuid import uuid4

import saq
import structlog
from saq.types import Context

from gateway import fetching, pipeline, store
from gateway.config import Config
from gateway.plugin.errors import StorageUnavailable
from gateway.presence import present
from gateway.queue import DEQUEUE_SECONDS, OUTAGES, PatientQueue, Stage
from gateway.records import ClaimedConversation, ClaimedDelivery
from gateway.retention import enforce_forever
from gateway.runtime import Gateway, open_gateway, spare_the_collector
from gateway.scraping import serve_metrics
from gateway.store.fetches import ClaimedMedia, claim_media, renew_media

log: Final = structlog.stdlib.get_logger()

WAKEUPS_AT_A_TIME: Final = 2
OUTAGE_PAUSE_SECONDS: Final = 0.5
CANCEL_AGAIN_SECONDS: Final = 0.5
COUNT_EVERY_SECONDS: Final = 60.0
COUNT_PAUSE_SECONDS: Final = 0.1


class Claimed(Protocol):
    """What a drain holds while it works on it."""

    @property
    def id(self) -> int: ...


C = TypeVar("C", bound=Claimed)


class Drain(Generic[C]):
    """Works through everything that is due, at most `width` at a time, then sleeps until woken."""

    def __init__(  # noqa: PLR0913 # the three verbs of a stage and its figures
        self,
        name: Stage,
        *,
        width: int,
        claim: Callable[[int, Sequence[C]], Awaitable[Sequence[C]]],
        work: Callable[[C], Awaitable[bool]],
        renew: Callable[[Sequence[C]], Awaitable[None]],
        renew_seconds: float,
    ) -> None:
        self.name = name
        self._width = width
        self._claim = claim
        self._work = work
        self._renew = renew
        self._renew_seconds = renew_seconds
        self._look = asyncio.Event()
        self._slot_free = asyncio.Event()
        self._held: dict[asyncio.Task[None], C] = {}

    def wake(self) -> None:
        """Makes the drain look for due work once more, now or after the look that is under way."""
        self._look.set()

    async def run(self) -> None:
        """Claims and works until it is cancelled; work under way goes on until `finish`."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_leases())
            while True:
                await self._look.wait()
                self._look.clear()
                try:
                    await self._take_all()
                except StorageUnavailable as outage:
                    log.warning("storage.unreachable", stage=self.name, reason=outage.message)
                    await asyncio.sleep(OUTAGE_PAUSE_SECONDS)
                    self._look.set()

    async def finish(self, *, within_seconds: float) -> None:
        """Lets work under way end; what does not end in time is dropped, and its lease runs out."""
        if self._held:
            leases = asyncio.create_task(self._keep_leases())
            _, late = await asyncio.wait(self._held, timeout=within_seconds)
            for task in (leases, *late):
                task.cancel()
            await asyncio.gather(leases, *late, return_exceptions=True)

    async def _take_all(self) -> None:
        while True:
            free = self._width - len(self._held)
            if free == 0:
                self._slot_free.clear()
                await self._slot_free.wait()
                continue
            claimed = await self._claim(free, list(self._held.values()))
            for item in claimed:
                task = asyncio.create_task(self._one(item))
                self._held[task] = item
                task.add_done_callback(self._release)
            if len(claimed) < free:
                return

    async def _one(self, item: C) -> None:
        try:
            if await self._work(item):
                self.wake()
        except StorageUnavailable as outage:
            log.warning(
                "storage.unreachable", stage=self.name, item_id=item.id, reason=outage.message
            )
        except Exception:  # noqa: BLE001 # the last resort: one item's bug must not end the drain
            log.error(
                "stage.failed",
                stage=self.name,
                item_id=item.id,
                reference=uuid4().hex[:12],
                trace=traceback.format_exc(),
            )

    def _release(self, task: asyncio.Task[None]) -> None:
        del self._held[task]
        self._slot_free.set()

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(self._renew_seconds)
            if self._held:
                try:
                    await self._renew(list(self._held.values()))
                except StorageUnavailable as outage:
                    log.warning("storage.unreachable", stage=self.name, reason=outage.message)


def converse_drain(gw: Gateway) -> Drain[ClaimedConversation]:
    """The drain that answers conversations."""
    settings = gw.config.conversations

    async def claim(limit: int, _held: object) -> Sequence[ClaimedConversation]:
        return await store.claim_conversations(
            gw.db,
            now=gw.now(),
            lease_seconds=settings.lease_seconds,
            limit=limit,
            history_turns=settings.history_turns,
        )

    async def renew(held: Sequence[ClaimedConversation]) -> None:
        until = _lease_end(gw.now(), settings.lease_seconds)
        await store.renew_conversations(gw.db, held, until=until)

    return Drain(
        "converse",
        width=settings.in_flight,
        claim=claim,
        work=partial(pipeline.converse, gw),
        renew=renew,
        renew_seconds=settings.lease_seconds / 3,
    )


def deliver_drain(gw: Gateway) -> Drain[ClaimedDelivery]:
    """The drain that makes deliveries."""
    settings = gw.config.delivery

    async def claim(limit: int, held: Sequence[ClaimedDelivery]) -> Sequence[ClaimedDelivery]:
        repeated = sum(delivery.attempts > 1 for delivery in held)
        slots = store.Slots(
            total=limit,
            retries=max(0, (settings.in_flight + 1) // 2 - repeated),
            per_endpoint=settings.in_flight_per_endpoint,
            drained_per_second=settings.drained_per_second,
        )
        return await store.claim_deliveries(
            gw.db, slots, now=gw.now(), lease_seconds=settings.lease_seconds
        )

    async def renew(held: Sequence[ClaimedDelivery]) -> None:
        until = _lease_end(gw.now(), settings.lease_seconds)
        await store.renew_deliveries(gw.db, held, until=until)

    return Drain(
        "deliver",
        width=settings.in_flight,
        claim=claim,
        work=partial(pipeline.deliver, gw),
        renew=renew,
        renew_seconds=settings.lease_seconds / 3,
    )


def fetch_drain(gw: Gateway) -> Drain[ClaimedMedia]:
    """The drain that fetches files."""

    async def claim(limit: int, _held: object) -> Sequence[ClaimedMedia]:
        return await claim_media(
            gw.db, now=gw.now(), lease_seconds=fetching.LEASE_SECONDS, limit=limit
        )

    async def renew(held: Sequence[ClaimedMedia]) -> None:
        await renew_media(gw.db, held, until=_lease_end(gw.now(), fetching.LEASE_SECONDS))

    return Drain(
        "fetch",
        width=fetching.AT_A_TIME,
        claim=claim,
        work=partial(fetching.fetch, gw),
        renew=renew,
        renew_seconds=fetching.LEASE_SECONDS / 3,
    )


async def run_worker(config: Config, stop: asyncio.Event) -> None:
    """Works until `stop` is set; then finishes what is under way."""
    async with AsyncExitStack() as stack:
        gw = await stack.enter_async_context(open_gateway(config))
        await stack.enter_async_context(present(gw, "worker"))
        spare_the_collector()
        where = (config.worker.metrics_host, config.worker.metrics_port)
        serve_metrics(gw.metrics.registry, *where, setting="[worker] metrics_port")
        await work(gw, stop)


async def work(gw: Gateway, stop: asyncio.Event) -> None:
    """Runs all stages and recovery on an open gateway until `stop` is set."""
    drains = (converse_drain(gw), deliver_drain(gw), fetch_drain(gw))
    for drain in drains:
        gw.wakeups.answer_locally(drain.name, drain.wake)
    log.info("worker.started", stages=[drain.name for drain in drains])
    runners = [asyncio.create_task(drain.run()) for drain in drains]
    runners += [
        asyncio.create_task(_recover_forever(gw)),
        asyncio.create_task(enforce_forever(gw)),
        asyncio.create_task(_count_forever(gw)),
        asyncio.create_task(_take_wakeups(gw, gw.queue)),
    ]
    waiting = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([waiting, *runners], return_when=asyncio.FIRST_COMPLETED)
    await _end([waiting, *runners])
    await finish(drains, within_seconds=gw.config.worker.shutdown_seconds)
    log.info("worker.stopped")
    for ended in done - {waiting}:
        ended.result()


async def finish(drains: Sequence[Drain[Any]], *, within_seconds: float) -> None:
    """Ends all stages at once: while one waits, the leases of the others are kept as well."""
    await asyncio.gather(*(drain.finish(within_seconds=within_seconds) for drain in drains))


async def _end(tasks: Sequence[asyncio.Task[Any]]) -> None:
    """Cancels until all have ended: SAQ loses a cancellation that comes while it talks to Redis."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=CANCEL_AGAIN_SECONDS)


async def _recover_forever(gw: Gateway) -> None:
    while True:
        try:
            await pipeline.recover(gw)
        except StorageUnavailable as outage:
            log.warning("storage.unreachable", stage="recover", reason=outage.message)
        await asyncio.sleep(gw.config.worker.recover_seconds)


async def _count_forever(gw: Gateway) -> None:
    """Counts what happened, for analytics; whichever process comes first does it."""
    while True:
        try:
            is_more = await store.count_events(gw.db, now=gw.now())
        except StorageUnavailable as outage:
            log.warning("storage.unreachable", stage="count", reason=outage.message)
            is_more = False
        await asyncio.sleep(COUNT_PAUSE_SECONDS if is_more else COUNT_EVERY_SECONDS)


async def _take_wakeups(gw: Gateway, queue: PatientQueue) -> None:
    """Runs SAQ, whose jobs do nothing but wake a drain of this process."""

    async def converse(_ctx: Context) -> None:
        gw.wakeups.wake("converse")

    async def deliver(_ctx: Context) -> None:
        gw.wakeups.wake("deliver")

    async def fetch(_ctx: Context) -> None:
        gw.wakeups.wake("fetch")

    worker: saq.Worker[Context] = _QuietWorker(
        queue,
        [("converse", converse), ("deliver", deliver), ("fetch", fetch)],
        concurrency=WAKEUPS_AT_A_TIME,
        dequeue_timeout=DEQUEUE_SECONDS,
        # The house schedules nothing in SAQ.
        timers={"schedule": 60, "worker_info": 60, "sweep": 60, "abort": 60},
    )
    await worker.start()


class _QuietWorker(saq.Worker[Context]):
    # SAQ's name; this process handles its signals itself.
    SIGNALS: list[signal.Signals] = []  # noqa: RUF012 # SAQ declares it so

    async def process(self) -> bool:
        """One job; a Redis that goes away in the middle of it costs a wake-up and nothing else."""
        try:
            return await super().process()
        except OUTAGES as outage:
            log.warning("queue.unreachable", error=type(outage).__name__)
            await asyncio.sleep(OUTAGE_PAUSE_SECONDS)
            return False


def _lease_end(now: datetime, lease_seconds: float) -> datetime:
    return now + timedelta(seconds=lease_seconds)
