"""Which addresses and URLs may be called, pure: the tables of the guard against SSRF."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from yarl import URL

from gateway.plugin.errors import PermanentFailure

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


def lies_in(address: str, networks: Sequence[Network]) -> bool:
    """Whether an address is within one of the networks; what is no address is in none."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False  # a proxy may name what is no address
    # How a listener on both families writes an IPv4 address (RFC 4291, 2.5.5.2).
    mapped = getattr(ip, "ipv4_mapped", None) or ip
    return any(mapped in network or ip in network for network in networks)


@lru_cache(10_000)
def is_allowed(address: str, ranges: tuple[str, ...]) -> bool:
    """Whether an address is within ranges that are written out; a request asks it again and again.

    Raises `ValueError` for what is no range.
    """
    return lies_in(address, [ipaddress.ip_network(one) for one in ranges])


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


def vetted_url(url: str, allow: Sequence[Network] = ()) -> URL:
    """A URL that may be called, as it is called. Raises `PermanentFailure` with what is wrong.

    Names are not resolved here: what they lead to is vetted whenever it is dialled.
    """
    target = _parsed(url)
    host = (target.raw_host or "").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        reason = refusal("127.0.0.1", allow)
    elif ":" in host or _NUMERIC_HOST.fullmatch(host):
        reason = refusal(host, allow)
    else:
        reason = None
    if reason is not None:
        raise PermanentFailure(f"{place_of(target)} is refused: {reason}")
    return target


def place_of(target: URL) -> str:
    """Host and port only: path and query of a webhook URL often hold its secret."""
    return str(target.host_port_subcomponent)


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
    if "@" in target.raw_authority:
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
