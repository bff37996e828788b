"""Addresses and failures: counted in memory at once, and for all processes together."""

import asyncio
import random
from asyncio import StreamReader, StreamWriter, gather
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from gateway.config import Config, Redis as RedisSettings
from gateway.limits import Quota, RateLimits
from gateway.plugin.errors import RateLimited
from gateway.queue import connect
from gateway.sections import Limits
from gateway.tallies import allowance
from tests.conftest import wait_for
from tests.foundations.test_limits import webhook
from tests.servers import free_port, valkey

START = datetime(2026, 1, 2, 3, 0, tzinfo=UTC)
ADDRESS = "203.0.113.7"


class Process:
    """The limits as one web process has them, with a client of its own."""

    def __init__(self, client: Redis, limit: int, prefix: str) -> None:
        settings = Limits(
            requests_per_ip_per_minute=limit,
            failed_auth_per_ip_per_minute=limit,
            api_calls_per_token_per_minute=limit,
        )
        self.limits = RateLimits(client, settings, prefix=prefix)
        self.webhook = webhook(per_minute=limit, per_hour=3 * limit)

    async def asks(self, seconds: float = 0) -> bool:
        """Whether a request of the address is let through."""
        try:
            await self.limits.hit_address(ADDRESS, START + timedelta(seconds=seconds))
        except RateLimited:
            return False
        return True

    async def fails(self, seconds: float = 0) -> bool:
        """Whether a wrong signature of the address is answered as one, not with 429."""
        now = START + timedelta(seconds=seconds)
        try:
            self.limits.check_failures(ADDRESS, now, at="webhook 1")
            await self.limits.note_failure(ADDRESS, now, at="webhook 1")
        except RateLimited:
            return False
        return True

    async def posts(self, seconds: float = 0) -> Quota | None:
        """What a message to a webhook leaves of its quota; None when it is refused."""
        try:
            return await self.limits.hit_webhook(self.webhook, START + timedelta(seconds=seconds))
        except RateLimited:
            return None

    async def calls(self) -> bool:
        """Whether a call of a token is let through."""
        try:
            await self.limits.hit_token(1, START)
        except RateLimited:
            return False
        return True


Open = Callable[..., Process]


@pytest.fixture
async def process(config: Config) -> AsyncIterator[Open]:
    """Opens web processes on a Redis; all end with the test."""
    async with AsyncExitStack() as stack:

        def opened(*, limit: int, port: int | None = None) -> Process:
            url = f"redis://127.0.0.1:{port}/0"
            settings = RedisSettings.model_validate({"url": url}) if port else config.redis
            client = connect(settings)
            stack.push_async_callback(client.aclose)
            made = Process(client, limit, config.redis.prefix)
            stack.push_async_callback(made.limits.aclose)
            return made

        yield opened


def worst(admitted: list[float], limit: int) -> float:
    """The most that any stretch of a minute or less had, as a part of what it may have."""
    parts = [0.0]
    for start, first in enumerate(admitted):
        for end in range(start, len(admitted)):
            length = admitted[end] - first
            if length > 60:
                break
            parts.append((end - start + 1) / (limit * (1 + length / 60)))
    return max(parts)


async def test_one_process_alone_admits_exactly_the_limit(process: Open) -> None:
    alone = process(limit=300)

    assert sum([await alone.asks() for _ in range(700)]) == 300
    together = await gather(*(alone.fails() for _ in range(700)))
    assert sum(together) == 300


async def test_what_is_within_the_allowance_waits_for_nothing(process: Open) -> None:
    far = process(limit=600, port=free_port())

    for _ in range(allowance(600)):
        hit = far.asks()
        with pytest.raises(StopIteration):  # it ends at its first step
            hit.send(None)


