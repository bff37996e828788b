"""What tests of email channels are made of: settings, letters, and requests of providers."""

from collections.abc import Mapping
from email.message import EmailMessage
from email.policy import SMTP

from gateway.plugin import InboundRequest
from gateway.plugin.testing import NOW, inbound_request
from gateway_email_smtp.fake import posts
from gateway_email_smtp.fake.posts import Letter, Post
from gateway_email_smtp.settings import EmailSettings

ADDRESS = "assistant@example.com"
ANN = "ann@example.org"
SECRET = "s3cret"  # noqa: S105 # of `gateway.plugin.testing.part_context`

WAYS: Mapping[str, dict[str, object]] = {
    "sendgrid": {"sendgridVerificationKey": posts.PUBLIC_KEY},
    "postmark": {"mailWebhookPassword": posts.PASSWORD},
    "mailgun": {"mailgunSigningSecret": posts.SIGNING_SECRET},
    "mime": {},
    "smtp": {},
    "imap": {"imapHost": "mx.example.com"},
}


def settings(way: str = "mime", **given: object) -> EmailSettings:
    """A channel whose mail comes that way, with others of a test's choice."""
    own = {"inboundEmailAddress": ADDRESS, "emailProvider": way, **WAYS[way]}
    return EmailSettings.model_validate({**own, **given})


def letter(text: str = "Please send Dana the logo by Friday", **given: object) -> Letter:
    """A mail of Ann's with a file, and what her domain's servers say of it."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = "Ann Bö <ann@example.org>"
    mail["To"] = f"Assistant <{ADDRESS}>"
    mail["Cc"] = "dana@example.org"
    mail["Subject"] = "Über das Logo"
    mail["Date"] = "Fri, 02 Jan 2026 03:04:05 +0000"
    mail["Message-ID"] = "<q1@example.org>"
    mail["In-Reply-To"] = "<q0@example.org>"
    mail["References"] = "<q0@example.org>"
    mail.set_content(text + "\n")
    mail.add_alternative(f"<p>{text}</p>", subtype="html")
    mail.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Lögo.pdf")
    own = {"mail_from": ANN, "recipient": ADDRESS, "dkim": "example.org"}
    return Letter(raw=mail.as_bytes(), **{**own, **given})  # type: ignore[arg-type] # a test's own


POSTS: Mapping[str, tuple[str, Post]] = {
    "sendgrid parsed": ("sendgrid", posts.sendgrid(letter(), now=NOW)),
    "sendgrid raw": ("sendgrid", posts.sendgrid(letter(), now=NOW, raw=True)),
    "postmark": ("postmark", posts.postmark(letter())),
    "postmark raw": ("postmark", posts.postmark(letter(), raw=True)),
    "mailgun parsed": ("mailgun", posts.mailgun(letter(), now=NOW)),
    "mailgun mime": ("mailgun", posts.mailgun(letter(), now=NOW, mime=True)),
    "mime": ("mime", posts.mime(letter(), secret=SECRET)),
}
"""Ann's mail as each provider posts it, and the way of the channel that takes it."""


def request(post: Post, **headers: str) -> InboundRequest:
    """A provider's request, with some headers of a test's own."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return inbound_request(post.body, headers={**post.headers, **named})
