"""Pages of other origins that may call the API from a browser, as the settings say."""

from collections.abc import Sequence
from typing import Final

from quart import Quart, Response, request

PATHS: Final = ("/api/", "/trpc")
PREFLIGHT: Final = {
    "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Idempotency-Key, If-Match, "
    "Traceparent, Tracestate, X-Gateway-User, X-Request-Id",
    "Access-Control-Max-Age": "600",
}
EXPOSED: Final = (
    "ETag, Idempotent-Replayed, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, "
    "X-RateLimit-Reset, X-Request-Id"
)


def install_cors(app: Quart, origins: Sequence[str]) -> None:
    """Lets browsers show answers to pages of these origins; without any, to none."""
    if not origins:
        return

    def is_allowed() -> bool:
        origin = request.headers.get("Origin")
        return request.path.startswith(PATHS) and (
            origin in origins or bool(origin and "*" in origins)
        )

    @app.before_request
    async def preflight() -> Response | None:
        asks = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        return Response("", status=204, headers=PREFLIGHT) if asks and is_allowed() else None

    @app.after_request
    async def allow(response: Response) -> Response:
        response.vary.add("Origin")
        if is_allowed():
            response.headers["Access-Control-Allow-Origin"] = request.headers["Origin"]
            response.headers["Access-Control-Expose-Headers"] = EXPOSED
        return response
