"""The SDK's requests, sent by the gateway's own client: it refuses addresses inside."""

import httpx2

from gateway.plugin import HttpClient
from gateway.plugin.assistant import relayed


class GuardedTransport(httpx2.AsyncBaseTransport):
    """Hands each request to an `HttpClient`, whose failures come out as they are."""

    def __init__(self, http: HttpClient) -> None:
        self._http = http

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """One request, within the SDK's timeout."""
        answer = await relayed(self._http, request)
        return httpx2.Response(answer.status, headers=answer.headers, content=answer.body)
