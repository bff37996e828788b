"""Email as one part: it makes sure of who posts, reads what came, and sends."""

from dataclasses import replace
from typing import ClassVar

from gateway.plugin import (
    REPLY,
    Checkup,
    InboundRequest,
    OutboundMessage,
    Parsed,
    Parser,
    PartContext,
    Sent,
    Setup,
    Transport,
    Verifier,
)
from gateway_email_smtp.connecting import Connector
from gateway_email_smtp.names import Names
from gateway_email_smtp.providers import sources
from gateway_email_smtp.providers.incoming import ACCEPTED
from gateway_email_smtp.reading import messages_of
from gateway_email_smtp.sending import Sender
from gateway_email_smtp.settings import EmailSettings
from gateway_email_smtp.tokens import Tokens
from gateway_email_smtp.trust import judge


class EmailSmtp(Parser[EmailSettings], Verifier[EmailSettings], Transport[EmailSettings], Setup):
    """The mail of one address, whichever way it comes and goes."""

    name = "email_smtp"
    title = "Email"
    channel_type = "email"
    Settings = EmailSettings
    # Postmark posts up to 35 MB, SendGrid 30, Mailgun 25.
    body_limit_bytes = 36 * 1024 * 1024
    # SendGrid drops what is answered 4xx.
    busy_status = 503
    names: ClassVar[Names] = Names()
    """Where the DNS is asked."""

    def __init__(self, settings: EmailSettings, context: PartContext) -> None:
        super().__init__(settings, context)
        self._sender = Sender(settings, context)
        self._connector = Connector(settings, context, self.names)

    async def verify(self, request: InboundRequest) -> None:
        """Returns for a request of the provider that the settings name, or of an own door."""
        await sources.verify(self.settings, request, self.context)

    def parse(self, request: InboundRequest) -> Parsed:
        """A mail, or what became of one that was sent; providers are answered an empty 200."""
        posted = sources.read(self.settings, request)
        if posted.mail is None:
            return Parsed(receipts=posted.receipts, answer=ACCEPTED)
        read = messages_of(
            posted.mail,
            tokens=Tokens(self.context.live_secrets(request.received_at)),
            own_addresses=self.settings.own_addresses,
            verdict=judge(posted.mail, self.settings, posted.evidence),
        )
        return replace(read, answer=ACCEPTED)

    def wants(self, event: str) -> bool:
        """Words, where a way to send them was chosen."""
        return event == REPLY and self.settings.way_out is not None

    def own_address(self) -> str | None:
        """The assistant's address, where mail to it can be sent."""
        return self.settings.inbound_email_address if self.settings.way_out else None

    async def send(self, message: OutboundMessage) -> Sent:
        """One attempt at a mail."""
        return await self._sender.send(message)

    async def aclose(self) -> None:
        """Gives back what the way out holds."""
        await self._sender.aclose()

    async def check(self) -> Checkup:
        """How the address is set up at its providers and in the DNS."""
        return await self._connector.check()

    async def connect(self) -> Checkup:
        """Has the providers post to the channel."""
        return await self._connector.connect()
