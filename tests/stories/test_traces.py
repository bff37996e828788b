"""A trace runs through: from who sends a message to whoever is told what became of it."""

import json
from collections.abc import Mapping

import pytest
from aiohttp import web
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from gateway import pipeline
from gateway.builtin import BuiltinResponder
from gateway.registry import Registry, load_plugins
from gateway.rules.traces import Trace, parsed
from gateway_ai_claude.fake import KEY, FakeClaude
from tests.conftest import Clock
from tests.store import rows
from tests.stories.house import Channel, House, Json

TRACE = "0af7651916cd43dd8448eb211c80319c"
SPAN = "b7ad6b7169203331"
OTHER = "4bf92f3577b34da6a3ce929d0e0e4736"
STATE = "rojo=00f067aa0ba902b7, congo=t61rcWkgMzE"


def named(trace_id: str = TRACE, flags: str = "01", **headers: str) -> dict[str, str]:
    return {"traceparent": f"00-{trace_id}-{SPAN}-{flags}", **headers}


async def says(house: House, channel: Channel, text: str, headers: dict[str, str]) -> Json:
    body = json.dumps({"content": text, "senderIdentifier": "dana"}).encode()
    status, answer = await house.post(channel, body, beside=headers)
    assert status == 200, answer
    return answer


def trace_of(request: web.BaseRequest) -> Trace:
    found = parsed(request.headers["traceparent"], request.headers.get("tracestate", ""))
    assert found is not None
    return found


def told(house: House) -> dict[str, Trace]:
    """The trace of each event that the listener was told, the last of each kind."""
    events = zip(house.listener.events, house.listener.requests, strict=True)
    return {event["event"]: trace_of(request) for event, request in events}


async def messages(house: House) -> list[Json]:
    listed = await house.api("GET", "/webhooks/1/messages")
    return list(reversed(listed["items"]))


async def test_all_that_comes_of_a_message_carries_its_trace(house: House) -> None:
    channel = await house.create_channel()

    await says(house, channel, "Please call Bob tomorrow", named(tracestate=STATE))
    await house.drain()

    traces = [trace_of(request) for request in house.listener.requests]
    assert {"message.received", "message.reply", "task.created"} <= set(house.listener.names)
    assert {(trace.trace_id, trace.state, trace.is_sampled) for trace in traces} == {
        (TRACE, STATE, True)
    }
    spans = {trace.span_id for trace in traces}
    assert SPAN not in spans
    assert len(spans) == len(traces)
    house.check_signatures(channel.secret)


async def test_the_senders_choice_not_to_sample_is_passed_on(house: House) -> None:
    channel = await house.create_channel()

    await says(house, channel, "Hello", named(flags="00"))
    await house.drain()

    assert not any(trace_of(request).is_sampled for request in house.listener.requests)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"traceparent": "nonsense", "tracestate": STATE},
        {"traceparent": f"00-{'0' * 32}-{SPAN}-01", "tracestate": STATE},
        {"tracestate": STATE},
    ],
)
async def test_a_message_without_a_valid_trace_begins_one(
    house: House, headers: dict[str, str]
) -> None:
    channel = await house.create_channel()

    await says(house, channel, "Hello", headers)
    await house.drain()

    [message] = await messages(house)
    traces = [trace_of(request) for request in house.listener.requests]
    assert {trace.trace_id for trace in traces} == {message["traceId"]}
    assert message["traceId"] not in (TRACE, None)
    assert {(trace.is_sampled, trace.state) for trace in traces} == {(True, "")}


async def test_every_stage_logs_the_trace(house: House) -> None:
    channel = await house.create_channel()

    with capture_logs(processors=[merge_contextvars]) as lines:
        await says(house, channel, "Hello", named())
        await house.drain()

    stages = [
        line
        for line in lines
        if line["event"] in ("message.received", "turn.finished", "delivery.attempted")
    ]
    assert len(stages) > 3
    assert {line.get("trace_id") for line in stages} == {TRACE}


