"""What came first under a key: the same for every process, and forgotten in time."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from gateway.config import Config, Redis as RedisSettings
from gateway.firsts import REMEMBERED, Firsts
from gateway.queue import connect
from tests.conftest import Clock
from tests.servers import free_port


@pytest.fixture
async def client(config: Config) -> AsyncIterator[Redis]:
    """A client of this test's Redis."""
    opened = connect(config.redis)
    yield opened
    await opened.aclose()


@pytest.fixture
async def away() -> AsyncIterator[Redis]:
    """A client of a Redis that is not there."""
    opened = connect(RedisSettings.model_validate({"url": f"redis://127.0.0.1:{free_port()}/0"}))
    yield opened
    await opened.aclose()


async def test_the_first_value_counts_in_every_process(
    client: Redis, config: Config, clock: Clock
) -> None:
    one, two = (Firsts(client, prefix=config.redis.prefix, now=clock).of(7) for _ in "ab")
    assert await one("token", "a", seconds=60) == "a"
    assert await two("token", "b", seconds=60) == "a"
    assert await two("token", "a", seconds=60) == "a"
    assert await one("token", "b", seconds=60) == "a"


async def test_channels_and_keys_are_apart(client: Redis, config: Config, clock: Clock) -> None:
    firsts = Firsts(client, prefix=config.redis.prefix, now=clock)
    await firsts.of(7)("token", "a", seconds=60)
    assert await firsts.of(8)("token", "b", seconds=60) == "b"
    assert await firsts.of(7)("token\n", "b", seconds=60) == "b"


async def test_a_process_knows_what_redis_has_lost(
    client: Redis, config: Config, clock: Clock
) -> None:
    remember = Firsts(client, prefix=config.redis.prefix, now=clock).of(7)
    await remember("token", "a", seconds=60)
    async for key in client.scan_iter(f"{config.redis.prefix}:first:*"):
        await client.delete(key)
    assert await remember("token", "b", seconds=60) == "a"
    clock.advance(61)
    assert await remember("token", "b", seconds=60) == "b"


async def test_each_process_remembers_alone_while_redis_is_away(
    away: Redis, clock: Clock, capfd: pytest.CaptureFixture[str]
) -> None:
    remember = Firsts(away, prefix="test", now=clock).of(7)
    assert await remember("token", "a", seconds=60) == "a"
    assert await remember("token", "b", seconds=60) == "a"
    assert "first.kept_alone" in capfd.readouterr().out


async def test_the_oldest_makes_room(client: Redis, config: Config, clock: Clock) -> None:
    firsts = Firsts(client, prefix=config.redis.prefix, now=clock)
    firsts._memory.update({str(n): (clock.later(60), "a") for n in range(REMEMBERED)})
    await firsts.of(7)("token", "a", seconds=60)
    assert len(firsts._memory) == REMEMBERED
    assert "0" not in firsts._memory
