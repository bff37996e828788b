"""Hits that memory admits at once and Redis hears of a moment later.

Each process knows what all had told when it told last, and adds what it has not told itself. It
never holds back more than a hundredth of the limit, at least one hit: then the next one waits for
Redis. So *n* processes together admit at most `limit + n * allowance(limit)` where one alone would
admit `limit`, however the hits fall.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from math import ceil
from typing import Final, Protocol

import structlog

from gateway.queue import OUTAGES, Client
from gateway.rules.windows import Window

MINUTE: Final = 60
HOUR: Final = 3600
MILLION: Final = 1_000_000
TELL_AFTER_SECONDS: Final = 0.1
TOLD_AT_ONCE: Final = 256
REMEMBERED_KEYS: Final = 100_000
RETRY_REDIS_SECONDS: Final = 1.0
ANSWER_SECONDS: Final = 2.0

log: Final = structlog.stdlib.get_logger()

# Adds to each key's window, and to the one before, what a process has admitted, and takes over the
# places of the last hits, in microseconds; answers with what all have. A window that is long past
# is dropped. What the process knew to be there already is put back first: a Redis that was emptied
# learns it from whoever comes.
_SCRIPT: Final = """
local answers = {}
for i, key in ipairs(KEYS) do
    local s = redis.call('HMGET', key, 'i', 'c', 'p', 'l', 'm')
    local index, current, previous = tonumber(s[1] or 0), tonumber(s[2] or 0), tonumber(s[3] or 0)
    local at, known, before, new, new_before, length, place, place_before =
        unpack(ARGV, 8 * i - 7, 8 * i)
    at, known, new, place = tonumber(at), tonumber(known), tonumber(new), tonumber(place)
    local last = tonumber(s[4] or length * 1000000)
    local last_before = tonumber(s[5] or length * 1000000)
    if at > index then
        previous = at == index + 1 and current or 0
        last_before = at == index + 1 and last or 0
        index, current, last = at, 0, 0
    end
    if at == index then
        last, last_before = math.max(last, place), math.max(last_before, tonumber(place_before))
        current = math.max(0, math.max(current, known) + new)
        previous = math.max(0, math.max(previous, tonumber(before)) + tonumber(new_before))
    elseif at == index - 1 then
        last_before = math.max(last_before, place)
        previous = math.max(0, math.max(previous, known) + new)
    end
    redis.call('HSET', key, 'i', index, 'c', current, 'p', previous, 'l', last, 'm', last_before)
    redis.call('EXPIRE', key, 3 * length)
    answers[i] = {index, current, previous, last, last_before}
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


@dataclass(frozen=True, slots=True)
class Bound:
    """How many hits a key may have in a window of so many seconds."""

    key: str
    limit: int
    length_seconds: int = MINUTE


@dataclass(frozen=True, slots=True)
class Hit:
    """Whether a hit was admitted, the windows before it, and the moment that it counts at."""

    admitted: bool
    windows: Sequence[Window]
    at: float


