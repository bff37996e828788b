"""One mail as the rest of the plugin sees it, whichever way it has come. All times are in UTC."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

SegmentKind = Literal["visible", "quoted", "signature"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """An address and the name before it (RFC 5322 section 3.4); the domain is in lower case."""

    address: str
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What was said in the SMTP transaction, as far as it is known (RFC 5321 section 2.3.1).

    `mail_from` is empty for the null sender, None when nobody says.
    """

    mail_from: str | None = None
    recipients: tuple[str, ...] = ()
    client_ip: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The mail inside a forwarded one, as far as it can be read.

    `date` is when it was sent, in the words of the forwarding program, which seldom say in which
    time zone; `sent_at` is there when they do.
    """

    sender: Mailbox | None
    text: str
    subject: str = ""
    date: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedRecipient:
    """One recipient of a delivery report (RFC 3464 section 2.3).

    `action` is `failed`, `delayed`, `delivered`, `relayed` or `expanded`, or `complained` where
    somebody called the mail unwanted (RFC 5965); `status` such as `5.1.1`.
    """

    address: str
    action: str
    status: str = ""
    diagnostic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """What became of a mail of ours; `original_id` is its Message-ID, brackets and all."""

    recipients: tuple[ReportedRecipient, ...]
    original_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailFile:
    """An attachment or inline image; `content_id` is without brackets."""

    type: str
    name: str | None
    content: bytes = field(repr=False)
    content_id: str = ""
    is_inline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A calendar entry that came with a mail (RFC 5545): `method` such as `REQUEST` or `CANCEL`.

    `start` and `end` are ISO 8601, with an offset where the time zone is known.
    """

    method: str
    summary: str
    start: str = ""
    end: str = ""
    location: str = ""
    organizer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A piece of a mail's text: what its writer wrote anew, a quotation, or a signature."""

    kind: SegmentKind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail, taken apart without losing anything.

    `segments` joined are its whole text. Message ids are with their brackets; `references` are
    oldest first. `message_id` is empty for a mail that has none; `digest` is a hash of all that
    came. `headers` are in their order, decoded, with names in lower case. `automatic` says by a
    code why no person wrote it; empty for people.
    """

    envelope: Envelope
    headers: tuple[tuple[str, str], ...]
    sender: Mailbox
    subject: str
    segments: tuple[Segment, ...]
    digest: str
    html: str = field(default="", repr=False)
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    reply_to: tuple[Mailbox, ...] = ()
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    sent_at: datetime | None = None
    files: tuple[MailFile, ...] = ()
    invitation: Invitation | None = None
    automatic: str = ""
    report: DeliveryReport | None = None
    forwarded: Original | None = None

    @property
    def text(self) -> str:
        """All that the mail says."""
        return "".join(segment.text for segment in self.segments)

    @property
    def visible(self) -> str:
        """What its writer wrote anew; pieces that stood between quotations are kept apart."""
        return self._all_of("visible")

    @property
    def quoted(self) -> str:
        """What stands in it of earlier mails."""
        return self._all_of("quoted")

    @property
    def signature(self) -> str:
        """The writer's signature."""
        return self._all_of("signature")

    def header(self, name: str) -> str:
        """The first header of this name in lower case; empty when there is none."""
        return next((value for key, value in self.headers if key == name), "")

    def _all_of(self, kind: SegmentKind) -> str:
        pieces = (segment.text.strip() for segment in self.segments if segment.kind == kind)
        return "\n\n".join(piece for piece in pieces if piece)
