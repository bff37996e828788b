"""A raw mail as it is handed over: its envelope in front of it, and in headers of the request."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from gateway_email_smtp.checking import authenticate
from gateway_email_smtp.names import Names
from gateway_email_smtp.trust import EVIDENCE_HEADER, evidence_header

CONTENT_TYPE: Final = "message/rfc822"
EVIDENCE_SECONDS: Final = 10.0
"""How long DNS may take to tell the keys of a mail's signatures."""
_HOPS: Final = re.compile(
    rb"^x-gateway-hops:[ \t]*(\d{1,4})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How a mail has come for one channel; `mail_from` is empty for the null sender."""

    mail_from: str
    recipients: tuple[str, ...]
    at: datetime
    by: str
    protocol: str
    client_ip: str = ""
    helo: str = ""


def handed_over(raw: bytes, delivery: Delivery) -> tuple[bytes, Mapping[str, str]]:
    """The body and the headers of the request that hands a mail over.

    The envelope stands in the mail as well (RFC 5321 section 4.4): only the body is kept.
    """
    sender = _one_line(delivery.mail_from)
    recipients = [_one_line(recipient) for recipient in delivery.recipients]
    trace = [
        f"Return-Path: <{sender}>",
        *(f"Delivered-To: {recipient}" for recipient in recipients),
        f"Received: {_source(delivery)}by {_one_line(delivery.by)} with {delivery.protocol};",
        f"\t{format_datetime(delivery.at)}",
    ]
    headers = _headers(raw)
    headers |= {
        "x-gateway-mail-from": sender,
        "x-gateway-rcpt-to": ", ".join(recipients),
    }
    if delivery.helo:
        headers["x-gateway-helo"] = _one_line(delivery.helo)
    return "".join(f"{line}\r\n" for line in trace).encode() + raw, headers


def fetched(raw: bytes) -> tuple[bytes, Mapping[str, str]]:
    """The body and the headers of the request that hands over a mail from a mailbox.

    Its envelope is not known; the mail server that took it may have written it into the mail.
    """
    return raw, _headers(raw)


async def evidence_of(raw: bytes, names: Names) -> Mapping[str, str]:
    """What the signatures of a mail prove, as a header of the request; none for an unsigned one."""
    try:
        async with asyncio.timeout(EVIDENCE_SECONDS):
            found = await authenticate(raw, names)
    except TimeoutError:
        return {}
    return {EVIDENCE_HEADER: evidence_header(found)} if found.dkim else {}


def _headers(raw: bytes) -> dict[str, str]:
    headers = {"content-type": CONTENT_TYPE}
    found = _HOPS.search(raw.partition(b"\r\n\r\n")[0])
    if found is not None:
        headers["x-gateway-hops"] = found[1].decode()
    return headers


def _source(delivery: Delivery) -> str:
    if not delivery.client_ip:
        return ""
    helo = re.sub(r"[^0-9A-Za-z.:\[\]_-]", "?", delivery.helo)[:255] or "unknown"
    tag = "IPv6:" if ":" in delivery.client_ip else ""
    return f"from {helo} ([{tag}{delivery.client_ip}]) "


def _one_line(text: str) -> str:
    """Text from the outside that can neither end a line nor be what is no UTF-8."""
    whole = text.encode("utf-8", "replace").decode()
    return re.sub(r"[\x00-\x1f\x7f]+", "?", whole)
