"""Delivery reports: those of RFC 3464, and those of mail systems that go their own way."""

import re
from collections.abc import Iterator
from typing import Final

from gateway_email_smtp.headers import Headers, first_of, headers_of, message_ids
from gateway_email_smtp.mail import DeliveryReport, Mail, MailFile, ReportedRecipient
from gateway_email_smtp.wording import BOUNCE_SUBJECTS

STATUS_TYPES: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
COMPLAINT: Final = "message/feedback-report"
ORIGINAL_TYPES: Final = frozenset(
    [
        *("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"),
        *("message/global", "message/global-headers"),
    ]
)
MOST_RECIPIENTS: Final = 100
LARGEST_STATUS: Final = 64 * 1024
LARGEST_TEXT: Final = 64 * 1024
LONGEST_DIAGNOSTIC: Final = 500
_BLANK: Final = re.compile(rb"\r?\n[ \t]*\r?\n")
_STATUS: Final = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE: Final = re.compile(r"(?<![\d.])([45])\d\d[ -]")
_ADDRESS: Final = re.compile(r"[^\s<>@,;:\"']{1,64}@[A-Za-z0-9.-]{1,253}")
_ID_LINE: Final = re.compile(
    r"^[>\s]{0,8}message-id:\s{0,5}(<[^<>\s]{1,400}>)", re.IGNORECASE | re.MULTILINE
)
_SENDERS: Final = ("mailer-daemon", "postmaster", "mail-daemon", "maildaemon")


def report_of(mail: Mail) -> DeliveryReport | None:
    """The report that a mail is; None for any other."""
    recipients = [
        recipient
        for file in mail.files
        if file.type in STATUS_TYPES
        for recipient in _recipients(file.content[:LARGEST_STATUS])
    ]
    recipients += [
        one for file in mail.files if file.type == COMPLAINT for one in _complained(file)
    ]
    if not recipients and _is_report(mail):
        recipients = list(_by_text(mail))
    if not recipients:
        return None
    return DeliveryReport(
        recipients=tuple(recipients[:MOST_RECIPIENTS]), original_id=_original_id(mail)
    )


def _recipients(content: bytes) -> Iterator[ReportedRecipient]:
    for block in _BLANK.split(content.strip()):
        fields = headers_of(block)
        address = _typed(fields, "final-recipient") or _typed(fields, "original-recipient")
        action = first_of(fields, "action").partition(" ")[0].lower()
        if not address or not action:
            continue
        diagnostic = _typed(fields, "diagnostic-code")
        told = _STATUS.search(first_of(fields, "status")) or _STATUS.search(diagnostic)
        yield ReportedRecipient(
            address=_typed(fields, "original-recipient") or address,
            action=action,
            status=told[1] if told else "",
            diagnostic=diagnostic[:LONGEST_DIAGNOSTIC],
        )


def _complained(file: MailFile) -> Iterator[ReportedRecipient]:
    """Who called a mail of ours unwanted (RFC 5965); some providers do not say who."""
    fields = headers_of(file.content[:LARGEST_STATUS])
    told = first_of(fields, "original-rcpt-to").strip("<> ")
    if first_of(fields, "feedback-type"):
        yield ReportedRecipient(address=told, action="complained")


def _typed(fields: Headers, name: str) -> str:
    """What stands behind the type, as in `rfc822; a@example.org`."""
    kind, semicolon, value = first_of(fields, name).partition(";")
    return (value if semicolon else kind).strip().strip("<>")


def _is_report(mail: Mail) -> bool:
    """Whether a mail without a machine's part is one of those that mail systems write as text."""
    local = mail.sender.address.partition("@")[0].lower()
    is_system = local in _SENDERS or mail.envelope.mail_from in {"", "<>"}
    is_told = bool(mail.header("x-failed-recipients")) or mail.subject.lower().startswith(
        BOUNCE_SUBJECTS
    )
    return is_system and is_told


def _by_text(mail: Mail) -> Iterator[ReportedRecipient]:
    text = mail.text[:LARGEST_TEXT]
    failed = mail.header("x-failed-recipients")
    addresses = _ADDRESS.findall(failed) or _ADDRESS.findall(text)[:1]
    told, code = _STATUS.search(text), _REPLY_CODE.search(text)
    status = told[1] if told else (f"{code[1]}.0.0" if code else "")
    for address in addresses:
        action = "delayed" if status.startswith("4") else "failed"
        yield ReportedRecipient(
            address=address, action=action, status=status, diagnostic=_line_of(text, status)
        )


def _line_of(text: str, status: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return next((line for line in lines if status and status in line), "")[:LONGEST_DIAGNOSTIC]


def _original_id(mail: Mail) -> str:
    for file in mail.files:
        if file.type in ORIGINAL_TYPES:
            block = _BLANK.split(file.content[:LARGEST_STATUS], maxsplit=1)[0]
            found = message_ids([first_of(headers_of(block), "message-id")])
            if found:
                return found[0]
    in_text = _ID_LINE.search(mail.text[:LARGEST_TEXT])
    return in_text[1] if in_text else _answered(mail)


def _answered(mail: Mail) -> str:
    """Some systems send a report as an answer to the mail that it is about."""
    return mail.in_reply_to or (mail.references[-1] if mail.references else "")
