"""Where a request comes from, and what it is told of its quota."""

from collections.abc import Sequence

from quart import Request

from gateway.config import Server
from gateway.limits import Quota


def client_address(client: Sequence[object] | None, forwarded: str, *, hops: int) -> str:
    """The address that `hops` trusted proxies saw; without any, that of the ASGI client."""
    peer = str(client[0]) if client else "unknown"
    if not hops:
        return peer
    entries = [entry.strip() for entry in forwarded.split(",")]
    return entries[-hops] if len(entries) >= hops and entries[-hops] else peer


def address_of(request: Request, server: Server) -> str:
    """Where a request that Quart took comes from."""
    forwarded = ", ".join(request.headers.getlist("X-Forwarded-For"))
    return client_address(request.scope.get("client"), forwarded, hops=server.forwarded_hops)


def quota_headers(quota: Quota | None) -> dict[str, str]:
    """The rate-limit headers of an answer; none while nothing was counted."""
    if quota is None:
        return {}
    return {
        "X-RateLimit-Limit": str(quota.limit),
        "X-RateLimit-Remaining": str(quota.remaining),
        "X-RateLimit-Reset": str(quota.reset_at),
    }
