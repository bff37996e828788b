"""A person texts a picture: it is fetched, kept, and the conversation waits for it a while."""

from collections.abc import AsyncIterator

import pytest

from gateway import fetching
from gateway.builtin import BuiltinResponder
from gateway.registry import Registry, load_plugins
from gateway.store.fetches import claim_media
from gateway_sms_twilio.fake.ledger import ACCOUNT_SID
from tests.conftest import Clock, wait_for
from tests.parts import EchoResponder, ModelResponder
from tests.store import value
from tests.stories.house import House, Json
from tests.stories.test_media import PNG, fetched
from tests.stories.twilio import PERSON, Line

MISSING = "A file that you sent has not reached me. Please send it again, or describe it."


@pytest.fixture
def registry() -> Registry:
    """The real plugins, and responders that are told what to say."""
    return load_plugins(
        ["custom_http", "sms_twilio"], extra=(BuiltinResponder, EchoResponder, ModelResponder)
    )


@pytest.fixture
async def line(house: House, origin: str) -> AsyncIterator[Line]:
    """A number that echoes."""
    async with Line.connected(house, origin) as connected:
        yield connected


async def message(house: House, id_: int = 1) -> Json:
    return await house.api("GET", f"/messages/{id_}")


async def attachment(house: House, id_: int = 1) -> Json:
    [one] = (await message(house, id_))["attachments"]
    return dict(one)


async def test_a_picture_is_fetched_and_kept_before_its_message_is_answered(
    house: House, line: Line
) -> None:
    await line.texts("The new plan", media=[line.fake.offer(PNG)])
    before = await attachment(house)

    await house.drain()

    assert (before["state"], before["type"]) == ("waiting", "image/png")
    after = await attachment(house)
    assert (after["state"], after["size"], after["url"]) == ("kept", len(PNG), before["url"])
    status, body, headers = await fetched(house, after["url"])
    assert (status, body) == (200, PNG)
    assert f'filename="{after["mediaId"]}.png"' in headers["content-disposition"]
    assert line.sent() == ["echo The new plan"]
    assert "api.twilio.com" not in str(await message(house))


async def test_a_picture_that_is_not_there_yet_is_waited_for(
    house: House, line: Line, clock: Clock
) -> None:
    await line.texts("The new plan", media=[line.fake.offer(PNG, "image/png", "missing")])
    await house.drain()
    status, body, _ = await fetched(house, (await attachment(house))["url"])
    assert (line.sent(), status, b"waiting" in body) == ([], 409, True)

    clock.advance(2)
    await house.drain()

    assert (await attachment(house))["state"] == "kept"
    assert line.sent() == ["echo The new plan"]


async def test_a_conversation_waits_no_longer_than_the_settings_say(
    house: House, origin: str, clock: Clock
) -> None:
    async with Line.connected(house, origin, ai={"responder": "model"}) as line:
        await line.texts(
            "The new plan", media=[line.fake.offer(PNG, "image/png", *["missing"] * 9)]
        )
        await house.drain()
        assert line.sent() == []

        clock.advance(21)
        await house.drain()

        assert line.sent() == [f"model {MISSING}"]
        [turn] = ModelResponder.asked[-1].pending
        assert [one.problem for one in turn.attachments] == ["waiting"]


async def test_a_picture_that_comes_late_is_kept_all_the_same(
    house: House, line: Line, clock: Clock
) -> None:
    await line.texts("The new plan", media=[line.fake.offer(PNG, "image/png", *["missing"] * 6)])
    for _ in range(10):
        clock.advance(30)
        await house.drain()

    assert (await attachment(house))["state"] == "kept"
    assert len(line.sent()) == 1


@pytest.mark.parametrize(
    ("offered", "reason"),
    [
        ((b"<html>Not found</html>", "image/jpeg"), "wrong_type"),
        ((b"MZ\x90\x00\x03\x00", "image/jpeg"), "refused_type"),
        ((b"", "image/jpeg"), "empty"),
        ((PNG, "image/png", "refused"), "unavailable"),
        ((PNG, "image/png", "inside"), "unavailable"),
        ((PNG, "image/png", "astray"), "unavailable"),
        ((PNG, "image/png", "round"), "unavailable"),
        ((PNG, "image/png", "moved"), "unavailable"),
    ],
)
async def test_what_cannot_be_kept_is_said(
    house: House, line: Line, offered: tuple[bytes, str], reason: str
) -> None:
    await line.texts("The new plan", media=[line.fake.offer(*offered)])

    await house.drain()

    shown = await attachment(house)
    assert (shown["state"], shown["reason"]) == ("failed", reason)
    assert line.sent() == [f"echo The new plan {MISSING}"]
    [details] = (await message(house))["media"]
    assert (details["detail"] != "") == (reason == "unavailable")
    assert await value(house.gw, "SELECT count(content) FROM media") == 0


