"""Rate limits: counted in Redis for all processes together, in memory while Redis is away."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import ceil
from typing import Final

from redis.exceptions import RedisError

from gateway.batch import Batch
from gateway.config import Limits
from gateway.plugin.errors import (
    InvalidAuth,
    InvalidSignature,
    RateLimited,
    RateLimitHour,
    RateLimitMinute,
)
from gateway.queue import Client
from gateway.records import Webhook
from gateway.rules.windows import Window
from gateway.tallies import REMEMBERED_KEYS, Standby, Tally

MINUTE: Final = 60
HOUR: Final = 3600

# For each key: the two pairs of counters, rolled to now, and one hit more when both limits admit
# it; or, given the moment of a hit, that hit taken back from the windows that it counts in.
# Called once for all requests that arrive together.
_SCRIPT: Final = """
local clock = tonumber(ARGV[1])
local answers = {}
local function rolled(index, current, previous, now_index)
    if index >= now_index then return current, previous end
    if index == now_index - 1 then return 0, current end
    return 0, 0
end
local function returned(index, current, previous, now_index)
    if index == now_index then return math.max(0, current - 1), previous end
    if index == now_index - 1 then return current, math.max(0, previous - 1) end
    return current, previous
end
for i, key in ipairs(KEYS) do
    local s = redis.call('HMGET', key, 'mi', 'mc', 'mp', 'hi', 'hc', 'hp')
    for j = 1, 6 do s[j] = tonumber(s[j] or 0) end
    local now = math.max(clock, s[1] * 60)
    local minute, hour = math.floor(now / 60), math.floor(now / 3600)
    local mc, mp = rolled(s[1], s[2], s[3], minute)
    local hc, hp = rolled(s[4], s[5], s[6], hour)
    local m_limit, h_limit = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
    local back = tonumber(ARGV[3 * i + 1])
    local m_used = mp * (1 - now % 60 / 60) + mc
    local h_used = hp * (1 - now % 3600 / 3600) + hc
    local hit = 0
    if back > 0 then
        mc, mp = returned(math.floor(back / 60), mc, mp, minute)
        hc, hp = returned(math.floor(back / 3600), hc, hp, hour)
        redis.call('HSET', key, 'mi', minute, 'mc', mc, 'mp', mp, 'hi', hour, 'hc', hc, 'hp', hp)
        redis.call('EXPIRE', key, 7200)
    elseif m_used + 1 <= m_limit + 1e-6 and h_used + 1 <= h_limit + 1e-6 then
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
    """What a hit leaves, for the rate-limit headers; the tighter window speaks."""

    limit: int
    remaining: int
    reset_at: int
    counted_at: float = field(default=0.0, compare=False, repr=False)


@dataclass(slots=True)
class Meter:
    """The quota that an answer shows: the last one that its request was counted against."""

    quota: Quota | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hit:
    key: str
    per_minute: int
    per_hour: int
    now: float
    back: float = 0.0
    """The moment of an earlier hit that is to be taken back instead."""


@dataclass(frozen=True, slots=True)
class _Counted:
    admitted: bool
    now: float
    minute: Window
    hour: Window

    @property
    def tighter(self) -> Window:
        """The window that leaves less."""
        return min((self.minute, self.hour), key=lambda window: window.remaining)


