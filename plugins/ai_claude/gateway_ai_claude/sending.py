"""The SDK's requests, sent by the gateway's own client: it refuses addresses inside."""

import httpx2

from gateway.plugin import HttpClient

# The gateway's client says these itself.
OWN_HEADERS = frozenset({"accept-encoding", "connection", "content-length", "host"})
# The body has been decoded.
SPENT_HEADERS = frozenset({"connection", "content-encoding", "content-length", "transfer-encoding"})


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Hands each request to an `HttpClient`, whose failures come out as they are."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """One request, within the SDK's timeout."""
        response = await self._http.request(
            request.method,
            str(request.url),
            headers={name: value for name, value in request.headers.items() if _kept(name)},
            body=await request.aread(),
            timeout_seconds=request.extensions["timeout"]["read"],
        )
        spoken = {n: v for n, v in response.headers.items() if n not in SPENT_HEADERS}
        return httpx2.Response(response.status, headers=spoken, content=response.body)


def _kept(name: str) -> bool:
    return name.lower() not in OWN_HEADERS
