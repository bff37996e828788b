"""Files that come with messages are kept, and the message has references to them."""

import pytest

from gateway.config import Config
from gateway.retention import Keeper
from gateway.sections import Media, Retention
from tests.conftest import Clock
from tests.store import value
from tests.stories.house import House, Json
from tests.stories.phone import Phone

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


@pytest.fixture
def config(config: Config, request: pytest.FixtureRequest) -> Config:
    """Settings, with others of a test's choice."""
    return config.model_copy(update=getattr(request, "param", {}))


async def first(house: House) -> Json:
    """The one attachment of the first message."""
    [attachment] = (await house.api("GET", "/messages/1"))["attachments"]
    return dict(attachment)


async def fetched(house: House, url: str) -> tuple[int, bytes, dict[str, str]]:
    path = url.removeprefix(house.gw.config.public_url)
    response = await house.client.get(path, headers=house.headers)
    body = await response.get_data()
    assert isinstance(body, bytes)
    headers = {name.lower(): text for name, text in response.headers.items()}
    return response.status_code, body, headers


async def test_a_file_is_kept_and_its_attachment_leads_to_it(house: House) -> None:
    phone = await Phone.connected(house)

    await phone.sends(PNG, text="Here is the plan", name="Grundriß (neu).png")

    attachment = await first(house)
    assert attachment["url"].endswith(f"/api/v1/media/{attachment['mediaId']}")
    assert (attachment["type"], attachment["state"]) == ("image/png", "kept")
    assert attachment["size"] == len(PNG)
    status, body, headers = await fetched(house, attachment["url"])
    assert (status, body, headers["content-type"]) == (200, PNG, "image/png")
    assert headers["content-disposition"] == (
        'attachment; filename="Grundri_ (neu).png"; '
        "filename*=UTF-8''Grundri%C3%9F%20%28neu%29.png"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"


async def test_what_a_file_is_said_to_be_does_not_count(house: House) -> None:
    phone = await Phone.connected(house)

    await phone.sends(b"<html><script>alert(1)</script>", "image/png")

    attachment = await first(house)
    assert attachment["type"] == "text/html"
    _, _, headers = await fetched(house, attachment["url"])
    assert headers["content-type"] == "application/octet-stream"
    assert headers["content-disposition"].startswith("attachment;")
    details = await house.api("GET", f"/media/{attachment['mediaId']}/details")
    assert (details["contentType"], details["declaredType"]) == ("text/html", "image/png")


@pytest.mark.parametrize(
    "config", [{"media": Media(largest_bytes=1024)}], indirect=True, ids=["small"]
)
@pytest.mark.parametrize(
    ("content", "reason"), [(b"MZ\x90\x00", "refused_type"), (PNG, "too_large"), (b"", "empty")]
)
async def test_a_file_that_is_not_kept_says_why(house: House, content: bytes, reason: str) -> None:
    phone = await Phone.connected(house)

    await phone.sends(content, text="Please pay this invoice")

    attachment = await first(house)
    assert (attachment["state"], attachment["reason"]) == ("failed", reason)
    status, body, _ = await fetched(house, attachment["url"])
    assert (status, reason in body.decode()) == (409, True)
    await house.drain()
    assert (await house.api("GET", "/messages/1"))["processingStatus"] == "processed"


async def test_a_message_shows_its_files_and_a_repeat_brings_no_second_one(house: House) -> None:
    phone = await Phone.connected(house)
    await phone.sends(PDF, "application/octet-stream", name="offer.pdf")
    phone.numbers = iter([1])  # type: ignore[assignment] # the same message once more
    await phone.sends(PDF, "application/octet-stream", name="offer.pdf")

    assert await value(house.gw, "SELECT count(*) FROM media") == 1
    [shown] = (await house.api("GET", "/messages/1"))["media"]
    assert (shown["name"], shown["contentType"]) == ("offer.pdf", "application/pdf")


async def test_an_event_has_the_reference(house: House) -> None:
    phone = await Phone.connected(house)
    await house.create_channel()
    await phone.sends(PNG)
    await house.drain()

    [told] = house.listener.told("message.received")

    assert told["attachments"] == [await first(house)]


async def test_nobody_else_sees_a_file(house: House) -> None:
    phone = await Phone.connected(house)
    await phone.sends(PNG)
    url = (await first(house))["url"]
    own = house.headers

    house.headers = {}
    assert (await fetched(house, url))[0] == 401
    house.headers = own | {"X-Gateway-User": "somebody"}
    status, body, _ = await fetched(house, url)
    missing = await fetched(house, url[:-12] + "0" * 12)
    nonsense = await fetched(house, "/api/v1/media/x")

    assert (status, missing[0], nonsense[0]) == (404, 404, 404)
    assert PNG not in body


async def test_a_persons_files_are_told_copied_and_erased(house: House) -> None:
    phone = await Phone.connected(house)
    await phone.sends(PNG, sender="+15550101234")
    await phone.sends(PDF, sender="+15550109999")
    await house.drain()
    url = (await first(house))["url"]

    held = await house.api("GET", "/senders/%2B15550101234")
    copy = await house.api("GET", "/senders/%2B15550101234/export")
    receipt = await house.api("DELETE", "/senders/%2B15550101234")

    assert held["media"] == receipt["media"] == 1
    [copied] = copy["media"]
    assert (copied["name"], copied["size"]) == ("plan.png", len(PNG))
    assert (await fetched(house, url))[0] == 404
    assert await value(house.gw, "SELECT count(*) FROM media") == 1


@pytest.mark.parametrize(
    "config",
    [
        {"retention": Retention(**{limit: 1.0})}
        for limit in ("media_days", "message_days", "conversation_days")
    ],
    ids=["media", "message", "conversation"],
    indirect=True,
)
async def test_files_go_after_their_days_or_with_their_message(house: House, clock: Clock) -> None:
    phone = await Phone.connected(house)
    await phone.sends(PNG)
    await house.drain()
    clock.advance(2 * 86_400)

    assert await Keeper().enforce(house.gw)

    assert await value(house.gw, "SELECT count(*) FROM media") == 0


async def test_a_word_on_consent_keeps_its_file(house: House) -> None:
    """An `unsubscribe` by mail may have a signature's picture with it."""
    phone = await Phone.connected(house)

    await phone.sends(PNG, text="STOP")

    assert (await first(house))["state"] == "kept"
