"""The responder that asks Claude. The SDK is not imported before it is needed."""

import asyncio
import importlib
from typing import TYPE_CHECKING

from gateway.plugin import PartContext
from gateway.plugin.assistant import ModelReply, ModelResponder, Question
from gateway_ai_claude.settings import ClaudeSettings

if TYPE_CHECKING:
    from gateway_ai_claude.exchange import Exchange

EXCHANGE = "gateway_ai_claude.exchange"


class ClaudeResponder(ModelResponder[ClaudeSettings]):
    """One structured call of the Messages API for each turn."""

    name = "ai_claude"
    title = "Claude"
    Settings = ClaudeSettings

    def __init__(self, settings: ClaudeSettings, context: PartContext) -> None:
        super().__init__(settings, context)
        self._exchange: Exchange | None = None

    @property
    def sees_images(self) -> bool:
        """As the owner chose."""
        return self.settings.claude_images

    async def prepare(self) -> None:
        """Opens the client; the first one of a process loads the SDK beside the event loop."""
        if self._exchange is None:
            # Most of a second of CPU time and 80 MB, which a gateway without Claude does not pay.
            module = await asyncio.to_thread(importlib.import_module, EXCHANGE)
            self._exchange = module.Exchange(self.settings, self.context.http)

    async def ask(self, question: Question) -> ModelReply:
        """One call."""
        assert self._exchange is not None, "prepare() comes first"
        return await self._exchange.ask(question)

    async def aclose(self) -> None:
        """Closes the client, if there ever was one."""
        if self._exchange is not None:
            await self._exchange.aclose()
