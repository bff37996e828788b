"""Limits of a few messages: their whole rate, and waits that are right."""

from collections.abc import AsyncIterator

import pytest

from gateway.config import Config
from gateway.limits import RateLimits
from gateway.plugin.errors import RateLimitMinute
from gateway.queue import connect
from gateway.sections import Limits
from tests.foundations.test_limits import at, webhook


@pytest.fixture
async def limits(config: Config) -> AsyncIterator[RateLimits]:
    """The limits of one web process."""
    client = connect(config.redis)
    made = RateLimits(client, Limits(), prefix=config.redis.prefix)
    yield made
    await made.aclose()
    await client.aclose()


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
async def test_a_small_limit_admits_again_a_window_later_and_says_so(
    limits: RateLimits, limit: int
) -> None:
    hook = webhook(per_minute=limit, per_hour=10 * limit)
    for minute in range(5):
        start = 40 + 60 * minute
        for _ in range(limit):
            await limits.hit_webhook(hook, at(start))
        with pytest.raises(RateLimitMinute) as refused:
            await limits.hit_webhook(hook, at(start + 7))
        assert refused.value.retry_after_seconds <= 53
