"""How a mail goes out: composed, then sent the way that the channel's settings say."""

from typing import Protocol

from gateway.plugin import OutboundMessage, PartContext, PermanentFailure, Sent
from gateway_email_smtp.composing import Outgoing, compose
from gateway_email_smtp.routes.postmark import PostmarkRoute
from gateway_email_smtp.routes.sendgrid import SendGridRoute
from gateway_email_smtp.routes.smtp import SmtpRoute
from gateway_email_smtp.settings import EmailSettings
from gateway_email_smtp.tokens import Tokens


class Route(Protocol):
    """One way out."""

    async def send(self, outgoing: Outgoing) -> Sent:
        """One attempt. Raises a `PartFailure`."""
        ...

    async def aclose(self) -> None:
        """Gives back what it holds."""
        ...


class Sender:
    """Sends the mails of one channel."""

    def __init__(self, settings: EmailSettings, context: PartContext) -> None:
        self._settings = settings
        self._context = context
        self._route = route_of(settings, context)

    async def send(self, message: OutboundMessage) -> Sent:
        """One attempt, to the one person that it is for."""
        if self._route is None:
            raise PermanentFailure(
                "this channel sends nothing: set mailOutbound", not_accepted=True
            )
        now = self._context.now()
        tokens = Tokens(self._context.live_secrets(now))
        return await self._route.send(compose(message, self._settings, tokens, now=now))

    async def aclose(self) -> None:
        """Gives back what the way out holds."""
        if self._route is not None:
            await self._route.aclose()


def route_of(settings: EmailSettings, context: PartContext) -> Route | None:
    """The way out that the settings name; None where nothing is sent."""
    if settings.way_out == "smtp":
        return SmtpRoute(settings, context)
    if settings.way_out == "sendgrid":
        return SendGridRoute(settings, context)
    return PostmarkRoute(settings, context) if settings.way_out == "postmark" else None
