"""The trace that the work under way belongs to, known by its task, as its log lines' fields are.

Parts are shared by all that goes through a channel, and an event may be told by a store function
that knows nothing of requests: neither gets the trace as an argument.
"""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Final

import structlog

from gateway.rules.traces import (
    ID_BYTES,
    SPAN_BYTES,
    TRACEPARENT,
    TRACESTATE,
    Trace,
    begun,
    child,
    columns_of,
    joined,
    parsed,
)

_TRACE: Final[ContextVar[Trace | None]] = ContextVar("trace", default=None)


def current() -> Trace | None:
    """The trace of the work under way; None outside of any."""
    return _TRACE.get()


def begin(at: datetime) -> Trace:
    """A new trace."""
    return begun(secrets.token_bytes(ID_BYTES), at=at)


def continued(headers: Mapping[str, str], *, at: datetime) -> Trace:
    """The next span of the trace that a request's headers name, or a new trace."""
    given = headers.get(TRACEPARENT)
    found = parsed(given, headers.get(TRACESTATE, "")) if given else None
    return next_span(found) if found else begin(at)


def next_span(trace: Trace) -> Trace:
    """A span that follows in the same trace."""
    return child(trace, secrets.token_bytes(SPAN_BYTES))


def enter(trace: Trace) -> None:
    """Lets the rest of this task belong to a trace, its log lines too."""
    _TRACE.set(trace)
    structlog.contextvars.bind_contextvars(trace_id=trace.trace_id)


@contextmanager
def traced(trace: Trace | None) -> Iterator[None]:
    """Lets what is done inside the block belong to a trace, its log lines too; or to none."""
    token = _TRACE.set(trace)
    try:
        if trace is None:
            yield
        else:
            with structlog.contextvars.bound_contextvars(trace_id=trace.trace_id):
                yield
    finally:
        _TRACE.reset(token)


@contextmanager
def descended() -> Iterator[Trace | None]:
    """Lets what is done inside the block be a span below the current one; None outside of any."""
    trace = _TRACE.get()
    if trace is None:
        yield None
        return
    below = next_span(trace)
    token = _TRACE.set(below)
    try:
        yield below
    finally:
        _TRACE.reset(token)


def outgoing(headers: Mapping[str, str]) -> Mapping[str, str]:
    """The headers of a call, with the trace under way."""
    trace = _TRACE.get()
    return headers if trace is None else joined(headers, trace)


def kept_trace(at: datetime, of: Trace | None = None) -> tuple[str | None, str | None]:
    """A trace as a row keeps it: `of`, else the one under way, else a new one."""
    return columns_of(of or _TRACE.get() or begin(at))
