"""Messages that are kept and not answered: what a machine wrote, what a person is to look at."""

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


def report(gw: Gateway, new: NewMessage, stored: Stored) -> None:
    """The line that a message leaves which is ignored or quarantined by its parser's word."""
    message = new.message
    if is_answerable(message) or stored.duplicate or new.reason is None:
        return
    status = "ignored" if new.is_ignored else "quarantined"
    gw.metrics.set_aside.labels(status, new.reason).inc()
    log.info(
        "message.set_aside",
        message_id=stored.message_id,
        webhook_id=new.webhook_id,
        outcome=status,
        reason=new.reason,
    )
