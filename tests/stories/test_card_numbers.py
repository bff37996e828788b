"""The number of a card that somebody writes is stored nowhere, and the assistant never sees it."""

import json
from collections.abc import AsyncIterator
from email.message import EmailMessage

import pytest
from structlog.testing import capture_logs

from gateway.builtin import BuiltinResponder
from gateway.config import Config
from gateway.registry import Registry, load_plugins
from gateway.sections import Privacy
from tests.conftest import tables
from tests.parts import EchoResponder, FakeProvider, FakeReader, ModelResponder
from tests.stories.house import House
from tests.stories.mailroom import ADDRESS, ANN, Mailroom
from tests.stories.phone import Phone
from tests.stories.test_media import PNG

VISA = "4111111111111111"
SPACED = "4111 1111 1111 1111"
KEPT = "**** **** **** 1111"


@pytest.fixture
def config(config: Config, request: pytest.FixtureRequest) -> Config:
    """The settings of the run, with those of the test."""
    return config.model_copy(update=getattr(request, "param", {}))


@pytest.fixture
def registry() -> Registry:
    """The real plugins, the fake provider, and a reader that is told what it finds."""
    return load_plugins(
        ["custom_http", "email_smtp"],
        extra=(BuiltinResponder, EchoResponder, FakeProvider, FakeReader, ModelResponder),
    )


@pytest.fixture
async def room(house: House) -> AsyncIterator[Mailroom]:
    """An address that mail is written to."""
    async with Mailroom.open(house, aiConfig={"responder": "model"}) as opened:
        yield opened


async def stored(house: House) -> str:
    """All that stands in the database, bodies and files as text."""
    found = []
    async with house.gw.db.connection() as connection:
        for table in await tables(connection):
            rows = await connection.fetch(f"SELECT t.* FROM {table} t")  # noqa: S608 # constants only
            found += [repr(dict(row)) for row in rows]
    return "\n".join(found)


async def test_of_a_card_in_a_message_the_last_four_digits_are_left(house: House) -> None:
    channel = await house.create_channel(ai={"responder": "model"})
    body = {
        "content": f"Charge {SPACED}, cvv 123",
        "senderIdentifier": "dana",
        "metadata": {"pan": VISA, "orderId": VISA[:-1] + "2"},
    }
    with capture_logs() as lines:
        status, answer = await house.post(channel, json.dumps(body).encode())
        again, repeated = await house.post(channel, json.dumps(body).encode())
        await house.drain()

    assert (status, again) == (200, 200)
    message = await house.api("GET", f"/messages/{answer['messageId']}")
    assert message["content"] == f"Charge {KEPT}, cvv ***"
    assert message["facts"]["metadata"] == {"pan": "************1111", "orderId": VISA[:-1] + "2"}
    assert message["facts"]["maskedCards"] == 3
    asked = repr(ModelResponder.asked)
    assert KEPT in asked
    everything = await stored(house) + asked + repr(house.listener.bodies) + repr(lines)
    assert VISA not in everything
    assert SPACED not in everything
    assert "cvv 123" not in everything
    received = [line for line in lines if line["event"] == "message.received"]
    assert [line["masked_cards"] for line in received] == [3, 3]
    assert house.gw.metrics.masked_cards._value.get() == 6  # the client library has no other way
    assert repeated["duplicate"] is False


async def test_a_repeat_is_known_by_what_came_and_not_by_what_was_kept(house: House) -> None:
    channel = await house.create_channel()

    first = await house.says(channel, f"card {SPACED}", externalMessageId=VISA)
    again = await house.says(channel, f"card {SPACED}", externalMessageId=VISA)

    assert again == {**first, "duplicate": True}
    message = await house.api("GET", f"/messages/{first['messageId']}")
    assert message["externalMessageId"] == VISA


async def test_a_body_that_cannot_be_read_is_masked_too(house: House) -> None:
    channel = await house.create_channel()

    status, _ = await house.post(channel, f'{{"text": "{VISA}", "cvv": 123'.encode())

    assert status == 400
    everything = await stored(house)
    assert VISA not in everything
    assert '{"text": "************1111", "cvv": "***"' in everything


@pytest.mark.parametrize("encoding", ["7bit", "base64", "quoted-printable"])
async def test_a_mail_is_masked_in_every_alphabet(
    house: House, room: Mailroom, encoding: str
) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = ANN, ADDRESS, f"My card {VISA}"
    mail["Message-ID"] = "<4111111111111111.1@agency.example>"
    mail["Authentication-Results"] = "mx.desk.example; dmarc=pass header.from=agency.example"
    mail.set_content(f"Please charge {SPACED}\n", cte=encoding)
    mail.add_alternative(f"<p>Please charge {SPACED}</p>", subtype="html", cte=encoding)
    mail.add_attachment(
        f"number\n{VISA}\n".encode(), maintype="text", subtype="csv", filename="a.csv"
    )
    await room.post(mail.as_bytes())
    await room.post(mail.as_bytes())
    await house.drain()

    [kept] = await room.kept()
    shown = await house.api("GET", f"/messages/{kept['id']}?includeRawPayload=true")
    assert shown["content"].endswith(f"Please charge {KEPT}")
    assert shown["rawPayload"] != ""
    assert shown["facts"]["messageId"] == "<4111111111111111.1@agency.example>"
    everything = (await stored(house)).replace("<4111111111111111.1@", "<1@")
    for hidden in (VISA, SPACED, "NDExMTExMTExMTExMTExM", "NDExMSAxMTExIDExMTEgMTExM"):
        assert hidden not in everything
    [answer] = room.sent
    assert answer["In-Reply-To"] == "<4111111111111111.1@agency.example>"


async def test_a_number_that_two_texts_share_is_masked_once_they_are_one(house: House) -> None:
    phone = await Phone.connected(house)

    for number, text in ((1, "my card 4111 1111"), (2, " 1111 1111 please")):
        assert await phone.post(f"piece|7-{number}|+15550101234|{text}|7|{number}|2") == 200
    await house.drain()

    assert phone.got == [f"echo my card {KEPT} please"]


async def test_what_is_read_in_a_picture_of_a_card_is_masked(house: House) -> None:
    FakeReader.finds = f"VISA {SPACED}"
    phone = await Phone.connected(house, aiConfig={"readers": ["words"], "responder": "echo"})

    await phone.sends(PNG, text="my card")
    await house.drain()

    [file] = (await house.api("GET", "/messages/1"))["attachments"]
    assert file["words"] == f"VISA {KEPT}"
    assert SPACED not in await stored(house)


async def test_a_text_file_is_masked_and_its_encoded_copy_is_not_kept(house: House) -> None:
    phone = await Phone.connected(house)

    await phone.sends(f"card {SPACED}".encode(), "text/plain", name="a.txt", text="see the file")

    message = await house.api("GET", "/messages/1?includeRawPayload=true")
    assert (message["content"], message["rawPayload"]) == ("see the file", "")
    everything = await stored(house)
    assert f"card {KEPT}" in everything
    assert SPACED not in everything


@pytest.mark.parametrize("config", [{"privacy": Privacy(mask_card_numbers=False)}], indirect=True)
async def test_an_operator_may_keep_all_as_it_comes(house: House) -> None:
    channel = await house.create_channel()

    answer = await house.says(channel, f"card {SPACED}")

    message = await house.api("GET", f"/messages/{answer['messageId']}")
    assert message["content"] == f"card {SPACED}"
    assert "maskedCards" not in (message["facts"] or {})
