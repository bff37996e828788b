"""Rate limits: counted in Redis for all processes together, in memory while Redis is away."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import structlog
from redis.exceptions import RedisError

from gateway.batch import Batch
from gateway.plugin.errors import RateLimited, RateLimitHour, RateLimitMinute
from gateway.queue import OUTAGES, Client
from gateway.records import Webhook
from gateway.rules.windows import Window

MINUTE: Final = 60
HOUR: Final = 3600
RETRY_REDIS_SECONDS: Final = 1.0
REMEMBERED_KEYS: Final = 100_000

log: Final = structlog.stdlib.get_logger()

# For each key: the two pairs of counters, rolled to now, and one hit more when both limits admit
# it. Called once for all requests that arrive together.
_SCRIPT: Final = """
local clock = tonumber(ARGV[1])
local answers = {}
local function rolled(index, current, previous, now_index)
    if index >= now_index then return current, previous end
    if index == now_index - 1 then return 0, current end
    return 0, 0
end
for i, key in ipairs(KEYS) do
    local s = redis.call('HMGET', key, 'mi', 'mc', 'mp', 'hi', 'hc', 'hp')
    for j = 1, 6 do s[j] = tonumber(s[j] or 0) end
    local now = math.max(clock, s[1] * 60)
    local minute, hour = math.floor(now / 60), math.floor(now / 3600)
    local mc, mp = rolled(s[1], s[2], s[3], minute)
    local hc, hp = rolled(s[4], s[5], s[6], hour)
    local m_limit, h_limit = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
    local m_used = mp * (1 - now % 60 / 60) + mc
    local h_used = hp * (1 - now % 3600 / 3600) + hc
    local hit = 0
    if m_used + 1 <= m_limit + 1e-6 and h_used + 1 <= h_limit + 1e-6 then
        hit = 1
        redis.call('HSET', key, 'mi', minute, 'mc', mc + 1, 'mp', mp,
            'hi', hour, 'hc', hc + 1, 'hp', hp)
        redis.call('EXPIRE', key, 7200)
    end
    answers[i] = {hit, mc, mp, hc, hp, string.format('%.17g', now)}
