"""Calls of a provider's management API, through the gateway's own way out."""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final, Literal
from urllib.parse import urlencode, urlsplit, urlunsplit

from gateway.plugin import (
    HttpClient,
    HttpResponse,
    InvalidPayload,
    JsonValue,
    PermanentFailure,
    SetupFinding,
    TemporaryFailure,
)
from gateway_email_smtp.providers.incoming import Record, json_of, record_of

CALL_SECONDS: Final = 10.0
REFUSALS: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
Status = Literal["ok", "warning", "problem"]


class Refused(Exception):
    """The provider does not take the key."""


class Api:
    """One account of a provider. Raises `Refused`, `TemporaryFailure` and `PermanentFailure`."""

    def __init__(
        self, http: HttpClient, base_url: str, *, headers: Mapping[str, str], name: str
    ) -> None:
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._headers = headers
        self.name = name

    async def get(self, path: str) -> Record:
        """What stands at a path."""
        return await self._call("GET", path, b"", "application/json")

    async def send(self, method: str, path: str, told: JsonValue) -> Record:
        """Makes or changes something, told as JSON."""
        return await self._call(method, path, json.dumps(told).encode(), "application/json")

    async def send_form(self, method: str, path: str, form: Sequence[tuple[str, str]]) -> Record:
        """Makes or changes something, told as a form."""
        kind = "application/x-www-form-urlencoded"
        return await self._call(method, path, urlencode(form).encode(), kind)

    async def _call(self, method: str, path: str, body: bytes, kind: str) -> Record:
        headers = {**self._headers, "Accept": "application/json"}
        if body:
            headers["Content-Type"] = kind
        response = await self._http.request(
            method,
            self._base_url + path,
            headers=headers,
            body=body,
            timeout_seconds=CALL_SECONDS,
        )
        return self._read(response)

    def _read(self, response: HttpResponse) -> Record:
        status = response.status
        if status in REFUSALS:
            raise Refused(f"{self.name} answered {status}")
        if status in range(200, 300):
            try:
                return record_of(json_of(response.body))
            except InvalidPayload:
                raise PermanentFailure(
                    f"something else than {self.name} answered: check its base URL",
                    response_status=status,
                ) from None
        shown = response.body[:300].decode("utf-8", "replace").replace("\x00", "\ufffd")
        is_passing = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in {
            HTTPStatus.REQUEST_TIMEOUT,
            HTTPStatus.TOO_MANY_REQUESTS,
        }
        failure = TemporaryFailure if is_passing else PermanentFailure
        raise failure(f"{self.name} answered {status}: {shown}", response_status=status)


def finding(name: str, status: Status, message: str, *, mended: bool = False) -> SetupFinding:
    """One thing that was looked at."""
    return SetupFinding(name=name, status=status, message=message, is_mended_by_connect=mended)


def with_login(url: str, user: str, password: str) -> str:
    """A URL with user and password."""
    place = urlsplit(url)
    return urlunsplit(place._replace(netloc=f"{user}:{password}@{place.netloc}"))


def without_login(url: str) -> str:
    """A URL as it can be shown and compared: without user, password, and what it is asked."""
    place = urlsplit(url)
    netloc = place.netloc.rpartition("@")[2]
    return urlunsplit((place.scheme, netloc, place.path, "", ""))


def host_of(url: str) -> str:
    """Scheme and host of a URL, which may be shown to anybody."""
    place = urlsplit(url)
    return f"{place.scheme}://{place.netloc.rpartition('@')[2]}"
