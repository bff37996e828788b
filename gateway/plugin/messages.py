"""The frozen values that conversations are made of. All times are aware and in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

MessageKind = Literal["text", "image", "audio", "file", "structured"]
Intent = Literal["task", "question", "update", "confirmation"]
Urgency = Literal["low", "medium", "high", "critical"]
Priority = Literal["low", "medium", "high", "critical"]
Personality = Literal["professional", "friendly", "concise"]
ConfirmationPolicy = Literal["never", "ask", "ask_when_unsure", "act_with_undo"]
FactKind = Literal["person", "contact", "preference", "topic", "state"]
ConsentWord = Literal["stop", "start", "help"]

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Media that came with a message: a reference, or the bytes themselves where they came along.

    With `content` the gateway keeps the bytes and gives the attachment a URL of its own. A file
    that it keeps has a `media_id`, and is read by none without a token of the API; `problem` says
    why it is not there: `waiting` for one that is still fetched or read, else a reason such as
    `too_large`. `words` are what a reader of the channel found in it; they stand in the turn's text
    as well.
    """

    type: str
    url: str
    name: str | None = None
    content: bytes | None = field(default=None, repr=False)
    media_id: str | None = None
    problem: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody whom a message is about: an address, and a name where one is known."""

    address: str
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StructuredTask:
    """A task that the sender spelled out in fields: no text needs to be understood."""

    title: str
    description: str = ""
    priority: Priority | None = None
    deadline: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """Which piece of a longer message this is, of how many; all of them have one `ref`."""

    ref: str
    number: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """One message of a person or a program, as a parser read it.

    `external_id` is the provider's own id: the same id on the same channel is the same message,
    forever. `facts` keeps what the provider said and no other field holds. `consent` is the
    person's word on being written to, where the provider says that it recognised one. A message
    with a `fragment` is a piece of one: the gateway puts the pieces together, in whatever order and
    by whatever process they come.

    One sender has a conversation for each `thread_hint`. `automatic` is a reason code, such as
    `auto_reply`, for what no person wrote: it is kept, and neither answered nor does it open a
    conversation. `suspect` is one for what a person is to look at first: it is quarantined.
    `is_proven` false: nobody vouches for the sender, so that no task exists before the sender's own
    address has confirmed it. `requester` is on whose behalf the sender writes.
    """

    sender: str
    text: str
    external_id: str | None = None
    sender_name: str | None = None
    recipient: str | None = None
    kind: MessageKind = "text"
    attachments: tuple[Attachment, ...] = ()
    structured: StructuredTask | None = None
    thread_hint: str | None = None
    sent_at: datetime | None = None
    facts: Mapping[str, JsonValue] = field(default_factory=dict)
    consent: ConsentWord | None = None
    fragment: Fragment | None = None
    automatic: str = ""
    suspect: str = ""
    is_proven: bool = True
    requester: Person | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention:
    """A date in a text: the words, and what they mean in the sender's time zone.

    `has_time` is false for a whole day; `at` is then the end of that day (23:59 local time).
    `rival` is the other moment that the words may mean: "Friday, 3 October" where the third is a
    Saturday, or "3/4" where nobody knows which of the two is the month.
    """

    span: str
    at: datetime
    has_time: bool = False
    rival: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entities:
    """What a message mentions."""

    dates: tuple[DateMention, ...] = ()
    names: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    priority: Priority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What a message means; `confidence` runs from 0 to 1, `language` is an ISO 639-1 code."""

    intent: Intent
    urgency: Urgency = "medium"
    entities: Entities = field(default_factory=Entities)
    language: str = "en"
    confidence: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message of a conversation: the person's (`user`) or the assistant's own.

    `analysis` is there on each turn that still waits for an answer.
    """

    role: Literal["user", "assistant"]
    text: str
    at: datetime
    message_id: int
    analysis: Analysis | None = None
    structured: StructuredTask | None = None
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """A task of this conversation that is not finished."""

    id: int
    title: str
    priority: Priority
    deadline: datetime | None
    assignee: str | None = None
    source_message_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedTask:
    """A task that ended in the last days: its status is `completed`, `failed` or `cancelled`."""

    id: int
    title: str
    status: str
    finished_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A task that waits for the person's word; `code` names it in what both write.

    With a `task_id` it is no new task but a change of an open one.
    """

    code: str
    title: str
    expires_at: datetime
    description: str = ""
    priority: Priority = "medium"
    deadline: datetime | None = None
    project: str | None = None
    assignee: str | None = None
    task_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that is known of a person, with the message that said it and when.

    A newer fact with the same `key` replaces the older one. After `expires_at` it is forgotten; a
    `state` without one lasts for 30 days.
    """

    key: str
    value: JsonValue
    message_id: int
    at: datetime
    kind: FactKind = "state"
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How the channel's owner wants the assistant to behave.

    `language` None means: the sender's own. `time_zone` is an IANA name. Unless `confirmation` is
    `never`, the gateway itself asks about the tasks of an answer, or says how to undo them: a reply
    does not claim that they exist. A responder that has not answered after `answer_seconds` is
    passed over.
    """

    personality: Personality = "professional"
    language: str | None = None
    auto_create_tasks: bool = True
    time_zone: str = "UTC"
    confirmation: ConfirmationPolicy = "never"
    answer_seconds: float = 45.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """All that a responder may know: earlier `turns`, and the `pending` ones it is to answer.

    `proposals` wait for the person's word; a draft that `revises` one takes its place.
    """

    id: int
    webhook_id: int
    participant: str
    participant_name: str | None
    turns: tuple[Turn, ...]
    pending: tuple[Turn, ...]
    open_tasks: tuple[OpenTask, ...]
    summary: str
    memory: tuple[Fact, ...]
    policy: Policy
    now: datetime
    proposals: tuple[Proposal, ...] = ()
    finished_tasks: tuple[FinishedTask, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDraft:
    """A task that a responder proposes, with the message it comes from.

    `deadline_span` are the words of that message which name the deadline: the gateway resolves them
    in the person's time zone, which counts for more than `deadline`. `confidence` says from 0 to 1
    how sure it is that the person wants this task. `revises` is the code of the proposal that the
    person has changed with it.
    """

    title: str
    source_message_id: int
    description: str = ""
    priority: Priority = "medium"
    deadline: datetime | None = None
    deadline_span: str = ""
    project: str | None = None
    assignee: str | None = None
    confidence: float = 1.0
    revises: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskChange:
    """What the person wants changed of an open task; whatever is left out stays as it is.

    `deadline_span` are the words that name the new deadline, as in a `TaskDraft`; `ends` says that
    the task is done or not to be done. The gateway checks it, makes it, and says so in the reply.
    """

    task_id: int
    source_message_id: int
    title: str | None = None
    priority: Priority | None = None
    deadline_span: str = ""
    assignee: str | None = None
    ends: Literal["completed", "cancelled"] | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a model used for one answer, as its provider counts it.

    `input_tokens` are all of the prompt, `cached_tokens` those of them that were read from a cache.
    """

    model: str
    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0
    cost_usd: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a responder decided for one turn of the conversation.

    `tasks` are new ones, `task_changes` about open ones. `analyses` refines the analysis of pending
    messages, by message id. `memory` are the facts that were learnt, `forget` the keys of those
    that no longer hold; all others stay. Without a `summary` the gateway writes its own.
    """

    reply: str
    tasks: tuple[TaskDraft, ...] = ()
    analyses: Mapping[int, Analysis] = field(default_factory=dict)
    summary: str = ""
    memory: tuple[Fact, ...] = ()
    forget: tuple[str, ...] = ()
    usage: Usage | None = None
    task_changes: tuple[TaskChange, ...] = ()
