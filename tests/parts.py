"""Fakes of the outside, as parts that are registered like any plugin's."""

import asyncio
import base64
import json
from collections.abc import Callable, Mapping
from copy import copy
from datetime import UTC, datetime
from typing import Any, ClassVar, Final, cast

from pydantic import Field, SecretStr

from gateway.plugin import (
    Answer,
    Attachment,
    Conversation,
    Fragment,
    HttpAnswer,
    InboundMessage,
    InboundRequest,
    InvalidAuth,
    InvalidPayload,
    MediaReader,
    OutboundMessage,
    Parsed,
    Parser,
    PartSettings,
    Person,
    Receipt,
    ReceiptState,
    Responder,
    Sent,
    StructuredTask,
    TaskDraft,
    Transport,
    Usage,
    Verifier,
)


class TextSettings(PartSettings):
    """Settings of the fake provider."""

    auth_token: SecretStr = Field(title="Token", description="What the provider sends in X-Token.")


class FakeProvider(Parser[TextSettings], Verifier[TextSettings], Transport[TextSettings]):
    """A provider channel: in comes `id|sender|text`, what goes out is kept.

    `receipt|provider id|state|message id|code|reason|opted out|unreachable|passing` is what it says
    of one.
    `file|id|sender|text|name|type|base64` is a text with a file.
    `piece|id|sender|text|reference|number|total` is a piece of a long text.
    `many|sender|text|number` is so many texts at once.
    `send_fails` may raise in place of a delivery, `became` says what became of one in doubt.
    """

    name = "fake"
    title = "Fake provider"
    channel_type = "sms"
    Settings = TextSettings
    sent: ClassVar[list[OutboundMessage]] = []
    send_fails: ClassVar[Callable[[OutboundMessage], None] | None] = None
    pieces: ClassVar[tuple[str, ...]] = ()
    fails_on: ClassVar[dict[int, Exception]] = {}
    became: ClassVar[Callable[[OutboundMessage], Sent | None] | None] = None

    async def verify(self, request: InboundRequest) -> None:
        """Compares X-Token; the token `bug` makes it fail as a broken plugin would."""
        given = request.headers.get("x-token", "")
        if given == "bug":
            raise ZeroDivisionError
        if given != self.settings.auth_token.get_secret_value():
            raise InvalidAuth("X-Token is wrong")

    def parse(self, request: InboundRequest) -> Parsed:
        """Reads the body; one that says `bug` makes it fail as a broken plugin would."""
        if request.body == b"bug":
            raise ZeroDivisionError
        parts = request.body.decode().split("|")
        if parts[0] == "receipt":
            return Parsed(receipts=(_receipt(parts[1:]),), answer=HttpAnswer(status=204))
        if parts[0] == "file":
            return Parsed(messages=(_with_file(parts[1:]),), answer=HttpAnswer(status=200))
        if parts[0] == "many":
            return Parsed(messages=_many(parts[1:]), answer=HttpAnswer(status=200))
        if parts[0] == "piece":
            return Parsed(messages=(_piece(parts[1:]),), answer=HttpAnswer(status=200))
        if len(parts) != len(("id", "sender", "text")):
            raise InvalidPayload("the body is not id|sender|text")
        message = InboundMessage(external_id=parts[0], sender=parts[1], text=parts[2])
        answer = HttpAnswer(body=b"<Response/>", content_type="text/xml")
        return Parsed(messages=(message,), answer=answer)

    async def send(self, message: OutboundMessage) -> Sent:
        """One attempt."""
        if FakeProvider.send_fails is not None:
            FakeProvider.send_fails(message)
        if self.context.webhook_id in self.fails_on:
            raise self.fails_on[self.context.webhook_id]
        again = "-again" if any(one.id == message.id for one in self.sent) else ""
        self.sent.append(message)
        return Sent(
            provider_id=f"m{message.id}{again}", segments=1, cost_usd=0.01, pieces=self.pieces
        )

    async def reconcile(self, message: OutboundMessage) -> Sent | None:
        """What became of an attempt."""
        if FakeProvider.became is None:
            return await super().reconcile(message)
        return FakeProvider.became(message)


class FakeMail(FakeProvider):
    """A provider of mail: in comes an `InboundMessage` as JSON, what goes out is kept."""

    name = "fake_mail"
    title = "Fake mail"
    channel_type = "mail"

    def parse(self, request: InboundRequest) -> Parsed:
        """Reads the body."""
        fields: dict[str, Any] = json.loads(request.body)
        if requester := fields.get("requester"):
            fields["requester"] = Person(**requester)
        if structured := fields.get("structured"):
            fields["structured"] = StructuredTask(**structured)
        message = InboundMessage(**fields)
        return Parsed(messages=(message,), answer=HttpAnswer(status=202))


