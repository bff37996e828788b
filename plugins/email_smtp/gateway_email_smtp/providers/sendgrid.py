"""SendGrid: mail of Inbound Parse, taken apart or raw, and what became of mail that was sent."""

import re
from collections.abc import Mapping
from typing import Final, TypeVar

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from gateway.plugin import (
    InboundRequest,
    InvalidPayload,
    InvalidSignature,
    Receipt,
    ReceiptState,
)
from gateway_email_smtp.charsets import decoded
from gateway_email_smtp.headers import headers_of
from gateway_email_smtp.keys import read_key
from gateway_email_smtp.mail import Envelope, Mail, MailFile
from gateway_email_smtp.mime import mail_of_parts, read_mime
from gateway_email_smtp.providers.forms import Form, Part, read_form
from gateway_email_smtp.providers.incoming import (
    Posted,
    Record,
    is_hard,
    json_of,
    moment_of,
    outbound_id,
    records_of,
    text_at,
)
from gateway_email_smtp.providers.logins import check_login
from gateway_email_smtp.providers.signing import TOLERANCE_SECONDS, check_age, is_signed
from gateway_email_smtp.routes.calls import OUTBOUND
from gateway_email_smtp.settings import EmailSettings
from gateway_email_smtp.trust import Evidence, domain_of

SIGNATURE: Final = "x-twilio-email-event-webhook-signature"
TIMESTAMP: Final = "x-twilio-email-event-webhook-timestamp"
_SINGLE: Final = (
    "envelope",
    "SPF",
    "dkim",
    "from",
    "to",
    "cc",
    "subject",
    "headers",
    "text",
    "html",
    "email",
    "rawEmail",
    "charsets",
    "attachment-info",
    "content-ids",
    "sender_ip",
)
_RAW: Final = ("email", "rawEmail")
_SIGNER: Final = r"[^\s@,:;{}\"\\]{0,253}@([0-9A-Za-z._-]{1,253})\s?:\s?([a-z]{1,20})"
_DKIM: Final = re.compile(_SIGNER)
# A signer chooses what stands before its @, and may write a domain and a verdict of its own there.
_SIGNERS: Final = re.compile(rf"\{{?{_SIGNER}(?:\s?,\s?{_SIGNER}){{0,50}}\}}?")
_STATES: Final[Mapping[str, ReceiptState]] = {
    "processed": "accepted",
    "deferred": "accepted",
    "delivered": "delivered",
    "bounce": "failed",
    "dropped": "failed",
    "spamreport": "failed",
    "unsubscribe": "failed",
    "group_unsubscribe": "failed",
}
_REFUSED: Final = frozenset({"spamreport", "unsubscribe", "group_unsubscribe"})
# Why SendGrid drops a mail to somebody who does not want any, and to an address that is dead.
_UNWANTED: Final = ("spam reporting", "unsubscribed")
_DEAD: Final = ("bounced address", "invalid")
_FILTER: Final = re.compile(r"\.(?:filter|recvd)")


class _Envelope(BaseModel):
    to: tuple[str, ...] = ()
    sender: str | None = Field(None, alias="from")


class _Attached(BaseModel):
    type: str = ""
    name: str | None = None
    filename: str | None = None
    content_id: str = Field("", alias="content-id")


_ENVELOPE: Final = TypeAdapter(_Envelope)
_ATTACHED: Final = TypeAdapter(dict[str, _Attached])
_CHARSETS: Final = TypeAdapter(dict[str, str])
T = TypeVar("T")


def verify(settings: EmailSettings, request: InboundRequest) -> None:
    """Returns for a request that SendGrid made. Raises `InvalidSignature` or `InvalidAuth`."""
    texts = (settings.sendgrid_verification_key, settings.sendgrid_event_verification_key)
    keys = [read_key(text) for text in texts if text]
    if not keys:
        check_login(settings, request, provider="SendGrid")
        return
    given = request.headers.get(SIGNATURE, "").strip()
    if not given:
        raise InvalidSignature(
            "X-Twilio-Email-Event-Webhook-Signature is missing: give the Inbound Parse webhook "
            "the signature policy whose public key is sendgridVerificationKey"
        )
    timestamp = request.headers.get(TIMESTAMP, "").strip()
    check_age(
        timestamp,
        request.received_at,
        what="X-Twilio-Email-Event-Webhook-Timestamp",
        seconds=TOLERANCE_SECONDS,
    )
    if not is_signed(keys, given, timestamp, request.body):
        raise InvalidSignature(
            "the signature does not match: sendgridVerificationKey must be the public key of the "
            "policy (for events: sendgridEventVerificationKey), and nothing on the way may "
            "change the body"
        )


