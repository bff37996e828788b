"""What is said in a voice message is understood as if it had been written."""

from collections.abc import AsyncIterator

import pytest

from gateway.builtin import BuiltinResponder
from gateway.registry import Registry, load_plugins
from gateway_ai_openai.fake import KEY, FakeOpenAI
from tests.parts import EchoResponder
from tests.stories.house import House
from tests.stories.twilio import Line

VOICE = b"OggS\x00\x02" + bytes(range(256)) * 8
WORDS = "Please call Dana by Friday"


@pytest.fixture
def registry() -> Registry:
    """The real plugins, and a responder that repeats what it was told."""
    return load_plugins(
        ["custom_http", "sms_twilio", "ai_openai"], extra=(BuiltinResponder, EchoResponder)
    )


@pytest.fixture
async def openai() -> AsyncIterator[FakeOpenAI]:
    """OpenAI's API, on this machine; it hears the same in every recording."""
    async with FakeOpenAI.open() as opened:
        opened.heard = WORDS
        yield opened


@pytest.fixture
async def line(house: House, origin: str, openai: FakeOpenAI) -> AsyncIterator[Line]:
    """A Twilio number whose voice messages are heard."""
    ai = {"readers": ["ai_openai"], "responder": "echo"}
    speech = {"openaiSpeechBaseUrl": openai.url, "openaiSpeechApiKey": KEY}
    async with Line.connected(house, origin, ai=ai, **speech) as connected:
        yield connected


async def test_a_voice_message_becomes_a_task(house: House, line: Line, openai: FakeOpenAI) -> None:
    await line.texts("", media=[line.fake.offer(VOICE, "audio/ogg")])
    await house.drain()

    assert line.sent() == [f"echo {WORDS}"]
    [task] = (await house.api("GET", "/tasks"))["items"]
    assert task["title"] == WORDS
    [voice] = (await house.api("GET", "/messages/1"))["attachments"]
    assert (voice["type"], voice["words"], voice["isBusy"]) == ("audio/ogg", WORDS, False)
    [heard] = openai.requests
    assert (heard["file"], heard["size"]) == ("recording.ogg", len(VOICE))
    assert "openaiSpeechApiKey" in line.record["providerConfig"]["secretsSet"]
    assert KEY not in str(line.record)


async def test_a_voice_message_that_cannot_be_heard_is_kept_and_answered(
    house: House, line: Line, openai: FakeOpenAI
) -> None:
    openai.script.append("overloaded")
    await line.texts("Listen", media=[line.fake.offer(VOICE, "audio/ogg")])
    await house.drain()

    [voice] = (await house.api("GET", "/messages/1"))["attachments"]
    assert (voice["state"], voice["words"], voice["isBusy"]) == ("kept", "", False)
    assert line.sent() == ["echo Listen"]
    assert len(openai.requests) == 1
