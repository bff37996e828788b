"""How much a message hurries, and the priority that it names."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from gateway.plugin.messages import DateMention, Intent, Priority, Urgency
from gateway.rules.moments import Here
from gateway.rules.sentences import Clause
from gateway.rules.vocabulary.lexicon import Cue

_LEVELS: Final[tuple[Priority, ...]] = ("low", "medium", "high", "critical")
_OF_KIND: Final[dict[str, Urgency]] = {"low": "low", "high": "high", "critical": "critical"}
_NEGATION_REACH: Final = 2
_HIGH: Final = 2


def priority_of(clauses: Sequence[Clause], intent: Intent) -> Priority | None:
    """The priority that is said in so many words, the highest of several; None when none is."""
    said = [
        cue.value[0]
        for clause in clauses
        for cue in _standing(clause, "priority")
        if not _only_asked_about(clause, cue)
    ]
    if intent == "task" and any("!!" in _marks(clause) for clause in clauses):
        said.append(_HIGH)
    return _LEVELS[max(said)] if said else None


def urgency_of(clauses: Sequence[Clause], *, intent: Intent, priority: Priority | None) -> Urgency:
    """The urgency that the words express; a message that says nothing of it is `medium`."""
    found = {
        _OF_KIND[cue.kind]
        for clause in clauses
        for cue in _standing(clause, *_OF_KIND)
        if not _only_asked_about(clause, cue) and _counts(clause, cue, intent)
    }
    if priority and priority != "medium":
        found.add(priority)
    if "low" in found and len(found) > 1 and "critical" not in found:
        return "low"
    return next((level for level in ("critical", "high", "low") if level in found), "medium")


def due_today(dates: Sequence[DateMention], around: Here, now: datetime) -> bool:
    """Whether a date lies ahead and before the end of the sender's day."""
    return any(
        each.at >= now and each.at.astimezone(around.zone).date() == around.today for each in dates
    )


def _standing(clause: Clause, *kinds: str) -> Iterator[Cue]:
    """The cues of these kinds that are neither part of a longer phrase nor negated."""
    if clause.kinds.isdisjoint(kinds):
        return
    rivals = [c for c in clause.cues if c.kind in {"low", "mute", "priority", *kinds}]
    negations = [c.last for c in clause.cues if c.kind == "negation"]
    for cue in clause.cues:
        if cue.kind not in kinds:
            continue
        length = cue.last - cue.first
        hidden = any(
            r.first <= cue.first and cue.last <= r.last and r.last - r.first > length
            for r in rivals
        )
        negated = any(0 <= cue.first - end < _NEGATION_REACH for end in negations)
        if not hidden and not (negated and cue.kind != "low"):
            yield cue


def _only_asked_about(clause: Clause, cue: Cue) -> bool:
    """ "Is this urgent?" is not urgent; "URGENT: where is the key?" is."""
    return clause.sentence.mark == "?" and cue.first > clause.start and not clause.has("request")


def _counts(clause: Clause, cue: Cue, intent: Intent) -> bool:
    """In news and answers only alarm and calm count: "working on it right now" hurries nobody."""
    return cue.kind != "high" or intent in {"task", "question"} or _names_priority(clause, cue)


def _names_priority(clause: Clause, cue: Cue) -> bool:
    return any(c.kind == "priority" and c.first == cue.first for c in clause.cues)


def _marks(clause: Clause) -> str:
    """The marks before the sentence and behind it."""
    reading, sentence = clause.reading, clause.sentence
    end = reading.starts[sentence.last] if sentence.last < len(reading.words) else None
    return reading.gap(sentence.first) + " " + reading.low[reading.ends[sentence.last - 1] : end]