def read_mail(request: InboundRequest) -> Posted:
    """The mail of a request, whole or taken apart. Raises `InvalidPayload`."""
    form = read_form(request)
    form.check_single(*_SINGLE)
    told = _json(_ENVELOPE, form.text("envelope"), "envelope") or _Envelope()
    envelope = Envelope(
        mail_from=told.sender, recipients=told.to, client_ip=form.text("sender_ip").strip()
    )
    raw = next(filter(None, map(form.find, _RAW)), None)
    mail = read_mime(raw.content, envelope) if raw else _assembled(form, envelope)
    evidence = Evidence(
        spf=form.text("SPF").strip().lower(),
        spf_domain=domain_of(told.sender or ""),
        dkim=_signers(form.text("dkim").strip()),
    )
    return Posted(mail=mail, evidence=evidence)


def _signers(told: str) -> tuple[tuple[str, str], ...]:
    """Each domain that signed with its verdict, as in `{@example.org : pass, @b.example : fail}`.

    What is written in any other way counts for nothing.
    """
    if not _SIGNERS.fullmatch(told):
        return ()
    return tuple((domain.lower(), result) for domain, result in _DKIM.findall(told))


def read_events(request: InboundRequest) -> Posted:
    """What became of mail that was sent. Raises `InvalidPayload`."""
    events = json_of(request.body)
    if not isinstance(events, list):
        raise InvalidPayload("SendGrid's events are a JSON array of objects")
    return Posted(receipts=tuple(filter(None, map(_receipt, records_of(events)))))


def _assembled(form: Form, envelope: Envelope) -> Mail:
    charsets = _json(_CHARSETS, form.text("charsets"), "charsets") or {}
    block = form.find("headers")
    if block is None:
        raise InvalidPayload("neither `headers` nor `email` is in the form: is this SendGrid's?")
    headers = headers_of(block.content)
    there = {name for name, _ in headers}
    texts = {name: _text(form, name, charsets) for name in ("from", "to", "cc", "subject")}
    more = ((name, text) for name, text in texts.items() if text and name not in there)
    return mail_of_parts(
        (*headers, *more),
        text=_text(form, "text", charsets),
        html=_text(form, "html", charsets),
        files=_files(form),
        envelope=envelope,
    )


def _text(form: Form, name: str, charsets: Mapping[str, str]) -> str:
    found = form.find(name)
    return decoded(found.content, charsets.get(name, "utf-8")) if found else ""


def _files(form: Form) -> list[MailFile]:
    known = _json(_ATTACHED, form.text("attachment-info"), "attachment-info") or {}
    by_id = _json(_CHARSETS, form.text("content-ids"), "content-ids") or {}
    ids = {place: content_id for content_id, place in by_id.items()}
    return [_file(one, known.get(one.name, _Attached()), ids) for one in form.files()]


def _file(one: Part, known: _Attached, ids: Mapping[str, str]) -> MailFile:
    content_id = (ids.get(one.name) or known.content_id).strip("<> ")
    return MailFile(
        type=(known.type or one.type or "application/octet-stream").lower(),
        name=known.filename or known.name or one.filename or None,
        content=one.content,
        content_id=content_id,
        is_inline=bool(content_id),
    )


def _receipt(event: Record) -> Receipt | None:
    """What an event says; None for one that says nothing of a mail, such as a click."""
    kind, id_ = text_at(event, "event"), text_at(event, "sg_message_id")
    state = _STATES.get(kind)
    if state is None or not id_:
        return None
    words = (text_at(event, "reason") or text_at(event, "response")).strip()
    is_unwanted = kind == "dropped" and words.lower().startswith(_UNWANTED)
    return Receipt(
        # What follows the id that the call was answered with names SendGrid's servers.
        provider_id=_FILTER.split(id_, maxsplit=1)[0],
        state=state,
        message_id=outbound_id(event.get(OUTBOUND)),
        at=moment_of(event.get("timestamp")),
        error_code=text_at(event, "status") or (kind if state == "failed" else ""),
        reason=words or kind,
        opted_out=kind in _REFUSED or is_unwanted,
        is_unreachable=_is_dead(event, words.lower()),
        facts={"event": kind, "type": text_at(event, "type"), "email": text_at(event, "email")},
    )


def _is_dead(event: Record, words: str) -> bool:
    kind = text_at(event, "event")
    if kind == "dropped":
        return words.startswith(_DEAD)
    is_block = text_at(event, "type") == "blocked"
    return kind == "bounce" and not is_block and is_hard(text_at(event, "status"))


def _json(shape: "TypeAdapter[T]", text: str, name: str) -> T | None:
    if not text.strip():
        return None
    try:
        return shape.validate_json(text)
    except ValidationError:
        raise InvalidPayload(f"the field {name!r} of the form is not what SendGrid posts") from None
