"""What a message means, found without a model: the same text at the same time means the same."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from gateway.plugin.messages import Analysis, Entities, Intent
from gateway.rules.clauses import Clause, clause
from gateway.rules.dates import find_dates
from gateway.rules.intents import Verdict, judge
from gateway.rules.language import language_of
from gateway.rules.mentions import names_in, projects_in
from gateway.rules.moments import here
from gateway.rules.reading import Reading, read
from gateway.rules.urgency import due_today, priority_of, urgency_of
from gateway.rules.vocabulary import VOCABULARIES

_THUMBS: Final = frozenset("👍👌✅✔🆗🙏")
_MOST_SENTENCES: Final = 60


def analyse(text: str, *, now: datetime, time_zone: str) -> Analysis:
    """Reads any text, within a few hundred microseconds for an ordinary one; it never raises.

    Dates are resolved in `time_zone`, an IANA name, and lie ahead of `now`; an unknown zone is UTC.
    """
    reading = read(text)
    language = language_of(reading)
    clauses = clauses_of(reading, language)
    verdict = _together(clauses, reading.clean)
    intent = verdict.intent or "update"
    dates = find_dates(reading, now=now, time_zone=time_zone, language=language)
    priority = priority_of(clauses, intent)
    urgency = urgency_of(clauses, intent=intent, priority=priority)
    if intent == "task" and urgency == "medium" and due_today(dates, here(now, time_zone), now):
        urgency = "high"
    return Analysis(
        intent=intent,
        urgency=urgency,
        entities=Entities(
            dates=dates,
            names=names_in(clauses),
            projects=projects_in(clauses),
            priority=priority,
        ),
        language=language,
        confidence=verdict.confidence,
    )


# A turn asks for them as often as for the reading, which is one object for one text.
@lru_cache(maxsize=64)
def clauses_of(reading: Reading, language: str) -> tuple[Clause, ...]:
    """The sentences of a text with what their words signal."""
    vocabulary = VOCABULARIES[language]
    return tuple(
        clause(reading, sentence, vocabulary, language)
        for sentence in reading.sentences[:_MOST_SENTENCES]
    )


def _together(clauses: Sequence[Clause], clean: str) -> Verdict:
    """What the whole message wants: one order makes it a task, one question a question."""
    verdicts = [verdict for verdict in map(judge, clauses) if verdict.intent]
    if not verdicts:
        thumb = not clauses and not _THUMBS.isdisjoint(clean)
        return Verdict("confirmation", 0.8) if thumb else Verdict("update", 0.3)
    for intent in ("task", "question"):
        best = _best(verdicts, intent)
        if best:
            return best
    first = verdicts[0]
    if first.intent == "confirmation":
        return first
    return _best(verdicts, "update") or first


def _best(verdicts: Sequence[Verdict], intent: Intent) -> Verdict | None:
    of_intent = [verdict for verdict in verdicts if verdict.intent == intent]
    return max(of_intent, key=lambda verdict: verdict.confidence, default=None)
