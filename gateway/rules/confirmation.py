"""Who said yes to what: decided from whole messages, codes and times, never from a model's word."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal

from gateway.plugin.messages import DateMention, Person, Policy, Proposal, TaskDraft, Turn
from gateway.rules.changes import Wish, tasks_named
from gateway.rules.commands import (
    Command,
    changes_only_the_date,
    changes_the_date_elsewhere,
    code_in,
    command_in,
)
from gateway.rules.edits import Edit
from gateway.rules.reading import read
from gateway.rules.vocabulary.commands import Verb

SURE: Final = 0.7
"""What asks when unsure asks below this confidence."""

LONGEST_CHOICE: Final = 6
"""In words, of an answer to the question which task is meant."""
SHOWING: Final[frozenset[Verb]] = frozenset({"status", "help", "memory"})
"""Commands that show something and change nothing."""

Question = Literal["confirm", "date", "which"]
State = Literal[
    "pending", "undoable", "confirmed", "cancelled", "undone", "replaced", "expired", "kept"
]
Reason = Literal["empty", "only_emoji", "too_long", "only_quotes", "unknown_script"]
Step = Literal["create", "propose", "ask_date", "create_undoable", "which"]
Saying = Literal[
    "created",
    "cancelled",
    "undone",
    "already",
    "was_cancelled",
    "expired",
    "replaced",
    "unknown",
    "which",
    "by_code",
    "nothing_to_undo",
    "closed",
    "unchanged",
    "undo_over",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A proposal as it stands when its conversation is answered.

    `is_delivered`: the message that asked has reached the person. `asked_in` is the conversation
    where it was asked, if that is another one of theirs: then only its code names it; `asked_on` is
    its webhook, if that is one on which they write from a linked sender. `change`
    is what it would change of an open task, or would take back of one. `task_is_open` says of the
    task of a change, or of one that was created with undo, whether it still stands as it was then.
    """

    id: int
    proposal: Proposal
    status: State
    question: Question
    participant: str
    is_delivered: bool
    asked_at: datetime
    source_message_id: int
    source_index: int
    revision: int
    task_id: int | None = None
    task_is_open: bool = False
    change: Edit | None = None
    asked_in: int | None = None
    asked_on: int | None = None
    requester: Person | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether a word about it counts at `now`."""
        return self.status in {"pending", "undoable"} and self.proposal.expires_at > now


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a message does to a proposal; one that is replaced already has its new date."""

    standing: Standing
    becomes: State
    message_id: int


