"""Decisions about rows, pure: what a responder sees of a conversation, what an answer changes."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from gateway.plugin import (
    REPLY,
    Analysis,
    Answer,
    Conversation,
    GatewayError,
    InboundMessage,
    InboundRequest,
    JsonValue,
    OutboundMessage,
    PartFailure,
    Policy,
    Sent,
    TaskDraft,
    TemporaryFailure,
    Turn,
)
from gateway.plugin.errors import PluginUnavailable
from gateway.records import (
    ClaimedConversation,
    ClaimedDelivery,
    DeliveryResult,
    NewOutbound,
    NewTask,
    TurnFailure,
    TurnResult,
    WaitingMessage,
)
from gateway.rules.analysis import analyse
from gateway.rules.events import CONVERSATION_UPDATED, TASK_CREATED, envelope
from gateway.rules.memory import living, remembered
from gateway.rules.retries import next_wait_seconds

TITLE_CHARACTERS: Final = 200
DETAIL_CHARACTERS: Final = 2_000
PROVIDER_ID_CHARACTERS: Final = 255
COLUMN_CHARACTERS: Final = {
    "external_id": 255,
    "sender": 320,
    "sender_name": 200,
    "recipient": 320,
}
UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
"""What PostgreSQL's text does not hold, and a part may say all the same."""
PLUGIN_WAIT_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners:
    """Who is told what a turn changed: the channel itself, the user's endpoints by webhook id."""

    channel_takes_replies: bool
    task_created: tuple[int, ...]
    conversation_updated: tuple[int, ...]


def conversation_of(claimed: ClaimedConversation, policy: Policy, *, now: datetime) -> Conversation:
    """A claimed conversation as a responder sees it, every pending message understood."""
    return Conversation(
        id=claimed.id,
        webhook_id=claimed.webhook_id,
        participant=claimed.participant,
        participant_name=claimed.participant_name,
        turns=claimed.history,
        pending=tuple(
            Turn(
                role="user",
                text=message.text,
                at=message.received_at,
                message_id=message.id,
                # A relative date means what it meant when the message came, not at its answer.
                analysis=analyse(message.text, now=message.received_at, time_zone=policy.time_zone),
                structured=message.structured,
                attachments=message.attachments,
            )
            for message in claimed.pending
        ),
        open_tasks=claimed.open_tasks,
        summary=claimed.summary,
        memory=living(claimed.memory, now=now),
        policy=policy,
        now=now,
    )


def storage_fault(message: InboundMessage) -> str | None:
    """Why the tables cannot hold a message that a parser read; None for one that they can."""
    for name, longest in COLUMN_CHARACTERS.items():
        text = getattr(message, name)
        if text and len(text) > longest:
            return f"its {name} is longer than {longest} characters"
        if text and UNSTORABLE.search(text):
            return f"its {name} holds NUL characters or lone surrogates"
    rest = (message.text, message.facts, *map(asdict, message.attachments))
    if message.structured is not None:
        rest = (*rest, message.structured.title, message.structured.description)
    return "it holds NUL characters or lone surrogates" if _holds_unstorable(rest) else None


def turn_result(  # noqa: PLR0913 # who asked, what was answered, who is told, when
    claimed: ClaimedConversation,
    conversation: Conversation,
    answer: Answer,
    listeners: Listeners,
    *,
    at: datetime,
    even_if_superseded: bool,
) -> TurnResult:
    """Everything that an answer changes, with the reply and the events that report it."""
    answer = replace(answer, reply=storable(answer.reply), summary=storable(answer.summary))
    tasks = _new_tasks(answer.tasks, claimed)
    outbound = [
        *_reply(claimed, answer, listeners),
        *_task_events(tasks, claimed, listeners),
        *_conversation_events(claimed, answer, listeners),
    ]
    return TurnResult(
        claimed=claimed,
        analyses=_analyses(conversation, answer),
        tasks=tasks,
        outbound=tuple(outbound) if claimed.pending else (),
        summary=answer.summary or claimed.summary,
        memory=remembered(claimed.memory, learnt=answer.memory, forgotten=answer.forget, now=at),
        at=at,
        even_if_superseded=even_if_superseded,
    )


