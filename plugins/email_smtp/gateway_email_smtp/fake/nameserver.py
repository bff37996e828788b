"""A name server on a UDP port of this machine."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from gateway_email_smtp.names import Names

Records = Mapping[tuple[str, str], Sequence[str]]
"""By name and type, such as ("example.org", "MX"), what zone files say: `10 mx.example.org.`."""


class FakeNameServer(asyncio.DatagramProtocol):
    """Answers from `records`; `asked` are the questions. A name in `silent` gets no answer."""

    def __init__(self, records: Records) -> None:
        self.records = dict(records)
        self.asked: list[tuple[str, str]] = []
        self.silent: set[str] = set()
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls, records: Records) -> "AsyncIterator[tuple[FakeNameServer, Names]]":
        """A server on a free port, and names that ask it."""
        loop = asyncio.get_running_loop()
        transport, fake = await loop.create_datagram_endpoint(
            lambda: cls(records), local_addr=("127.0.0.1", 0)
        )
        address, port = transport.get_extra_info("sockname")[:2]
        try:
            yield fake, Names([(address, port)])
        finally:
            transport.close()
            await asyncio.sleep(0)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The port is open."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """One question."""
        query = dns.message.from_wire(data)
        [question] = query.question
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        if name in self.silent or self._transport is None:
            return
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        found = self.records.get((name, kind))
        if found:
            response.answer.append(
                dns.rrset.from_text_list(question.name, 60, "IN", kind, list(found))
            )
        elif not any(known == name for known, _ in self.records):
            response.set_rcode(dns.rcode.NXDOMAIN)
        self._transport.sendto(response.to_wire(), addr)


def txt(text: str) -> str:
    """A text as a TXT record of a zone file, in pieces of at most 255 characters."""
    pieces = [text[at : at + 255] for at in range(0, len(text), 255)] or [""]
    return " ".join(f'"{piece}"' for piece in pieces)
