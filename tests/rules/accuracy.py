"""How well the rules understand the labelled messages: `python -m tests.rules.accuracy`.

Exits with 1 when a figure is below its floor.
"""

import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from gateway.plugin.messages import Analysis
from gateway.rules.analysis import analyse
from gateway.rules.titles import task_title

CORPUS: Final = Path(__file__).parent / "corpus"
PARTS: Final = ("tuning", "held_out")
ZONES: Final = {
    "en": "America/New_York",
    "es": "Europe/Madrid",
    "de": "Europe/Berlin",
    "fr": "Europe/Paris",
}
WRITTEN_AT: Final = datetime(2026, 9, 29, 10, 0)  # noqa: DTZ001 - the wall clock of each sender

FLOORS: Final[Mapping[str, Mapping[str, float]]] = {
    "tuning": {
        "intent confirmation": 99,
        "intent in de": 99,
        "intent in en": 99,
        "intent in es": 99,
        "intent in fr": 99,
        "intent question": 99,
        "intent task": 99,
        "intent update": 99,
        "intent, all": 99,
        "urgency critical": 99,
        "urgency high": 99,
        "urgency low": 99,
        "urgency medium": 99,
        "urgency, all": 99,
        "language": 99,
        "dates": 99,
        "names": 99,
        "projects": 99,
        "priority": 99,
        "mixed intent": 99,
        "mixed dates": 99,
        "mixed title": 95,
    },
    "held_out": {
        "intent confirmation": 79,
        "intent in de": 94,
        "intent in en": 85,
        "intent in es": 99,
        "intent in fr": 88,
        "intent question": 95,
        "intent task": 83,
        "intent update": 95,
        "intent, all": 88,
        "urgency critical": 60,
        "urgency high": 99,
        "urgency low": 99,
        "urgency medium": 98,
        "urgency, all": 98,
        "language": 99,
        "dates": 88,
        "names": 94,
        "projects": 99,
        "priority": 99,
        "mixed intent": 90,
        "mixed dates": 92,
        "mixed title": 91,
    },
}
"""The least that each row may score, in percent, close under what it does score."""


@dataclass(frozen=True, slots=True)
class Message:
    """A labelled message; `dates` are local wall times, or days."""

    text: str
    intent: str
    lang: str = "en"
    urgency: str = "medium"
    dates: Sequence[str] = ()
    names: Sequence[str] = ()
    projects: Sequence[str] = ()
    priority: str | None = None
    zone: str = ""
    mixed: bool = False
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """How many of the messages that a row counts were understood as labelled."""

    right: int
    counted: int

    @property
    def percent(self) -> float:
        return 100 * self.right / self.counted if self.counted else 100.0


def messages(part: str) -> list[Message]:
    """The labelled messages of one part of the corpus."""
    listed = tomllib.loads((CORPUS / f"{part}.toml").read_text(encoding="utf-8"))["messages"]
    return [Message(**each) for each in listed]


def scores(part: str) -> dict[str, Score]:
    """Every row of the table for one part of the corpus."""
    marks: dict[str, list[bool]] = {}
    for message in messages(part):
        for row, right in _marks(message, understood(message)):
            marks.setdefault(row, []).append(right)
    return {row: Score(sum(found), len(found)) for row, found in sorted(marks.items(), key=_order)}


def understood(message: Message) -> Analysis:
    """What the rules make of a labelled message."""
    zone = message.zone or ZONES[message.lang]
    now = WRITTEN_AT.replace(tzinfo=ZoneInfo(zone))
    return analyse(message.text, now=now, time_zone=zone)


def below_the_floors() -> list[str]:
    """A sentence for each row that scores less than its floor."""
    return [
        f"{part}: {row} is {found[row].percent:.1f} %, its floor is {floor:.1f} %"
        for part, floors in FLOORS.items()
        for found in [scores(part)]
        for row, floor in floors.items()
        if found[row].percent < floor
    ]


def faults(message: Message) -> list[str]:
    """What the rules make of a message, where it differs from its labels."""
    found = understood(message)
    pairs = {
        "intent": (message.intent, found.intent),
        "urgency": (message.urgency, found.urgency),
        "priority": (message.priority, found.entities.priority),
        "language": (message.lang, message.lang if message.mixed else found.language),
        "dates": (sorted(message.dates), sorted(dates(message, found))),
        "names": (_folded(message.names), _folded(found.entities.names)),
        "projects": (_folded(message.projects), _folded(found.entities.projects)),
    }
    return [f"{what}: {want} read as {got}" for what, (want, got) in pairs.items() if want != got]


def dates(message: Message, found: Analysis) -> list[str]:
    """The dates that were found, written as the labels are."""
    zone = ZoneInfo(message.zone or ZONES[message.lang])
    return [
        each.at.astimezone(zone).strftime("%Y-%m-%dT%H:%M" if each.has_time else "%Y-%m-%d")
        for each in found.entities.dates
    ]


def _marks(message: Message, found: Analysis) -> Iterator[tuple[str, bool]]:
    if message.mixed:
        yield from _marks_of_mixed(message, found)
        return
    intended = found.intent == message.intent
    yield f"intent {message.intent}", intended
    yield "intent, all", intended
    yield f"intent in {message.lang}", intended
    yield f"urgency {message.urgency}", found.urgency == message.urgency
    yield "urgency, all", found.urgency == message.urgency
    yield "language", found.language == message.lang
    seen = {
        "dates": (sorted(message.dates), sorted(dates(message, found))),
        "names": (_folded(message.names), _folded(found.entities.names)),
        "projects": (_folded(message.projects), _folded(found.entities.projects)),
        "priority": (message.priority or [], found.entities.priority or []),
    }
    for what, (want, got) in seen.items():
        # A message that mentions none and in which none was found says nothing about the rules.
        if want or got:
            yield what, want == got


def _marks_of_mixed(message: Message, found: Analysis) -> Iterator[tuple[str, bool]]:
    """What counts of a message in two languages, which has no one language."""
    yield "mixed intent", found.intent == message.intent
    mentioned = dates(message, found)
    if message.dates or mentioned:
        yield "mixed dates", sorted(message.dates) == sorted(mentioned)
    if message.title is not None:
        yield "mixed title", task_title(message.text, found) == message.title


def _folded(found: Sequence[str]) -> list[str]:
    return sorted(each.casefold() for each in found)


def _order(row: tuple[str, list[bool]]) -> tuple[int, str]:
    kinds = ("intent", "urgency", "language", "dates", "names", "projects", "priority", "mixed")
    return next(i for i, kind in enumerate(kinds) if row[0].startswith(kind)), row[0]


def table() -> str:
    """The whole table as Markdown."""
    tuning, held_out = (scores(part) for part in PARTS)
    lines = [
        "| what | tuned on | held out |",
        "|---|---:|---:|",
        *(f"| {row} | {_cell(tuning.get(row))} | {_cell(held_out.get(row))} |" for row in tuning),
    ]
    return "\n".join(lines)


def _cell(score: Score | None) -> str:
    return f"{score.percent:.1f} % ({score.right} of {score.counted})" if score else ""


def main() -> int:
    """Prints the table; with `--faults`, also each message of the tuned part that was misread."""
    sys.stdout.write(table() + "\n")
    if "--faults" in sys.argv:
        for message in messages("tuning"):
            for fault in faults(message):
                sys.stdout.write(f"{message.text!r}: {fault}\n")
    low = below_the_floors()
    sys.stdout.write("".join(f"{sentence}\n" for sentence in low))
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
