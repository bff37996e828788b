"""A part that gives back what the contract does not say: held, named, and nobody let in."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.parts import EchoResponder, FakeProvider
from tests.stories.house import House
from tests.stories.phone import Phone

TEXT = b"SM1|+15550101|Hello"


@pytest.fixture
async def phone(house: House) -> str:
    """The path of a provider channel."""
    return (await Phone.connected(house)).path


async def _texts(house: House, path: str, *, status: int = 200) -> None:
    response = await house.client.post(path, data=TEXT, headers={"X-Token": "t"})
    assert response.status_code == status


async def _message(house: House) -> dict[str, Any]:
    [message] = (await house.api("GET", "/webhooks/1/messages"))["items"]
    return dict(message)


@pytest.mark.parametrize("given", [None, {"messages": []}, [TEXT]])
async def test_a_parser_that_returns_something_else_has_its_request_kept(
    house: House, phone: str, monkeypatch: pytest.MonkeyPatch, given: object
) -> None:
    monkeypatch.setattr(FakeProvider, "parse", lambda *_: given)

    with capture_logs() as logs:
        await _texts(house, phone)

    assert (await _message(house))["processingStatus"] == "quarantined"
    [bug] = [line for line in logs if line["event"] == "plugin.failed"]
    assert f"fake.parse() returned {type(given).__name__}, not Parsed" in bug["trace"]


async def test_a_verifier_that_returns_false_has_let_nobody_in(
    house: House, phone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def verify(*_: object) -> bool:
        return False

    monkeypatch.setattr(FakeProvider, "verify", verify)

    with capture_logs() as logs:
        await _texts(house, phone, status=503)

    assert (await house.api("GET", "/webhooks/1/messages"))["items"] == []
    [bug] = [line for line in logs if line["event"] == "plugin.failed"]
    assert "fake.verify() returned False: it returns nothing for an authentic" in bug["trace"]


async def test_a_transport_that_returns_nothing_has_its_delivery_repeated(
    house: House, phone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def send(*_: object) -> None:
        return None

    monkeypatch.setattr(FakeProvider, "send", send)
    await _texts(house, phone)

    with capture_logs() as logs:
        await house.drain()

    [delivery] = (await house.api("GET", "/deliveries"))["items"]
    assert delivery["status"] == "pending"
    assert "the transport failed (log reference" in delivery["lastError"]
    assert "fake.send() returned NoneType, not Sent" in str(logs)


async def test_a_responder_that_returns_words_alone_has_its_message_held(
    house: House, phone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def respond(*_: object) -> str:
        return "Hello back"

    monkeypatch.setattr(EchoResponder, "respond", respond)
    await _texts(house, phone)

    with capture_logs() as logs:
        await house.drain()

    assert (await _message(house))["processingStatus"] == "failed"
    assert "echo.respond() returned str, not Answer" in str(logs)
