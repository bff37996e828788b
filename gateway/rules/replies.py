"""One answer to all that was said, in the tone and the language that were asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from gateway.plugin.messages import Analysis, OpenTask, Personality, TaskDraft, Turn
from gateway.rules.due import said
from gateway.rules.language import spoken
from gateway.rules.media import has_arrived
from gateway.rules.phrases import WORDINGS
from gateway.rules.phrases.wording import Heard, Tone, Wording
from gateway.rules.reading import read
from gateway.rules.titles import shortened
from gateway.rules.vocabulary import FALLBACK, VOCABULARIES

CONCISE_LENGTH: Final = 480
"""A concise answer fits into three text messages of one part each."""
_MOST_LISTED: Final = {"professional": 8, "friendly": 8, "concise": 4}
_LISTED_TITLE: Final = 70
_UNSURE: Final = 0.5
_SMALL_TALK: Final[tuple[Heard, ...]] = ("greeting", "agreed", "thanks", "empty", "unsure")
"""What goes unanswered when there is more to say, the least first."""

Pleasantry = Literal["greeting", "thanks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """In which words, tone, zone and at which time somebody is answered."""

    wording: Wording
    personality: Personality
    time_zone: str
    now: datetime
    name: str = ""

    @property
    def tone(self) -> Tone:
        """The sentences of this personality."""
        tones = {
            "professional": self.wording.professional,
            "friendly": self.wording.friendly,
            "concise": self.wording.concise,
        }
        return tones[self.personality]

    def due(self, at: datetime | None) -> str:
        """The part of a sentence that names a deadline, empty without one."""
        return self.wording.due.format(when=self.when(at)) if at else ""

    def when(self, at: datetime) -> str:
        """A date as the person would say it."""
        return said(at, self.wording, time_zone=self.time_zone, now=self.now)

    def speak(self, sentence: str, **parts: str) -> str:
        """A sentence with its parts and, where it has a place for one, the person's first name."""
        first_name = self.name.split()[0] if self.name.strip() else ""
        return sentence.format(
            name=f", {first_name}" if first_name else "",
            who=f" {first_name}" if first_name else "",
            **parts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What one answer has to cover.

    `listed` are the tasks that answer a question, with the date it was about; None: it was about
    something else. `notes` are sentences about single messages. `heard` is what was said besides,
    in the order of the messages. `is_asking`: the gateway asks about the rest.
    """

    tasks: Sequence[TaskDraft] = ()
    uncreated: Sequence[TaskDraft] = ()
    listed: Sequence[OpenTask] | None = None
    listed_for: datetime | None = None
    notes: Sequence[str] = ()
    heard: Sequence[Heard] = ()
    is_asking: bool = False


def compose(matter: Matter, setting: Setting, *, longest: int) -> str:
    """The whole answer, at most `longest` characters; empty only where nothing is left to say."""
    parts = [*_about_tasks(matter, setting), *_about_the_rest(matter, setting)]
    text = "\n".join(parts) if any("\n" in part for part in parts) else " ".join(parts)
    limit = min(longest, CONCISE_LENGTH) if setting.personality == "concise" else longest
    return text if len(text) <= limit else shortened(text, limit)


def language_for(policy_language: str | None, latest: str, remembered: object) -> str:
    """The language to answer in: the channel's, else that of the message, else the last known."""
    asked = (policy_language or "").lower().split("-")[0].split("_")[0]
    if asked in WORDINGS:
        return asked
    heard = spoken(read(latest))
    if heard:
        return heard
    return remembered if isinstance(remembered, str) and remembered in WORDINGS else FALLBACK


def heard_in(turn: Turn, analysis: Analysis) -> Heard:
    """Which sentence of a tone answers a message that brought no task and no question of tasks."""
    if not turn.text.strip():
        return "attachment" if has_arrived(turn) else "empty"
    if analysis.intent == "question":
        return "question"
    if analysis.intent == "confirmation":
        return "agreed"
    pleasantry = pleasantry_in(turn.text, analysis.language)
    if pleasantry:
        return pleasantry
    if not read(turn.text).words:
        return "attachment" if has_arrived(turn) else "agreed"
    return "unsure" if analysis.confidence < _UNSURE else "news"


def pleasantry_in(text: str, language: str) -> Pleasantry | None:
    """Whether a message only greets or thanks."""
    reading = read(text)
    cues = tuple(VOCABULARIES[language].senses.cues(reading.words, 0, len(reading.words)))
    polite = [cue for cue in cues if cue.kind in {"greeting", "thanks", "signoff"}]
    covered = {word for cue in polite for word in range(cue.first, cue.last)}
    if not polite or len(reading.words) - len(covered) > 1:
        return None
    return "thanks" if any(cue.kind == "thanks" for cue in polite) else "greeting"


def _about_tasks(matter: Matter, setting: Setting) -> Iterator[str]:
    tone = setting.tone
    if len(matter.tasks) == 1:
        yield _one(tone.created, matter.tasks[0], setting)
    elif matter.tasks:
        head = setting.speak(tone.created_many, count=str(len(matter.tasks)))
        lines = [f'"{task.title}"{setting.due(task.deadline)}' for task in matter.tasks]
        yield "\n".join([head, *_cut_list(lines, setting)])
    for task in matter.uncreated:
        yield _one(tone.not_created, task, setting)
    if matter.listed or (matter.listed is not None and not matter.notes):
        yield list_of(matter.listed, matter.listed_for, setting)
    yield from matter.notes


def _one(sentence: str, task: TaskDraft, setting: Setting) -> str:
    return setting.speak(sentence, title=task.title, due=setting.due(task.deadline))


def list_of(listed: Sequence[OpenTask], wanted: datetime | None, setting: Setting) -> str:
    """The tasks as a person reads them; `wanted` is the day that was asked about."""
    if not listed and wanted:
        return setting.speak(setting.tone.nothing_due, when=setting.when(wanted))
    if not listed:
        return setting.speak(setting.tone.nothing_listed)
    head = setting.speak(setting.tone.listed, count=str(len(listed)))
    lines = [
        f"{number}. {shortened(task.title, _LISTED_TITLE)}{setting.due(task.deadline)}"
        for number, task in enumerate(listed, 1)
    ]
    return "\n".join([head, *_cut_list(lines, setting)])


def _cut_list(lines: Sequence[str], setting: Setting) -> list[str]:
    most = _MOST_LISTED[setting.personality]
    if len(lines) <= most:
        return list(lines)
    return [*lines[:most], setting.wording.more.format(count=len(lines) - most)]


def _about_the_rest(matter: Matter, setting: Setting) -> Iterator[str]:
    heard = list(dict.fromkeys(matter.heard))
    has_more = matter.tasks or matter.uncreated or matter.notes or matter.is_asking
    if has_more or matter.listed is not None:
        # Beside a task, only what is left open is worth another sentence.
        heard = [each for each in heard if each in {"question", "attachment"}]
    for small in _SMALL_TALK:
        if len(heard) > 1 and small in heard:
            heard.remove(small)
    for each in heard:
        yield setting.speak(setting.tone.answer_to(each))
