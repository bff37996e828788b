"""The whole way: accepted, analysed, answered, committed, delivered to a local receiver."""

import asyncio
import gc
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import psutil

from bench.accounts import check_accepted, even_balance, message_id, until
from bench.client import Answer, Pump, clock, connect, post_steadily
from bench.figures import Figure, Measured, shown_ms, spread_ms
from bench.ingest import bare_per_second, poisson
from bench.lab import Lab, Running
from bench.posts import MIXED, TASKS, Post, posts
from bench.sink import Sink, open_sink

CONNECTIONS: Final = 32

RATES: Final = (20.0, 50.0)
LATENCY_SECONDS: Final = 20.0

SUSTAINED_SECONDS: Final = 30.0
WARM_UP_SECONDS: Final = 3.0
READY_PER_SECOND: Final = 1500
IN_FLIGHT: Final = 512
"""Messages between acceptance and the sink: more than a worker's width, and bounded."""
BAR_PER_MINUTE: Final = 40_000
BAR_SHARE: Final = 0.33
"""Of what the bare handler takes: 40,000 a minute where that takes 2,000 a second."""
BARE_SECONDS: Final = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """What is sent, and what each message causes."""

    name: str
    texts: Sequence[str] = MIXED
    senders: int | None = None
    events: tuple[str, ...] = ()
    has_bar: bool = True


FLOWS: Final = (
    Flow(name="one reply each, every sender new"),
    Flow(name="one reply each, 4,000 senders return", senders=4000),
    Flow(
        name="one reply and one task.created each",
        texts=TASKS,
        events=("task.created",),
        has_bar=False,
    ),
)


async def reply(lab: Lab) -> Measured:
    """Times replies at 20 and at 50 messages a second."""
    figures: list[Figure] = []
    raw: dict[str, object] = {}
    for rate in RATES:
        accepted, posted = await _reply_times(lab, rate)
        raw[f"{rate:g}/s"] = {"acceptedToSinkMs": accepted, "postedToSinkMs": posted}
        figures += [
            Figure(
                what=f"accepted to reply at the sink, {rate:g} messages/s, p50 / p95 / p99",
                bar="p95 < 50 ms (goal 10)",
                value=shown_ms(accepted),
                passed=accepted["p95"] < 50,
            ),
            Figure(
                what="    the same from the start of the post",
                bar="",
                value=shown_ms(posted),
                passed=None,
            ),
        ]
    return Measured(figures=figures, raw=raw)


async def sustained(lab: Lab) -> Measured:
    """Posts as fast as the sink gets its replies, with a bounded number of messages under way."""
    bare = await bare_per_second(lab, connections=CONNECTIONS, seconds=lab.seconds(BARE_SECONDS))
    figures: list[Figure] = []
    raw: dict[str, object] = {"bareHandlerPerSecond": bare}
    for flow in FLOWS:
        rates = await _flow(lab, flow)
        share = rates["perMinute"] / 60 / bare
        raw[flow.name] = rates | {"shareOfBareHandler": round(share, 3)}
        figures += [
            Figure(
                what=f"sustained end to end: {flow.name}",
                bar=f">= {BAR_PER_MINUTE:,}/min (goal 100,000)" if flow.has_bar else "",
                value=f"{rates['perMinute']:,}/min",
                passed=rates["perMinute"] >= BAR_PER_MINUTE if flow.has_bar else None,
            ),
            Figure(
                what=f"    against a bare INSERT handler at {CONNECTIONS} connections",
                bar=f">= {BAR_SHARE}" if flow.has_bar else "",
                value=f"{share:.2f} ({rates['perMinute'] / 60:,.0f}/s : {bare:,.0f}/s)",
                passed=share >= BAR_SHARE if flow.has_bar else None,
            ),
        ]
    return Measured(figures=figures, raw=raw)