class RateLimits:
    """Counts hits of webhooks, tokens and client addresses, for all processes together.

    A limit of 0 is none.
    """

    def __init__(self, client: Client, settings: Limits, *, prefix: str) -> None:
        self._script = client.register_script(_SCRIPT)
        self._prefix = prefix
        self._settings = settings
        self._memory = _Memory()
        self._standby = Standby()
        self._tally = Tally(client, self._standby, prefix=prefix)
        self._batch: Batch[_Hit, _Counted] = Batch(self._count, max_items=256, outage=RedisError)

    @property
    def in_memory(self) -> bool:
        """Whether Redis is away and each process counts for itself."""
        return self._standby.is_used

    async def aclose(self) -> None:
        """Tells other processes what they do not know yet."""
        await self._tally.aclose()

    async def hit_address(self, address: str, now: datetime) -> Quota | None:
        """Counts a request of a client address. Raises `RateLimited`."""
        limit = self._settings.requests_per_ip_per_minute
        if not limit:
            return None
        moment = now.timestamp()
        admitted, window = await self._tally.hit(f"address:{address}", limit, moment)
        if not admitted:
            raise _too_many(window, moment, f"too many requests from {address}")
        return _quota(window, moment)

    def check_failures(self, address: str, now: datetime, *, at: str) -> None:
        """Raises `RateLimited` while an address has failed to authenticate too often at a place."""
        limit = self._settings.failed_auth_per_ip_per_minute
        moment = now.timestamp()
        if limit:
            window = self._tally.look(_failures(address, at), limit, moment)
            if not window.admits:
                raise _failed_too_often(window, moment, address)

    @asynccontextmanager
    async def guard(self, webhook_id: int, address: str, now: datetime) -> AsyncIterator[None]:
        """Counts a failed authentication in the block; who fails too often gets no further.

        Raises `RateLimited` (NFR-17).
        """
        place = f"webhook {webhook_id}"
        self.check_failures(address, now, at=place)
        try:
            yield
        except (InvalidSignature, InvalidAuth):
            await self.note_failure(address, now, at=place)
            raise

    async def note_failure(self, address: str, now: datetime, *, at: str) -> None:
        """Counts a failed authentication. Raises `RateLimited` when it is one too many."""
        limit = self._settings.failed_auth_per_ip_per_minute
        moment = now.timestamp()
        if limit:
            admitted, window = await self._tally.hit(_failures(address, at), limit, moment)
            if not admitted:
                raise _failed_too_often(window, moment, address)

    async def hit_token(self, token_id: int, now: datetime) -> Quota | None:
        """Counts a call of an API token. Raises `RateLimited`."""
        limit = self._settings.api_calls_per_token_per_minute
        if not limit:
            return None
        moment = now.timestamp()
        key = f"{self._prefix}:limit:token:{token_id}"
        counted = await self._batch.add(_per_minute(key, limit, moment))
        if not counted.admitted:
            raise _too_many(counted.minute, moment, f"this token makes {limit} calls a minute")
        return _quota(counted.tighter, moment)

    async def hit_webhook(self, webhook: Webhook, now: datetime) -> Quota:
        """Counts a message of a webhook. Raises `RateLimitMinute` or `RateLimitHour`."""
        moment = now.timestamp()
        counted = await self._batch.add(self._hit_of(webhook, moment))
        if counted.admitted:
            return replace(_quota(counted.tighter, moment), counted_at=counted.now)
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
            limit=window.limit,
            reset_at=ceil(moment) + wait,
        )

    async def give_back(self, webhook: Webhook, quota: Quota) -> Quota:
        """Takes back the hit that left this quota: its message had been counted before."""
        hit = replace(self._hit_of(webhook, quota.counted_at), back=quota.counted_at)
        counted = await self._batch.add(hit)
        return _quota(counted.tighter, quota.counted_at, of_hit=0)

    def _hit_of(self, webhook: Webhook, moment: float) -> _Hit:
        return _Hit(
            key=f"{self._prefix}:limit:{webhook.id}",
            per_minute=webhook.rate_limit_per_minute,
            per_hour=webhook.rate_limit_per_hour,
            now=moment,
        )

    async def _count(self, hits: Sequence[_Hit]) -> list[_Counted]:
        arguments: list[float] = [max(hit.now for hit in hits)]
        for hit in hits:
            arguments += (hit.per_minute, hit.per_hour, hit.back)
        rows = await self._standby.ask(self._script, [hit.key for hit in hits], arguments)
        if rows is None:
            return [self._memory.count(hit) for hit in hits]
        return [
            _counted(
                replace(hit, now=float(now)),
                admitted=bool(new),
                minute=(int(mc), int(mp)),
                hour=(int(hc), int(hp)),
            )
            for hit, (new, mc, mp, hc, hp, now) in zip(hits, rows, strict=True)
        ]


class _Memory:
    """The same counting for one process; the oldest keys make room when there are too many."""

    def __init__(self) -> None:
        self._counters: dict[str, list[int]] = {}

    def look(self, hit: _Hit) -> _Counted:
        """What has been counted, with nothing added."""
        hit, state = self._rolled(hit)
        return _counted(hit, admitted=False, minute=(state[1], state[2]), hour=(state[4], state[5]))

    def count(self, hit: _Hit) -> _Counted:
        """One hit more when both limits admit it, or an earlier one taken back."""
        hit, state = self._rolled(hit)
        if hit.back:
            for first, length in ((0, MINUTE), (3, HOUR)):
                age = state[first] - int(hit.back // length)
                if age in (0, 1):
                    state[first + 1 + age] = max(0, state[first + 1 + age] - 1)
            self._keep(hit.key, state)
            return self.look(hit)
        counted = self.look(hit)
        admitted = counted.minute.admits and counted.hour.admits
        if admitted:
            state[1] += 1
            state[4] += 1
            self._keep(hit.key, state)
        return replace(counted, admitted=admitted)

    def _rolled(self, hit: _Hit) -> tuple[_Hit, list[int]]:
        state = self._counters.get(hit.key, [0, 0, 0, 0, 0, 0])
        hit = replace(hit, now=max(hit.now, state[0] * MINUTE))
        minute, hour = int(hit.now // MINUTE), int(hit.now // HOUR)
        return hit, [
            *(minute, *_rolled(state[0], state[1], state[2], minute)),
            *(hour, *_rolled(state[3], state[4], state[5], hour)),
        ]

    def _keep(self, key: str, state: list[int]) -> None:
        if len(self._counters) >= REMEMBERED_KEYS and key not in self._counters:
            del self._counters[next(iter(self._counters))]
        self._counters[key] = state


def _per_minute(key: str, limit: int, moment: float) -> _Hit:
    return _Hit(key=key, per_minute=limit, per_hour=2**53, now=moment)


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
        hit.now,
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


def _failures(address: str, place: str) -> str:
    return f"failed:{address} {place}"


def _quota(window: Window, now: float, *, of_hit: int = 1) -> Quota:
    """What is left of a quota after the hit that was counted."""
    return Quota(
        limit=window.limit,
        remaining=max(0, window.remaining - of_hit),
        reset_at=int(now) + max(1, window.length_seconds - int(window.elapsed_seconds)),
    )


def _too_many(window: Window, now: float, what: str) -> RateLimited:
    wait = window.retry_after_seconds
    return RateLimited(
        f"{what}; wait {wait} s",
        retry_after_seconds=wait,
        limit=window.limit,
        reset_at=ceil(now) + wait,
    )


def _failed_too_often(window: Window, now: float, address: str) -> RateLimited:
    return _too_many(window, now, f"too many requests from {address} failed to authenticate")
