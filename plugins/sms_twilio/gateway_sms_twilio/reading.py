"""What Twilio posts, read: a text, or what became of one that was sent. Pure."""

from collections.abc import Mapping
from typing import Final, Literal
from urllib.parse import parse_qs

from gateway.plugin import (
    Attachment,
    HttpAnswer,
    InboundMessage,
    InboundRequest,
    InvalidPayload,
    JsonValue,
    MessageKind,
    Parsed,
    Receipt,
)
from gateway_sms_twilio.errors import advice_for, is_opt_out, is_passing
from gateway_sms_twilio.signatures import FORM, Pairs, read_form

MEDIA_LIMIT: Final = 10
OUTBOUND: Final = "outbound"
"""In the query of a callback URL: our own id of the message."""
SILENCE: Final = HttpAnswer(
    body=b'<?xml version="1.0" encoding="UTF-8"?><Response/>', content_type="text/xml"
)
"""The answer with which Twilio sends nothing; replies go out by REST."""

State = Literal["accepted", "sent", "delivered", "failed"]
Fields = dict[str, str]

STATES: Final[Mapping[str, State]] = {
    "accepted": "accepted",
    "scheduled": "accepted",
    "queued": "accepted",
    "sending": "accepted",
    "sent": "sent",
    "partially_delivered": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "undelivered": "failed",
    "failed": "failed",
    "canceled": "failed",
}
CONSENT: Final[Mapping[str, Literal["stop", "start", "help"]]] = {
    "STOP": "stop",
    "START": "start",
    "HELP": "help",
}
# What other fields of a message hold, and the aliases of before.
_SID: Final = ("MessageSid", "SmsMessageSid", "SmsSid")
_HELD: Final = frozenset({*_SID, "Body", "From", "To", "ProfileName"})


def read(request: InboundRequest) -> Parsed:
    """The message or the receipt of a verified request. Raises `InvalidPayload`."""
    if request.body and request.content_type != FORM:
        raise InvalidPayload(f"Twilio posts a form, not {request.content_type[:100]!r}")
    try:
        pairs = read_form(request.body)
    except ValueError as error:
        raise InvalidPayload(f"the form cannot be read: {error}") from None
    # PostgreSQL stores no NUL.
    pairs = [(name.replace("\x00", ""), value.replace("\x00", "")) for name, value in pairs]
    fields = {name: value for name, value in reversed(pairs)}  # noqa: C416 # the first one counts
    if fields.get("MessageStatus") in STATES and fields.get("SmsStatus") != "received":
        return Parsed(receipts=(_receipt(request, fields, pairs),), answer=SILENCE)
    if "MessageStatus" in fields and "Body" not in fields:
        # A state that is not known yet: there is nothing to be done about it.
        return Parsed(answer=SILENCE)
    return Parsed(messages=(_message(fields, pairs),), answer=SILENCE)


def _message(fields: Fields, pairs: Pairs) -> InboundMessage:
    sid, sender = _sid(fields), fields.get("From", "")
    if not sid or not sender:
        raise InvalidPayload("neither a text nor a status: MessageSid or From is missing")
    attachments = _attachments(fields)
    return InboundMessage(
        sender=sender,
        sender_name=fields.get("ProfileName") or None,
        recipient=fields.get("To") or None,
        text=fields.get("Body", ""),
        external_id=sid,
        kind=_kind(attachments),
        attachments=attachments,
        consent=CONSENT.get(fields.get("OptOutType", "").upper()),
        facts=_facts(pairs),
    )


def _receipt(request: InboundRequest, fields: Fields, pairs: Pairs) -> Receipt:
    sid = _sid(fields)
    if not sid:
        raise InvalidPayload("a status without MessageSid")
    code = fields.get("ErrorCode", "")
    code = "" if code == "0" else code
    return Receipt(
        provider_id=sid,
        state=STATES[fields["MessageStatus"]],
        message_id=_outbound_id(request.query),
        error_code=code,
        reason=_reason(code, fields.get("ErrorMessage", "")),
        opted_out=is_opt_out(code),
        is_passing=is_passing(code),
        facts=_facts(pairs),
    )


def _sid(fields: Fields) -> str:
    return next(filter(None, (fields.get(name) for name in _SID)), "")


def _attachments(fields: Fields) -> tuple[Attachment, ...]:
    told = fields.get("NumMedia", "0")
    count = int(told) if told.isascii() and told.isdecimal() and len(told) < 3 else 0  # noqa: PLR2004 # up to 99
    found = []
    for index in range(min(count, MEDIA_LIMIT)):
        url = fields.get(f"MediaUrl{index}", "")
        if url.startswith(("https://", "http://")):
            kind = fields.get(f"MediaContentType{index}") or "application/octet-stream"
            found.append(Attachment(type=kind, url=url))
    return tuple(found)


def _kind(attachments: tuple[Attachment, ...]) -> MessageKind:
    if not attachments:
        return "text"
    family = attachments[0].type.partition("/")[0].lower()
    return "image" if family == "image" else "audio" if family == "audio" else "file"


def _facts(pairs: Pairs) -> dict[str, JsonValue]:
    """All that Twilio said and no other field holds; a name that came twice has a list."""
    found: dict[str, JsonValue] = {}
    for name, value in pairs:
        if name in _HELD:
            continue
        before = found.get(name)
        if before is None:
            found[name] = value
        elif isinstance(before, list):
            before.append(value)
        else:
            found[name] = [before, value]
    return found


def _outbound_id(query: bytes) -> int | None:
    """Our own id of a message, out of the callback URL; Twilio has signed it."""
    told = parse_qs(query.decode("latin-1"), max_num_fields=None).get(OUTBOUND, [""])[0]
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 19 else None  # noqa: PLR2004 # a bigint


def _reason(code: str, told: str) -> str:
    return " ".join(filter(None, (told, advice_for(code))))
