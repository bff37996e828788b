"""A furnished gateway for tests: a user with a token, a listener outside, and a worker by hand."""

import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self, cast

from aiohttp import web
from quart import Quart

from gateway import fetching, pipeline, store
from gateway.config import Server
from gateway.plugin.signatures import verify_prd, verify_standard
from gateway.records import ClaimedConversation, ClaimedDelivery
from gateway.runtime import Gateway
from gateway.store.fetches import claim_media
from gateway.web.app import create_app
from gateway.web.auth import issue_token
from tests.stories.shapes import faults_of

Json = dict[str, Any]


@dataclass
class Listener:
    """An endpoint of the user's: it keeps what it gets, and answers with the next of `answers`."""

    url: str = ""
    requests: list[web.Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    text: str = "noted"

    @property
    def events(self) -> list[Json]:
        """What was told, in the order in which it came; a file that is fetched here is none."""
        return [json.loads(body) for body in self.bodies if body]

    @property
    def names(self) -> list[str]:
        """What was told, sorted: events of one change travel side by side."""
        return sorted(event["event"] for event in self.events)

    def told(self, name: str) -> list[Json]:
        """The data of one kind of event."""
        return [event["data"] for event in self.events if event["event"] == name]

    async def answer(self, request: web.Request) -> web.Response:
        """One request."""
        self.bodies.append(await request.read())
        self.requests.append(request)
        return web.Response(status=self.answers.pop(0) if self.answers else 200, text=self.text)


@dataclass
class Channel:
    """A custom webhook of the user's, and its secret."""

    id: int
    path: str
    secret: str
    record: Json


def short_code_in(reply: str) -> str:
    """The code that a reply asks for, such as 4K."""
    found = re.search(r"\b[2-9][A-Z]\b", reply)
    assert found, reply
    return found[0]


class Stage:
    """A web application that one gateway after the other stands behind.

    To make one takes a tenth of a second, more than most tests.
    """

    free: ClassVar[list["Stage"]] = []

    def __init__(self, server: Server) -> None:
        self.server = server
        self.gw: Gateway | None = None
        self.app: Quart | None = None

    def __getattr__(self, name: str) -> object:
        """What the application asks its gateway for."""
        return getattr(self.gw, name)

    @classmethod
    @contextmanager
    def of(cls, gw: Gateway) -> Iterator[Quart]:
        """An application with the gateway behind it; each belongs to one at a time."""
        fitting = [stage for stage in cls.free if stage.server == gw.config.server]
        stage = fitting[0] if fitting else cls(gw.config.server)
        if fitting:
            cls.free.remove(stage)
        stage.gw = gw
        stage.app = stage.app or create_app(cast(Gateway, stage))
        yield stage.app
        cls.free.append(stage)


class House:
    """A gateway with its surroundings."""

    def __init__(
        self, gw: Gateway, app: Quart, *, user_id: int, token: str, listener: Listener
    ) -> None:
        self.gw = gw
        self.user_id = user_id
        self.listener = listener
        self.client = app.test_client()
        self.headers = {"Authorization": f"Bearer {token}"}

    @classmethod
    @asynccontextmanager
    async def open(cls, gw: Gateway) -> AsyncIterator[Self]:
        """A house with one user whose token may do everything."""
        user = await store.create_user(name="Agency", time_zone="Europe/Madrid")
        token = await issue_token(user_id=user.id, name="test", scopes=["admin"])
        listener = Listener()
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", listener.answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        listener.url = f"{site.name}/events"
        try:
            with Stage.of(gw) as stage:
                yield cls(gw, stage, user_id=user.id, token=token, listener=listener)
            assert faults_of(listener.events) == []
        finally:
            await runner.cleanup()

    async def api(self, method: str, path: str, body: object = None, *, status: int = 200) -> Json:
        """Calls the management API, and fails on any other status."""
        response = await self.client.open(
            f"/api/v1{path}", method=method, json=body, headers=self.headers
        )
        answer: Json = await response.get_json()
        assert response.status_code == status, answer
        return answer

    async def tasks(self) -> list[Json]:
        """The tasks of the account, as its dashboard lists them."""
        listed = await self.api("GET", "/tasks")
        return list(listed["items"])

    async def create_channel(self, *, ai: Json | None = None, **settings: object) -> Channel:
        """A custom webhook that tells the listener everything."""
        config = {"outboundWebhookUrl": self.listener.url, **settings}
        body = {
            "channelType": "custom_webhook",
            "channelName": "Site",
            "providerConfig": config,
            "rateLimitPerMinute": 100,
            "rateLimitPerHour": 1000,
            "aiConfig": ai or {},
        }
        record = await self.api("POST", "/webhooks", body, status=201)
        secret = await self.api("GET", f"/webhooks/{record['id']}/secret")
        path = record["webhookUrl"].removeprefix(self.gw.config.public_url)
        return Channel(record["id"], path, secret["secretKey"], record)

    async def furnish(self) -> Channel:
        """One of each thing that an account can have, all with the id 1."""
        channel = await self.create_channel()
        self.listener.answers = [404]
        await self.says(channel, "Please send the report to Dana tomorrow", senderIdentifier="1")
        await self.drain()
        return channel

    async def post(
        self,
        channel: Channel,
        body: bytes,
        headers: dict[str, str] | None = None,
        *,
        beside: dict[str, str] | None = None,
    ) -> tuple[int, Json]:
        """Posts a body to a channel, signed as the PRD says unless other headers are given.

        `beside` are sent with the signature.
        """
        digest = hmac.new(channel.secret.encode(), body, hashlib.sha256).hexdigest()
        signed = {
            "Content-Type": "application/json",
            "X-Webhook-Signature": f"sha256={digest}",
            **(beside or {}),
        }
        response = await self.client.post(
            channel.path, data=body, headers=signed if headers is None else headers
        )
        return response.status_code, await response.get_json()

    async def says(self, channel: Channel, content: str, **fields: object) -> Json:
        """A message of a person on a channel; it must be accepted."""
        body = json.dumps({"content": content, "senderIdentifier": "dana", **fields}).encode()
        status, answer = await self.post(channel, body)
        assert status == 200, answer
        return answer

    async def drain(self) -> None:
        """Does all that is due now, as a worker would, and returns when nothing is left."""
        while await self.fetch() or await self.converse() or await self.deliver():
            pass

    async def fetch(self) -> int:
        """Fetches the files that are due."""
        gw = self.gw
        claimed = await claim_media(gw.db, now=gw.now(), lease_seconds=10, limit=100)
        for file in claimed:
            await fetching.fetch(gw, file)
        return len(claimed)

    async def converse(self) -> int:
        """Answers the conversations that are due."""
        claimed = await self.claim()
        for conversation in claimed:
            await self.answer(conversation)
        return len(claimed)

    async def claim(self) -> Sequence[ClaimedConversation]:
        """Takes the conversations that are due."""
        gw = self.gw
        return await store.claim_conversations(
            gw.db, now=gw.now(), lease_seconds=10, limit=100, history_turns=20
        )

    async def answer(self, claimed: ClaimedConversation) -> bool:
        """Answers a claimed conversation; True when it is to be looked at again."""
        return await pipeline.converse(self.gw, claimed)

    async def deliver(self) -> int:
        """Makes the deliveries that are due."""
        gw = self.gw
        claimed = await claim_deliveries(gw)
        for delivery in claimed:
            await pipeline.deliver(gw, delivery)
        return len(claimed)

    def check_signatures(self, secret: str) -> None:
        """Every request of the listener carries both signatures, over the exact bytes."""
        for request, body in zip(self.listener.requests, self.listener.bodies, strict=True):
            headers = {name.lower(): value for name, value in request.headers.items()}
            verify_prd([secret], headers.get("x-webhook-signature"), body=body)
            verify_standard([secret], headers, body=body, now=self.gw.now())


async def claim_deliveries(gw: Gateway) -> Sequence[ClaimedDelivery]:
    """Claims what is due now, as a worker with enough room would."""
    settings = gw.config.delivery
    slots = store.Slots(
        total=100,
        retries=100,
        per_endpoint=100,
        drained_per_second=settings.drained_per_second,
    )
    return await store.claim_deliveries(gw.db, slots, now=gw.now(), lease_seconds=10)
