"""Outbound delivery: the first attempt, the fan-out, a receiver that hangs, one that fails."""

import asyncio
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from itertools import count, islice
from typing import Final

import asyncpg

from bench.accounts import check_accepted, message_id, until
from bench.client import Answer, Pump, clock, connect, post_steadily
from bench.figures import Figure, Measured, shown_ms, spread_ms
from bench.lab import Lab
from bench.posts import Target, posts
from bench.sink import REFUSED, SILENCE, TAKEN, Sink, open_sink

EVENTS: Final = ("message.received",)
_SERIAL: Final = count()
"""Each message has an id of its own, whichever part of a run posts it."""
CONNECTIONS: Final = 16

FIRST_PER_SECOND: Final = 50.0
FIRST_SECONDS: Final = 20.0
FIRST_BAR_MS: Final = 150

FAN_OUT_ENDPOINTS: Final = 20
FAN_OUT_MESSAGES: Final = 600
FAN_OUT_GOAL_PER_SECOND: Final = 1_000

NEIGHBOURS: Final = 99
NEIGHBOUR_MESSAGES_PER_SECOND: Final = 1.0
NEIGHBOUR_SECONDS: Final = 45.0
RISE_BAR_PERCENT: Final = 20

FLAKY_MESSAGES: Final = 1_500
FLAKY_SHARE: Final = 0.3
SUCCESS_BAR_PERCENT: Final = 99.5


async def deliveries(lab: Lab) -> Measured:
    """Tells endpoints of messages: one at 50 messages a second, and twenty as fast as it goes."""
    times = await _first_attempts(lab)
    fan_out = await _fan_out(lab)
    figures = [
        Figure(
            what=f"accepted to first attempt of its event, {FIRST_PER_SECOND:g}/s, p50 / p95 / p99",
            bar=f"p95 < {FIRST_BAR_MS} ms",
            value=shown_ms(times),
            passed=times["p95"] < FIRST_BAR_MS,
        ),
        Figure(
            what=f"fan-out to {FAN_OUT_ENDPOINTS} endpoints, one worker process",
            bar=f"(goal {FAN_OUT_GOAL_PER_SECOND:,}/s)",
            value=f"{fan_out['perSecond']:,.0f}/s",
            passed=None,
        ),
    ]
    return Measured(figures=figures, raw={"firstAttemptMs": times, "fanOut": fan_out})


async def hanging(lab: Lab) -> Measured:
    """Tells 100 endpoints of each message, all of them healthy at first; then one never answers."""
    async with AsyncExitStack() as stack:
        healthy = [await stack.enter_async_context(open_sink()) for _ in range(NEIGHBOURS)]
        other = await stack.enter_async_context(open_sink())
        web = await stack.enter_async_context(lab.web())
        await stack.enter_async_context(lab.worker())
        channel = await _open_channels(lab, web.port, [*healthy, other])
        await _neighbours(channel, healthy, seconds=3.0)
        before = await _neighbours(channel, healthy, seconds=lab.seconds(NEIGHBOUR_SECONDS))
        other.answer = lambda: SILENCE
        after = await _neighbours(channel, healthy, seconds=lab.seconds(NEIGHBOUR_SECONDS))
    rise = (after["p95"] / before["p95"] - 1) * 100
    figures = [
        Figure(
            what=f"one of {NEIGHBOURS + 1} endpoints hangs on every call: p95 of the others, rise",
            bar=f"< {RISE_BAR_PERCENT} %",
            value=f"{rise:+.0f} % ({before['p95']:.1f} to {after['p95']:.1f} ms)",
            passed=rise < RISE_BAR_PERCENT,
        )
    ]
    raw = {"healthyMs": before, "oneHangsMs": after, "callsThatHung": other.refused}
    return Measured(figures=figures, raw=raw)


async def flaky(lab: Lab) -> Measured:
    """Tells an endpoint that fails 30 % of its calls, on the schedule of a new webhook."""
    chance = random.Random(7)  # noqa: S311 # load, not a secret
    size = FLAKY_MESSAGES // 3 if lab.is_quick else FLAKY_MESSAGES
    async with open_sink() as sink, lab.web() as web, lab.worker():
        sink.answer = lambda: REFUSED if chance.random() < FLAKY_SHARE else TAKEN
        channel = await _open_channels(lab, web.port, [sink])
        started = clock()
        answers = await _post(channel, size)
        states = await _ended(lab)
        seconds = clock() - started
    arrived = {id_ for delivery in sink.deliveries for id_ in delivery.message_ids}
    delivered = len(arrived & {message_id(answer) for answer in answers})
    percent = delivered / size * 100
    figures = [
        Figure(
            what=f"events delivered to an endpoint that fails {FLAKY_SHARE:.0%} at random",
            bar=f">= {SUCCESS_BAR_PERCENT} %",
            value=f"{percent:.2f} % of {size:,}",
            passed=percent >= SUCCESS_BAR_PERCENT,
        )
    ]
    raw = {
        "messages": size,
        "delivered": delivered,
        "twice": len(sink.deliveries) - len(arrived),
        "refused": sink.refused,
        "states": states,
        "seconds": round(seconds, 1),
    }
    return Measured(figures=figures, raw=raw)


