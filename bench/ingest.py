"""Acceptance: against a bare handler in the same run, and acknowledged at a steady rate."""

import asyncio
import gc
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import count
from typing import Final

from bench.accounts import check_accepted
from bench.client import Answer, Connection, Pump, clock, connect, post_steadily
from bench.figures import Figure, Measured, shown_ms, spread_ms
from bench.lab import Lab, Running
from bench.posts import Post, Target, posts
from bench.sink import open_sink

CONNECTIONS: Final = (1, 32, 128)
ROUNDS: Final = 3
ROUND_SECONDS: Final = 6.0
WARM_UP_SECONDS: Final = 1.0
READY_PER_SECOND: Final = 4000
"""Posts made ahead; a faster server gets the rest made in passing."""

ACK_RATE: Final = 100.0
ACK_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of the two servers that are compared."""

    name: str
    process: Running
    target: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One server under one number of connections."""

    server: str
    connections: int
    per_second: float
    latency_ms: dict[str, float]
    server_cpu_us_per_request: float
    client_cpu_share: float
    """What the load generator took of one processor: near 1, it is what was measured."""


async def ingest(lab: Lab) -> Measured:
    """Posts as fast as 1, 32 and 128 connections go, to both servers in turn; no worker runs."""
    async with lab.floor() as floor, lab.web() as web:
        channel = await lab.open_channel(web.port)
        bare = Target(port=floor.port, path="/", secret=channel.secret)
        serial = count()
        sides = (
            Side(name="floor", process=floor, target=bare),
            Side(name="gateway", process=web, target=channel),
        )
        for side in sides:
            await _measure(side, 32, seconds=WARM_UP_SECONDS, serial=serial)
        rounds = [
            await _measure(side, number, seconds=lab.seconds(ROUND_SECONDS), serial=serial)
            for number in CONNECTIONS
            for _ in range(ROUNDS)
            for side in sides
        ]
    figures = [figure for number in CONNECTIONS for figure in _compared(rounds, number)]
    return Measured(figures=figures, raw={"rounds": [asdict(round_) for round_ in rounds]})


async def ack(lab: Lab) -> Measured:
    """Posts at 100 a second while a worker answers them."""
    async with open_sink() as sink, lab.web() as web, lab.worker():
        channel = await lab.open_channel(web.port, sink_url=sink.url)
        answers: list[Answer] = []
        moments = poisson(ACK_RATE, lab.seconds(ACK_SECONDS))
        source = posts(channel, ready=len(moments))
        connections = await connect(web.port, 16)
        await post_steadily(connections, source, moments=moments, answered=answers.append)
    check_accepted(answers)
    spread = spread_ms([answer.seconds for answer in answers])
    figure = Figure(
        what="ack at 100 requests/s, p50 / p95 / p99",
        bar="p95 < 20 ms",
        value=shown_ms(spread),
        passed=spread["p95"] < 20,
    )
    return Measured(figures=[figure], raw={"perSecond": ACK_RATE, "latencyMs": spread})


async def bare_per_second(lab: Lab, *, connections: int, seconds: float) -> float:
    """What the bare handler takes on this machine now, to compare other figures with."""
    async with lab.floor() as floor:
        target = Target(port=floor.port, path="/", secret="unused")  # noqa: S106 # it reads none
        side = Side(name="floor", process=floor, target=target)
        serial = count()
        await _measure(side, connections, seconds=WARM_UP_SECONDS, serial=serial)
        return (await _measure(side, connections, seconds=seconds, serial=serial)).per_second


def poisson(per_second: float, seconds: float) -> list[float]:
    """Random moments at this mean rate, the same in every run."""
    chance = random.Random(7)  # noqa: S311 - load, not a secret
    moments, moment = [], 0.0
    while (moment := moment + chance.expovariate(per_second)) < seconds:
        moments.append(moment)
    return moments


async def _measure(side: Side, number: int, *, seconds: float, serial: Iterator[int]) -> Round:
    server = side.process
    source = posts(side.target, ready=round(seconds * READY_PER_SECOND), serial=serial)
    connections = await connect(server.port, number)
    gc.collect()
    gc.disable()
    try:
        own_cpu, server_cpu, started = time.process_time(), server.cpu_seconds(), clock()
        answers = await _pumped(connections, source, until=started + seconds)
        own_cpu, elapsed = time.process_time() - own_cpu, clock() - started
        server_cpu = server.cpu_seconds() - server_cpu
    finally:
        gc.enable()
        for connection in connections:
            connection.close()
    check_accepted(answers)
    return Round(
        server=side.name,
        connections=number,
        per_second=round(len(answers) / elapsed, 1),
        latency_ms=spread_ms([answer.seconds for answer in answers]),
        server_cpu_us_per_request=round(server_cpu / len(answers) * 1e6, 1),
        client_cpu_share=round(own_cpu / elapsed, 3),
    )


async def _pumped(
    connections: Sequence[Connection], source: Iterator[Post], *, until: float
) -> list[Answer]:
    answers: list[Answer] = []
    pump = Pump(connections, source, may_send=lambda: clock() < until, answered=answers.append)
    pump.push()
    await asyncio.sleep(until - clock())
    await pump.settled()
    return answers


def _compared(rounds: Sequence[Round], number: int) -> list[Figure]:
    def median(server: str) -> float:
        return statistics.median(
            r.per_second for r in rounds if r.server == server and r.connections == number
        )

    ours, bare = median("gateway"), median("floor")
    bar = 0.6 if number == 1 else 1.0
    latency = next(
        r.latency_ms for r in reversed(rounds) if (r.server, r.connections) == ("gateway", number)
    )
    plural = "connection" if number == 1 else "connections"
    return [
        Figure(
            what=f"ingest at {number} {plural}, against a bare INSERT handler",
            bar=f">= {bar}" + ("" if number == 1 else " (goal 1.5)"),
            value=f"{ours / bare:.2f} ({ours:,.0f}/s : {bare:,.0f}/s)",
            passed=ours / bare >= bar,
        ),
        Figure(
            what=f"    its latency, p50 / p95 / p99, {number} {plural}",
            bar="",
            value=shown_ms(latency),
            passed=None,
        ),
    ]
