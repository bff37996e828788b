"""Email: read, threaded, trusted as far as it deserves, and sent."""

from typing import Any

from gateway.plugin import Listener, Parser, Transport, Verifier, hookimpl
from gateway_email_smtp.email import EmailSmtp
from gateway_email_smtp.listening import SmtpListener
from gateway_email_smtp.polling import ImapListener


@hookimpl
def register_parsers() -> list[type[Parser[Any]]]:
    return [EmailSmtp]


@hookimpl
def register_verifiers() -> list[type[Verifier[Any]]]:
    return [EmailSmtp]


@hookimpl
def register_transports() -> list[type[Transport[Any]]]:
    return [EmailSmtp]


@hookimpl
def register_listeners() -> list[type[Listener[Any]]]:
    """The mail server, and what fetches from mailboxes."""
    return [SmtpListener, ImapListener]
