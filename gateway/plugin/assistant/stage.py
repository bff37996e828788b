"""What a fake of a provider stands on, for tests and trials: a server, a script, a way there.

It needs aiohttp, which comes with the gateway; nothing imports it but fakes and tests.
"""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import aiohttp
from aiohttp import web

from gateway.plugin.errors import TemporaryFailure
from gateway.plugin.parts import BODY_LIMIT_BYTES, HttpResponse

Json = dict[str, Any]


@dataclass(slots=True)
class FakeServer(ABC):
    """A provider's API at `url`; each request takes the next scene of `script`, then `normal`.

    `requests` are the bodies that were accepted.
    """

    PATH: ClassVar[str]
    """Where requests are posted."""
    BASE: ClassVar[str] = ""
    """What `url` ends in."""
    SCENES: ClassVar[frozenset[str]]
    """The scenes that it can play."""

    script: list[str] = field(default_factory=list)
    requests: list[Json] = field(default_factory=list)
    slow_seconds: float = 60.0
    url: str = ""
    _closing: asyncio.Event = field(default_factory=asyncio.Event)

    @abstractmethod
    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One request."""

    @classmethod
    @asynccontextmanager
    async def open(cls, *script: str) -> AsyncIterator[Self]:
        """A fake that listens on a free port of this machine."""
        fake = cls(script=list(script))
        runner = web.AppRunner(fake.app(), access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        fake.url = site.name + cls.BASE
        try:
            yield fake
        finally:
            fake._closing.set()
            await runner.cleanup()

    def app(self) -> web.Application:
        """The API as an application."""
        app = web.Application()
        app.router.add_post(self.PATH, self.answer)
        return app

    def next_scene(self) -> str:
        """What is to be played now. Raises `ValueError` for a scene that nobody knows."""
        scene = self.script.pop(0) if self.script else "normal"
        if scene not in self.SCENES:
            raise ValueError(f"no scene {scene!r}; there are {sorted(self.SCENES)}")
        return scene

    async def pause(self) -> None:
        """Keeps a caller waiting, until the time is over or the fake closes."""
        try:
            await asyncio.wait_for(self._closing.wait(), self.slow_seconds)
        except TimeoutError:
            return


async def broken_off(request: web.Request, answer: Json) -> web.StreamResponse:
    """An answer whose connection dies in its middle."""
    whole = json.dumps(answer).encode()
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    response.content_length = len(whole)
    await response.prepare(request)
    await response.write(whole[: len(whole) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


async def streamed(request: web.Request, lines: Iterable[str]) -> web.StreamResponse:
    """An answer as server-sent events, each of them given with its field names."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(request)
    for line in lines:
        await response.write(f"{line}\n\n".encode())
    return response


@dataclass(slots=True)
class LoopbackHttp:
    """The gateway's `HttpClient` without its guard, for parts that are to reach a fake."""

    session: aiohttp.ClientSession

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Self]:
        """A client for one test."""
        async with aiohttp.ClientSession() as session:
            yield cls(session)

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
        """One request; an answer that breaks off is a temporary failure, as in the gateway."""
        try:
            async with (
                asyncio.timeout(timeout_seconds),
                self.session.request(
                    method, url, headers=headers, data=body, allow_redirects=False
                ) as response,
            ):
                spoken = {name.lower(): value for name, value in response.headers.items()}
                return HttpResponse(
                    status=response.status,
                    headers=spoken,
                    body=(await response.read())[:limit_bytes],
                )
        except aiohttp.ClientError as error:
            raise TemporaryFailure(f"network: {error}") from error
