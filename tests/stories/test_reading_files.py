"""What a channel's readers find in a file is understood as part of its message."""

from collections.abc import AsyncIterator

import pytest

from gateway.builtin import BuiltinResponder
from gateway.plugin import PermanentFailure
from gateway.registry import Registry, load_plugins
from gateway.store.fetches import claim_media
from tests.conftest import Clock
from tests.parts import EchoResponder, FakeProvider, FakeReader, ModelResponder
from tests.stories.house import House, Json
from tests.stories.phone import Phone
from tests.stories.test_media import PDF, PNG
from tests.stories.twilio import Line

WORDS = "Please call Dana by Friday"


@pytest.fixture
def registry() -> Registry:
    """The real plugins, the fake provider, and a reader that is told what it finds."""
    FakeReader.finds = WORDS
    return load_plugins(
        ["custom_http", "sms_twilio"],
        extra=(BuiltinResponder, EchoResponder, FakeProvider, FakeReader, ModelResponder),
    )


@pytest.fixture
async def phone(house: House) -> Phone:
    """A channel that reads pictures."""
    return await Phone.connected(
        house, provider="fake", aiConfig={"readers": ["words"], "responder": "model"}
    )


@pytest.fixture
async def line(house: House, origin: str) -> AsyncIterator[Line]:
    """A Twilio number that reads pictures."""
    ai = {"readers": ["words"], "responder": "echo"}
    async with Line.connected(house, origin, ai=ai) as connected:
        yield connected


async def attachment(house: House) -> Json:
    [one] = (await house.api("GET", "/messages/1"))["attachments"]
    return dict(one)


async def test_the_words_of_a_file_that_came_along_are_understood(
    house: House, phone: Phone
) -> None:
    await phone.sends(PNG, text="See below")
    busy = await attachment(house)
    await house.drain()

    read = await attachment(house)
    assert (busy["state"], busy["isBusy"], busy["words"]) == ("kept", True, "")
    assert (read["isBusy"], read["words"]) == (False, WORDS)
    [turn] = ModelResponder.asked[-1].pending
    assert turn.text == f"See below\n\n{WORDS}"
    assert [one.words for one in turn.attachments] == [WORDS]
    shown = await house.api("GET", "/messages/1")
    assert (shown["content"], shown["analysis"]["entities"]["names"]) == ("See below", ["Dana"])
    assert FakeReader.seen == [(PNG, "image/png")]


async def test_a_picture_of_a_note_becomes_a_task(house: House, line: Line) -> None:
    await line.texts("", media=[line.fake.offer(PNG)])
    await house.drain()

    assert line.sent() == [f"echo {WORDS}"]
    [task] = (await house.api("GET", "/tasks"))["items"]
    assert task["title"] == WORDS


async def test_a_picture_behind_a_link_becomes_a_task_where_links_are_followed(
    house: House,
) -> None:
    house.listener.text = "GIF89a"
    link = f"{house.listener.url}/note.gif"
    channel = await house.create_channel(ai={"readers": ["words"]}, fetchAttachments=True)

    await house.says(channel, "", attachments=[{"type": "image", "url": link}])
    waiting = await attachment(house)
    await house.drain()

    read = await attachment(house)
    assert (waiting["state"], read["state"]) == ("waiting", "kept")
    assert (read["type"], read["words"]) == ("image/gif", WORDS)
    [task] = (await house.api("GET", "/tasks"))["items"]
    assert task["title"] == "Call Dana"
    facts = (await house.api("GET", "/messages/1"))["facts"]
    assert facts["attachments"] == [{"type": "image", "url": link}]


async def test_a_link_that_leads_inside_is_not_followed(house: House) -> None:
    channel = await house.create_channel(ai={"responder": "model"}, fetchAttachments=True)
    await house.says(
        channel, "Look", attachments=[{"type": "image/png", "url": "http://10.0.0.1/admin.png"}]
    )
    await house.drain()

    refused = await attachment(house)
    assert (refused["state"], refused["reason"]) == ("failed", "unavailable")
    details = await house.api("GET", f"/media/{refused['mediaId']}/details")
    assert "refused" in details["detail"]
    assert [turn.text for turn in ModelResponder.asked[-1].pending] == ["Look"]


async def test_a_file_that_no_reader_reads_waits_for_nobody(house: House, phone: Phone) -> None:
    await phone.sends(PDF, "application/pdf", name="a.pdf", text="Here")

    assert (await attachment(house))["isBusy"] is False
    await house.drain()
    assert FakeReader.seen == []


async def test_a_channel_without_readers_reads_nothing(house: House) -> None:
    phone = await Phone.connected(house, provider="fake")
    await phone.sends(PNG, text="Here")
    await house.drain()

    assert (FakeReader.seen, (await attachment(house))["words"]) == ([], "")


@pytest.mark.parametrize("finds", [PermanentFailure("blurred"), ZeroDivisionError(), ""])
async def test_a_file_that_cannot_be_read_is_kept_and_answered(
    house: House, phone: Phone, finds: Exception | str
) -> None:
    FakeReader.finds = finds
    await phone.sends(PNG, text="See below")
    await house.drain()

    shown = await attachment(house)
    assert (shown["state"], shown["words"], shown["isBusy"]) == ("kept", "", False)
    assert phone.got == ["model"]


@pytest.mark.parametrize("is_fetched", [False, True])
async def test_a_file_whose_readers_die_of_it_is_kept_all_the_same(
    house: House, phone: Phone, clock: Clock, is_fetched: bool
) -> None:
    if is_fetched:
        house.listener.text = "GIF89a"
        channel = await house.create_channel(ai={"readers": ["words"]}, fetchAttachments=True)
        link = f"{house.listener.url}/note.gif"
        await house.says(channel, "Look", attachments=[{"type": "image", "url": link}])
    else:
        await phone.sends(PNG, text="See below")
    for _ in range(len(house.gw.config.media.retry_seconds) + 1):
        [_claimed] = await claim_media(house.gw.db, now=clock(), lease_seconds=10, limit=9)
        clock.advance(3600)  # the worker died, and its lease ran out

    await house.drain()

    shown = await attachment(house)
    assert (shown["state"], shown["words"], shown["isBusy"]) == ("kept", "", False)
    assert FakeReader.seen == []
    response = await house.client.get(f"/api/v1/media/{shown['mediaId']}", headers=house.headers)
    assert await response.get_data() == (b"GIF89a" if is_fetched else PNG)


async def test_words_are_erased_with_their_message(house: House, phone: Phone) -> None:
    await phone.sends(PNG, text="See below")
    await house.drain()

    copy = await house.api("GET", "/senders/%2B15550101234/export")
    await house.api("DELETE", "/senders/%2B15550101234")

    assert copy["messages"][0]["attachments"][0]["words"] == WORDS
    assert (await house.api("GET", "/messages/1"))["attachments"] == []


async def test_a_reader_is_chosen_by_name_and_set_up_with_the_channel(house: House) -> None:
    phone = await Phone.connected(house, provider="fake")

    unknown = await house.api(
        "PATCH", f"/webhooks/{phone.id}", {"aiConfig": {"readers": ["eyes"]}}, status=400
    )
    changed = await house.api(
        "PATCH",
        f"/webhooks/{phone.id}",
        {"aiConfig": {"readers": ["words"]}, "providerConfig": {"readerLanguage": "de"}},
    )

    assert [f["pointer"] for f in unknown["error"]["fields"]] == ["/aiConfig/readers/0"]
    assert changed["aiConfig"]["readers"] == ["words"]
    assert changed["providerConfig"]["readerLanguage"] == "de"
