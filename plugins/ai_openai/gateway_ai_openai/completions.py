"""One call of a chat model through OpenAI's SDK, and what its answer or its failure means."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import httpx2
import openai
from pydantic import BaseModel, ValidationError

from gateway.plugin import PartContext, PartFailure, PermanentFailure, TemporaryFailure, Usage
from gateway.plugin.assistant import (
    ModelReply,
    Prices,
    ProviderError,
    Question,
    provider_failure,
)
from gateway_ai_openai.sending import GuardedTransport
from gateway_ai_openai.settings import OpenAISettings

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion, ChatCompletionContentPartParam
    from openai.types.chat.completion_create_params import ResponseFormat

PROVIDER: Final = "the model's server"
SETTING: Final = "openai"
NO_KEY: Final = "none"
"""What servers without keys are told: the SDK and some of them want something."""


class _Part(BaseModel):
    type: str = ""
    text: str | None = None


class _Said(BaseModel):
    content: str | list[_Part] | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Said
    finish_reason: str | None = None


class _Details(BaseModel):
    cached_tokens: int | None = None


class _Used(BaseModel):
    prompt_tokens: int
    completion_tokens: int
    prompt_tokens_details: _Details | None = None


class _Error(BaseModel):
    code: str | int | None = None
    type: str | None = None
    message: str = ""


class _Completion(BaseModel):
    model: str | None = None
    choices: list[_Choice] | None = None
    usage: _Used | None = None
    error: _Error | str | None = None


class Completions:
    """The SDK's client with the settings of one channel."""

    def __init__(self, settings: OpenAISettings, context: PartContext) -> None:
        self._settings = settings
        self._cache_key = f"gateway-{context.webhook_id}"
        key = settings.openai_api_key
        self._client = openai.AsyncOpenAI(
            api_key=(key and key.get_secret_value()) or NO_KEY,
            base_url=settings.openai_base_url,
            # The gateway has one schedule of its own, and the SDK obeys Retry-After.
            max_retries=0,
            http_client=httpx2.AsyncClient(
                transport=GuardedTransport(context.http), trust_env=False
            ),
        )

    async def ask(self, question: Question) -> ModelReply:
        """One call. Raises `TemporaryFailure` or `PermanentFailure`."""
        try:
            answer: object = await self._create(question)
        except openai.APIError as error:
            raise failure_of(error) from error
        except (ValueError, RecursionError) as error:
            # The SDK parses whatever calls itself JSON, and lets the parser's own error out.
            raise _strange("something else than JSON") from error
        return self._reply(answer)

    async def aclose(self) -> None:
        """Closes the client."""
        await self._client.close()

    async def _create(self, question: Question) -> "ChatCompletion":
        settings = self._settings
        # The common protocol has the older name of this limit, OpenAI's newer models the other.
        newer = openai.omit if not settings.is_openai else question.output_tokens
        older = openai.omit if settings.is_openai else question.output_tokens
        return await self._client.chat.completions.create(
            model=settings.openai_model,
            messages=[
                {"role": "system", "content": self._orders(question)},
                {"role": "user", "content": _content(question)},
            ],
            max_completion_tokens=newer,
            max_tokens=older,
            response_format=self._format(question),
            reasoning_effort=settings.openai_effort or openai.omit,
            # What stays the same stands first, so that it is found in the cache of prefixes.
            prompt_cache_key=self._cache_key if settings.is_openai else openai.omit,
            timeout=question.seconds,
        )

    def _orders(self, question: Question) -> str:
        if self._settings.openai_schema == "strict":
            return question.system
        return f"{question.system}\n# The schema\n\n{json.dumps(question.schema)}\n"

    def _format(self, question: Question) -> "ResponseFormat | openai.Omit":
        if self._settings.openai_schema == "prompt":
            return openai.omit
        if self._settings.openai_schema == "json":
            return {"type": "json_object"}
        schema: dict[str, object] = dict(question.schema)
        return {
            "type": "json_schema",
            "json_schema": {"name": "answer", "strict": True, "schema": schema},
        }

    def _reply(self, answer: object) -> ModelReply:
        completion = _read(answer)
        if completion.error is not None:
            raise _told_failure(completion.error)
        if not completion.choices:
            raise _strange("something else than a completion")
        choice = completion.choices[0]
        _check_end(choice)
        text = _text(choice.message.content)
        if not text:
            raise TemporaryFailure("the model answered without a word: it is asked again")
        return ModelReply(text=text, usage=self._usage(completion))

    def _usage(self, completion: _Completion) -> Usage | None:
        used = completion.usage
        if used is None:
            return None
        details = used.prompt_tokens_details
        cached = (details and details.cached_tokens) or 0
        prices = self._prices()
        return Usage(
            model=completion.model or self._settings.openai_model,
            input_tokens=used.prompt_tokens,
            output_tokens=used.completion_tokens,
            cached_tokens=cached,
            cost_usd=prices.cost_usd(
                fresh=used.prompt_tokens - cached,
                output=used.completion_tokens,
                cache_read=cached,
            )
            if prices
            else None,
        )

    def _prices(self) -> Prices | None:
        settings = self._settings
        fresh, output = settings.openai_input_price, settings.openai_output_price
        cached = fresh if settings.openai_cached_price is None else settings.openai_cached_price
        if fresh is None or output is None or cached is None:
            return None
        return Prices(input=fresh, output=output, cache_write=fresh, cache_read=cached)


