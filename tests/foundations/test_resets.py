"""When a limit says that it is over: the end of its window, or when the next hit is admitted."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from gateway.config import Config
from gateway.limits import RateLimits
from gateway.plugin.errors import RateLimited, RateLimitHour, RateLimitMinute
from gateway.queue import connect
from gateway.records import Webhook
from gateway.sections import Limits
from tests.foundations.test_limits import START, at, webhook


@pytest.fixture
async def limits(config: Config) -> AsyncIterator[RateLimits]:
    """The limits of one web process."""
    client = connect(config.redis)
    made = RateLimits(client, Limits(), prefix=config.redis.prefix)
    yield made
    await made.aclose()
    await client.aclose()


def unix(seconds: float) -> int:
    return int(at(seconds).timestamp())


async def refusal(limits: RateLimits, hook: Webhook, moment: datetime) -> RateLimited:
    """How a hit is refused, which it must be."""
    with pytest.raises(RateLimited) as refused:
        await limits.hit_webhook(hook, moment)
    return refused.value


@pytest.mark.parametrize(
    ("moment", "ends"),
    [(0, 60), (0.4, 60), (59.2, 60), (59.99, 60), (60, 120), (61.5, 120), (3599.9, 3600)],
)
async def test_while_something_is_left_the_reset_is_the_end_of_the_window(
    limits: RateLimits, moment: float, ends: int
) -> None:
    minute = await limits.hit_webhook(webhook(per_minute=5, id_=1), at(moment))
    hour = await limits.hit_webhook(webhook(per_minute=50, per_hour=5, id_=2), at(moment))

    assert (minute.remaining, minute.reset_at) == (4, unix(ends))
    assert (hour.remaining, hour.reset_at) == (4, unix(3600))


@pytest.mark.parametrize("limit", [1, 2, 5, 30])
@pytest.mark.parametrize("start", [0.0, 0.3, 17.0, 59.7])
async def test_over_many_windows_a_hit_is_admitted_at_the_reset_and_not_long_before(
    limits: RateLimits, limit: int, start: float
) -> None:
    hook, moment = webhook(per_minute=limit, per_hour=1000), at(start)
    for _ in range(12):
        while (quota := await limits.hit_webhook(hook, moment)).remaining:
            assert quota.reset_at > moment.timestamp()
        refused = await refusal(limits, hook, moment)
        assert quota.reset_at == refused.reset_at
        moment = datetime.fromtimestamp(quota.reset_at, UTC)
        early = datetime.fromtimestamp(quota.reset_at - 2, UTC)
        late = await refusal(limits, hook, early)
        assert abs((late.reset_at or 0) - quota.reset_at) <= 1


async def test_where_both_limits_are_used_up_the_one_that_lasts_longer_speaks(
    limits: RateLimits,
) -> None:
    hook = webhook(per_minute=2, per_hour=2)
    await limits.hit_webhook(hook, at(3540))
    quota = await limits.hit_webhook(hook, at(3599))

    refused = await refusal(limits, hook, at(3599.5))

    assert isinstance(refused, RateLimitHour)
    assert (quota.limit, quota.remaining) == (2, 0)
    assert quota.reset_at == pytest.approx(refused.reset_at, abs=1)
    assert (refused.reset_at or 0) > START.timestamp() + 3600 + 60


async def test_an_hour_that_ends_before_the_minute_does_not_promise_too_much(
    limits: RateLimits,
) -> None:
    hook = webhook(per_minute=1, per_hour=2)
    await limits.hit_webhook(hook, at(1))
    quota = await limits.hit_webhook(hook, at(3600 - 1))

    for _ in range(3):
        refused = await refusal(limits, hook, at(3601))
        assert isinstance(refused, RateLimitMinute | RateLimitHour)
    await limits.hit_webhook(hook, datetime.fromtimestamp(refused.reset_at or 0, UTC))
    assert quota.reset_at >= START.timestamp() + 3599 + 60
