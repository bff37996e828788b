"""The responder that asks a chat model. The SDK is not imported before it is needed."""

import asyncio
import importlib
from typing import TYPE_CHECKING

from gateway.plugin import PartContext
from gateway.plugin.assistant import ModelReply, ModelResponder, Question
from gateway_ai_openai.settings import OpenAISettings

if TYPE_CHECKING:
    from gateway_ai_openai.completions import Completions

COMPLETIONS = "gateway_ai_openai.completions"


class OpenAIResponder(ModelResponder[OpenAISettings]):
    """One structured call of Chat Completions for each turn."""

    name = "ai_openai"
    title = "OpenAI or compatible"
    Settings = OpenAISettings

    def __init__(self, settings: OpenAISettings, context: PartContext) -> None:
        super().__init__(settings, context)
        self._completions: Completions | None = None

    @property
    def sees_images(self) -> bool:
        """As the owner chose."""
        return self.settings.openai_images

    async def prepare(self) -> None:
        """Opens the client; the first one of a process loads the SDK beside the event loop."""
        if self._completions is None:
            module = await asyncio.to_thread(importlib.import_module, COMPLETIONS)
            self._completions = module.Completions(self.settings, self.context)

    async def ask(self, question: Question) -> ModelReply:
        """One call."""
        assert self._completions is not None, "prepare() comes first"
        return await self._completions.ask(question)

    async def aclose(self) -> None:
        """Closes the client, if it was opened."""
        if self._completions is not None:
            await self._completions.aclose()
