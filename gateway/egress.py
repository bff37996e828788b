"""The one way out to user-given URLs: internal addresses are refused where they are dialled."""

import asyncio
import errno
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache, partial
from importlib.metadata import version
from time import perf_counter
from typing import Final

import aiohttp
from aiohappyeyeballs import AddrInfoType, start_connection
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler
from aiohttp.tracing import Trace
from yarl import URL

from gateway.bodies import bounded_body
from gateway.plugin.errors import PermanentFailure, TemporaryFailure
from gateway.plugin.parts import BODY_LIMIT_BYTES, HttpResponse
from gateway.rules.addresses import Network, place_of, refusal, vetted_url
from gateway.rules.exchanges import Call, Timing, header_text
from gateway.rules.failures import OUR_BUG, is_local_fault
from gateway.spans import Spans
from gateway.tracing import outgoing

CONNECTIONS = 1024
CONNECTIONS_PER_HOST = 256
# Below the 5 seconds after which Node.js and hypercorn close an idle connection: a POST is not
# repeated by aiohttp when the other side closes in that moment.
KEEP_ALIVE_SECONDS = 4.0
VETTED_URLS = 1024
"""URLs whose form is known to be good; what they lead to is vetted each time."""
NEXT_ADDRESS_SECONDS: Final = 0.25
"""How long an address of a name is dialled before the next is dialled as well (RFC 8305)."""
DNS_SECONDS = 10.0
"""How long an answer of a name server counts; what it leads to is vetted at each connection."""

# Parts are shared by all attempts of a channel, and get no argument to hand on: what an attempt
# called, and the steps of the call under way, are known by the task that makes it.
_WITNESS: Final[ContextVar[list[Call] | None]] = ContextVar("witness", default=None)
_STEPS: Final[ContextVar["_Steps | None"]] = ContextVar("steps", default=None)

_OWN_RESOLVER: Final = (socket.EAI_SYSTEM, socket.EAI_MEMORY)
"""Codes of a resolver that could not even ask."""
_REFUSED_ERRNO = -1  # no errno of a system is negative, and it survives aiohttp's wrapping


