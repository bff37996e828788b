"""The fake's REST API, and what Twilio calls by itself: webhooks and status callbacks."""

import asyncio
import base64
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import aiohttp
from aiohttp import web

from gateway.plugin.assistant.stage import FakeServer
from gateway.plugin.sms import segments
from gateway_sms_twilio.fake.ledger import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    NUMBER,
    SERVICE_SID,
    VERSION,
    Json,
    Ledger,
    Refused,
    word_of,
)
from gateway_sms_twilio.fake.shelf import Shelf
from gateway_sms_twilio.signatures import Key, signature

SCENES: Final = frozenset(
    {
        "normal",
        "slow",  # taken, and answered late
        "lost",  # taken, and the connection breaks before the answer
        "failed_after",  # taken, and answered 500
        "failed_before",  # not taken, and answered 500
        "silent",  # not taken, and answered late
        "rate_limited",
        "problem",  # refused in the form of RFC 9457
        "web_page",
    }
)
ACCOUNT: Final = f"/{VERSION}/Accounts/{ACCOUNT_SID}"
MORE: Final = "https://www.twilio.com/docs/errors/"
PAGE: Final = "<!doctype html><title>Sign in</title><p>This network asks you to sign in.</p>"
CALL_SECONDS: Final = 15.0
RETRY_AFTER: Final = "2"


@dataclass(frozen=True, slots=True)
class Called:
    """How a call of Twilio's went: the form that was posted, and what was answered."""

    form: Mapping[str, str]
    status: int
    body: str


