"""The only place that turns failures into HTTP answers."""

from typing import Final

from quart import Quart, Response, current_app, g
from werkzeug.exceptions import HTTPException

from gateway.arrivals import as_told
from gateway.plugin import (
    GatewayError,
    InvalidPayload,
    InvalidSignature,
    JsonValue,
    PayloadTooLarge,
)
from gateway.plugin.errors import (
    MethodNotAllowed,
    NotFound,
    RateLimited,
    RequestTimeout,
    Unavailable,
)
from gateway.web.failures import PreconditionFailed, Undelivered
from gateway.web.wire import Rendered, json_bytes

RETRY_AFTER_SECONDS: Final = 5


def install_errors(app: Quart) -> None:
    """Makes every failure of `app` an error body with a code, a sentence and the request id."""
    app.register_error_handler(Exception, _respond)


def as_gateway_error(failure: Exception) -> GatewayError:
    """What the sender is told of a failure, one of the web framework's own too."""
    return _of_quart(failure) if isinstance(failure, HTTPException) else as_told(failure)


def render_error(error: GatewayError, request_id: str) -> Rendered:
    """`{"error": {"code", "message", "fields"?, "attempt"?, "requestId"}}`, by the class."""
    body: dict[str, JsonValue] = {"code": error.code, "message": told(error)}
    if error.fields:
        body["fields"] = [{"pointer": f.pointer, "message": f.message} for f in error.fields]
    if isinstance(error, Undelivered):
        body["attempt"] = error.attempt
    body["requestId"] = request_id
    return Rendered(
        body=json_bytes({"error": body}), status=error.status, headers=_error_headers(error)
    )


def told(error: GatewayError) -> str:
    """The sentence of a failure, with the first of its fields for whoever reads no more."""
    if not error.fields or any(field.message in error.message for field in error.fields):
        return error.message
    first, more = error.fields[0], len(error.fields) - 1
    rest = f", and {more} more in `fields`" if more else ""
    return f"{error.message}: {first.pointer} {first.message}{rest}"


def _error_headers(error: GatewayError) -> dict[str, str]:
    if isinstance(error, RateLimited):
        return _of_limit(error)
    if isinstance(error, Unavailable):
        return {"Retry-After": str(RETRY_AFTER_SECONDS)}
    if isinstance(error, PreconditionFailed):
        return {"ETag": f'"{error.version}"'}
    if isinstance(error, MethodNotAllowed):
        return {"Allow": error.allowed}
    if error.status == 401:
        # RFC 9110 section 11.6.1: a 401 names at least one way to authenticate.
        return {"WWW-Authenticate": "HMAC" if isinstance(error, InvalidSignature) else "Bearer"}
    return {}


def _of_limit(error: RateLimited) -> dict[str, str]:
    headers = {"Retry-After": str(error.retry_after_seconds), "X-RateLimit-Remaining": "0"}
    if error.limit is not None:
        headers["X-RateLimit-Limit"] = str(error.limit)
    if error.reset_at is not None:
        headers["X-RateLimit-Reset"] = str(error.reset_at)
    return headers


def _of_quart(failure: HTTPException) -> GatewayError:
    if failure.code == 404:
        return NotFound("no such path; /api/v1/docs lists every call, in a browser")
    if failure.code == 405:
        methods = set(getattr(failure, "valid_methods", None) or ()) - {"OPTIONS", "HEAD"}
        return MethodNotAllowed(", ".join(sorted(methods)))
    if failure.code == 408:
        return RequestTimeout("the body did not arrive in time; send it faster")
    if failure.code == 413:
        limit = current_app.config["MAX_CONTENT_LENGTH"]
        return PayloadTooLarge(f"the body is larger than {limit} bytes ([server] body_limit_bytes)")
    return InvalidPayload(failure.description or failure.name)


async def _respond(failure: Exception) -> Response:
    rendered = render_error(as_gateway_error(failure), g.get("request_id", ""))
    return Response(
        rendered.body,
        status=rendered.status,
        content_type=rendered.content_type,
        headers=dict(rendered.headers),
    )
