"""Rate limits: counted in Redis for all processes together, in memory while Redis is away."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache, partial
from math import ceil
from typing import Final

from gateway.plugin.errors import (
    AddressBlocked,
    InvalidAuth,
    InvalidSignature,
    RateLimited,
    RateLimitHour,
    RateLimitMinute,
)
from gateway.queue import Client
from gateway.records import Webhook
from gateway.rules.addresses import lies_in
from gateway.rules.windows import Window
from gateway.sections import Limits
from gateway.tallies import HOUR, Bound, Hit, Standby, Tally

REMEMBERED_ADDRESSES: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What a hit leaves, for the rate-limit headers; the tighter window speaks.

    `reset_at` is when its window ends, and where nothing is left, when the next hit is admitted.
    """

    limit: int
    remaining: int
    reset_at: int
    counted_at: float = field(default=0.0, compare=False, repr=False)


@dataclass(slots=True)
class Meter:
    """The quota that an answer shows: the last one that its request was counted against.

    `busy_status` is what its sender is answered when a limit is reached.
    """

    quota: Quota | None = None
    busy_status: int = 429


class RateLimits:
    """Counts hits of webhooks, tokens and client addresses, for all processes together.

    A limit of 0 is none.
    """

    def __init__(self, client: Client, settings: Limits, *, prefix: str) -> None:
        self._settings = settings
        self._standby = Standby()
        self._tally = Tally(client, self._standby, prefix=prefix)
        blocked = settings.blocked_addresses
        self._is_blocked = lru_cache(REMEMBERED_ADDRESSES)(partial(lies_in, networks=blocked))

    @property
    def in_memory(self) -> bool:
        """Whether Redis is away and each process counts for itself."""
        return self._standby.is_used

    async def aclose(self) -> None:
        """Tells other processes what they do not know yet."""
        await self._tally.aclose()

    def blocks(self, address: str) -> bool:
        """Whether the operator lets nothing in from an address."""
        return bool(self._settings.blocked_addresses) and self._is_blocked(address)

    async def hit_address(self, address: str, now: datetime) -> Quota | None:
        """Counts a request of a client address. Raises `AddressBlocked` or `RateLimited`."""
        if self.blocks(address):
            raise AddressBlocked(
                f"nothing is taken from {address}; if it should be, ask the operator to take it "
                "off [limits] blocked_addresses"
            )
        limit = self._settings.requests_per_ip_per_minute
        if not limit:
            return None
        hit = await self._tally.hit((Bound(f"address:{address}", limit),), now.timestamp())
        if not hit.admitted:
            raise _too_many(hit, f"too many requests from {address}")
        return _quota(hit)

    def check_failures(self, address: str, now: datetime, *, at: str) -> None:
        """Raises `RateLimited` while an address has failed to authenticate too often at a place."""
        limit = self._settings.failed_auth_per_ip_per_minute
        moment = now.timestamp()
        if limit:
            window = self._tally.look(_failures(address, at, limit), moment)
            if not window.admits:
                raise _failed_too_often(Hit(False, [window], moment), address)

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
        if limit:
            hit = await self._tally.hit((_failures(address, at, limit),), now.timestamp())
            if not hit.admitted:
                raise _failed_too_often(hit, address)

    async def hit_token(self, token_id: int, now: datetime) -> Quota | None:
        """Counts a call of an API token. Raises `RateLimited`."""
        limit = self._settings.api_calls_per_token_per_minute
        if not limit:
            return None
        hit = await self._tally.hit((Bound(f"token:{token_id}", limit),), now.timestamp())
        if not hit.admitted:
            raise _too_many(hit, f"this token makes {limit} calls a minute")
        return _quota(hit)

    async def hit_webhook(self, webhook: Webhook, now: datetime) -> Quota:
        """Counts a message of a webhook. Raises `RateLimitMinute` or `RateLimitHour`."""
        hit = await self._tally.hit(_bounds(webhook), now.timestamp())
        if hit.admitted:
            return _quota(hit)
        minute, hour = hit.windows
        # Where both are used up, the one that lasts longer: after the other one it would be no use.
        kind, window, span = (
            (RateLimitHour, hour, "an hour")
            if hour.retry_after_seconds >= minute.retry_after_seconds
            else (RateLimitMinute, minute, "a minute")
        )
        wait = window.retry_after_seconds
        raise kind(
            f"this webhook takes {window.limit} messages {span}; wait {wait} s, "
            f"or raise rateLimitPer{span.split()[1].capitalize()}",
            retry_after_seconds=wait,
            limit=window.limit,
            reset_at=ceil(hit.at) + wait,
        )

    def give_back(self, webhook: Webhook, quota: Quota) -> Quota:
        """Takes back the hit that left this quota: its message had been counted before."""
        at = quota.counted_at
        windows = self._tally.give_back(_bounds(webhook), at, at)
        return _quota(Hit(True, windows, at), of_hit=0)  # its first field


def _bounds(webhook: Webhook) -> tuple[Bound, Bound]:
    key = f"webhook:{webhook.id}"
    return (
        Bound(f"{key}:minute", webhook.rate_limit_per_minute),
        Bound(f"{key}:hour", webhook.rate_limit_per_hour, HOUR),
    )


def _failures(address: str, place: str, limit: int) -> Bound:
    return Bound(f"failed:{address} {place}", limit)


def _quota(hit: Hit, *, of_hit: int = 1) -> Quota:
    """What is left of a quota after the hit that was counted; the tighter window speaks."""
    window = min(hit.windows, key=lambda window: window.remaining)
    remaining = max(0, window.remaining - of_hit)
    ends_at = int(hit.at) + max(1, window.length_seconds - int(window.elapsed_seconds))
    if not remaining:
        window, wait = _slowest(hit, of_hit)
        ends_at = ceil(hit.at) + wait
    return Quota(limit=window.limit, remaining=remaining, reset_at=ends_at, counted_at=hit.at)


def _slowest(hit: Hit, of_hit: int) -> tuple[Window, int]:
    """The window that refuses longest after a hit, and for how long."""
    waits = [window.after(of_hit).retry_after_seconds for window in hit.windows]
    wait = max(waits)
    return hit.windows[waits.index(wait)], wait


def _too_many(hit: Hit, what: str) -> RateLimited:
    window = hit.windows[0]
    wait = window.retry_after_seconds
    return RateLimited(
        f"{what}; wait {wait} s",
        retry_after_seconds=wait,
        limit=window.limit,
        reset_at=ceil(hit.at) + wait,
    )


def _failed_too_often(hit: Hit, address: str) -> RateLimited:
    return _too_many(hit, f"too many requests from {address} failed to authenticate")
