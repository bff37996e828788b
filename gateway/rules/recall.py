"""What is kept of a conversation: a summary and a few facts, both bounded."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Final

from gateway.plugin.messages import (
    Analysis,
    Conversation,
    Fact,
    Intent,
    JsonValue,
    OpenTask,
    TaskDraft,
    Turn,
)
from gateway.rules.language import language_of
from gateway.rules.media import has_arrived
from gateway.rules.memory import fact_named
from gateway.rules.reading import read
from gateway.rules.replies import Setting
from gateway.rules.titles import shortened
from gateway.rules.vocabulary import VOCABULARIES

LONGEST_SUMMARY: Final = 500
_TASKS_NAMED: Final = 3
_TITLE_LENGTH: Final = 48
_LINE_LENGTH: Final = 110
_MARK: Final = "- "
_TASKS_KEPT: Final = 5
_PROJECTS_KEPT: Final = 10
_LONGEST_FACT: Final = 100
_WORDS_IN_NAME: Final = 2

NAME: Final = "participantName"
LANGUAGE: Final = "language"
RECENT_TASKS: Final = "recentTasks"
PROJECTS: Final = "projects"


def summary_after(
    conversation: Conversation,
    analyses: Mapping[int, Analysis],
    tasks: Sequence[TaskDraft],
    *,
    setting: Setting,
) -> str:
    """The summary with this turn on top, at most 500 characters: the oldest lines go first.

    What another responder had written stays below as a line of its own.
    """
    head = _head(conversation, tasks, setting)
    intents = {id_: analysis.intent for id_, analysis in analyses.items()}
    by_message = {task.source_message_id: task for task in tasks}
    new = [
        _MARK + shortened(_line(turn, intents[turn.message_id], task, setting), _LINE_LENGTH)
        for turn in reversed(conversation.pending)
        for task in [by_message.get(turn.message_id)]
    ]
    kept = [head]
    for line in [*new, *_older(conversation.summary)]:
        if len("\n".join([*kept, line])) > LONGEST_SUMMARY:
            break
        kept.append(line)
    return "\n".join(kept)[:LONGEST_SUMMARY]


def memory_after(
    conversation: Conversation,
    analyses: Mapping[int, Analysis],
    tasks: Sequence[TaskDraft],
    *,
    language: str,
) -> tuple[Fact, ...]:
    """The facts that this turn taught."""
    if not conversation.pending:
        return ()
    latest = conversation.pending[-1]
    learnt = partial(Fact, message_id=latest.message_id, at=latest.at)
    facts = [learnt(key=LANGUAGE, value=language, kind="preference")]
    name = _told_name(conversation) or conversation.participant_name
    if name:
        facts.append(learnt(key=NAME, value=shortened(name, _LONGEST_FACT), kind="person"))
    titles = [task.title for task in tasks]
    if titles:
        recent = _newest(titles, fact_named(RECENT_TASKS, conversation.memory), _TASKS_KEPT)
        facts.append(learnt(key=RECENT_TASKS, value=recent, kind="topic"))
    projects = [name for turn in analyses.values() for name in turn.entities.projects]
    if projects:
        known = _newest(projects, fact_named(PROJECTS, conversation.memory), _PROJECTS_KEPT)
        facts.append(learnt(key=PROJECTS, value=known, kind="topic"))
    return tuple(facts)


def known_name(conversation: Conversation) -> str:
    """What the person is called, empty when nobody said it."""
    kept = fact_named(NAME, conversation.memory)
    return (
        _told_name(conversation)
        or conversation.participant_name
        or (kept if isinstance(kept, str) else "")
    )


def _head(conversation: Conversation, tasks: Sequence[TaskDraft], setting: Setting) -> str:
    wording = setting.wording
    who = shortened(known_name(conversation) or conversation.participant, _TITLE_LENGTH)
    listed = [*_named(tasks, setting), *_named(conversation.open_tasks, setting)]
    if not listed:
        return f"{wording.summary.format(who=who)} {wording.no_open_tasks}"
    shown = listed[:_TASKS_NAMED]
    if len(listed) > len(shown):
        shown.append(wording.more.format(count=len(listed) - len(shown)))
    return f"{wording.summary.format(who=who)} {wording.open_tasks.format(tasks='; '.join(shown))}"


def _named(tasks: Sequence[TaskDraft] | Sequence[OpenTask], setting: Setting) -> list[str]:
    return [shortened(task.title, _TITLE_LENGTH) + setting.due(task.deadline) for task in tasks]


def _line(turn: Turn, intent: Intent, task: TaskDraft | None, setting: Setting) -> str:
    wording = setting.wording
    if task:
        return wording.asked_for.format(
            text=shortened(task.title, _TITLE_LENGTH), due=setting.due(task.deadline)
        )
    if not turn.text.strip():
        return wording.sent_media if has_arrived(turn) else wording.sent_nothing
    sentence = {"question": wording.asked, "confirmation": wording.answered}.get(
        intent, wording.reported
    )
    return sentence.format(text=shortened(turn.text, _LINE_LENGTH // 2))


def _older(summary: str) -> Iterator[str]:
    lines = summary.splitlines()
    own = [line for line in lines if line.startswith(_MARK)]
    if own or not summary.strip():
        yield from own
    else:
        yield _MARK + shortened(summary, LONGEST_SUMMARY // 2)


def _newest(new: Sequence[str], old: JsonValue, most: int) -> list[JsonValue]:
    kept = [each for each in old if isinstance(each, str)] if isinstance(old, list) else []
    listed = [shortened(each, _LONGEST_FACT) for each in [*reversed(new), *kept]]
    distinct: list[JsonValue] = [*dict.fromkeys(listed)]
    return distinct[:most]


def _told_name(conversation: Conversation) -> str | None:
    """The name that a person gives: "this is Dana Reyes", "mi nombre es Ana"."""
    for turn in reversed(conversation.pending):
        name = _name_in(turn.text)
        if name:
            return name
    return None


@lru_cache(maxsize=64)
def _name_in(text: str) -> str | None:
    reading = read(text)
    topics = VOCABULARIES[language_of(reading)].topics
    for cue in topics.cues(reading.words, 0, len(reading.words)):
        if cue.kind == "my-name":
            end = cue.last
            while (
                end < min(len(reading.words), cue.last + _WORDS_IN_NAME)
                and reading.capitalised(end)
                and reading.gap(end) == " "
            ):
                end += 1
            if end > cue.last:
                return reading.written(cue.last, end)
    return None
