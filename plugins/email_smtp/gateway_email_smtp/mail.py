"""One mail as the rest of the plugin sees it, whichever way it has come. All times are in UTC."""

from dataclasses import dataclass, field
from datetime import datetime


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
    """The mail inside a forwarded one, as far as it can be read."""

    sender: Mailbox | None
    text: str
    subject: str = ""
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedRecipient:
    """One recipient of a delivery report (RFC 3464 section 2.3).

    `action` is `failed`, `delayed`, `delivered`, `relayed` or `expanded`; `status` such as `5.1.1`.
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
class Mail:
    """A mail, taken apart without losing anything.

    `text` is all that it says. `visible` is what its writer wrote anew, `quoted` what stands there
    of earlier mails, `signature` the writer's: joined in their places they are `text` again.
    Message ids are with their brackets; `references` are oldest first. `headers` are in their
    order, decoded, with names in lower case. `automatic` says by a code why no person wrote it,
    such as `auto_reply`, `bulk`, `list`, `bounce`, `null_sender`, `own_address`; empty for people.
    """

    envelope: Envelope
    headers: tuple[tuple[str, str], ...]
    sender: Mailbox
    subject: str
    text: str
    visible: str
    quoted: str = ""
    signature: str = ""
    html: str = field(default="", repr=False)
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    reply_to: tuple[Mailbox, ...] = ()
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    sent_at: datetime | None = None
    files: tuple[MailFile, ...] = ()
    calendar: str = ""
    automatic: str = ""
    report: DeliveryReport | None = None
    forwarded: Original | None = None

    def header(self, name: str) -> str:
        """The first header of this name in lower case; empty when there is none."""
        return next((value for key, value in self.headers if key == name), "")
