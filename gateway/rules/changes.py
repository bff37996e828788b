"""Whole messages that change a task that is there: "move the invoice task to Friday"."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from gateway.plugin.messages import Conversation, DateMention, OpenTask, TaskDraft, Turn
from gateway.rules.commands import changes_only_the_date, changes_the_date_elsewhere
from gateway.rules.deadlines import Deadline, deadline_for
from gateway.rules.edits import TaskStatus, Value
from gateway.rules.reading import Reading, fold, read
from gateway.rules.sayings import (
    ENDINGS,
    LEADING,
    TRAILING,
    TRIGGER_WORDS,
    Pattern,
    patterns_for,
)
from gateway.rules.titles import shortened
from gateway.rules.vocabulary.changes import (
    AROUND_A_TASK,
    MIDDLES,
    POINTING,
    PRIORITIES,
    TASK_WORDS,
    Deed,
)

LONGEST_WISH: Final = 200
MOST_CHOICES: Final = 6
LONGEST_TITLE: Final = 200
_WORDS_IN_NAME: Final = 3
_STEM: Final = 4
_QUOTED_TITLE: Final = 40
_EDGES: Final = " \t\"'.,;:!?\u201e\u201c\u201d\u00ab\u00bb"
_MARK: Final = re.compile(r"\s*:\s*|\s+-{1,2}\s+|\s*[\u2013\u2014]\s*")
_ENDS: Final[Mapping[Deed, TaskStatus]] = {
    "change": "pending",
    "complete": "completed",
    "cancel": "cancelled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a message wants changed: `tasks` are those that it may mean, none where it names none.

    `named` are its words for the task. `is_sure` is false for what a person is asked about first.
    """

    message_id: int
    language: str
    tasks: tuple[OpenTask, ...]
    named: str = ""
    fields: Mapping[str, Value] = field(default_factory=dict)
    becomes: TaskStatus = "pending"
    deadline: Deadline | None = None
    is_sure: bool = True


class _Target(NamedTuple):
    tasks: tuple[OpenTask, ...]
    named: str
    is_explicit: bool
    is_spoken_of: bool


def wish_in(turn: Turn, conversation: Conversation, *, by_rules: bool) -> Wish | None:
    """The change that a message is as a whole; None for one that says anything besides.

    `by_rules`: nobody else could find a task under other words than its own.
    """
    if turn.analysis is None or len(turn.text) > LONGEST_WISH:
        return None
    reading = read(turn.text)
    if not _may_be_one(reading, conversation):
        return _moved_alone(turn, conversation)
    dates = turn.analysis.entities.dates
    tokens = _tokens(reading, dates)
    ended = _ended(turn, conversation, reading, tokens)
    if ended is not None:
        return ended
    for said, asked in _without_leads(tokens):
        text = " ".join(word for word, _ in said)
        asks = "?" in turn.text and not asked
        for pattern in patterns_for(turn.analysis.language):
            match = None if asks and pattern.is_statement else pattern.expression.fullmatch(text)
            wish = _wish(match, pattern, (turn, conversation, reading, said)) if match else None
            if wish and (wish.tasks or by_rules):
                return wish
    return _moved_alone(turn, conversation)


def _may_be_one(reading: Reading, conversation: Conversation) -> bool:
    """What most messages are told by at once: they have no word that changes a task."""
    if not conversation.open_tasks and TASK_WORDS.isdisjoint(reading.words):
        return False
    return not TRIGGER_WORDS.isdisjoint(reading.words)


def tasks_named(words: Sequence[str], tasks: Sequence[OpenTask]) -> tuple[OpenTask, ...]:
    """The tasks whose title has all of these words; one that has no others goes before the rest."""
    telling = [w for w in _telling(words) if w not in POINTING]
    stems = [w.removesuffix("aufgabe") or w for w in telling]
    if not stems:
        return ()
    titles = [(task, read(task.title).words) for task in tasks]
    found = [pair for pair in titles if all(_stands_in(stem, pair[1]) for stem in stems)]
    whole = [pair for pair in found if all(_stands_in(w, stems) for w in _telling(pair[1]))]
    return tuple(task for task, _ in (whole if len(whole) == 1 else found))


def spoken_of(conversation: Conversation) -> tuple[OpenTask, ...]:
    """The open tasks that the assistant's last message names by their titles."""
    said = fold(_last_reply(conversation))
    return tuple(
        task for task in conversation.open_tasks if fold(task.title[:_QUOTED_TITLE]) in said
    )


