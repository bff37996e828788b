"""`POST /api/webhooks/inbound/{token}` and its elder: from ASGI to `pipeline.receive` and back.

It stands in front of Quart, whose contexts, routing and response objects cost as much as all that
is done for a message, on the one path that every provider posts to (ADR 0009).
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from time import perf_counter
from typing import Final

import structlog
from hypercorn.typing import ASGIFramework, ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope

from gateway import pipeline
from gateway.admission import admit
from gateway.arrivals import arrive, count_arrival
from gateway.handshakes import greet
from gateway.limits import Meter
from gateway.plugin import HttpAnswer, InboundRequest, InvalidAuth, InvalidPayload, PayloadTooLarge
from gateway.plugin.errors import MethodNotAllowed, NotFound, RateLimited, RequestTimeout
from gateway.runtime import Gateway
from gateway.tracing import continued, enter
from gateway.web.addresses import client_address, quota_headers
from gateway.web.errors import as_gateway_error, render_error
from gateway.web.wire import Rendered, json_bytes, request_id_for

PREFIX: Final = "/api/webhooks/inbound/"
AUTOMATION: Final = "/api/v1/webhooks/automation"
"""The one path of before, for all webhooks: a header names which (PRD 7.3.2)."""
FORM: Final = "application/x-www-form-urlencoded"
CHALLENGES: Final = ("GET", "OPTIONS")
"""Methods by which a sender makes sure of a URL."""
SLOWEST_BYTES_PER_SECOND: Final = 1_000_000
"""What a large body may take beyond [server] body_timeout_seconds."""
UNSNIFFED: Final = {"X-Content-Type-Options": "nosniff"}
"""An answer may repeat what a request said: no browser may take it for anything else."""


class Disconnected(Exception):
    """The sender went away before its body was complete; nobody waits for an answer."""


class Inbound:
    """The ASGI application that takes messages, and hands everything else on."""

    def __init__(self, gw: Gateway, others: ASGIFramework) -> None:
        self._gw = gw
        self._others = others

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """One request."""
        if scope["type"] != "http" or not scope["path"].startswith((PREFIX, AUTOMATION)):
            await self._others(scope, receive, send)
            return
        started = perf_counter()
        headers = _headers(scope["headers"])
        request_id = request_id_for(headers.get("x-request-id", ""))
        structlog.contextvars.bind_contextvars(request_id=request_id)
        enter(continued(headers, at=self._gw.now()))
        meter = Meter()
        try:
            rendered, outcome = await self._take(scope, receive, headers, request_id, meter)
        except Disconnected:
            return
        except Exception as failure:  # noqa: BLE001 # told to the sender, logged when it is a bug
            error = as_gateway_error(failure)
            rendered, outcome = render_error(error, request_id), error.code.lower()
            if isinstance(error, RateLimited):
                rendered = replace(rendered, status=meter.busy_status)
        count_arrival(self._gw.metrics, outcome, started=started)
        shown = {**quota_headers(meter.quota), **rendered.headers}
        await _send(send, replace(rendered, headers=shown), request_id)

    async def _take(
        self,
        scope: HTTPScope,
        receive: ASGIReceiveCallable,
        headers: Mapping[str, str],
        request_id: str,
        meter: Meter,
    ) -> tuple[Rendered, str]:
        server = self._gw.config.server
        address = client_address(
            scope.get("client"), headers.get("x-forwarded-for", ""), hops=server.forwarded_hops
        )
        meter.quota = await self._gw.limits.hit_address(address, self._gw.now())
        if scope["method"] != "POST":
            greeted = await self._greet(scope, headers, address)
            if greeted is not None:
                return greeted, "challenge"
        token = _token(scope["path"], headers)
        await admit(self._gw, token, address)
        if scope["method"] == "POST":
            body = await self._body(scope, receive, headers)
        else:
            body, headers = scope["query_string"], {**headers, "content-type": FORM}
        request = _request(self._gw, scope, headers, body, address)
        received, outcome = await arrive(self._gw, token, request, request_id, meter)
        return _rendered(received), outcome

    async def _body(
        self, scope: HTTPScope, receive: ASGIReceiveCallable, headers: Mapping[str, str]
    ) -> bytes:
        """The whole body, in the time that its size allows."""
        server = self._gw.config.server
        announced, limit = _announced(headers), server.body_limit_bytes
        if announced is None or announced > limit:
            channel = await self._gw.channels.by_token(_token(scope["path"], headers))
            limit = max(limit, channel.parser.body_limit_bytes)
        extra_seconds = min(announced or 0, limit) / SLOWEST_BYTES_PER_SECOND
        try:
            async with asyncio.timeout(server.body_timeout_seconds + extra_seconds):
                return await _body(receive, headers, limit=limit)
        except TimeoutError:
            raise RequestTimeout("the body did not arrive in time; send it faster") from None

    async def _greet(
        self, scope: HTTPScope, headers: Mapping[str, str], address: str
    ) -> Rendered | None:
        """The answer to a challenge; None for a query that is a message."""
        if not scope["path"].startswith(PREFIX):
            raise MethodNotAllowed("POST")
        place, _, last = scope["path"].removeprefix(PREFIX).partition("/")
        if scope["method"] not in CHALLENGES or last not in ("", "verify"):
            raise MethodNotAllowed("POST")
        request = _request(self._gw, scope, headers, b"", address)
        answer = await greet(self._gw, place, request)
        if answer is not None:
            return _provider_answer(answer)
        if not last:
            channel = await self._gw.channels.by_token(place)
            if scope["method"] == "GET" and channel.parser.takes_queries:
                return None
            raise MethodNotAllowed("POST")
        raise InvalidPayload(
            "no challenge that this channel answers; send ?challenge= with up to 512 letters, "
            "digits, `.`, `_`, `~` and `-`, or set up the sender's convention"
        )


def _token(path: str, headers: Mapping[str, str]) -> str:
    """Which webhook is meant. Raises `NotFound` and `InvalidAuth`."""
    if path.startswith(PREFIX):
        return path.removeprefix(PREFIX)
    if path != AUTOMATION:
        raise NotFound(f"no such path; POST to {AUTOMATION}")
    if "x-webhook-token" not in headers:
        raise InvalidAuth("X-Webhook-Token is missing: send the last part of the webhook's URL")
    return headers["x-webhook-token"].strip()


async def _body(receive: ASGIReceiveCallable, headers: Mapping[str, str], *, limit: int) -> bytes:
    """The whole body. Raises `PayloadTooLarge` as soon as it is known to be too large."""
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise InvalidPayload("a compressed body is not accepted; send it without Content-Encoding")
    announced = _announced(headers)
    if announced is not None and announced > limit:
        raise _too_large(limit)
    parts: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Disconnected
        parts.append(message["body"])
        length += len(message["body"])
        if length > limit:
            raise _too_large(limit)
        if not message["more_body"]:
            return b"".join(parts)


def _announced(headers: Mapping[str, str]) -> int | None:
    """How long a body is said to be; None where nobody says."""
    told = headers.get("content-length", "")
    return int(told[:20]) if told.isascii() and told.isdecimal() else None


def _request(
    gw: Gateway, scope: HTTPScope, headers: Mapping[str, str], body: bytes, address: str
) -> InboundRequest:
    # ASGI lets a server leave out the raw path and the peer's address; hypercorn gives both.
    raw_path = scope.get("raw_path") or scope["path"].encode()
    query = scope["query_string"]
    suffix = b"?" + query if query else b""
    return InboundRequest(
        method=scope["method"],
        public_url=gw.config.public_url + (raw_path + suffix).decode("latin-1"),
        raw_path=raw_path,
        query=query,
        headers=headers,
        body=body,
        client_ip=address,
        received_at=gw.now(),
    )


def _rendered(received: pipeline.Received) -> Rendered:
    if received.answer is not None:
        return _provider_answer(received.answer)
    first = received.stored[0] if received.stored else None
    body = json_bytes(
        {
            "status": "accepted",
            "messageId": first.message_id if first else None,
            "duplicate": bool(first and first.duplicate),
        }
    )
    return Rendered(body=body)


def _provider_answer(answer: HttpAnswer) -> Rendered:
    return Rendered(
        body=answer.body,
        status=answer.status,
        content_type=answer.content_type,
        headers={**answer.headers, **UNSNIFFED},
    )


async def _send(send: ASGISendCallable, rendered: Rendered, request_id: str) -> None:
    headers = [
        (b"content-type", rendered.content_type.encode("latin-1")),
        (b"content-length", str(len(rendered.body)).encode()),
        (b"x-request-id", request_id.encode()),
    ]
    headers += [
        (name.lower().encode(), value.encode("latin-1")) for name, value in rendered.headers.items()
    ]
    await send({"type": "http.response.start", "status": rendered.status, "headers": headers})
    await send({"type": "http.response.body", "body": rendered.body, "more_body": False})


def _headers(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in pairs:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def _too_large(limit: int) -> PayloadTooLarge:
    return PayloadTooLarge(
        f"the body is larger than {limit} bytes ([server] body_limit_bytes, or what the channel's "
        "part takes)"
    )
