"""What a channel would make of a message: asked before it goes live, or after it went wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import Field

from gateway.channels import Channel
from gateway.parsing import parse
from gateway.plugin import (
    Attachment,
    FieldError,
    InboundMessage,
    InboundRequest,
    InvalidPayload,
    JsonValue,
    StructuredTask,
    Turn,
    Usage,
)
from gateway.plugin.errors import PluginUnavailable, WebhookNotFound
from gateway.previews import Fate, Preview, Scene, preview
from gateway.records import NewTask
from gateway.rules.masking import masked_words
from gateway.rules.verdicts import NewProposal
from gateway.store.columns import analysis_json
from gateway.web.api.moments import Moment
from gateway.web.api.procedures import ById, Call, procedure
from gateway.web.api.webhook_shapes import LongText, Text
from gateway.web.wire import Body, body_bytes, refuse

LONGEST_CONTENT: Final = 20_000
LONGEST_BODY: Final = 200_000
MOST_EARLIER: Final = 40
MOST_MESSAGES: Final = 10
"""A request that holds more is one of a machine: each of them may ask a model."""

Content = Annotated[LongText, Field(max_length=LONGEST_CONTENT)]


class Said(Body):
    """One earlier message of the imagined conversation."""

    role: Literal["user", "assistant"] = Field(description="Who said it.")
    content: Content = Field(description="What was said.")


class AskPreview(ById):
    """A message in words, or a request as a provider or program would post it."""

    content: Content | None = Field(None, description="What a person writes.")
    sender_identifier: Text = Field(
        "preview", min_length=1, max_length=320, description="Who writes `content`."
    )
    body: str | None = Field(
        None,
        max_length=LONGEST_BODY,
        description="In place of `content`: the body of a request, read as the channel reads it.",
    )
    body_base64: str | None = Field(
        None, max_length=LONGEST_BODY, description="The bytes of the body, in place of `body`."
    )
    content_type: str = Field(
        "application/json", max_length=200, description="`Content-Type` of the request."
    )
    earlier: list[Said] = Field(
        default_factory=list,
        max_length=MOST_EARLIER,
        description="What was said before, oldest first.",
    )
    at: Moment | None = Field(
        None, description="When the message comes, which dates depend on; now, if left out."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedAttachment:
    """A file that comes with a message; one whose bytes come along has no URL yet."""

    type: str
    name: str | None
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedTask:
    """A task that would be made."""

    title: str
    description: str
    priority: str
    deadline: datetime | None
    project: str | None
    assignee: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedProposal:
    """What the sender would be asked, or could undo."""

    code: str
    title: str
    status: str
    deadline: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedMessage:
    """A message as it is read, and what would become of it."""

    sender_identifier: str
    sender_name: str | None
    external_message_id: str | None
    message_type: str
    content: str
    attachments: Sequence[PreviewedAttachment]
    structured: StructuredTask | None
    fate: Fate
    reason: str | None
    analysis: Mapping[str, JsonValue] | None
    reply: str | None
    tasks: Sequence[PreviewedTask]
    proposals: Sequence[PreviewedProposal]
    memory: Mapping[str, JsonValue]
    usage: Usage | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Previewed:
    """The messages that a request holds, and how many receipts of a provider."""

    messages: Sequence[PreviewedMessage]
    receipts: int


@procedure(
    "webhooks.preview",
    "POST /webhooks/{id}/preview",
    scope="webhooks:write",
    raises=(WebhookNotFound, PluginUnavailable),
)
async def preview_message(call: Call, asked: AskPreview) -> Previewed:
    """Shows what a channel would make of a message, and does nothing of it.

    Nothing is stored, sent or counted against a limit, and no signature is checked. The channel's
    own settings decide: how it reads, who answers and how. A model that answers for it is really
    asked, which its provider charges; `usage` says how much.

    Each message is answered as if its sender had said `earlier` and nothing else. `fate` is
    `answered`; `postponed` where its responder is away, as `reason` says; `held` where it would
    wait for a person; `ignored` or `quarantined` for one that a machine wrote or that is
    suspicious; `consent` for a STOP, START or HELP. `proposals` are what the sender is asked, or
    could undo, and `memory` is what would be remembered.
    """
    channel = await call.gw.channels.by_id(user_id=call.user_id, webhook_id=asked.id)
    at = asked.at or call.at
    messages, receipts = await _read(call, asked, channel, at)
    if len(messages) > MOST_MESSAGES:
        refuse("/body", f"it holds {len(messages)} messages; {MOST_MESSAGES} are shown at most")
    scene = Scene(earlier=_turns(asked, at), at=at)
    shown = [_shown(await preview(call.gw, channel, one, scene)) for one in messages]
    return Previewed(messages=shown, receipts=receipts)


async def _read(
    call: Call, asked: AskPreview, channel: Channel, at: datetime
) -> tuple[Sequence[InboundMessage], int]:
    """The messages that are asked about, and how many receipts came beside them."""
    _check_one_way(asked)
    masks_cards = call.gw.config.privacy.mask_card_numbers
    if asked.content is not None:
        text = masked_words(asked.content) if masks_cards else asked.content
        return [InboundMessage(sender=asked.sender_identifier, text=text)], 0
    read = await parse(channel, _request(call, asked, at), masks_cards=masks_cards)
    if read.refusal is not None:
        raise _refused(read.refusal)
    return read.messages, len(read.receipts)


def _request(call: Call, asked: AskPreview, at: datetime) -> InboundRequest:
    return InboundRequest(
        method="POST",
        public_url=call.gw.config.public_url,
        raw_path=b"/",
        query=b"",
        headers={"content-type": asked.content_type},
        body=body_bytes(asked.body or "", asked.body_base64),
        client_ip="",
        received_at=at,
    )


def _check_one_way(asked: AskPreview) -> None:
    ways = (asked.content, asked.body, asked.body_base64)
    if sum(way is not None for way in ways) != 1:
        refuse("/content", "give either content, body or bodyBase64")


def _refused(refusal: InvalidPayload) -> InvalidPayload:
    """The channel's refusal; its places lie within the body."""
    faults = refusal.fields or [FieldError(pointer="", message=refusal.message)]
    return InvalidPayload(
        f"the channel cannot read the body: {refusal.message}",
        fields=[replace(fault, pointer=f"/body{fault.pointer}") for fault in faults],
    )


