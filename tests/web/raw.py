"""HTTP as bytes on a socket, for what no client library would send."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from hypercorn.asyncio import serve

from gateway.runtime import Gateway
from gateway.web.app import create_app, hypercorn_settings
from tests.conftest import wait_for
from tests.servers import answers, free_port


@dataclass(frozen=True, slots=True)
class Answer:
    """A status line's number, the headers in lower case, and the body."""

    status: int
    headers: dict[str, str]
    body: bytes


@asynccontextmanager
async def served(gw: Gateway) -> AsyncIterator[int]:
    """The gateway behind the real server, on the port that is given."""
    port = free_port()
    settings = hypercorn_settings(gw.config)
    settings.bind = [f"127.0.0.1:{port}"]
    stop = asyncio.Event()
    server = asyncio.create_task(serve(create_app(gw), settings, shutdown_trigger=stop.wait))
    await wait_for(lambda: answers(port))
    yield port
    stop.set()
    await server


async def send(port: int, request: bytes) -> Answer:
    """Sends bytes and reads one answer; fails when none comes within five seconds."""
    async with asyncio.timeout(5):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            return Answer(int(lines[0].split()[1]), headers, body)
        finally:
            writer.close()


def post(path: str, body: bytes, *headers: str) -> bytes:
    """A POST as bytes."""
    lines = [f"POST {path} HTTP/1.1", "Host: gateway", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
