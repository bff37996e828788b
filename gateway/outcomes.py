"""Decisions about rows, pure: what a responder sees of a conversation, what an answer changes."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Final

from gateway.agreements import Agreement, agree
from gateway.plugin import (
    REPLY,
    Analysis,
    Answer,
    Fact,
    GatewayError,
    InboundMessage,
    InboundRequest,
    JsonValue,
    TaskDraft,
    TemporaryFailure,
    Turn,
)
from gateway.plugin.errors import PluginUnavailable
from gateway.records import (
    ClaimedConversation,
    NewOutbound,
    TurnFailure,
    TurnResult,
    WaitingMessage,
)
from gateway.rules.asking import created
from gateway.rules.edits import Edit
from gateway.rules.events import CONVERSATION_UPDATED, TASK_COMPLETED, TASK_CREATED
from gateway.rules.media import is_missing
from gateway.rules.memory import new_here, remembered
from gateway.rules.recall import summary_after
from gateway.rules.retries import next_wait_seconds
from gateway.rules.storable import UNSTORABLE, holds_unstorable, storable
from gateway.rules.verdicts import home_of
from gateway.talks import Talk

COLUMN_CHARACTERS: Final = {
    "external_id": 255,
    "sender": 320,
    "sender_name": 200,
    "recipient": 320,
    "thread_hint": 255,
}
PLUGIN_WAIT_SECONDS: Final = 30.0
LONGEST_SUMMARY: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners:
    """Who is told what a turn changed: the channel itself, the user's endpoints by webhook id."""

    channel_takes_replies: bool
    task_created: tuple[int, ...]
    task_completed: tuple[int, ...]
    conversation_updated: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deferral:
    """A turn whose messages come again at `retry_at`, all but those that need no responder.

    `says_so`: the person is told that the message has arrived and will be answered. `reason` is
    why nobody answers now.
    """

    retry_at: datetime
    attempts: int
    says_so: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """When a turn ended, and what becomes of it when a newer message had come by then."""

    at: datetime
    even_if_superseded: bool
    gather_seconds: float = 0.0


def storage_fault(message: InboundMessage) -> str | None:
    """Why the tables cannot hold a message that a parser read; None for one that they can."""
    for name, longest in COLUMN_CHARACTERS.items():
        text = getattr(message, name)
        if text and len(text) > longest:
            return f"its {name} is longer than {longest} characters"
        if text and UNSTORABLE.search(text):
            return f"its {name} holds NUL characters or lone surrogates"
    files = ((one.type, one.url, one.name) for one in message.attachments)
    rest = (message.text, message.facts, *files)
    if message.structured is not None:
        rest = (*rest, message.structured.title, message.structured.description)
    if message.requester is not None:
        rest = (*rest, message.requester.address, message.requester.name or "")
    return "it holds NUL characters or lone surrogates" if holds_unstorable(rest) else None


def turn_result(
    talk: Talk, answer: Answer | Deferral, listeners: Listeners, ending: Ending
) -> TurnResult:
    """Everything that an answer changes, with the reply and the events that report it."""
    claimed = talk.claimed
    deferral = answer if isinstance(answer, Deferral) else None
    given = Answer(reply="") if isinstance(answer, Deferral) else answer
    talk, given = _without_forgotten(
        talk, replace(given, reply=storable(given.reply), summary=storable(given.summary))
    )
    answered = _answered(talk, is_deferred=deferral is not None)
    agreement = agree(talk, given, at=ending.at)
    analyses = _analyses(answered, given)
    summary = given.summary[:LONGEST_SUMMARY] or _own_summary(talk, answered, analyses, agreement)
    outbound = (
        *_reply(claimed, _together(talk, agreement, given, deferral), answered, listeners),
        *_task_events(agreement, claimed, listeners, at=ending.at),
        *(_conversation_events(claimed, summary, listeners) if answered else ()),
    )
    return TurnResult(
        claimed=claimed,
        analyses=analyses,
        tasks=agreement.tasks,
        outbound=outbound if claimed.pending else (),
        summary=summary,
        memory=_memory(talk, given, at=ending.at),
        forgotten=_forgotten(talk, given),
        at=ending.at,
        even_if_superseded=ending.even_if_superseded,
        proposals=agreement.proposals,
        decided=agreement.decided,
        undone_task_ids=agreement.undone_task_ids,
        edits=agreement.edits,
        reasons=talk.opening.reasons,
        usage=given.usage,
        gather_seconds=ending.gather_seconds,
        retry_at=deferral.retry_at if deferral else None,
        attempts=deferral.attempts if deferral else 0,
        acknowledged_id=_acknowledged(claimed, deferral),
    )


def _acknowledged(claimed: ClaimedConversation, deferral: Deferral | None) -> int | None:
    """The last message whose arrival the person has been told of."""
    says_so = deferral is not None and deferral.says_so
    return claimed.pending[-1].id if says_so else claimed.acknowledged_id


def _memory(talk: Talk, given: Answer, *, at: datetime) -> tuple[Fact, ...]:
    """What the conversation itself knows afterwards: nothing that was only said elsewhere."""
    learnt, forgotten = (given.memory, given.forget) if talk.is_trusted else ((), ())
    learnt = new_here(learnt, talk.claimed.elsewhere) if talk.claimed.elsewhere else learnt
    return remembered(talk.claimed.memory, learnt=learnt, forgotten=forgotten, now=at)


def _forgotten(talk: Talk, given: Answer) -> frozenset[str]:
    """The keys of what is forgotten here and in the person's other conversations."""
    wanted = given.forget if talk.is_trusted else ()
    known = {fact.key for fact in talk.conversation.memory}
    return talk.opening.forgets | known.intersection(wanted)


