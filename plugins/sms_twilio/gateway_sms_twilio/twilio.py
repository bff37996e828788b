"""Twilio as one part: it reads what Twilio posts, makes sure that it did, and sends."""

from gateway.plugin import (
    Attachment,
    Checkup,
    InboundRequest,
    MediaSource,
    OutboundMessage,
    Parsed,
    Parser,
    PartContext,
    Sent,
    Setup,
    Transport,
    Verifier,
)
from gateway_sms_twilio import reading, verifying
from gateway_sms_twilio.connecting import Connector
from gateway_sms_twilio.pictures import Pictures
from gateway_sms_twilio.sending import Sender
from gateway_sms_twilio.settings import TwilioSettings


class TwilioSms(
    Parser[TwilioSettings],
    Verifier[TwilioSettings],
    Transport[TwilioSettings],
    Setup,
    MediaSource,
):
    """Texts and picture messages of one Twilio number or Messaging Service."""

    name = "sms_twilio"
    title = "Twilio SMS"
    channel_type = "sms"
    Settings = TwilioSettings
    reconciles = True

    def __init__(self, settings: TwilioSettings, context: PartContext) -> None:
        super().__init__(settings, context)
        self.answers_consent = settings.twilio_answers_stop
        self._sender = Sender(settings, context)
        self._pictures = Pictures(settings, context)
        self._connector = Connector(settings, context)

    async def verify(self, request: InboundRequest) -> None:
        """Returns for a request that Twilio signed."""
        verifying.verify(self.settings, request, webhook_id=self.context.webhook_id)

    def parse(self, request: InboundRequest) -> Parsed:
        """A text, or what became of one that was sent; Twilio is answered with silence."""
        return reading.read(request)

    def keeps(self, attachment: Attachment) -> bool:
        """Whether Twilio keeps a file for this account."""
        return self._pictures.keeps(attachment)

    async def fetch(self, attachment: Attachment, *, limit_bytes: int) -> bytes:
        """One attempt at a picture."""
        return await self._pictures.fetch(attachment, limit_bytes=limit_bytes)

    async def send(self, message: OutboundMessage) -> Sent:
        """One attempt at a text."""
        return await self._sender.send(message)

    async def reconcile(self, message: OutboundMessage) -> Sent | None:
        """Looks for the text among those that Twilio has sent to this number."""
        return await self._sender.reconcile(message)

    async def check(self) -> Checkup:
        """What Twilio has of this channel, against what it should have."""
        return await self._connector.check()

    async def connect(self) -> Checkup:
        """Has texts to the number or Messaging Service come to this channel."""
        return await self._connector.connect()
