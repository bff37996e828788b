"""Mail as people's programs write it: with their quotes, signatures and forwards."""

import html
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A mail that is answered or forwarded."""

    sender: str
    subject: str
    text: str
    at: datetime
    message_id: str = ""
    references: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody writes, to whom, and about which earlier mail."""

    sender: str
    recipient: str
    subject: str
    text: str
    at: datetime
    answers: Earlier | None = None
    forwards: Earlier | None = None


def written(draft: Draft, style: str) -> EmailMessage:
    """The mail as a program of this style makes it; `STYLES` has them all."""
    mail = EmailMessage(policy=SMTP)
    name, address = parseaddr(draft.sender)
    mail["From"] = Address(name, addr_spec=address)
    mail["To"] = Address(addr_spec=draft.recipient)
    mail["Subject"] = _subject(draft)
    mail["Date"] = format_datetime(draft.at)
    mail["Message-ID"] = f"<{secrets.token_hex(12)}@{address.rpartition('@')[2]}>"
    if draft.answers and draft.answers.message_id:
        mail["In-Reply-To"] = draft.answers.message_id
        mail["References"] = f"{draft.answers.references} {draft.answers.message_id}".strip()
    STYLES[style](mail, draft)
    return mail


def _subject(draft: Draft) -> str:
    if draft.forwards:
        return f"Fwd: {draft.forwards.subject}"
    if draft.answers:
        subject = draft.answers.subject
        return subject if subject.lower().startswith("re:") else f"Re: {subject}"
    return draft.subject


def _plain(mail: EmailMessage, draft: Draft) -> None:
    """Mutt, Thunderbird: text alone, the quote below an attribution."""
    mail.set_content(_with_earlier(draft, sent="On {day}, {name} wrote:", gap="\n"))


def _apple(mail: EmailMessage, draft: Draft) -> None:
    """Apple Mail: flowed text, and a quote that is a `blockquote` of type `cite`."""
    plain = _with_earlier(draft, sent="> On {day}, {name} <{address}> wrote:\n>", gap="\n")
    mail.set_content(plain + "\n\nSent from my iPhone\n")
    quote = ""
    if draft.answers:
        told = html.escape(_attribution("On {day}, {name} wrote:", draft.answers))
        quote = f'<blockquote type="cite">{told}<br>{_lines(draft.answers.text)}</blockquote>'
    elif draft.forwards:
        quote = f'<blockquote type="cite">{_lines(_block(draft.forwards))}</blockquote>'
    body = f'<div dir="ltr">{_lines(draft.text)}</div><div>Sent from my iPhone</div>{quote}'
    mail.add_alternative(f"<html><body>{body}</body></html>", subtype="html")


def _gmail(mail: EmailMessage, draft: Draft) -> None:
    """Gmail: both forms, and a `gmail_quote`."""
    mail.set_content(_with_earlier(draft, sent="On {day} {name} <{address}>\nwrote:\n", gap="\n"))
    quote = ""
    if draft.answers:
        told = html.escape(_attribution("On {day} {name} <{address}> wrote:", draft.answers))
        quote = (
            f'<div class="gmail_quote"><div dir="ltr" class="gmail_attr">{told}<br></div>'
            f'<blockquote class="gmail_quote">{_lines(draft.answers.text)}</blockquote></div>'
        )
    elif draft.forwards:
        quote = f'<div class="gmail_quote">{_lines(_block(draft.forwards))}</div>'
    body = f'<div dir="ltr">{_lines(draft.text)}</div><br>{quote}'
    mail.add_alternative(body, subtype="html")


def _outlook(mail: EmailMessage, draft: Draft) -> None:
    """Outlook: a block of headers in bold before an earlier mail, and nothing that marks it."""
    earlier = draft.answers or draft.forwards
    block = _outlook_block(earlier) if earlier else ""
    mail.set_content(f"{draft.text}\n\n{block}\n")
    bold = "".join(
        f"<p class=MsoNormal><b>{html.escape(k)}:</b>{html.escape(v)}</p>" if found else ""
        for k, found, v in (line.partition(":") for line in block.split("\n\n")[0].splitlines())
    )
    rest = _lines(earlier.text) if earlier else ""
    body = f"<p class=MsoNormal>{_lines(draft.text)}</p>"
    if earlier:
        line = "border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"
        body += f"<div style='{line}'>{bold}</div><p class=MsoNormal>{rest}</p>"
    mail.add_alternative(f"<html><body><div class=WordSection1>{body}</div></body></html>", "html")


STYLES: Final[Mapping[str, Callable[[EmailMessage, Draft], None]]] = {
    "plain": _plain,
    "gmail": _gmail,
    "outlook": _outlook,
    "apple": _apple,
}


def _with_earlier(draft: Draft, *, sent: str, gap: str) -> str:
    if draft.answers:
        quote = "\n".join(f"> {line}".rstrip() for line in draft.answers.text.splitlines())
        return f"{draft.text}\n{gap}{_attribution(sent, draft.answers)}\n{quote}\n"
    if draft.forwards:
        return f"{draft.text}\n{gap}{_block(draft.forwards)}\n"
    return f"{draft.text}\n"


def _attribution(pattern: str, earlier: Earlier) -> str:
    name, address = parseaddr(earlier.sender)
    day = earlier.at.strftime("%a, %d %b %Y at %H:%M")
    return pattern.format(day=day, name=name or address, address=address)


def _block(earlier: Earlier) -> str:
    """How Gmail opens a forwarded mail."""
    return "\n".join(
        [
            "---------- Forwarded message ---------",
            f"From: {earlier.sender}",
            f"Date: {earlier.at.strftime('%a, %d %b %Y at %H:%M')}",
            f"Subject: {earlier.subject}",
            "",
            earlier.text,
        ]
    )


def _outlook_block(earlier: Earlier) -> str:
    return "\n".join(
        [
            f"From: {earlier.sender}",
            f"Sent: {earlier.at.strftime('%A, %B %d, %Y %I:%M %p')}",
            f"Subject: {earlier.subject}",
            "",
            earlier.text,
        ]
    )


def _lines(text: str) -> str:
    return html.escape(text).replace("\n", "<br>\n")
