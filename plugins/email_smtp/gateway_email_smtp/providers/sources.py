"""Which provider a request is to be from: the settings and its form decide, never what fits."""

import asyncio
from hashlib import sha256
from typing import Final, Literal

from gateway.plugin import (
    InboundRequest,
    InvalidAuth,
    InvalidPayload,
    InvalidSignature,
    PartContext,
)
from gateway_email_smtp.providers import mailgun, posted, postmark, sendgrid
from gateway_email_smtp.providers.forms import is_form, read_form
from gateway_email_smtp.providers.incoming import Posted
from gateway_email_smtp.settings import EmailSettings

Source = Literal["sendgrid", "sendgrid_events", "postmark", "mailgun", "mime"]

JSON: Final = "application/json"
MIME: Final = "message/rfc822"
LARGE_BYTES: Final = 262_144
"""A body beyond this is looked at in a thread: hashing 30 MB takes a tenth of a second."""
_SIGNED: Final = frozenset({"timestamp", "token", "signature"})


async def verify(settings: EmailSettings, request: InboundRequest, context: PartContext) -> None:
    """Returns for a request of a provider of the channel.

    Raises `InvalidSignature` or `InvalidAuth`.
    """
    if request.door != "http":
        if request.door != settings.email_provider:
            raise InvalidAuth(f"this channel takes its mail by {settings.email_provider}")
        return
    source = source_of(settings, request)
    if source is None:
        raise InvalidAuth(
            f"this channel takes its mail by {settings.email_provider}, and this request is of "
            f"another kind ({request.content_type[:100]!r}): see emailProvider"
        )
    if len(request.body) > LARGE_BYTES:
        token = await asyncio.to_thread(_check, source, settings, request, context)
    else:
        token = _check(source, settings, request, context)
    if token:
        await _spend(token, request, context)


def read(settings: EmailSettings, request: InboundRequest) -> Posted:
    """The mail or the receipts of a verified request. Raises `InvalidPayload`."""
    # What came by a door is kept with its body and type alone, and may be read again.
    source = "mime" if request.content_type == MIME else source_of(settings, request)
    match source:
        case "sendgrid":
            return sendgrid.read_mail(request)
        case "sendgrid_events":
            return sendgrid.read_events(request)
        case "postmark":
            return postmark.read(request)
        case "mailgun":
            return mailgun.read(request)
        case "mime":
            return posted.read(request)
    raise InvalidPayload(f"no mail is read from {request.content_type[:100]!r}: see emailProvider")


def source_of(settings: EmailSettings, request: InboundRequest) -> Source | None:
    """Which provider's rules hold for a request; None for one of nobody that the channel uses."""
    inbound, ways = settings.email_provider, (settings.email_provider, settings.way_out)
    if inbound == "mime" and request.content_type != JSON:
        return "mime"
    if is_form(request):
        return inbound if inbound in ("sendgrid", "mailgun") else None
    if request.content_type != JSON:
        return None
    if "sendgrid" in ways and request.body.lstrip()[:1] == b"[":
        return "sendgrid_events"
    if "postmark" in ways:
        return "postmark"
    return "mailgun" if inbound == "mailgun" else None


def _check(
    source: Source, settings: EmailSettings, request: InboundRequest, context: PartContext
) -> str:
    """The token that may be used once, where a provider sends one. Raises as `verify` does."""
    match source:
        case "sendgrid" | "sendgrid_events":
            sendgrid.verify(settings, request)
        case "postmark":
            postmark.verify(settings, request)
        case "mailgun":
            return mailgun.verify(settings, request)
        case "mime":
            posted.verify(settings, request, context)
    return ""


async def _spend(token: str, request: InboundRequest, context: PartContext) -> None:
    """Lets a token count for one content: the same again is a repeat, another is a forgery."""
    content = await asyncio.to_thread(_content_hash, request)
    # A timestamp may lie as far ahead as behind.
    seconds = 2 * mailgun.TOLERANCE_SECONDS
    first = await context.remember(f"mailgun {token}", content, seconds=seconds)
    if first != content:
        raise InvalidSignature(
            "the token of this request was used before for another one: somebody has kept a "
            "request of Mailgun's and changed it"
        )


def _content_hash(request: InboundRequest) -> str:
    """What a request says, whatever the boundary of its parts."""
    found = sha256()
    if not is_form(request):
        found.update(request.body)
        return found.hexdigest()
    for one in read_form(request).fields:
        if one.name not in _SIGNED:
            found.update(f"{one.name}\0{one.filename}\0{len(one.content)}\0".encode())
            found.update(one.content)
    return found.hexdigest()
