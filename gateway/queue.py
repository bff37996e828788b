"""Wake-ups over SAQ; the one place that names outages of the queue.

A wake-up says "look": it carries nothing, may be lost, and may come twice (ADR 0001).
"""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Final, Literal

import redis.asyncio as redis_client
import structlog
from redis.exceptions import RedisError
from saq.job import Job
from saq.queue.redis import RedisQueue

from gateway.config import Redis
from gateway.metrics import Metrics

Stage = Literal["converse", "deliver", "fetch"]
Client = redis_client.Redis

OUTAGES: Final = (RedisError, OSError, TimeoutError)
DEQUEUE_SECONDS: Final = 5.0
SOCKET_TIMEOUT_SECONDS: Final = 2 * DEQUEUE_SECONDS
CONNECT_TIMEOUT_SECONDS: Final = 1.0
PAUSE_SECONDS: Final = 1.0
WAITING_WAKEUPS: Final = 16
WAKEUPS_PER_SECOND: Final = 60.0
WAKEUPS_AT_ONCE: Final = 10.0
"""Under load fewer wake-ups than messages are enough: the workers are awake anyway."""

log: Final = structlog.stdlib.get_logger()


def connect(settings: Redis) -> Client:
    """A client that connects when it is first used."""
    return redis_client.Redis.from_url(
        settings.url.get_secret_value(),
        socket_timeout=SOCKET_TIMEOUT_SECONDS,
        socket_connect_timeout=CONNECT_TIMEOUT_SECONDS,
    )


class PatientQueue(RedisQueue):
    """A SAQ queue that waits while Redis is away.

    SAQ alone would dequeue thousands of times a second then.
    """

    def __init__(self, client: Client, settings: Redis) -> None:
        super().__init__(client, name=settings.prefix)
        self._last_logged = float("-inf")

    async def dequeue(
        self,
        timeout: float = 0.0,  # noqa: ASYNC109 # SAQ's signature
        poll_interval: float = 0.0,
    ) -> Job | None:
        """The next job, or None after the timeout or a pause."""
        try:
            return await super().dequeue(timeout, poll_interval)
        except OUTAGES as outage:
            now = asyncio.get_running_loop().time()
            if now - self._last_logged >= PAUSE_SECONDS:
                self._last_logged = now
                log.warning("queue.unreachable", error=type(outage).__name__)
            await asyncio.sleep(PAUSE_SECONDS)
            return None


class Wakeups:
    """Tells workers to look; a process that works on a stage itself is told directly."""

    def __init__(self, enqueue: Callable[[Stage], Awaitable[None]], metrics: Metrics) -> None:
        self._enqueue = enqueue
        self._metrics = metrics
        self._local: dict[Stage, Callable[[], None]] = {}
        self._pending: set[Stage] = set()
        self._sender: asyncio.Task[None] | None = None
        self._credit = WAKEUPS_AT_ONCE
        self._credited_at = 0.0

    def answer_locally(self, stage: Stage, look: Callable[[], None]) -> None:
        """From now on, wake-ups for `stage` in this process call `look`."""
        self._local[stage] = look

    def wake(self, stage: Stage) -> None:
        """Returns at once; the wake-up is sent in the background and may be lost."""
        if stage in self._local:
            self._local[stage]()
            return
        self._pending.add(stage)
        if self._sender is None or self._sender.done():
            self._sender = asyncio.create_task(self._send())

    async def _send(self) -> None:
        while self._pending:
            await self._earn_one()
            stages = tuple(self._pending)
            self._pending.clear()
            try:
                for stage in stages:
                    await self._enqueue(stage)
            except OUTAGES as outage:
                self._metrics.lost_wakeups.inc(len(stages))
                log.warning("wakeup.lost", stages=stages, error=type(outage).__name__)
                await asyncio.sleep(PAUSE_SECONDS)

    async def _earn_one(self) -> None:
        now = asyncio.get_running_loop().time()
        earned = (now - self._credited_at) * WAKEUPS_PER_SECOND
        self._credit = min(WAKEUPS_AT_ONCE, self._credit + earned)
        self._credited_at = now
        if self._credit < 1:
            await asyncio.sleep((1 - self._credit) / WAKEUPS_PER_SECOND)
        self._credit -= 1

    async def aclose(self) -> None:
        """Drops what was not sent: recovery finds the work."""
        if self._sender is not None and not self._sender.done():
            self._sender.cancel()
            await asyncio.gather(self._sender, return_exceptions=True)


def saq_enqueue(queue: PatientQueue) -> Callable[[Stage], Awaitable[None]]:
    """How a wake-up travels by SAQ: one attempt, a timeout, and nothing left behind in Redis."""
    numbers = count()

    async def enqueue(stage: Stage) -> None:
        # SAQ refuses a key that still waits: without a worker, the queue holds this many at most.
        key = f"{stage}:{next(numbers) % WAITING_WAKEUPS}"
        await queue.enqueue(stage, key=key, timeout=10, retries=1, ttl=-1)

    return enqueue
