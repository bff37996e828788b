"""Claude through Anthropic's own SDK, against a stand-in for the API that is as strict."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import anthropic
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
from gateway_ai_claude.claude import ClaudeResponder
from gateway_ai_claude.exchange import failure_of
from gateway_ai_claude.fake import KEY, FakeClaude
from gateway_ai_claude.settings import ClaudeSettings


@dataclass(frozen=True)
class BadDay:
    """A scene of the fake, and what the responder makes of it."""

    scene: str
    failure: type[PartFailure]
    words: str
    status: int | None


Opened = Callable[..., ClaudeResponder]


@pytest.fixture
async def fake() -> AsyncIterator[FakeClaude]:
    """The API."""
    async with FakeClaude.open() as opened:
        yield opened


@pytest.fixture
async def claude(fake: FakeClaude, http: HttpClient) -> AsyncIterator[Opened]:
    """Makes a responder that asks the fake, with settings of the test's choice."""
    opened: list[ClaudeResponder] = []

    def make(**settings: Any) -> ClaudeResponder:
        given = {"claude_api_key": KEY, "claude_base_url": fake.url} | settings
        responder = ClaudeResponder(ClaudeSettings(**given), part_context(http))
        opened.append(responder)
        return responder

    yield make
    for responder in opened:
        await responder.aclose()


async def test_a_turn_is_answered_with_one_structured_call(
    claude: Opened, fake: FakeClaude, talk: Conversation
) -> None:
    answer = await claude().respond(talk)

    assert answer.reply == "Noted: Please fix this by Friday, due Friday 2 January 2026."
    assert [(task.title, task.deadline) for task in answer.tasks] == [
        ("Please fix this by Friday", NOW)
    ]
    [asked] = fake.requests
    assert asked["model"] == "claude-haiku-5-5"
    assert asked["thinking"] == {"type": "disabled"}
    assert asked["output_config"]["effort"] == "low"
    assert asked["messages"][0]["content"][0] == {
        "type": "image",
        "source": {"type": "url", "url": "https://a.example/shot.png"},
    }


async def test_the_owner_chooses_model_effort_thinking_and_images(
    claude: Opened, fake: FakeClaude, talk: Conversation
) -> None:
    responder = claude(
        claude_model="claude-x", claude_effort="high", claude_thinking=True, claude_images=False
    )

    answer = await responder.respond(talk)

    [asked] = fake.requests
    assert (asked["model"], asked["output_config"]["effort"]) == ("claude-x", "high")
    assert "thinking" not in asked
    assert [block["type"] for block in asked["messages"][0]["content"]] == ["text"]
    assert answer.usage
    assert answer.usage.cost_usd is None


async def test_the_standing_orders_are_read_from_the_cache_the_second_time(
    claude: Opened, talk: Conversation
) -> None:
    responder = claude()

    first = (await responder.respond(talk)).usage
    second = (await responder.respond(talk)).usage

    assert first
    assert second
    assert (first.cached_tokens, first.input_tokens) == (0, second.input_tokens)
    assert second.cached_tokens > 512
    assert first.cost_usd
    assert second.cost_usd
    assert second.cost_usd < first.cost_usd / 1.5


async def test_prices_of_the_owners_count(claude: Opened, talk: Conversation) -> None:
    responder = claude(claude_input_price=0.0, claude_output_price=1_000_000.0)

    usage = (await responder.respond(talk)).usage

    assert usage
    assert usage.cost_usd == usage.output_tokens


@pytest.mark.parametrize(
    "day",
    [
        BadDay("rate_limited", TemporaryFailure, "allows no more requests for now", 429),
        BadDay("overloaded", TemporaryFailure, "is overloaded", 529),
        BadDay("failed_midway", TemporaryFailure, "is overloaded", 200),
        BadDay("broken_off", TemporaryFailure, "network", None),
        BadDay("web_page", TemporaryFailure, "check claudeBaseUrl", 200),
        BadDay("no_json", TemporaryFailure, "answered no JSON", None),
        BadDay("truncated", PermanentFailure, "raise assistantOutputTokens", None),
        BadDay("refusal", PermanentFailure, r"declines to answer this \(cyber\)", None),
        BadDay("no_credit", PermanentFailure, "top it up", 400),
    ],
)
async def test_a_bad_day_of_the_provider_is_named(
    claude: Opened, fake: FakeClaude, talk: Conversation, day: BadDay
) -> None:
    fake.script.append(day.scene)

    with pytest.raises(day.failure, match=day.words) as failed:
        await claude().respond(talk)

    assert failed.value.response_status == day.status
    assert len(fake.requests) == 1


async def test_a_key_that_is_wrong_is_named(claude: Opened, talk: Conversation) -> None:
    with pytest.raises(PermanentFailure, match="set claudeApiKey anew"):
        await claude(claude_api_key="sk-other").respond(talk)


async def test_an_answer_that_is_late_is_passed_over(
    claude: Opened, fake: FakeClaude, talk: Conversation
) -> None:
    fake.script.append("slow")
    responder = claude(assistant_deadline_seconds=1)

    with pytest.raises(TemporaryFailure, match="within 1 seconds"):
        await responder.respond(talk)


