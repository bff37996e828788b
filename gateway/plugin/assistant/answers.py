"""What a model answers: the schema that it is held to, and what is made of its words."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field, ValidationError

from gateway.plugin.errors import TemporaryFailure
from gateway.plugin.messages import (
    Analysis,
    Answer,
    Conversation,
    Entities,
    Fact,
    FactKind,
    Intent,
    JsonValue,
    OpenTask,
    Priority,
    TaskChange,
    TaskDraft,
    Turn,
    Urgency,
    Usage,
)

LEVELS: Final = ("low", "medium", "high", "critical")
TITLE_CHARACTERS: Final = 200
DESCRIPTION_CHARACTERS: Final = 4_000
NAME_CHARACTERS: Final = 200
SUMMARY_CHARACTERS: Final = 1_000
KEY_CHARACTERS: Final = 64
TASKS_SHOWN: Final = 50
FACT_CHARACTERS: Final = 500

Share = Annotated[float, Field(ge=0, le=1)]


class _Understood(BaseModel):
    number: int
    intent: Intent
    urgency: Urgency
    names: list[str]
    projects: list[str]
    confidence: Share


class _Wanted(BaseModel):
    message: int
    title: Annotated[str, Field(min_length=1)]
    description: str
    priority: Priority
    deadline: str
    project: str
    assignee: str
    confidence: Share
    revises: str


class _Changed(BaseModel):
    message: int
    task: int
    becomes: Literal["open", "completed", "cancelled"]
    title: str
    priority: Literal["low", "medium", "high", "critical", ""]
    deadline: str
    assignee: str
    confidence: Share


class _Learnt(BaseModel):
    key: str
    value: str
    kind: FactKind
    message: int


class _Told(BaseModel):
    reply: str
    language: Annotated[str, Field(pattern="^[a-z]{2}$")]
    messages: list[_Understood]
    tasks: list[_Wanted]
    # Prompts of one's own may be older than this.
    changes: list[_Changed] = []
    summary: str
    facts: list[_Learnt]
    forget: list[str]


def _text() -> dict[str, JsonValue]:
    return {"type": "string"}


def _choice(*values: str) -> dict[str, JsonValue]:
    return {"type": "string", "enum": list(values)}


def _list(of: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {"type": "array", "items": dict(of)}


def _object(**properties: dict[str, JsonValue]) -> dict[str, JsonValue]:
    # Both providers want every property required and no other allowed; neither takes bounds.
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


ANSWER_SCHEMA: Final[Mapping[str, JsonValue]] = _object(
    reply=_text(),
    language=_text(),
    messages=_list(
        _object(
            number={"type": "integer"},
            intent=_choice("task", "question", "update", "confirmation"),
            urgency=_choice(*LEVELS),
            names=_list(_text()),
            projects=_list(_text()),
            confidence={"type": "number"},
        )
    ),
    tasks=_list(
        _object(
            message={"type": "integer"},
            title=_text(),
            description=_text(),
            priority=_choice(*LEVELS),
            deadline=_text(),
            project=_text(),
            assignee=_text(),
            confidence={"type": "number"},
            revises=_text(),
        )
    ),
    changes=_list(
        _object(
            message={"type": "integer"},
            task={"type": "integer"},
            becomes=_choice("open", "completed", "cancelled"),
            title=_text(),
            priority=_choice(*LEVELS, ""),
            deadline=_text(),
            assignee=_text(),
            confidence={"type": "number"},
        )
    ),
    summary=_text(),
    facts=_list(
        _object(
            key=_text(),
            value=_text(),
            kind=_choice("person", "contact", "preference", "topic", "state"),
            message={"type": "integer"},
        )
    ),
    forget=_list(_text()),
)
"""The JSON Schema of an answer, strict in the way that the providers ask for."""


def answer_from(
    text: str, conversation: Conversation, *, longest: int, usage: Usage | None = None
) -> Answer:
    """What the model decided, checked. Raises `TemporaryFailure` for anything but an answer."""
    told = _told(text)
    reply = _shortened(told.reply, longest)
    if not reply:
        raise TemporaryFailure("the model answered without a reply: it is asked again")
    return Answer(
        reply=reply,
        tasks=(*_spelled_out(conversation), *_drafts(told, conversation)),
        task_changes=tuple(_changes(told, conversation)),
        analyses=_analyses(told, conversation),
        summary=_shortened(told.summary, SUMMARY_CHARACTERS),
        memory=_facts(told, conversation),
        forget=tuple(key[:KEY_CHARACTERS] for key in told.forget),
        usage=usage,
    )


def _told(text: str) -> _Told:
    try:
        return _Told.model_validate(_json_in(text))
    except ValidationError as error:
        places = {".".join(map(str, item["loc"])) or "the answer" for item in error.errors()}
        named = ", ".join(sorted(places)[:5])
        raise TemporaryFailure(
            f"the model's answer does not fit the schema at {named}: it is asked again; "
            "if this happens often, choose a model that keeps to a JSON schema"
        ) from None
    except (ValueError, RecursionError):
        raise TemporaryFailure(
            "the model answered no JSON: it is asked again; if this happens often, choose a model "
            "that keeps to a JSON schema"
        ) from None


def _json_in(text: str) -> object:
    """The JSON object in a text: small models think aloud before it, or put a fence around it."""
    spoken = text.rpartition("</think>")[2]
    value: object = json.JSONDecoder().raw_decode(spoken, spoken.index("{"))[0]
    return value


def _analyses(told: _Told, conversation: Conversation) -> dict[int, Analysis]:
    """The rules' analysis, refined; its dates stay, since a model does not reckon with dates."""
    refined = {}
    for entry in told.messages:
        if not 1 <= entry.number <= len(conversation.pending):
            continue
        turn = conversation.pending[entry.number - 1]
        before = turn.analysis.entities if turn.analysis else Entities()
        refined[turn.message_id] = Analysis(
            intent=entry.intent,
            urgency=entry.urgency,
            entities=replace(before, names=_names(entry.names), projects=_names(entry.projects)),
            language=told.language,
            confidence=entry.confidence,
        )
    return refined


