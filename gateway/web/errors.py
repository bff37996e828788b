"""The only place that turns failures into HTTP answers."""

import traceback
from typing import Final
from uuid import uuid4

import structlog
from quart import Quart, Response, g
from werkzeug.exceptions import HTTPException

from gateway.plugin import GatewayError, JsonValue, PayloadTooLarge
from gateway.plugin.errors import (
    MethodNotAllowed,
    NotFound,
    RateLimited,
    RequestTimeout,
    Unavailable,
)
from gateway.web.wire import json_response

log: Final = structlog.stdlib.get_logger()

RETRY_AFTER_SECONDS: Final = 5


def install_errors(app: Quart) -> None:
    """Makes every failure of `app` an error body with a code, a sentence and the request id."""
    app.register_error_handler(GatewayError, _gateway_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _bug)


def error_response(error: GatewayError) -> Response:
    """`{"error": {"code", "message", "fields"?, "requestId"}}` with the class's status."""
    request_id = g.get("request_id", "")
    body: dict[str, JsonValue] = {"code": error.code, "message": error.message}
    if error.fields:
        body["fields"] = [{"pointer": f.pointer, "message": f.message} for f in error.fields]
    body["requestId"] = request_id
    response = json_response({"error": body}, status=error.status)
    if isinstance(error, RateLimited):
        response.headers["Retry-After"] = str(error.retry_after_seconds)
        response.headers["X-RateLimit-Remaining"] = "0"
    elif isinstance(error, Unavailable):
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    if error.status == 401:
        # RFC 9110 section 11.6.1: a 401 names at least one way to authenticate.
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


async def _gateway_error(error: GatewayError) -> Response:
    if error.status >= 500:
        log.warning("request.failed", code=error.code, reason=error.message)
    return error_response(error)


async def _http_error(error: HTTPException) -> Response:
    if error.code == 404:
        return error_response(
            NotFound("no such path; GET /api/v1/webhooks/health says what runs here")
        )
    if error.code == 405:
        allowed = ", ".join(sorted(set(getattr(error, "valid_methods", None) or ()) - {"OPTIONS"}))
        response = error_response(MethodNotAllowed(f"this path takes only: {allowed}"))
        response.headers["Allow"] = allowed
        return response
    if error.code == 408:
        return error_response(RequestTimeout("the body did not arrive in time; send it faster"))
    if error.code == 413:
        return error_response(PayloadTooLarge("the body is larger than this path takes"))
    response = error_response(GatewayError(error.description or error.name))
    response.status_code = error.code or 500
    return response


async def _bug(error: Exception) -> Response:
    reference = uuid4().hex[:12]
    log.error(
        "request.crashed",
        reference=reference,
        trace="".join(traceback.format_exception(error)),
    )
    return error_response(
        GatewayError(f"something went wrong here, not in your request (log reference {reference})")
    )
