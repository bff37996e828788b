"""Hits that memory admits at once and Redis hears of a moment later, for what must not wait.

Each process knows what all had told when it told last, and adds what it has not told itself. It
never holds back more than a hundredth of the limit, at least one hit: then the next one waits for
Redis. So *n* processes together admit at most `limit + n * allowance(limit)` where one alone would
admit `limit`, however the hits fall.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, Protocol

import structlog

from gateway.queue import OUTAGES, Client
from gateway.rules.windows import Window

LENGTH: Final = 60
TELL_AFTER_SECONDS: Final = 0.1
TOLD_AT_ONCE: Final = 256
REMEMBERED_KEYS: Final = 100_000
RETRY_REDIS_SECONDS: Final = 1.0
ANSWER_SECONDS: Final = 2.0

log: Final = structlog.stdlib.get_logger()

# Adds to each key's minute, and to the one before, what a process has admitted; answers with what
# all have. A minute that is long past is dropped. What the process knew to be there already is
# put back first: a Redis that was emptied learns it from whoever comes.
_SCRIPT: Final = """
local answers = {}
for i, key in ipairs(KEYS) do
    local s = redis.call('HMGET', key, 'i', 'c', 'p')
    local index, current, previous = tonumber(s[1] or 0), tonumber(s[2] or 0), tonumber(s[3] or 0)
    local at, known, before, new, new_before = unpack(ARGV, 5 * i - 4, 5 * i)
    at, known, new = tonumber(at), tonumber(known), tonumber(new)
    if at > index then
        previous = at == index + 1 and current or 0
        index, current = at, 0
    end
    if at == index then
        current = math.max(current, known) + new
        previous = math.max(previous, tonumber(before)) + tonumber(new_before)
    elseif at == index - 1 then
        previous = math.max(previous, known) + new
    end
    redis.call('HSET', key, 'i', index, 'c', current, 'p', previous)
    redis.call('EXPIRE', key, 180)
    answers[i] = {index, current, previous}
end
return answers
"""


class Script(Protocol):
    """A script that Redis runs."""

    async def __call__(self, *, keys: Sequence[str], args: Sequence[float]) -> object:
        """Its answer."""


class Standby:
    """Whether Redis is away; everything that counts in it asks through here."""

    def __init__(self) -> None:
        self._away_until = 0.0

    @property
    def is_used(self) -> bool:
        """Whether Redis did not answer when it was last asked."""
        return self._away_until > 0

    @property
    def wait_seconds(self) -> float:
        """How long Redis is not to be asked again."""
        return max(0.0, self._away_until - asyncio.get_running_loop().time())

    async def ask(
        self, script: Script, keys: Sequence[str], args: Sequence[float]
    ) -> Sequence[Sequence[bytes | int]] | None:
        """What a script answers, a row for each key; None while Redis is away."""
        if self.wait_seconds:
            return None
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                rows = await script(keys=keys, args=args)
        except OUTAGES as outage:
            self._away_until = asyncio.get_running_loop().time() + RETRY_REDIS_SECONDS
            log.warning("limits.fell_back", error=type(outage).__name__)
            return None
        self._away_until = 0.0
        assert isinstance(rows, list)
        return rows


@dataclass(slots=True)
class _Standing:
    """One key's counters: what all had told when last heard of, and what is yet to be told."""

    index: int = 0
    current: int = 0
    previous: int = 0
    new: int = 0
    new_before: int = 0
    waiting: int = 0

    def roll(self, index: int) -> None:
        """Goes on to a minute; never back."""
        if index == self.index + 1:
            self.previous, self.new_before = self.current, self.new
        elif index > self.index:
            self.previous = self.new_before = 0
        if index > self.index:
            self.index, self.current, self.new = index, 0, 0

    def window(self, limit: int, now: float, *, more: int = 0) -> Window:
        """The limit at a moment, with `more` hits than were counted."""
        return Window(
            limit=limit,
            length_seconds=LENGTH,
            previous=self.previous + self.new_before,
            current=self.current + self.new + more,
            elapsed_seconds=max(now, self.index * LENGTH) % LENGTH,
        )

    def hear(self, told: "_Standing", heard: "_Standing") -> None:
        """Takes over what all have told, after what this process has told was added to it."""
        self.roll(heard.index)
        told.roll(self.index)
        heard.roll(self.index)
        self.new -= told.new
        self.new_before -= told.new_before
        self.current = max(self.current + told.new, heard.current)
        self.previous = max(self.previous + told.new_before, heard.previous)