def _without_forgotten(talk: Talk, given: Answer) -> tuple[Talk, Answer]:
    """A turn as if what the person wants forgotten had never been known.

    The summaries go with it, since they may tell a fact in other words.
    """
    opening = talk.opening
    if not opening.forgets and not opening.forgets_all:
        return talk, given
    own, elsewhere, known, learnt = (
        tuple(f for f in facts if f.key not in opening.forgets and not opening.forgets_all)
        for facts in (
            talk.claimed.memory,
            talk.claimed.elsewhere,
            talk.conversation.memory,
            given.memory,
        )
    )
    conversation = replace(talk.conversation, memory=known, summary="")
    claimed = replace(talk.claimed, memory=own, elsewhere=elsewhere, summary="")
    talk = replace(talk, conversation=conversation, claimed=claimed)
    return talk, replace(given, memory=learnt, summary="")


def _answered(talk: Talk, *, is_deferred: bool) -> Sequence[Turn]:
    """The messages that a turn is done with."""
    pending, handled = talk.conversation.pending, talk.opening.handled
    return [t for t in pending if t.message_id in handled] if is_deferred else pending


def _together(talk: Talk, agreement: Agreement, given: Answer, deferral: Deferral | None) -> str:
    """One reply: what the commands came to, the responder's words, what is asked."""
    says_so = deferral is not None and deferral.says_so
    parts = [
        *agreement.before,
        given.reply,
        talk.voice.asking.no_file if deferral is None and _lacks_files(talk) else "",
        talk.voice.asking.acknowledged if says_so else "",
        *agreement.after,
    ]
    parts = [part for part in parts if part]
    if not parts and agreement.tasks:
        parts = [created(task.title, task.deadline, talk.voice) for task in agreement.tasks]
    return ("\n" if any("\n" in part for part in parts) else " ").join(parts)


def _lacks_files(talk: Talk) -> bool:
    return any(map(is_missing, talk.conversation.pending))


def _own_summary(
    talk: Talk, answered: Sequence[Turn], analyses: Mapping[int, Analysis], agreement: Agreement
) -> str:
    """The summary after a turn whose responder wrote none (AC-14)."""
    if not answered:
        return talk.claimed.summary
    tasks = [
        TaskDraft(title=t.title, source_message_id=t.source_message_id, deadline=t.deadline)
        for t in agreement.tasks
    ]
    before = {task.id for task in talk.conversation.open_tasks}
    open_tasks = tuple(t for t in agreement.conversation.open_tasks if t.id in before)
    conversation = replace(talk.conversation, pending=tuple(answered), open_tasks=open_tasks)
    return summary_after(conversation, analyses, tasks, setting=talk.voice.setting)


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


def _analyses(answered: Sequence[Turn], answer: Answer) -> dict[int, Analysis]:
    own = {turn.message_id: turn.analysis for turn in answered if turn.analysis}
    return own | {id_: refined for id_, refined in answer.analyses.items() if id_ in own}


def _reply(
    claimed: ClaimedConversation, reply: str, answered: Sequence[Turn], listeners: Listeners
) -> list[NewOutbound]:
    if not reply or not claimed.pending:
        return []
    return [
        NewOutbound(
            webhook_id=claimed.webhook_id,
            kind="reply",
            event=REPLY,
            event_id=_event_id(),
            recipient=claimed.participant,
            content=reply,
            data={
                "conversationId": claimed.id,
                "recipient": claimed.participant,
                "content": reply,
                "inReplyTo": [turn.message_id for turn in answered],
                "author": "assistant",
            },
            in_reply_to=answered[-1].message_id if answered else claimed.pending[-1].id,
            is_deliverable=listeners.channel_takes_replies,
        )
    ]


def _task_events(
    agreement: Agreement, claimed: ClaimedConversation, listeners: Listeners, *, at: datetime
) -> list[NewOutbound]:
    events = [
        _event(TASK_COMPLETED, event_id, listener, _completed(edit, claimed, at=at))
        for edit in agreement.edits
        if edit.becomes == "completed"
        for event_id in [_event_id()]
        for listener in listeners.task_completed
    ]
    for index, task in enumerate(agreement.tasks):
        event_id = _event_id()
        home = home_of(task.source_message_id, claimed.standings)
        data: dict[str, JsonValue] = {
            "title": task.title,
            "description": task.description,
            "priority": task.priority,
            "deadline": _iso(task.deadline),
            "project": task.project,
            "assignee": task.assignee,
            "requester": asdict(task.requester) if task.requester else None,
            "status": "pending",
            "sourceMessageId": task.source_message_id,
            "conversationId": home[1] if home else claimed.id,
        }
        events += [
            _event(TASK_CREATED, event_id, listener, data, task=index)
            for listener in listeners.task_created
        ]
    return events


def _completed(edit: Edit, claimed: ClaimedConversation, *, at: datetime) -> dict[str, JsonValue]:
    task = edit.changed
    return {
        "taskId": task.id,
        "title": task.title,
        "status": "completed",
        "priority": task.priority,
        "result": None,
        "error": None,
        "sourceMessageId": task.source_message_id,
        "conversationId": claimed.id,
        "finishedAt": _iso(at),
    }


def _conversation_events(
    claimed: ClaimedConversation, summary: str, listeners: Listeners
) -> list[NewOutbound]:
    event_id = _event_id()
    data: dict[str, JsonValue] = {
        "conversationId": claimed.id,
        "participant": claimed.participant,
        "thread": claimed.thread,
        "status": "active",
        "contextSummary": summary,
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


def _event_id() -> str:
    return f"evt_{token_hex(16)}"


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
