"""Claude as a responder."""

from typing import Any

from gateway.plugin import Responder, hookimpl
from gateway_ai_claude.claude import ClaudeResponder


@hookimpl
def register_responders() -> list[type[Responder[Any]]]:
    return [ClaudeResponder]
