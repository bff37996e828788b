"""Files behind the links of a message: fetched where the owner wants it, as anybody would."""

import json

import pytest

from gateway.plugin import (
    Attachment,
    HttpResponse,
    InboundMessage,
    PermanentFailure,
    TemporaryFailure,
)
from gateway.plugin.testing import MemoryHttp, inbound_request, part_context
from gateway_custom_http.custom_http import CustomHttpParser, InboundSettings

LINK = Attachment(type="image/png", url="https://files.example.org/a/note.png")
POSTED = {"type": "image/png", "url": LINK.url}
FETCHING = InboundSettings.model_validate({"fetchAttachments": True})


def read(settings: InboundSettings) -> InboundMessage:
    parser = CustomHttpParser(settings, part_context())
    body = json.dumps({"content": "See here", "attachments": [POSTED]}).encode()
    [message] = parser.parse(inbound_request(body)).messages
    return message


async def fetch(*answers: HttpResponse) -> tuple[bytes, MemoryHttp]:
    http = MemoryHttp([*answers])
    parser = CustomHttpParser(FETCHING, part_context(http))
    return await parser.fetch(LINK, limit_bytes=10), http


def answer(status: int, body: bytes = b"", **headers: str) -> HttpResponse:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(status=status, headers=names, body=body)


def test_links_are_left_alone_unless_the_owner_wants_their_files() -> None:
    assert not CustomHttpParser(InboundSettings(), part_context()).keeps(LINK)
    assert CustomHttpParser(FETCHING, part_context()).keeps(LINK)


def test_the_senders_own_link_is_kept_beside_the_file() -> None:
    assert read(FETCHING).facts == {"attachments": [POSTED]}
    assert read(FETCHING).attachments == read(InboundSettings()).attachments == (LINK,)
    assert read(InboundSettings()).facts == {}


async def test_a_file_is_asked_for_without_credentials_and_no_further_than_needed() -> None:
    content, http = await fetch(answer(200, b"0123456789abcdef"))

    [call] = http.calls
    assert (call.method, call.url, call.headers, call.body) == ("GET", LINK.url, {}, b"")
    assert content == b"0123456789a"


async def test_a_link_that_leads_on_to_what_is_no_url_is_not_asked_for_again() -> None:
    with pytest.raises(PermanentFailure, match="no URL"):
        await fetch(answer(302, location="https://[::1/c"))


async def test_a_link_that_leads_on_is_followed_a_few_times() -> None:
    moved = answer(302, location="/b?x=1"), answer(307, location="https://cdn.example.net/c")

    content, http = await fetch(*moved, answer(200, b"PNG"))

    assert content == b"PNG"
    assert [call.url for call in http.calls] == [
        LINK.url,
        "https://files.example.org/b?x=1",
        "https://cdn.example.net/c",
    ]
    with pytest.raises(PermanentFailure, match="more than 3 times"):
        await fetch(moved[0])


@pytest.mark.parametrize("status", [204, 302, 401, 403, 404, 410])
async def test_a_link_that_opens_to_nobody_is_given_up(status: int) -> None:
    with pytest.raises(PermanentFailure, match=f"files.example.org answered {status}"):
        await fetch(answer(status))


@pytest.mark.parametrize("status", [408, 425, 429, 500, 503])
async def test_a_place_that_is_busy_is_asked_again(status: int) -> None:
    with pytest.raises(TemporaryFailure) as failure:
        await fetch(answer(status, retry_after="7"))

    assert failure.value.retry_after_seconds == 7
