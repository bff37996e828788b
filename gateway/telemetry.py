"""The collector of spans: told in batches, from a thread of its own that nobody waits for."""

import http.client
import queue
import threading
from collections.abc import Sequence
from importlib.metadata import version
from typing import Final
from urllib.error import URLError
from urllib.request import HTTPHandler, HTTPSHandler, OpenerDirector, Request

import structlog

from gateway.metrics import Metrics
from gateway.plugin import JsonValue
from gateway.rules.otlp import SCOPE, request_body, span_json
from gateway.sections import Telemetry
from gateway.spans import ERROR, Span

LARGEST_BATCH: Final = 512
GATHER_SECONDS: Final = 1.0
"""How long a batch waits for more."""
POST_SECONDS: Final = 10.0
END_SECONDS: Final = 3.0
"""How long a process that ends waits for the last batch."""
PATH: Final = "/v1/traces"

log: Final = structlog.stdlib.get_logger()


class Collector:
    """Takes spans without waiting; what does not fit its queue, or is not taken, is counted."""

    def __init__(self, settings: Telemetry, metrics: Metrics) -> None:
        self._url = settings.otlp_endpoint.rstrip("/") + PATH
        self._resource = {
            "service.name": settings.service_name,
            "service.version": version(SCOPE),
        }
        self._metrics = metrics
        self._waiting: queue.Queue[Span] = queue.Queue(settings.queue_spans)
        self._ends = threading.Event()
        self._opener = OpenerDirector()
        self._opener.add_handler(HTTPHandler())
        self._opener.add_handler(HTTPSHandler())
        self._thread = threading.Thread(target=self._run, name="spans", daemon=True)
        self._thread.start()

    def take(self, span: Span) -> None:
        """Puts a span into the queue; a full one drops it."""
        try:
            self._waiting.put_nowait(span)
        except queue.Full:
            self._count("dropped", 1)

    def close(self) -> None:
        """Sends what waits; returns when that is done, or after `END_SECONDS`. It blocks."""
        self._ends.set()
        self._thread.join(END_SECONDS)

    def _run(self) -> None:
        while not self._ends.is_set():
            self._ends.wait(GATHER_SECONDS)
            while batch := self._batch():
                self._send(batch)

    def _batch(self) -> list[Span]:
        found: list[Span] = []
        while len(found) < LARGEST_BATCH:
            try:
                found.append(self._waiting.get_nowait())
            except queue.Empty:
                break
        return found

    def _send(self, batch: Sequence[Span]) -> None:
        try:
            self._post(request_body([_json(span) for span in batch], self._resource))
        except (OSError, http.client.HTTPException, ValueError) as failure:
            reason = failure.reason if isinstance(failure, URLError) else failure
            log.warning("spans.dropped", spans=len(batch), reason=str(reason) or repr(reason))
            self._count("dropped", len(batch))
        else:
            self._count("sent", len(batch))

    def _post(self, body: bytes) -> None:
        asked = Request(  # noqa: S310 # the opener knows http and https alone
            self._url, data=body, headers={"Content-Type": "application/json"}
        )
        answer = self._opener.open(asked, timeout=POST_SECONDS)
        if answer is None:
            raise ValueError(f"{self._url} is no http:// or https:// URL")
        with answer:
            answer.read()
            if answer.status != http.client.OK:
                raise ValueError(f"the collector answered {answer.status}")

    def _count(self, outcome: str, spans: int) -> None:
        self._metrics.spans.labels(outcome).inc(spans)


def _json(span: Span) -> dict[str, JsonValue]:
    error = span.attributes.get(ERROR)
    return span_json(
        span.name,
        span.kind,
        span.trace,
        times_ns=(span.began_ns, span.ended_ns),
        noted=span.attributes,
        links=span.links,
        error=str(error) if error is not None else None,
    )
