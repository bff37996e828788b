"""Frozen rows, as the rest of the house sees the tables; the API answers with them in camelCase."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from gateway.plugin import (
    Analysis,
    Attachment,
    Fact,
    FinishedTask,
    InboundMessage,
    JsonValue,
    OpenTask,
    OutboundKind,
    Person,
    Priority,
    StructuredTask,
    Turn,
    Usage,
)
from gateway.rules.confirmation import Standing
from gateway.rules.consent import Bar
from gateway.rules.edits import Edit
from gateway.rules.media import NewMedia
from gateway.rules.traces import Trace
from gateway.rules.verdicts import Decided, NewProposal


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One account."""

    id: int
    external_id: str | None
    name: str
    time_zone: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """One token, without its secret."""

    id: int
    user_id: int
    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    def lives_at(self, now: datetime) -> bool:
        """Whether it counts at `now`."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


HOOK: Final = "hook"  # the type of a subscription: it only sends, and is no channel of its owner's


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """One configured channel; the three sealed fields are ciphertext."""

    id: int
    user_id: int
    webhook_token: UUID
    channel_type: str
    channel_name: str
    parser: str
    verifier: str
    transport: str
    responder: str
    provider_config: str = field(repr=False)
    outbound_config: str = field(repr=False)
    signing_secrets: str = field(repr=False)
    outbound_enabled: bool
    is_primary: bool
    is_active: bool
    is_verified: bool
    rate_limit_per_minute: int
    rate_limit_per_hour: int
    ai_config: Mapping[str, JsonValue]
    tags: tuple[str, ...]
    metadata: Mapping[str, JsonValue]
    version: int
    created_at: datetime
    updated_at: datetime
    time_zone: str
    previous_token: UUID | None = field(default=None, repr=False)
    previous_token_expires_at: datetime | None = None
    verification_method: str | None = None
    verification_hash: bytes | None = field(default=None, repr=False)
    verification_expires_at: datetime | None = None
    verification_attempts: int = 0
    retry_seconds: tuple[int, ...] | None = None
    is_ordered: bool = False
    in_flight: int | None = None
    per_second: float | None = None
    fallback_webhook_id: int | None = None
    allowed_addresses: tuple[str, ...] | None = None

    def answers_to(self, token: UUID, now: datetime) -> bool:
        """Whether `token` leads here at `now`: the current one, or the last one in its overlap."""
        if token == self.webhook_token:
            return True
        ends_at = self.previous_token_expires_at
        return token == self.previous_token and ends_at is not None and now < ends_at


ProcessingStatus = Literal[
    "received",
    "processed",
    "quarantined",
    "ignored",
    "failed",
    "replayed",
    "discarded",
    "archived",
    "erased",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One received message with what became of it."""

    id: int
    webhook_id: int
    conversation_id: int | None
    external_message_id: str | None
    sender_identifier: str
    sender_name: str | None
    message_type: str
    content: str
    attachments: JsonValue
    processing_status: str
    reason: str | None
    analysis: JsonValue
    reply: str | None
    reply_status: str | None
    sent_at: datetime | None
    received_at: datetime
    processed_at: datetime | None
    trace_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task."""

    id: int
    source_webhook_id: int | None
    source_message_id: int | None
    conversation_id: int | None
    requester: Person | None
    title: str
    description: str
    priority: str
    deadline: datetime | None
    project: str | None
    assignee: str | None
    status: str
    result: str | None
    error: str | None
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A verified message on its way into the log, with the endpoints that are told of it.

    Answered `gather_seconds` after the last one, a command at once, one with a `reason` never.
    """

    user_id: int
    webhook_id: int
    message: InboundMessage
    raw_payload: bytes
    raw_content_type: str
    request_id: str
    received_at: datetime
    gather_seconds: float = 0.0
    is_command: bool = False
    listeners: tuple[int, ...] = ()
    reason: str | None = None
    is_ignored: bool = False
    hops: int = 0
    media: tuple[NewMedia, ...] = ()
    trace: Trace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A message in the log, new or a `duplicate`; `is_aside`: kept unanswered, and told as such."""

    message_id: int
    duplicate: bool
    is_aside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingMessage:
    """A message that waits for a person; an `ignored` one waits for nobody, but may be replayed."""

    id: int
    user_id: int
    webhook_id: int
    status: str
    reason: str | None
    raw_payload: bytes = field(repr=False)
    raw_content_type: str
    received_at: datetime
    trace: Trace | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingMessage:
    """A message that waits for an answer."""

    id: int
    text: str
    received_at: datetime
    structured: StructuredTask | None
    attachments: tuple[Attachment, ...]
    hops: int = 0
    is_proven: bool = True
    requester: Person | None = None
    trace: Trace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedConversation:
    """A conversation that this worker alone may answer until the lease runs out.

    `kin` are the person's other conversations: what is promised there counts here. `elsewhere` is
    what linked senders said. `replies_lately` counts the answers of an hour, in all threads.
    """

    id: int
    lease_id: UUID
    user_id: int
    webhook_id: int
    participant: str
    participant_name: str | None
    summary: str
    memory: tuple[Fact, ...]
    message_count: int
    attempts: int
    superseded: int
    pending: tuple[PendingMessage, ...]
    history: tuple[Turn, ...]
    open_tasks: tuple[OpenTask, ...]
    finished_tasks: tuple[FinishedTask, ...] = ()
    standings: tuple[Standing, ...] = ()
    resumed_at: datetime | None = None
    acknowledged_id: int | None = None
    thread: str = ""
    kin: tuple[int, ...] = ()
    elsewhere: tuple[Fact, ...] = ()
    replies_lately: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """A task to be written with the turn that made it."""

    source_message_id: int
    source_index: int
    title: str
    description: str
    priority: Priority
    deadline: datetime | None
    project: str | None
    assignee: str | None = None
    requester: Person | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOutbound:
    """A row for the outbox; `task` is the index of the new task whose id completes `data`."""

    webhook_id: int
    kind: OutboundKind
    event: str
    event_id: str
    recipient: str
    content: str
    data: Mapping[str, JsonValue]
    is_deliverable: bool = True
    in_reply_to: int | None = None
    task: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnResult:
    """All that one answered turn changes, written in one transaction or not at all.

    `retry_at` is when the messages that it leaves unanswered come again, after so many `attempts`.
    `gather_seconds` pass before a superseded turn comes again. `forgotten` are keys of facts.
    """

    claimed: ClaimedConversation
    analyses: Mapping[int, Analysis]
    tasks: tuple[NewTask, ...]
    outbound: tuple[NewOutbound, ...]
    summary: str
    memory: tuple[Fact, ...]
    at: datetime
    even_if_superseded: bool
    proposals: tuple[NewProposal, ...] = ()
    decided: tuple[Decided, ...] = ()
    undone_task_ids: tuple[int, ...] = ()
    edits: tuple[Edit, ...] = ()
    reasons: Mapping[int, str] = field(default_factory=dict)
    forgotten: frozenset[str] = frozenset()
    usage: Usage | None = None
    gather_seconds: float = 0.0
    retry_at: datetime | None = None
    attempts: int = 0
    acknowledged_id: int | None = None
    trace: Trace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnFailure:
    """A turn that could not be answered: it comes again at `retry_at`, or is held for a person."""

    claimed: ClaimedConversation
    retry_at: datetime | None
    is_charged: bool
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedDelivery:
    """An outbox row that this worker alone may send until the lease runs out.

    `others_wait`: more may be due on its endpoint once it is settled. `is_in_doubt`: an earlier
    attempt may have reached its person. `bar` is what keeps it from them. `provider_id` is that of
    an earlier attempt which was taken.
    """

    id: int
    lease_id: UUID
    user_id: int
    webhook_id: int
    source_webhook_id: int
    conversation_id: int | None
    in_reply_to: int | None
    kind: OutboundKind
    event: str
    event_id: str
    sequence: int
    recipient: str
    content: str
    data: Mapping[str, JsonValue]
    attempts: int
    created_at: datetime
    retry_seconds: tuple[float, ...] | None = None
    hops: int | None = None
    endpoint_sequence: int | None = None
    silences: int = 0
    others_wait: bool = False
    bar: Bar | None = None
    is_in_doubt: bool = False
    is_rerouted: bool = False
    provider_id: str | None = None
    thread: str = ""
    answered: Mapping[str, JsonValue] = field(default_factory=dict)
    trace: Trace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryResult:
    """How one attempt went; `status` is what the outbox row becomes, `calls` are as kept."""

    claimed: ClaimedDelivery
    status: str
    retry_at: datetime | None
    is_charged: bool
    response_status: int | None
    latency_ms: int
    detail: str
    provider_id: str | None
    at: datetime
    calls: str | None = None
    segments: int | None = None
    cost_usd: float | None = None
