"""What came first under a key: the same for all processes, each for itself while Redis is away."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Final

import structlog

from gateway.plugin import Remember
from gateway.queue import OUTAGES, Client

ANSWER_SECONDS: Final = 2.0
REMEMBERED: Final = 10_000

log: Final = structlog.stdlib.get_logger()


class Firsts:
    """Keeps the first value under each key of a channel, for as long as it was told to."""

    def __init__(self, client: Client, *, prefix: str, now: Callable[[], datetime]) -> None:
        self._client = client
        self._prefix = prefix
        self._now = now
        self._memory: dict[str, tuple[datetime, str | None]] = {}

    def of(self, webhook_id: int) -> Remember:
        """What one channel's parts remember with."""
        return partial(self._first, webhook_id)

    async def _first(self, webhook_id: int, key: str, value: str, *, seconds: int) -> str:
        # A key may be anything that a request says.
        place = f"{self._prefix}:first:{webhook_id}:{sha256(key.encode()).hexdigest()}"
        kept = self._remembered(place)
        if kept is not None and kept != value:
            return kept
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                first = await self._shared(place, value, seconds)
        except OUTAGES as outage:
            log.warning("first.kept_alone", webhook_id=webhook_id, error=type(outage).__name__)
            first = value
        self._remember(place, first, timedelta(seconds=seconds))
        return first

    async def _shared(self, place: str, value: str, seconds: int) -> str:
        if await self._client.set(place, value, nx=True, ex=seconds):
            return value
        kept = await self._client.get(place)
        # One that ran out between the two calls came first long ago.
        return value if kept is None else kept.decode()

    def _remembered(self, place: str) -> str | None:
        """What this process knows to have come first, which holds whatever Redis has lost."""
        ends_at, kept = self._memory.get(place, (self._now(), None))
        return kept if ends_at > self._now() else None

    def _remember(self, place: str, first: str, span: timedelta) -> None:
        if place not in self._memory and len(self._memory) >= REMEMBERED:
            del self._memory[next(iter(self._memory))]
        if self._remembered(place) is None:
            self._memory[place] = (self._now() + span, first)
