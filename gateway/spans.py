"""Spans: what each step of the work did and how long it took, for whoever collects them.

A span is the place in its trace that the work under way has (`gateway.tracing`), told when it is
over. Without a collector nothing is noted.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import time_ns
from typing import Final, Literal

from gateway.plugin import JsonValue
from gateway.rules.traces import Trace
from gateway.tracing import current, descended

Kind = Literal["internal", "server", "client", "producer", "consumer"]

ERROR: Final = "error.type"
"""Names why a span failed; with it, the span counts as failed."""


@dataclass(slots=True, kw_only=True)
class Span:
    """One step: its place in the trace, when it began and ended, and what is noted of it."""

    name: str
    kind: Kind
    trace: Trace
    began_ns: int
    ended_ns: int = 0
    links: Sequence[Trace] = ()
    attributes: dict[str, JsonValue] = field(default_factory=dict)


_NOTHING: Final = nullcontext()
_SPAN: Final[ContextVar[Span | None]] = ContextVar("span", default=None)


class Spans:
    """Where spans are noted: `take` gets each that is over and sampled; None takes none."""

    def __init__(self, take: Callable[[Span], None] | None = None) -> None:
        self._take = take

    def measured(
        self, name: str, kind: Kind, *, links: Sequence[Trace] = ()
    ) -> AbstractContextManager[object]:
        """What is done inside the block is the span that its trace names as the current one."""
        take, trace = self._take, current()
        if take is None or trace is None or not trace.is_sampled:
            return _NOTHING
        return _measured(
            Span(name=name, kind=kind, trace=trace, began_ns=time_ns(), links=links), take
        )

    def within(self, name: str, kind: Kind = "internal") -> AbstractContextManager[object]:
        """What is done inside the block is a span below the current one."""
        return descended() if self._take is None else self._within(name, kind)

    @contextmanager
    def _within(self, name: str, kind: Kind) -> Iterator[None]:
        with descended(), self.measured(name, kind):
            yield

    def note(self, **attributes: JsonValue) -> None:
        """Notes something of the span under way, if there is one; None says nothing.

        Two underscores stand for the dot of a name: `messaging__message__id`.
        """
        span = _SPAN.get() if self._take is not None else None
        if span is not None:
            named = {name.replace("__", "."): value for name, value in attributes.items()}
            span.attributes.update({n: v for n, v in named.items() if v is not None})


@contextmanager
def _measured(span: Span, take: Callable[[Span], None]) -> Iterator[None]:
    token = _SPAN.set(span)
    try:
        yield
    except BaseException as failure:
        span.attributes.setdefault(ERROR, type(failure).__name__)
        raise
    finally:
        _SPAN.reset(token)
        span.ended_ns = time_ns()
        take(span)
