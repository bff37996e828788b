"""What a model is asked: standing orders, one JSON document, and images by their address."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from gateway.plugin.assistant.answers import ANSWER_SCHEMA, TASKS_SHOWN, shown_tasks
from gateway.plugin.messages import (
    Attachment,
    Conversation,
    DateMention,
    Fact,
    JsonValue,
    OpenTask,
    Proposal,
    Turn,
)

PENDING_CHARACTERS: Final = 24_000
"""What all new messages together may show; one that is longer is cut."""
SHORTEST_CUT: Final = 500
EARLIER_CHARACTERS: Final = 1_000
FACT_CHARACTERS: Final = 200
MOST_IMAGES: Final = 5
CUT: Final = " […]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One call of a model: `system` stays the same for a channel, `text` is this turn.

    `images` are https addresses that the provider fetches. The answer is JSON that fits `schema`,
    in at most `output_tokens`, within `seconds`.
    """

    system: str
    text: str
    images: tuple[str, ...]
    output_tokens: int
    seconds: float
    schema: Mapping[str, JsonValue]


def question_about(
    conversation: Conversation,
    *,
    system: str,
    sees_images: bool,
    output_tokens: int,
    seconds: float,
) -> Question:
    """All that the model is told of a conversation."""
    return Question(
        system=system,
        text=document(conversation),
        images=tuple(_images(conversation.pending)) if sees_images else (),
        output_tokens=output_tokens,
        seconds=seconds,
        schema=ANSWER_SCHEMA,
    )


def document(conversation: Conversation) -> str:
    """A conversation as JSON, where no text can pass for anything but a text."""
    zone = ZoneInfo(conversation.policy.time_zone)
    limit = max(SHORTEST_CUT, PENDING_CHARACTERS // max(1, len(conversation.pending)))
    shown: dict[str, JsonValue] = {
        "now": spoken(conversation.now, zone),
        "timeZone": conversation.policy.time_zone,
        "person": conversation.participant_name or "",
        "summary": conversation.summary,
        "facts": [_fact(fact) for fact in conversation.memory],
        "openTasks": [
            _task(number, task, zone)
            for number, task in enumerate(shown_tasks(conversation), start=1)
        ],
        "furtherOpenTasks": max(0, len(conversation.open_tasks) - TASKS_SHOWN),
        "proposals": [_proposal(proposal, zone) for proposal in conversation.proposals],
        "earlier": [_earlier(turn, zone) for turn in conversation.turns],
        "messages": [
            _message(number, turn, limit, zone)
            for number, turn in enumerate(conversation.pending, start=1)
        ],
    }
    return json.dumps({key: value for key, value in shown.items() if value}, ensure_ascii=False)


def spoken(at: datetime, zone: tzinfo, *, has_time: bool = True) -> str:
    """A moment as a person would write it where it is read, such as `Friday 2 October 2026`."""
    local = at.astimezone(zone)
    day = f"{local:%A} {local.day} {local:%B %Y}"
    return f"{day}, {local:%H:%M}" if has_time else day


def _message(number: int, turn: Turn, limit: int, zone: tzinfo) -> dict[str, JsonValue]:
    shown: dict[str, JsonValue] = {"number": number, "text": _cut(turn.text, limit)}
    dates = turn.analysis.entities.dates if turn.analysis else ()
    if dates:
        shown["dates"] = [_date(date, zone) for date in dates]
    if turn.structured:
        shown["form"] = turn.structured.title
    if turn.attachments:
        shown["attachments"] = [_named(each) for each in turn.attachments]
    return shown


def _named(attachment: Attachment) -> str:
    name = attachment.name or attachment.type
    return f"{name} (has not arrived)" if attachment.problem else name


def _date(date: DateMention, zone: tzinfo) -> dict[str, JsonValue]:
    return {"words": date.span, "means": spoken(date.at, zone, has_time=date.has_time)}


def _earlier(turn: Turn, zone: tzinfo) -> dict[str, JsonValue]:
    who = "assistant" if turn.role == "assistant" else "person"
    return {who: _cut(turn.text, EARLIER_CHARACTERS), "at": spoken(turn.at, zone)}


def _fact(fact: Fact) -> dict[str, JsonValue]:
    value = fact.value if isinstance(fact.value, str) else json.dumps(fact.value)
    return {"key": fact.key, "value": _cut(value, FACT_CHARACTERS)}


def _task(number: int, task: OpenTask, zone: tzinfo) -> dict[str, JsonValue]:
    shown: dict[str, JsonValue] = {
        "number": number,
        "title": task.title,
        "priority": task.priority,
        "due": spoken(task.deadline, zone) if task.deadline else None,
    }
    return {**shown, "assignee": task.assignee} if task.assignee else shown


def _proposal(proposal: Proposal, zone: tzinfo) -> dict[str, JsonValue]:
    due = spoken(proposal.deadline, zone) if proposal.deadline else None
    shown: dict[str, JsonValue] = {"code": proposal.code, "title": proposal.title, "due": due}
    return {**shown, "changes": "an open task"} if proposal.task_id is not None else shown


def _images(turns: Sequence[Turn]) -> list[str]:
    """The newest images that a provider can fetch: it has no credentials of ours."""
    found = [
        each.url
        for turn in turns
        for each in turn.attachments
        if each.type.lower().partition("/")[0] == "image"
        and each.url.startswith("https://")
        and each.media_id is None
    ]
    return found[-MOST_IMAGES:]


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[:limit] + CUT
