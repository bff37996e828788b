"""Messages that are kept and not answered: what a machine wrote, what a person is to look at."""

from dataclasses import replace
from typing import Final

import structlog

from gateway.plugin import InboundMessage
from gateway.plugin.errors import GatewayError
from gateway.records import NewMessage, Stored, WaitingMessage
from gateway.rules.screening import is_code, reason_code
from gateway.rules.storable import storable
from gateway.runtime import Gateway

log: Final = structlog.stdlib.get_logger()


def set_aside(message: InboundMessage, refusal: GatewayError | None) -> tuple[str | None, bool]:
    """Why a message is kept unanswered, and whether that is because a machine wrote it."""
    if refusal is not None:
        return storable(refusal.message), False
    if message.automatic:
        return reason_code(message.automatic), True
    return (reason_code(message.suspect) if message.suspect else None), False


def is_answerable(message: InboundMessage) -> bool:
    """Whether a message may open a conversation at all."""
    return not message.automatic and not message.suspect


def was_read(waiting: WaitingMessage) -> bool:
    """Whether a message that waits was understood, so that it can be answered as it was read."""
    return waiting.status in {"failed", "ignored"} or is_code(waiting.reason)


def report(gw: Gateway, new: NewMessage, stored: Stored) -> Stored:
    """Tells of a message that is ignored or quarantined by its parser's word, and marks it so.

    One sender's with one reason are told once an hour; the others are told at debug, and counted.
    """
    message = new.message
    if is_answerable(message) or stored.duplicate or new.reason is None:
        return stored
    status = "ignored" if new.is_ignored else "quarantined"
    gw.metrics.set_aside.labels(status, new.reason).inc()
    kind = (new.webhook_id, message.sender, new.reason)
    repeats = gw.asides.note(kind, at=new.received_at.timestamp())
    fields = {
        "message_id": stored.message_id,
        "webhook_id": new.webhook_id,
        "outcome": status,
        "reason": new.reason,
    }
    if repeats is None:
        log.debug("message.set_aside", **fields)
    else:
        log.info("message.set_aside", **fields, repeats=repeats)
    return replace(stored, is_aside=True)
