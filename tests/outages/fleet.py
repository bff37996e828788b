"""The product as it runs: four processes, any of which can be killed and started again."""

import asyncio
import hashlib
import hmac
import json
import os
import signal
import subprocess
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import aiohttp
import redis.asyncio as redis_client
from aiohttp import web

from gateway import store
from gateway.config import Config
from gateway.vault import new_key_ring
from gateway.web.auth import issue_token
from tests.conftest import wait_for
from tests.servers import answers, copy_cluster, free_port, postgres, valkey, wait_until
from tests.zygote import Running, run_gateway, start_gateway

MESSAGES = 240
SENDERS = 24
AT_A_TIME = 8
PATIENCE_SECONDS = 45.0
COMMANDS = {"web": "serve", "worker": "worker"}
BUGS = ("request.crashed", "stage.failed", "plugin.failed")
LAST_LINES = 40


@dataclass
class Sink:
    """The user's endpoint: what came, by message id and by event id."""

    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    repeated: int = 0
    requests: Counter[str] = field(default_factory=Counter)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        """One delivery."""
        event = await request.json()
        self.requests[request.headers["webhook-id"]] += 1
        await self.gate.wait()
        if event["id"] in self.events:
            self.repeated += 1
        self.events[event["id"]] = event
        return web.Response()

    def __post_init__(self) -> None:
        """It answers at once, until somebody closes the gate."""
        self.gate.set()

    def answers_per_message(self) -> Counter[int]:
        """How many different replies speak of each message."""
        replies = [e["data"] for e in self.events.values() if e["event"] == "message.reply"]
        return Counter(id_ for reply in replies for id_ in reply["inReplyTo"])

    def order_per_conversation(self) -> dict[int, list[int]]:
        """The message ids of each conversation in the order in which they were answered."""
        order: dict[int, list[int]] = {}
        for event in self.events.values():
            if event["event"] == "message.reply":
                order.setdefault(event["data"]["conversationId"], []).extend(
                    event["data"]["inReplyTo"]
                )
        return order


