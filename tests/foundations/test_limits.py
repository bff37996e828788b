"""Rate limits: the same in Redis and in memory, and none without an answer."""

import random
from asyncio import gather
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import ceil
from uuid import uuid4

import pytest
from redis.asyncio import Redis

from gateway.config import Config, Redis as RedisSettings
from gateway.limits import Quota, RateLimits
from gateway.plugin.errors import RateLimited, RateLimitHour, RateLimitMinute
from gateway.queue import connect
from gateway.records import Webhook
from gateway.sections import Limits
from tests.conftest import wait_for
from tests.servers import free_port, valkey

SETTINGS = Limits(
    requests_per_ip_per_minute=3, failed_auth_per_ip_per_minute=2, api_calls_per_token_per_minute=4
)
NO_LIMITS = Limits(
    requests_per_ip_per_minute=0, failed_auth_per_ip_per_minute=0, api_calls_per_token_per_minute=0
)
START = datetime(2026, 1, 2, 3, 0, tzinfo=UTC)


def webhook(per_minute: int = 5, per_hour: int = 1000, *, id_: int = 7) -> Webhook:
    return Webhook(
        id=id_,
        user_id=1,
        webhook_token=uuid4(),
        channel_type="sms",
        channel_name="Phone",
        parser="fake",
        verifier="fake",
        transport="fake",
        responder="echo",
        provider_config="",
        outbound_config="",
        signing_secrets="",
        outbound_enabled=True,
        is_primary=True,
        is_active=True,
        is_verified=True,
        rate_limit_per_minute=per_minute,
        rate_limit_per_hour=per_hour,
        ai_config={},
        tags=(),
        metadata={},
        version=1,
        created_at=START,
        updated_at=START,
        time_zone="UTC",
    )


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@pytest.fixture
async def client(config: Config) -> AsyncIterator[Redis]:
    """A client of this test's Redis."""
    opened = connect(config.redis)
    yield opened
    await opened.aclose()


@pytest.fixture
async def limits(client: Redis, config: Config) -> AsyncIterator[RateLimits]:
    """Limits in Redis."""
    opened = RateLimits(client, SETTINGS, prefix=config.redis.prefix)
    yield opened
    await opened.aclose()


@pytest.fixture
async def away() -> AsyncIterator[RateLimits]:
    """Limits whose Redis does not listen."""
    settings = RedisSettings.model_validate({"url": f"redis://127.0.0.1:{free_port()}/0"})
    client = connect(settings)
    limits = RateLimits(client, SETTINGS, prefix="away")
    yield limits
    await limits.aclose()
    await client.aclose()


@pytest.fixture(params=["redis", "memory"])
def counting(request: pytest.FixtureRequest, limits: RateLimits, away: RateLimits) -> RateLimits:
    """Limits in Redis, and then in memory."""
    return limits if request.param == "redis" else away


async def outcome(limits: RateLimits, hook: Webhook, seconds: float) -> Quota | tuple[str, int]:
    try:
        return await limits.hit_webhook(hook, at(seconds))
    except RateLimited as refused:
        return refused.code, refused.retry_after_seconds


