"""Loopback servers for the way out, and an `Egress` that may call them."""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from gateway.egress import Egress
from gateway.plugin.errors import PermanentFailure, TemporaryFailure
from gateway.plugin.parts import HttpResponse

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
SECONDS = 10.0

Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture
async def egress() -> AsyncIterator[Egress]:
    """The way out as a test may use it: loopback is open, all else is as in production."""
    client = Egress(LOOPBACK)
    yield client
    await client.aclose()


@asynccontextmanager
async def http_server(answer: Answer, *, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """A web server on a free loopback port; yields its URL."""
    runner = web.ServerRunner(web.Server(answer), shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, host, 0)
    await site.start()
    try:
        yield f"http://{host}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def raw_server(talk: Talk) -> AsyncIterator[str]:
    """A server that says exactly what `talk` writes; yields its URL."""
    writers: list[asyncio.StreamWriter] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await talk(reader, writer)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for writer in writers:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


async def post(
    egress: Egress, url: str, *, timeout_seconds: float = SECONDS, body: bytes = b"{}"
) -> HttpResponse:
    headers = {"Content-Type": "application/json"}
    return await egress.request(
        "POST", url, headers=headers, body=body, timeout_seconds=timeout_seconds
    )


async def permanent_failure(egress: Egress, url: str) -> str:
    with pytest.raises(PermanentFailure) as failed:
        await post(egress, url)
    return failed.value.message


async def temporary_failure(egress: Egress, url: str, *, timeout_seconds: float = SECONDS) -> str:
    with pytest.raises(TemporaryFailure) as failed:
        await post(egress, url, timeout_seconds=timeout_seconds)
    before = failed.value.message.startswith(("dns:", "connect:", "tls:", "ours:"))
    assert failed.value.not_accepted == before, "proof that nothing was sent"
    return failed.value.message


class Names(AbstractResolver):
    """A name server that gives the next of its answers to each question, as rebinding ones do."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self.answers = list(answers)

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_INET,  # noqa: ARG002 - aiohttp's interface
    ) -> list[ResolveResult]:
        addresses = self.answers.pop(0)
        if not addresses:
            raise OSError(None, "name not known")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for address in addresses
        ]

    async def close(self) -> None:
        pass
