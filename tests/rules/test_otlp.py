"""Spans in OTLP's JSON encoding, as its specification has it."""

import json

from gateway.plugin import JsonValue
from gateway.rules.otlp import request_body, span_json
from gateway.rules.traces import Trace

TRACE = "0af7651916cd43dd8448eb211c80319c"
SPAN = Trace(TRACE, "b7ad6b7169203331", state="rojo=1", parent_id="00f067aa0ba902b7")
BARE = Trace(TRACE, "b7ad6b7169203331")


def test_a_span_names_its_place_its_time_and_its_links() -> None:
    span = span_json(
        "deliver",
        "producer",
        SPAN,
        times_ns=(1_795_608_000_000_000_001, 1_795_608_000_000_000_002),
        noted={},
        links=[Trace("4bf92f3577b34da6a3ce929d0e0e4736", "1111111111111111")],
        error="network",
    )

    assert span == {
        "traceId": TRACE,
        "spanId": "b7ad6b7169203331",
        "parentSpanId": "00f067aa0ba902b7",
        "traceState": "rojo=1",
        "flags": 1,
        "name": "deliver",
        "kind": 4,
        "startTimeUnixNano": "1795608000000000001",
        "endTimeUnixNano": "1795608000000000002",
        "attributes": [],
        "links": [{"traceId": "4bf92f3577b34da6a3ce929d0e0e4736", "spanId": "1111111111111111"}],
        "status": {"code": 2, "message": "network"},
    }


def test_a_span_at_the_root_has_no_parent_and_never_ends_before_it_began() -> None:
    span = span_json("receive", "server", BARE, times_ns=(9, 7), noted={}, links=[], error=None)

    assert "parentSpanId" not in span
    assert "traceState" not in span
    assert span["endTimeUnixNano"] == "9"
    assert span["status"] == {}


def test_attributes_have_typed_values() -> None:
    noted: dict[str, JsonValue] = {"a": "text", "b": 7, "c": True, "d": 0.5, "e": ["1", "2"]}

    body = json.loads(request_body([{"name": "x"}], noted))

    [resource] = body["resourceSpans"]
    assert resource["resource"]["attributes"] == [
        {"key": "a", "value": {"stringValue": "text"}},
        {"key": "b", "value": {"intValue": "7"}},
        {"key": "c", "value": {"boolValue": True}},
        {"key": "d", "value": {"doubleValue": 0.5}},
        {
            "key": "e",
            "value": {"arrayValue": {"values": [{"stringValue": "1"}, {"stringValue": "2"}]}},
        },
    ]
    [scope] = resource["scopeSpans"]
    assert scope == {"scope": {"name": "integration-gateway"}, "spans": [{"name": "x"}]}