def dice_of(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 # it guards nothing


def hit_times(seed: int) -> Iterator[float]:
    dice = dice_of(seed)
    now = dice.uniform(0, 3600)
    for _ in range(120):
        now += dice.choice([0.0, 0.0, 0.3, 1.0, dice.uniform(0, 20), dice.uniform(0, 90)])
        if dice.random() < 0.02:
            now += dice.uniform(0, 4000)
        now = ceil(now * 1000) / 1000 if dice.random() < 0.5 else float(ceil(now))
        yield now


async def test_a_webhook_gets_its_limit_a_minute_and_then_waits(limits: RateLimits) -> None:
    hook = webhook(per_minute=3)

    quotas = [await limits.hit_webhook(hook, at(n)) for n in range(3)]
    with pytest.raises(RateLimitMinute, match=r"takes 3 messages a minute; wait \d+ s") as refused:
        await limits.hit_webhook(hook, at(10))

    assert [(q.limit, q.remaining) for q in quotas] == [(3, 2), (3, 1), (3, 0)]
    assert "rateLimitPerMinute" in str(refused.value)
    # The last of them is past a minute after second 2, which is sooner than a third of them fades.
    assert refused.value.retry_after_seconds == 52


async def test_a_webhook_gets_its_limit_an_hour_and_then_waits(limits: RateLimits) -> None:
    hook = webhook(per_minute=100, per_hour=4)

    for n in range(4):
        await limits.hit_webhook(hook, at(120 * n))
    with pytest.raises(
        RateLimitHour, match=r"takes 4 messages an hour; .*rateLimitPerHour"
    ) as refused:
        await limits.hit_webhook(hook, at(600))

    assert refused.value.retry_after_seconds == 3000 + 360


async def test_the_tighter_window_speaks_in_the_headers(limits: RateLimits) -> None:
    quota = await limits.hit_webhook(webhook(per_minute=100, per_hour=10), at(5))

    assert quota == Quota(limit=10, remaining=9, reset_at=int(at(3600).timestamp()))


async def test_a_refused_hit_does_not_count(limits: RateLimits) -> None:
    hook = webhook(per_minute=2)
    for n in range(20):
        await outcome(limits, hook, n)

    assert isinstance(await outcome(limits, hook, 91), Quota)


async def test_webhooks_have_limits_of_their_own(limits: RateLimits) -> None:
    await limits.hit_webhook(webhook(per_minute=1, id_=1), at(0))

    assert isinstance(await outcome(limits, webhook(per_minute=1, id_=2), 0), Quota)


@pytest.mark.parametrize("seed", range(12))
async def test_redis_and_memory_decide_alike(
    limits: RateLimits, away: RateLimits, seed: int
) -> None:
    dice = dice_of(seed)
    hook = webhook(dice.randint(1, 12), dice.randint(1, 60))

    for moment in hit_times(seed):
        assert await outcome(limits, hook, moment) == await outcome(away, hook, moment), moment


@pytest.mark.parametrize("seed", range(12))
async def test_who_waits_as_told_is_admitted(limits: RateLimits, seed: int) -> None:
    dice = dice_of(seed)
    hook = webhook(dice.randint(1, 12), dice.randint(1, 60))
    shift = 0.0

    for moment in hit_times(seed):
        answer = await outcome(limits, hook, moment + shift)
        if isinstance(answer, tuple):
            assert answer[1] > 0
            shift += answer[1]
            again = await outcome(limits, hook, moment + shift)
            # The minute may be waited for while the hour is still full: it then says so itself.
            assert isinstance(again, Quota) or again[0] != answer[0]


async def test_a_wait_that_ends_exactly_then_is_enough(
    counting: RateLimits,
) -> None:
    refused_again = []
    for per_minute in range(2, 31):
        hook = webhook(per_minute, 10_000, id_=per_minute)
        for _ in range(per_minute):
            await counting.hit_webhook(hook, at(0))
        answer = await outcome(counting, hook, 0)
        assert isinstance(answer, tuple)
        again = await outcome(counting, hook, answer[1])
        if not isinstance(again, Quota):
            refused_again.append((per_minute, answer[1], again))

    assert refused_again == []


async def test_hits_that_arrive_together_are_counted_one_by_one(
    counting: RateLimits,
) -> None:
    hook = webhook(per_minute=10)

    answers = await gather(*(outcome(counting, hook, 30) for _ in range(40)))

    assert sum(isinstance(answer, Quota) for answer in answers) == 10
    remaining = [answer.remaining for answer in answers if isinstance(answer, Quota)]
    assert remaining == list(range(9, -1, -1))


async def test_hits_of_two_minutes_that_travel_together_are_told_to_wait(
    counting: RateLimits,
) -> None:
    hook = webhook(per_minute=30)
    for _ in range(30):
        await counting.hit_webhook(hook, at(30))

    moments = [59.5, 59.8, 60.01, 60.02]
    answers = await gather(*(outcome(counting, hook, moment) for moment in moments))

    assert [answer for answer in answers if isinstance(answer, Quota)] == []
    assert all(isinstance(answer, tuple) and answer[1] > 0 for answer in answers)


async def test_a_request_that_was_slow_to_arrive_does_not_wipe_the_counters(
    counting: RateLimits,
) -> None:
    hook = webhook(per_minute=10)
    for _ in range(10):
        await counting.hit_webhook(hook, at(61))

    answers = [await outcome(counting, hook, moment) for moment in (59.9, 61.5, 59.9, 62)]

    assert [answer for answer in answers if isinstance(answer, Quota)] == []


async def test_a_hit_that_is_given_back_leaves_the_quota_as_it_was(
    counting: RateLimits,
) -> None:
    hook = webhook(per_minute=3, per_hour=50)
    await counting.hit_webhook(hook, at(0))

    for n in range(20):
        quota = await counting.hit_webhook(hook, at(n))
        assert quota.remaining == 1
        assert counting.give_back(hook, quota).remaining == 2

    assert isinstance(await outcome(counting, hook, 21), Quota)
    assert isinstance(await outcome(counting, hook, 22), Quota)
    assert isinstance(await outcome(counting, hook, 23), tuple)


async def test_a_hit_is_given_back_to_the_minute_that_it_was_counted_in(
    counting: RateLimits,
) -> None:
    hook = webhook(per_minute=2)
    early = await counting.hit_webhook(hook, at(59))
    await counting.hit_webhook(hook, at(60))

    counting.give_back(hook, early)

    assert (await counting.hit_webhook(hook, at(60))).remaining == 0
    assert isinstance(await outcome(counting, hook, 61), tuple)
    # Long after it has ceased to count, it takes nothing from others.
    await counting.hit_webhook(hook, at(7000))
    counting.give_back(hook, early)
    assert (await counting.hit_webhook(hook, at(7001))).remaining == 0


async def test_a_token_has_calls_of_its_own(counting: RateLimits) -> None:
    for left in (3, 2, 1, 0):
        quota = await counting.hit_token(7, at(0))
        assert quota is not None
        assert (quota.limit, quota.remaining) == (4, left)
    with pytest.raises(RateLimited, match=r"this token makes 4 calls a minute") as refused:
        await counting.hit_token(7, at(1))

    assert (refused.value.limit, refused.value.reset_at) == (
        4,
        int(START.timestamp()) + 1 + refused.value.retry_after_seconds,
    )
    assert isinstance(await outcome(counting, webhook(id_=7), 1), Quota)
    assert await counting.hit_token(8, at(1))


async def test_an_address_that_fails_too_often_at_one_place_waits_there_alone(
    counting: RateLimits,
) -> None:
    limits = counting
    for _ in range(2):
        limits.check_failures("203.0.113.7", at(0), at="webhook 1")
        await limits.note_failure("203.0.113.7", at(0), at="webhook 1")
    with pytest.raises(RateLimited, match="failed to authenticate") as refused:
        limits.check_failures("203.0.113.7", at(1), at="webhook 1")
    with pytest.raises(RateLimited, match="failed to authenticate"):
        await limits.note_failure("203.0.113.7", at(1), at="webhook 1")

    limits.check_failures("203.0.113.7", at(1), at="webhook 2")
    limits.check_failures("203.0.113.8", at(1), at="webhook 1")
    wait = refused.value.retry_after_seconds
    limits.check_failures("203.0.113.7", at(1 + wait), at="webhook 1")


async def test_nothing_stays_in_redis_for_ever(
    limits: RateLimits, client: Redis, config: Config
) -> None:
    await limits.hit_webhook(webhook(), at(0))
    await limits.aclose()

    keys = sorted([key async for key in client.scan_iter(f"{config.redis.prefix}:*")])
    place = f"{config.redis.prefix}:limit:webhook:7"
    assert keys == [f"{place}:hour".encode(), f"{place}:minute".encode()]
    assert 7200 < await client.ttl(keys[0]) <= 10_800
    assert 120 < await client.ttl(keys[1]) <= 180


async def test_while_redis_is_away_memory_counts_and_says_so(away: RateLimits) -> None:
    hook = webhook(per_minute=2)
    before = away.in_memory

    answers = [await outcome(away, hook, n) for n in range(3)]

    assert (before, away.in_memory) == (False, True)
    assert [isinstance(answer, Quota) for answer in answers] == [True, True, False]


async def test_redis_counts_again_when_it_is_back() -> None:
    port = free_port()
    client = connect(RedisSettings.model_validate({"url": f"redis://127.0.0.1:{port}/0"}))
    limits = RateLimits(client, SETTINGS, prefix="gateway")

    async def is_in_memory() -> bool:
        await limits.hit_webhook(webhook(per_minute=10_000, per_hour=100_000), at(0))
        return limits.in_memory

    async def is_in_redis() -> bool:
        return not await is_in_memory()

    await wait_for(is_in_memory)
    with valkey(port):
        await wait_for(is_in_redis)
        assert await client.exists("gateway:limit:webhook:7:hour")
    await wait_for(is_in_memory)
    await limits.aclose()
    await client.aclose()


async def test_a_script_that_redis_forgot_is_sent_again(limits: RateLimits, client: Redis) -> None:
    await limits.hit_webhook(webhook(), at(0))
    await client.script_flush()

    await limits.hit_webhook(webhook(), at(1))

    assert not limits.in_memory


async def test_one_address_cannot_ask_more_than_its_limit(counting: RateLimits) -> None:
    limits = counting
    for n in range(3):
        await limits.hit_address("203.0.113.7", at(n))
    with pytest.raises(RateLimited, match=r"too many requests from 203.0.113.7") as refused:
        await limits.hit_address("203.0.113.7", at(3))

    await limits.hit_address("203.0.113.8", at(3))
    assert refused.value.code == "RATE_LIMITED"
    await limits.hit_address("203.0.113.7", at(3 + refused.value.retry_after_seconds))


async def test_without_a_limit_an_address_may_ask_for_ever(client: Redis) -> None:
    limits = RateLimits(client, NO_LIMITS, prefix="x")

    for _ in range(1000):
        assert await limits.hit_address("203.0.113.7", at(0)) is None
        await limits.note_failure("203.0.113.7", at(0), at="api")
    limits.check_failures("203.0.113.7", at(0), at="api")
    assert await limits.hit_token(7, at(0)) is None
    await limits.aclose()


async def test_a_limit_that_its_owner_changed_counts_at_once(limits: RateLimits) -> None:
    hook = webhook(per_minute=2)
    await limits.hit_webhook(hook, at(0))
    await limits.hit_webhook(hook, at(1))

    assert isinstance(await outcome(limits, replace(hook, rate_limit_per_minute=3), 2), Quota)
    assert isinstance(await outcome(limits, hook, 3), tuple)
