"""The checks that plugins run against their parts: each catches a part that breaks its promise."""

import pytest
from pydantic import ConfigDict, Field, SecretStr

from gateway.plugin import (
    HttpAnswer,
    InboundMessage,
    InboundRequest,
    InvalidAuth,
    InvalidPayload,
    OutboundMessage,
    Parsed,
    Parser,
    PartSettings,
    PermanentFailure,
    Sent,
    TemporaryFailure,
    Transport,
    Verifier,
)
from gateway.plugin.testing import (
    MemoryHttp,
    check_parser,
    check_settings,
    check_transport,
    check_verifier,
    inbound_request,
    outbound_message,
    part_context,
)

SAMPLE = inbound_request(b"Hello", headers={"x-key": "k"}, query=b"a=1")


class LineParser(Parser[PartSettings]):
    """A parser that does what `answer` says."""

    name = "line"
    title = "Line"
    channel_type = "custom_webhook"
    answer: object = Parsed(messages=(InboundMessage(sender="ann", text="Hello"),))

    def parse(self, request: InboundRequest) -> Parsed:
        if isinstance(self.answer, Exception) and request.body != SAMPLE.body:
            raise self.answer
        if isinstance(self.answer, Exception):
            return Parsed(answer=HttpAnswer())
        return self.answer  # type: ignore[return-value] # broken parts return anything


class KeyVerifier(Verifier[PartSettings]):
    """A verifier that raises `failure` unless the key is right."""

    name = "key"
    title = "Key"
    failure: Exception | None = InvalidAuth("the key is wrong")

    async def verify(self, request: InboundRequest) -> None:
        if self.failure and request.headers.get("x-key") != "k":
            raise self.failure


class PostTransport(Transport[PartSettings]):
    """A transport that classifies answers by `final`."""

    name = "post"
    title = "Post"
    final = range(400, 500)
    excerpt = ""

    async def send(self, message: OutboundMessage) -> Sent:
        response = await self.context.http.request(
            "POST", "https://example.org", headers={}, body=message.body, timeout_seconds=1
        )
        status = response.status
        if status in self.final:
            raise PermanentFailure("no", response_status=status)
        if status >= 300:
            raise TemporaryFailure("later", response_status=status)
        return Sent(response_status=status, response_excerpt=self.excerpt)


def parser(answer: object) -> LineParser:
    part = LineParser(PartSettings(), part_context())
    part.answer = answer
    return part


def test_a_parser_that_keeps_the_contract_passes() -> None:
    check_settings(LineParser)
    check_parser(LineParser(PartSettings(), part_context()), SAMPLE)
    check_parser(parser(InvalidPayload("no")), SAMPLE)


@pytest.mark.parametrize(
    ("answer", "promise"),
    [
        ("Hello", "must be a plain `def` that returns Parsed"),
        (Parsed(), "nothing was read from b'Hello'"),
        (InvalidPayload(""), "InvalidPayload needs a sentence"),
    ],
)
def test_a_parser_that_breaks_a_promise_is_caught(answer: object, promise: str) -> None:
    with pytest.raises(AssertionError, match=promise):
        check_parser(parser(answer), SAMPLE)


def test_a_parser_that_stumbles_over_a_hostile_body_is_caught() -> None:
    with pytest.raises(KeyError):
        check_parser(parser(KeyError("content")), SAMPLE)


async def test_a_verifier_that_keeps_the_contract_passes() -> None:
    await check_verifier(KeyVerifier(PartSettings(), part_context()), SAMPLE, inbound_request())


async def test_a_verifier_that_lets_a_forgery_in_is_caught() -> None:
    verifier = KeyVerifier(PartSettings(), part_context())
    verifier.failure = None
    with pytest.raises(AssertionError, match="should have been refused"):
        await check_verifier(verifier, SAMPLE, inbound_request())


@pytest.mark.parametrize("failure", [ValueError("not base64"), InvalidAuth("")])
async def test_a_verifier_that_stumbles_over_a_header_is_caught(failure: Exception) -> None:
    verifier = KeyVerifier(PartSettings(), part_context())
    verifier.failure = failure
    with pytest.raises((ValueError, AssertionError)):
        await check_verifier(verifier, SAMPLE)


async def test_a_transport_that_keeps_the_contract_passes() -> None:
    http = MemoryHttp()
    transport = PostTransport(PartSettings(), part_context(http))
    await check_transport(transport, http, outbound_message())
    assert len(http.calls) == 3


@pytest.mark.parametrize(
    ("final", "promise"),
    [
        (range(400, 600), "503 must give TemporaryFailure, not PermanentFailure"),
        (range(0), "400 must give PermanentFailure, not TemporaryFailure"),
    ],
)
async def test_a_transport_that_confuses_failures_is_caught(final: range, promise: str) -> None:
    http = MemoryHttp()
    transport = PostTransport(PartSettings(), part_context(http))
    transport.final = final
    with pytest.raises(AssertionError, match=promise):
        await check_transport(transport, http, outbound_message())


async def test_an_excerpt_that_cannot_be_stored_is_caught() -> None:
    http = MemoryHttp()
    transport = PostTransport(PartSettings(), part_context(http))
    transport.excerpt = "\x00"
    with pytest.raises(AssertionError, match="NUL"):
        await check_transport(transport, http, outbound_message())


async def test_a_transport_is_not_checked_with_what_it_does_not_want() -> None:
    http = MemoryHttp()
    transport = PostTransport(PartSettings(), part_context(http))
    with pytest.raises(AssertionError, match=r"must want task\.created"):
        await check_transport(transport, http, outbound_message(event="task.created"))


async def test_the_memory_client_gives_its_answers_in_turn_and_raises_failures() -> None:
    http = MemoryHttp([PermanentFailure("one"), TemporaryFailure("two")])
    transport = PostTransport(PartSettings(), part_context(http))
    for expected in ("one", "two", "two"):
        with pytest.raises((PermanentFailure, TemporaryFailure), match=expected):
            await transport.send(outbound_message())


class Thawed(PartSettings):
    model_config = ConfigDict(frozen=False)


class Lenient(PartSettings):
    model_config = ConfigDict(extra="ignore")


class Untitled(PartSettings):
    port: int = 25


class Undescribed(PartSettings):
    port: int = Field(25, title="Port")


class Leaky(PartSettings):
    auth_token: str = Field("", title="Token", description="The token.")


class Tight(PartSettings):
    auth_token: SecretStr | None = Field(None, title="Token", description="The token.")


@pytest.mark.parametrize(
    ("settings", "promise"),
    [
        (Thawed, "must be frozen"),
        (Lenient, "must forbid unknown keys"),
        (Untitled, "Settings.port needs title and description"),
        (Undescribed, "Settings.port needs title and description"),
        (Leaky, "Settings.auth_token must be a SecretStr"),
    ],
)
def test_settings_that_cannot_be_shown_or_kept_secret_are_caught(
    settings: type[PartSettings], promise: str
) -> None:
    part = type("Part", (LineParser,), {"Settings": settings})
    with pytest.raises(AssertionError, match=promise):
        check_settings(part)


def test_a_secret_that_is_one_passes() -> None:
    check_settings(type("Part", (LineParser,), {"Settings": Tight}))