class Tally:
    """Counts hits a minute of any number of keys; the oldest ones make room."""

    def __init__(self, client: Client, standby: Standby, *, prefix: str) -> None:
        self._script = client.register_script(_SCRIPT)
        self._standby = standby
        self._prefix = prefix
        self._standings: dict[str, _Standing] = {}
        self._untold: dict[str, None] = {}
        self._newest = 0
        self._hurry = asyncio.Event()
        self._told = asyncio.Event()
        self._telling: asyncio.Task[None] | None = None
        self._is_closing = False

    def look(self, key: str, limit: int, now: float) -> Window:
        """The window of a key; hits that wait for Redis count in it."""
        standing = self._standing(key, now)
        return standing.window(limit, now, more=standing.waiting)

    async def hit(self, key: str, limit: int, now: float) -> tuple[bool, Window]:
        """Counts a hit that the limit admits; whether it did, and the window before it."""
        standing = self._standing(key, now)
        while (window := standing.window(limit, now)).admits:
            if standing.new + standing.new_before < allowance(limit) or self._standby.wait_seconds:
                standing.new += 1
                self._untold[key] = None
                self._tell_soon()
                return True, window
            # Each round admits others or brings the news that the limit is reached.
            standing.waiting += 1
            try:
                await self._tell_now()
            finally:
                standing.waiting -= 1
            standing = self._standing(key, now)
        return False, window

    async def aclose(self) -> None:
        """Tells what is left, when Redis listens."""
        self._is_closing = True
        self._hurry.set()
        if self._telling is not None:
            await self._telling

    def _standing(self, key: str, now: float) -> _Standing:
        standing = self._standings.get(key)
        if standing is None:
            if len(self._standings) >= REMEMBERED_KEYS:
                oldest = next(iter(self._standings))
                del self._standings[oldest]
                self._untold.pop(oldest, None)
            standing = self._standings[key] = _Standing()
        index = int(now // LENGTH)
        self._newest = max(self._newest, index)
        standing.roll(index)
        return standing

    def _tell_soon(self) -> None:
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._keep_telling())

    async def _tell_now(self) -> None:
        """Returns once Redis was told something, or did not listen."""
        told = self._told
        self._hurry.set()
        self._tell_soon()
        await told.wait()

    async def _keep_telling(self) -> None:
        try:
            while self._untold and not (self._is_closing and self._standby.wait_seconds):
                await self._pause()
                await self._tell()
                self._wake_waiting()
        finally:
            self._wake_waiting()

    async def _pause(self) -> None:
        """Lets hits gather, unless one waits; leaves Redis alone while it is away."""
        if away := self._standby.wait_seconds:
            self._hurry.clear()
        if not self._is_closing:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._hurry.wait(), max(TELL_AFTER_SECONDS, away))
        self._hurry.clear()

    def _wake_waiting(self) -> None:
        told, self._told = self._told, asyncio.Event()
        told.set()

    async def _tell(self) -> None:
        told: list[tuple[str, _Standing, _Standing]] = []
        while self._untold and len(told) < TOLD_AT_ONCE:
            key = next(iter(self._untold))
            del self._untold[key]
            at = self._standings[key]
            if at.index >= self._newest - 1:
                copy = replace(at)
                told.append((key, at, copy))
        arguments: list[float] = []
        for _, _, copy in told:
            arguments += (copy.index, copy.current, copy.previous, copy.new, copy.new_before)
        keys = [f"{self._prefix}:limit:{key}" for key, _, _ in told]
        rows = await self._standby.ask(self._script, keys, arguments) if told else []
        if rows is None:
            self._untold |= {key: None for key, at, _ in told if self._standings.get(key) is at}
            return
        for (_, standing, copy), row in zip(told, rows, strict=True):
            standing.hear(copy, _Standing(*map(int, row)))


def allowance(limit: int) -> int:
    """The most hits of a key that a process admits before it tells the others."""
    return max(1, limit // 100)
