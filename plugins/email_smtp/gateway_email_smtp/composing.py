"""An outgoing mail: who, to whom, in which thread, and how no machine is to answer it. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from typing import Final

from gateway.plugin import HOPS_HEADER, ROUND_TRIP, JsonValue, OutboundMessage, PermanentFailure
from gateway_email_smtp.folding import POLICY
from gateway_email_smtp.mail import Mailbox
from gateway_email_smtp.settings import EmailSettings
from gateway_email_smtp.tokens import Tokens, is_thread
from gateway_email_smtp.typesetting import as_html

SUBJECT_CHARACTERS: Final = 200
OWN_SUBJECT_CHARACTERS: Final = 70
LONGEST_LINE: Final = 998
"""RFC 5322 section 2.1.1."""
KEPT_REFERENCES: Final = 20
"""How many of the latest ids stay in References, beside the first."""
_ID: Final = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>")
_RECIPIENT: Final = re.compile(
    r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]{1,64}@[^\s@<>()\[\],;:\"]{1,253}"
)
_REPLY_PREFIX: Final = re.compile(
    r"\s{0,9}(?:re|aw|antw|antwort|sv|vs|odp|res|rif|r|ynt|\u56de\u590d|\u7b54\u590d|\u8fd4\u4fe1)"
    r"(?:\[[0-9]{1,3}\])?\s?[:\uff1a]",
    re.IGNORECASE,
)
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A mail as every way out needs it; `headers` are those beside From, To, Subject, Date.

    `envelope_from` is whom the mail systems on its way tell that it cannot be delivered.
    """

    outbound_id: int
    sender: Mailbox
    recipient: str
    subject: str
    text: str
    html: str
    message_id: str
    reply_to: str
    envelope_from: str
    headers: tuple[tuple[str, str], ...]
    sent_at: datetime


def compose(
    message: OutboundMessage, settings: EmailSettings, tokens: Tokens, *, now: datetime
) -> Outgoing:
    """The mail that a message becomes, to its one recipient; the same at each attempt but for now.

    Raises `PermanentFailure` for a recipient that no mail can or may be sent to.
    """
    recipient = _recipient(message, settings)
    text = _text(message)
    thread = _thread(message)
    own, tagged = _ascii(settings.inbound_email_address), settings.mail_tagged
    answers = _ascii(settings.answer_address)
    message_id = tokens.message_id(thread, message.id, own.rpartition("@")[2])
    return Outgoing(
        outbound_id=message.id,
        sender=Mailbox(
            address=_ascii(settings.sender_address), name=_line(settings.mail_name or "")
        ),
        recipient=recipient,
        subject=_subject(message),
        text=text,
        html=as_html(text),
        message_id=message_id,
        reply_to=tokens.reply_address(answers, thread) if tagged else answers,
        envelope_from=tokens.bounce_address(own, message.id) if tagged else own,
        headers=(
            *_parent(message.answered),
            *_machine_headers(message),
            *_way_out(message),
        ),
        sent_at=now,
    )


def mail_of(outgoing: Outgoing) -> EmailMessage:
    """The mail as a mail server takes it, with a text and an HTML part."""
    mail = EmailMessage(policy=POLICY)
    mail["From"] = _address(outgoing.sender.address, outgoing.sender.name or "")
    mail["To"] = _address(outgoing.recipient)
    mail["Subject"] = outgoing.subject
    mail["Date"] = format_datetime(outgoing.sent_at)
    mail["Message-ID"] = outgoing.message_id
    mail["Reply-To"] = outgoing.reply_to
    for name, value in outgoing.headers:
        mail[name] = value
    mail.set_content(outgoing.text)
    mail.add_alternative(outgoing.html, subtype="html")
    return mail


def reply_subject(subject: str) -> str:
    """The subject of an answer: `Re: ` once, before the words of the thread.

    >>> reply_subject("RE: AW: re[2]: Offer for May")
    'Re: Offer for May'
    """
    rest = _line(subject[:LONGEST_LINE])
    while (found := _REPLY_PREFIX.match(rest)) is not None:
        rest = rest[found.end() :]
    return f"Re: {_shortened(rest.strip(), SUBJECT_CHARACTERS)}".strip()