async def test_one_answer_to_two_messages_stays_in_the_trace_of_the_last(house: House) -> None:
    channel = await house.create_channel()
    await says(house, channel, "Please call Bob tomorrow", named(OTHER))
    await says(house, channel, "Hello again", named())

    with capture_logs(processors=[merge_contextvars]) as lines:
        await house.drain()

    [turn] = [line for line in lines if line["event"] == "turn.finished"]
    assert (turn["trace_id"], turn["trace_ids"]) == (TRACE, [OTHER, TRACE])
    traces = told(house)
    assert traces["message.reply"].trace_id == TRACE
    assert traces["task.created"].trace_id == OTHER


async def test_each_attempt_is_a_span_of_its_own(house: House, clock: Clock) -> None:
    channel = await house.create_channel(outboundEvents=[])
    house.listener.answers = [503]
    await says(house, channel, "Hello", named())
    await house.drain()
    clock.advance(10)
    await house.drain()

    first, second = map(trace_of, house.listener.requests)

    assert first.trace_id == second.trace_id == TRACE
    assert first.span_id != second.span_id


async def test_what_is_sent_again_by_hand_keeps_its_trace(house: House) -> None:
    channel = await house.create_channel(outboundEvents=[])
    house.listener.answers = [404]
    await says(house, channel, "Hello", named())
    await house.drain()
    [delivery] = (await house.api("GET", "/deliveries"))["items"]

    house.headers |= named(OTHER)
    await house.api("POST", f"/deliveries/{delivery['id']}/retry", {})
    await house.drain()

    assert delivery["traceId"] == TRACE
    assert [trace_of(request).trace_id for request in house.listener.requests] == [TRACE] * 2


async def test_a_replayed_message_keeps_its_trace(house: House) -> None:
    channel = await house.create_channel()
    await says(house, channel, "Hello", named())
    await rows(
        house.gw,
        "UPDATE inbound_messages SET processing_status = 'quarantined', reason = 'forged'",
    )
    house.headers |= named(OTHER)

    await house.api("POST", "/messages/1/replay", {})
    await house.drain()

    assert {trace_of(request).trace_id for request in house.listener.requests} == {TRACE}


async def test_an_event_that_a_call_of_the_api_causes_has_the_calls_trace(house: House) -> None:
    channel = await house.create_channel()
    await says(house, channel, "Please call Bob tomorrow", named())
    await house.drain()

    house.headers |= named(OTHER, tracestate=STATE)
    await house.api("POST", "/tasks/1/complete", {"result": "done"})
    await house.api("POST", "/conversations/1/pause", {"reason": "lunch"})
    await house.drain()

    traces = told(house)
    for event in ("task.completed", "conversation.updated"):
        assert (traces[event].trace_id, traces[event].state) == (OTHER, STATE)


async def test_who_is_told_of_a_tasks_end_finds_the_message_that_made_it(
    house: House, clock: Clock
) -> None:
    channel = await house.create_channel(outboundEvents=["message.reply"])
    await says(house, channel, "Please call Bob tomorrow", named())
    await house.drain()
    await house.api("POST", "/tasks/1/complete", {"result": "done"})

    clock.advance(120)
    await pipeline.recover(house.gw)
    await house.drain()

    found = await rows(
        house.gw, "SELECT trace_id FROM outbound_messages WHERE kind = 'notification'"
    )
    assert [row["trace_id"] for row in found] == [TRACE]


async def test_a_persons_own_answer_stays_in_the_trace_of_what_it_answers(house: House) -> None:
    channel = await house.create_channel(outboundEvents=[])
    await says(house, channel, "Where is my order?", named())

    house.headers |= named(OTHER)
    await house.api("POST", "/conversations/1/reply", {"content": "On its way"}, status=201)
    await house.drain()

    [answer] = house.listener.told("message.reply")
    assert answer["content"] == "On its way"
    assert told(house)["message.reply"].trace_id == TRACE


