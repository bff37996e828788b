"""Accounts at SendGrid, Postmark and Mailgun, as far as a channel looks after them."""

import base64
from dataclasses import dataclass, field
from typing import Final

import aiohttp.typedefs
from aiohttp import web

from gateway.plugin.assistant.stage import FakeServer, Json

SENDGRID_KEY: Final = "SG.fake-account-key"
POSTMARK_TOKEN: Final = "fake-account-token"  # noqa: S105 # of no account
MAILGUN_KEY: Final = "fake-account-key"
SCENES: Final = frozenset({"normal"})


@dataclass(slots=True)
class FakeAccount(FakeServer):
    """What the three have in common: `login` is the header that every call must have."""

    PATH = "/"
    SCENES = SCENES

    login: tuple[str, str] = ("Authorization", "")

    def app(self) -> web.Application:
        """The API as an application."""
        app = web.Application(middlewares=[self._checked])
        app.add_routes(self.routes_of())
        return app

    def routes_of(self) -> list[web.RouteDef]:
        """Where what is asked for stands."""
        return [web.get(self.PATH, self.answer)]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Nothing: there are other paths to ask."""
        return web.json_response({"path": request.path}, status=404)

    @web.middleware
    async def _checked(
        self, request: web.Request, handler: "aiohttp.typedefs.Handler"
    ) -> web.StreamResponse:
        name, value = self.login
        if request.headers.get(name) != value:
            return web.json_response({"message": "access forbidden"}, status=401)
        return await handler(request)


@dataclass(slots=True)
class FakeSendGridAccount(FakeAccount):
    """SendGrid; `parses` are the Inbound Parse settings by hostname, `events` Event Webhooks."""

    login: tuple[str, str] = ("Authorization", f"Bearer {SENDGRID_KEY}")
    scopes: list[str] = field(default_factory=lambda: ["mail.send"])
    parses: dict[str, Json] = field(default_factory=dict)
    events: list[Json] = field(default_factory=list)

    def routes_of(self) -> list[web.RouteDef]:
        """Scopes and parse settings."""
        settings = "/v3/user/webhooks/parse/settings"
        return [
            web.get("/v3/scopes", self._scopes),
            web.get("/v3/user/webhooks/event/settings/all", self._events),
            web.get(settings, self._parses),
            web.post(settings, self._add_parse),
            web.patch(f"{settings}/{{hostname}}", self._change_parse),
        ]

    async def _scopes(self, _request: web.Request) -> web.Response:
        return web.json_response({"scopes": self.scopes})

    async def _events(self, _request: web.Request) -> web.Response:
        if "user.webhooks.event.settings.read" not in self.scopes:
            return web.json_response({"errors": [{"message": "access forbidden"}]}, status=403)
        return web.json_response({"max_allowed": 5, "webhooks": self.events})

    async def _parses(self, _request: web.Request) -> web.Response:
        if "user.webhooks.parse.settings.read" not in self.scopes:
            return web.json_response({"errors": [{"message": "access forbidden"}]}, status=403)
        return web.json_response({"result": [*self.parses.values()]})

    async def _add_parse(self, request: web.Request) -> web.Response:
        parse: Json = await request.json()
        self.parses[parse["hostname"]] = parse
        return web.json_response(parse, status=201)

    async def _change_parse(self, request: web.Request) -> web.Response:
        parse = self.parses[request.match_info["hostname"]]
        parse.update(await request.json())
        return web.json_response(parse)


@dataclass(slots=True)
class FakePostmarkServer(FakeAccount):
    """Postmark; `server` is what it has of its server, `webhooks` those for events."""

    login: tuple[str, str] = ("X-Postmark-Server-Token", POSTMARK_TOKEN)
    server: Json = field(
        default_factory=lambda: {
            "ID": 1,
            "Name": "Fake server",
            "InboundAddress": "0123456789abcdef@inbound.postmarkapp.com",
            "InboundHookUrl": "",
            "RawEmailEnabled": False,
        }
    )
    webhooks: list[Json] = field(default_factory=list)

    def routes_of(self) -> list[web.RouteDef]:
        """The server and its webhooks."""
        return [
            web.get("/server", self._server),
            web.put("/server", self._set_server),
            web.get("/webhooks", self._webhooks),
            web.post("/webhooks", self._add_webhook),
            web.put("/webhooks/{id}", self._set_webhook),
        ]

    async def _server(self, _request: web.Request) -> web.Response:
        return web.json_response(self.server)

    async def _set_server(self, request: web.Request) -> web.Response:
        self.server.update(await request.json())
        return web.json_response(self.server)

    async def _webhooks(self, _request: web.Request) -> web.Response:
        return web.json_response({"Webhooks": self.webhooks})

    async def _add_webhook(self, request: web.Request) -> web.Response:
        webhook: Json = {**await request.json(), "ID": len(self.webhooks) + 1}
        self.webhooks.append(webhook)
        return web.json_response(webhook)

    async def _set_webhook(self, request: web.Request) -> web.Response:
        webhook = self.webhooks[int(request.match_info["id"]) - 1]
        webhook.update(await request.json())
        return web.json_response(webhook)


@dataclass(slots=True)
class FakeMailgunAccount(FakeAccount):
    """Mailgun; `routes` in the order in which they were made."""

    login: tuple[str, str] = (
        "Authorization",
        "Basic " + base64.b64encode(f"api:{MAILGUN_KEY}".encode()).decode(),
    )
    routes: list[Json] = field(default_factory=list)

    def routes_of(self) -> list[web.RouteDef]:
        """The routes."""
        return [
            web.get("/v3/routes", self._list),
            web.post("/v3/routes", self._add),
            web.put("/v3/routes/{id}", self._change),
        ]

    async def _list(self, _request: web.Request) -> web.Response:
        return web.json_response({"items": self.routes, "total_count": len(self.routes)})

    async def _add(self, request: web.Request) -> web.Response:
        self.routes.append({"id": str(len(self.routes)), **await _route(request)})
        return web.json_response({"message": "Route has been created", "route": self.routes[-1]})

    async def _change(self, request: web.Request) -> web.Response:
        route = self.routes[int(request.match_info["id"])]
        route.update(await _route(request))
        return web.json_response({"message": "Route has been updated", **route})


async def _route(request: web.Request) -> Json:
    form = await request.post()
    told = {name: str(form[name]) for name in ("description", "expression") if name in form}
    return {**told, "actions": [str(action) for action in form.getall("action", [])]}