@dataclass(slots=True)
class _Standing:
    """One key's counters: what all had told when last heard of, and what is yet to be told.

    `last` and `last_before` are the places of the last hits, each in its window.
    """

    length: int
    index: int = 0
    current: int = 0
    previous: int = 0
    new: int = 0
    new_before: int = 0
    waiting: int = 0
    last: float = 0.0
    last_before: float = 0.0

    def roll(self, index: int) -> None:
        """Goes on to a window; never back."""
        if index == self.index + 1:
            self.previous, self.new_before = self.current, self.new
            self.last_before = self.last
        elif index > self.index:
            self.previous = self.new_before = 0
            self.last_before = 0.0
        if index > self.index:
            self.index, self.current, self.new, self.last = index, 0, 0, 0.0

    def place(self, now: float) -> float:
        """How far into the current window a moment is; its start for an earlier one."""
        return max(now, self.index * self.length) % self.length

    def window(self, limit: int, now: float, *, more: int = 0) -> Window:
        """The limit at a moment, with `more` hits than were counted."""
        return Window(
            limit=limit,
            length_seconds=self.length,
            previous=self.previous + self.new_before,
            current=self.current + self.new + more,
            elapsed_seconds=self.place(now),
            previous_last=self.last_before,
            current_last=self.place(now) if more else min(self.last, self.place(now)),
        )

    def count(self, now: float) -> None:
        """Counts a hit that is yet to be told."""
        self.new += 1
        self.last = max(self.last, self.place(now))

    def is_spent(self, limit: int) -> bool:
        """Whether Redis is to be told before the next hit."""
        return max(0, self.new) + max(0, self.new_before) >= allowance(limit)

    def take_back(self, at: float) -> bool:
        """Takes back a hit of a moment, where it still counts."""
        age = self.index - int(at // self.length)
        if age == 0 and self.current + self.new > 0:
            self.new -= 1
        elif age == 1 and self.previous + self.new_before > 0:
            self.new_before -= 1
        else:
            return False
        return True

    def hear(self, told: "_Standing", heard: "_Standing") -> None:
        """Takes over what all have told, after what this process has told was added to it."""
        self.roll(heard.index)
        told.roll(self.index)
        heard.roll(self.index)
        self.new -= told.new
        self.new_before -= told.new_before
        self.current = max(self.current + told.new, heard.current)
        self.previous = max(self.previous + told.new_before, heard.previous)
        self.last = max(self.last, heard.last)
        self.last_before = max(self.last_before, heard.last_before)


class Tally:
    """Counts the hits of any number of keys; the oldest ones make room."""

    def __init__(self, client: Client, standby: Standby, *, prefix: str) -> None:
        self._script = client.register_script(_SCRIPT)
        self._standby = standby
        self._prefix = prefix
        self._standings: dict[str, _Standing] = {}
        self._untold: dict[str, None] = {}
        self._newest = 0.0
        self._hurry = asyncio.Event()
        self._told = asyncio.Event()
        self._telling: asyncio.Task[None] | None = None
        self._is_closing = False

    def look(self, bound: Bound, now: float) -> Window:
        """The window of a key; hits that wait for Redis count in it."""
        standing = self._standing(bound, now)
        return standing.window(bound.limit, now, more=standing.waiting)

    async def hit(self, bounds: Sequence[Bound], now: float) -> Hit:
        """Counts a hit for all keys, or for none when one of them admits no more."""
        while True:
            standings = [self._standing(bound, now) for bound in bounds]
            pairs = list(zip(standings, bounds, strict=True))
            windows = [standing.window(bound.limit, now) for standing, bound in pairs]
            at = max(now, *(standing.index * standing.length for standing in standings))
            if not all(window.admits for window in windows):
                return Hit(False, windows, at)  # its first field
            if self._standby.wait_seconds or not any(s.is_spent(b.limit) for s, b in pairs):
                for standing, bound in pairs:
                    standing.count(now)
                    self._untold[bound.key] = None
                self._tell_soon()
                return Hit(True, windows, at)
            # Each round admits others or brings the news that the limit is reached.
            for standing in standings:
                standing.waiting += 1
            try:
                await self._tell_now()
            finally:
                for standing in standings:
                    standing.waiting -= 1

    def give_back(self, bounds: Sequence[Bound], at: float, now: float) -> Sequence[Window]:
        """Takes back the hit that counts at a moment; the windows after it."""
        windows = []
        for bound in bounds:
            standing = self._standing(bound, now)
            if standing.take_back(at):
                self._untold[bound.key] = None
                self._tell_soon()
            windows.append(standing.window(bound.limit, now))
        return windows

    async def aclose(self) -> None:
        """Tells what is left, when Redis listens."""
        self._is_closing = True
        self._hurry.set()
        if self._telling is not None:
            await self._telling

    def _standing(self, bound: Bound, now: float) -> _Standing:
        standing = self._standings.get(bound.key)
        if standing is None:
            if len(self._standings) >= REMEMBERED_KEYS:
                oldest = next(iter(self._standings))
                del self._standings[oldest]
                self._untold.pop(oldest, None)
            standing = self._standings[bound.key] = _Standing(bound.length_seconds)
        self._newest = max(self._newest, now)
        standing.roll(int(now // standing.length))
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
            if at.index >= self._newest // at.length - 1:
                copy = replace(at)
                told.append((key, at, copy))
        arguments: list[float] = []
        for _, _, copy in told:
            arguments += (copy.index, copy.current, copy.previous)
            arguments += (copy.new, copy.new_before, copy.length)
            arguments += (_microseconds(copy.last), _microseconds(copy.last_before))
        keys = [f"{self._prefix}:limit:{key}" for key, _, _ in told]
        rows = await self._standby.ask(self._script, keys, arguments) if told else []
        if rows is None:
            self._untold |= {key: None for key, at, _ in told if self._standings.get(key) is at}
            return
        for (_, standing, copy), row in zip(told, rows, strict=True):
            standing.hear(copy, _heard(copy.length, row))


def _microseconds(seconds: float) -> int:
    """A place as Redis keeps it: whole, because a script's answers are."""
    return ceil(seconds * MILLION)


def _heard(length: int, row: Sequence[bytes | int]) -> _Standing:
    index, current, previous, last, last_before = map(int, row)
    return _Standing(
        length,
        index=index,
        current=current,
        previous=previous,
        last=last / MILLION,
        last_before=last_before / MILLION,
    )


def allowance(limit: int) -> int:
    """The most hits of a key that a process admits before it tells the others."""
    return max(1, limit // 100)
