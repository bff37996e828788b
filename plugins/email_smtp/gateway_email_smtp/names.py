"""Questions to DNS, answered or not: what a mail domain publishes about itself."""

from collections.abc import Iterable, Sequence
from typing import Final, cast

import dns.asyncresolver
import dns.exception
import dns.name
import dns.nameserver
import dns.rdata
import dns.resolver
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT

from gateway.plugin import TemporaryFailure

_NOTHING: Final = (
    dns.resolver.NXDOMAIN,
    dns.resolver.NoAnswer,
    dns.name.EmptyLabel,
    dns.name.LabelTooLong,
    dns.name.NameTooLong,
)
"""No such name, no such record, or nothing that could be a name."""
SECONDS: Final = 5.0
"""How long one question may take, over all name servers."""


class Names:
    """Asks the name servers of this machine, or those that it is given as (address, port).

    A name that does not exist has no records. Raises `TemporaryFailure` when nobody answers.
    """

    def __init__(
        self, servers: Sequence[tuple[str, int]] = (), *, seconds: float = SECONDS
    ) -> None:
        self.servers = tuple(servers)
        self._seconds = seconds

    async def txt(self, name: str) -> list[str]:
        """The TXT records of a name, the pieces of each put together."""
        return [
            b"".join(record.strings).decode("utf-8", "replace")
            for record in cast(Iterable[TXT], await self._ask(name, "TXT"))
        ]

    async def mx(self, name: str) -> list[tuple[int, str]]:
        """The mail servers of a domain with their preferences, best first."""
        found = cast(Iterable[MX], await self._ask(name, "MX"))
        return sorted((r.preference, r.exchange.to_text(omit_final_dot=True)) for r in found)

    async def _ask(self, name: str, kind: str) -> Sequence[dns.rdata.Rdata]:
        try:
            answer = await self._resolver().resolve(
                name, kind, lifetime=self._seconds, search=False
            )
        except _NOTHING:
            return ()
        except (dns.exception.DNSException, OSError) as error:
            raise TemporaryFailure(f"dns: nobody answers for {name}: {error}") from error
        return list(answer)

    def _resolver(self) -> dns.asyncresolver.Resolver:
        if not self.servers:
            return dns.asyncresolver.Resolver()
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers = [
            dns.nameserver.Do53Nameserver(address, port) for address, port in self.servers
        ]
        return resolver
