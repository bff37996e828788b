"""How a text goes out through Twilio, and how one is found whose end nobody saw."""

from datetime import timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from gateway.plugin import (
    OutboundMessage,
    PartContext,
    PartFailure,
    PermanentFailure,
    Sent,
    TemporaryFailure,
    UncertainFailure,
)
from gateway.plugin.sms import is_number, plain, segments, split
from gateway_sms_twilio.answers import Message, created, listed
from gateway_sms_twilio.reading import OUTBOUND
from gateway_sms_twilio.rest import Account
from gateway_sms_twilio.settings import TwilioSettings

SENDING_SECONDS: Final = timedelta(seconds=25)
"""After this time no further piece of a long text is begun: the gateway gives a part 45 seconds."""
# An answer is cut at 64 KiB, and one message may take ten of them.
PAGE_SIZE: Final = 5
PAGES: Final = 20
CLOCK_SKEW: Final = timedelta(seconds=15)
LOOK_BACK: Final = timedelta(hours=6)
"""How far back a message is looked for when nobody says when it was made."""


class Sender:
    """Sends the texts of one channel."""

    def __init__(self, settings: TwilioSettings, context: PartContext) -> None:
        self._settings = settings
        self._context = context
        self._account = Account(settings, context.http)

    async def send(self, message: OutboundMessage) -> Sent:
        """One attempt; a long text goes in pieces, and the first one that fails ends it."""
        self._check(message)
        pieces = self._pieces(message)
        return self._sent(pieces, await self._send(message, pieces))

    async def reconcile(self, message: OutboundMessage) -> Sent | None:
        """Looks for a message at Twilio; of a long text, pieces that are not there are sent now."""
        pieces = self._pieces(message)
        found = await self._found(message, set(pieces))
        if not found:
            return None
        missing = [piece for piece in pieces if piece not in found]
        taken = [found[piece] for piece in pieces if piece in found]
        if missing:
            taken += await self._send(message, missing, gone=len(pieces) - len(missing))
        return self._sent(pieces, taken)

    def _check(self, message: OutboundMessage) -> None:
        settings = self._settings
        if not (settings.twilio_phone_number or settings.twilio_messaging_service_sid):
            raise PermanentFailure(
                "this channel has no sender: set twilioPhoneNumber or twilioMessagingServiceSid",
                not_accepted=True,
            )
        if not is_number(message.recipient):
            raise PermanentFailure(
                f"{message.recipient[:40]!r} is no number that can be sent to: it takes the form "
                "+15005550006"
            )

    def _pieces(self, message: OutboundMessage) -> list[str]:
        text = plain(message.text) if self._settings.sms_plain_text else message.text
        pieces = split(text.replace("\x00", ""))
        if not pieces:
            raise PermanentFailure("the message has no text")
        return pieces

    async def _send(
        self, message: OutboundMessage, pieces: list[str], gone: int = 0
    ) -> list[Message]:
        """Sends the pieces in order; `gone` others of the same text went before."""
        until = self._context.now() + SENDING_SECONDS
        taken: list[Message] = []
        for piece in pieces:
            try:
                if taken and self._context.now() > until:
                    raise UncertainFailure("Twilio took too long")
                taken.append(await self._post(message, piece))
            except PartFailure as failure:
                raise _after(failure, gone + len(taken), gone + len(pieces)) from failure
        return taken

    async def _post(self, message: OutboundMessage, piece: str) -> Message:
        settings = self._settings
        form = [("To", message.recipient)]
        if settings.twilio_phone_number:
            form.append(("From", settings.twilio_phone_number))
        if settings.twilio_messaging_service_sid:
            form.append(("MessagingServiceSid", settings.twilio_messaging_service_sid))
        form.append(("Body", piece))
        form.append(("ValidityPeriod", str(settings.twilio_validity_seconds)))
        callback = callback_url(self._context.inbound_url, message.id)
        # What is sent to try a channel stands in no outbox, and nobody waits for its state.
        if message.id and callback:
            form.append(("StatusCallback", callback))
        try:
            response = await self._account.post("/Messages.json", form)
        except TemporaryFailure as failure:
            if failure.not_accepted:
                raise
            # Twilio knows no idempotency key: what may have gone is looked for, not sent again.
            raise UncertainFailure(
                f"whether Twilio took it is not known: {failure.message}"
            ) from failure
        return created(response)

    async def _found(self, message: OutboundMessage, texts: set[str]) -> dict[str, Message]:
        """The pieces of a message that Twilio knows, by their text."""
        since = (message.created_at or self._context.now() - LOOK_BACK) - CLOCK_SKEW
        # Not by DateSent: a message that waits at Twilio has none yet.
        query = (("To", message.recipient), ("PageSize", str(PAGE_SIZE)))
        page = listed(await self._account.get("/Messages.json", query))
        found: dict[str, Message] = {}
        for _ in range(PAGES):
            for one in page.messages:
                # One that was lost on its way may be the one that is sent once more.
                is_theirs = one.direction.startswith("outbound") and not one.is_lost
                if is_theirs and one.is_since(since):
                    text = one.body or ""
                    if text in texts:
                        found[text] = one
            oldest = page.messages[-1] if page.messages else None
            if not page.next_uri or oldest is None or not oldest.is_since(since):
                return found
            page = listed(await self._account.page(page.next_uri))
        if found.keys() == texts:
            return found
        raise UncertainFailure(
            f"Twilio sent more than {PAGES * PAGE_SIZE} messages to this number since: look for "
            "this one in the Console"
        )

    def _sent(self, pieces: list[str], taken: list[Message]) -> Sent:
        counted = [message.segments for message in taken]
        count = sum(filter(None, counted)) if all(counted) else sum(map(segments, pieces))
        price = self._settings.sms_segment_price
        return Sent(
            provider_id=taken[0].sid,
            response_status=int(HTTPStatus.CREATED),
            segments=count,
            cost_usd=None if price is None else round(price * count, 6),
            pieces=tuple(message.sid for message in taken) if len(taken) > 1 else (),
        )


def callback_url(inbound_url: str, message_id: int) -> str:
    """Where Twilio tells what became of a message; empty where it could not be called."""
    place = urlsplit(inbound_url)
    if place.scheme not in {"http", "https"} or "_" in place.netloc:
        return ""  # Twilio refuses a host with an underscore, and the message with it
    query = "&".join(filter(None, (place.query, urlencode({OUTBOUND: message_id}))))
    return urlunsplit((place.scheme, place.netloc, place.path, query, ""))


def _after(failure: PartFailure, gone: int, of: int) -> PartFailure:
    """The failure of a piece; a text of which some has gone must not be sent from its start."""
    if not gone:
        return failure
    kind = type(failure) if isinstance(failure, PermanentFailure) else UncertainFailure
    return kind(
        f"{gone} of {of} pieces went: {failure.message}",
        response_status=failure.response_status,
        response_excerpt=failure.response_excerpt,
    )
