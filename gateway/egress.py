"""The one way out to user-given URLs: internal addresses are refused where they are dialled."""

import asyncio
import errno
import socket
import zlib
from collections.abc import Mapping, Sequence
from importlib.metadata import version

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from gateway.plugin.errors import PermanentFailure, TemporaryFailure
from gateway.plugin.parts import HttpResponse
from gateway.rules.addresses import Network, place_of, refusal, vetted_url

BODY_LIMIT_BYTES = 64 * 1024
CONNECTIONS = 1024
CONNECTIONS_PER_HOST = 256
# Below the 5 seconds after which Node.js and hypercorn close an idle connection: a POST is not
# repeated by aiohttp when the other side closes in that moment.
KEEP_ALIVE_SECONDS = 4.0
DNS_SECONDS = 10.0
"""How long an answer of a name server counts; what it leads to is vetted at each connection."""

_REFUSED_ERRNO = -1  # no errno of a system is negative, and it survives aiohttp's wrapping


class Egress:
    """The `HttpClient` of all parts: pooled connections, no redirects, cookies or proxies.

    `allow` opens ranges that are refused otherwise. Everything is created on the first request,
    inside the loop that makes it. `resolver` and `dns_seconds` say how names are resolved.
    """

    def __init__(
        self,
        allow: Sequence[Network] = (),
        *,
        resolver: AbstractResolver | None = None,
        dns_seconds: float = DNS_SECONDS,
    ) -> None:
        self._allow = tuple(allow)
        self._resolver = resolver
        self._dns_seconds = dns_seconds
        self._session: aiohttp.ClientSession | None = None
        self._headers = {
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "User-Agent": f"integration-gateway/{version('integration-gateway')}",
        }

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes,
        timeout_seconds: float,
    ) -> HttpResponse:
        """Makes one attempt; `timeout_seconds` covers name, connection and the whole answer."""
        target = vetted_url(url, self._allow)
        session = self._session or self._open()
        try:
            async with (
                asyncio.timeout(timeout_seconds),
                session.request(
                    method, target, headers=headers, data=body, allow_redirects=False
                ) as response,
            ):
                return HttpResponse(
                    status=response.status,
                    headers={name.lower(): value for name, value in response.headers.items()},
                    body=await _bounded_body(response),
                )
        except TimeoutError as late:
            message = (
                f"timeout: {place_of(target)} did not answer within {timeout_seconds:g} seconds"
            )
            raise TemporaryFailure(message) from late
        except (aiohttp.ClientError, ValueError) as error:
            raise _failure(error, target) from error

    def vet_url(self, url: str) -> None:
        """Returns for a URL that may be called; raises `PermanentFailure` with what is wrong.

        Names are not resolved here: what they lead to is vetted whenever it is dialled.
        """
        vetted_url(url, self._allow)

    async def aclose(self) -> None:
        """Closes the connections; the next request opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=CONNECTIONS,
            limit_per_host=CONNECTIONS_PER_HOST,
            keepalive_timeout=KEEP_ALIVE_SECONDS,
            resolver=self._resolver,
            ttl_dns_cache=self._dns_seconds,  # type: ignore[arg-type] # compared with a float
            socket_factory=self._socket,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            trust_env=False,
            # aiohttp would inflate 64 KiB of gzip to 64 MiB before the first byte can be counted.
            auto_decompress=False,
        )
        return self._session

    def _socket(self, info: aiohttp.AddrInfoType) -> socket.socket:
        """Vets what is dialled, whatever name, rebound name or literal led to it."""
        reason = refusal(str(info[4][0]), self._allow)
        if reason is not None:
            raise OSError(_REFUSED_ERRNO, reason)
        return socket.socket(info[0], info[1], info[2])


async def _bounded_body(response: aiohttp.ClientResponse) -> bytes:
    """At most 64 KiB of the decoded body; a connection with more to come is not used again."""
    chunks: list[bytes] = []
    missing = BODY_LIMIT_BYTES
    while missing and (chunk := await response.content.read(missing)):
        chunks.append(chunk)
        missing -= len(chunk)
    raw = b"".join(chunks)
    if not missing:
        response.close()
    if response.headers.get("Content-Encoding", "").lower() in {"gzip", "x-gzip", "deflate"}:
        return _inflated(raw)
    return raw


def _inflated(raw: bytes) -> bytes:
    """What a server compressed although it was asked not to, cut at the limit."""
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 32).decompress(raw, BODY_LIMIT_BYTES)
    except zlib.error:
        return raw


def _failure(error: Exception, target: URL) -> PermanentFailure | TemporaryFailure:
    place = place_of(target)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return TemporaryFailure(f"dns: the name of {place} cannot be resolved: {error.strerror}")
    if isinstance(error, aiohttp.ClientSSLError):
        return TemporaryFailure(f"tls: no secure connection to {place}: {error}")
    if isinstance(error, aiohttp.ClientConnectorError):
        if error.errno == _REFUSED_ERRNO:
            return PermanentFailure(f"{place} is refused: {error.strerror}")
        reason = errno.errorcode.get(error.errno or 0, "unreachable")
        return TemporaryFailure(f"connect: no connection to {place}: {reason}, {error.strerror}")
    if isinstance(error, ValueError):
        return PermanentFailure(f"the request to {place} cannot be sent: {error}")
    return TemporaryFailure(f"network: {place} broke off: {type(error).__name__}: {error}")
