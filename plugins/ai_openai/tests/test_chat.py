"""A chat model through OpenAI's own SDK, against a stand-in for the API that is as strict."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import openai
import pytest

from gateway.plugin import (
    Conversation,
    HttpClient,
    HttpResponse,
    PartFailure,
    PermanentFailure,
    TemporaryFailure,
)
from gateway.plugin.testing import NOW, MemoryHttp, part_context
from gateway_ai_openai.chat import OpenAIResponder
from gateway_ai_openai.completions import failure_of
from gateway_ai_openai.fake import KEY, FakeOpenAI
from gateway_ai_openai.settings import OpenAISettings

JSON = {"content-type": "application/json"}
Opened = Callable[..., OpenAIResponder]


@dataclass(frozen=True)
class BadDay:
    """A scene of the fake, and what the responder makes of it."""

    scene: str
    failure: type[PartFailure]
    words: str
    status: int | None


@pytest.fixture
async def fake() -> AsyncIterator[FakeOpenAI]:
    """A server of one's own."""
    async with FakeOpenAI.open() as opened:
        opened.strict = False
        yield opened


@pytest.fixture
async def model(fake: FakeOpenAI, http: HttpClient) -> AsyncIterator[Opened]:
    """Makes a responder that asks the fake, with settings of the test's choice."""
    opened: list[OpenAIResponder] = []

    def make(**settings: Any) -> OpenAIResponder:
        given = {"openai_model": "qwen", "openai_base_url": fake.url} | settings
        responder = OpenAIResponder(OpenAISettings(**given), part_context(http))
        opened.append(responder)
        return responder

    yield make
    for responder in opened:
        await responder.aclose()


class ByName:
    """Leads OpenAI's own address to the fake."""

    def __init__(self, http: HttpClient, fake: FakeOpenAI) -> None:
        self._http, self._fake = http, fake

    async def request(self, method: str, url: str, **rest: Any) -> HttpResponse:
        place = url.replace("https://api.openai.com/v1", self._fake.url)
        return await self._http.request(method, place, **rest)


async def test_a_turn_is_answered_with_one_structured_call(
    model: Opened, fake: FakeOpenAI, talk: Conversation
) -> None:
    answer = await model().respond(talk)

    assert answer.reply == "Noted: Please fix this by Friday, due Friday 2 January 2026."
    assert [(task.title, task.deadline) for task in answer.tasks] == [
        ("Please fix this by Friday", NOW)
    ]
    assert answer.usage is None
    [asked] = fake.requests
    assert (asked["model"], asked["max_tokens"]) == ("qwen", 2_000)
    assert asked["response_format"]["json_schema"]["strict"] is True
    assert isinstance(asked["messages"][1]["content"], str)
    assert "reasoning_effort" not in asked


async def test_openai_itself_is_told_more_and_tells_more(
    http: HttpClient, talk: Conversation
) -> None:
    async with FakeOpenAI.open() as strict:
        settings = OpenAISettings.model_validate(
            {
                "openaiModel": "gpt",
                "openaiApiKey": KEY,
                "openaiInputPrice": 2.0,
                "openaiCachedPrice": 0.2,
                "openaiOutputPrice": 8.0,
            }
        )
        responder = OpenAIResponder(settings, part_context(ByName(http, strict)))
        first = (await responder.respond(talk)).usage
        second = (await responder.respond(talk)).usage
        await responder.aclose()

    assert first
    assert second
    assert (first.model, first.cached_tokens) == ("gpt", 0)
    assert second.input_tokens == first.input_tokens
    assert second.cost_usd == pytest.approx(
        (
            (second.input_tokens - second.cached_tokens) * 2.0
            + second.cached_tokens * 0.2
            + second.output_tokens * 8.0
        )
        / 1_000_000
    )
    asked = strict.requests[-1]
    assert asked["max_completion_tokens"] == 2_000
    assert asked["prompt_cache_key"] == "gateway-1"


