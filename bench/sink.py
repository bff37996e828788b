"""The receiver of replies and events: it notes when each delivery came."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, NamedTuple, cast

from bench.client import clock
from gateway.plugin import REPLY

LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
TAKEN: Final = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
REFUSED: Final = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n"
SILENCE: Final = b""


class Delivery(NamedTuple):
    """One delivery that came in."""

    at: float
    event: str
    conversation_id: int
    message_ids: tuple[int, ...]
    """The messages that a reply answers, or that an event is about."""


@dataclass(slots=True)
class Sink:
    """What came so far; `told` is called after each delivery."""

    port: int = 0
    deliveries: list[Delivery] = field(default_factory=list)
    answered: int = 0
    """Messages that replies have answered."""
    events: int = 0
    refused: int = 0
    """Deliveries that were not answered with success, and are not among `deliveries`."""
    told: Callable[[], None] | None = None
    answer: Callable[[], bytes] = lambda: TAKEN

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/sink"

    def take(self, body: bytes) -> bytes:
        """Notes a delivery and answers it."""
        at, answer = clock(), self.answer()
        if answer is not TAKEN:
            self.refused += 1
            return answer
        envelope = json.loads(body)
        data = envelope["data"]
        answered = data.get("inReplyTo")
        if answered is None:
            self.events += 1
            about = data.get("sourceMessageId") or data.get("messageId")
            answered = [about] if about else []
        else:
            self.answered += len(answered)
        self.deliveries.append(
            Delivery(at, envelope["event"], data["conversationId"], tuple(answered))
        )
        if self.told is not None:
            self.told()
        return answer

    def replies(self) -> list[Delivery]:
        """The replies, in the order in which they came."""
        return [delivery for delivery in self.deliveries if delivery.event == REPLY]


class _Receiver(asyncio.Protocol):
    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclass of asyncio's.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        received = self._received + data if self._received else data
        while received:
            start = received.find(b"\r\n\r\n") + 4
            length = LENGTH.search(received, 0, start) if start >= 4 else None
            end = start + int(length[1]) if length else 0
            if length is None or len(received) < end:
                break
            self._transport.write(self._sink.take(received[start:end]))
            received = received[end:]
        self._received = received


@asynccontextmanager
async def open_sink() -> AsyncIterator[Sink]:
    """A sink that listens on a port of its own."""
    sink = Sink()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Receiver(sink), "127.0.0.1", 0, backlog=1024)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()
