"""A load generator that costs a small part of what it measures."""

import asyncio
import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple, cast

from bench.posts import Post

LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
CLOSING: Final = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
BROKEN: Final = 0
"""The status of a request whose connection broke before it was answered."""

clock: Final = time.perf_counter


class Answer(NamedTuple):
    """How one request went."""

    post: Post
    status: int
    body: bytes
    sent_at: float
    at: float

    @property
    def seconds(self) -> float:
        """From the first byte out to the last byte in."""
        return self.at - self.sent_at


class Connection(asyncio.Protocol):
    """A keep-alive connection with one request under way at most; closed, it is dialled anew."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._transport: asyncio.Transport | None = None
        self._dialling: asyncio.Task[None] | None = None
        self._received = b""
        self._post: Post | None = None
        self._sent_at = 0.0
        self._answered: Callable[[Connection, Answer], None] = _nobody

    async def dial(self) -> None:
        """Opens the connection now, so that no request has to wait for it."""
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: self, "127.0.0.1", self._port)
        except OSError:
            self._finish(BROKEN, b"no connection")

    def send(self, post: Post, answered: "Callable[[Connection, Answer], None]") -> None:
        """Sends one request; `answered` is called once, whatever happens."""
        self._post, self._answered, self._sent_at = post, answered, clock()
        if self._transport is None:
            self._dialling = asyncio.get_running_loop().create_task(self.dial())
        else:
            self._transport.write(post.raw)

    def close(self) -> None:
        """Ends the connection."""
        transport, self._transport = self._transport, None
        if transport is not None:
            # Its end must not be taken for that of the connection that is dialled next.
            transport.set_protocol(asyncio.Protocol())
            transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports are no subclass of asyncio's.
        self._transport = cast(asyncio.Transport, transport)
        self._received = b""
        if self._post is not None:
            self._transport.write(self._post.raw)

    def data_received(self, data: bytes) -> None:
        received = self._received + data if self._received else data
        end = received.find(b"\r\n\r\n") + 4
        length = LENGTH.search(received, 0, end) if end >= 4 else None
        if length is None or len(received) < end + int(length[1]):
            self._received = received
            return
        self._received = b""
        if CLOSING.search(received, 0, end):
            self.close()
        self._finish(int(received[9:12]), received[end:])

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._finish(BROKEN, repr(exc).encode())

    def _finish(self, status: int, body: bytes) -> None:
        post, self._post = self._post, None
        if post is not None:
            self._answered(self, Answer(post, status, body, self._sent_at, clock()))


class Pump:
    """Keeps connections busy: each sends its next post when its last is answered.

    It ends with its source; `may_send` can hold it back until the next `push`.
    """

    def __init__(
        self,
        connections: Sequence[Connection],
        source: Iterator[Post],
        *,
        answered: Callable[[Answer], None],
        may_send: Callable[[], bool] = lambda: True,
    ) -> None:
        self._idle = deque(connections)
        self._size = len(connections)
        self._source = source
        self._may_send = may_send
        self._tell = answered
        self._all_idle = asyncio.Event()

    def push(self) -> None:
        """Sends as much as it may."""
        while self._idle and self._may_send():
            post = next(self._source, None)
            if post is None:
                break
            self._all_idle.clear()
            self._idle.popleft().send(post, self._answered)
        if len(self._idle) == self._size:
            self._all_idle.set()

    async def settled(self) -> None:
        """Returns once nothing is under way."""
        await self._all_idle.wait()

    def _answered(self, connection: Connection, answer: Answer) -> None:
        self._idle.append(connection)
        self._tell(answer)
        self.push()


async def connect(port: int, number: int) -> list[Connection]:
    """That many open connections to a local server."""
    connections = [Connection(port) for _ in range(number)]
    for connection in connections:
        await connection.dial()
    return connections


async def post_steadily(
    connections: Sequence[Connection],
    source: Iterator[Post],
    *,
    moments: Sequence[float],
    answered: Callable[[Answer], None],
) -> None:
    """Sends a post at each of the moments (seconds from now), however slow the answers are.

    A request that finds no idle connection waits for one, and its time counts from its moment.
    """
    idle, waiting = deque(connections), deque[tuple[Post, float]]()
    started, left = clock(), len(moments)
    done = asyncio.Event()

    def tell(due_at: float, connection: Connection, answer: Answer) -> None:
        nonlocal left
        left -= 1
        idle.append(connection)
        answered(answer._replace(sent_at=due_at))
        if waiting:
            post, since = waiting.popleft()
            send(post, since)
        if left == 0:
            done.set()

    def send(post: Post, due_at: float) -> None:
        idle.popleft().send(post, lambda connection, answer: tell(due_at, connection, answer))

    for moment in moments:
        await asyncio.sleep(max(0.0, started + moment - clock()))
        if idle:
            send(next(source), started + moment)
        else:
            waiting.append((next(source), started + moment))
    await done.wait()


def _nobody(_: Connection, answer: Answer) -> None:
    raise AssertionError(f"status {answer.status} came to a connection that had asked nothing")
