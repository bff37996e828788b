"""Files that a message links to, fetched as any reader of the link would: without credentials."""

from http import HTTPStatus
from typing import Final
from urllib.parse import urljoin, urlsplit

from gateway.plugin import HttpResponse, PartContext, PermanentFailure, TemporaryFailure
from gateway_custom_http.answers import REPEATABLE, phrase, retry_after

FETCH_SECONDS: Final = 30.0
REDIRECTS: Final = 3
MOVED: Final = frozenset({301, 302, 303, 307, 308})


async def fetch_file(context: PartContext, url: str, *, limit_bytes: int) -> bytes:
    """One attempt; where a link leads on to another place, that one is vetted like the first.

    Raises `TemporaryFailure` and `PermanentFailure`.
    """
    for _ in range(REDIRECTS + 1):
        response = await context.http.request(
            "GET",
            url,
            headers={},
            body=b"",
            timeout_seconds=FETCH_SECONDS,
            limit_bytes=limit_bytes + 1,
        )
        if response.status not in MOVED or not response.headers.get("location"):
            return _content(response, urlsplit(url).netloc, context)
        url = _onward(url, response.headers["location"])
    raise PermanentFailure(f"the link leads on more than {REDIRECTS} times")


def _onward(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError as error:  # such as a bracket that is not closed
        raise PermanentFailure(f"the link leads on to what is no URL: {error}") from error


def _content(response: HttpResponse, place: str, context: PartContext) -> bytes:
    """The file. Raises what any other answer means."""
    status = response.status
    if status == HTTPStatus.OK:
        return response.body
    sentence = f"{place} answered {phrase(status)}"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in REPEATABLE:
        wait = retry_after(response.headers.get("retry-after", ""), context.now())
        raise TemporaryFailure(sentence, retry_after_seconds=wait, response_status=status)
    raise PermanentFailure(f"{sentence}: a link must open without a login", response_status=status)