class Fleet:
    """PostgreSQL, Valkey, one web process and one worker, each killable by name."""

    def __init__(self, folder: Path, sink_url: str, *, messages: int, senders: int) -> None:
        self.folder = folder
        self.sink_url = sink_url
        self.messages = messages
        self.senders = senders
        self.ports = {name: free_port() for name in ("postgres", "valkey", "web")}
        self.processes: dict[str, Running] = {}
        self._stacks = {name: ExitStack() for name in ("postgres", "valkey", "web", "worker")}
        self.keys = new_key_ring()
        self.accepted: dict[str, int] = {}
        self._secret = ""
        self._path = ""
        self._token = ""

    @classmethod
    @asynccontextmanager
    async def open(
        cls, folder: Path, *, messages: int = MESSAGES, senders: int = SENDERS
    ) -> AsyncIterator[tuple[Self, Sink]]:
        """All four processes up, a channel created, and a sink that listens."""
        sink = Sink()
        app = web.Application()
        app.router.add_post("/", sink.take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        fleet = cls(folder, f"{site.name}/", messages=messages, senders=senders)
        try:
            # Only the web process is waited for, so that the worker starts beside it.
            for name in ("postgres", "valkey", "worker", "web"):
                await asyncio.to_thread(fleet.start, name)
            await fleet._create_channel()
            yield fleet, sink
        except BaseException as failure:
            failure.add_note(fleet.told())
            raise
        finally:
            for name in ("web", "worker", "valkey", "postgres"):
                await asyncio.to_thread(fleet._stacks[name].close)
            await runner.cleanup()

    def start(self, name: str) -> None:
        """Starts a process on the data that an earlier one left."""
        stack = self._stacks[name] = ExitStack()
        if name == "postgres":
            data = self.folder / name
            if not data.exists():
                copy_cluster(Path(os.environ["GATEWAY_TEST_SERVERS"]) / "migrated", data)
            server: Running = stack.enter_context(postgres(data, self.ports[name]))
        elif name == "valkey":
            data = self.folder / name
            data.mkdir(exist_ok=True)
            server = stack.enter_context(valkey(self.ports[name], data))
        else:
            server = self._start_gateway(COMMANDS[name])
            stack.callback(_end, server)
            if name == "web":
                wait_until(lambda: answers(self.ports["web"]))
        self.processes[name] = server

    def stop(self, name: str) -> None:
        """SIGTERM, and its end."""
        self._stacks[name].close()

    def type(self, *words: str) -> tuple[int, str]:
        """A command of `gateway`: its exit code and what it printed."""
        done = run_gateway(words, env=self._environment, cwd=self.folder)
        return done.returncode, done.stdout + done.stderr

    def kill(self, name: str) -> None:
        """SIGKILL, to this one process that the test started."""
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes[name].wait()
        self._stacks[name].close()

    def told(self) -> str:
        """What went wrong in the logs of web and worker, or else their last lines."""
        return "\n".join(_told(self.folder / f"{command}.log") for command in COMMANDS.values())

    async def burst(self) -> None:
        """Posts all messages, each again and again until it is accepted, as providers do."""
        numbers = iter(range(self.messages))
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:

            async def post_some() -> None:
                for number in numbers:
                    await self._post(session, number)

            await asyncio.gather(*(post_some() for _ in range(AT_A_TIME)))

    async def says(self, session: aiohttp.ClientSession, content: str, sender: str) -> int:
        """Posts one message of somebody; the status of the answer."""
        body = json.dumps({"content": content, "senderIdentifier": sender}).encode()
        url = f"{self._origin}/api/{self._path}"
        async with session.post(url, data=body, headers=self._signed(body)) as response:
            return response.status

    async def settled(self, sink: Sink) -> None:
        """Waits until every accepted message was answered at the sink."""

        def is_settled() -> bool:
            return len(sink.answers_per_message()) == len(self.accepted)

        await asyncio.wait_for(wait_for(is_settled, within_seconds=PATIENCE_SECONDS), 60)

    async def task_sources(self) -> Counter[int]:
        """How many tasks come from each message."""
        sources: Counter[int] = Counter()
        cursor: str | None = ""
        async with aiohttp.ClientSession() as session:
            while cursor is not None:
                url = f"{self._origin}/api/v1/tasks?limit=200{cursor}"
                async with session.get(url, headers=self._authorization) as response:
                    page = await response.json()
                sources.update(task["sourceMessageId"] for task in page["items"])
                cursor = f"&cursor={page['nextCursor']}" if page["nextCursor"] else None
        return sources

    async def read(self, path: str) -> Any:
        """What the API answers."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{self._origin}/api/v1{path}", headers=self._authorization) as response,
        ):
            return await response.json()

    async def empty_valkey(self) -> None:
        """Forgets every wake-up and every limit."""
        client = redis_client.Redis(port=self.ports["valkey"])
        await client.flushall()
        await client.aclose()

    @property
    def origin(self) -> str:
        """Where the web process listens."""
        return self._origin

    async def create(self, body: dict[str, Any]) -> Any:
        """A further channel."""
        async with (
            aiohttp.ClientSession(headers=self._authorization) as session,
            session.post(f"{self._origin}/api/v1/webhooks", json=body) as response,
        ):
            assert response.status == 201, await response.text()
            return await response.json()

    @property
    def _origin(self) -> str:
        return f"http://127.0.0.1:{self.ports['web']}"

    @property
    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    async def _create_channel(self) -> None:
        config = Config.model_validate({"database": {"url": self._database_url}})
        db = await store.open_database(config)
        try:
            user = await store.create_user(name="Agency")
            self._token = await issue_token(user_id=user.id, name="test", scopes=["admin"])
        finally:
            await db.aclose()
        body = {
            "channelType": "custom_webhook",
            "channelName": "Burst",
            "rateLimitPerMinute": 1_000_000,
            "rateLimitPerHour": 1_000_000,
            "providerConfig": {"outboundWebhookUrl": self.sink_url, "outboundEvents": []},
        }
        webhooks = f"{self._origin}/api/v1/webhooks"
        async with aiohttp.ClientSession(headers=self._authorization) as session:
            async with session.post(webhooks, json=body) as response:
                record = await response.json()
                assert response.status == 201, record
            async with session.get(f"{webhooks}/{record['id']}/secret") as response:
                self._secret = (await response.json())["secretKey"]
        self._path = record["webhookUrl"].partition("/api/")[2]

    async def _post(self, session: aiohttp.ClientSession, number: int) -> None:
        key = f"m{number}"
        content = {
            "content": f"Please send report {number} to Dana",
            "senderIdentifier": f"sender{number % self.senders}",
            "externalMessageId": key,
        }
        body = json.dumps(content).encode()
        headers = self._signed(body)

        async def is_accepted() -> bool:
            try:
                async with session.post(
                    f"{self._origin}/api/{self._path}", data=body, headers=headers
                ) as response:
                    if response.status != 200:
                        assert response.status == 503, await response.text()
                        return False
                    answer = await response.json()
            except (aiohttp.ClientError, TimeoutError):
                return False
            assert self.accepted.setdefault(key, answer["messageId"]) == answer["messageId"]
            return True

        await wait_for(is_accepted, within_seconds=PATIENCE_SECONDS, every_seconds=0.05)

    def _signed(self, body: bytes) -> dict[str, str]:
        digest = hmac.new(self._secret.encode(), body, hashlib.sha256).hexdigest()
        return {"Content-Type": "application/json", "X-Webhook-Signature": f"sha256={digest}"}

    @property
    def _database_url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.ports['postgres']}/postgres"

    @property
    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "GATEWAY_DATABASE__URL": self._database_url,
            "GATEWAY_REDIS__URL": f"redis://127.0.0.1:{self.ports['valkey']}/0",
            "GATEWAY_ENCRYPTION_KEYS": self.keys,
            "GATEWAY_SERVER__PORT": str(self.ports["web"]),
            "GATEWAY_EGRESS__ALLOW": '["127.0.0.0/8"]',
            "GATEWAY_PLUGINS__ENABLED": '["custom_http", "sms_twilio"]',
            "GATEWAY_LIMITS__PER_MINUTE_CEILING": "1000000",
            "GATEWAY_LIMITS__PER_HOUR_CEILING": "1000000",
            "GATEWAY_LIMITS__REQUESTS_PER_IP_PER_MINUTE": "0",
            "GATEWAY_CONVERSATIONS__LEASE_SECONDS": "2",
            "GATEWAY_DELIVERY__LEASE_SECONDS": "2",
        }

    def _start_gateway(self, command: str) -> Running:
        with (self.folder / f"{command}.log").open("ab") as log:
            return start_gateway([command], env=self._environment, cwd=self.folder, output=log)


def _told(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    # What is not JSON was printed by a process as it crashed.
    bugs = [line for line in lines if line[:1] != "{" or any(bug in line for bug in BUGS)]
    return "\n".join([f"--- {log.name}, {len(lines)} lines:", *(bugs or lines)[-LAST_LINES:]])


def _end(process: Running) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
