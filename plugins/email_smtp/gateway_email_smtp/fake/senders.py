"""What tests of outgoing mail are made of: settings, a way to this machine, messages."""

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from gateway.plugin import HttpClient, JsonValue, OutboundMessage, PartContext
from gateway.plugin.errors import TemporaryFailure
from gateway.plugin.testing import NOW, outbound_message, part_context
from gateway_email_smtp.sending import Sender
from gateway_email_smtp.settings import EmailSettings

ASSISTANT: Final = "assistant@gw.example"
PERSON: Final = "ann@example.org"
THREAD: Final = "0123456789abcdef"
SECRET: Final = "s3cret"  # noqa: S105 # that of `part_context`


async def dial_loopback(host: str, port: int, *, timeout_seconds: float) -> socket.socket:
    """The gateway's dial without its guard, for parts that are to reach a fake."""
    made = socket.socket()
    made.setblocking(False)
    try:
        async with asyncio.timeout(timeout_seconds):
            await asyncio.get_running_loop().sock_connect(made, ("127.0.0.1", port))
    except OSError as error:
        made.close()
        raise TemporaryFailure(f"connect: {host}:{port}: {error}", not_accepted=True) from error
    return made


def settings(**given: object) -> EmailSettings:
    """Settings of a channel that sends through a mail server, with others of a test's choice."""
    own = {
        "inbound_email_address": ASSISTANT,
        "mail_outbound": "smtp",
        "smtp_host": "127.0.0.1",
        "smtp_security": "none",
    }
    return EmailSettings.model_validate({**own, **given})


def context(http: HttpClient | None = None) -> PartContext:
    """A context whose way out leads to this machine."""
    return replace(part_context(http, secrets=(SECRET,)), dial=dial_loopback)


def sender(http: HttpClient | None = None, /, **given: object) -> Sender:
    """What sends the mails of such a channel."""
    return Sender(settings(**given), context(http))


def mail_message(
    text: str = "Hello Ann.",
    *,
    to: str = PERSON,
    kind: str = "reply",
    answered: Mapping[str, JsonValue] | None = None,
) -> OutboundMessage:
    """A first attempt at a reply to a person's mail, or at a notification."""
    facts: Mapping[str, JsonValue] = {
        "messageId": "<q1@example.org>",
        "references": ["<q0@example.org>"],
        "subject": "Offer for May",
        "from": [to],
    }
    message = replace(outbound_message(text, recipient=to), id=4711, created_at=NOW)
    if kind == "notification":
        return replace(message, kind="notification", event="task.completed")
    return replace(message, thread=THREAD, answered=facts if answered is None else answered)
