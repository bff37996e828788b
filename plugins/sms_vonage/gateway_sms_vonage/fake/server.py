"""Vonage's Messages API and SMS API on a port of this machine."""

import base64
import json
from typing import ClassVar, Final
from urllib.parse import parse_qsl

from aiohttp import web

from gateway.plugin.assistant.stage import FakeServer

API_KEY: Final = "abcd1234"
API_SECRET: Final = "fake-secret"  # noqa: S105 # the fake's own
NUMBER: Final = "+447700900000"
BARRED: Final = "447700900999"
"""A number that takes no messages."""
FAILURES: Final = {
    "no_credit": (402, "Low balance", "9", "Partner quota exceeded"),
    "throttled": (429, "Rate Limit Hit", "1", "Throttled"),
    "internal": (500, "Internal error", "5", "Internal error"),
    "away": (503, "Service unavailable", "1", "Throttled"),
    "invalid": (422, "Invalid params", "3", "Invalid from param"),
}


class FakeVonage(FakeServer):
    """Takes texts by either API; `requests` are those that it took, as they were posted."""

    PATH: ClassVar[str] = "/v1/messages"
    SCENES: ClassVar[frozenset[str]] = frozenset({"normal", "slow", "cut", *FAILURES})

    def app(self) -> web.Application:
        """Both APIs."""
        app = super().app()
        app.router.add_post("/sms/json", self.answer_sms)
        return app

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One request of the Messages API."""
        body = json.loads(await request.read())
        pair = base64.b64encode(f"{API_KEY}:{API_SECRET}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {pair}":
            return _problem(401, "Unauthorized")
        scene = self.next_scene()
        if scene in FAILURES:
            return _problem(*FAILURES[scene][:2])
        if body["to"] == BARRED:
            return _problem(422, "Number barred")
        if body["to"].startswith("+"):
            return _problem(422, "Invalid params")
        await self._stumble(scene, request)
        self.requests.append(body)
        uuid = f"aaaaaaaa-bbbb-4ccc-8ddd-{len(self.requests):012d}"
        return web.json_response({"message_uuid": uuid}, status=202)

    async def answer_sms(self, request: web.Request) -> web.StreamResponse:
        """One request of the SMS API, which answers 200 whatever happens."""
        form = dict(parse_qsl((await request.read()).decode(), keep_blank_values=True))
        scene = self.next_scene()
        if (form["api_key"], form["api_secret"]) != (API_KEY, API_SECRET):
            return _said("4", "Bad Credentials")
        if scene in FAILURES:
            return _said(*FAILURES[scene][2:])
        if form["to"] == BARRED:
            return _said("7", "Number barred")
        await self._stumble(scene, request)
        self.requests.append(form)
        id_ = f"0A000000{len(self.requests):08d}"
        message = {
            "to": form["to"],
            "message-id": id_,
            "status": "0",
            "message-price": "0.03330000",
        }
        return web.json_response({"message-count": "1", "messages": [message]})

    async def _stumble(self, scene: str, request: web.Request) -> None:
        if scene == "slow":
            await self.pause()
        if scene == "cut" and request.transport is not None:
            request.transport.close()


def _problem(status: int, title: str) -> web.Response:
    return web.json_response(
        {"type": f"https://developer.vonage.com/{status}", "title": title, "detail": "as scripted"},
        status=status,
    )


def _said(code: str, text: str) -> web.Response:
    return web.json_response(
        {"message-count": "1", "messages": [{"status": code, "error-text": text}]}
    )
