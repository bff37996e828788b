"""The raw bytes of a mail become a `Mail`: whole, or a sentence why not. Nothing else is raised."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from gateway.plugin import InvalidPayload
from gateway_email_smtp.automatic import automatic_code
from gateway_email_smtp.calendars import invitation_of
from gateway_email_smtp.charsets import decoded, storable, told_by_page
from gateway_email_smtp.entities import Dissection, Entity
from gateway_email_smtp.forwards import cleaned, forwarded_of
from gateway_email_smtp.headers import (
    ADDRESSED,
    Headers,
    all_of,
    date_of,
    first_of,
    mailbox_of,
    mailboxes_of,
    message_ids,
    words_of,
)
from gateway_email_smtp.lines import Line, plain_lines
from gateway_email_smtp.mail import Envelope, Mail, Mailbox, MailFile, Original
from gateway_email_smtp.pgp import unframed
from gateway_email_smtp.rendering import lines_of
from gateway_email_smtp.reports import report_of
from gateway_email_smtp.splitter import split
from gateway_email_smtp.subjects import is_forward

LARGEST_TEXT: Final = 1_000_000
"""More of one text is not read; the whole of it is kept as a file."""
MOST_FILES: Final = 200
TEXTS: Final = frozenset({"text/plain", "text/html"})
TRAVEL: Final = frozenset(
    [
        *("authentication-results", "delivered-to", "envelope-to", "received", "received-spf"),
        *("return-path", "x-gm-original-to", "x-original-to", "x-received"),
    ]
)
"""What mail systems on the way put in front of a mail."""
FORWARDED_FILES: Final = frozenset({"message/rfc822", "message/global"})
SIGNED: Final = frozenset({"multipart/signed", "multipart/related"})
"""In these the first part says it all, the others belong to it."""
LEAST_SHARE: Final = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A text in one or two spellings; a mail may have several, with pictures between them."""

    plain: str = ""
    html: str = ""
    is_flowed: bool = False
    drops_spaces: bool = False

    def lines(self) -> list[Line]:
        """The lines of the HTML, which shows what is quoted, unless the plain text says more."""
        shown = lines_of(self.html) if self.html else []
        if self.plain and _words(shown) < LEAST_SHARE * len(self.plain.split()):
            shown = []
        return shown or unframed(
            plain_lines(self.plain, is_flowed=self.is_flowed, drops_spaces=self.drops_spaces)
        )


@dataclass(slots=True)
class _Contents:
    """What the parts of a mail hold, in their order."""

    bodies: list[Body] = field(default_factory=list)
    files: list[MailFile] = field(default_factory=list)


def read_mime(raw: bytes, envelope: Envelope) -> Mail:
    """The mail in these bytes. Raises `InvalidPayload` for what is none, or is poison."""
    entity = Dissection().entity(raw)
    contents = _Contents()
    _take(entity, contents)
    digest = _digest(entity.headers)
    digest.update(entity.body)
    return _mail(entity.headers, contents, envelope=envelope, digest=digest)


def mail_of_parts(
    headers: Sequence[tuple[str, str]],
    *,
    text: str = "",
    html: str = "",
    files: Sequence[MailFile] = (),
    envelope: Envelope,
) -> Mail:
    """The mail of a provider that has taken it apart already. Raises `InvalidPayload`."""
    named = tuple(
        (name.lower(), words_of(storable(value), is_list=name.lower() in ADDRESSED).strip())
        for name, value in headers
    )
    digest = _digest(named)
    for content in (text.encode("utf-8", "replace"), html.encode("utf-8", "replace")):
        digest.update(content)
    for file in files:
        digest.update(file.content)
    contents = _Contents(files=list(files))
    plain = _within(storable(text), "text/plain", contents)
    contents.bodies.append(Body(plain=plain, html=_within(storable(html), "text/html", contents)))
    return _mail(named, contents, envelope=envelope, digest=digest)


def _digest(headers: Headers) -> "hashlib._Hash":
    """Begins the hash of a mail with the headers that are the same however often it comes."""
    told = [(name, value) for name, value in headers if name not in TRAVEL]
    return hashlib.sha256(repr(told).encode("utf-8", "replace"))


def _mail(
    headers: Headers, contents: _Contents, *, envelope: Envelope, digest: "hashlib._Hash"
) -> Mail:
    lines: list[Line] = []
    for body in contents.bodies:
        if lines and not lines[-1].text:
            lines.pop()  # the end of the last line, no line of its own
        lines += body.lines()
    known = message_ids([first_of(headers, "message-id")])
    answered = message_ids(all_of(headers, "in-reply-to"))
    sender = _sender(headers, envelope)
    mail = Mail(
        envelope=envelope,
        headers=headers,
        sender=sender,
        subject=first_of(headers, "subject"),
        segments=split(lines, writer=sender.address),
        digest=digest.hexdigest(),
        html="\n".join(body.html for body in contents.bodies if body.html),
        message_id=known[0] if known else "",
        in_reply_to=answered[0] if answered else "",
        references=message_ids(all_of(headers, "references")),
        reply_to=_boxes(headers, "reply-to"),
        to=_boxes(headers, "to"),
        cc=_boxes(headers, "cc"),
        sent_at=date_of(first_of(headers, "date")),
        files=tuple(contents.files[:MOST_FILES]),
    )
    return _with_meaning(mail)