def own_subject(text: str) -> str:
    """The subject of a mail that answers nothing: its first line, shortened between words.

    >>> own_subject("Done: order paper. It comes on Monday.")
    'Done: order paper. It comes on Monday.'
    """
    first = next(filter(None, map(_line, text.splitlines())), "")
    return _shortened(first, OWN_SUBJECT_CHARACTERS)


def references_of(answered: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """The ids of the thread that an answer carries on, oldest first, its parent last."""
    known = answered.get("references")
    ids = [*_ids(known if isinstance(known, list) else [known]), *_ids([answered.get("messageId")])]
    unique = list(dict.fromkeys(ids))
    # The parent is last, whatever else the sender's References said.
    if (parent := ids[-1:]) and unique[-1:] != parent:
        unique.remove(parent[0])
        unique.append(parent[0])
    return tuple(
        unique if len(unique) <= KEPT_REFERENCES else [unique[0], *unique[-KEPT_REFERENCES:]]
    )


def _recipient(message: OutboundMessage, settings: EmailSettings) -> str:
    recipient = message.recipient.strip()
    if not _RECIPIENT.fullmatch(recipient):
        raise PermanentFailure(
            f"{recipient[:80]!r} is no address that can be written to: it takes the form "
            "ann@example.org",
            not_accepted=True,
        )
    is_own = recipient.lower() in {own.lower() for own in settings.own_addresses}
    if is_own and message.event != ROUND_TRIP:
        raise PermanentFailure(
            f"{recipient} is an address of this channel, which never writes to itself"
        )
    return _ascii(recipient)


def _text(message: OutboundMessage) -> str:
    """The words as a mail can hold them."""
    lines = message.text.encode("utf-8", "replace").decode().replace("\x00", "").splitlines()
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    if not text.strip():
        raise PermanentFailure("the message has no text")
    return f"{text}\n"


def _thread(message: OutboundMessage) -> str:
    """The thread that answers to this mail come back to; one of its own where there is none."""
    if is_thread(message.thread):
        return message.thread
    return sha256(f"{message.thread}\n{message.idempotency_key}".encode()).hexdigest()[:16]


def _subject(message: OutboundMessage) -> str:
    subject = message.answered.get("subject")
    if message.kind == "reply" and isinstance(subject, str):
        return reply_subject(subject)
    return own_subject(message.text)


def _parent(answered: Mapping[str, JsonValue]) -> list[tuple[str, str]]:
    ids = references_of(answered)
    if not _ids([answered.get("messageId")]):
        return []
    return [("In-Reply-To", ids[-1]), ("References", " ".join(ids))]


def _machine_headers(message: OutboundMessage) -> list[tuple[str, str]]:
    """That no person wrote it, so that no machine answers it (RFC 3834, and Exchange's own)."""
    how = "auto-replied" if message.kind == "reply" else "auto-generated"
    return [
        ("Auto-Submitted", how),
        ("X-Auto-Response-Suppress", "All"),
        (HOPS_HEADER, str(message.hops)),
    ]


def _way_out(message: OutboundMessage) -> list[tuple[str, str]]:
    """How the reader of a notification ends them in one click (RFC 2369, RFC 8058)."""
    if not message.unsubscribe_url:
        return []
    return [
        ("List-Unsubscribe", f"<{message.unsubscribe_url}>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    ]


def _address(address: str, name: str = "") -> Address:
    local, _, domain = address.rpartition("@")
    return Address(display_name=name, username=local, domain=domain)


def _ascii(address: str) -> str:
    """An address as every mail server takes it. Raises `PermanentFailure`."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise PermanentFailure(
            f"{address[:80]!r} cannot be written to: what stands before the @ has to be ASCII",
            not_accepted=True,
        ) from error


def _ids(values: Sequence[JsonValue]) -> list[str]:
    return [id_ for value in values if isinstance(value, str) for id_ in _ID.findall(value)]


def _line(text: str) -> str:
    """A text as one printable line."""
    return _UNPRINTABLE.sub(" ", text.encode("utf-8", "replace").decode()).strip()


def _shortened(line: str, longest: int) -> str:
    if len(line) <= longest:
        return line
    cut = line[: longest - 1]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut[longest // 2 :] else cut}\u2026"