def _ended(
    turn: Turn,
    conversation: Conversation,
    reading: Reading,
    tokens: Sequence[tuple[str, int]],
) -> Wish | None:
    """A task that is named behind "done:" or "done -"; None for any other words there.

    All words that tell something have to be of its title, so that a new request is none.
    """
    if "?" in turn.text:
        return None
    for start in (0, _polite(tokens, LEADING, at_start=True)):
        for size, language in _heads(tokens[start:]):
            last, rest = tokens[start + size - 1][1], tokens[start + size :]
            between = reading.clean[reading.ends[last] : reading.starts[last + 1]]
            if not _MARK.fullmatch(between):
                continue
            named = [word for word, _ in rest if not word.startswith("<")]
            target = _target(" ".join(named), conversation, may_point=False) if named else None
            if target is not None and target.tasks:
                return Wish(
                    message_id=turn.message_id,
                    language=language,
                    tasks=target.tasks[:MOST_CHOICES],
                    named=target.named,
                    becomes="completed",
                )
    return None


def _heads(tokens: Sequence[tuple[str, int]]) -> Iterator[tuple[int, str]]:
    """How many words at the start say that something is done, and in which language."""
    words = tuple(word for word, _ in tokens)
    for phrase, language in ENDINGS:
        if len(words) > len(phrase) and words[: len(phrase)] == phrase:
            yield len(phrase), language


def _wish(
    match: re.Match[str],
    pattern: Pattern,
    message: tuple[Turn, Conversation, Reading, Sequence[tuple[str, int]]],
) -> Wish | None:
    turn, conversation, reading, said = message
    places = match.groupdict()
    is_first = turn.message_id == conversation.pending[0].message_id
    target = _target(places.get("t"), conversation, may_point=is_first)
    fields = _fields(match, reading, said)
    if target is None or fields is None or (pattern.strength == "task" and not target.is_explicit):
        return None
    if not target.tasks and not target.is_explicit:
        return None
    deadline = None
    if places.get("d"):
        mention = turn.analysis.entities.dates[int(places["d"])] if turn.analysis else None
        deadline = _deadline(mention, turn, conversation)
        fields = {**fields, "deadline": deadline.at} if deadline.doubt is None else fields
    sure = target.is_explicit or target.is_spoken_of or pattern.strength != "ask"
    return Wish(
        message_id=turn.message_id,
        language=pattern.language,
        tasks=target.tasks[:MOST_CHOICES],
        named=target.named,
        fields=fields,
        becomes=_ENDS[pattern.deed],
        deadline=deadline,
        is_sure=sure,
    )


def _target(words: str | None, conversation: Conversation, *, may_point: bool) -> _Target | None:
    """Which tasks are meant; None where nothing says that a task is meant at all.

    Behind another message that waits for its answer, "it" may be what that one is about.
    """
    named = (words or "").split()
    is_explicit = any(map(_is_task_word, named))
    telling = [w for w in _telling(named) if w not in POINTING]
    tasks = conversation.open_tasks
    if len(telling) == 1 and telling[0].isdecimal() and len(telling[0]) <= 2:  # noqa: PLR2004 # a line of a list
        numbered = _by_number(int(telling[0]), conversation)
        return _Target(numbered, words or "", is_explicit, is_spoken_of=True) if numbered else None
    if telling:
        return _Target(tasks_named(telling, tasks), " ".join(telling), is_explicit, False)
    if not may_point or not _is_quiet(conversation) or not tasks:
        return None  # what is pointed at may be what was asked about
    spoken = spoken_of(conversation)
    if len(spoken) == 1:
        return _Target(spoken, "", is_explicit, is_spoken_of=True)
    if words is None and len(tasks) > 1:
        return None
    return _Target(tasks, "", is_explicit, is_spoken_of=False)


def _by_number(number: int, conversation: Conversation) -> tuple[OpenTask, ...]:
    """The task on this line of the list in the assistant's last message."""
    line = re.search(rf"^{number}\. (.+)$", _last_reply(conversation), re.MULTILINE)
    if line is None:
        return ()
    return tuple(t for t in conversation.open_tasks if line[1].startswith(shortened(t.title, 70)))


def _fields(
    match: re.Match[str], reading: Reading, said: Sequence[tuple[str, int]]
) -> dict[str, Value] | None:
    """The fields that a match names; None where one of them cannot be what it is taken for."""
    fields: dict[str, Value] = {}
    priority = match.groupdict().get("p")
    if priority:
        fields["priority"] = next(k for k, names in PRIORITIES.items() if priority in names)
    if match.groupdict().get("n"):
        name = _written(match, "n", reading, said)
        if not name[:1].isupper() or len(name.split()) > _WORDS_IN_NAME:
            return None
        fields["assignee"] = name
    if match.groupdict().get("x"):
        title = _written(match, "x", reading, said).strip(_EDGES)
        fields["title"] = (title[:1].upper() + title[1:])[:LONGEST_TITLE]
    return fields


