"""What a request brought, without the numbers of cards: its messages, and its body."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from gateway.plugin.messages import Attachment, InboundMessage, JsonValue, StructuredTask
from gateway.rules.bodies import masked_body, masked_file, media_type_of, worth_a_look
from gateway.rules.cards import Mask, may_hold

MASKED: Final = "maskedCards"
"""The fact that tells how much of a message was masked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """The messages of a request, its body, and how many numbers and codes were masked in it."""

    messages: Sequence[InboundMessage]
    body: bytes
    count: int = 0


def masked(messages: Sequence[InboundMessage], body: bytes, content_type: str) -> Brought:
    """What may be stored of a request; the same objects when it holds no number of a card.

    Nothing that tells messages or people apart is touched. A body that hides a number which was
    read in it, such as one that HTML cuts into pieces, is left out.
    """
    media_type = media_type_of(content_type)
    if not worth_a_look(body, media_type) and not any(map(_may_hold, messages)):
        return Brought(messages=messages, body=body)
    keeps = [kept for message in messages for kept in _identities(message)]
    read, found = _read(messages, keeps)
    mask = Mask(keeps, is_beside=found.has_card)
    kept = masked_body(body, media_type, mask)
    if mask.has_card and not found.has_card:  # its code may stand before the number
        mask = Mask(keeps, is_beside=True)
        kept = masked_body(body, media_type, mask)
    if not found.count and not mask.count:
        return Brought(messages=messages, body=body)
    if found.numbers - mask.numbers or (found.count and not mask.count):
        kept = b""
    count = max(found.count, mask.count)
    read = [replace(one, facts={**one.facts, MASKED: count}) for one in read]
    return Brought(messages=read, body=kept, count=count)


def masked_words(text: str) -> str:
    """A text that stands for itself, such as what was read in a picture."""
    mask = Mask()
    once = mask.text(text)
    return Mask(is_beside=True).text(once) if mask.has_card else once


def _read(
    messages: Sequence[InboundMessage], keeps: Sequence[str]
) -> tuple[Sequence[InboundMessage], Mask]:
    mask = Mask(keeps)
    read = [_message(message, mask) for message in messages]
    if not mask.has_card:
        return (read if mask.count else messages), mask
    # Once more: the code of a card may stand before its number, and in another field.
    mask = Mask(keeps, is_beside=True)
    return [_message(message, mask) for message in messages], mask


def _may_hold(message: InboundMessage) -> bool:
    """Whether a message is worth a closer look; mostly it is not, and most cost nothing."""
    if any(one.content for one in message.attachments):
        return True
    names = [one.name for one in message.attachments]
    told = (message.text, message.sender_name, message.facts, message.structured, *names)
    return may_hold(repr(told).encode("utf-8", "replace"))


def _identities(message: InboundMessage) -> tuple[str, ...]:
    told = (message.sender, message.external_id, message.recipient, message.thread_hint)
    requester = message.requester.address if message.requester else None
    return tuple(kept for kept in (*told, requester) if kept)


def _message(message: InboundMessage, mask: Mask) -> InboundMessage:
    text, name = mask.text(message.text), message.sender_name
    name = mask.text(name) if name else name
    structured = _task(message.structured, mask) if message.structured else None
    attachments = tuple(_attachment(one, mask) for one in message.attachments)
    facts = {mask.text(key): _value(fact, mask, key) for key, fact in message.facts.items()}
    return replace(
        message,
        text=text,
        sender_name=name,
        structured=structured,
        attachments=attachments,
        facts=facts,
    )


def _task(task: StructuredTask, mask: Mask) -> StructuredTask:
    return replace(task, title=mask.text(task.title), description=mask.text(task.description))


def _attachment(attachment: Attachment, mask: Mask) -> Attachment:
    name, content = attachment.name, attachment.content
    return replace(
        attachment,
        name=mask.text(name) if name else name,
        content=masked_file(content, mask) if content else content,
    )


def _value(value: JsonValue, mask: Mask, label: str = "") -> JsonValue:
    """The same for each text and each long number in a JSON value."""
    if isinstance(value, str):
        return mask.text(value, label)
    if isinstance(value, dict):
        return {mask.text(key): _value(item, mask, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_value(item, mask, label) for item in value]
    if isinstance(value, int) and not isinstance(value, bool):
        number = str(value)
        found = mask.text(number, label)
        return value if found == number else found
    return value
