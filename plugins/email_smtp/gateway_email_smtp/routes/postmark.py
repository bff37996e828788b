"""Through Postmark's Email API."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.plugin import (
    HttpResponse,
    JsonValue,
    PartContext,
    PartFailure,
    PermanentFailure,
    RecipientUnreachable,
    Sent,
    TemporaryFailure,
    UncertainFailure,
)
from gateway_email_smtp.composing import Outgoing
from gateway_email_smtp.routes.calls import OUTBOUND, call, excerpt_of, object_of
from gateway_email_smtp.settings import EmailSettings

INACTIVE: Final = 406
"""Postmark sends nothing more to an address that bounced or complained."""


@dataclass(frozen=True, slots=True)
class Known:
    """One error code: whether to come back, and what to do."""

    is_temporary: bool
    advice: str


CODES: Final[Mapping[int, Known]] = {
    10: Known(False, "the server token counts no more: set postmarkServerToken anew"),
    100: Known(True, "Postmark is being looked after: it is repeated"),
    300: Known(False, "the mail is not as Postmark wants it"),
    400: Known(
        False, "the sender is no sender signature of the account: add it, or set fromAddress"
    ),
    401: Known(False, "the sender signature of this sender is not confirmed: confirm it"),
    405: Known(True, "the account has no credits left: add some; it is repeated"),
    409: Known(False, "Postmark did not understand the call"),
    411: Known(False, "an attachment of this type is not taken"),
    412: Known(False, "the account is being reviewed: it may send to its own domain alone"),
    413: Known(False, "the account may not send: ask Postmark"),
    1235: Known(False, "there is no such message stream: check postmarkMessageStream"),
    1236: Known(False, "the message stream takes no outgoing mail: check postmarkMessageStream"),
}


class PostmarkRoute:
    """Sends mails of one channel through Postmark."""

    def __init__(self, settings: EmailSettings, context: PartContext) -> None:
        self._settings = settings
        self._http = context.http

    async def send(self, outgoing: Outgoing) -> Sent:
        """One attempt; Postmark knows no idempotency key."""
        token = self._settings.postmark_server_token
        headers = {"X-Postmark-Server-Token": token.get_secret_value() if token else ""}
        url = f"{self._settings.postmark_base_url.rstrip('/')}/email"
        body = _body(outgoing, self._settings.postmark_message_stream)
        response = await call(self._http, url, headers, body, who="Postmark")
        said = object_of(response)
        if response.status != 200 or said.get("ErrorCode", 0) != 0:  # noqa: PLR2004 # HTTP's OK
            raise _failure(response, said)
        id_ = said.get("MessageID")
        if not isinstance(id_, str):
            raise UncertainFailure(
                "Postmark answered 200 without a MessageID: look for this mail in its Activity",
                response_status=response.status,
                response_excerpt=excerpt_of(response),
            )
        return Sent(
            provider_id=id_, response_status=response.status, response_excerpt=excerpt_of(response)
        )

    async def aclose(self) -> None:
        """Holds nothing."""


def _body(outgoing: Outgoing, stream: str) -> JsonValue:
    sender, name = outgoing.sender.address, outgoing.sender.name
    escaped = (name or "").replace("\\", "").replace('"', "'")
    # Without X-PM-KeepID it would get another Message-ID, and a reply would not find its thread.
    named = [("Message-ID", outgoing.message_id), ("X-PM-KeepID", "true"), *outgoing.headers]
    body: dict[str, JsonValue] = {
        "From": f'"{escaped}" <{sender}>' if name else sender,
        "To": outgoing.recipient,
        "ReplyTo": outgoing.reply_to,
        "Subject": outgoing.subject,
        "TextBody": outgoing.text,
        "HtmlBody": outgoing.html,
        "Headers": [{"Name": key, "Value": value} for key, value in named],
        "MessageStream": stream,
        "TrackOpens": False,
        "TrackLinks": "None",
    }
    if outgoing.outbound_id:
        body["Metadata"] = {OUTBOUND: str(outgoing.outbound_id)}
    return body


def _failure(response: HttpResponse, said: Mapping[str, JsonValue]) -> PartFailure:
    code = said.get("ErrorCode")
    known = CODES.get(code) if isinstance(code, int) else None
    told = str(said.get("Message") or excerpt_of(response) or "no reason given")[:300]
    status, excerpt = response.status, excerpt_of(response)
    if code == INACTIVE:
        return RecipientUnreachable(
            f"Postmark sends nothing more to this address (406): {told}",
            response_status=status,
            response_excerpt=excerpt,
            not_accepted=True,
        )
    is_busy = status in {429, 500, 503} or status > 500  # noqa: PLR2004 # RFC 9110 section 15.6
    if is_busy or (known is not None and known.is_temporary):
        return TemporaryFailure(
            f"Postmark says not now ({code or status}): {known.advice if known else told}",
            response_status=status,
            response_excerpt=excerpt,
            not_accepted=known is not None or status == 429,  # noqa: PLR2004 # RFC 6585 section 4
        )
    return PermanentFailure(
        f"Postmark refused it ({code or status}): {known.advice if known else told}",
        response_status=status,
        response_excerpt=excerpt,
        not_accepted=True,
    )
