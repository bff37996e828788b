"""The shape of each event as JSON Schema with an example, pure: what is served and documented."""

from datetime import datetime
from typing import Final, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from gateway.plugin import REPLY, JsonValue
from gateway.rules.consent import ConsentState
from gateway.rules.events import (
    API_VERSION,
    CONSENT_CHANGED,
    CONVERSATION_UPDATED,
    DELIVERY_FAILED,
    DELIVERY_REROUTED,
    ENDPOINT_DISABLED,
    ENDPOINT_PAUSED,
    ENDPOINT_RECOVERED,
    ENDPOINT_WARNING,
    MESSAGE_RECEIVED,
    TASK_COMPLETED,
    TASK_CREATED,
    TASK_FAILED,
    WEBHOOK_TEST,
    WEBHOOK_VERIFICATION,
)

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
TOLD_AT: Final = "2026-11-24T02:53:29.077Z"
EVENT_ID: Final = "evt_2b3c4d5e6f7a4b8c9d0e1f2a3b4c5d6e"


class Shape(BaseModel):
    """Each field has a description and an example; fields may be added later."""

    model_config = ConfigDict(alias_generator=to_camel)


class AttachmentShape(Shape):
    """A reference to a file: one of the gateway's own where there is a `mediaId`."""

    type: str = Field(description="Its media type.", examples=["image/png"])
    url: str = Field(description="Where it is.", examples=["https://example.org/logo.png"])
    name: str | None = Field(description="Its file name.", examples=["logo.png"])
    media_id: str | None = Field(
        None,
        description="The file that the gateway keeps.",
        examples=["6f1c2d3e-4b5a-4c6d-8e7f-9a0b1c2d3e4f"],
    )
    state: Literal["waiting", "kept", "failed"] | None = Field(
        None, description="Whether the gateway has it, or still fetches it.", examples=["kept"]
    )
    size: int | None = Field(None, description="Its bytes.", examples=[48_213])
    reason: str | None = Field(None, description="Why it is not kept.", examples=[""])
    words: str | None = Field(None, description="What was read in it.", examples=[""])
    is_busy: bool | None = Field(
        None, description="Whether it is still fetched or read.", examples=[False]
    )


class MessageReceived(Shape):
    """A message was accepted and stored."""

    message_id: int = Field(description="The message.", examples=[1])
    conversation_id: int | None = Field(description="Its conversation.", examples=[1])
    sender_identifier: str = Field(description="Who wrote.", examples=["ann@example.org"])
    sender_name: str | None = Field(description="The sender's name.", examples=[None])
    message_type: Literal["text", "image", "audio", "file", "structured"] = Field(
        description="What kind of message it is.", examples=["text"]
    )
    content: str = Field(
        description="Its words.", examples=["Please send the Acme logo to Dana by Friday"]
    )
    attachments: list[AttachmentShape] = Field(description="What came with it.", examples=[[]])
    external_message_id: str | None = Field(
        description="The sender's own id of it.", examples=["m-1"]
    )


class MessageReply(Shape):
    """The assistant answered one or several messages."""

    conversation_id: int = Field(description="The conversation.", examples=[1])
    recipient: str = Field(description="Whom it is for.", examples=["ann@example.org"])
    content: str = Field(
        description="What the assistant says.",
        examples=['I have created the task "Send the Acme logo to Dana", due Fri 27 Nov.'],
    )
    in_reply_to: list[int] = Field(description="The messages that it answers.", examples=[[1]])
    author: Literal["assistant", "person"] = Field(
        "assistant",
        description="Whether somebody of yours wrote it in the assistant's place.",
        examples=["assistant"],
    )


Priority = Literal["low", "medium", "high", "critical"]


class PersonShape(Shape):
    """Somebody whom a message is about."""

    address: str = Field(description="The address.", examples=["carol@example.net"])
    name: str | None = Field(description="The name, if it is known.", examples=["Carol"])


class TaskCreated(Shape):
    """A task came out of a message."""

    task_id: int = Field(description="The task.", examples=[1])
    title: str = Field(description="What is to be done.", examples=["Send the Acme logo to Dana"])
    description: str = Field(
        description="More about it.", examples=["Please send the Acme logo to Dana by Friday"]
    )
    priority: Priority = Field(description="How urgent it is.", examples=["medium"])
    deadline: datetime | None = Field(
        description="When it is due.", examples=["2026-11-27T23:59:00Z"]
    )
    project: str | None = Field(description="The project that it belongs to.", examples=[None])
    assignee: str | None = Field(description="Who is to do it.", examples=[None])
    requester: PersonShape | None = Field(
        description="On whose behalf it was asked for, as with a forwarded mail.", examples=[None]
    )
    status: Literal["pending"] = Field(description="How it stands.", examples=["pending"])
    source_message_id: int | None = Field(description="The message it comes from.", examples=[1])
    conversation_id: int | None = Field(description="The conversation.", examples=[1])


