"""OpenAI, and servers that speak its protocol, as a responder."""

from typing import Any

from gateway.plugin import Responder, hookimpl
from gateway_ai_openai.chat import OpenAIResponder


@hookimpl
def register_responders() -> list[type[Responder[Any]]]:
    return [OpenAIResponder]
