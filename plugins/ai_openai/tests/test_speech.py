"""What is said in a recording, by a stand-in for the API that is as strict."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import openai
import pytest
from pydantic import ValidationError

from gateway.plugin import (
    HttpClient,
    HttpResponse,
    PartFailure,
    PermanentFailure,
    TemporaryFailure,
)
from gateway.plugin.testing import MemoryHttp, part_context
from gateway_ai_openai.fake import KEY, FakeOpenAI
from gateway_ai_openai.speech import ENDINGS, LARGEST_BYTES, OpenAISpeech, SpeechSettings

OGG = b"OggS\x00\x02" + bytes(range(256)) * 4 + b"\r\n--\r\n"


@dataclass(frozen=True)
class BadDay:
    """A scene of the fake, and what the reader makes of it."""

    scene: str
    failure: type[PartFailure]
    words: str
    status: int | None


@pytest.fixture
async def fake() -> AsyncIterator[FakeOpenAI]:
    """OpenAI, on this machine."""
    async with FakeOpenAI.open() as opened:
        yield opened


def reader(http: HttpClient, url: str, **settings: object) -> OpenAISpeech:
    given = {"openaiSpeechBaseUrl": url, "openaiSpeechApiKey": KEY, **settings}
    return OpenAISpeech(SpeechSettings.model_validate(given), part_context(http))


async def test_what_is_said_in_a_recording_is_heard(http: HttpClient, fake: FakeOpenAI) -> None:
    fake.heard = " Bitte Dana anrufen \n"

    assert await reader(http, fake.url + "/").read(OGG, "audio/ogg") == "Bitte Dana anrufen"
    assert fake.requests == [
        {
            "model": "gpt-transcribe",
            "response_format": "json",
            "file": "recording.ogg",
            "type": "audio/ogg",
            "size": len(OGG),
        }
    ]


@pytest.mark.parametrize("kind", ENDINGS)
async def test_each_type_has_a_name_that_the_api_knows(
    http: HttpClient, fake: FakeOpenAI, kind: str
) -> None:
    part = reader(http, fake.url, openaiSpeechModel="whisper")

    assert part.reads(kind)
    assert await part.read(OGG, kind) == fake.heard
    assert (fake.requests[0]["model"], fake.requests[0]["type"]) == ("whisper", kind)


@pytest.mark.parametrize("kind", ["audio/amr", "audio/x-caf", "video/3gpp", "image/png"])
def test_what_the_api_does_not_take_is_not_sent(kind: str) -> None:
    assert not reader(MemoryHttp(), "http://10.0.0.5/v1").reads(kind)


async def test_a_recording_without_words_has_none(http: HttpClient, fake: FakeOpenAI) -> None:
    fake.script.append("empty")

    assert await reader(http, fake.url).read(OGG, "audio/ogg") == ""


async def test_a_recording_that_is_too_large_is_not_sent() -> None:
    http = MemoryHttp()

    with pytest.raises(PermanentFailure, match="more than 25 MB"):
        await reader(http, "http://10.0.0.5/v1").read(bytes(LARGEST_BYTES + 1), "audio/wav")

    assert http.calls == []


@pytest.mark.parametrize(
    "day",
    [
        BadDay("rate_limited", TemporaryFailure, r"for now \[rate_limit_exceeded\]", 429),
        BadDay("no_credit", PermanentFailure, "top it up", 429),
        BadDay("overloaded", TemporaryFailure, r"for now \[server_error\]", 503),
        BadDay("broken_off", TemporaryFailure, "network", None),
        BadDay("web_page", TemporaryFailure, "check openaiSpeechBaseUrl", 200),
    ],
    ids=lambda day: day.scene,
)
async def test_a_bad_day_of_the_server_is_named(
    http: HttpClient, fake: FakeOpenAI, day: BadDay
) -> None:
    fake.script.append(day.scene)

    with pytest.raises(day.failure, match=day.words) as failed:
        await reader(http, fake.url).read(OGG, "audio/ogg")

    assert failed.value.response_status == day.status
    assert len(fake.requests) == 1


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (400, b'{"error": {"message": "Cannot decode it", "code": null}}', "Cannot decode it"),
        (404, b'{"error": "no such model"}', "check openaiSpeechModel and openaiSpeechBaseUrl"),
        (413, b"<title>413</title>", "finds the recording too large"),
    ],
)
async def test_a_refusal_says_what_to_do(status: int, body: bytes, words: str) -> None:
    http = MemoryHttp(answers=[HttpResponse(status=status, headers={}, body=body)])

    with pytest.raises(PermanentFailure, match=words) as refused:
        await reader(http, "http://10.0.0.5/v1").read(OGG, "audio/ogg")

    assert refused.value.response_status == status


async def test_a_key_that_is_wrong_is_named_and_not_repeated(
    http: HttpClient, fake: FakeOpenAI
) -> None:
    part = reader(http, fake.url, openaiSpeechApiKey="sk-other")

    with pytest.raises(PermanentFailure, match="set openaiSpeechApiKey anew") as refused:
        await part.read(OGG, "audio/ogg")

    assert "sk-other" not in str(refused.value)


async def test_a_server_of_ones_own_gets_no_key_that_was_not_given() -> None:
    http = MemoryHttp(answers=[HttpResponse(status=200, headers={}, body=b'{"text": "Hello"}')])
    part = reader(http, "http://10.0.0.5:8000/v1", openaiSpeechApiKey=None, openaiSpeechSeconds=9)

    assert await part.read(OGG, "audio/ogg") == "Hello"
    [call] = http.calls
    assert call.url == "http://10.0.0.5:8000/v1/audio/transcriptions"
    assert (set(call.headers), call.timeout_seconds) == ({"content-type"}, 9)


@pytest.mark.parametrize("given", [{}, {"openaiSpeechApiKey": ""}])
def test_openai_itself_wants_a_key(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="OpenAI needs openaiSpeechApiKey"):
        SpeechSettings.model_validate(given)


async def test_the_fake_hears_what_the_sdk_sends(fake: FakeOpenAI) -> None:
    async with openai.AsyncOpenAI(api_key=KEY, base_url=fake.url, max_retries=0) as client:
        heard = await client.audio.transcriptions.create(
            model="gpt-transcribe", file=("a.ogg", OGG, "audio/ogg")
        )
        with pytest.raises(openai.BadRequestError, match="Unrecognized file format"):
            await client.audio.transcriptions.create(
                model="gpt-transcribe", file=("a.amr", OGG, "audio/amr")
            )

    assert heard.text == fake.heard