@dataclass(slots=True)
class FakeTwilio(FakeServer):
    """Twilio; `gateway` is where the gateway is dialled, whatever its public URL says.

    With `tells`, each message that is taken is reported in these states, one after the other.
    """

    PATH = f"{ACCOUNT}/Messages.json"
    SCENES = SCENES

    ledger: Ledger = field(default_factory=Ledger)
    gateway: str = ""
    tells: Sequence[str] = ()
    login: tuple[str, str] = (ACCOUNT_SID, AUTH_TOKEN)
    token: str = AUTH_TOKEN
    calls: list[Called] = field(default_factory=list)
    shelf: Shelf = field(init=False)
    _callbacks: dict[str, str] = field(default_factory=dict)
    _telling: set["asyncio.Task[None]"] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.shelf = Shelf(ACCOUNT, self.pause)

    def app(self) -> web.Application:
        """The API as an application."""
        app = web.Application(middlewares=[self._checked])
        service = f"/v1/Services/{SERVICE_SID}"
        app.add_routes(
            [
                web.get(f"{ACCOUNT}.json", self._account),
                web.post(self.PATH, self.answer),
                web.get(self.PATH, self._list),
                web.get(f"{ACCOUNT}/IncomingPhoneNumbers.json", self._numbers),
                web.post(f"{ACCOUNT}/IncomingPhoneNumbers/{{sid}}.json", self._set_number),
                web.get(service, self._service),
                web.post(service, self._set_service),
                web.get(f"{service}/PhoneNumbers", self._pool),
                *self.shelf.routes(),
            ]
        )
        app.on_cleanup.append(self._stop_telling)
        return app

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One message that is to be sent."""
        form = dict(parse_qsl((await request.read()).decode(), keep_blank_values=True))
        self.requests.append(form)
        scene = self.next_scene()
        if scene == "silent":
            await self.pause()
            return _error(500, 20500, "Internal Server Error")
        if scene in _REFUSALS:
            return _REFUSALS[scene]()
        try:
            message = self.ledger.take(form)
        except Refused as refused:
            return _error(400, refused.code, refused.words, as_problem=scene == "problem")
        if url := form.get("StatusCallback"):
            self._callbacks[message["sid"]] = url
            self._tell_later(message["sid"])
        return await self._taken(request, message, scene)

    def offer(self, content: bytes, kind: str = "image/png", *script: str) -> str:
        """The URL of a new picture; each request for it takes the next scene of `script`."""
        port = urlsplit(self.url).port
        self.shelf.elsewhere = f"http://localhost:{port}"
        return self.url + self.shelf.offer(content, kind, *script)

    async def texts(
        self, sender: str, body: str, *, to: str = NUMBER, media: Iterable[str] = (), **extra: str
    ) -> Called:
        """A person texts a number: posted, as Twilio does, to the URL that the number has."""
        pictures = list(media)
        message = self.ledger.arrive(sender, to, body, pictures)
        form = {
            "ToCountry": "US",
            "ToState": "",
            "SmsMessageSid": message["sid"],
            "NumMedia": str(len(pictures)),
            "SmsSid": message["sid"],
            "FromCity": "",
            "SmsStatus": "received",
            "FromCountry": "US",
            "Body": body,
            "To": to,
            "NumSegments": str(segments(body) or 1),
            "MessageSid": message["sid"],
            "AccountSid": ACCOUNT_SID,
            "From": sender,
            "ApiVersion": VERSION,
        }
        url, in_service = self._inbound_url(to)
        if in_service:
            form["MessagingServiceSid"] = SERVICE_SID
        if in_service and word_of(body):
            form["OptOutType"] = word_of(body)
        for index, place in enumerate(pictures):
            form[f"MediaUrl{index}"] = place
            form[f"MediaContentType{index}"] = self.shelf.kind_of(place)
        return await self.call(url, {**form, **extra})

    async def tell(self, sid: str, status: str, **extra: str) -> Called:
        """What became of a message, posted to the StatusCallback that it came with."""
        message = next(one for one in self.ledger.messages if one["sid"] == sid)
        message["status"] = status
        form = {
            "SmsSid": sid,
            "SmsStatus": status,
            "MessageStatus": status,
            "To": message["to"],
            "MessageSid": sid,
            "AccountSid": ACCOUNT_SID,
            "From": message["from"] or NUMBER,
            "ApiVersion": VERSION,
        }
        if message["messaging_service_sid"]:
            form["MessagingServiceSid"] = message["messaging_service_sid"]
        return await self.call(self._callbacks[sid], {**form, **extra})

    async def call(self, url: str, form: Mapping[str, str]) -> Called:
        """Posts a form, signed for `url`, and dials the gateway where it really is.

        What follows `#` says how often it is repeated, as in Twilio's connection overrides.
        """
        place, _, overrides = url.partition("#")
        told = dict(parse_qsl(overrides))
        repeats = int(told.get("rc", 1)) if "5xx" in told.get("rp", "ct").split(",") else 0
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": signature(Key(secret=self.token), place, tuple(form.items())),
            "I-Twilio-Idempotency-Token": str(uuid.uuid4()),
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
        }
        called = await self._post(place, form, headers)
        while repeats and called.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            called, repeats = await self._post(place, form, headers), repeats - 1
        return called

    async def _post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Called:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL_SECONDS)) as session,
            session.post(
                self._dialled(url), data=urlencode(form), headers=headers, allow_redirects=False
            ) as response,
        ):
            called = Called(dict(form), response.status, await response.text())
        self.calls.append(called)
        return called

    def _dialled(self, url: str) -> str:
        place = urlsplit(url)
        dialled = urlsplit(self.gateway or url)
        return urlunsplit((dialled.scheme, dialled.netloc, place.path, place.query, ""))

    def _inbound_url(self, to: str) -> tuple[str, bool]:
        """Where a text to a number is posted, and whether its Messaging Service says so."""
        service = self.ledger.service
        if to in self.ledger.pool and service["inbound_request_url"]:
            return service["inbound_request_url"], True
        return self.ledger.number(to)["sms_url"], False

    def _tell_later(self, sid: str) -> None:
        if self.tells:
            task = asyncio.create_task(self._tell_all(sid))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)

    async def _tell_all(self, sid: str) -> None:
        for status in self.tells:
            await self.tell(sid, status)

    async def _stop_telling(self, _app: web.Application) -> None:
        for task in tuple(self._telling):
            task.cancel()
        await asyncio.gather(*self._telling, return_exceptions=True)

    async def _taken(self, request: web.Request, message: Json, scene: str) -> web.StreamResponse:
        if scene == "slow":
            await self.pause()
        if scene == "failed_after":
            return _error(500, 20500, "Internal Server Error")
        if scene == "lost":
            assert request.transport is not None
            request.transport.close()
        return web.json_response(message, status=201)

    @web.middleware
    async def _checked(
        self, request: web.Request, handler: "aiohttp.typedefs.Handler"
    ) -> web.StreamResponse:
        if request.path.startswith("/elsewhere/"):
            return await handler(request)
        user, password = self.login
        login = base64.b64encode(f"{user}:{password}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {login}":
            return _error(401, 20003, "Authenticate")
        if request.match_info.http_exception is not None:
            return _error(404, 20404, f"The requested resource {request.path} was not found")
        return await handler(request)

    async def _account(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "sid": ACCOUNT_SID,
                "friendly_name": "Fake account",
                "status": self.ledger.status,
                "type": "Full",
            }
        )

    async def _list(self, request: web.Request) -> web.Response:
        """Newest first, as Twilio lists them."""
        to = request.query.get("To")
        size, page = int(request.query.get("PageSize", 50)), int(request.query.get("Page", 0))
        found = [m for m in reversed(self.ledger.messages) if to in (None, m["to"])]
        shown = found[page * size : (page + 1) * size]
        query = urlencode({**request.query, "Page": page + 1, "PageSize": size})
        following = f"{self.PATH}?{query}" if len(found) > (page + 1) * size else None
        return web.json_response({"messages": shown, "page": page, "next_page_uri": following})

    async def _numbers(self, request: web.Request) -> web.Response:
        wanted = request.query.get("PhoneNumber")
        found = [n for n in self.ledger.numbers.values() if wanted in (None, n["phone_number"])]
        return web.json_response({"incoming_phone_numbers": found, "next_page_uri": None})

    async def _set_number(self, request: web.Request) -> web.Response:
        number = self.ledger.numbers.get(request.match_info["sid"])
        if number is None:
            return _error(404, 20404, f"The requested resource {request.path} was not found")
        return web.json_response(_changed(number, await request.read()))

    async def _service(self, _request: web.Request) -> web.Response:
        return web.json_response(self.ledger.service)

    async def _set_service(self, request: web.Request) -> web.Response:
        return web.json_response(_changed(self.ledger.service, await request.read()))

    async def _pool(self, _request: web.Request) -> web.Response:
        pool = [self.ledger.number(phone) for phone in self.ledger.pool]
        return web.json_response({"phone_numbers": pool, "meta": {"next_page_url": None}})


def _changed(record: Json, body: bytes) -> Json:
    """A record with what a form says; `SmsUrl` sets `sms_url`."""
    for name, value in parse_qsl(body.decode(), keep_blank_values=True):
        key = "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")
        if key in record:
            is_flag = isinstance(record[key], bool)
            record[key] = value.lower() == "true" if is_flag else value
    return record


def _error(status: int, code: int, words: str, *, as_problem: bool = False) -> web.Response:
    more = f"{MORE}{code}"
    if as_problem:
        body: Json = {"type": more, "title": words, "status": status, "code": code}
        return web.json_response(body, status=status, content_type="application/problem+json")
    body = {"code": code, "message": words, "more_info": more, "status": status}
    return web.json_response(body, status=status)


def _too_many() -> web.Response:
    response = _error(429, 20429, "Too Many Requests")
    response.headers["Retry-After"] = RETRY_AFTER
    return response


_REFUSALS: Final[Mapping[str, Callable[[], web.Response]]] = {
    "rate_limited": _too_many,
    "failed_before": lambda: _error(500, 20500, "Internal Server Error"),
    "web_page": lambda: web.Response(text=PAGE, content_type="text/html"),
}