def outbound_message(claimed: ClaimedDelivery) -> OutboundMessage:
    """A claimed row as a transport sees it; its `body` is the same at every attempt."""
    return OutboundMessage(
        id=claimed.id,
        idempotency_key=claimed.event_id,
        kind=claimed.kind,
        event=claimed.event,
        recipient=claimed.recipient,
        text=claimed.content,
        body=envelope(
            event_id=claimed.event_id,
            event=claimed.event,
            sequence=claimed.sequence,
            webhook_id=claimed.source_webhook_id,
            at=claimed.created_at,
            data=claimed.data,
        ),
        attempt=claimed.attempts,
        in_reply_to=str(claimed.in_reply_to) if claimed.in_reply_to else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """When failed deliveries are repeated."""

    schedule_seconds: tuple[float, ...]
    cap_seconds: float


def failed_turn(
    claimed: ClaimedConversation,
    problem: GatewayError,
    schedule_seconds: tuple[float, ...],
    *,
    at: datetime,
) -> TurnFailure:
    """When a failed turn comes again; a plugin that is away is waited for as long as it takes."""
    wait: float | None = None
    if isinstance(problem, PluginUnavailable):
        wait = PLUGIN_WAIT_SECONDS
    elif isinstance(problem, TemporaryFailure):
        wait = next_wait_seconds(claimed.attempts, schedule_seconds)
    return TurnFailure(
        claimed=claimed,
        retry_at=at + timedelta(seconds=wait) if wait is not None else None,
        is_charged=not isinstance(problem, PluginUnavailable),
        reason=storable(problem.message),
        at=at,
    )


def delivery_result(
    claimed: ClaimedDelivery,
    outcome: Sent | PartFailure | PluginUnavailable,
    policy: RetryPolicy,
    *,
    started: datetime,
    at: datetime,
) -> DeliveryResult:
    """What one attempt makes of its outbox row: delivered, to be repeated, or dead."""
    status, wait, detail = _verdict(claimed, outcome, policy)
    excerpt = "" if isinstance(outcome, PluginUnavailable) else outcome.response_excerpt
    return DeliveryResult(
        claimed=claimed,
        status=status,
        retry_at=at + timedelta(seconds=wait) if wait is not None else None,
        is_charged=not isinstance(outcome, PluginUnavailable),
        response_status=None if isinstance(outcome, PluginUnavailable) else outcome.response_status,
        latency_ms=round((at - started).total_seconds() * 1000),
        # PostgreSQL's text holds no NUL, and an answer from outside may.
        detail=storable(" | ".join(filter(None, (detail, excerpt))))[:DETAIL_CHARACTERS],
        provider_id=storable(outcome.provider_id or "")[:PROVIDER_ID_CHARACTERS] or None
        if isinstance(outcome, Sent)
        else None,
        at=at,
    )


def _verdict(
    claimed: ClaimedDelivery, outcome: Sent | PartFailure | PluginUnavailable, policy: RetryPolicy
) -> tuple[str, float | None, str]:
    if isinstance(outcome, Sent):
        return "delivered", None, ""
    if isinstance(outcome, PluginUnavailable):
        # The receiver did nothing wrong: the wait is not counted as one of its attempts.
        return "pending", PLUGIN_WAIT_SECONDS, outcome.message
    if not isinstance(outcome, TemporaryFailure):
        return "dead", None, outcome.message
    wait = next_wait_seconds(
        claimed.attempts,
        policy.schedule_seconds,
        asked_seconds=outcome.retry_after_seconds,
        cap_seconds=policy.cap_seconds,
    )
    if wait is None:
        return "dead", None, f"given up after {claimed.attempts} attempts: {outcome.message}"
    return "pending", wait, outcome.message


def _analyses(conversation: Conversation, answer: Answer) -> dict[int, Analysis]:
    own = {turn.message_id: turn.analysis for turn in conversation.pending if turn.analysis}
    return own | {id_: refined for id_, refined in answer.analyses.items() if id_ in own}


def _new_tasks(drafts: tuple[TaskDraft, ...], claimed: ClaimedConversation) -> tuple[NewTask, ...]:
    own = [message.id for message in claimed.pending]
    counts: dict[int, int] = {}
    tasks = []
    for draft in drafts if own else ():
        # A task about what was said earlier comes from the message that made it one.
        source = draft.source_message_id if draft.source_message_id in own else own[-1]
        index = counts.get(source, 0)
        counts[source] = index + 1
        tasks.append(
            NewTask(
                source_message_id=source,
                source_index=index,
                title=storable(draft.title)[:TITLE_CHARACTERS],
                description=storable(draft.description),
                priority=draft.priority,
                deadline=draft.deadline,
                project=storable(draft.project or "")[:TITLE_CHARACTERS] or None,
            )
        )
    return tuple(tasks)


def _reply(claimed: ClaimedConversation, answer: Answer, listeners: Listeners) -> list[NewOutbound]:
    if not answer.reply or not claimed.pending:
        return []
    answered: list[JsonValue] = [message.id for message in claimed.pending]
    return [
        NewOutbound(
            webhook_id=claimed.webhook_id,
            kind="reply",
            event=REPLY,
            event_id=_event_id(),
            recipient=claimed.participant,
            content=answer.reply,
            data={
                "conversationId": claimed.id,
                "recipient": claimed.participant,
                "content": answer.reply,
                "inReplyTo": answered,
            },
            in_reply_to=claimed.pending[-1].id,
            is_deliverable=listeners.channel_takes_replies,
        )
    ]


def _task_events(
    tasks: tuple[NewTask, ...], claimed: ClaimedConversation, listeners: Listeners
) -> list[NewOutbound]:
    events = []
    for index, task in enumerate(tasks):
        event_id = _event_id()
        data: dict[str, JsonValue] = {
            "title": task.title,
            "description": task.description,
            "priority": task.priority,
            "deadline": _iso(task.deadline),
            "project": task.project,
            "status": "pending",
            "sourceMessageId": task.source_message_id,
            "conversationId": claimed.id,
        }
        events += [
            _event(TASK_CREATED, event_id, listener, data, task=index)
            for listener in listeners.task_created
        ]
    return events


def _conversation_events(
    claimed: ClaimedConversation, answer: Answer, listeners: Listeners
) -> list[NewOutbound]:
    event_id = _event_id()
    data: dict[str, JsonValue] = {
        "conversationId": claimed.id,
        "participant": claimed.participant,
        "status": "active",
        "contextSummary": answer.summary or claimed.summary,
        "messageCount": claimed.message_count,
    }
    return [
        _event(CONVERSATION_UPDATED, event_id, listener, data)
        for listener in listeners.conversation_updated
    ]


def _event(
    event: str, event_id: str, listener: int, data: dict[str, JsonValue], task: int | None = None
) -> NewOutbound:
    return NewOutbound(
        webhook_id=listener,
        kind="event",
        event=event,
        event_id=event_id,
        recipient="",
        content="",
        data=data,
        task=task,
    )


def _holds_unstorable(value: object) -> bool:
    if isinstance(value, str):
        return UNSTORABLE.search(value) is not None
    if isinstance(value, Mapping):
        return any(_holds_unstorable(part) for pair in value.items() for part in pair)
    return isinstance(value, list | tuple) and any(map(_holds_unstorable, value))


def storable_value(value: JsonValue) -> JsonValue:
    """The same for every text in a JSON value."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(key): storable_value(item) for key, item in value.items()}
    return [storable_value(item) for item in value] if isinstance(value, list) else value


def storable(text: str) -> str:
    """The text without what PostgreSQL's text does not hold."""
    return UNSTORABLE.sub("\ufffd", text)


def _event_id() -> str:
    return f"evt_{uuid4().hex}"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def replayed_request(waiting: WaitingMessage, public_url: str) -> InboundRequest:
    """The request of a message that waits, as far as it was kept: its body and content type."""
    return InboundRequest(
        method="POST",
        public_url=public_url,
        raw_path=b"/",
        query=b"",
        headers={"content-type": waiting.raw_content_type},
        body=waiting.raw_payload,
        client_ip="",
        received_at=waiting.received_at,
    )
