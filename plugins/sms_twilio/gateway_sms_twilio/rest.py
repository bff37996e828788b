"""Calls of Twilio's REST API, through the gateway's own way out (ADR 0017).

The SDK's async client ignores its timeout, and repeats a POST that was answered 500.
"""

import base64
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode, urlsplit, urlunsplit

from gateway.plugin import HttpClient, HttpResponse
from gateway_sms_twilio.settings import TwilioSettings

CALL_SECONDS: Final = 15.0
VERSION: Final = "/2010-04-01"
SERVICES: Final = "/v1/Services"
_TWILIO: Final = ".twilio.com"

Form = Sequence[tuple[str, str]]


class Account:
    """One account of Twilio's, as its API shows it. Every call raises as `HttpClient` does."""

    def __init__(self, settings: TwilioSettings, http: HttpClient) -> None:
        self._settings = settings
        self._http = http
        self.path = f"{VERSION}/Accounts/{settings.twilio_account_sid}"

    async def get(self, path: str, query: Form = ()) -> HttpResponse:
        """Reads something of the account; `path` goes on behind it."""
        return await self._call("GET", self._url(f"{self.path}{path}", query))

    async def page(self, uri: str) -> HttpResponse:
        """Reads a further page of a list, by what the page before says of it."""
        place = urlsplit(uri)
        return await self._call("GET", self._url(place.path, (), place.query))

    async def post(self, path: str, form: Form) -> HttpResponse:
        """Makes or changes something of the account."""
        return await self._call("POST", self._url(f"{self.path}{path}"), form)

    async def service(self, path: str = "", form: Form | None = None) -> HttpResponse:
        """Reads a Messaging Service, or what belongs to it; with a form it is changed."""
        sid = self._settings.twilio_messaging_service_sid
        url = self._url(f"{SERVICES}/{sid}{path}", subdomain="messaging")
        return await self._call("GET" if form is None else "POST", url, form or ())

    async def _call(self, method: str, url: str, form: Form = ()) -> HttpResponse:
        user, password = self._settings.login
        login = base64.b64encode(f"{user}:{password}".encode()).decode()
        headers = {"Authorization": f"Basic {login}", "Accept": "application/json"}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return await self._http.request(
            method,
            url,
            headers=headers,
            body=urlencode(form).encode(),
            timeout_seconds=CALL_SECONDS,
        )

    def _url(self, path: str, query: Form = (), asked: str = "", *, subdomain: str = "api") -> str:
        place = urlsplit(self._settings.twilio_base_url)
        host = place.netloc
        # api.dublin.ie1.twilio.com has its neighbour at messaging.dublin.ie1.twilio.com.
        if host.startswith("api.") and host.endswith(_TWILIO):
            host = f"{subdomain}.{host.removeprefix('api.')}"
        before = place.path.rstrip("/")
        return urlunsplit((place.scheme, host, before + path, asked or urlencode(query), ""))
