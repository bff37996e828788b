"""The assistant that needs no model and no key: it keeps the list of tasks and says what it did."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic import Field

from gateway.plugin import (
    Analysis,
    Answer,
    Conversation,
    FinishedTask,
    OpenTask,
    PartSettings,
    Responder,
    TaskDraft,
    Turn,
)
from gateway.rules.analysis import analyse
from gateway.rules.asking import Voice, finished_of
from gateway.rules.assignees import assignee_of
from gateway.rules.confirmation import step_for
from gateway.rules.deadlines import deadline_for
from gateway.rules.due import deadline_of
from gateway.rules.media import has_arrived
from gateway.rules.memory import fact_named
from gateway.rules.phrases import WORDINGS
from gateway.rules.phrases.asking import ASKING
from gateway.rules.questions import finished_asked_about, tasks_asked_about
from gateway.rules.recall import LANGUAGE, known_name, memory_after, summary_after
from gateway.rules.replies import Matter, Setting, compose, heard_in, language_for
from gateway.rules.titles import task_title
from gateway.rules.unclear import in_unknown_script

_LONGEST_DESCRIPTION = 4_000


class BuiltinSettings(PartSettings):
    """How the built-in assistant answers."""

    longest_reply: int = Field(
        default=1_000,
        ge=160,
        le=1_600,
        title="Longest reply",
        description="In characters. A concise assistant never writes more than 480.",
    )


class BuiltinResponder(Responder[BuiltinSettings]):
    """Understands messages by rules: the same conversation always gets the same answer."""

    name = "builtin"
    title = "Built-in assistant"
    Settings = BuiltinSettings

    async def respond(self, conversation: Conversation) -> Answer:
        """Answers all pending messages with one reply; each order among them becomes one task."""
        analyses = {
            turn.message_id: _understood(turn, conversation) for turn in conversation.pending
        }
        setting = _setting(conversation)
        wanted = [
            (draft, turn)
            for turn in conversation.pending
            if (draft := _draft(turn, analyses[turn.message_id]))
        ]
        creating = conversation.policy.auto_create_tasks
        tasks = [draft for draft, turn in wanted if turn.structured or creating]
        uncreated = [draft for draft, _ in wanted if draft not in tasks]
        language = next(code for code, wording in WORDINGS.items() if wording is setting.wording)
        matter = _matter(
            conversation, analyses, uncreated, Voice(ASKING[language], setting, language)
        )
        made = [d for d, turn in wanted if d in tasks and _is_made(conversation, d, turn)]
        matter = replace(matter, tasks=made, is_asking=len(made) < len(tasks))
        reply = compose(matter, setting, longest=self.settings.longest_reply)
        return Answer(
            reply=reply if conversation.pending else "",
            tasks=tuple(tasks),
            analyses=analyses,
            summary=summary_after(conversation, analyses, tasks, setting=setting),
            memory=memory_after(conversation, analyses, tasks, language=language),
        )


def _understood(turn: Turn, conversation: Conversation) -> Analysis:
    zone = conversation.policy.time_zone
    return turn.analysis or analyse(turn.text, now=turn.at, time_zone=zone)


def _setting(conversation: Conversation) -> Setting:
    latest = conversation.pending[-1].text if conversation.pending else ""
    policy = conversation.policy
    language = language_for(policy.language, latest, fact_named(LANGUAGE, conversation.memory))
    return Setting(
        wording=WORDINGS[language],
        personality=policy.personality,
        time_zone=policy.time_zone,
        now=conversation.now,
        name=known_name(conversation),
    )


def _draft(turn: Turn, analysis: Analysis) -> TaskDraft | None:
    """The task that a message asks for; None when it asks for none."""
    given = turn.structured
    project = next(iter(analysis.entities.projects), None)
    priority = analysis.entities.priority or analysis.urgency
    if given:
        return TaskDraft(
            title=given.title,
            source_message_id=turn.message_id,
            description=given.description or turn.text[:_LONGEST_DESCRIPTION],
            priority=given.priority or priority,
            deadline=given.deadline,
            project=project,
        )
    if analysis.intent != "task":
        return None
    title = task_title(turn.text, analysis)
    due = deadline_of(turn.text, analysis, now=turn.at)
    return TaskDraft(
        title=title,
        source_message_id=turn.message_id,
        description="" if title == turn.text.strip() else turn.text[:_LONGEST_DESCRIPTION],
        priority=priority,
        deadline=due.at if due else None,
        deadline_span=due.span if due else "",
        project=project,
        assignee=assignee_of(turn.text, analysis),
        confidence=analysis.confidence,
    )


def _is_made(conversation: Conversation, draft: TaskDraft, turn: Turn) -> bool:
    """Whether the gateway makes a task of a draft at once: then the reply says so."""
    policy = conversation.policy
    doubt = deadline_for(draft, turn, time_zone=policy.time_zone).doubt
    step = step_for(
        policy,
        draft,
        is_spelled_out=turn.structured is not None,
        has_doubt=doubt is not None,
        revises=False,
    )
    return step in {"create", "create_undoable"}


def _matter(
    conversation: Conversation,
    analyses: Mapping[int, Analysis],
    uncreated: Sequence[TaskDraft],
    voice: Voice,
) -> Matter:
    listed: dict[int, OpenTask] | None = None
    listed_for, heard = None, []
    notes: list[str] = []
    for turn in conversation.pending:
        analysis = analyses[turn.message_id]
        if turn.structured or analysis.intent == "task" or _is_lost(turn):
            continue
        if in_unknown_script(turn.text):
            notes.append(voice.asking.unknown_script)
            continue
        answer = _answer_from_list(turn, analysis, conversation)
        ended = list(finished_of(_ended(turn, analysis, conversation), voice))
        notes += ended
        if answer is None and ended:
            continue
        if answer is None:
            heard.append(heard_in(turn, analysis))
            continue
        listed = (listed or {}) | {task.id: task for task in answer}
        dates = analysis.entities.dates
        listed_for = dates[0].at if dates else None
    return Matter(
        uncreated=uncreated,
        listed=None if listed is None else tuple(listed.values()),
        listed_for=listed_for,
        notes=list(dict.fromkeys(notes)),
        heard=heard,
    )


def _is_lost(turn: Turn) -> bool:
    """Whether nothing of a message has come; the gateway itself says so."""
    return not turn.text.strip() and bool(turn.attachments) and not has_arrived(turn)


def _ended(turn: Turn, analysis: Analysis, conversation: Conversation) -> Sequence[FinishedTask]:
    if analysis.intent != "question":
        return ()
    return finished_asked_about(turn.text, analysis, conversation.finished_tasks)


def _answer_from_list(
    turn: Turn, analysis: Analysis, conversation: Conversation
) -> Sequence[OpenTask] | None:
    if analysis.intent != "question":
        return None
    return tasks_asked_about(
        turn.text,
        analysis,
        conversation.open_tasks,
        time_zone=conversation.policy.time_zone,
    )
