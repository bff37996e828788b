"""The way of every request into the gateway, whichever door it has come through."""

import traceback
from time import perf_counter
from typing import Final
from uuid import uuid4

import structlog

from gateway import pipeline
from gateway.limits import Meter
from gateway.metrics import Metrics
from gateway.plugin import GatewayError, InboundRequest
from gateway.runtime import Gateway

OUR_FAULT: Final = 500

log: Final = structlog.stdlib.get_logger()


async def arrive(
    gw: Gateway, token: str, request: InboundRequest, request_id: str, meter: Meter
) -> tuple[pipeline.Received, str]:
    """What `pipeline.receive` made of a request, told to the log, and what came of it in a word."""
    with gw.spans.measured("receive", "server" if request.door == "http" else "consumer"):
        gw.spans.note(gateway__door=request.door, gateway__request__id=request_id)
        return await _arrive(gw, token, request, request_id, meter)


async def _arrive(
    gw: Gateway, token: str, request: InboundRequest, request_id: str, meter: Meter
) -> tuple[pipeline.Received, str]:
    received = await pipeline.receive(gw, token, request, request_id, meter)
    gw.metrics.masked_cards.inc(received.masked)
    outcome = "accepted"
    masked = {"masked_cards": received.masked} if received.masked else {}
    for stored in received.stored:
        outcome = "duplicate" if stored.duplicate else "accepted"
        if not stored.is_aside:
            log.info(
                "message.received",
                message_id=stored.message_id,
                duplicate=stored.duplicate,
                **masked,
            )
    gw.spans.note(
        gateway__outcome=outcome,
        gateway__message__ids=[str(stored.message_id) for stored in received.stored],
    )
    return received, outcome


def as_told(failure: Exception) -> GatewayError:
    """What the sender is told of a failure; one that nobody foresaw is logged as a bug."""
    if isinstance(failure, GatewayError):
        if failure.status >= OUR_FAULT:
            log.warning("request.failed", code=failure.code, reason=failure.message)
        return failure
    reference = uuid4().hex[:12]
    trace = "".join(traceback.format_exception(failure))
    log.error("request.crashed", reference=reference, trace=trace)
    return GatewayError(
        f"something went wrong here, not in your request (log reference {reference})"
    )


def count_arrival(metrics: Metrics, outcome: str, *, started: float) -> None:
    """Counts a request that has its answer, `started` being when all of it was there."""
    metrics.messages.labels(outcome).inc()
    metrics.receive_seconds.observe(perf_counter() - started)
