"""Postmark: inbound mail as JSON, and what became of mail that was sent."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from gateway.plugin import InboundRequest, InvalidPayload, JsonValue, Receipt, ReceiptState
from gateway_email_smtp.headers import Headers
from gateway_email_smtp.mail import Envelope, Mail, MailFile
from gateway_email_smtp.mime import mail_of_parts, read_mime
from gateway_email_smtp.providers.incoming import (
    Posted,
    Record,
    json_of,
    outbound_id,
    record_of,
    records_of,
    stamped,
    text_at,
)
from gateway_email_smtp.providers.logins import check_login
from gateway_email_smtp.routes.calls import OUTBOUND
from gateway_email_smtp.settings import EmailSettings
from gateway_email_smtp.trust import Evidence, domain_of

_SPF: Final = re.compile(r"\s*([a-z]{1,20})\b", re.IGNORECASE)
# What is told of an address, where it is no mailbox that failed.
_NOTHING: Final = frozenset(
    {"AutoResponder", "AddressChange", "Subscribe", "ChallengeVerification"}
)
_WAITS: Final = frozenset({"Transient"})
_DEAD: Final = frozenset({"HardBounce", "BadEmailAddress", "ManuallyDeactivated"})
_UNWANTED: Final = frozenset({"SpamComplaint", "Unsubscribe"})


def verify(settings: EmailSettings, request: InboundRequest) -> None:
    """Returns for a request with the channel's user and password. Raises `InvalidAuth`."""
    check_login(settings, request, provider="Postmark")


def read(request: InboundRequest) -> Posted:
    """A mail, or what became of one that was sent. Raises `InvalidPayload`."""
    record = record_of(json_of(request.body))
    kind = text_at(record, "RecordType") or "Inbound"
    if kind == "Inbound":
        return _read_mail(record)
    receipt = _receipt(kind, record)
    return Posted(receipts=(receipt,) if receipt else ())


def _read_mail(record: Record) -> Posted:
    if not record.get("FromFull") and not text_at(record, "From"):
        raise InvalidPayload("neither From nor RecordType is in the object: is this Postmark's?")
    headers = tuple(_headers(record))
    return_path = next((value for name, value in headers if name == "return-path"), None)
    envelope = Envelope(
        mail_from=None if return_path is None else return_path.strip("<> "),
        recipients=tuple(filter(None, [text_at(record, "OriginalRecipient")])),
    )
    raw = text_at(record, "RawEmail")
    # What was no ASCII had to be decoded to be put into JSON, by a charset that nobody tells.
    mail = (
        read_mime(raw.encode(), envelope)
        if raw.isascii() and raw
        else _assembled(record, headers, envelope)
    )
    return Posted(mail=mail, evidence=_evidence(mail, headers))


def _assembled(record: Record, headers: Headers, envelope: Envelope) -> Mail:
    named = {"from": "FromFull", "to": "ToFull", "cc": "CcFull"}
    own = [(name, _mailboxes(record.get(full))) for name, full in named.items()]
    own += [
        ("subject", text_at(record, "Subject")),
        ("date", text_at(record, "Date")),
        ("reply-to", text_at(record, "ReplyTo")),
    ]
    there = {name for name, _ in headers}
    return mail_of_parts(
        (*headers, *((name, text) for name, text in own if text and name not in there)),
        text=text_at(record, "TextBody"),
        html=text_at(record, "HtmlBody"),
        files=[_file(one) for one in records_of(record.get("Attachments"))],
        envelope=envelope,
    )


def _headers(record: Record) -> Iterator[tuple[str, str]]:
    for one in records_of(record.get("Headers")):
        yield text_at(one, "Name").strip().lower(), text_at(one, "Value")


def _mailboxes(value: JsonValue) -> str:
    """Mailboxes as a header has them."""
    found = records_of(value if isinstance(value, list) else [value])
    return ", ".join(_mailbox(one) for one in found if text_at(one, "Email"))


def _mailbox(one: Record) -> str:
    name = text_at(one, "Name").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{name}" <{text_at(one, "Email")}>' if name else text_at(one, "Email")


def _file(one: Record) -> MailFile:
    content_id = text_at(one, "ContentID").strip("<> ")
    # Postmark's own test posts say Data.
    encoded = text_at(one, "Content") or text_at(one, "Data")
    try:
        content = base64.b64decode(encoded)
    except (binascii.Error, ValueError):
        raise InvalidPayload("the content of an attachment is no base64") from None
    return MailFile(
        type=text_at(one, "ContentType").lower() or "application/octet-stream",
        name=text_at(one, "Name") or None,
        content=content,
        content_id=content_id,
        is_inline=bool(content_id),
    )


def _evidence(mail: Mail, headers: Headers) -> Evidence:
    told: Mapping[str, str] = dict(reversed(stamped(headers)))
    spf = _SPF.match(told.get("received-spf", ""))
    tests = {word.strip() for word in told.get("x-spam-tests", "").split(",")}
    # SpamAssassin's word for a signature that holds and is the author's domain's own.
    sender = domain_of(mail.sender.address)
    return Evidence(
        spf=spf[1].lower() if spf else "",
        spf_domain=domain_of(told.get("return-path", "")),
        dkim=((sender, "pass"),) if sender and "DKIM_VALID_AU" in tests else (),
    )


def _receipt(kind: str, record: Record) -> Receipt | None:
    """What an event says; None for one that says nothing of a mail, such as a click."""
    bounce = text_at(record, "Type")
    state = _state(kind, bounce)
    id_ = text_at(record, "MessageID")
    if state is None or not id_:
        return None
    words = (text_at(record, key) for key in ("Description", "Details"))
    name = "SpamComplaint" if kind == "SpamComplaint" else bounce
    return Receipt(
        provider_id=id_,
        state=state,
        message_id=outbound_id(record_of(record.get("Metadata")).get(OUTBOUND)),
        at=_moment(text_at(record, "DeliveredAt") or text_at(record, "BouncedAt")),
        error_code=name if state == "failed" else "",
        reason=" ".join(filter(None, words)) or kind,
        opted_out=state == "failed" and name in _UNWANTED,
        is_unreachable=name in _DEAD,
        facts={"recordType": kind, "type": bounce, "email": _recipient(record)},
    )


def _state(kind: str, bounce: str) -> ReceiptState | None:
    if kind == "Delivery":
        return "delivered"
    if kind == "SpamComplaint":
        return "failed"
    if kind != "Bounce" or bounce in _NOTHING:
        return None
    return "accepted" if bounce in _WAITS else "failed"


def _recipient(record: Record) -> str:
    return text_at(record, "Recipient") or text_at(record, "Email")


def _moment(text: str) -> datetime | None:
    try:
        # Seven digits of a fraction are more than Python 3.11 reads.
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text)) if text else None
    except ValueError:
        return None