async def test_a_block_of_an_unknown_kind_is_passed_over(
    claude: Opened, fake: FakeClaude, talk: Conversation
) -> None:
    fake.script.append("unknown_block")

    assert (await claude().respond(talk)).reply.startswith("Noted: ")


async def test_an_image_that_cannot_be_fetched_costs_only_the_image(
    claude: Opened, fake: FakeClaude, talk: Conversation
) -> None:
    fake.script.extend(["unreachable_image", "normal"])

    assert (await claude().respond(talk)).reply.startswith("Noted: ")
    assert [len(asked["messages"][0]["content"]) for asked in fake.requests] == [2, 1]


async def test_a_wait_that_the_provider_asks_for_is_handed_on_and_not_slept(
    claude: Opened, fake: FakeClaude, talk: Conversation
) -> None:
    fake.script.append("rate_limited")

    with pytest.raises(TemporaryFailure) as refused:
        await claude().respond(talk)

    assert refused.value.retry_after_seconds == 7.0
    assert len(fake.requests) == 1


async def test_nothing_of_the_gateways_own_environment_is_sent(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ["ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_CUSTOM_HEADERS", "ANTHROPIC_BASE_URL"]:
        monkeypatch.setenv(name, "x-leak: https://leak.example")
    http = MemoryHttp()
    responder = ClaudeResponder(ClaudeSettings(claude_api_key=KEY), part_context(http))

    with pytest.raises(TemporaryFailure):
        await responder.respond(talk)

    [call] = http.calls
    assert "leak" not in f"{call.url} {call.headers}"
    await responder.aclose()


async def test_an_address_that_the_gateway_refuses_stays_refused(talk: Conversation) -> None:
    http = MemoryHttp(answers=[PermanentFailure("10.0.0.1 is refused: private")])
    responder = ClaudeResponder(ClaudeSettings(claude_api_key=KEY), part_context(http))

    with pytest.raises(PermanentFailure, match="is refused: private"):
        await responder.respond(talk)

    [call] = http.calls
    assert call.url == "https://api.anthropic.com/v1/messages"
    assert "host" not in {name.lower() for name in call.headers}
    await responder.aclose()


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b"[]",
        b"null",
        b'"text"',
        b'{"type": "message"}',
        b'{"type": "message", "content": 5}',
        b'{"type": "message", "content": [{"type": "text", "text": null}]}',
        b'{"type": "error", "error": "x"}',
        b"not json at all",
        b"\xff\xfe",
        b"",
    ],
)
async def test_whatever_answers_is_a_failure_and_never_a_bug(
    talk: Conversation, body: bytes
) -> None:
    headers = {"content-type": "application/json"}
    http = MemoryHttp(answers=[HttpResponse(status=200, headers=headers, body=body)])
    responder = ClaudeResponder(ClaudeSettings(claude_api_key=KEY), part_context(http))

    with pytest.raises(TemporaryFailure, match="asked again"):
        await responder.respond(talk)


async def test_usage_that_is_not_told_is_none(talk: Conversation) -> None:
    body = b'{"type": "message", "content": [{"type": "text", "text": "{}"}]}'
    http = MemoryHttp(
        answers=[HttpResponse(status=200, headers={"content-type": "application/json"}, body=body)]
    )
    responder = ClaudeResponder(ClaudeSettings(claude_api_key=KEY), part_context(http))

    with pytest.raises(TemporaryFailure, match="does not fit the schema"):
        await responder.respond(talk)


async def test_the_fake_streams_as_the_sdk_expects(fake: FakeClaude) -> None:
    client = anthropic.AsyncAnthropic(api_key=KEY, base_url=fake.url, max_retries=0)
    question: Any = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "{}"}]}

    async with client, client.messages.stream(**question) as stream:
        message = await stream.get_final_message()

    assert message.stop_reason == "end_turn"
    assert message.content[0].type == "text"
    assert "You said: nothing" in message.content[0].text


async def test_a_stream_that_fails_midway_is_told_by_its_type(fake: FakeClaude) -> None:
    fake.script.append("failed_midway")
    client = anthropic.AsyncAnthropic(api_key=KEY, base_url=fake.url, max_retries=0)
    question: Any = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "{}"}]}

    with pytest.raises(anthropic.APIStatusError) as failed:
        async with client, client.messages.stream(**question) as stream:
            await stream.get_final_message()

    found: PartFailure = failure_of(failed.value)
    assert isinstance(found, TemporaryFailure)
    assert "is overloaded" in found.message
    assert found.response_status == 200


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"temperature": 1}, "temperature: Extra inputs"),
        ({"messages": []}, "messages: Field required"),
        ({"messages": [{"role": "assistant", "content": "{"}]}, "prefill"),
        ({"output_config": {"format": {"schema": {"type": "object"}}}}, "additionalProperties"),
        (
            {"output_config": {"format": {"schema": {"type": "array", "items": {"minimum": 1}}}}},
            "minimum",
        ),
    ],
)
async def test_the_fake_is_as_strict_as_the_api(
    fake: FakeClaude, extra: dict[str, Any], words: str
) -> None:
    client = anthropic.AsyncAnthropic(api_key=KEY, base_url=fake.url, max_retries=0)
    question: Any = {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": "{}"}]}

    with pytest.raises(anthropic.BadRequestError, match=words):
        async with client:
            await client.messages.create(**question, extra_body=extra)
