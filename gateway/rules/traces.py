"""Traces, pure: W3C Trace Context level 1, as it comes in, is kept, and goes out again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

ID_BYTES: Final = 20
"""How much chance a new trace takes: twelve bytes of its id, eight of its first span's."""
SPAN_BYTES: Final = 8
TRACE_ID: Final = r"[0-9a-f]{32}"
TRACEPARENT: Final = "traceparent"
TRACESTATE: Final = "tracestate"
TRACE_HEADERS: Final = (TRACEPARENT, TRACESTATE)
STATE_CHARACTERS: Final = 512
"""What of a `tracestate` must be passed on; of a longer one, whole entries are left out."""
LARGE_ENTRY: Final = 128
"""Entries beyond it go first."""
MOST_ENTRIES: Final = 32

_SAMPLED: Final = 1
_TIME: Final = 0xFFFFFFFF
_PARENT: Final = re.compile(rf"([0-9a-f]{{2}})-({TRACE_ID})-([0-9a-f]{{16}})-([0-9a-f]{{2}})(-.*)?")
# A key, which may name its tenant and its system; a value without commas, equals signs, or a
# blank at its end.
_ENTRY: Final = re.compile(
    r"(?:[a-z][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})"
    r"=[ -+\--<>-~]{0,255}[!-+\--<>-~]"
)


@dataclass(frozen=True, slots=True)
class Trace:
    """A place in a trace: a span, from which descends what follows, and what others noted.

    `parent_id` is the span that it descends from itself, as long as that is known.
    """

    trace_id: str
    span_id: str
    is_sampled: bool = True
    state: str = ""
    parent_id: str = ""


def parsed(traceparent: str, tracestate: str = "") -> Trace | None:
    """The place that a request's headers name; None where they name none that is valid.

    A version that is not known yet is read as far as it begins like the first one.
    """
    match = _PARENT.fullmatch(traceparent)
    if match is None:
        return None
    version, trace_id, span_id, flags, more = match.groups()
    if version == "ff" or (version == "00" and more is not None):
        return None
    if not trace_id.strip("0") or not span_id.strip("0"):
        return None
    return Trace(
        trace_id,
        span_id,
        is_sampled=bool(int(flags, 16) & _SAMPLED),
        state=kept_state(tracestate) if tracestate else "",
    )


def begun(chance: bytes, *, at: datetime) -> Trace:
    """The beginning of a new trace; `chance` are `ID_BYTES` random ones.

    An id begins with the second at which it was made, so that those of one time stand together in
    an index. It says that it is sampled: what the gateway did is in its log, and a receiver that
    follows its caller's decision would record nothing otherwise.
    """
    seconds = int(at.timestamp()) & _TIME
    return Trace(f"{seconds:08x}{chance[:-SPAN_BYTES].hex()}", _span_id(chance[-SPAN_BYTES:]))


def child(trace: Trace, chance: bytes) -> Trace:
    """A new span of the same trace; `chance` are `SPAN_BYTES` random ones."""
    return Trace(
        trace.trace_id, _span_id(chance), trace.is_sampled, trace.state, parent_id=trace.span_id
    )


def headers_of(trace: Trace) -> dict[str, str]:
    """The headers by which the other side knows its place in the trace."""
    headers = {TRACEPARENT: f"00-{trace.trace_id}-{trace.span_id}-{trace.is_sampled:02x}"}
    if trace.state:
        headers[TRACESTATE] = trace.state
    return headers


def joined(headers: Mapping[str, str], trace: Trace) -> Mapping[str, str]:
    """A request's headers with the trace; those that name a trace of their own stay as they are."""
    if any(name.lower() in TRACE_HEADERS for name in headers):
        return headers
    return {**headers, **headers_of(trace)}


def columns_of(trace: Trace | None) -> tuple[str | None, str | None]:
    """A place as it is kept: the trace's id, and the span with its flags and the `tracestate`."""
    if trace is None:
        return None, None
    parent = f"{trace.span_id}-{trace.is_sampled:02x}"
    return trace.trace_id, f"{parent} {trace.state}" if trace.state else parent


def trace_in(trace_id: str | None, parent: str | None) -> Trace | None:
    """The place that was kept."""
    if trace_id is None or parent is None:
        return None
    span, _, state = parent.partition(" ")
    span_id, _, flags = span.partition("-")
    return Trace(trace_id, span_id, flags == "01", state)


def kept_state(tracestate: str) -> str:
    """A `tracestate` as it is passed on: as it came, within its limits; empty for a broken one."""
    entries = [entry for part in tracestate.split(",") if (entry := part.strip(" \t"))]
    if len(entries) > MOST_ENTRIES or not all(map(_ENTRY.fullmatch, entries)):
        return ""
    if len(tracestate) <= STATE_CHARACTERS:
        return tracestate.strip(" \t")
    return _shortened(entries)


def _shortened(entries: list[str]) -> str:
    kept = list(entries)
    for entry in [*(e for e in reversed(entries) if len(e) > LARGE_ENTRY), *reversed(entries)]:
        if len(",".join(kept)) <= STATE_CHARACTERS:
            break
        if entry in kept:
            kept.remove(entry)
    return ",".join(kept)


def _span_id(chance: bytes) -> str:
    # All zeros would be no id.
    return chance.hex() if any(chance) else f"{1:016x}"
