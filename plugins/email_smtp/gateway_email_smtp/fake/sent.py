"""A mail that a channel has sent, whichever API took it."""

from dataclasses import dataclass

from gateway.plugin.assistant.stage import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMail:
    """What its recipient would see."""

    sender: str
    recipient: str
    reply_to: str
    subject: str
    text: str
    html: str
    message_id: str
    in_reply_to: str
    references: str


def of_sendgrid(mail: Json) -> SentMail:
    """A mail as `POST /v3/mail/send` is told it."""
    headers = {name.lower(): value for name, value in mail.get("headers", {}).items()}
    texts = {one["type"]: one["value"] for one in mail["content"]}
    sender, reply_to = mail["from"], mail.get("reply_to") or mail["from"]
    return SentMail(
        sender=_mailbox(sender.get("name", ""), sender["email"]),
        recipient=mail["personalizations"][0]["to"][0]["email"],
        reply_to=reply_to["email"],
        subject=mail["subject"],
        text=texts.get("text/plain", ""),
        html=texts.get("text/html", ""),
        message_id=headers.get("message-id", ""),
        in_reply_to=headers.get("in-reply-to", ""),
        references=headers.get("references", ""),
    )


def of_postmark(mail: Json) -> SentMail:
    """A mail as `POST /email` is told it."""
    headers = {one["Name"].lower(): one["Value"] for one in mail.get("Headers", [])}
    return SentMail(
        sender=mail["From"],
        recipient=mail["To"],
        reply_to=mail.get("ReplyTo") or mail["From"],
        subject=mail["Subject"],
        text=mail.get("TextBody", ""),
        html=mail.get("HtmlBody", ""),
        message_id=headers.get("message-id", ""),
        in_reply_to=headers.get("in-reply-to", ""),
        references=headers.get("references", ""),
    )


def _mailbox(name: str, address: str) -> str:
    return f"{name} <{address}>" if name else address