def _spelled_out(conversation: Conversation) -> list[TaskDraft]:
    """The tasks that came in fields: they need nobody to understand them."""
    return [
        TaskDraft(
            title=given.title,
            source_message_id=turn.message_id,
            description=given.description or turn.text[:DESCRIPTION_CHARACTERS],
            priority=given.priority or (turn.analysis.urgency if turn.analysis else "medium"),
            deadline=given.deadline,
        )
        for turn in conversation.pending
        if (given := turn.structured)
    ]


def _drafts(told: _Told, conversation: Conversation) -> list[TaskDraft]:
    if not conversation.policy.auto_create_tasks:
        return []
    codes = {proposal.code for proposal in conversation.proposals}
    drafts = []
    for wanted in told.tasks:
        turn = _turn(wanted.message, conversation.pending)
        if turn.structured:
            continue
        span = _span(wanted.deadline, turn)
        drafts.append(
            TaskDraft(
                title=_shortened(wanted.title, TITLE_CHARACTERS),
                source_message_id=turn.message_id,
                description=wanted.description[:DESCRIPTION_CHARACTERS],
                priority=wanted.priority,
                deadline=_meant(span, turn),
                deadline_span=span,
                project=wanted.project[:NAME_CHARACTERS] or None,
                assignee=wanted.assignee[:NAME_CHARACTERS] or None,
                confidence=wanted.confidence,
                revises=wanted.revises if wanted.revises in codes else "",
            )
        )
    return drafts


def _changes(told: _Told, conversation: Conversation) -> Iterator[TaskChange]:
    """What is to change of the tasks that were shown; the numbers are those of the list."""
    tasks = shown_tasks(conversation)
    for wanted in told.changes:
        if not 1 <= wanted.task <= len(tasks):
            continue
        turn = _turn(wanted.message, conversation.pending)
        yield TaskChange(
            task_id=tasks[wanted.task - 1].id,
            source_message_id=turn.message_id,
            title=_shortened(wanted.title, TITLE_CHARACTERS) or None,
            priority=wanted.priority or None,
            deadline_span=_span(wanted.deadline, turn),
            assignee=wanted.assignee[:NAME_CHARACTERS] or None,
            ends=None if wanted.becomes == "open" else wanted.becomes,
            confidence=wanted.confidence,
        )


def shown_tasks(conversation: Conversation) -> Sequence[OpenTask]:
    """The open tasks that a model is shown, numbered in this order: those that are due first."""
    return conversation.open_tasks[:TASKS_SHOWN]


def _span(words: str, turn: Turn) -> str:
    """The words that name a date, as far as they stand in the message."""
    return words if words.casefold() in turn.text.casefold() else ""


def _meant(span: str, turn: Turn) -> datetime | None:
    """The date that the rules read in these words of the message; the model's own never counts."""
    dates = turn.analysis.entities.dates if turn.analysis and span.strip() else ()
    said = span.casefold()
    for date in dates:
        if date.span.casefold() == said:
            return date.at
    for date in dates:
        if date.span.casefold() in said or said in date.span.casefold():
            return date.at
    return None


def _facts(told: _Told, conversation: Conversation) -> tuple[Fact, ...]:
    facts = []
    for learnt in told.facts:
        key = re.sub(r"[^a-z0-9]+", "_", learnt.key.lower()).strip("_")[:KEY_CHARACTERS]
        turn = _turn(learnt.message, conversation.pending)
        if key and learnt.value:
            facts.append(
                Fact(
                    key=key,
                    value=learnt.value[:FACT_CHARACTERS],
                    kind=learnt.kind,
                    message_id=turn.message_id,
                    at=turn.at,
                )
            )
    return tuple(facts)


def _turn(number: int, pending: Sequence[Turn]) -> Turn:
    """The message with this number; the latest for one that does not exist."""
    return pending[number - 1] if 1 <= number <= len(pending) else pending[-1]


def _names(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name[:NAME_CHARACTERS] for name in names if name)


def _shortened(text: str, limit: int) -> str:
    text = text.strip()
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.-") + "…"
