"""A collector of OpenTelemetry is told what was done for a message, and nothing waits for it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from gateway.builtin import BuiltinResponder
from gateway.config import Config
from gateway.metrics import Metrics
from gateway.registry import Registry, load_plugins
from gateway.rules.traces import Trace
from gateway.sections import Telemetry
from gateway.spans import Span
from gateway.telemetry import Collector
from gateway_ai_claude.fake import KEY, FakeClaude
from tests.conftest import Clock, wait_for
from tests.servers import free_port
from tests.stories.house import House, Json
from tests.stories.test_traces import SPAN, TRACE, named, says, trace_of


@dataclass
class FakeCollector:
    """Takes OTLP over HTTP, as a collector does."""

    port: int = field(default_factory=free_port)
    status: int = 200
    bodies: list[Json] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def spans(self) -> list[Json]:
        """All spans that it was told."""
        return [
            span
            for body in self.bodies
            for resource in body["resourceSpans"]
            for scope in resource["scopeSpans"]
            for span in scope["spans"]
        ]

    def named(self, name: str) -> list[Json]:
        """The spans of one name."""
        return [span for span in self.spans if span["name"] == name]

    async def answer(self, request: web.Request) -> web.Response:
        """One batch."""
        assert request.content_type == "application/json"
        self.bodies.append(await request.json())
        return web.json_response({}, status=self.status)


def noted(span: Json) -> Json:
    """The attributes of a span, without the type of each value."""
    return {one["key"]: next(iter(one["value"].values())) for one in span["attributes"]}


def told(metrics: Metrics, outcome: str) -> float:
    return metrics.registry.get_sample_value("gateway_spans_total", {"outcome": outcome}) or 0.0


@pytest.fixture
async def collector() -> AsyncIterator[FakeCollector]:
    """A collector on this machine."""
    fake = FakeCollector()
    app = web.Application()
    app.router.add_post("/v1/traces", fake.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", fake.port).start()
    yield fake
    await runner.cleanup()


@pytest.fixture
def registry() -> Registry:
    """The real plugins."""
    return load_plugins(["custom_http", "ai_claude"], extra=(BuiltinResponder,))


@pytest.fixture
def config(config: Config, collector: FakeCollector) -> Config:
    """Settings that name the collector."""
    telemetry = Telemetry(otlp_endpoint=collector.url, service_name="desk")
    return config.model_copy(update={"telemetry": telemetry})


async def test_each_stage_is_a_span_below_the_one_before(
    house: House, collector: FakeCollector
) -> None:
    channel = await house.create_channel(outboundEvents=["task.created"])
    await says(house, channel, "Please call Bob tomorrow", named(tracestate="rojo=1"))
    await house.drain()
    await wait_for(lambda: len(collector.named("POST")) == 2)

    [receive], [converse] = collector.named("receive"), collector.named("converse")
    deliveries, calls = collector.named("deliver"), collector.named("POST")
    assert (receive["parentSpanId"], converse["parentSpanId"]) == (SPAN, receive["spanId"])
    assert [span["parentSpanId"] for span in deliveries] == [converse["spanId"]] * 2
    assert {span["parentSpanId"] for span in calls} == {span["spanId"] for span in deliveries}
    arrived = {trace_of(request).span_id for request in house.listener.requests}
    assert arrived == {span["spanId"] for span in calls}
    assert {(s["traceId"], s["traceState"]) for s in collector.spans} == {(TRACE, "rojo=1")}
    assert noted(receive)["gateway.message.ids"] == {"values": [{"stringValue": "1"}]}
    assert noted(converse)["gateway.outcome"] == "settled"
    assert {noted(span)["gateway.event"] for span in deliveries} == {
        "message.reply",
        "task.created",
    }
    assert noted(calls[0])["http.response.status_code"] == "200"
    resource = collector.bodies[0]["resourceSpans"][0]["resource"]
    assert noted(resource)["service.name"] == "desk"


async def test_each_attempt_is_a_span_and_a_failed_one_says_why(
    house: House, collector: FakeCollector, clock: Clock
) -> None:
    channel = await house.create_channel(outboundEvents=[])
    house.listener.answers = [503]
    await says(house, channel, "Hello", named())
    await house.drain()
    clock.advance(10)
    await house.drain()
    await wait_for(lambda: len(collector.named("deliver")) == 2)

    failed, sent = sorted(
        collector.named("deliver"), key=lambda span: noted(span)["gateway.attempt"]
    )
    assert failed["status"]["code"] == 2
    assert noted(failed)["gateway.outcome"] == "retrying"
    assert sent["status"] == {}
    assert failed["spanId"] != sent["spanId"]


async def test_the_call_of_a_model_is_below_the_answer(
    house: House, collector: FakeCollector
) -> None:
    async with FakeClaude.open() as claude:
        channel = await house.create_channel(
            ai={"responder": "ai_claude"},
            claudeApiKey=KEY,
            claudeBaseUrl=claude.url,
            outboundEvents=[],
        )
        await says(house, channel, "Please send the logo by Friday", named())
        await house.drain()
    await wait_for(lambda: len(collector.named("POST")) == 2)

    [converse], [respond] = collector.named("converse"), collector.named("respond")
    assert respond["parentSpanId"] == converse["spanId"]
    assert respond["spanId"] in {span["parentSpanId"] for span in collector.named("POST")}
    assert noted(respond)["gateway.responder"] == "ai_claude"
    assert noted(respond)["gen_ai.operation.name"] == "chat"
    assert int(noted(respond)["gen_ai.usage.input_tokens"]) > 0


async def test_one_answer_to_two_messages_is_linked_to_both(
    house: House, collector: FakeCollector
) -> None:
    channel = await house.create_channel(outboundEvents=[])
    other = "4bf92f3577b34da6a3ce929d0e0e4736"
    await says(house, channel, "Hello", named(other))
    await says(house, channel, "Hello again", named())
    await house.drain()
    await wait_for(lambda: len(collector.named("deliver")) == 1)

    [converse] = collector.named("converse")
    first = next(span for span in collector.named("receive") if span["traceId"] == other)
    assert converse["links"] == [{"traceId": other, "spanId": first["spanId"]}]


async def test_what_its_sender_does_not_sample_is_not_told(
    house: House, collector: FakeCollector
) -> None:
    channel = await house.create_channel(outboundEvents=[])
    await says(house, channel, "Hello", named(flags="00"))
    await house.drain()
    await says(house, channel, "Hello again", named("4bf92f3577b34da6a3ce929d0e0e4736"))
    await house.drain()
    await wait_for(lambda: len(collector.named("deliver")) == 1)

    assert TRACE not in {span["traceId"] for span in collector.spans}


async def test_a_collector_that_refuses_costs_spans_and_nothing_else(
    house: House, collector: FakeCollector
) -> None:
    collector.status = 503
    channel = await house.create_channel(outboundEvents=[])

    await says(house, channel, "Hello", named())
    await house.drain()
    await wait_for(lambda: told(house.gw.metrics, "dropped") >= 4)

    assert house.listener.names == ["message.reply"]
    assert told(house.gw.metrics, "sent") == 0


async def test_a_collector_that_is_not_there_is_waited_for_by_nobody() -> None:
    metrics = Metrics()
    settings = Telemetry(otlp_endpoint=f"http://127.0.0.1:{free_port()}", queue_spans=2)
    gone = Collector(settings, metrics)
    trace = Trace(TRACE, SPAN)

    for number in range(5):
        gone.take(Span(name=str(number), kind="internal", trace=trace, began_ns=1, ended_ns=2))
    assert told(metrics, "dropped") == 3
    gone.close()

    assert told(metrics, "dropped") == 5
