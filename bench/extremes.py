"""What is not everyday: a backlog, a thousand connections, a start."""

import asyncio
from dataclasses import replace
from itertools import count, islice
from typing import Final

from bench.accounts import balance, check_accepted, even_balance, until
from bench.client import Answer, Connection, Pump, clock, connect, post_steadily
from bench.figures import Figure, Measured, spread_ms
from bench.lab import BenchError, Lab
from bench.posts import Target, posts
from bench.sink import open_sink

BACKLOG: Final = 10_000
QUICK_BACKLOG: Final = 2_500
TALKATIVE_SENDERS: Final = 500
DRAIN_BAR_PER_MINUTE: Final = 40_000
CONNECTIONS: Final = 32

OPEN_CONNECTIONS: Final = 1_000
POSTS_PER_CONNECTION: Final = 5
MEMORY_BAR_MB: Final = 300

START_BAR_SECONDS: Final = 5.0
STARTS: Final = 3


async def backlog(lab: Lab) -> Measured:
    """Accepts 10,000 messages while no worker runs, then starts one and counts what comes out."""
    size = QUICK_BACKLOG if lab.is_quick else BACKLOG
    new, talkative = [await _drained(lab, size, senders) for senders in (None, TALKATIVE_SENDERS)]
    figures = [
        Figure(
            what=f"backlog of {size:,}, every sender new: drained after the worker's start",
            bar=f">= {DRAIN_BAR_PER_MINUTE:,}/min",
            value=f"{new['perMinute']:,.0f}/min, {new['seconds']:.1f} s with its start",
            passed=new["perMinute"] >= DRAIN_BAR_PER_MINUTE,
        ),
        Figure(
            what=f"backlog of {size:,}, {TALKATIVE_SENDERS} senders in turn: drained",
            bar="",
            value=f"{talkative['seconds']:.1f} s, {talkative['replies']:,.0f} replies",
            passed=None,
        ),
        Figure(
            what="    lost, doubled, conversations reordered, of both backlogs",
            bar="0, 0, 0",
            value=", ".join(f"{new[k] + talkative[k]:g}" for k in ("lost", "doubled", "reordered")),
            passed=not any(new[k] + talkative[k] for k in ("lost", "doubled", "reordered")),
        ),
    ]
    return Measured(figures=figures, raw={"everySenderNew": new, "sendersInTurn": talkative})


async def connections(lab: Lab) -> Measured:
    """Keeps 1,000 connections open and posts on all of them at once, again and again."""
    async with open_sink() as sink, lab.web() as web, lab.worker() as worker:
        channel = await lab.open_channel(web.port, sink_url=sink.url)
        before = {"web": web.resident_mb(), "worker": worker.resident_mb()}
        opened = await connect(web.port, OPEN_CONNECTIONS)
        idle = {"web": web.resident_mb(), "worker": worker.resident_mb()}
        answers = await _post(opened, channel, OPEN_CONNECTIONS * POSTS_PER_CONNECTION)
        check_accepted(answers)
        await until(lambda: sink.answered >= len(answers), what="replies at the sink")
        after = {"web": web.resident_mb(), "worker": worker.resident_mb()}
    even_balance(answers, sink)
    largest = max(after.values())
    spread = spread_ms([answer.seconds for answer in answers])
    figures = [
        Figure(
            what=f"{OPEN_CONNECTIONS:,} open connections, all posting at once: served",
            bar="all",
            value=f"{len(answers):,} of {len(answers):,}",
            passed=True,
        ),
        Figure(
            what="    memory of web and worker process after it",
            bar=f"< {MEMORY_BAR_MB} MB each",
            value=f"{after['web']:.0f} MB, {after['worker']:.0f} MB",
            passed=largest < MEMORY_BAR_MB,
        ),
    ]
    raw = {"beforeMb": before, "connectedMb": idle, "afterMb": after, "latencyMs": spread}
    return Measured(figures=figures, raw=raw)


async def startup(lab: Lab) -> Measured:
    """Starts web and worker beside running servers, up to the first accepted message."""
    async with lab.web() as web:
        channel = await lab.open_channel(web.port)
    times = [await _start(lab, channel, number) for number in range(STARTS)]
    figure = Figure(
        what="start of web and worker process to the first accepted message, worst",
        bar=f"< {START_BAR_SECONDS:g} s",
        value=f"{max(times):.2f} s",
        passed=max(times) < START_BAR_SECONDS,
    )
    return Measured(figures=[figure], raw={"seconds": [round(time, 3) for time in times]})


async def _drained(lab: Lab, size: int, senders: int | None) -> dict[str, float]:
    async with open_sink() as sink, lab.web() as web:
        channel = await lab.open_channel(web.port, sink_url=sink.url)
        # A sender's next message is sent long after its last was accepted, so their order is known.
        answers = await _post(await connect(web.port, CONNECTIONS), channel, size, senders)
        check_accepted(answers)
        if sink.deliveries:
            raise BenchError("a delivery came before any worker was started")
        started = clock()
        async with lab.worker():
            await until(lambda: sink.answered >= size, what=f"answers to {size} messages")
            # What is sent twice comes late.
            await asyncio.sleep(0.5)
    account = balance(answers, sink)
    first, last = sink.deliveries[0].at, sink.deliveries[-1].at
    return {
        "messages": account.accepted,
        "replies": len(sink.deliveries),
        "seconds": round(last - started, 3),
        "perMinute": round(account.accepted / (last - first) * 60),
        "lost": account.lost,
        "doubled": account.doubled,
        "reordered": account.reordered,
    }


async def _post(
    opened: list[Connection], channel: Target, number: int, senders: int | None = None
) -> list[Answer]:
    answers: list[Answer] = []
    source = islice(posts(channel, ready=number, senders=senders), number)
    pump = Pump(opened, source, answered=answers.append)
    pump.push()
    await pump.settled()
    return answers


async def _start(lab: Lab, channel: Target, number: int) -> float:
    started = clock()
    async with lab.worker(is_awaited=False), lab.web() as web:
        target = replace(channel, port=web.port)
        source = posts(target, ready=1, serial=count(number))
        answers: list[Answer] = []
        await post_steadily(
            await connect(web.port, 1), source, moments=[0.0], answered=answers.append
        )
        check_accepted(answers)
        return answers[0].at - started