end
return answers
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What a hit leaves to a webhook, for the rate-limit headers; the tighter window speaks."""

    limit: int
    remaining: int
    reset_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hit:
    key: str
    per_minute: int
    per_hour: int
    now: float


@dataclass(frozen=True, slots=True)
class _Counted:
    admitted: bool
    minute: Window
    hour: Window


class RateLimits:
    """Counts hits of webhooks, and of client addresses in this process."""

    def __init__(self, client: Client, *, prefix: str, per_address: int) -> None:
        self._script = client.register_script(_SCRIPT)
        self._prefix = prefix
        self._per_address = per_address
        self._memory = _Memory()
        self._redis_away_until = 0.0
        self._batch: Batch[_Hit, _Counted] = Batch(self._count, max_items=256, outage=RedisError)

    @property
    def in_memory(self) -> bool:
        """Whether Redis is away and each process counts for itself."""
        return self._redis_away_until > 0

    def hit_address(self, address: str, now: datetime) -> None:
        """Counts a request of a client address. Raises `RateLimited`."""
        if not self._per_address:
            return
        moment = now.timestamp()
        counted = self._memory.hit(
            _Hit(key=address, per_minute=self._per_address, per_hour=2**53, now=moment)
        )
        if not counted.admitted:
            wait = counted.minute.retry_after_seconds
            raise RateLimited(
                f"too many requests from {address}; wait {wait} s", retry_after_seconds=wait
            )

    async def hit_webhook(self, webhook: Webhook, now: datetime) -> Quota:
        """Counts a message of a webhook. Raises `RateLimitMinute` or `RateLimitHour`."""
        moment = now.timestamp()
        counted = await self._batch.add(
            _Hit(
                key=f"{self._prefix}:limit:{webhook.id}",
                per_minute=webhook.rate_limit_per_minute,
                per_hour=webhook.rate_limit_per_hour,
                now=moment,
            )
        )
        if counted.admitted:
            return _quota(counted, moment)
        kind, window, span = (
            (RateLimitHour, counted.hour, "hour")
            if not counted.hour.admits
            else (RateLimitMinute, counted.minute, "minute")
        )
        wait = window.retry_after_seconds
        raise kind(
            f"this webhook takes {window.limit} messages a {span}; wait {wait} s, "
            f"or raise rateLimitPer{span.capitalize()}",
            retry_after_seconds=wait,
        )

    async def _count(self, hits: Sequence[_Hit]) -> list[_Counted]:
        clock = asyncio.get_running_loop().time()
        if clock < self._redis_away_until:
            return [self._memory.hit(hit) for hit in hits]
        arguments: list[float] = [max(hit.now for hit in hits)]
        for hit in hits:
            arguments += (hit.per_minute, hit.per_hour)
        try:
            rows = await self._script(keys=[hit.key for hit in hits], args=arguments)
        except OUTAGES as outage:
            self._redis_away_until = clock + RETRY_REDIS_SECONDS
            log.warning("limits.fell_back", error=type(outage).__name__)
            return [self._memory.hit(hit) for hit in hits]
        self._redis_away_until = 0.0
        return [
            _counted(
                replace(hit, now=float(now)), admitted=bool(new), minute=(mc, mp), hour=(hc, hp)
            )
            for hit, (new, mc, mp, hc, hp, now) in zip(hits, rows, strict=True)
        ]


class _Memory:
    """The same counting for one process; the oldest keys make room when there are too many."""

    def __init__(self) -> None:
        self._counters: dict[str, list[int]] = {}

    def hit(self, hit: _Hit) -> _Counted:
        state = self._counters.get(hit.key, [0, 0, 0, 0, 0, 0])
        hit = replace(hit, now=max(hit.now, state[0] * MINUTE))
        minute, hour = int(hit.now // MINUTE), int(hit.now // HOUR)
        m_current, m_previous = _rolled(state[0], state[1], state[2], minute)
        h_current, h_previous = _rolled(state[3], state[4], state[5], hour)
        counted = _counted(
            hit, admitted=False, minute=(m_current, m_previous), hour=(h_current, h_previous)
        )
        admitted = counted.minute.admits and counted.hour.admits
        if admitted:
            if len(self._counters) >= REMEMBERED_KEYS and hit.key not in self._counters:
                del self._counters[next(iter(self._counters))]
            self._counters[hit.key] = [
                minute,
                m_current + 1,
                m_previous,
                hour,
                h_current + 1,
                h_previous,
            ]
        return _Counted(admitted, counted.minute, counted.hour)


def _rolled(index: int, current: int, previous: int, now_index: int) -> tuple[int, int]:
    if index == now_index:
        return current, previous
    return (0, current) if index == now_index - 1 else (0, 0)


def _counted(
    hit: _Hit, *, admitted: bool, minute: tuple[int, int], hour: tuple[int, int]
) -> _Counted:
    """The windows of a hit, each given as its current and its previous counter."""
    m_current, m_previous = minute
    h_current, h_previous = hour
    return _Counted(
        admitted,
        Window(
            limit=hit.per_minute,
            length_seconds=MINUTE,
            previous=m_previous,
            current=m_current,
            elapsed_seconds=hit.now % MINUTE,
        ),
        Window(
            limit=hit.per_hour,
            length_seconds=HOUR,
            previous=h_previous,
            current=h_current,
            elapsed_seconds=hit.now % HOUR,
        ),
    )


def _quota(counted: _Counted, now: float) -> Quota:
    window = min((counted.minute, counted.hour), key=lambda window: window.remaining)
    return Quota(
        limit=window.limit,
        remaining=max(0, window.remaining - 1),
        reset_at=int(now) + max(1, window.length_seconds - int(window.elapsed_seconds)),
    )
