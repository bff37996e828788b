"""OpenAI, and servers that speak its protocol, as a responder and as a reader of recordings."""

from typing import Any

from gateway.plugin import MediaReader, Responder, hookimpl
from gateway_ai_openai.chat import OpenAIResponder
from gateway_ai_openai.speech import OpenAISpeech


@hookimpl
def register_responders() -> list[type[Responder[Any]]]:
    return [OpenAIResponder]


@hookimpl
def register_media_readers() -> list[type[MediaReader[Any]]]:
    return [OpenAISpeech]
