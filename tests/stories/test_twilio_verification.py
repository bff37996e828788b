"""A Twilio number is proven by a test text with a code, out or in."""

import re
from collections.abc import AsyncIterator

import pytest

from gateway.builtin import BuiltinResponder
from gateway.registry import Registry, load_plugins
from tests.parts import EchoResponder
from tests.stories.house import House, Json
from tests.stories.twilio import PERSON, Line

CODE = re.compile(r"Your verification code is ([0-9A-Z]{8})\.")


@pytest.fixture
def registry() -> Registry:
    """The real plugins."""
    return load_plugins(["custom_http", "sms_twilio"], extra=(BuiltinResponder, EchoResponder))


@pytest.fixture
async def line(house: House, origin: str) -> AsyncIterator[Line]:
    """A number that echoes."""
    async with Line.connected(house, origin) as connected:
        yield connected


async def verify(house: House, line: Line, *, status: int = 200, **told: object) -> Json:
    return await house.api("POST", f"/webhooks/{line.record['id']}/verify", told, status=status)


async def is_verified(house: House, line: Line) -> bool:
    return bool((await house.api("GET", f"/webhooks/{line.record['id']}"))["isVerified"])


async def test_a_test_text_has_a_code_that_proves_the_number(house: House, line: Line) -> None:
    begun = await verify(house, line, recipient=PERSON)
    [text] = line.sent()
    code = CODE.fullmatch(text)
    assert code is not None

    wrong = await verify(house, line, code="AAAAAAAA", status=400)
    ended = await verify(house, line, code=code[1])

    assert (begun["status"], begun["code"]) == ("sent", None)
    assert "attempts left: 4" in wrong["error"]["message"]
    assert (ended["status"], await is_verified(house, line)) == ("verified", True)


async def test_a_code_that_is_texted_to_the_number_proves_it(house: House, line: Line) -> None:
    code = (await verify(house, line, method="inbound"))["code"]

    await line.texts(f" {code[:4].lower()} {code[4:]}")
    await house.drain()

    assert await is_verified(house, line)
    assert line.sent() == []
    assert (await house.api("GET", "/tasks"))["items"] == []


@pytest.mark.parametrize(
    ("recipient", "said"),
    [
        ("+15005550001", "21211"),
        ("+15005550004", "21610"),
        ("+15005550009", "21614"),
        ("", "is no number"),
    ],
)
async def test_a_test_text_that_does_not_go_says_why(
    house: House, line: Line, recipient: str, said: str
) -> None:
    begun = await verify(house, line, recipient=recipient)

    assert begun["status"] == "failed"
    assert said in begun["detail"]
    assert not await is_verified(house, line)


async def test_nobody_whose_stop_twilio_answered_gets_a_code_or_a_test(
    house: House, line: Line
) -> None:
    await line.texts("STOP")

    begun = await verify(house, line, recipient=PERSON)
    asked = {"recipient": PERSON}
    tried = await house.api("POST", f"/webhooks/{line.record['id']}/test", asked, status=502)

    attempt = tried["error"]["attempt"]
    assert (begun["status"], attempt["status"]) == ("failed", "failed")
    assert begun["detail"].startswith("recipient_opted_out: ")
    assert line.fake.requests == []
