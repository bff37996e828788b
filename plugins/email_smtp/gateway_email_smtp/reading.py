"""A mail becomes what the gateway takes in: a message, or the receipt of one that it sent."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from typing import Final, Protocol

from gateway.plugin import (
    Attachment,
    InboundMessage,
    JsonValue,
    MessageKind,
    Parsed,
    Person,
    Receipt,
    ReceiptState,
)
from gateway_email_smtp.automatic import automatic_code, is_own
from gateway_email_smtp.headers import mailboxes_of
from gateway_email_smtp.mail import Mail, Mailbox, ReportedRecipient
from gateway_email_smtp.tokens import Tokens, thread_of
from gateway_email_smtp.understood import understood

MOST_REFERENCES: Final = 40
LARGEST_PARTS: Final = 50_000
LONGEST_SUBJECT: Final = 1000
RECIPIENT_HEADERS: Final = ("x-gm-original-to", "delivered-to", "x-original-to", "envelope-to")
SEALS: Final = frozenset(
    [
        *("application/pgp-signature", "application/pkcs7-signature"),
        *("application/x-pkcs7-signature", "message/delivery-status"),
    ]
)
"""What only programs read; the rest of the files is attached to the message."""
SENDERS_FAULT: Final = frozenset({"5.1.7", "5.1.8", "5.1.9"})
STATES: Final[Mapping[str, ReceiptState]] = {
    "complained": "delivered",
    "failed": "failed",
    "delivered": "delivered",
    "relayed": "sent",
    "expanded": "sent",
}


class Verdict(Protocol):
    """How far the sender is to be believed."""

    @property
    def is_proven(self) -> bool: ...

    @property
    def suspect(self) -> str: ...

    @property
    def facts(self) -> Mapping[str, JsonValue]: ...


def messages_of(
    mail: Mail, *, tokens: Tokens, own_addresses: Collection[str], verdict: Verdict
) -> Parsed:
    """What this mail is to the gateway. Pure: the same mail gives the same answer.

    A delivery report of a mail of ours is its receipt as well, and a message that is kept only.
    """
    automatic = automatic_code(mail, own_addresses)
    kept = understood(mail)
    message = InboundMessage(
        sender=mail.sender.address.lower(),
        sender_name=mail.sender.name,
        recipient=recipient_of(mail, own_addresses),
        text=kept,
        kind="text" if kept else _kind(mail),
        external_id=_external_id(mail),
        attachments=tuple(_attachments(mail)),
        thread_hint=thread_hint(mail, tokens),
        sent_at=mail.sent_at,
        facts=_facts(mail, verdict),
        automatic=automatic,
        suspect=verdict.suspect,
        is_proven=verdict.is_proven and _has_one_sender(mail),
        requester=_requester(mail, own_addresses),
    )
    return Parsed(messages=(message,), receipts=tuple(_receipts(mail, tokens)))


def thread_hint(mail: Mail, tokens: Tokens) -> str:
    """The thread that a mail belongs to, by what it says alone.

    What was signed counts first: the address that it answers to, then the ids that it answers,
    newest first. Otherwise the oldest mail that it names has opened the thread, or itself.
    """
    for address in _recipients(mail):
        thread = tokens.read_reply_address(address)
        if thread:
            return thread
    for known in (mail.in_reply_to, *reversed(mail.references)):
        ours = tokens.read_message_id(known) if known else None
        if ours:
            return ours[0]
    opening = mail.references[0] if mail.references else mail.in_reply_to
    return thread_of(opening or mail.message_id or mail.digest)


def recipient_of(mail: Mail, own_addresses: Collection[str]) -> str | None:
    """The address of ours that it was sent to, else the first that it names."""
    told = list(_recipients(mail))
    ours = next((address for address in told if is_own(address, own_addresses)), None)
    return ours or (told[0] if told else None)


def _recipients(mail: Mail) -> Iterator[str]:
    envelope = ", ".join(mail.envelope.recipients)
    headers = (value for name, value in mail.headers if name in RECIPIENT_HEADERS)
    for text in (envelope, *headers):
        yield from (box.address.lower() for box in mailboxes_of(text))
    for box in (*mail.to, *mail.cc):
        yield box.address.lower()


def _has_one_sender(mail: Mail) -> bool:
    """Two From headers are made for two readers who each believe another one."""
    return sum(1 for name, _ in mail.headers if name == "from") <= 1


def _external_id(mail: Mail) -> str:
    """The same for each copy of a mail, however it came; another for one that borrows its id."""
    if not mail.message_id:
        return mail.digest
    told = (mail.message_id, mail.sender.address, mail.header("date"), mail.subject, mail.text)
    return hashlib.sha256("\0".join(told).encode("utf-8", "replace")).hexdigest()


def _requester(mail: Mail, own_addresses: Collection[str]) -> Person | None:
    sender = mail.forwarded.sender if mail.forwarded else None
    if sender is None:
        return None
    if is_own(sender.address, [*own_addresses, mail.sender.address]):
        return None
    return Person(address=sender.address.lower(), name=sender.name)


def _kind(mail: Mail) -> MessageKind:
    first = mail.files[0].type if mail.files else ""
    if first.startswith("image/"):
        return "image"
    return "audio" if first.startswith("audio/") else "file" if first else "text"


def _attachments(mail: Mail) -> Iterator[Attachment]:
    for file in mail.files:
        if file.type not in SEALS:
            usual = "message.eml" if file.type == "message/rfc822" else None
            yield Attachment(type=file.type, url="", name=file.name or usual, content=file.content)


def _facts(mail: Mail, verdict: Verdict) -> dict[str, JsonValue]:
    """What an answer needs to stand in the same thread, and the parts of the text, kept apart."""
    facts: dict[str, JsonValue] = {
        **verdict.facts,
        "messageId": mail.message_id,
        "inReplyTo": mail.in_reply_to,
        "references": list(_shortened(mail.references)),
        "subject": mail.subject[:LONGEST_SUBJECT],
        "from": mail.sender.address,
        "to": _addresses(mail.to),
        "cc": _addresses(mail.cc),
        "replyTo": _addresses(mail.reply_to),
    }
    if mail.envelope.mail_from is not None:
        facts["envelopeFrom"] = mail.envelope.mail_from
    if mail.forwarded:
        facts["forwarder"] = mail.sender.address
        facts["forwardedDate"] = mail.forwarded.date
        facts["forwardedSubject"] = mail.forwarded.subject
    if len(mail.text) <= LARGEST_PARTS:
        facts["parts"] = [{"kind": part.kind, "text": part.text} for part in mail.segments]
    return facts


def _shortened(references: tuple[str, ...]) -> tuple[str, ...]:
    half = MOST_REFERENCES // 2
    return references if len(references) <= 2 * half else references[:half] + references[-half:]


def _addresses(boxes: tuple[Mailbox, ...]) -> list[JsonValue]:
    return [box.address for box in boxes]


def _receipts(mail: Mail, tokens: Tokens) -> Iterator[Receipt]:
    """What became of a mail of ours; a report that names none of ours tells nothing."""
    if mail.report is None:
        return
    outbound = _outbound(mail, tokens)
    told = [one for one in mail.report.recipients if one.action in STATES]
    if outbound is None or not told:
        return
    worst = min(told, key=lambda one: list(STATES).index(one.action))
    failed = worst.action == "failed"
    yield Receipt(
        provider_id=mail.report.original_id,
        message_id=outbound,
        state=STATES[worst.action],
        at=mail.sent_at,
        error_code=worst.status if failed else "",
        reason=(worst.diagnostic or "the receiving mail system refused it") if failed else "",
        opted_out=worst.action == "complained",
        is_unreachable=failed and _is_unreachable(worst),
    )


def _outbound(mail: Mail, tokens: Tokens) -> int | None:
    """By the signed address that the report was sent to, else by the signed id in it."""
    for address in _recipients(mail):
        found = tokens.read_bounce_address(address)
        if found is not None:
            return found
    ours = tokens.read_message_id(mail.report.original_id) if mail.report else None
    return ours[1] if ours else None


def _is_unreachable(recipient: ReportedRecipient) -> bool:
    """Whether the address takes nothing, now or later (RFC 3463): not a full box, not a policy."""
    status = recipient.status
    return (status.startswith("5.1.") and status not in SENDERS_FAULT) or status == "5.2.1"
