"""A model answers in place of the built-in assistant, and when it cannot, nobody waits for it."""

from collections.abc import AsyncIterator

import pytest

from gateway.builtin import BuiltinResponder
from gateway.registry import Registry, load_plugins
from gateway_ai_claude.fake import KEY, FakeClaude
from gateway_ai_openai.fake import FakeOpenAI
from tests.stories.house import Channel, House


@pytest.fixture
def registry() -> Registry:
    """The real plugins."""
    return load_plugins(["custom_http", "ai_claude", "ai_openai"], extra=(BuiltinResponder,))


@pytest.fixture
async def claude() -> AsyncIterator[FakeClaude]:
    """Anthropic's API, on this machine."""
    async with FakeClaude.open() as opened:
        yield opened


async def with_claude(house: House, claude: FakeClaude) -> Channel:
    return await house.create_channel(
        ai={"responder": "ai_claude"}, claudeApiKey=KEY, claudeBaseUrl=claude.url
    )


async def test_claude_answers_with_the_task_and_its_date(house: House, claude: FakeClaude) -> None:
    channel = await with_claude(house, claude)

    accepted = await house.says(channel, "Please send the Acme logo to Dana by Friday")
    await house.drain()

    [task] = (await house.api("GET", "/tasks"))["items"]
    [reply] = house.listener.told("message.reply")
    assert task["title"] == "Please send the Acme logo to Dana by Friday"
    assert task["deadline"] is not None
    assert task["sourceMessageId"] == accepted["messageId"]
    assert reply["content"].startswith(
        "Noted: Please send the Acme logo to Dana by Friday, due Fri"
    )
    assert channel.record["providerConfig"]["secretsSet"] == ["claudeApiKey"]
    assert KEY not in str(channel.record)


async def test_the_next_turn_knows_what_was_said_and_noted(
    house: House, claude: FakeClaude
) -> None:
    channel = await with_claude(house, claude)

    await house.says(channel, "Please send the logo")
    await house.drain()
    await house.says(channel, "Thanks")
    await house.drain()

    asked = str(claude.requests[-1]["messages"])
    assert "Last said: Please send the logo" in asked
    assert "Noted: Please send the logo" in asked
    assert "openTasks" in asked


async def test_when_claude_declines_the_built_in_assistant_answers_at_once(
    house: House, claude: FakeClaude
) -> None:
    channel = await with_claude(house, claude)
    claude.script.append("refusal")

    await house.says(channel, "Please send the Acme logo to Dana by Friday")
    await house.drain()

    [reply] = house.listener.told("message.reply")
    assert not reply["content"].startswith("Noted: Please")
    assert len((await house.api("GET", "/tasks"))["items"]) == 1
    assert len(claude.requests) == 1


async def test_claude_changes_a_task_by_its_number_and_the_gateway_says_so(
    house: House, claude: FakeClaude
) -> None:
    channel = await with_claude(house, claude)

    await house.says(channel, "Please send the logo")
    await house.drain()
    await house.says(channel, "#1 is done, by the way, thanks to Ann")
    await house.drain()

    [task] = (await house.api("GET", "/tasks"))["items"]
    *_, reply = house.listener.told("message.reply")
    assert task["status"] == "completed"
    assert reply["content"].startswith('"Please send the logo" is done. ')


async def test_a_model_on_the_same_machine_answers_as_well(house: House) -> None:
    async with FakeOpenAI.open("thinking_aloud") as server:
        server.strict = False
        channel = await house.create_channel(
            ai={"responder": "ai_openai"}, openaiModel="qwen", openaiBaseUrl=server.url
        )
        await house.says(channel, "Please send the logo")
        await house.drain()

    [reply] = house.listener.told("message.reply")
    assert reply["content"] == "Noted: Please send the logo."