def _turns(asked: AskPreview, at: datetime) -> list[Turn]:
    return [
        Turn(role=said.role, text=said.content, at=at, message_id=number)
        for number, said in enumerate(asked.earlier, 1)
    ]


def _shown(found: Preview) -> PreviewedMessage:
    message = found.message
    return PreviewedMessage(
        sender_identifier=message.sender,
        sender_name=message.sender_name,
        external_message_id=message.external_id,
        message_type=message.kind,
        content=message.text,
        attachments=[_attachment(one) for one in message.attachments],
        structured=message.structured,
        fate=found.fate,
        reason=found.reason,
        analysis=analysis_json(found.analysis) if found.analysis else None,
        reply=found.reply or None,
        tasks=[_task(task) for task in found.tasks],
        proposals=[_proposal(one) for one in found.proposals],
        memory={fact.key: fact.value for fact in found.memory},
        usage=found.usage,
    )


def _attachment(attachment: Attachment) -> PreviewedAttachment:
    return PreviewedAttachment(
        type=attachment.type,
        name=attachment.name,
        url=attachment.url or None,
    )


def _task(task: NewTask) -> PreviewedTask:
    return PreviewedTask(
        title=task.title,
        description=task.description,
        priority=task.priority,
        deadline=task.deadline,
        project=task.project,
        assignee=task.assignee,
    )


def _proposal(proposed: NewProposal) -> PreviewedProposal:
    proposal = proposed.proposal
    return PreviewedProposal(
        code=proposal.code,
        title=proposal.title,
        status=proposed.status,
        deadline=proposal.deadline,
    )


PROCEDURES: Final = (preview_message,)
