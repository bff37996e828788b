"""The one way out to user-given URLs: internal addresses are refused where they are dialled."""

import asyncio
import errno
import ipaddress
import re
import socket
import zlib
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from gateway.plugin.errors import PermanentFailure, TemporaryFailure
from gateway.plugin.parts import HttpResponse

BODY_LIMIT_BYTES = 64 * 1024
CONNECTIONS = 1024
CONNECTIONS_PER_HOST = 256
# Below the 5 seconds after which Node.js and hypercorn close an idle connection: a POST is not
# repeated by aiohttp when the other side closes in that moment.
KEEP_ALIVE_SECONDS = 4.0

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Own tables, because `ipaddress.is_global` is True for NAT64, 6to4, multicast and more
# (CPython before 3.13). IANA special-purpose registries of 2026-08, and one address of a cloud.
REFUSED_IPV4: Mapping[IPv4Network, str] = {
    IPv4Network("0.0.0.0/8"): "this host",
    IPv4Network("10.0.0.0/8"): "private network",
    IPv4Network("100.64.0.0/10"): "carrier-grade NAT",
    IPv4Network("127.0.0.0/8"): "loopback",
    IPv4Network("168.63.129.16/32"): "Azure platform service",
    IPv4Network("169.254.0.0/16"): "link-local, cloud metadata",
    IPv4Network("172.16.0.0/12"): "private network",
    IPv4Network("192.0.0.0/24"): "protocol assignments",
    IPv4Network("192.0.2.0/24"): "documentation",
    IPv4Network("192.88.99.0/24"): "6to4 relay",
    IPv4Network("192.168.0.0/16"): "private network",
    IPv4Network("198.18.0.0/15"): "benchmarking",
    IPv4Network("198.51.100.0/24"): "documentation",
    IPv4Network("203.0.113.0/24"): "documentation",
    IPv4Network("224.0.0.0/4"): "multicast",
    IPv4Network("240.0.0.0/4"): "reserved, broadcast",
}
GLOBAL_IPV6 = IPv6Network("2000::/3")
REFUSED_IPV6: Mapping[IPv6Network, str] = {
    IPv6Network("::1/128"): "loopback",
    IPv6Network("64:ff9b:1::/48"): "local NAT64",
    IPv6Network("2001::/23"): "protocol assignments, Teredo",
    IPv6Network("2001:db8::/32"): "documentation",
    IPv6Network("2002::/16"): "6to4",
    IPv6Network("3fff::/20"): "documentation",
    IPv6Network("fc00::/7"): "private network",
    IPv6Network("fe80::/10"): "link-local",
    IPv6Network("fec0::/10"): "site-local",
    IPv6Network("ff00::/8"): "multicast",
}
NAT64 = IPv6Network("64:ff9b::/96")
ISATAP_MARKERS = (0x0000_5EFE, 0x0200_5EFE)

# Services that act on lines they find in an HTTP request, or that no webhook listens on.
REFUSED_PORTS = frozenset(
    {0, 22, 23, 25, 110, 143, 389, 445, 465, 587, 636, 993, 995}
    | {1433, 1521, 2375, 2379, 3306, 3389, 5432, 6379, 11211, 27017}
)

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST = re.compile(
    rf"(?=.{{1,253}}$)(?:{_LABEL}(?:\.{_LABEL})*\.?|[0-9a-f]*:[0-9a-f:.]+)", re.IGNORECASE
)
# What inet_aton takes for an address and RFC 3986 does not: 127.1, 2130706433, 0x7f.1, 0177.0.0.1.
_NUMERIC_HOST = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
_REFUSED_ERRNO = -1  # no errno of a system is negative, and it survives aiohttp's wrapping


def refusal(address: str, allow: Sequence[Network] = ()) -> str | None:
    """Why `address` must not be dialled, or None; an IPv4 address inside an IPv6 one is judged."""
    try:
        parsed = _unwrapped(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return f"{address} is not an IP address"
    if any(parsed in network for network in allow):
        return None
    reason = _ipv4_reason(parsed) if isinstance(parsed, IPv4Address) else _ipv6_reason(parsed)
    if reason is None:
        return None
    return (
        f"{parsed} is not on the public internet ({reason}): to allow it, an operator adds its "
        "range to [egress] allow"
    )


class Egress:
    """The `HttpClient` of all parts: pooled connections, no redirects, cookies or proxies.

    `allow` opens ranges that are refused otherwise. Everything is created on the first request,
    inside the loop that makes it.
    """

    def __init__(
        self, allow: Sequence[Network] = (), *, resolver: AbstractResolver | None = None
    ) -> None:
        self._allow = tuple(allow)
        self._resolver = resolver
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
        target = self._vetted(url)
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
            message = f"timeout: {_place(target)} did not answer within {timeout_seconds:g} seconds"
            raise TemporaryFailure(message) from late
        except (aiohttp.ClientError, ValueError) as error:
            raise _failure(error, target) from error

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

    def _vetted(self, url: str) -> URL:
        target = _parsed(url)
        host = (target.raw_host or "").rstrip(".").lower()
        if host == "localhost" or host.endswith(".localhost"):
            reason = refusal("127.0.0.1", self._allow)
        elif ":" in host or _NUMERIC_HOST.fullmatch(host):
            reason = refusal(host, self._allow)
        else:
            reason = None
        if reason is not None:
            raise PermanentFailure(f"{_place(target)} is refused: {reason}")
        return target

    def _open(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=CONNECTIONS,
            limit_per_host=CONNECTIONS_PER_HOST,
            keepalive_timeout=KEEP_ALIVE_SECONDS,
            resolver=self._resolver,
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


def _parsed(url: str) -> URL:
    if not url.isprintable() or " " in url:
        raise PermanentFailure("the URL must not hold spaces or control characters: encode them")
    try:
        # A URL that is ASCII is called as it is written: yarl would turn %2C into a comma.
        target = URL(url, encoded=url.isascii())
        port = target.port
    except ValueError as error:
        raise PermanentFailure(f"the URL cannot be read: {error}") from error
    if target.scheme not in {"http", "https"} or not _HOST.fullmatch(target.raw_host or ""):
        raise PermanentFailure("the URL must begin with https:// or http:// and name a valid host")
    if target.raw_user is not None or target.raw_password is not None:
        raise PermanentFailure(
            "the URL must not hold a user name or password: send credentials in a header"
        )
    if port in REFUSED_PORTS:
        raise PermanentFailure(f"port {port} is refused: let the receiver listen on another one")
    return target


def _unwrapped(address: Address) -> Address:
    """The IPv4 address that a packet to this one reaches, where the two are the same host."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    embedded = IPv4Address(int(address) & 0xFFFF_FFFF)
    isatap = (int(address) >> 32) & 0xFFFF_FFFF in ISATAP_MARKERS
    if address in NAT64 or (isatap and _ipv4_reason(embedded) is not None):
        return embedded
    return address


def _ipv4_reason(address: IPv4Address) -> str | None:
    return next((why for network, why in REFUSED_IPV4.items() if address in network), None)


def _ipv6_reason(address: IPv6Address) -> str | None:
    reason = next((why for network, why in REFUSED_IPV6.items() if address in network), None)
    return reason or (None if address in GLOBAL_IPV6 else "not global unicast")


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
    place = _place(target)
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


def _place(target: URL) -> str:
    """Host and port only: path and query of a webhook URL often hold its secret."""
    return str(target.host_port_subcomponent)