async def _reply_times(lab: Lab, rate: float) -> tuple[dict[str, float], dict[str, float]]:
    async with open_sink() as sink, lab.web() as web, lab.worker():
        channel = await lab.open_channel(web.port, sink_url=sink.url)
        answers: list[Answer] = []
        moments = poisson(rate, lab.seconds(LATENCY_SECONDS))
        source = posts(channel, ready=len(moments))
        connections = await connect(web.port, 16)
        await post_steadily(connections, source, moments=moments, answered=answers.append)
        check_accepted(answers)
        await until(lambda: sink.answered >= len(answers), what="replies at the sink")
    arrived_at = even_balance(answers, sink).arrived_at
    times = [(answer, arrived_at[message_id(answer)]) for answer in answers]
    # A reply that overtakes the acknowledgement took no time after it.
    accepted = spread_ms([max(0.0, at - answer.at) for answer, at in times])
    return accepted, spread_ms([at - answer.sent_at for answer, at in times])


async def _flow(lab: Lab, flow: Flow) -> dict[str, float]:
    async with open_sink() as sink, lab.web() as web, lab.worker() as worker:
        channel = await lab.open_channel(web.port, sink_url=sink.url, events=flow.events)
        seconds = lab.seconds(SUSTAINED_SECONDS)
        ready = round((seconds + WARM_UP_SECONDS) * READY_PER_SECOND)
        source = posts(channel, ready=ready, texts=flow.texts, senders=flow.senders)
        window = Window(sink=sink, source=source, events=len(flow.events))
        connections = await connect(web.port, CONNECTIONS)
        window.until = clock() + WARM_UP_SECONDS + seconds
        answers: list[Answer] = []
        pump = Pump(connections, window, may_send=window.is_open, answered=answers.append)
        sink.told = pump.push
        gc.disable()
        try:
            pump.push()
            await asyncio.sleep(WARM_UP_SECONDS)
            takers = {
                "postgres": lab.postgres,
                "valkey": lab.valkey,
                "web": web,
                "worker": worker,
            }
            rates = await _rates(window, takers, seconds=seconds)
            await pump.settled()
            await until(lambda: window.arrived() >= window.posted, what="deliveries at the sink")
        finally:
            gc.enable()
        check_accepted(answers)
    even_balance(answers, sink)
    return rates | {"accepted": len(answers), "deliveries": len(sink.deliveries)}


@dataclass(slots=True, kw_only=True)
class Window(Iterator[Post]):
    """Bounds what is under way between the first byte of a post and its last delivery."""

    sink: Sink
    source: Iterator[Post]
    events: int
    """Events that each message causes beside its reply."""
    until: float = 0.0
    posted: int = 0

    def __next__(self) -> Post:
        self.posted += 1
        return next(self.source)

    def arrived(self) -> int:
        """Messages whose deliveries have all come."""
        if not self.events:
            return self.sink.answered
        return min(self.sink.answered, self.sink.events // self.events)

    def is_open(self) -> bool:
        """Whether one more may be posted."""
        return clock() < self.until and self.posted - self.arrived() < IN_FLIGHT


async def _rates(
    window: Window, takers: Mapping[str, Running], *, seconds: float
) -> dict[str, float]:
    psutil.cpu_percent()
    started, arrived = clock(), window.arrived()
    before = {name: taker.cpu_seconds() for name, taker in takers.items()}
    before["driver"] = time.process_time()
    await asyncio.sleep(seconds)
    elapsed, messages = clock() - started, window.arrived() - arrived
    after = {name: taker.cpu_seconds() for name, taker in takers.items()}
    after["driver"] = time.process_time()
    shares = {
        f"{name}CpuMicrosecondsPerMessage": round(
            (after[name] - before[name]) / max(1, messages) * 1e6
        )
        for name in after
    }
    busy = float(psutil.cpu_percent())
    return {"perMinute": round(messages / elapsed * 60), **shares, "machineCpuPercent": busy}