async def _first_attempts(lab: Lab) -> dict[str, float]:
    async with open_sink() as sink, lab.web() as web, lab.worker():
        channel = await _open_channels(lab, web.port, [sink])
        await _post(channel, round(FIRST_PER_SECOND))
        await until(lambda: len(sink.deliveries) >= FIRST_PER_SECOND, what="events")
        sink.deliveries.clear()
        return await _told(
            channel, [sink], rate=FIRST_PER_SECOND, seconds=lab.seconds(FIRST_SECONDS)
        )


async def _neighbours(
    channel: Target, sinks: Sequence[Sink], *, seconds: float
) -> dict[str, float]:
    for sink in sinks:
        sink.deliveries.clear()
    return await _told(channel, sinks, rate=NEIGHBOUR_MESSAGES_PER_SECOND, seconds=seconds)


async def _told(
    channel: Target, sinks: Sequence[Sink], *, rate: float, seconds: float
) -> dict[str, float]:
    """From the acceptance of each message to its event at each of the sinks."""
    answers: list[Answer] = []
    moments = [number / rate for number in range(round(rate * seconds))]
    source = posts(channel, ready=len(moments), serial=_SERIAL)
    await post_steadily(
        await connect(channel.port, CONNECTIONS), source, moments=moments, answered=answers.append
    )
    check_accepted(answers)
    await until(lambda: all(len(sink.deliveries) >= len(answers) for sink in sinks), what="events")
    accepted_at = {message_id(answer): answer.at for answer in answers}
    return spread_ms(
        [
            max(0.0, delivery.at - accepted_at[id_])
            for sink in sinks
            for delivery in sink.deliveries
            for id_ in delivery.message_ids
        ]
    )


async def _fan_out(lab: Lab) -> dict[str, float]:
    size = FAN_OUT_MESSAGES // 3 if lab.is_quick else FAN_OUT_MESSAGES
    async with AsyncExitStack() as stack:
        sinks = [await stack.enter_async_context(open_sink()) for _ in range(FAN_OUT_ENDPOINTS)]
        web = await stack.enter_async_context(lab.web())
        channel = await _open_channels(lab, web.port, sinks)
        await _post(channel, size)
        async with lab.worker() as worker:
            await until(lambda: all(len(s.deliveries) >= size for s in sinks), what="events")
            cpu_seconds = worker.cpu_seconds()
    times = sorted(delivery.at for sink in sinks for delivery in sink.deliveries)
    return {
        "deliveries": len(times),
        "perSecond": round(len(times) / (times[-1] - times[0]), 1),
        "workerCpuMicrosecondsPerDelivery": round(cpu_seconds / len(times) * 1e6),
    }


async def _open_channels(lab: Lab, port: int, sinks: Sequence[Sink]) -> Target:
    """A channel for messages, and one for each sink that is told of them."""
    token = await lab.token()
    for sink in sinks:
        await lab.add_channel(port, token, sink_url=sink.url, events=EVENTS)
    return await lab.add_channel(port, token)


async def _post(channel: Target, number: int) -> list[Answer]:
    answers: list[Answer] = []
    source = islice(posts(channel, ready=number, serial=_SERIAL), number)
    pump = Pump(await connect(channel.port, CONNECTIONS), source, answered=answers.append)
    pump.push()
    await pump.settled()
    check_accepted(answers)
    return answers


async def _ended(lab: Lab) -> dict[str, int]:
    """How many events ended how, once none is under way."""
    database = await asyncpg.connect(lab.config.database.url.get_secret_value())
    try:
        while True:
            rows = await database.fetch(
                "SELECT delivery_status, count(*) FROM outbound_messages "
                "WHERE kind = 'event' GROUP BY delivery_status"
            )
            states: dict[str, int] = {row["delivery_status"]: row["count"] for row in rows}
            if "pending" not in states:
                return states
            await asyncio.sleep(0.5)
    finally:
        await database.close()
