"""Questions that the list of tasks can answer."""

from collections.abc import Sequence
from typing import Final, TypeVar

from gateway.plugin.messages import Analysis, DateMention, FinishedTask, OpenTask
from gateway.rules.moments import wall_clock, zone_named
from gateway.rules.reading import Reading, fold, read
from gateway.rules.vocabulary import VOCABULARIES
from gateway.rules.vocabulary.dates import DATE_WORDS
from gateway.rules.vocabulary.units import MONTH, QUARTER, WEEK

T = TypeVar("T", OpenTask, FinishedTask)

_SHORTEST_TOPIC: Final = 4
_LONG_SPANS: Final = frozenset({WEEK, MONTH, QUARTER})


def tasks_asked_about(
    text: str, analysis: Analysis, open_tasks: Sequence[OpenTask], *, time_zone: str
) -> Sequence[OpenTask] | None:
    """The open tasks that answer a question; None when it is not about tasks at all.

    A date in the question leaves the tasks due then, a subject those whose title mentions it.
    """
    reading = read(text)
    named = _named_in(reading, analysis, open_tasks)
    if not _about_tasks(reading, analysis.language):
        return named or None
    if analysis.entities.dates:
        return _due(analysis.entities.dates[0], open_tasks, analysis.language, time_zone)
    return named or tuple(open_tasks)


def finished_asked_about(
    text: str, analysis: Analysis, tasks: Sequence[FinishedTask]
) -> Sequence[FinishedTask]:
    """The tasks that have ended and whose title a question mentions: "is the logo done?"."""
    return _named_in(read(text), analysis, tasks) if tasks else ()


def _about_tasks(reading: Reading, language: str) -> bool:
    topics = VOCABULARIES[language].topics
    return any(
        cue.kind == "tasks-topic" for cue in topics.cues(reading.words, 0, len(reading.words))
    )


def _named_in(reading: Reading, analysis: Analysis, tasks: Sequence[T]) -> tuple[T, ...]:
    vocabulary = VOCABULARIES[analysis.language]
    subjects = {
        word
        for word in reading.words
        if len(word) >= _SHORTEST_TOPIC
        and word not in vocabulary.stop_words
        and word not in vocabulary.date_words
        and word not in vocabulary.topic_words
    }
    return tuple(task for task in tasks if not subjects.isdisjoint(fold(task.title).split()))


def _due(
    mention: DateMention, open_tasks: Sequence[OpenTask], language: str, time_zone: str
) -> tuple[OpenTask, ...]:
    zone = zone_named(time_zone)
    day = mention.at.astimezone(zone).date()
    whole_span = _spans_days(mention.span, language)
    dated = [(task.deadline, task) for task in open_tasks if task.deadline]
    return tuple(
        task
        for deadline, task in sorted(dated, key=lambda pair: pair[0])
        if wall_clock(deadline, zone).date() == day or (whole_span and deadline <= mention.at)
    )


def _spans_days(span: str, language: str) -> bool:
    """Whether a date stands for all the days until then: "this week"."""
    words = read(span).words
    cues = DATE_WORDS[language].cues(words, 0, len(words))
    return any(
        cue.kind in {"unit", "next"} and not _LONG_SPANS.isdisjoint(cue.value) for cue in cues
    )