class TaskEnded(Shape):
    """What both ends of a task have in common."""

    task_id: int = Field(description="The task.", examples=[1])
    title: str = Field(description="What was to be done.", examples=["Send the Acme logo to Dana"])
    priority: Priority = Field(description="How urgent it was.", examples=["medium"])
    source_message_id: int | None = Field(description="The message it comes from.", examples=[1])
    conversation_id: int | None = Field(description="The conversation.", examples=[1])
    finished_at: datetime = Field(
        description="When it ended.", examples=["2026-11-24T02:53:31.093Z"]
    )
    message: str | None = Field(
        None, description="A sentence for people, where it is sent as a notification."
    )


class TaskCompleted(TaskEnded):
    """A task was completed."""

    status: Literal["completed"] = Field(description="How it ended.", examples=["completed"])
    result: str | None = Field(description="What came out of it.", examples=["sent this morning"])
    error: None = Field(description="Always null.", examples=[None])


class TaskFailed(TaskEnded):
    """A task failed."""

    status: Literal["failed"] = Field(description="How it ended.", examples=["failed"])
    result: None = Field(description="Always null.", examples=[None])
    error: str | None = Field(
        description="Why it failed.", examples=["the logo does not exist yet"]
    )
    will_retry: Literal[False] = Field(
        description="Always false: a task that failed has ended, another try is a new task.",
        examples=[False],
    )


class ConversationUpdated(Shape):
    """A turn of a conversation is over, or it was paused, resumed, resolved and the like."""

    conversation_id: int = Field(description="The conversation.", examples=[1])
    participant: str = Field(description="Who talks.", examples=["ann@example.org"])
    thread: str = Field(
        description="Which of their threads it is, on a channel that has them.", examples=[""]
    )
    status: str = Field(description="How it stands, such as `active`.", examples=["active"])
    context_summary: str = Field(
        description="What it is about.",
        examples=[
            "Conversation with ann@example.org. "
            "Open tasks: Send the Acme logo to Dana, due Fri 27 Nov."
        ],
    )
    message_count: int = Field(description="How many messages came so far.", examples=[1])
    previous_status: str | None = Field(
        None, description="How it stood before, where it was paused, resumed or the like."
    )
    reason: str | None = Field(None, description="Why that was done, where it was.")


class ConsentChanged(Shape):
    """A person may be written to no more, or again, by their word or because nothing arrives."""

    sender_identifier: str = Field(description="Whose consent it is.", examples=["+15550101234"])
    state: ConsentState = Field(
        description="How they stand now: `unreachable` for an address that takes nothing, "
        "`reachable` when the person has written from it since.",
        examples=["opted_out"],
    )
    channel_id: int | None = Field(
        description="The webhook that it is about; null for all of the account.", examples=[1]
    )
    source: Literal["word", "provider", "receipt", "refusal", "owner", "message"] = Field(
        description="Who says so: the person's word, the provider's mark on their message, a "
        "receipt, a message that the provider refused, the owner, or that the person wrote.",
        examples=["word"],
    )
    words: str = Field(description="The person's own words.", examples=["STOP"])
    reason: str = Field(description="What the owner or the provider says of it.", examples=[""])
    message_id: int | None = Field(description="The message that said so.", examples=[1])
    delivery_id: int | None = Field(
        description="The delivery that the provider refused.", examples=[None]
    )


class DeliveryFailed(Shape):
    """A message to a person was not delivered, as its provider says later."""

    delivery_id: int = Field(description="The delivery; it is dead now.", examples=[1])
    conversation_id: int | None = Field(description="The conversation.", examples=[1])
    recipient: str = Field(description="Whom it was for.", examples=["+15550101234"])
    reason: str = Field(
        description="Why, in a sentence.",
        examples=["the provider could not deliver it (30003): unreachable handset"],
    )
    error_code: str = Field(description="The provider's own code.", examples=["30003"])


class DeliveryRerouted(Shape):
    """A message goes through the fallback of its channel, whose provider did not take it."""

    delivery_id: int = Field(description="The delivery.", examples=[1])
    conversation_id: int | None = Field(description="The conversation.", examples=[1])
    from_channel_id: int = Field(description="The webhook that could not send it.", examples=[1])
    to_channel_id: int = Field(description="The webhook that sends it now.", examples=[2])
    reason: str = Field(
        description="What the failure said.",
        examples=["connect: no connection to api.example.org:443: ECONNREFUSED"],
    )


class WebhookTest(Shape):
    """Somebody asked for a test delivery."""

    channel_name: str = Field(description="The name of the webhook.", examples=["My site"])
    message: str = Field(
        description="A sentence for people.",
        examples=["This is a test of the channel 'My site'."],
    )


