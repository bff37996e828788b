"""What passed between the gateway and a receiver, as far as it may be kept and shown."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from pydantic_core import to_json

from gateway.plugin import HttpResponse, JsonValue

REDACTED: Final = "[redacted]"
EXCERPT_CHARACTERS: Final = 500
KEPT_CALLS: Final = 5
"""A transport may make several calls in one attempt; the last ones are kept."""

_SHOWN_REQUEST_HEADERS: Final = frozenset(
    [
        "accept",
        "accept-encoding",
        "content-type",
        "traceparent",
        "tracestate",
        "user-agent",
        "webhook-id",
        "webhook-timestamp",
        "x-gateway-hops",
        "x-webhook-event",
        "x-webhook-id",
        "x-webhook-timestamp",
    ]
)
"""Of all other headers of a request only the name is kept: they hold signatures and credentials."""
_SECRET_RESPONSE_HEADER: Final = re.compile("auth|cookie|key|pass|secret|session|signature|token")
_HEADERS: Final = 40
_HEADER_CHARACTERS: Final = 300


@dataclass(slots=True, kw_only=True)
class Timing:
    """When each step of a call was over, in seconds from its start; None: it did not happen."""

    dns: float | None = None
    connect: float | None = None
    tls: float | None = None
    first_byte: float | None = None
    total: float = 0.0
    is_reused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: what was asked, what came back if anything did, and how long each step took."""

    method: str
    url: str
    headers: Mapping[str, str]
    address: str | None
    timing: Timing
    response: HttpResponse | None


def calls_text(calls: Sequence[Call]) -> str | None:
    """The calls of one attempt for its log row, without secrets; None when there were none."""
    if not calls:
        return None
    # On the hot path, for every attempt: json.dumps would take five times as long.
    return to_json([kept(call) for call in calls[-KEPT_CALLS:]]).decode()


def kept(call: Call) -> dict[str, JsonValue]:
    """A call with the API's names, its secrets taken out."""
    timing = call.timing
    shown: dict[str, JsonValue] = {
        "method": call.method,
        "url": place_of(call.url),
        "address": call.address,
        "isReused": timing.is_reused,
        "dnsMs": _ms(timing.dns),
        "connectMs": _ms(timing.connect),
        "tlsMs": _ms(timing.tls),
        "firstByteMs": _ms(timing.first_byte),
        "totalMs": _ms(timing.total),
        "requestHeaders": _request_headers(call.headers),
    }
    if call.response is not None:
        shown["status"] = call.response.status
        shown["responseHeaders"] = _response_headers(call.response.headers)
        start = call.response.body[: 4 * EXCERPT_CHARACTERS].decode("utf-8", "replace")
        shown["excerpt"] = start[:EXCERPT_CHARACTERS]
    return shown


def header_text(value: str) -> str:
    r"""A header's value as text: aiohttp has bytes that are no UTF-8 as lone surrogates.

    >>> header_text("Z\udcfcrich")
    'Zürich'
    """
    if value.isascii():
        return value
    raw = value.encode("utf-8", "surrogateescape")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")  # as HTTP once had it (RFC 9110 section 5.5)


@lru_cache(1024)
def place_of(url: str) -> str:
    """Scheme, host and port: path and query of a webhook URL often hold its secret."""
    parts = urlsplit(url)
    rest = REDACTED if parts.path.strip("/") or parts.query else ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/{rest}"


def _request_headers(headers: Mapping[str, str]) -> dict[str, JsonValue]:
    return {name: value if _is_shown(name) else REDACTED for name, value in headers.items()}


def _response_headers(headers: Mapping[str, str]) -> dict[str, JsonValue]:
    shown: dict[str, JsonValue] = {}
    for name, value in headers.items():
        # A redirect may carry a token; where it leads is a hint all the same.
        text = value.partition("?")[0] if name == "location" else value
        shown[name] = REDACTED if _is_secret(name) else text[:_HEADER_CHARACTERS]
        if len(shown) == _HEADERS:
            break
    return shown


@lru_cache(1024)
def _is_shown(name: str) -> bool:
    return name.lower() in _SHOWN_REQUEST_HEADERS


@lru_cache(1024)
def _is_secret(name: str) -> bool:
    return _SECRET_RESPONSE_HEADER.search(name) is not None


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 1)