@pytest.mark.parametrize("schema", ["json", "prompt"])
async def test_a_server_without_schemas_reads_it_in_the_prompt(
    model: Opened, fake: FakeOpenAI, talk: Conversation, schema: str
) -> None:
    await model(openai_schema=schema).respond(talk)

    [asked] = fake.requests
    assert '"additionalProperties": false' in asked["messages"][0]["content"]
    assert asked.get("response_format") == ({"type": "json_object"} if schema == "json" else None)


async def test_images_and_effort_are_sent_when_the_owner_says_so(
    model: Opened, fake: FakeOpenAI, talk: Conversation
) -> None:
    await model(openai_images=True, openai_effort="low").respond(talk)

    [asked] = fake.requests
    assert asked["reasoning_effort"] == "low"
    assert asked["messages"][1]["content"][0] == {
        "type": "image_url",
        "image_url": {"url": "https://a.example/shot.png"},
    }


@pytest.mark.parametrize(
    "day",
    [
        BadDay("rate_limited", TemporaryFailure, "allows no more requests for now", 429),
        BadDay("no_credit", PermanentFailure, "top it up", 429),
        BadDay("overloaded", TemporaryFailure, "failed: it is asked again", 503),
        BadDay("failed_midway", TemporaryFailure, r"\[server_error\]", 200),
        BadDay("broken_off", TemporaryFailure, "network", None),
        BadDay("web_page", TemporaryFailure, "check openaiBaseUrl", 200),
        BadDay("no_json", TemporaryFailure, "answered no JSON", None),
        BadDay("empty", TemporaryFailure, "without a word", None),
        BadDay("truncated", PermanentFailure, "raise assistantOutputTokens", None),
        BadDay("refusal", PermanentFailure, "declines to answer this", None),
        BadDay("filtered", PermanentFailure, "a filter of the provider", None),
    ],
    ids=lambda day: day.scene,
)
async def test_a_bad_day_of_the_server_is_named(
    model: Opened, fake: FakeOpenAI, talk: Conversation, day: BadDay
) -> None:
    fake.script.append(day.scene)

    with pytest.raises(day.failure, match=day.words) as failed:
        await model().respond(talk)

    assert failed.value.response_status == day.status
    assert len(fake.requests) == 1


@pytest.mark.parametrize("scene", ["thinking_aloud", "parts"])
async def test_the_habits_of_small_servers_do_no_harm(
    model: Opened, fake: FakeOpenAI, talk: Conversation, scene: str
) -> None:
    fake.script.append(scene)

    assert (await model().respond(talk)).reply.startswith("Noted: ")


async def test_an_image_that_cannot_be_fetched_costs_only_the_image(
    model: Opened, fake: FakeOpenAI, talk: Conversation
) -> None:
    fake.script.extend(["unreachable_image", "unreachable_image"])

    assert (await model(openai_images=True).respond(talk)).reply.startswith("Noted: ")


async def test_an_answer_that_is_late_is_passed_over(
    model: Opened, fake: FakeOpenAI, talk: Conversation
) -> None:
    fake.script.append("slow")
    responder = model(assistant_deadline_seconds=1)

    with pytest.raises(TemporaryFailure, match="within 1 seconds"):
        await responder.respond(talk)


async def test_a_key_that_is_wrong_is_named_and_not_repeated(
    http: HttpClient, talk: Conversation
) -> None:
    settings = OpenAISettings.model_validate({"openaiModel": "m", "openaiApiKey": "sk-other"})
    async with FakeOpenAI.open() as strict:
        responder = OpenAIResponder(settings, part_context(ByName(http, strict)))
        with pytest.raises(PermanentFailure, match="set openaiApiKey anew") as refused:
            await responder.respond(talk)
        await responder.aclose()

    assert "sk-other" not in str(refused.value)


