"""OTLP, pure: spans as a collector takes them over HTTP, in the protocol's JSON encoding."""

from collections.abc import Mapping, Sequence
from typing import Final

from pydantic_core import to_json

from gateway.plugin import JsonValue
from gateway.rules.traces import Trace

KINDS: Final[Mapping[str, int]] = {
    "internal": 1,
    "server": 2,
    "client": 3,
    "producer": 4,
    "consumer": 5,
}
SCOPE: Final = "integration-gateway"
FAILED: Final = 2
IS_SAMPLED: Final = 1


def request_body(
    spans: Sequence[Mapping[str, JsonValue]], resource: Mapping[str, JsonValue]
) -> bytes:
    """The body of one `POST /v1/traces`."""
    return to_json(
        {
            "resourceSpans": [
                {
                    "resource": {"attributes": attributes(resource)},
                    "scopeSpans": [{"scope": {"name": SCOPE}, "spans": list(spans)}],
                }
            ]
        }
    )


def span_json(  # noqa: PLR0913 # what a span is made of
    name: str,
    kind: str,
    trace: Trace,
    *,
    times_ns: tuple[int, int],
    noted: Mapping[str, JsonValue],
    links: Sequence[Trace],
    error: str | None,
) -> dict[str, JsonValue]:
    """One span; times are text, because JSON's numbers are too small for them."""
    began, ended = times_ns
    shown: dict[str, JsonValue] = {
        "traceId": trace.trace_id,
        "spanId": trace.span_id,
        "flags": IS_SAMPLED,
        "name": name,
        "kind": KINDS[kind],
        "startTimeUnixNano": str(began),
        "endTimeUnixNano": str(max(began, ended)),
        "attributes": attributes(noted),
        "links": [{"traceId": link.trace_id, "spanId": link.span_id} for link in links],
        "status": {"code": FAILED, "message": error} if error else {},
    }
    if trace.parent_id:
        shown["parentSpanId"] = trace.parent_id
    if trace.state:
        shown["traceState"] = trace.state
    return shown


def attributes(values: Mapping[str, JsonValue]) -> list[JsonValue]:
    """Attributes as key and typed value."""
    return [{"key": key, "value": _value(value)} for key, value in values.items()]


def _value(value: JsonValue) -> dict[str, JsonValue]:
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [_value(one) for one in value]}}
    return {"stringValue": str(value)}
