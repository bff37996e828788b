"""`POST /api/webhooks/inbound/{token}`: from HTTP to `pipeline.receive` and back."""

from time import perf_counter
from typing import Final

import structlog
from quart import Blueprint, Response, g, request

from gateway import pipeline
from gateway.plugin import GatewayError, InboundRequest, InvalidPayload, PayloadTooLarge
from gateway.plugin.errors import RateLimited
from gateway.runtime import Gateway
from gateway.web.wire import json_response

log: Final = structlog.stdlib.get_logger()


def inbound_routes(gw: Gateway) -> Blueprint:
    """The routes that providers post to."""
    routes = Blueprint("inbound", __name__)
    limit = gw.config.server.body_limit_bytes

    @routes.post("/api/webhooks/inbound/<token>")
    async def inbound(token: str) -> Response:
        started = perf_counter()
        outcome = "refused"
        try:
            response, outcome = await _receive(gw, token, limit)
        except GatewayError as error:
            outcome = error.code.lower()
            raise
        finally:
            gw.metrics.messages.labels(outcome).inc()
            gw.metrics.receive_seconds.observe(perf_counter() - started)
        return response

    return routes


async def _receive(gw: Gateway, token: str, limit: int) -> tuple[Response, str]:
    arrived = await _inbound_request(gw, limit)
    try:
        received = await pipeline.receive(gw, token, arrived, g.request_id)
    except RateLimited as error:
        log.info("message.limited", code=error.code, retry_after=error.retry_after_seconds)
        raise
    outcome = "accepted"
    for stored in received.stored:
        outcome = "duplicate" if stored.duplicate else "accepted"
        log.info("message.received", message_id=stored.message_id, duplicate=stored.duplicate)
    if received.answer is not None:
        answer = received.answer
        response = Response(answer.body, status=answer.status, content_type=answer.content_type)
    else:
        first = received.stored[0] if received.stored else None
        response = json_response(
            {
                "status": "accepted",
                "messageId": first.message_id if first else None,
                "duplicate": bool(first and first.duplicate),
            }
        )
    quota = received.quota
    response.headers["X-RateLimit-Limit"] = str(quota.limit)
    response.headers["X-RateLimit-Remaining"] = str(quota.remaining)
    response.headers["X-RateLimit-Reset"] = str(quota.reset_at)
    return response, outcome


async def _inbound_request(gw: Gateway, limit: int) -> InboundRequest:
    length = request.content_length
    if length is not None and length > limit:
        raise _too_large(limit)
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise InvalidPayload("a compressed body is not accepted; send it without Content-Encoding")
    body = await request.get_data(cache=False)
    assert isinstance(body, bytes)
    if len(body) > limit:
        raise _too_large(limit)
    scope = request.scope
    raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope.get("query_string", b"")
    suffix = b"?" + query if query else b""
    return InboundRequest(
        method=request.method,
        public_url=gw.config.public_url + (raw_path + suffix).decode("latin-1"),
        raw_path=raw_path,
        query=query,
        headers=_headers(scope["headers"]),
        body=body,
        client_ip=_client_ip(gw.config.server.forwarded_hops),
        received_at=gw.now(),
    )


def _headers(pairs: object) -> dict[str, str]:
    assert isinstance(pairs, list | tuple)
    headers: dict[str, str] = {}
    for name, value in pairs:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


def _client_ip(hops: int) -> str:
    peer = request.remote_addr or "unknown"
    if not hops:
        return peer
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    return forwarded[-hops] if len(forwarded) >= hops and forwarded[-hops] else peer


def _too_large(limit: int) -> PayloadTooLarge:
    return PayloadTooLarge(f"the body is larger than {limit} bytes ([server] body_limit_bytes)")