async def test_nothing_of_the_gateways_own_environment_is_sent(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [
        "OPENAI_ORG_ID",
        "OPENAI_PROJECT_ID",
        "OPENAI_CUSTOM_HEADERS",
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
    ]:
        monkeypatch.setenv(name, "x-leak: https://leak.example")
    given = {"openaiModel": "m", "openaiBaseUrl": "http://10.0.0.1:11434/v1"}
    http = MemoryHttp()
    responder = OpenAIResponder(OpenAISettings.model_validate(given), part_context(http))

    with pytest.raises(TemporaryFailure):
        await responder.respond(talk)

    [call] = http.calls
    assert "leak" not in f"{call.url} {call.headers}"
    await responder.aclose()


async def test_an_address_that_the_gateway_refuses_stays_refused(talk: Conversation) -> None:
    given = {"openaiModel": "m", "openaiBaseUrl": "http://10.0.0.1:11434/v1"}
    http = MemoryHttp(answers=[PermanentFailure("10.0.0.1 is refused: private")])
    responder = OpenAIResponder(OpenAISettings.model_validate(given), part_context(http))

    with pytest.raises(PermanentFailure, match="is refused: private"):
        await responder.respond(talk)

    assert [call.url for call in http.calls] == ["http://10.0.0.1:11434/v1/chat/completions"]
    await responder.aclose()


@pytest.mark.parametrize(
    "body",
    [
        "{}",
        "[]",
        "null",
        '"text"',
        "not json at all",
        "",
        '{"choices": []}',
        '{"choices": 5}',
        '{"choices": [{"message": null}]}',
        '{"error": "it broke"}',
        '{"error": {"message": "upstream", "code": 502}}',
        '{"error": {"message": "upstream", "code": "529"}}',
    ],
)
async def test_whatever_answers_is_a_failure_and_never_a_bug(talk: Conversation, body: str) -> None:
    given = {"openaiModel": "m", "openaiBaseUrl": "http://10.0.0.1:11434/v1"}
    http = MemoryHttp(answers=[HttpResponse(status=200, headers=JSON, body=body.encode())])
    responder = OpenAIResponder(OpenAISettings.model_validate(given), part_context(http))

    with pytest.raises(TemporaryFailure, match="asked again"):
        await responder.respond(talk)


async def test_an_error_with_200_that_names_a_status_counts_as_that(talk: Conversation) -> None:
    body = json.dumps({"error": {"message": "No such model", "code": 404}}).encode()
    given = {"openaiModel": "m", "openaiBaseUrl": "http://10.0.0.1:11434/v1"}
    http = MemoryHttp(answers=[HttpResponse(status=200, headers=JSON, body=body)])
    responder = OpenAIResponder(OpenAISettings.model_validate(given), part_context(http))

    with pytest.raises(PermanentFailure, match="check openaiModel"):
        await responder.respond(talk)


async def streamed(fake: FakeOpenAI) -> str:
    client = openai.AsyncOpenAI(api_key=KEY, base_url=fake.url, max_retries=0)
    words = ""
    async with client:
        stream = await client.chat.completions.create(
            model="m", messages=[{"role": "user", "content": "{}"}], stream=True
        )
        async for chunk in stream:
            words += chunk.choices[0].delta.content or ""
    return words


async def test_the_fake_streams_as_the_sdk_expects(fake: FakeOpenAI) -> None:
    assert "You said: nothing" in await streamed(fake)


async def test_a_stream_that_fails_midway_is_told_by_its_type(fake: FakeOpenAI) -> None:
    fake.script.append("failed_midway")

    with pytest.raises(openai.APIError) as failed:
        await streamed(fake)

    assert isinstance(failure_of(failed.value), TemporaryFailure)
    assert "[server_error]" in str(failure_of(failed.value))


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"max_tokens": 9}, "Use 'max_completion_tokens'"),
        ({"messages": []}, "Missing required parameter: 'messages'"),
        ({"response_format": {"json_schema": {"schema": {"type": "object"}}}}, "additional"),
    ],
)
async def test_the_fake_is_as_strict_as_the_api(extra: dict[str, Any], words: str) -> None:
    async with FakeOpenAI.open() as strict:
        client = openai.AsyncOpenAI(api_key=KEY, base_url=strict.url, max_retries=0)
        with pytest.raises(openai.BadRequestError, match=words):
            async with client:
                await client.chat.completions.create(
                    model="m", messages=[{"role": "user", "content": "{}"}], extra_body=extra
                )
