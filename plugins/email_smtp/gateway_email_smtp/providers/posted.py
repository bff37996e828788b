"""Mail that a program posts as `message/rfc822`: checked as a custom webhook is, and read."""

import hmac
from typing import Final

from gateway.plugin import (
    InboundRequest,
    InvalidAuth,
    InvalidPayload,
    InvalidSignature,
    PartContext,
)
from gateway.plugin.signatures import verify_prd, verify_standard
from gateway_email_smtp.mail import Envelope
from gateway_email_smtp.mime import read_mime
from gateway_email_smtp.providers.incoming import Posted
from gateway_email_smtp.settings import EmailSettings
from gateway_email_smtp.trust import EVIDENCE_HEADER, read_evidence

TYPES: Final = ("message/rfc822", "application/octet-stream", "text/plain", "")
MAIL_FROM: Final = "x-gateway-mail-from"
RECIPIENTS: Final = "x-gateway-rcpt-to"


def verify(settings: EmailSettings, request: InboundRequest, context: PartContext) -> None:
    """Returns for the token of the settings, or for a signature with the channel's secret.

    Raises `InvalidAuth` or `InvalidSignature`.
    """
    headers = request.headers
    if settings.mail_mime_token is not None:
        scheme, _, token = headers.get("authorization", "").strip().partition(" ")
        expected = settings.mail_mime_token.get_secret_value().encode()
        given = token.strip().encode("utf-8", "replace")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given, expected):
            raise InvalidAuth("send `Authorization: Bearer <mailMimeToken>`")
        return
    secrets = context.live_secrets(request.received_at)
    if "webhook-signature" in headers:
        verify_standard(secrets, headers, body=request.body, now=request.received_at)
    elif "x-webhook-signature" in headers:
        verify_prd(secrets, headers["x-webhook-signature"], body=request.body)
    else:
        raise InvalidSignature(
            "the mail is not signed: send `X-Webhook-Signature: sha256=<hex>` with the channel's "
            "secret, or set mailMimeToken"
        )


def read(request: InboundRequest) -> Posted:
    """The mail. Raises `InvalidPayload`."""
    if request.content_type not in TYPES:
        raise InvalidPayload(
            f"a mail is posted as message/rfc822, not {request.content_type[:100]!r}"
        )
    headers = request.headers
    recipients = headers.get(RECIPIENTS, "").split(",")
    envelope = Envelope(
        mail_from=headers[MAIL_FROM].strip("<> ") if MAIL_FROM in headers else None,
        recipients=tuple(filter(None, (one.strip("<> ") for one in recipients))),
        client_ip=headers.get("x-gateway-client-ip", "").strip(),
    )
    # Whoever posts by HTTP may write whatever header it likes.
    told = headers.get(EVIDENCE_HEADER, "") if request.door != "http" else ""
    return Posted(mail=read_mime(request.body, envelope), evidence=read_evidence(told))
