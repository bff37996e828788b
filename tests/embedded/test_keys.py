"""`gateway up` takes a new key up while it runs."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.conftest import wait_for
from tests.embedded.conftest import ROOT
from tests.servers import answers, free_port
from tests.zygote import run_gateway

pytestmark = pytest.mark.timeout(120)


class Up:
    """A running `gateway up`, and what is typed beside it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.environment = {**os.environ, "GATEWAY_SERVER__PORT": str(self.port)}

    @contextmanager
    def running(self) -> Iterator[None]:
        """Until the block ends."""
        command = [sys.executable, "-m", "gateway", "up", "--data", str(self.data)]
        with (self.data.parent / "log").open("wb") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        try:
            yield
        finally:
            process.terminate()
            process.wait(40)

    def type(self, *words: str) -> str:
        """A command of `gateway keys` that succeeds; what it printed."""
        typed = ["keys", *words, "--data", str(self.data)]
        done = run_gateway(typed, env=self.environment, cwd=ROOT)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    async def asks(self, method: str, path: str, body: object = None, *, status: int = 200) -> Any:
        """A call of the API with the first token."""
        token = (self.data / "admin-token").read_text().strip()
        async with (
            aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session,
            session.request(method, f"http://127.0.0.1:{self.port}{path}", json=body) as response,
        ):
            answer = await response.json()
            assert response.status == status, answer
            return answer

    async def create(self) -> str:
        """A new webhook that takes everything; the path of its URL."""
        body = {
            "channelType": "custom_webhook",
            "channelName": "Site",
            "providerConfig": {"authType": "none"},
        }
        record = await self.asks("POST", "/api/v1/webhooks", body, status=201)
        return "/api/" + str(record["webhookUrl"]).partition("/api/")[2]


async def test_a_new_key_needs_no_restart(folder: Path) -> None:
    up = Up(folder / "data")
    with up.running():
        await wait_for(lambda: answers(up.port), within_seconds=60)
        path = await up.create()

        assert "takes it up by itself" in up.type("add")
        assert "re-encrypted 1 webhooks with k2; 0 left" in up.type("rotate")
        await up.asks("POST", path, {"content": "Hello"})
        up.type("remove", "k1")
        path = await up.create()
        await up.asks("POST", path, {"content": "Hello"})

        [line] = up.type("list").splitlines()
        assert line.split("\t")[:2] == ["k2", "encrypts"]
    with up.running():
        await wait_for(lambda: answers(up.port), within_seconds=60)
        await up.asks("POST", path, {"content": "Hello"})