@dataclass(frozen=True, slots=True)
class Said:
    """What is said back to a command: about a proposal, or a code that names none."""

    kind: Saying
    standing: Standing | None = None
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a turn's messages decide without any model, and which of them need nothing else.

    `reasons` are the codes of those that cannot be answered as they are. `forgets` are the keys of
    the facts that the person wants forgotten; with `forgets_all` it is whatever was known. `wishes`
    are about tasks that are there.
    """

    rulings: tuple[Ruling, ...] = ()
    said: tuple[Said, ...] = ()
    asked: frozenset[Verb] = frozenset()
    handled: frozenset[int] = frozenset()
    language: str | None = None
    reasons: Mapping[int, Reason] = field(default_factory=dict)
    forgets: frozenset[str] = frozenset()
    forgets_all: bool = False
    wishes: tuple[Wish, ...] = ()


def step_for(
    policy: Policy, draft: TaskDraft, *, is_spelled_out: bool, has_doubt: bool, revises: bool
) -> Step:
    """What becomes of a draft: a task, a task that can be undone, or a question first.

    A task that a program spelled out in fields is never asked about.
    """
    if is_spelled_out:
        return "create"
    if has_doubt:
        return "ask_date"
    unsure = draft.confidence < SURE
    if (
        policy.confirmation == "ask"
        or revises
        or (policy.confirmation == "ask_when_unsure" and unsure)
    ):
        return "propose"
    return "create_undoable" if policy.confirmation == "act_with_undo" else "create"


def step_of_change(policy: Policy, *, has_doubt: bool, is_sure: bool, confidence: float) -> Step:
    """What becomes of a change of a task that is there: it is made, can be undone, or asked about.

    `is_sure`: the words can mean nothing else.
    """
    if has_doubt:
        return "ask_date"
    unsure = policy.confirmation == "ask_when_unsure" and confidence < SURE
    if policy.confirmation == "ask" or unsure or not is_sure:
        return "propose"
    return "create_undoable" if policy.confirmation == "act_with_undo" else "create"


def open_turn(
    pending: Sequence[Turn],
    standings: Sequence[Standing],
    *,
    participant: str,
    asked_since: datetime | None,
    now: datetime,
) -> Opening:
    """Reads the commands among the pending messages, in their order.

    `asked_since` is when the assistant last asked something else: a bare yes may answer that.
    """
    board = _Board(
        {s.id: s for s in standings if s.participant == participant or s.asked_in is not None},
        asked_since=asked_since,
        now=now,
    )
    handled: set[int] = set()
    asked: set[Verb] = set()
    language: str | None = None
    for turn in pending:
        if turn.structured or turn.attachments:
            continue
        command = command_in(turn.text)
        if command and command.verb in SHOWING:
            asked.add(command.verb)
        elif not (board.obeys(command, turn) if command else board.answers(turn)):
            continue
        handled.add(turn.message_id)
        language = (command.language if command else None) or language
    return Opening(
        rulings=tuple(board.rulings),
        said=tuple(dict.fromkeys(board.said)),
        asked=frozenset(asked),
        handled=frozenset(handled),
        language=language,
    )


@dataclass
class _Board:
    """The proposals of a conversation while its messages are read one after the other."""

    standings: dict[int, Standing]
    asked_since: datetime | None
    now: datetime
    rulings: list[Ruling] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)

    def obeys(self, command: Command, turn: Turn) -> bool:
        """Whether a yes, no or undo was meant for a proposal; then it counts or is answered.

        "Forget that" is a no while a question is open.
        """
        if not self.standings or command.verb == "forget_all" or command.about:
            return False
        if command.verb == "forget":
            command = replace(command, verb="no")
        if command.code:
            self._by_code(command, turn)
            return True
        chosen = self._candidates(command.verb)
        if command.verb == "no" and _is_one_choice(chosen):
            self._take_back(chosen, turn)
        elif len(chosen) == 1:
            self._without_code(chosen[0], command.verb, turn)
        elif chosen:
            self.said.append(Said("which"))
        elif command.verb == "undo":
            self.said.append(Said("nothing_to_undo"))
        return bool(chosen) or command.verb == "undo"

    def answers(self, turn: Turn) -> bool:
        """Whether a message that is no command names one of several tasks, or another date."""
        return self._chooses(turn) or self._changes(turn)

    def _chooses(self, turn: Turn) -> bool:
        """As in "4K" or "the Acme one", when the person was asked which task is meant."""
        code = code_in(turn.text)
        pending = self._open("pending", code=code)
        open_ = [s for s in pending if s.question == "which" and s.is_delivered]
        if not open_:
            return False
        words = read(turn.text).words
        tasks = [s.change.task for s in open_ if s.change]
        named = () if len(words) > LONGEST_CHOICE else tasks_named(words, tasks)
        ids = {task.id for task in named} if len(named) == 1 else set()
        chosen = [s for s in open_ if s.proposal.code == code or s.proposal.task_id in ids]
        if len(chosen) == 1:
            self._rule(chosen[0], "yes", turn)
        return len(chosen) == 1

    def _changes(self, turn: Turn) -> bool:
        """Whether a message only gives an open proposal another date; then it is a new one."""
        code = changes_only_the_date(turn)
        if turn.analysis is None or (code is None and not changes_the_date_elsewhere(turn)):
            return False
        open_ = self._elsewhere() if code is None else self._open("pending", code=code)
        chosen = [s for s in open_ if _takes_a_date(s) and code in {None, "", s.proposal.code}]
        if code is None and len(chosen) > 1:
            self.said.append(Said("which"))
            return True
        ahead = [m for m in turn.analysis.entities.dates if m.at > turn.at and m.rival is None]
        if len(chosen) != 1 or not ahead or (not code and chosen[0].asked_at > turn.at):
            return False
        self._revise(chosen[0], ahead[-1], turn)
        return True

    def _open(self, status: State, *, code: str | None = None) -> list[Standing]:
        """Those that were asked here, and with a code the one that it names, asked wherever."""
        return [
            s
            for s in self.standings.values()
            if s.status == status
            and s.is_open(self.now)
            and (s.asked_in is None or s.proposal.code == code)
        ]

    def _elsewhere(self) -> list[Standing]:
        """Those that wait for an answer and were asked in other conversations of the person."""
        return [
            s
            for s in self.standings.values()
            if s.asked_in is not None and s.status == "pending" and s.is_open(self.now)
        ]

    def _candidates(self, verb: Verb) -> list[Standing]:
        if verb == "undo":
            return self._open("undoable")
        pending = self._open("pending")
        # "Cancel" takes back what has just been created where nothing else waits for an answer.
        return self._open("undoable") if verb == "no" and not pending else pending

    def _is_clear(self, standing: Standing, turn: Turn) -> bool:
        """Whether a word without a code can only mean this one."""
        elsewhere = self.asked_since is not None and self.asked_since > standing.asked_at
        return standing.is_delivered and turn.at > standing.asked_at and not elsewhere

    def _without_code(self, standing: Standing, verb: Verb, turn: Turn) -> None:
        if self._is_revised(standing):
            return  # the question about its new date goes out with this very turn
        if self._is_clear(standing, turn):
            self._rule(standing, verb, turn)
        else:
            self.said.append(Said("which"))

    def _by_code(self, command: Command, turn: Turn) -> None:
        named = [s for s in self.standings.values() if s.proposal.code == command.code]
        if not named:
            self.said.append(Said("unknown", code=command.code))
            return
        # Two channels may have given the same code before their senders were linked.
        standing = max(named, key=lambda s: (s.is_open(self.now), s.asked_in is None, s.id))
        if self._is_revised(standing):
            self.said.append(Said("replaced", standing))
        elif standing.status == "pending" and standing.is_open(self.now):
            self._rule(standing, command.verb, turn)
        elif standing.status == "undoable" and command.verb != "yes":
            self._rule(standing, "undo", turn)
        else:
            self.said.append(Said(_over(standing), standing))

    def _rule(self, standing: Standing, verb: Verb, turn: Turn) -> None:
        becomes: State = "confirmed" if verb == "yes" else "cancelled"
        saying: Saying = "created" if verb == "yes" else "cancelled"
        if standing.status == "undoable":
            if not standing.task_is_open or not standing.is_open(self.now):
                self.said.append(Said("undo_over", standing))
                return
            becomes, saying = "undone", "undone"
        elif standing.change and verb == "yes":
            becomes, saying = _change_confirmed(standing, standing.change)
        self._note(Ruling(standing, becomes, turn.message_id))
        self.said.append(Said(saying, standing))
        code = standing.proposal.code
        others = [s for s in self._open("pending", code=code) if _are_one_choice(s, standing)]
        for other in others if verb == "yes" else ():
            self._note(Ruling(other, "cancelled", turn.message_id))

    def _take_back(self, choices: Sequence[Standing], turn: Turn) -> None:
        for each in choices:
            self._note(Ruling(each, "cancelled", turn.message_id))
        self.said.append(Said("unchanged", choices[0]))

    def _revise(self, standing: Standing, mention: DateMention, turn: Turn) -> None:
        changed = replace(standing, proposal=replace(standing.proposal, deadline=mention.at))
        if standing.change:
            fields = {**standing.change.fields, "deadline": mention.at}
            changed = replace(changed, change=replace(standing.change, fields=fields))
        self._note(Ruling(changed, "replaced", turn.message_id))
        self.standings[standing.id] = changed

    def _is_revised(self, standing: Standing) -> bool:
        return any(r.standing.id == standing.id and r.becomes == "replaced" for r in self.rulings)

    def _note(self, ruling: Ruling) -> None:
        id_ = ruling.standing.id
        self.rulings[:] = [*(made for made in self.rulings if made.standing.id != id_), ruling]
        self.standings[id_] = replace(ruling.standing, status=ruling.becomes)


def _takes_a_date(standing: Standing) -> bool:
    change = standing.change
    return change is None or (standing.question != "which" and change.becomes == "pending")


def _are_one_choice(one: Standing, two: Standing) -> bool:
    """Whether both are answers to the same question which task is meant."""
    sources = {(s.source_message_id, s.source_index) for s in (one, two)}
    return one.question == two.question == "which" and len(sources) == 1


def _is_one_choice(standings: Sequence[Standing]) -> bool:
    return len(standings) > 1 and all(_are_one_choice(standings[0], s) for s in standings)


def _change_confirmed(standing: Standing, change: Edit) -> tuple[State, Saying]:
    """What a yes makes of a change: one that has become impossible, or idle, is left."""
    if not standing.task_is_open:
        return "cancelled", "closed"
    return ("cancelled", "unchanged") if change.is_idle else ("confirmed", "created")


def _over(standing: Standing) -> Saying:
    """What is said of a proposal about which nothing can be decided any more."""
    sayings: Mapping[State, Saying] = {
        "confirmed": "already",
        "kept": "already",
        "undoable": "already",
        "cancelled": "was_cancelled",
        "undone": "was_cancelled",
        "replaced": "replaced",
    }
    return sayings.get(standing.status, "expired")


def run_out(standings: Sequence[Standing], now: datetime) -> Iterator[tuple[int, State]]:
    """Those whose time is over, with what becomes of them: expired, or kept for good."""
    for standing in standings:
        if standing.status in {"pending", "undoable"} and not standing.is_open(now):
            yield standing.id, "expired" if standing.status == "pending" else "kept"