async def test_a_header_of_the_users_own_wins(house: House) -> None:
    own = {"Traceparent": f"00-{OTHER}-{SPAN}-00", "X-Key": "k"}
    channel = await house.create_channel(outboundHeaders=own)

    await says(house, channel, "Hello", named(tracestate=STATE))
    await house.drain()

    for request in house.listener.requests:
        assert request.headers.getall("traceparent") == [own["Traceparent"]]
        assert "tracestate" not in request.headers
    house.check_signatures(channel.secret)


async def test_a_delivery_shows_the_trace_that_each_attempt_named(house: House) -> None:
    channel = await house.create_channel(outboundEvents=[])
    await says(house, channel, "Hello", named(tracestate="rojo=1"))
    await house.drain()

    shown = await house.api("GET", "/deliveries/1")

    [attempt] = shown["history"]
    headers = attempt["calls"][0]["requestHeaders"]
    assert parsed(headers["traceparent"], headers["tracestate"]) == trace_of(
        house.listener.requests[0]
    )
    assert "traceparent" not in shown["curl"]


async def test_a_trace_is_looked_up_with_what_came_of_it(house: House) -> None:
    channel = await house.create_channel()
    await says(house, channel, "Please call Bob tomorrow", named())
    waiting = await house.api("GET", f"/traces/{TRACE}")
    await says(house, channel, "Hello", named(OTHER))
    await house.drain()

    found = await house.api("GET", f"/traces/{TRACE}")

    assert [message["content"] for message in found["messages"]] == ["Please call Bob tomorrow"]
    assert [one["event"] for one in waiting["deliveries"]] == ["message.received"]
    events = [one["event"] for one in found["deliveries"]]
    assert events[0] == "message.received"
    assert "task.created" in events
    assert {one["traceId"] for one in found["deliveries"]} == {TRACE}


async def test_what_others_noted_in_a_trace_goes_when_its_sender_is_erased(house: House) -> None:
    channel = await house.create_channel()
    await says(house, channel, "Hello", named(tracestate=STATE))
    await house.drain()

    await house.api("DELETE", "/senders/dana")

    kept = await rows(
        house.gw,
        "SELECT trace_parent FROM inbound_messages UNION ALL "
        "SELECT trace_parent FROM outbound_messages",
    )
    assert len(kept) > 2
    assert not any("rojo" in row["trace_parent"] for row in kept)


async def test_a_strangers_trace_is_not_found(house: House) -> None:
    channel = await house.create_channel()
    await says(house, channel, "Hello", named())
    await rows(house.gw, "UPDATE inbound_messages SET user_id = 77")

    answer = await house.api("GET", f"/traces/{TRACE}", status=404)

    assert "32 hexadecimal digits" in answer["error"]["message"]


class WatchedClaude(FakeClaude):
    """Anthropic's API, which notes the headers that it is sent."""

    seen: list[Mapping[str, str]] = []  # noqa: RUF012 # emptied by the one test that reads it

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        self.seen.append(request.headers)
        return await super().answer(request)


class TestModels:
    """What is asked of a model."""

    @pytest.fixture
    def registry(self) -> Registry:
        """The real plugins."""
        return load_plugins(["custom_http", "ai_claude"], extra=(BuiltinResponder,))

    async def test_the_models_provider_is_called_in_the_trace(self, house: House) -> None:
        WatchedClaude.seen.clear()
        async with WatchedClaude.open() as claude:
            channel = await house.create_channel(
                ai={"responder": "ai_claude"}, claudeApiKey=KEY, claudeBaseUrl=claude.url
            )
            await says(house, channel, "Please send the logo by Friday", named())
            await house.drain()

        [headers] = WatchedClaude.seen
        found = parsed(headers["traceparent"])
        assert found is not None
        assert found.trace_id == TRACE
        assert {trace_of(request).trace_id for request in house.listener.requests} == {TRACE}
