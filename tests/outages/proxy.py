"""A wire between the gateway and PostgreSQL that can be cut at a chosen moment."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self
from urllib.parse import urlsplit

from pydantic import SecretStr

from gateway.config import Config
from tests.servers import free_port


def on_one_connection(config: Config, url: str | None = None) -> Config:
    """The same settings with a pool of one connection, to another server if one is given."""
    changes: dict[str, object] = {"pool_min": 1, "pool_max": 1}
    if url is not None:
        changes["url"] = SecretStr(url)
    return config.model_copy(update={"database": config.database.model_copy(update=changes)})


class Wire:
    """A TCP proxy on loopback; `cut_after` bytes it breaks once, in the middle of what passes."""

    def __init__(self, port: int) -> None:
        self.port = free_port()
        self.cut_after: int | None = None
        self.holds_back_ends = False
        self.refuses = False
        self.ended = asyncio.Event()
        self._server_port = port
        self._writers: set[asyncio.StreamWriter] = set()
        self._carriers: set[asyncio.Task[None]] = set()

    @classmethod
    @asynccontextmanager
    async def to_database(cls, config: Config) -> AsyncIterator[tuple[Self, Config]]:
        """A wire to the database of `config`, and the settings that lead through it."""
        url = urlsplit(config.database.url.get_secret_value())
        assert url.port
        wire = cls(url.port)
        server = await asyncio.start_server(wire._take, "127.0.0.1", wire.port)
        through = url._replace(netloc=f"{url.username}@127.0.0.1:{wire.port}")
        try:
            yield wire, on_one_connection(config, through.geturl())
        finally:
            server.close()
            wire.cut()
            await asyncio.gather(*wire._carriers)

    def cut(self) -> None:
        """Ends every connection at once."""
        self.holds_back_ends = False
        for writer in self._writers:
            writer.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refuses:
            writer.close()
            return
        beyond, back = await asyncio.open_connection("127.0.0.1", self._server_port)
        self._writers |= {writer, back}
        for source, sink in ((reader, back), (beyond, writer)):
            carrier = asyncio.create_task(self._carry(source, sink))
            self._carriers.add(carrier)

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                if self.cut_after is not None and len(data) > self.cut_after:
                    sink.write(data[: self.cut_after])
                    self.cut_after = None
                    self.cut()
                    return
                if self.cut_after is not None:
                    self.cut_after -= len(data)
                sink.write(data)
                await sink.drain()
        except ConnectionError:
            pass  # what a cut wire looks like from here
        self.ended.set()
        if not self.holds_back_ends:
            sink.close()