async def test_a_picture_larger_than_allowed_is_not_kept(house: House, line: Line) -> None:
    largest = house.gw.config.media.largest_bytes
    await line.texts("", media=[line.fake.offer(PNG + bytes(largest))])

    await house.drain()

    assert (await attachment(house))["reason"] == "too_large"


async def test_a_picture_on_another_host_of_twilios_is_kept(house: House, origin: str) -> None:
    async with Line.connected(house, origin) as line:
        url = line.fake.offer(PNG, "image/png", "moved")
        hosts = [line.fake.shelf.elsewhere.removeprefix("http://")]
        config = {"providerConfig": {"twilioMediaHosts": hosts}}
        await house.api("PATCH", f"/webhooks/{line.record['id']}", config)
        await line.texts("The new plan", media=[url])

        await house.drain()

        assert (await attachment(house))["state"] == "kept"
        assert [has_login for _, has_login in line.fake.shelf.asked] == [True, False]


async def test_a_host_that_leads_inside_is_refused_by_the_guard(house: House, line: Line) -> None:
    config = {"providerConfig": {"twilioMediaHosts": ["169.254.169.254"]}}
    await house.api("PATCH", f"/webhooks/{line.record['id']}", config)
    await line.texts("The new plan", media=[line.fake.offer(PNG, "image/png", "inside")])

    await house.drain()

    [details] = (await message(house))["media"]
    assert "link-local" in details["detail"]


async def test_a_link_that_twilio_does_not_keep_is_left_alone(house: House, line: Line) -> None:
    url = f"https://example.org/2010-04-01/Accounts/{ACCOUNT_SID}/Messages/x/Media/y"
    await line.texts("Look", media=[url])

    await house.drain()

    assert await attachment(house) == {"type": "image/jpeg", "url": url, "name": None}
    assert line.fake.shelf.asked == []


async def test_an_event_tells_of_a_picture_that_is_still_fetched(house: House, line: Line) -> None:
    await house.create_channel()
    await line.texts("The new plan", media=[line.fake.offer(PNG)])
    await house.drain()

    [told] = house.listener.told("message.received")

    assert [one["state"] for one in told["attachments"]] == ["waiting"]
    assert (await fetched(house, told["attachments"][0]["url"]))[1] == PNG


async def test_several_pictures_are_all_waited_for(house: House, line: Line, clock: Clock) -> None:
    offers = [line.fake.offer(PNG, "image/png", *["missing"] * late) for late in range(3)]
    await line.texts("Three", media=offers)

    await house.drain()
    assert line.sent() == []
    clock.advance(1.5)
    await house.drain()
    assert line.sent() == []
    clock.advance(2.5)
    await house.drain()

    assert [one["state"] for one in (await message(house))["attachments"]] == ["kept"] * 3
    assert line.sent() == ["echo Three"]


async def test_a_worker_that_dies_while_it_fetches_is_taken_over(
    house: House, line: Line, clock: Clock
) -> None:
    gw = house.gw
    await line.texts("The new plan", media=[line.fake.offer(PNG)])
    [dead] = await claim_media(gw.db, now=gw.now(), lease_seconds=10, limit=8)
    assert await house.fetch() == 0

    clock.advance(11)
    await house.drain()
    await fetching.fetch(gw, dead)

    assert (await attachment(house))["state"] == "kept"
    assert await value(gw, "SELECT attempts FROM media") == 2
    assert line.sent() == ["echo The new plan"]


async def test_what_is_erased_while_it_is_fetched_stays_erased(house: House, line: Line) -> None:
    gw = house.gw
    await line.texts("The new plan", media=[line.fake.offer(PNG)])
    [claimed] = await claim_media(gw.db, now=gw.now(), lease_seconds=10, limit=8)

    await house.api("DELETE", f"/senders/%2B{PERSON[1:]}")
    await fetching.fetch(gw, claimed)

    assert await value(gw, "SELECT count(*) FROM media") == 0


@pytest.mark.usefixtures("running")
async def test_a_running_worker_fetches_and_answers(line: Line) -> None:
    await line.texts("The new plan", media=[line.fake.offer(PNG, "image/png", "missing")])

    await wait_for(lambda: line.sent() == ["echo The new plan"])
