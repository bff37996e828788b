"""A stand-in for OpenAI's API on this machine: its strictness, or a small server's habits.

It has Chat Completions and transcriptions.

`python -m gateway_ai_openai.fake --port 8002` runs it; tests and simulators open a `FakeOpenAI`.
It needs aiohttp and nothing else.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from gateway.plugin.assistant.rehearsal import rehearsed_answer, schema_fault
from gateway.plugin.assistant.stage import FakeServer, Json, broken_off, streamed

SCENES: Final = frozenset(
    {
        "normal",
        "slow",
        "rate_limited",
        "no_credit",
        "overloaded",
        "broken_off",
        "failed_midway",
        "refusal",
        "filtered",
        "web_page",
        "truncated",
        "thinking_aloud",
        "parts",
        "empty",
        "no_json",
        "unreachable_image",
    }
)
KEY: Final = "sk-fake"
CACHE_MINIMUM: Final = 1_024
CHARACTERS_PER_TOKEN: Final = 4

# Scenes in which the API answers at once with an error: status, type, code and words.
ERRORS: Final[dict[str, tuple[int, str, str | None, str]]] = {
    "rate_limited": (429, "requests", "rate_limit_exceeded", "Rate limit reached for requests."),
    "no_credit": (429, "insufficient_quota", "insufficient_quota", "You exceeded your quota."),
    "overloaded": (503, "server_error", None, "The server is currently overloaded."),
    "unreachable_image": (400, "invalid_request_error", "invalid_image_url", "Cannot fetch it."),
}
PATH_OF_SPEECH: Final = "/v1/audio/transcriptions"
FORMATS: Final = ("flac", "m4a", "mp3", "mp4", "mpeg", "mpga", "oga", "ogg", "wav", "webm")
LARGEST_BYTES: Final = 25 * 1024**2
FAILED_MIDWAY: Final[Json] = {
    "error": {"message": "The server had an error.", "type": "server_error", "code": None}
}


@dataclass(slots=True)
class FakeOpenAI(FakeServer):
    """Chat Completions; `answers` makes the words of each answer out of a request's body.

    Whatever recording it is given, it hears `heard` in it.

    One that is not `strict` is like a small server of one's own: it wants no key, knows nothing of
    OpenAI's newer fields, and tells no usage.
    """

    PATH = "/v1/chat/completions"
    BASE = "/v1"
    SCENES = SCENES

    answers: Callable[[Json], str] = lambda body: rehearsed_answer(_question(body))
    heard: str = "Please call Dana by Friday"
    strict: bool = True
    _seen: set[str] = field(default_factory=set)

    def app(self) -> web.Application:
        """The API as an application."""
        app = web.Application(client_max_size=2 * LARGEST_BYTES)
        app.router.add_post(self.PATH, self.answer)
        app.router.add_post(PATH_OF_SPEECH, self.transcribe)
        return app

    async def transcribe(self, request: web.Request) -> web.StreamResponse:
        """One recording; of it `requests` has what was said about it."""
        if self._is_stranger(request):
            return _error(401, "invalid_request_error", "invalid_api_key", "Incorrect API key.")
        form = await request.post()
        file = form.get("file")
        if not isinstance(file, web.FileField) or not form.get("model"):
            return _error(400, "invalid_request_error", None, "you must provide a model and a file")
        content = file.file.read()
        if len(content) > LARGEST_BYTES:
            return _error(413, "server_error", None, "Maximum content size limit exceeded")
        if file.filename.rpartition(".")[2] not in FORMATS:
            return _error(400, "invalid_request_error", None, "Unrecognized file format.")
        fields = {name: text for name, text in form.items() if isinstance(text, str)}
        told = {"file": file.filename, "type": file.content_type, "size": len(content)}
        self.requests.append({**fields, **told})
        return await self._heard(request)

    async def _heard(self, request: web.Request) -> web.StreamResponse:
        scene = self.next_scene()
        if scene in ERRORS:
            return _error(*ERRORS[scene])
        if scene == "slow":
            await self.pause()
        if scene == "web_page":
            return _web_page()
        answer: Json = {"text": "" if scene == "empty" else self.heard}
        if scene == "broken_off":
            return await broken_off(request, answer)
        return web.json_response(answer)

    def _is_stranger(self, request: web.Request) -> bool:
        return self.strict and request.headers.get("authorization") != f"Bearer {KEY}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        if self._is_stranger(request):
            return _error(401, "invalid_request_error", "invalid_api_key", "Incorrect API key.")
        body = json.loads(await request.read())
        fault = _fault(body, strict=self.strict)
        if fault:
            return _error(400, "invalid_request_error", None, fault)
        self.requests.append(body)
        scene = self.next_scene()
        if scene == "unreachable_image" and isinstance(body["messages"][-1]["content"], str):
            scene = "normal"
        if scene in ERRORS:
            return _error(*ERRORS[scene])
        if scene == "slow":
            await self.pause()
        return await self._played(request, body, scene)

    async def _played(self, request: web.Request, body: Json, scene: str) -> web.StreamResponse:
        completion = self._completion(body, scene)
        if body.get("stream"):
            return await streamed(request, _chunks(completion, fails=scene == "failed_midway"))
        if scene == "broken_off":
            return await broken_off(request, completion)
        if scene == "web_page":
            return _web_page()
        if scene == "failed_midway":
            return web.json_response(FAILED_MIDWAY)
        return web.json_response(completion, headers={"x-request-id": "req_fake"})

    def _completion(self, body: Json, scene: str) -> Json:
        said = self.answers(body)
        message, end = _message(said, scene)
        completion: Json = {
            "id": "chatcmpl-fake",
            "object": "chat.completion",
            "created": 1_767_323_045,
            "model": body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": end}],
        }
        if self.strict:
            completion["choices"][0]["logprobs"] = None
            completion["usage"] = self._usage(body, said)
        return completion

    def _usage(self, body: Json, said: str) -> Json:
        """Tokens by a rule of thumb; a long prompt that was seen before counts as cached."""
        orders = str(body["messages"][0]["content"])
        long = len(orders) // CHARACTERS_PER_TOKEN
        cached = long if orders in self._seen and long >= CACHE_MINIMUM else 0
        self._seen.add(orders)
        prompt = len(json.dumps(body["messages"])) // CHARACTERS_PER_TOKEN
        completion = len(said) // CHARACTERS_PER_TOKEN
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "prompt_tokens_details": {"cached_tokens": cached},
        }


def _message(said: str, scene: str) -> tuple[Json, str]:
    """The words of a scene, and why they ended."""
    message: Json = {"role": "assistant", "content": said, "refusal": None}
    if scene == "refusal":
        return {**message, "content": None, "refusal": "I cannot help with that."}, "stop"
    if scene == "filtered":
        return {**message, "content": None}, "content_filter"
    if scene == "truncated":
        return {**message, "content": said[: len(said) // 2]}, "length"
    other: dict[str, Any] = {
        "thinking_aloud": f"<think>They say {{something}}.</think>\n```json\n{said}\n```",
        "parts": [{"type": "text", "text": said}, {"type": "aroma", "notes": ["oak"]}],
        "empty": None,
        "no_json": "I would rather talk about the weather.",
    }
    return {**message, "content": other.get(scene, said)}, "stop"


def _fault(body: Json, *, strict: bool) -> str:
    """What the API would refuse in a request; empty for a good one."""
    missing = [name for name in ("model", "messages") if not body.get(name)]
    if missing:
        return f"Missing required parameter: '{missing[0]}'."
    if strict and "max_tokens" in body:
        return "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
    unknown = {"max_completion_tokens", "prompt_cache_key"} & body.keys()
    if unknown and not strict:
        return f"unknown field: {min(unknown)}"
    schema = ((body.get("response_format") or {}).get("json_schema") or {}).get("schema")
    return schema_fault(schema) if schema else ""


def _question(body: Json) -> str:
    """The words of the latest user message."""
    content = body["messages"][-1]["content"]
    if isinstance(content, str):
        return content
    return "".join(part["text"] for part in content if part["type"] == "text")


def _web_page() -> web.Response:
    return web.Response(text="<title>502 Bad Gateway</title>", content_type="text/html")


def _error(status: int, kind: str, code: str | None, words: str) -> web.Response:
    body = {"error": {"message": words, "type": kind, "param": None, "code": code}}
    headers = {"retry-after": "7"} if code == "rate_limit_exceeded" else {}
    return web.json_response(body, status=status, headers={"x-request-id": "req_fake", **headers})


def _chunks(completion: Json, *, fails: bool) -> list[str]:
    """The completion as a stream, or the first of it and an error."""
    choice = completion["choices"][0]
    words = {"role": "assistant", "content": choice["message"]["content"]}
    end = FAILED_MIDWAY if fails else _chunk(completion, {}, choice["finish_reason"])
    chunks = [_chunk(completion, words, None), end]
    return [*(f"data: {json.dumps(chunk)}" for chunk in chunks), "data: [DONE]"]


def _chunk(completion: Json, delta: Json, end: str | None) -> Json:
    shared = {name: completion[name] for name in ("id", "created", "model")}
    choice = {"index": 0, "delta": delta, "finish_reason": end}
    return {**shared, "object": "chat.completion.chunk", "choices": [choice]}


def main() -> None:
    """Runs the fake until it is interrupted."""
    parser = argparse.ArgumentParser(
        description=f"A fake of OpenAI; its key is {KEY}, with --lenient it wants none."
    )
    parser.add_argument("--port", type=int, default=8002)
    parser.add_argument("--lenient", action="store_true", help="as a small server of one's own")
    options = parser.parse_args()
    fake = FakeOpenAI(strict=not options.lenient)
    web.run_app(fake.app(), host="127.0.0.1", port=options.port)


if __name__ == "__main__":
    main()
