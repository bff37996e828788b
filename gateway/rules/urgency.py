"""How much a message hurries, and the priority that it names."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from gateway.plugin.messages import DateMention, Intent, Priority, Urgency
from gateway.rules.clauses import Clause
from gateway.rules.moments import Here
from gateway.rules.vocabulary.lexicon import Cue

_LEVELS: Final[tuple[Priority, ...]] = ("low", "medium", "high", "critical")
_OF_KIND: Final[dict[str, Urgency]] = {"low": "low", "high": "high", "critical": "critical"}
_RIVALS: Final = frozenset({"low", "mute", "priority"})
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
    longest: dict[int, Cue] = {}
    for cue in clause.cues:
        if cue.kind in kinds or cue.kind in _RIVALS:
            for word in range(cue.first, cue.last):
                longest[word] = max(longest.get(word, cue), cue, key=_length)
    negations = {cue.last for cue in clause.cues if cue.kind == "negation"}
    for cue in clause.cues:
        if cue.kind in kinds and _length(longest[cue.first]) == _length(cue):
            # "not urgent", "nothing very urgent": calm words mean what they say.
            negated = cue.first in negations or cue.first - 1 in negations
            if not negated or cue.kind == "low":
                yield cue


def _length(cue: Cue) -> int:
    return cue.last - cue.first


def _only_asked_about(clause: Clause, cue: Cue) -> bool:
    """As in "Is this urgent?" is not urgent; "URGENT: where is the key?" is."""
    return clause.sentence.mark == "?" and cue.first > clause.start and not clause.has("request")


def _counts(clause: Clause, cue: Cue, intent: Intent) -> bool:
    """In news and answers only alarm and calm count: "working on it right now" hurries nobody."""
    return cue.kind != "high" or intent == "task" or _names_priority(clause, cue)


def _names_priority(clause: Clause, cue: Cue) -> bool:
    return any(c.kind == "priority" and c.first == cue.first for c in clause.cues)


def _marks(clause: Clause) -> str:
    """The marks before the sentence and behind it."""
    reading, sentence = clause.reading, clause.sentence
    end = reading.starts[sentence.last] if sentence.last < len(reading.words) else None
    return reading.gap(sentence.first) + " " + reading.low[reading.ends[sentence.last - 1] : end]