@contextmanager
def witnessed() -> Iterator[list[Call]]:
    """The calls that are made inside the block, in the order in which they end."""
    calls: list[Call] = []
    token = _WITNESS.set(calls)
    try:
        yield calls
    finally:
        _WITNESS.reset(token)


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
        spans: Spans | None = None,
    ) -> None:
        self._spans = spans or Spans()
        self._allow = tuple(allow)
        self._vetted = lru_cache(VETTED_URLS)(partial(vetted_url, allow=self._allow))
        self._resolver = resolver
        self._dns_seconds = dns_seconds
        self._session: aiohttp.ClientSession | None = None
        self._headers = {
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "User-Agent": f"integration-gateway/{version('integration-gateway')}",
        }

    async def request(  # noqa: PLR0913 # as `HttpClient` has it
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes,
        timeout_seconds: float,
        limit_bytes: int = BODY_LIMIT_BYTES,
    ) -> HttpResponse:
        """Makes one attempt; `timeout_seconds` covers name, connection and the whole answer."""
        with self._spans.within(method, "client"):
            self._spans.note(http__request__method=method)
            sent = outgoing(headers)
            response = await self._request(
                method, url, sent, body, timeout_seconds=timeout_seconds, limit_bytes=limit_bytes
            )
            self._spans.note(http__response__status_code=response.status)
            return response

    async def _request(  # noqa: PLR0913 # as above
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        timeout_seconds: float,
        limit_bytes: int,
    ) -> HttpResponse:
        target = self._vetted(url)
        self._spans.note(server__address=target.host, server__port=target.port)
        steps = _Steps()
        response: HttpResponse | None = None
        token = _STEPS.set(steps)
        try:
            async with asyncio.timeout(timeout_seconds):
                response = await self._exchange(method, target, headers, body, limit_bytes)
                return response
        except TimeoutError as late:
            message = (
                f"timeout: {place_of(target)} did not answer within {timeout_seconds:g} seconds"
            )
            raise TemporaryFailure(message, not_accepted=steps.is_dialling) from late
        except (aiohttp.ClientError, ValueError) as error:
            raise _failure(error, target, steps.address) from error
        finally:
            _STEPS.reset(token)
            if (witness := _WITNESS.get()) is not None:
                sent = {**self._headers, **headers}
                witness.append(steps.call(method, url, sent, response))

    async def _exchange(
        self, method: str, target: URL, headers: Mapping[str, str], body: bytes, limit: int
    ) -> HttpResponse:
        session = self._session or self._open()
        async with session.request(
            method, target, headers=headers, data=body, allow_redirects=False
        ) as response:
            steps = _STEPS.get()
            if steps is not None:
                steps.answered()
            return HttpResponse(
                status=response.status,
                headers={
                    name.lower(): header_text(value) for name, value in response.headers.items()
                },
                body=await bounded_body(response, limit),
            )

    async def dial(self, host: str, port: int, *, timeout_seconds: float) -> socket.socket:
        """The `Dialler` of all parts: a connection to the first address that answers."""
        place = f"{host}:{port}"
        try:
            async with asyncio.timeout(timeout_seconds):
                return await self._dialled(host, port)
        except TimeoutError as late:
            message = f"timeout: {place} did not answer within {timeout_seconds:g} seconds"
            raise TemporaryFailure(message, not_accepted=True) from late
        except (socket.gaierror, UnicodeError) as error:
            message = f"dns: the name of {place} cannot be resolved: {error}"
            raise TemporaryFailure(message, not_accepted=True) from error
        except OSError as error:
            if error.errno == _REFUSED_ERRNO:
                message = f"{place} is refused: {error.strerror}"
                raise PermanentFailure(message, not_accepted=True) from error
            message = f"connect: no connection to {place}: {error.strerror or error}"
            raise TemporaryFailure(message, not_accepted=True) from error

    async def _dialled(self, host: str, port: int) -> socket.socket:
        problem: OSError = socket.gaierror(socket.EAI_NONAME, "it has no address")
        vetted = []
        for info in await self._addresses(host, port):
            reason = refusal(str(info[4][0]), self._allow)
            if reason is None:
                vetted.append(info)
            else:
                problem = OSError(_REFUSED_ERRNO, reason)
        if not vetted:
            raise problem
        return await start_connection(vetted, happy_eyeballs_delay=NEXT_ADDRESS_SECONDS)

    async def _addresses(self, host: str, port: int) -> Sequence[AddrInfoType]:
        if self._resolver is None:
            loop = asyncio.get_running_loop()
            return await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found = await self._resolver.resolve(host, port, socket.AF_UNSPEC)
        return [
            (one["family"], socket.SOCK_STREAM, one["proto"], "", (one["host"], one["port"]))
            for one in found
        ]

    def vet_url(self, url: str) -> None:
        """Returns for a URL that may be called; raises `PermanentFailure` with what is wrong.

        Names are not resolved here: what they lead to is vetted whenever it is dialled.
        """
        self._vetted(url)

    async def aclose(self) -> None:
        """Closes the connections; the next request opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _open(self) -> aiohttp.ClientSession:
        connector = _TimedConnector(
            limit=CONNECTIONS,
            limit_per_host=CONNECTIONS_PER_HOST,
            keepalive_timeout=KEEP_ALIVE_SECONDS,
            happy_eyeballs_delay=NEXT_ADDRESS_SECONDS,
            resolver=_TimedResolver(self._resolver or aiohttp.DefaultResolver()),
            ttl_dns_cache=self._dns_seconds,  # type: ignore[arg-type] # compared with a float
            socket_factory=self._socket,
            ssl=_tls_context(),
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
        if (steps := _STEPS.get()) is not None:
            steps.address = str(info[4][0])
        return socket.socket(info[0], info[1], info[2])


class _Steps:
    """The clock of one call: what has been over for how long when the next step begins."""

    def __init__(self) -> None:
        self._started = perf_counter()
        self._step = self._started
        self.timing = Timing(is_reused=True)
        self.address: str | None = None

    @property
    def is_dialling(self) -> bool:
        """Whether a new connection does not stand yet: then nothing has been sent."""
        return not self.timing.is_reused and self.timing.connect is None

    def begin(self) -> None:
        """A step of a new connection begins."""
        self.timing.is_reused = False
        self._step = perf_counter()

    def resolved(self) -> None:
        """The name is resolved; its addresses are dialled next."""
        self.timing.dns = self._end()

    def dialled(self) -> None:
        """The TCP connection stands; TLS begins on it."""
        self.timing.connect = self._end()

    def answered(self) -> None:
        """The head of the answer is here."""
        self.timing.first_byte = perf_counter() - self._started

    def connected(self) -> None:
        """The connection stands: its last step was the TCP one, unless TLS had begun."""
        if self.timing.connect is None:
            self.timing.connect = self._end()
        else:
            self.timing.tls = self._end()

    def call(
        self, method: str, url: str, headers: Mapping[str, str], response: HttpResponse | None
    ) -> Call:
        """The call, over now."""
        self.timing.total = perf_counter() - self._started
        return Call(
            method=method,
            url=url,
            headers=headers,
            address=self.address,
            timing=self.timing,
            response=response,
        )

    def _end(self) -> float:
        before, self._step = self._step, perf_counter()
        return self._step - before


class _TimedResolver(AbstractResolver):
    """A resolver that tells the call under way how long it took."""

    def __init__(self, resolver: AbstractResolver) -> None:
        self._resolver = resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """As the resolver that it was given."""
        steps = _STEPS.get()
        if steps is not None:
            steps.begin()
        found = await self._resolver.resolve(host, port, family)
        if steps is not None:
            steps.resolved()
        return found

    async def close(self) -> None:
        """Closes the resolver that it was given."""
        await self._resolver.close()


class _TimedConnector(aiohttp.TCPConnector):
    """A connector that tells the call under way how long its connection took.

    aiohttp's own tracing would cost every call a tenth of its time, also those that find a
    connection open.
    """

    async def _create_connection(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 # aiohttp's own
    ) -> ResponseHandler:
        steps = _STEPS.get()
        if steps is not None:
            steps.begin()
        connection = await super()._create_connection(req, traces, timeout)
        if steps is not None:
            steps.connected()
            # Of several addresses that were dialled side by side, the one that answered.
            peer = connection.transport and connection.transport.get_extra_info("peername")
            steps.address = str(peer[0]) if peer else steps.address
        return connection


class _TimedContext(ssl.SSLContext):
    """TLS as by default; it begins when asyncio asks for the two ends of the tunnel."""

    def wrap_bio(self, *args: object, **kwargs: object) -> ssl.SSLObject:
        """As `SSLContext.wrap_bio`."""
        steps = _STEPS.get()
        if steps is not None:
            steps.dialled()
        return super().wrap_bio(*args, **kwargs)  # type: ignore[arg-type] # handed on as given


@cache
def _tls_context() -> ssl.SSLContext:
    context = _TimedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_default_certs()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _failure(
    error: Exception, target: URL, address: str | None
) -> PermanentFailure | TemporaryFailure:
    place = place_of(target)
    if isinstance(error, aiohttp.ClientSSLError):
        message = f"tls: no secure connection to {place}: {error}"
        return TemporaryFailure(message, not_accepted=True)
    if isinstance(error, aiohttp.ClientConnectorError):
        return _unconnected(error, place, address)
    if isinstance(error, ValueError):
        return PermanentFailure(f"the request to {place} cannot be sent: {error}")
    return TemporaryFailure(f"network: {place} broke off: {type(error).__name__}: {error}")


def _unconnected(
    error: aiohttp.ClientConnectorError, place: str, address: str | None
) -> PermanentFailure | TemporaryFailure:
    """Why nothing was sent at all: the name, the connection, or something on our own side."""
    is_dns = isinstance(error, aiohttp.ClientConnectorDNSError)
    if error.errno == _REFUSED_ERRNO and not is_dns:
        return PermanentFailure(f"{place} is refused: {error.strerror}", not_accepted=True)
    code = errno.errorcode.get(error.errno or 0, "unreachable")
    if is_dns and error.errno not in _OWN_RESOLVER:
        message = f"dns: the name of {place} cannot be resolved: {error.strerror}"
    elif is_dns or is_local_fault(error.errno, address=address):
        message = f"{OUR_BUG}: no connection to {place} can be made from here: {error.strerror}"
    else:
        message = f"connect: no connection to {place}: {code}, {error.strerror}"
    return TemporaryFailure(message, not_accepted=True)