def _with_file(parts: list[str]) -> InboundMessage:
    id_, sender, text, name, kind, content = parts
    file = Attachment(type=kind, url="", name=name, content=base64.b64decode(content))
    return InboundMessage(external_id=id_, sender=sender, text=text, attachments=(file,))


def _many(parts: list[str]) -> tuple[InboundMessage, ...]:
    sender, text, number = parts
    return tuple(
        InboundMessage(external_id=f"{place}", sender=sender, text=text)
        for place in range(int(number))
    )


def _piece(parts: list[str]) -> InboundMessage:
    id_, sender, text, ref, number, total = parts
    fragment = Fragment(ref=ref, number=int(number), total=int(total))
    return InboundMessage(external_id=id_, sender=sender, text=text, fragment=fragment)


def _receipt(parts: list[str]) -> Receipt:
    provider_id, state, message_id, code, reason, opted_out, unreachable, passing = parts
    return Receipt(
        provider_id=provider_id,
        state=cast(ReceiptState, state),
        message_id=int(message_id) if message_id else None,
        error_code=code,
        reason=reason,
        opted_out=bool(opted_out),
        is_unreachable=bool(unreachable),
        is_passing=bool(passing),
        at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    )


class EchoResponder(Responder[PartSettings]):
    """Repeats what it is told, with a task for each message; `outcome` may raise in its place."""

    name = "echo"
    title = "Echo"
    outcome: ClassVar[Callable[[Conversation], None] | None] = None

    async def respond(self, conversation: Conversation) -> Answer:
        """One turn."""
        if EchoResponder.outcome is not None:
            EchoResponder.outcome(conversation)
        texts = [turn.text for turn in conversation.pending]
        return Answer(
            reply="echo " + " / ".join(texts),
            tasks=tuple(
                TaskDraft(title=turn.text, source_message_id=turn.message_id)
                for turn in conversation.pending
            ),
            summary=" / ".join(texts),
        )


class ModelResponder(Responder[PartSettings]):
    """Stands for a model: gives the next of `answers`, an exception by raising it, then echoes."""

    name = "model"
    title = "Model"
    answers: ClassVar[list[Answer | Exception]] = []
    asked: ClassVar[list[Conversation]] = []

    async def respond(self, conversation: Conversation) -> Answer:
        """One turn."""
        self.asked.append(conversation)
        answer = self.answers.pop(0) if self.answers else Answer(reply="model")
        if isinstance(answer, Exception):
            raise answer
        return answer


class SlowResponder(Responder[PartSettings]):
    """A model that thinks until it is cancelled, except about what `quick` says."""

    name = "slow"
    title = "Slow model"
    quick: ClassVar[str] = ""
    started: ClassVar[int] = 0
    cancelled: ClassVar[int] = 0

    async def respond(self, conversation: Conversation) -> Answer:
        """One turn."""
        SlowResponder.started += 1
        if self.quick and any(self.quick in turn.text for turn in conversation.pending):
            texts = " / ".join(turn.text for turn in conversation.pending)
            return Answer(reply=f"slow {texts}", usage=USAGE)
        try:
            await asyncio.Event().wait()
        finally:
            SlowResponder.cancelled += 1
        raise AssertionError


class ReaderSettings(PartSettings):
    """Settings of the fake reader."""

    reader_language: str = Field("en", title="Language", description="What it reads.")


class FakeReader(MediaReader[ReaderSettings]):
    """Finds in each picture what it is told, an exception by raising it."""

    name = "words"
    title = "Words"
    Settings = ReaderSettings
    finds: ClassVar[str | Exception] = ""
    seen: ClassVar[list[tuple[bytes, str]]] = []

    def reads(self, content_type: str) -> bool:
        """Pictures."""
        return content_type.startswith("image/")

    async def read(self, content: bytes, content_type: str) -> str:
        """One file."""
        self.seen.append((content, content_type))
        if isinstance(self.finds, Exception):
            raise self.finds
        return self.finds


USAGE: Final = Usage(model="slow-1", input_tokens=100, output_tokens=10, cached_tokens=50)


def _made(fake: type) -> dict[str, object]:
    return {
        name: copy(value) if isinstance(value, dict | list) else value
        for name, value in vars(fake).items()
        if not name.startswith("__")
    }


FAKES: Final[Mapping[type, Mapping[str, object]]] = {
    fake: _made(fake)
    for fake in (
        FakeProvider,
        FakeMail,
        EchoResponder,
        ModelResponder,
        SlowResponder,
        FakeReader,
    )
}
"""What tests tell to do this or that, each as it was made."""


def make_as_new() -> None:
    """Takes back all that a test has told the fakes to do, and all that they have kept."""
    for fake, made in FAKES.items():
        for name in _made(fake).keys() - made.keys():
            delattr(fake, name)
        for name, value in made.items():
            if vars(fake)[name] != value or isinstance(value, dict | list):
                setattr(fake, name, copy(value) if isinstance(value, dict | list) else value)