def _with_meaning(mail: Mail) -> Mail:
    """The mail with what its parts and texts mean together."""
    report = report_of(mail)
    known = replace(mail, report=report, invitation=invitation_of(mail.files))
    if report is None:
        known = replace(known, forwarded=forwarded_of(known) or _attached(known))
    return replace(known, automatic=automatic_code(known, ()))


def _attached(mail: Mail) -> Original | None:
    """The mail that is forwarded as an attachment: its own, under a subject or a short comment."""
    file = next((file for file in mail.files if file.type in FORWARDED_FILES), None)
    if file is None or not (is_forward(mail.subject) or not mail.visible or len(mail.files) == 1):
        return None
    contents = _Contents()
    try:
        entity = Dissection().entity(file.content)
        _take(entity, contents)
        sender = _sender(entity.headers, Envelope())
    except InvalidPayload:  # it stays what it is: an attachment
        return None
    lines = [line for body in contents.bodies for line in body.lines()]
    date = first_of(entity.headers, "date")
    return Original(
        sender=sender,
        text=cleaned("\n".join(line.text for line in lines)),
        subject=first_of(entity.headers, "subject"),
        date=date,
        sent_at=date_of(date),
    )


def _sender(headers: Headers, envelope: Envelope) -> Mailbox:
    for name in ("from", "sender"):
        boxes = _boxes(headers, name)
        if boxes:
            return boxes[0]
    told = mailbox_of((envelope.mail_from or "").strip("<> "))
    if told is None:
        raise InvalidPayload("the mail does not say who sent it: it has no From with an address")
    return told


def _boxes(headers: Headers, name: str) -> tuple[Mailbox, ...]:
    return tuple(box for value in all_of(headers, name) for box in mailboxes_of(value))


def _take(entity: Entity, contents: _Contents) -> None:
    """Collects texts and files; the depth of an entity is limited already."""
    if not entity.parts:
        _take_leaf(entity, contents)
    elif entity.type == "multipart/alternative":
        _take_alternatives(entity.parts, contents)
    else:
        for number, part in enumerate(entity.parts):
            if number and entity.type in SIGNED:
                _take_file(part, contents, is_inline=entity.type == "multipart/related")
            else:
                _take(part, contents)


def _take_alternatives(parts: Iterable[Entity], contents: _Contents) -> None:
    """One text in several spellings; what is neither plain nor HTML comes along as a file."""
    inner = _Contents()
    for part in parts:
        _take(part, inner)
    plain = next((body for body in inner.bodies if body.plain), Body())
    html = "\n".join(body.html for body in inner.bodies if body.html)
    contents.bodies.append(
        Body(
            plain=plain.plain,
            html=html,
            is_flowed=plain.is_flowed,
            drops_spaces=plain.drops_spaces,
        )
    )
    contents.files += inner.files


def _take_leaf(entity: Entity, contents: _Contents) -> None:
    if entity.type.startswith("multipart/"):  # one without parts
        contents.bodies.append(Body(plain=decoded(entity.body[:LARGEST_TEXT], "utf-8")))
        return
    is_file = entity.disposition.value == "attachment" or (entity.name and contents.bodies)
    if entity.type not in TEXTS or is_file:
        _take_file(entity, contents, is_inline=entity.disposition.value == "inline")
        return
    content = entity.content
    if len(content) > LARGEST_TEXT:
        _take_file(entity, contents, is_inline=False)
    charset = entity.parameters.get("charset", "")
    if entity.type == "text/html":
        page = content[:LARGEST_TEXT]
        contents.bodies.append(Body(html=decoded(page, charset or told_by_page(page))))
        return
    text = decoded(content[:LARGEST_TEXT], charset)
    contents.bodies.append(
        Body(
            plain=text,
            is_flowed=entity.parameters.get("format", "").lower() == "flowed",
            drops_spaces=entity.parameters.get("delsp", "").lower() == "yes",
        )
    )


def _take_file(entity: Entity, contents: _Contents, *, is_inline: bool) -> None:
    if not entity.parts:
        contents.files.append(
            MailFile(
                type=entity.type,
                name=entity.name or None,
                content=entity.content,
                content_id=entity.content_id,
                is_inline=is_inline,
            )
        )
    for part in entity.parts:
        _take_file(part, contents, is_inline=is_inline)


def _within(text: str, type_: str, contents: _Contents) -> str:
    if len(text) > LARGEST_TEXT:
        content = text.encode("utf-8", "replace")
        contents.files.append(MailFile(type=type_, name=None, content=content))
    return text[:LARGEST_TEXT]


def _words(lines: Sequence[Line]) -> int:
    return sum(len(line.text.split()) for line in lines)
