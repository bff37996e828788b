"""One call of Claude through Anthropic's SDK, and what its answer or its failure means."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import anthropic
import httpx2
from pydantic import BaseModel, ValidationError

from gateway.plugin import HttpClient, PartFailure, PermanentFailure, TemporaryFailure, Usage
from gateway.plugin.assistant import (
    ModelReply,
    Prices,
    ProviderError,
    Question,
    provider_failure,
)
from gateway_ai_claude.sending import GuardedTransport
from gateway_ai_claude.settings import ClaudeSettings

if TYPE_CHECKING:
    from anthropic.types import ImageBlockParam, TextBlockParam

PROVIDER: Final = "Anthropic"
SETTING: Final = "claude"
# A cache that is written costs a quarter more than fresh input, one that is read a tenth of it.
CACHE_WRITE: Final = 1.25
CACHE_READ: Final = 0.1

# Anthropic's list of October 2026, for prompts of up to 100,000 tokens: input and output.
LIST_PRICES: Final[Mapping[str, tuple[float, float]]] = {
    "claude-haiku-5-5": (0.10, 0.50),
    "claude-sonnet-5-5": (2.0, 10.0),
    "claude-opus-5-5": (4.0, 20.0),
    "claude-fable-5-1": (10.0, 50.0),
}


class _Block(BaseModel):
    type: str
    text: str | None = None


class _Used(BaseModel):
    input_tokens: int
    output_tokens: int
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None


class _Error(BaseModel):
    type: str = ""
    message: str = ""


class _Refusal(BaseModel):
    category: str | None = None


class _Message(BaseModel):
    type: str
    model: str = ""
    content: list[_Block] = []
    stop_reason: str | None = None
    stop_details: _Refusal | None = None
    usage: _Used | None = None
    error: _Error = _Error()


class Exchange:
    """The SDK's client with the settings of one channel."""

    def __init__(self, settings: ClaudeSettings, http: HttpClient) -> None:
        self._settings = settings
        self._client = anthropic.AsyncAnthropic(
            api_key=settings.claude_api_key.get_secret_value(),
            base_url=settings.claude_base_url,
            # The gateway has one schedule of its own, and the SDK obeys any Retry-After.
            max_retries=0,
            http_client=httpx2.AsyncClient(transport=GuardedTransport(http), trust_env=False),
        )

    async def ask(self, question: Question) -> ModelReply:
        """One call. Raises `TemporaryFailure` or `PermanentFailure`."""
        try:
            answer: object = await self._create(question)
        except anthropic.APIError as error:
            raise failure_of(error) from error
        except (ValueError, RecursionError) as error:
            # The SDK parses whatever calls itself JSON, and lets the parser's own error out.
            raise TemporaryFailure(
                f"{PROVIDER} answered something else than JSON: it is asked again; "
                "check claudeBaseUrl if this happens often"
            ) from error
        return self._reply(answer)

    async def aclose(self) -> None:
        """Closes the client."""
        await self._client.close()

    async def _create(self, question: Question) -> anthropic.types.Message:
        settings = self._settings
        return await self._client.messages.create(
            model=settings.claude_model,
            max_tokens=question.output_tokens,
            # The same for each turn of a channel: read from the cache at a tenth of the price.
            system=[
                {
                    "type": "text",
                    "text": question.system,
                    "cache_control": {"type": "ephemeral"},
                }
            ],
            messages=[{"role": "user", "content": _content(question)}],
            output_config={
                "effort": settings.claude_effort,
                "format": {"type": "json_schema", "schema": dict(question.schema)},
            },
            thinking=anthropic.omit if settings.claude_thinking else {"type": "disabled"},
            timeout=question.seconds,
        )

    def _reply(self, answer: object) -> ModelReply:
        message = _read(answer)
        if message.type == "error":
            told = message.error
            error = ProviderError(status=200, kind=told.type, detail=told.message)
            raise provider_failure(error, provider=PROVIDER, setting=SETTING)
        _check_end(message)
        # A block of a kind that is not known yet has no text to speak of.
        text = "".join(block.text or "" for block in message.content if block.type == "text")
        if not text:
            raise TemporaryFailure(f"{PROVIDER} answered without a word: it is asked again")
        return ModelReply(text=text, usage=self._usage(message))

    def _usage(self, message: _Message) -> Usage | None:
        used = message.usage
        if used is None:
            return None
        written = used.cache_creation_input_tokens or 0
        read = used.cache_read_input_tokens or 0
        prices = self._prices()
        return Usage(
            model=message.model or self._settings.claude_model,
            input_tokens=used.input_tokens + written + read,
            output_tokens=used.output_tokens,
            cached_tokens=read,
            cost_usd=prices.cost_usd(
                fresh=used.input_tokens,
                output=used.output_tokens,
                cache_written=written,
                cache_read=read,
            )
            if prices
            else None,
        )

    def _prices(self) -> Prices | None:
        settings = self._settings
        listed = LIST_PRICES.get(settings.claude_model, (None, None))
        fresh = listed[0] if settings.claude_input_price is None else settings.claude_input_price
        output = listed[1] if settings.claude_output_price is None else settings.claude_output_price
        if fresh is None or output is None:
            return None
        return Prices(
            input=fresh,
            output=output,
            cache_write=fresh * CACHE_WRITE,
            cache_read=fresh * CACHE_READ,
        )


def failure_of(error: anthropic.APIError) -> PartFailure:
    """The failure that an error of the SDK means; one of the gateway's own client stays itself."""
    if isinstance(error.__cause__, PartFailure):
        return error.__cause__
    if isinstance(error, anthropic.APIStatusError):
        # A stream that fails midway has status 200: what it says counts.
        told = ProviderError(
            status=error.status_code,
            kind=error.type or "",
            detail=error.api_message or error.message,
            headers=error.response.headers,
        )
        return provider_failure(told, provider=PROVIDER, setting=SETTING)
    return TemporaryFailure(f"{PROVIDER} gave no whole answer ({error}): it is asked again")


def _content(question: Question) -> "list[TextBlockParam | ImageBlockParam]":
    images: list[TextBlockParam | ImageBlockParam] = [
        {"type": "image", "source": {"type": "url", "url": url}} for url in question.images
    ]
    return [*images, {"type": "text", "text": question.text}]


def _read(answer: object) -> _Message:
    """What the SDK built, checked: it checks nothing, and hands on a web page as text."""
    if isinstance(answer, anthropic.BaseModel):
        try:
            return _Message.model_validate(answer.to_dict(warnings=False))
        except ValidationError:
            raise TemporaryFailure(
                f"{PROVIDER} answered something else than a message: it is asked again"
            ) from None
    raise TemporaryFailure(
        f"{PROVIDER}'s address answered a web page instead of a message: it is asked again; "
        "check claudeBaseUrl if this happens often",
        response_status=200,
    )


def _check_end(message: _Message) -> None:
    """Returns for an answer that came to its end. Raises `PermanentFailure` for any other."""
    if message.stop_reason == "refusal":
        details = message.stop_details
        why = (details and details.category) or "no reason given"
        raise PermanentFailure(f"the model declines to answer this ({why}): answer it yourself")
    if message.stop_reason == "max_tokens":
        raise PermanentFailure(
            "the model's answer was cut off: raise assistantOutputTokens, or switch claudeThinking "
            "off"
        )
    if message.stop_reason == "model_context_window_exceeded":
        raise PermanentFailure("the conversation is too long for the model: change claudeModel")