class WebhookVerification(Shape):
    """Somebody asked for a code that proves the channel."""

    channel_name: str = Field(description="The name of the webhook.", examples=["My site"])
    message: str = Field(
        description="A sentence for people.", examples=["Your verification code is K7MP2XWQ."]
    )
    code: str = Field(description="The code to enter.", examples=["K7MP2XWQ"])
    expires_at: datetime = Field(
        description="When it stops to count.", examples=["2026-11-24T03:08:29.016Z"]
    )


class EndpointPaused(Shape):
    """An endpoint failed ten times in a row and is paused."""

    endpoint_id: int = Field(description="The webhook whose endpoint is meant.", examples=[2])
    state: str = Field(description="How the endpoint stands now.", examples=["paused"])
    consecutive_failures: int = Field(description="Failures in a row.", examples=[10])
    failing_since: datetime | None = Field(
        description="When the first of them was.", examples=[TOLD_AT]
    )
    paused_until: datetime | None = Field(
        description="When one delivery is tried.", examples=[TOLD_AT]
    )
    reason: str | None = Field(
        description="What the last failure said.",
        examples=["example.org answered 503 Service Unavailable: the delivery is repeated"],
    )


class EndpointWarning(EndpointPaused):
    """An endpoint has only failed for most of the time after which it is switched off."""


class EndpointDisabled(EndpointPaused):
    """An endpoint was switched off: it only failed for days, or answered 410."""

    state: str = Field(description="How the endpoint stands now.", examples=["disabled"])
    paused_until: None = Field(description="It is not tried any more.", examples=[None])


class EndpointRecovered(EndpointPaused):
    """An endpoint took a delivery again, and gets what waited."""

    state: str = Field(description="How the endpoint stands now.", examples=["draining"])
    consecutive_failures: int = Field(description="Failures in a row.", examples=[0])
    failing_since: None = Field(description="It does not fail.", examples=[None])
    paused_until: None = Field(description="It is not paused.", examples=[None])
    reason: None = Field(description="Nothing is wrong.", examples=[None])


D = TypeVar("D", bound=Shape)


class Envelope(Shape, Generic[D]):
    """What all events have in common (PRD Appendix A.3)."""

    id: str = Field(
        pattern="^evt_[0-9a-f]{32}$",
        description="The same at each attempt and for each endpoint that is told.",
        examples=[EVENT_ID],
    )
    event: str = Field(description="The name of the event.")
    timestamp: datetime = Field(description="When it happened, in UTC.", examples=[TOLD_AT])
    webhook_id: int = Field(description="The channel that it is about.", examples=[1])
    sequence: int = Field(
        ge=0, description="Grows with each event of a conversation.", examples=[3]
    )
    endpoint_sequence: int | None = Field(
        None,
        ge=1,
        description="Counts what this endpoint is sent, without gaps.",
        examples=[7],
    )
    hops: int = Field(
        1,
        ge=1,
        description="How many gateways it has come through; pass it on with `id`, so that a loop "
        "is seen.",
        examples=[1],
    )
    api_version: str = Field(description="The version of this shape.", examples=[API_VERSION])
    data: D = Field(description="What belongs to the event.")


SHAPES: Final[dict[str, type[Shape]]] = {
    MESSAGE_RECEIVED: MessageReceived,
    REPLY: MessageReply,
    TASK_CREATED: TaskCreated,
    TASK_COMPLETED: TaskCompleted,
    TASK_FAILED: TaskFailed,
    CONVERSATION_UPDATED: ConversationUpdated,
    CONSENT_CHANGED: ConsentChanged,
    DELIVERY_FAILED: DeliveryFailed,
    DELIVERY_REROUTED: DeliveryRerouted,
    WEBHOOK_TEST: WebhookTest,
    WEBHOOK_VERIFICATION: WebhookVerification,
    ENDPOINT_WARNING: EndpointWarning,
    ENDPOINT_PAUSED: EndpointPaused,
    ENDPOINT_DISABLED: EndpointDisabled,
    ENDPOINT_RECOVERED: EndpointRecovered,
}


def event_schema(event: str) -> dict[str, JsonValue]:
    """The JSON Schema of the body of `event`; fields that it does not name may be there too."""
    shape = SHAPES[event]
    schema: dict[str, JsonValue] = Envelope[shape].model_json_schema(by_alias=True)  # type: ignore[valid-type] # one of SHAPES
    properties = schema["properties"]
    assert isinstance(properties, dict)
    name = properties["event"]
    assert isinstance(name, dict)
    name["const"] = event
    return {
        "$schema": DIALECT,
        **schema,
        "title": event,
        "description": shape.__doc__ or "",
        "examples": [event_example(event)],
    }


def event_example(event: str) -> dict[str, JsonValue]:
    """A body of `event` as it may be sent."""
    envelope = _example(Envelope)
    return {**envelope, "event": event, "data": _example(SHAPES[event])}


def _example(shape: type[Shape]) -> dict[str, JsonValue]:
    """What is sent in any case, and what may be left out but has an example."""
    return {
        str(field.alias): field.examples[0]
        for field in shape.model_fields.values()
        if field.examples
    }