def failure_of(error: openai.APIError) -> PartFailure:
    """The failure that an error of the SDK means; one of the gateway's own client stays itself."""
    if isinstance(error.__cause__, PartFailure):
        return error.__cause__
    if isinstance(error, openai.APIConnectionError):
        return TemporaryFailure(f"{PROVIDER} gave no whole answer ({error}): it is asked again")
    status, headers = None, None
    if isinstance(error, openai.APIStatusError):
        status, headers = error.status_code, error.response.headers
    return _failure(status, (error.code, error.type), error.message, headers)


def _failure(
    status: int | None,
    kinds: tuple[str | None, ...],
    detail: str,
    headers: Mapping[str, str] | None = None,
) -> PartFailure:
    told = ProviderError(
        status=status,
        kind=next((kind for kind in kinds if kind), ""),
        detail=detail,
        headers=headers or {},
    )
    return provider_failure(told, provider=PROVIDER, setting=SETTING)


def _told_failure(error: _Error | str) -> PartFailure:
    """An error that came with 200, as some servers send it, with a status as its code."""
    if isinstance(error, str):
        return _failure(200, (), error)
    if isinstance(error.code, int) or (error.code or "").isdecimal():
        return _failure(int(error.code or 0), (error.type,), error.message)
    return _failure(200, (str(error.code or ""), error.type), error.message)


def _content(question: Question) -> "str | list[ChatCompletionContentPartParam]":
    # Servers without an eye for images take text alone, and not in parts.
    if not question.images:
        return question.text
    images: list[ChatCompletionContentPartParam] = [
        {"type": "image_url", "image_url": {"url": url}} for url in question.images
    ]
    return [*images, {"type": "text", "text": question.text}]


def _read(answer: object) -> _Completion:
    """What the SDK built, checked: it checks nothing, and hands on a web page as text."""
    if not isinstance(answer, openai.BaseModel):
        raise _strange("a web page instead of a completion")
    try:
        return _Completion.model_validate(answer.to_dict(warnings=False))
    except ValidationError:
        raise _strange("something else than a completion") from None


def _text(content: str | list[_Part] | None) -> str:
    if isinstance(content, list):
        return "".join(part.text or "" for part in content if part.type == "text")
    return content or ""


def _check_end(choice: _Choice) -> None:
    """Returns for an answer that came to its end. Raises `PermanentFailure` for any other."""
    if choice.message.refusal:
        raise PermanentFailure("the model declines to answer this: answer it yourself")
    if choice.finish_reason == "content_filter":
        raise PermanentFailure("a filter of the provider held the answer back: answer it yourself")
    if choice.finish_reason == "length":
        raise PermanentFailure(
            "the model's answer was cut off: raise assistantOutputTokens, lower openaiEffort, or "
            "give the server a longer context"
        )


def _strange(what: str) -> TemporaryFailure:
    return TemporaryFailure(
        f"{PROVIDER} answered {what}: it is asked again; check openaiBaseUrl, which ends in /v1, "
        "if this happens often",
        response_status=200,
    )
