"""The responder that asks a language model: everything but the call itself."""

import asyncio
from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import TypeVar

from pydantic import Field

from gateway.plugin.assistant.answers import answer_from
from gateway.plugin.assistant.failures import QuestionRefused
from gateway.plugin.assistant.prompts import system_prompt
from gateway.plugin.assistant.questions import Question, question_about
from gateway.plugin.errors import TemporaryFailure
from gateway.plugin.messages import Answer, Conversation, Usage
from gateway.plugin.parts import PartSettings, Responder


class ModelSettings(PartSettings):
    """How an assistant with a model answers, whichever model it is."""

    longest_reply: int = Field(
        1_000, ge=160, le=1_600, title="Longest reply", description="In characters."
    )
    assistant_deadline_seconds: float = Field(
        20.0,
        ge=1,
        le=40,
        title="Deadline",
        description="Seconds that a model has for its whole answer; after them it is passed over.",
    )
    assistant_output_tokens: int = Field(
        2_000,
        ge=256,
        le=16_000,
        title="Longest answer",
        description="In tokens: the reply with everything that is noted beside it.",
    )
    assistant_instructions: str = Field(
        "",
        max_length=8_000,
        title="Instructions",
        description="What the assistant has to know and to heed on this channel.",
    )
    assistant_prompt: str = Field(
        "",
        max_length=40_000,
        title="Prompt",
        description="Replaces the whole prompt that ships with the gateway; empty: that one.",
    )


M = TypeVar("M", bound=ModelSettings)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelReply:
    """What a model wrote, and what it used."""

    text: str
    usage: Usage | None = None


class ModelResponder(Responder[M]):
    """Answers a turn with one call of a language model, whose answer is checked field by field."""

    @property
    def sees_images(self) -> bool:
        """Whether the model may be shown the addresses of images."""
        return False

    async def prepare(self) -> None:
        """Gets ready for `ask`, such as by loading an SDK; the deadline does not count it."""

    @abstractmethod
    async def ask(self, question: Question) -> ModelReply:
        """Makes one call, once: it is cancelled when the time is over.

        Raises `TemporaryFailure` or `PermanentFailure`; `provider_failure` makes the right one.
        """

    async def respond(self, conversation: Conversation) -> Answer:
        """Answers all pending messages with one call within the deadline."""
        if not conversation.pending:
            return Answer(reply="")
        settings, policy = self.settings, conversation.policy
        seconds = min(settings.assistant_deadline_seconds, policy.answer_seconds)
        question = question_about(
            conversation,
            system=system_prompt(
                policy,
                longest=settings.longest_reply,
                instructions=settings.assistant_instructions,
                own=settings.assistant_prompt,
            ),
            sees_images=self.sees_images,
            output_tokens=settings.assistant_output_tokens,
            seconds=seconds,
        )
        await self.prepare()
        try:
            async with asyncio.timeout(seconds):
                told = await self._asked(question)
        except TimeoutError:
            raise TemporaryFailure(
                f"the model did not answer within {seconds:g} seconds: it is asked again; "
                "raise assistantDeadlineSeconds or choose a faster model if this happens often"
            ) from None
        return answer_from(
            told.text, conversation, longest=settings.longest_reply, usage=told.usage
        )

    async def _asked(self, question: Question) -> ModelReply:
        """The model's reply; without the images when it refuses a question that has some."""
        try:
            return await self.ask(question)
        except QuestionRefused:
            # Often the provider could not fetch one: its address needs a password, or is gone.
            if not question.images:
                raise
        return await self.ask(replace(question, images=()))
