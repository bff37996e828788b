"""Vonage as one part: it reads what Vonage posts, makes sure that it did, and sends."""

from gateway.plugin import (
    InboundRequest,
    OutboundMessage,
    Parsed,
    Parser,
    PartContext,
    Sent,
    Transport,
    Verifier,
)
from gateway_sms_vonage import reading, verifying
from gateway_sms_vonage.sending import Sender
from gateway_sms_vonage.settings import VonageSettings


class VonageSms(Parser[VonageSettings], Verifier[VonageSettings], Transport[VonageSettings]):
    """Texts of one Vonage number, by the SMS API or the Messages API."""

    name = "sms_vonage"
    title = "Vonage SMS"
    channel_type = "sms"
    Settings = VonageSettings
    takes_queries = True
    reconciles = True  # Vonage has no way to look a message up: one in doubt is held for a person

    def __init__(self, settings: VonageSettings, context: PartContext) -> None:
        super().__init__(settings, context)
        self.answers_consent = settings.vonage_sends_opt_out_replies
        self._sender = Sender(settings, context)

    async def verify(self, request: InboundRequest) -> None:
        """Returns for a request that Vonage signed lately."""
        verifying.verify(self.settings, request, now=self.context.now())

    def parse(self, request: InboundRequest) -> Parsed:
        """A text or a piece of one, or what became of one that was sent."""
        return reading.read(request)

    async def send(self, message: OutboundMessage) -> Sent:
        """One attempt at a text."""
        return await self._sender.send(message)