def _written(
    match: re.Match[str], place: str, reading: Reading, said: Sequence[tuple[str, int]]
) -> str:
    """The words at a place of a match, as they were written."""
    before = len(match.string[: match.start(place)].split())
    taken = said[before : before + len(match[place].split())]
    last = taken[-1][1]
    return reading.written(taken[0][1], last + 1)


def _deadline(mention: DateMention | None, turn: Turn, conversation: Conversation) -> Deadline:
    span = mention.span if mention else ""
    draft = TaskDraft(title="-", source_message_id=turn.message_id, deadline_span=span)
    return deadline_for(draft, turn, time_zone=conversation.policy.time_zone)


def _moved_alone(turn: Turn, conversation: Conversation) -> Wish | None:
    """A message that is only a date, right after one task was spoken of: "on Tuesday instead".

    Or for one that was asked for elsewhere: "same as what I texted, but Monday".
    """
    if turn.analysis is None or "?" in turn.text:
        return None
    tasks = _asked_elsewhere(conversation) if changes_the_date_elsewhere(turn) else ()
    if not tasks and changes_only_the_date(turn) == "":
        is_first = turn.message_id == conversation.pending[0].message_id
        spoken = spoken_of(conversation) if is_first and _is_quiet(conversation) else ()
        tasks = spoken if len(spoken) == 1 else ()
    if not tasks:
        return None
    deadline = _deadline(turn.analysis.entities.dates[-1], turn, conversation)
    return Wish(
        message_id=turn.message_id,
        language=turn.analysis.language,
        tasks=tasks[:MOST_CHOICES],
        fields={"deadline": deadline.at} if deadline.doubt is None else {},
        deadline=deadline,
    )


def _asked_elsewhere(conversation: Conversation) -> tuple[OpenTask, ...]:
    """The open tasks that come from no message of this conversation, as far as it is known."""
    here = {turn.message_id for turn in (*conversation.turns, *conversation.pending)}
    return tuple(
        task
        for task in conversation.open_tasks
        if task.source_message_id and task.source_message_id not in here
    )


def _tokens(reading: Reading, dates: Sequence[DateMention]) -> list[tuple[str, int]]:
    """The words with their places; a date is one of them, `<0>`, with its last word's place."""
    tokens: list[tuple[str, int]] = []
    spans: dict[int, tuple[int, int]] = {}
    start = 0
    for number, date in enumerate(dates):
        start = reading.clean.find(date.span, start)
        if start < 0:
            break
        end = start + len(date.span)
        taken = [i for i, at in enumerate(reading.starts) if start <= at and reading.ends[i] <= end]
        if taken:
            spans[taken[0]] = (number, taken[-1])
        start = end
    index = 0
    while index < len(reading.words):
        number, last = spans.get(index, (-1, index))
        word = reading.words[index] if number < 0 else f"<{number}>"
        tokens.append((word, last))
        index = last + 1
    return tokens


def _without_leads(
    tokens: Sequence[tuple[str, int]],
) -> Iterator[tuple[Sequence[tuple[str, int]], bool]]:
    """The message as it is, and without politeness at its ends; whether that asked for a deed."""
    yield tokens, False
    said, asked = [token for token in tokens if token[0] not in MIDDLES], False
    for phrases, at_start in ((LEADING, True), (TRAILING, False)):
        while (size := _polite(said, phrases, at_start=at_start)) and size < len(said):
            asked = asked or (at_start and size > 1)
            said = said[size:] if at_start else said[:-size]
    if 0 < len(said) < len(tokens):
        yield said, asked


def _polite(
    said: Sequence[tuple[str, int]], phrases: Sequence[tuple[str, ...]], *, at_start: bool
) -> int:
    words = tuple(word for word, _ in said)
    for phrase in phrases:
        size = len(phrase)
        if (words[:size] if at_start else words[-size:]) == phrase:
            return size
    return 0


def _telling(words: Sequence[str]) -> list[str]:
    return [w for w in words if w not in AROUND_A_TASK and not _is_task_word(w)] or [
        w for w in words if w in POINTING
    ]


def _is_task_word(word: str) -> bool:
    return word in TASK_WORDS


def _stands_in(word: str, words: Sequence[str]) -> bool:
    """Whether this word, or another form of it, is among those."""
    return any(
        word == other
        or (
            min(len(word), len(other)) >= _STEM
            and (word.startswith(other) or other.startswith(word))
        )
        for other in words
    )


def _is_quiet(conversation: Conversation) -> bool:
    """Whether nothing was asked that "it" may be an answer to."""
    return not conversation.proposals and "?" not in _last_reply(conversation)


def _last_reply(conversation: Conversation) -> str:
    return next((t.text for t in reversed(conversation.turns) if t.role == "assistant"), "")
