"""Requests as providers post them, made of a whole mail; signed as the real ones are."""

import base64
import hmac
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.plugin.signatures import prd_signature

BOUNDARY: Final = "xYzZY"
"""SendGrid's boundary, which never changes."""
KEY: Final[EllipticCurvePrivateKey] = derive_private_key(0x6A7E3A7, SECP256R1())
PUBLIC_KEY: Final = base64.b64encode(
    KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()
SIGNING_SECRET: Final = "key-00000000000000000000000000000001"  # noqa: S105 # of no account
"""Mailgun's, of the fake account."""
USER: Final = "gateway"
PASSWORD: Final = "fake-webhook-password"  # noqa: S105 # of no account

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One request: its headers in lower case, and the exact body."""

    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail on its way to a channel, and what the provider found out of its sender."""

    raw: bytes = field(repr=False)
    mail_from: str
    recipient: str
    client_ip: str = "203.0.113.25"
    spf: str = "pass"
    dkim: str = ""
    """The domain whose signature holds; empty for none."""

    @property
    def parsed(self) -> EmailMessage:
        """The mail, as the standard library takes it apart."""
        return message_from_bytes(self.raw, policy=policy.default)


def sendgrid(
    letter: Letter, *, now: datetime, raw: bool = False, key: EllipticCurvePrivateKey = KEY
) -> Post:
    """Inbound Parse, taken apart or raw."""
    mail = letter.parsed
    fields = {
        "envelope": json.dumps({"to": [letter.recipient], "from": letter.mail_from}),
        "SPF": letter.spf,
        "dkim": f"{{@{letter.dkim} : pass}}" if letter.dkim else "none",
        "sender_ip": letter.client_ip,
        "charsets": json.dumps(
            dict.fromkeys(("to", "from", "subject", "cc", "text", "html"), "UTF-8")
        ),
        **{name: str(mail[name] or "") for name in ("from", "to", "cc", "subject")},
    }
    files = [] if raw else [*_files(mail, "attachment{}")]
    if raw:
        body = _multipart({**fields, "email": letter.raw}, ())
    else:
        info = {
            name: {"filename": one.filename, "type": one.type, "content-id": one.content_id}
            for name, one in files
        }
        body = _multipart(
            {
                **fields,
                "headers": letter.raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n",
                **{name: text for name, text in _texts(mail, "text", "html").items() if text},
                "attachments": str(len(files)),
                **({"attachment-info": json.dumps(info)} if files else {}),
            },
            files,
        )
    return signed_by_sendgrid(
        body, now=now, key=key, content_type=f"multipart/form-data; boundary={BOUNDARY}"
    )


def sendgrid_events(
    events: Sequence[Json], *, now: datetime, key: EllipticCurvePrivateKey = KEY
) -> Post:
    """The Event Webhook."""
    body = json.dumps([{"timestamp": int(now.timestamp()), **event} for event in events]).encode()
    return signed_by_sendgrid(body, now=now, key=key, content_type="application/json")


def signed_by_sendgrid(
    body: bytes, *, now: datetime, content_type: str, key: EllipticCurvePrivateKey = KEY
) -> Post:
    """A body with the signature of a security policy."""
    timestamp = str(int(now.timestamp()))
    signature = key.sign(timestamp.encode() + body, ECDSA(SHA256()))
    return Post(
        headers={
            "content-type": content_type,
            "user-agent": "SendGrid",
            "x-twilio-email-event-webhook-signature": base64.b64encode(signature).decode(),
            "x-twilio-email-event-webhook-timestamp": timestamp,
        },
        body=body,
    )


def postmark(
    letter: Letter, *, login: tuple[str, str] = (USER, PASSWORD), raw: bool = False
) -> Post:
    """The inbound webhook; with `raw` the server is set to include the mail as it came."""
    mail = letter.parsed
    given = [(k, str(v)) for k, v in mail.items() if k.lower() not in _OWN_FIELDS]
    headers = (*_stamps_of_postmark(letter), *given)
    record: dict[str, object] = {
        "From": letter.mail_from,
        "FromFull": _full(mail, "from")[0] if mail["from"] else {},
        "ToFull": _full(mail, "to"),
        "CcFull": _full(mail, "cc"),
        "BccFull": [],
        "OriginalRecipient": letter.recipient,
        "ReplyTo": str(mail["reply-to"] or ""),
        "Subject": str(mail["subject"] or ""),
        "Date": str(mail["date"] or ""),
        "MessageID": secrets.token_hex(16),
        "MessageStream": "inbound",
        **_texts(mail, "TextBody", "HtmlBody"),
        "StrippedTextReply": "",
        "Headers": [{"Name": name, "Value": value} for name, value in headers],
        "Attachments": [_attachment(one) for _, one in _files(mail, "{}")],
    }
    if raw:
        record["RawEmail"] = letter.raw.decode("utf-8", "replace")
    return postmark_event(record, login=login)


def postmark_event(record: Json, *, login: tuple[str, str] = (USER, PASSWORD)) -> Post:
    """Any of Postmark's webhooks: one object, and the login of the URL."""
    encoded = base64.b64encode(":".join(login).encode()).decode()
    return Post(
        headers={
            "content-type": "application/json",
            "user-agent": "Postmark",
            "authorization": f"Basic {encoded}",
        },
        body=json.dumps(record).encode(),
    )


def mailgun(
    letter: Letter, *, now: datetime, mime: bool = False, key: str = SIGNING_SECRET, token: str = ""
) -> Post:
    """A route that forwards: taken apart, or as MIME where its URL ends in `mime`."""
    mail = letter.parsed
    own = [["X-Mailgun-Incoming", "Yes"], ["X-Envelope-From", f"<{letter.mail_from}>"]]
    verdicts = [["X-Mailgun-Spf", letter.spf.title()]]
    if letter.dkim:
        verdicts.append(["X-Mailgun-Dkim-Check-Result", "Pass"])
    received = ["Received", f"from mail [{letter.client_ip}] by mxa.mailgun.org with ESMTP"]
    signature = [["Dkim-Signature", f"v=1; a=rsa-sha256; d={letter.dkim}; s=s1; b=AA"]]
    headers = [*verdicts, *own, received, *(signature if letter.dkim else [])]
    headers += [[name, str(value)] for name, value in mail.items()]
    fields: dict[str, str | bytes] = {
        "recipient": letter.recipient,
        "sender": letter.mail_from,
        "from": str(mail["from"] or ""),
        "subject": str(mail["subject"] or ""),
        "message-headers": json.dumps(headers),
    }
    files = [] if mime else [*_files(mail, "attachment-{}")]
    if mime:
        fields["body-mime"] = letter.raw
    else:
        fields |= {k: v for k, v in _texts(mail, "body-plain", "body-html").items() if v}
        ids = {f"<{one.content_id}>": name for name, one in files if one.content_id}
        fields |= {"attachment-count": str(len(files)), "content-id-map": json.dumps(ids)}
    fields |= signed_by_mailgun(now, key=key, token=token)
    return Post(
        headers={
            "content-type": f"multipart/form-data; boundary={BOUNDARY}",
            "user-agent": "mailgun/treq-22.10.0",
        },
        body=_multipart(fields, files),
    )


def mailgun_event(
    event: Json, *, now: datetime, key: str = SIGNING_SECRET, token: str = ""
) -> Post:
    """One of Mailgun's event webhooks."""
    record = {
        "signature": signed_by_mailgun(now, key=key, token=token),
        "event-data": {"timestamp": now.timestamp(), **event},
    }
    return Post(
        headers={"content-type": "application/json", "user-agent": "mailgun/treq-22.10.0"},
        body=json.dumps(record).encode(),
    )


def signed_by_mailgun(
    now: datetime, *, key: str = SIGNING_SECRET, token: str = ""
) -> dict[str, str]:
    """Timestamp, token and their signature."""
    timestamp, own = str(int(now.timestamp())), token or secrets.token_hex(25)
    signature = hmac.new(key.encode(), (timestamp + own).encode(), sha256).hexdigest()
    return {"timestamp": timestamp, "token": own, "signature": signature}


def mime(letter: Letter, *, secret: str) -> Post:
    """The mail as it is, signed as a custom webhook is."""
    return Post(
        headers={
            "content-type": "message/rfc822",
            "x-webhook-signature": prd_signature(secret, letter.raw),
            "x-gateway-mail-from": letter.mail_from,
            "x-gateway-rcpt-to": letter.recipient,
        },
        body=letter.raw,
    )


def _stamps_of_postmark(letter: Letter) -> list[tuple[str, str]]:
    """What Postmark puts on top of a mail."""
    server = "p-pm-inbound01a.inbound.postmarkapp.com"
    tests = ["DKIM_SIGNED", "DKIM_VALID", "DKIM_VALID_AU"] if letter.dkim else []
    return [
        ("Return-Path", f"<{letter.mail_from}>"),
        ("Received", f"by {server} (Postfix, from userid 996)"),
        ("X-Spam-Status", "No"),
        ("X-Spam-Tests", ",".join(tests)),
        ("Received-SPF", f"{letter.spf.title()} (sender) identity=mailfrom"),
        ("Received", f"from mail ({letter.client_ip}) by {server}"),
    ]


def _attachment(file: "_File") -> Json:
    return {
        "Name": file.filename,
        "Content": base64.b64encode(file.content).decode(),
        "ContentType": file.type,
        "ContentLength": len(file.content),
        "ContentID": file.content_id,
    }


_OWN_FIELDS: Final = frozenset({"from", "to", "cc", "subject", "date", "reply-to"})


@dataclass(frozen=True, slots=True)
class _File:
    filename: str
    type: str
    content_id: str
    content: bytes


def _files(mail: EmailMessage, name: str) -> Iterator[tuple[str, _File]]:
    bodies = {id(mail.get_body(("plain",))), id(mail.get_body(("html",)))}
    leaves = (one for one in mail.walk() if not one.is_multipart() and id(one) not in bodies)
    for number, one in enumerate(leaves, 1):
        content = one.get_payload(decode=True)
        assert isinstance(content, bytes)
        content_id = str(one["content-id"] or "").strip("<> ")
        filename = one.get_filename() or f"file{number}"
        yield name.format(number), _File(filename, one.get_content_type(), content_id, content)


def _texts(mail: EmailMessage, plain: str, html: str) -> dict[str, str]:
    found = {plain: mail.get_body(("plain",)), html: mail.get_body(("html",))}
    return {name: str(body.get_content()) if body else "" for name, body in found.items()}


def _full(mail: EmailMessage, name: str) -> list[dict[str, str]]:
    pairs = getaddresses([str(value) for value in mail.get_all(name, [])])
    return [
        {"Email": address, "Name": shown, "MailboxHash": _tag(address)} for shown, address in pairs
    ]


def _tag(address: str) -> str:
    return address.partition("@")[0].partition("+")[2]


def _multipart(fields: Mapping[str, str | bytes], files: Sequence[tuple[str, _File]]) -> bytes:
    lines: list[bytes] = []
    for name, value in fields.items():
        content = value.encode() if isinstance(value, str) else value
        lines += [_opening(f'name="{name}"'), b"", content]
    for name, one in files:
        told = _opening(f'name="{name}"; filename="{one.filename}"')
        lines += [told, f"Content-Type: {one.type}".encode(), b"", one.content]
    return b"\r\n".join([*lines, f"--{BOUNDARY}--".encode(), b""])


def _opening(told: str) -> bytes:
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {told}".encode()
