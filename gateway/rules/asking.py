"""What the gateway itself writes into a reply: questions, what became of them, status and help."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gateway.plugin.messages import Conversation, FinishedTask, JsonValue, Proposal
from gateway.rules.confirmation import Opening, Said, Saying, Step
from gateway.rules.deadlines import Deadline
from gateway.rules.edits import Edit
from gateway.rules.memory import fact_named, words_of
from gateway.rules.phrases import WORDINGS
from gateway.rules.phrases.asking import ASKING, OR, Asking
from gateway.rules.phrases.changing import CHANGING, Changing
from gateway.rules.recall import LANGUAGE, known_name
from gateway.rules.replies import Setting, language_for, list_of
from gateway.rules.telling import about, made, proposed
from gateway.rules.titles import shortened
from gateway.rules.vocabulary import FALLBACK

_TITLE: Final = 70
_FINISHED_NAMED: Final = 3
_FACTS_SHOWN: Final = 12
_OF_CHANGES: Final[Mapping[Saying, str]] = {
    "created": "changed",
    "cancelled": "unchanged",
    "was_cancelled": "unchanged",
    "unchanged": "unchanged",
    "undone": "undone",
    "already": "already",
    "expired": "expired",
    "replaced": "replaced",
    "closed": "closed",
}
"""Which sentence says of a change what is otherwise said of a new task."""
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """A proposal that goes out with a reply, and why it asks; `change` is what it would change."""

    proposal: Proposal
    step: Step
    deadline: Deadline
    change: Edit | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """The words in which a turn is answered."""

    asking: Asking
    setting: Setting
    language: str

    @property
    def changing(self) -> Changing:
        """The sentences about tasks that are there."""
        return CHANGING[self.language]

    def made(self, edit: Edit) -> str:
        """That a task has been changed."""
        return made(edit, self.changing, self.setting)

    def about(self, sentence: str, proposal: Proposal, **parts: str) -> str:
        """A sentence about a proposal."""
        return sentence.format(
            title=shortened(proposal.title, _TITLE),
            due=self.setting.due(proposal.deadline),
            code=proposal.code,
            **parts,
        )


def voice_for(conversation: Conversation, language: str) -> Voice:
    """The voice in which to answer this conversation in this language."""
    policy = conversation.policy
    setting = Setting(
        wording=WORDINGS[language],
        personality=policy.personality,
        time_zone=policy.time_zone,
        now=conversation.now,
        name=known_name(conversation),
    )
    return Voice(ASKING[language], setting, language)


def language_of_turn(conversation: Conversation, opening: Opening) -> str:
    """The channel's language, else that of what was said; "ok" is in the one spoken before."""
    policy_language = conversation.policy.language
    remembered = fact_named(LANGUAGE, conversation.memory)
    short = opening.handled - {wish.message_id for wish in opening.wishes}
    texts = [t.text for t in conversation.pending if t.message_id not in short]
    if texts:
        return language_for(policy_language, texts[-1], remembered)
    known = remembered if isinstance(remembered, str) and remembered in ASKING else None
    return language_for(policy_language, "", known or opening.language or FALLBACK)


def said_back(
    opening: Opening, conversation: Conversation, voice: Voice, *, is_asking: bool
) -> Iterator[str]:
    """What answers the commands of a turn; `is_asking`: the open questions follow anyway."""
    for said in opening.said:
        if said.kind != "which":
            yield _saying(said, voice)
        elif not is_asking and conversation.proposals:
            code = conversation.proposals[0].code
            yield _listed(voice.asking.which.format(code=code), conversation.proposals, voice)
    if opening.forgets_all:
        yield voice.asking.forgot_all
    elif opening.forgets:
        yield voice.asking.forgot.format(names=", ".join(map(_named, sorted(opening.forgets))))
    shown = {"status": status_of, "memory": memory_of, "help": _help}
    for verb in (verb for verb in shown if verb in opening.asked):
        yield shown[verb](conversation, voice)


