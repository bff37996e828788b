"""A stand-in for Anthropic's Messages API on this machine: as strict, free, and with bad days.

`python -m gateway_ai_claude.fake --port 8001` runs it; tests and simulators open a `FakeClaude`.
It needs aiohttp and nothing else.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from gateway.plugin.assistant.rehearsal import rehearsed_answer, schema_fault
from gateway.plugin.assistant.stage import FakeServer, Json, broken_off, streamed

SCENES: Final = frozenset(
    {
        "normal",
        "slow",
        "rate_limited",
        "overloaded",
        "broken_off",
        "failed_midway",
        "refusal",
        "web_page",
        "truncated",
        "unknown_block",
        "no_json",
        "no_credit",
        "unreachable_image",
    }
)
KEY: Final = "sk-ant-fake"
VERSIONS: Final = frozenset({"2023-06-01", "2026-10-21"})
GONE: Final = frozenset({"temperature", "top_p", "top_k"})
CACHE_MINIMUM: Final = 512
CHARACTERS_PER_TOKEN: Final = 4
RETRY_AFTER: Final = "7"

# Scenes in which the API answers at once with an error: status, type and words.
ERRORS: Final[dict[str, tuple[int, str, str]]] = {
    "rate_limited": (429, "rate_limit_error", "This request would exceed your rate limit."),
    "overloaded": (529, "overloaded_error", "Overloaded"),
    "no_credit": (400, "billing_error", "Your credit balance is too low."),
    "unreachable_image": (400, "invalid_request_error", "Unable to download the file."),
}
PAGE: Final = "<!doctype html><title>Sign in</title><p>This network asks you to sign in.</p>"


@dataclass(slots=True)
class FakeClaude(FakeServer):
    """The Messages API; `answers` makes the words of each answer out of a request's body."""

    PATH = "/v1/messages"
    SCENES = SCENES

    answers: Callable[[Json], str] = lambda body: rehearsed_answer(_question(body))
    _cached: set[str] = field(default_factory=set)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        keys = (request.headers.get(name, "") for name in ("x-api-key", "authorization"))
        if KEY not in {key.removeprefix("Bearer ") for key in keys}:
            return _error(401, "authentication_error", "invalid x-api-key")
        body = json.loads(await request.read())
        fault = _fault(request, body)
        if fault:
            return _error(400, "invalid_request_error", fault)
        self.requests.append(body)
        scene = self.next_scene()
        if scene == "unreachable_image" and not _has_image(body):
            scene = "normal"
        if scene in ERRORS:
            return _error(*ERRORS[scene])
        if scene == "slow":
            await self.pause()
        return await self._played(request, body, scene)

    async def _played(self, request: web.Request, body: Json, scene: str) -> web.StreamResponse:
        message = self._message(body, scene)
        if body.get("stream"):
            events = _events(message, fails=scene == "failed_midway")
            lines = (f"event: {event['type']}\ndata: {json.dumps(event)}" for event in events)
            return await streamed(request, lines)
        if scene == "broken_off":
            return await broken_off(request, message)
        if scene == "web_page":
            return web.Response(text=PAGE, content_type="text/html")
        if scene == "failed_midway":
            return web.json_response(_error_body("overloaded_error", "Overloaded"))
        return web.json_response(message, headers={"request-id": "req_fake"})

    def _message(self, body: Json, scene: str) -> Json:
        said = self.answers(body)
        content: list[Json] = [{"type": "text", "text": said}]
        end = "end_turn"
        if scene == "unknown_block":
            content.insert(0, {"type": "telepathy", "waves": [1, 2]})
        elif scene == "no_json":
            content[0]["text"] = "I would rather talk about the weather."
        elif scene == "truncated":
            content[0]["text"], end = said[: len(said) // 2], "max_tokens"
        elif scene == "refusal":
            content, end = [], "refusal"
        details = {"type": "refusal", "category": "cyber", "explanation": "Not this."}
        return {
            "id": "msg_01Fake",
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": content,
            "stop_reason": end,
            "stop_sequence": None,
            "stop_details": details if end == "refusal" else None,
            "usage": self._usage(body, said),
        }

    def _usage(self, body: Json, said: str) -> Json:
        """Tokens by a rule of thumb; a long prompt that is marked is written once, then read."""
        system = body.get("system") or []
        marked = "".join(block["text"] for block in system if block.get("cache_control"))
        tokens = len(marked) // CHARACTERS_PER_TOKEN
        is_cached, is_long = marked in self._cached, tokens >= CACHE_MINIMUM
        if is_long:
            self._cached.add(marked)
        whole = len(json.dumps([system, body["messages"]])) // CHARACTERS_PER_TOKEN
        written = tokens if is_long and not is_cached else 0
        return {
            "input_tokens": whole - tokens if is_long else whole,
            "output_tokens": len(said) // CHARACTERS_PER_TOKEN,
            "cache_creation_input_tokens": written,
            "cache_read_input_tokens": tokens if is_long and is_cached else 0,
            "cache_creation": {
                "ephemeral_5m_input_tokens": written,
                "ephemeral_1h_input_tokens": 0,
            },
            "service_tier": "standard",
        }


def _fault(request: web.Request, body: Json) -> str:
    """What the API would refuse in a request; empty for a good one."""
    if request.headers.get("anthropic-version") not in VERSIONS:
        return "anthropic-version: header is required"
    missing = [name for name in ("model", "max_tokens", "messages") if not body.get(name)]
    if missing:
        return f"{missing[0]}: Field required"
    if GONE & body.keys():
        return f"{min(GONE & body.keys())}: Extra inputs are not permitted"
    if body["messages"][-1]["role"] != "user":
        return "messages: assistant message prefill is not supported"
    schema = ((body.get("output_config") or {}).get("format") or {}).get("schema")
    return f"output_config.format.schema: {fault}" if (fault := schema_fault(schema or {})) else ""


def _question(body: Json) -> str:
    """The words of the latest user message."""
    content = body["messages"][-1]["content"]
    if isinstance(content, str):
        return content
    return "".join(block["text"] for block in content if block["type"] == "text")


def _has_image(body: Json) -> bool:
    content = body["messages"][-1]["content"]
    return not isinstance(content, str) and any(block["type"] == "image" for block in content)


def _error_body(kind: str, words: str) -> Json:
    return {"type": "error", "error": {"type": kind, "message": words}, "request_id": "req_fake"}


def _error(status: int, kind: str, words: str) -> web.Response:
    headers = {"request-id": "req_fake"}
    if kind == "rate_limit_error":
        headers["retry-after"] = RETRY_AFTER
    return web.json_response(_error_body(kind, words), status=status, headers=headers)


def _events(message: Json, *, fails: bool) -> list[Json]:
    opened = {**message, "content": [], "stop_reason": None}
    events: list[Json] = [{"type": "message_start", "message": opened}, {"type": "ping"}]
    for index, block in enumerate(message["content"]):
        text = block.get("text", "")
        events.append(
            {"type": "content_block_start", "index": index, "content_block": {**block, "text": ""}}
        )
        if fails:
            return [*events, _error_body("overloaded_error", "Overloaded")]
        delta = {"type": "text_delta", "text": text}
        events.append({"type": "content_block_delta", "index": index, "delta": delta})
        events.append({"type": "content_block_stop", "index": index})
    end = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    used = {"output_tokens": message["usage"]["output_tokens"]}
    events.append({"type": "message_delta", "delta": end, "usage": used})
    return [*events, {"type": "message_stop"}]


def main() -> None:
    """Runs the fake until it is interrupted."""
    parser = argparse.ArgumentParser(description=f"A fake of Anthropic's API; its key is {KEY}.")
    parser.add_argument("--port", type=int, default=8001)
    web.run_app(FakeClaude().app(), host="127.0.0.1", port=parser.parse_args().port)


if __name__ == "__main__":
    main()
