"""Mailgun: mail that a route forwards, taken apart or as MIME, and what became of mail sent."""

import hmac
from hashlib import sha256
from typing import Final

from gateway.plugin import (
    InboundRequest,
    InvalidPayload,
    InvalidSignature,
    JsonValue,
    Receipt,
    ReceiptState,
)
from gateway_email_smtp.headers import Headers, all_of, first_of
from gateway_email_smtp.mail import Envelope, Mail, MailFile
from gateway_email_smtp.mime import mail_of_parts, read_mime
from gateway_email_smtp.providers.forms import Form, Part, is_form, read_form
from gateway_email_smtp.providers.incoming import (
    Posted,
    Record,
    is_hard,
    json_of,
    moment_of,
    outbound_id,
    record_of,
    stamped,
    text_at,
)
from gateway_email_smtp.providers.signing import check_age
from gateway_email_smtp.routes.calls import OUTBOUND
from gateway_email_smtp.settings import EmailSettings
from gateway_email_smtp.trust import Evidence, domain_of

TOLERANCE_SECONDS: Final = 900
"""How far a timestamp may be from now; a token is remembered for as long."""
_STATES: Final[dict[str, ReceiptState]] = {
    "accepted": "accepted",
    "delivered": "delivered",
    "failed": "failed",
    "rejected": "failed",
    "complained": "failed",
    "unsubscribed": "failed",
}
_SINGLE: Final = ("message-headers", "body-mime", "sender", "recipient")


def verify(settings: EmailSettings, request: InboundRequest) -> str:
    """The token of a request that Mailgun signed: whoever takes it makes sure that it is new.

    The signature does not cover the body. Raises `InvalidSignature`.
    """
    try:
        timestamp, token, signature = _signed(request)
    except InvalidPayload as unreadable:
        raise InvalidSignature(f"the signature cannot be read: {unreadable.message}") from None
    if not token or not signature:
        raise InvalidSignature("timestamp, token and signature are missing: is this Mailgun?")
    check_age(timestamp, request.received_at, what="timestamp", seconds=TOLERANCE_SECONDS)
    key = settings.mailgun_signing_secret
    assert key is not None
    signed = (timestamp + token).encode("utf-8", "replace")
    expected = hmac.new(key.get_secret_value().encode(), signed, sha256).hexdigest()
    if not hmac.compare_digest(signature.encode("utf-8", "replace"), expected.encode()):
        raise InvalidSignature(
            "the signature does not match: mailgunSigningSecret must be the HTTP webhook signing "
            "key of the account, which is not its API key"
        )
    return token


def read(request: InboundRequest) -> Posted:
    """A mail, or what became of one that was sent. Raises `InvalidPayload`."""
    if not is_form(request):
        receipt = _receipt(record_of(record_of(json_of(request.body)).get("event-data")))
        return Posted(receipts=(receipt,) if receipt else ())
    form = read_form(request)
    form.check_single(*_SINGLE)
    sender = form.text("sender").strip("<> ")
    envelope = Envelope(
        mail_from=sender if "sender" in form else None,
        recipients=tuple(filter(None, map(str.strip, form.text("recipient").split(",")))),
    )
    headers = _headers(form)
    raw = form.find("body-mime")
    if raw is None and not headers:
        raise InvalidPayload("neither message-headers nor body-mime is in the form")
    mail = read_mime(raw.content, envelope) if raw else _assembled(form, headers, envelope)
    return Posted(mail=mail, evidence=_evidence(headers or mail.headers, envelope))


def _signed(request: InboundRequest) -> tuple[str, str, str]:
    """Timestamp, token and signature; of several the last is Mailgun's own."""
    names = ("timestamp", "token", "signature")
    if is_form(request):
        form = read_form(request)
        timestamp, token, signature = (form.text(name) for name in names)
        return timestamp, token, signature
    record = record_of(record_of(json_of(request.body)).get("signature"))
    timestamp, token, signature = (str(record.get(name) or "") for name in names)
    return timestamp, token, signature


def _headers(form: Form) -> Headers:
    text = form.text("message-headers")
    pairs = json_of(text.encode()) if text else []
    if not isinstance(pairs, list):
        raise InvalidPayload("message-headers is no JSON array")
    return tuple(filter(None, map(_header, pairs)))


def _header(pair: JsonValue) -> tuple[str, str] | None:
    match pair:
        case [str(name), str(value)]:
            return name.strip().lower(), value
    return None


def _assembled(form: Form, headers: Headers, envelope: Envelope) -> Mail:
    ids = record_of(json_of(form.text("content-id-map").encode() or b"{}"))
    by_place = {str(place): content_id for content_id, place in ids.items()}
    return mail_of_parts(
        headers,
        text=form.text("body-plain"),
        html=form.text("body-html"),
        files=[_file(one, by_place.get(one.name, "")) for one in form.files()],
        envelope=envelope,
    )


def _file(one: Part, content_id: str) -> MailFile:
    bare = content_id.strip("<> ")
    return MailFile(
        type=one.type or "application/octet-stream",
        name=one.filename or None,
        content=one.content,
        content_id=bare,
        is_inline=bool(bare),
    )


def _evidence(headers: Headers, envelope: Envelope) -> Evidence:
    told = stamped(headers)
    result = first_of(told, "x-mailgun-dkim-check-result").strip().lower()
    # It does not say which signature: the result is every domain's, so that one must be all.
    domains = {_signer(value) for value in all_of(headers, "dkim-signature")}
    return Evidence(
        spf=first_of(told, "x-mailgun-spf").strip().lower(),
        spf_domain=domain_of(envelope.mail_from or ""),
        dkim=((domains.pop(), result),) if result and len(domains) == 1 else (),
    )


def _signer(signature: str) -> str:
    """The domain of a signature; empty for one that names several."""
    tags = (tag.partition("=") for tag in signature.split(";"))
    domains = [value.strip().lower() for name, _, value in tags if name.strip() == "d"]
    return domains[0] if len(domains) == 1 else ""


def _receipt(event: Record) -> Receipt | None:
    """What an event says; None for one that says nothing of a mail, such as a click."""
    kind = text_at(event, "event")
    state = _STATES.get(kind)
    message = record_of(record_of(event.get("message")).get("headers"))
    if state is None or not text_at(message, "message-id"):
        return None
    status = record_of(event.get("delivery-status"))
    severity = text_at(event, "severity")
    words = " ".join(filter(None, (text_at(status, "description"), text_at(status, "message"))))
    enhanced = text_at(status, "enhanced-code")
    code = enhanced or str(status.get("code") or "") or kind
    is_dead = severity == "permanent" and (
        is_hard(enhanced) or text_at(event, "reason") == "suppress-bounce"
    )
    return Receipt(
        provider_id=text_at(message, "message-id"),
        state="accepted" if severity == "temporary" else state,
        message_id=outbound_id(record_of(event.get("user-variables")).get(OUTBOUND)),
        at=moment_of(event.get("timestamp")),
        error_code=code if state == "failed" else "",
        reason=words or text_at(event, "reason") or kind,
        opted_out=kind in ("complained", "unsubscribed"),
        is_unreachable=is_dead,
        facts={"event": kind, "severity": severity, "email": text_at(event, "recipient")},
    )