@pytest.mark.parametrize("seed", range(8))
async def test_several_processes_together_stay_within_the_bound(process: Open, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 # it guards nothing
    limit = dice.choice([1, 5, 20, 250])
    processes = [process(limit=limit) for _ in range(dice.choice([2, 2, 3, 5]))]
    bound = limit + len(processes) * allowance(limit)
    admitted: list[float] = []
    moment = dice.uniform(0, 60)
    for _ in range(14):
        asked = [dice.choice(processes) for _ in range(dice.randint(1, limit))]
        answers = await gather(*(one.asks(moment) for one in asked))
        admitted += [moment] * sum(answers)
        moment += dice.choice([0, 0, 1, dice.uniform(0, 30)])

    assert worst(admitted, bound) <= 1
    assert len(admitted) >= limit


@pytest.mark.parametrize("seed", range(8))
async def test_messages_at_several_processes_stay_within_both_bounds(
    process: Open, seed: int
) -> None:
    dice = random.Random(seed)  # noqa: S311 # it guards nothing
    limit = dice.choice([1, 5, 20, 250])
    processes = [process(limit=limit) for _ in range(dice.choice([2, 3, 5]))]
    more = len(processes) * allowance(limit)
    admitted: list[float] = []
    moment = dice.uniform(0, 60)
    for _ in range(14):
        asked = [dice.choice(processes) for _ in range(dice.randint(1, limit))]
        quotas = await gather(*(one.posts(moment) for one in asked))
        kept = [quota for quota in quotas if quota is not None]
        given_back = dice.randint(0, len(kept)) if dice.random() < 0.3 else 0
        for quota in kept[:given_back]:
            dice.choice(processes).limits.give_back(processes[0].webhook, quota)
        admitted += [moment] * (len(kept) - given_back)
        moment += dice.choice([0, 0, 1, dice.uniform(0, 30)])

    assert worst(admitted, limit + more) <= 1
    assert limit <= len(admitted) <= 3 * limit + more


async def test_wrong_signatures_at_several_processes_stay_within_the_bound(process: Open) -> None:
    processes = [process(limit=20) for _ in range(3)]

    together = await gather(*(one.fails() for _ in range(60) for one in processes))
    afterwards = await gather(*(one.fails(30) for _ in range(20) for one in processes))

    assert 20 <= sum(together) + sum(afterwards) <= 20 + 3 * allowance(20)


async def test_a_process_hears_what_another_one_counted(process: Open) -> None:
    first, second = process(limit=20), process(limit=20)
    while await first.fails():
        pass

    assert sum([await second.fails() for _ in range(20)]) <= allowance(20)


async def test_what_a_process_counted_last_is_told_when_it_ends(process: Open) -> None:
    first, second = process(limit=100), process(limit=100)
    assert await first.asks()

    await first.limits.aclose()

    assert sum([await second.asks() for _ in range(200)]) == 99


async def test_calls_of_a_token_are_counted_for_all_processes(process: Open) -> None:
    first, second = process(limit=50), process(limit=50)

    answers = await gather(*(one.calls() for _ in range(50) for one in (first, second)))

    assert 50 <= sum(answers) <= 50 + 2 * allowance(50)


async def test_while_redis_is_away_each_counts_and_tells_when_it_is_back(process: Open) -> None:
    port, limit = free_port(), 200
    with valkey(port):
        first, second = process(limit=limit, port=port), process(limit=limit, port=port)
        assert sum([await first.asks() for _ in range(120)]) == 120
        assert await second.asks()
    alone = [sum([await one.asks() for _ in range(limit)]) for one in (first, second)]

    # Each by itself: what it knew and what it counted are no more than the limit.
    assert alone[0] <= 80
    assert alone[1] <= limit - 1
    assert first.limits.in_memory
    assert second.limits.in_memory
    with valkey(port):  # with an empty memory, too

        async def is_told() -> bool:
            third = process(limit=limit, port=port)
            return not await third.asks() or not await third.asks() or not await third.asks()

        await wait_for(is_told)
        assert not await first.asks()
        assert not await second.asks()


async def test_a_redis_that_was_emptied_learns_from_who_comes(process: Open) -> None:
    port, limit = free_port(), 100
    with valkey(port):
        first, second = process(limit=limit, port=port), process(limit=limit, port=port)
        assert sum([await first.asks() for _ in range(90)]) == 90
        async with Redis(port=port) as client:
            await client.flushall()

        assert await first.asks()
        assert await first.asks()
        await first.limits.aclose()
        assert sum([await second.asks() for _ in range(limit)]) <= 8


async def test_a_redis_that_does_not_answer_holds_nobody_up_for_long(process: Open) -> None:
    async def listen(reader: StreamReader, writer: StreamWriter) -> None:
        await reader.read(1000)
        held.append(writer)

    held: list[StreamWriter] = []

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
        stuck = process(limit=20, port=server.sockets[0].getsockname()[1])

        answers = await gather(*(stuck.asks() for _ in range(30)))

        assert sum(answers) == 20
        assert stuck.limits.in_memory
        for writer in held:
            writer.close()
            await writer.wait_closed()


async def test_an_address_of_long_ago_makes_room(process: Open) -> None:
    one = process(limit=1)
    assert await one.asks(0)
    assert not await one.asks(30)
    assert await one.asks(121)
