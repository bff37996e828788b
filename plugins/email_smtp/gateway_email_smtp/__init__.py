"""Email: read, threaded, trusted as far as it deserves, and sent."""

from typing import Any

from gateway.plugin import Listener, hookimpl
from gateway_email_smtp.listening import SmtpListener
from gateway_email_smtp.polling import ImapListener


@hookimpl
def register_listeners() -> list[type[Listener[Any]]]:
    """The mail server, and what fetches from mailboxes."""
    return [SmtpListener, ImapListener]