def questions(asked: Sequence[Asked], voice: Voice, *, undo_seconds: float) -> Iterator[str]:
    """What a reply asks, or offers, about the tasks that its turn brought."""
    new = [each.proposal for each in asked if each.step == "propose" and not each.change]
    if len(new) == 1:
        yield voice.about(voice.asking.propose, new[0])
    elif new:
        yield _listed(voice.asking.propose_many, new, voice)
    choices = [each.proposal for each in asked if each.step == "which"]
    if choices:
        yield _listed(voice.changing.which.format(code=choices[0].code), choices, voice)
    minutes = str(round(undo_seconds / _MINUTE))
    for each in asked:
        if each.step == "ask_date":
            yield _about_date(each, voice)
        elif each.step == "create_undoable":
            offer = voice.changing.undo_offer if each.change else voice.asking.undo_offer
            yield voice.about(offer, each.proposal, minutes=minutes)
        elif each.step == "propose" and each.change:
            yield proposed(each.change, each.proposal.code, voice.changing, voice.setting)


def status_of(conversation: Conversation, voice: Voice) -> str:
    """What is open, what waits for a word, and what ended lately."""
    parts = [list_of(conversation.open_tasks, None, voice.setting)]
    if conversation.proposals:
        parts.append(_listed(voice.asking.waiting, conversation.proposals, voice))
    return "\n".join([*parts, *finished_of(conversation.finished_tasks, voice)])


def memory_of(conversation: Conversation, voice: Voice) -> str:
    """What is remembered of the person, and how it is erased."""
    if not conversation.memory:
        return voice.asking.nothing_known
    lines = [f"- {_named(fact.key)}: {_told(fact.value)}" for fact in conversation.memory]
    shown = lines[-_FACTS_SHOWN:]
    return "\n".join([voice.asking.known, *shown, voice.asking.how_to_forget])


def created(title: str, deadline: datetime | None, voice: Voice) -> str:
    """What is said of a task whose responder said nothing."""
    due = voice.setting.due(deadline)
    return voice.asking.created.format(title=shortened(title, _TITLE), due=due)


def finished_of(tasks: Sequence[FinishedTask], voice: Voice) -> Iterator[str]:
    """The sentences that say how tasks ended."""
    for sentence, statuses in (
        (voice.asking.finished, {"completed"}),
        (voice.asking.failed, {"failed", "cancelled"}),
    ):
        titles = [f'"{shortened(t.title, _TITLE)}"' for t in tasks if t.status in statuses]
        if titles:
            yield sentence.format(titles=", ".join(titles[:_FINISHED_NAMED]))


def _help(conversation: Conversation, voice: Voice) -> str:  # noqa: ARG001 # one of several
    return voice.asking.help


def _named(key: str) -> str:
    return " ".join(words_of(key))


def _told(value: JsonValue) -> str:
    told = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return shortened(told, _TITLE)


def _saying(said: Said, voice: Voice) -> str:
    change = said.standing.change if said.standing else None
    if said.standing and change and said.kind in _OF_CHANGES:
        if said.kind == "created":
            return voice.made(change)
        sentence = getattr(voice.changing, _OF_CHANGES[said.kind])
        return about(sentence, change, code=said.standing.proposal.code)
    plain: str = getattr(voice.asking, said.kind)
    if said.standing is None:
        return plain.format(code=said.code)
    return voice.about(plain, said.standing.proposal)


def _listed(head: str, proposals: Sequence[Proposal], voice: Voice) -> str:
    return "\n".join([head, *(voice.about('{code}: "{title}"{due}', each) for each in proposals)])


def _about_date(asked: Asked, voice: Voice) -> str:
    words = voice.changing if asked.change else voice.asking
    options = [voice.setting.when(at) for at in asked.deadline.options]
    if asked.deadline.doubt == "past":
        return voice.about(words.past, asked.proposal, when=options[0])
    said = OR[voice.language].join(options)
    return voice.about(words.conflict, asked.proposal, options=said)
