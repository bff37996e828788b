"""What a turn makes of commands and drafts: tasks, questions about them, and the words for both."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from gateway.plugin import Conversation, OpenTask, Proposal, TaskDraft, Turn
from gateway.records import Decided, NewProposal, NewTask
from gateway.rules.asking import Asked, Voice, questions, said_back
from gateway.rules.commands import code_for
from gateway.rules.confirmation import (
    Opening,
    Ruling,
    Said,
    Standing,
    State,
    Step,
    run_out,
    step_for,
)
from gateway.rules.deadlines import Deadline, deadline_for
from gateway.rules.storable import storable
from gateway.rules.unclear import UNANSWERED, refusal
from gateway.talks import Talk

TITLE_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What a turn changes of tasks and proposals.

    `before` and `after` are sentences that frame a responder's reply.
    """

    tasks: tuple[NewTask, ...]
    proposals: tuple[NewProposal, ...]
    decided: tuple[Decided, ...]
    undone_task_ids: tuple[int, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


def agree(talk: Talk, drafts: Sequence[TaskDraft], *, at: datetime) -> Agreement:
    """Decides what the commands of a turn and the drafts of its answer come to."""
    deal = _Deal(talk, at)
    for ruling in talk.opening.rulings:
        deal.rule(ruling)
    for draft in drafts if talk.claimed.pending else ():
        deal.draft(draft)
    told = {each.proposal_id for each in deal.decided}
    for id_, status in run_out(talk.claimed.standings, at):
        if id_ not in told:
            deal.decided.append(Decided(proposal_id=id_, status=status))
    opening = replace(talk.opening, said=(*talk.opening.said, *deal.said))
    speaks = opening.handled or deal.asked
    before, after = _sentences(deal, opening) if speaks else ((), ())
    return Agreement(
        tasks=tuple(deal.tasks),
        proposals=tuple(deal.proposals),
        decided=tuple(deal.decided),
        undone_task_ids=tuple(deal.undone),
        before=before,
        after=after,
    )


def _sentences(deal: "_Deal", opening: Opening) -> tuple[tuple[str, ...], tuple[str, ...]]:
    talk, voice = deal.talk, deal.talk.voice
    said = said_back(opening, _as_it_stands(deal), voice, is_asking=bool(deal.asked))
    after = questions(deal.asked, voice, undo_seconds=talk.terms.undo_seconds)
    return (*said, *_refusals(talk, voice)), tuple(after)


def _as_it_stands(deal: "_Deal") -> Conversation:
    """The conversation with what its own turn has decided, for a status asked for beside it."""
    decided = {each.proposal_id for each in deal.decided}
    undone = set(deal.undone)
    over = {s.proposal.code for s in deal.talk.claimed.standings if s.id in decided}
    conversation = deal.talk.conversation
    made = [
        OpenTask(id=0, title=task.title, priority=task.priority, deadline=task.deadline)
        for task in deal.tasks
    ]
    return replace(
        conversation,
        open_tasks=(*(t for t in conversation.open_tasks if t.id not in undone), *made),
        proposals=tuple(each for each in conversation.proposals if each.code not in over),
    )


def _refusals(talk: Talk, voice: Voice) -> list[str]:
    reasons = talk.opening.reasons
    others = len(talk.conversation.pending) > len(reasons)
    texts = {turn.message_id: turn.text for turn in talk.conversation.pending}
    longest = talk.terms.longest_message
    sentences = [
        refusal(reason, texts[id_], voice, longest=longest)
        for id_, reason in reasons.items()
        if id_ in talk.opening.handled and not (others and reason in UNANSWERED)
    ]
    return list(dict.fromkeys(sentences))


@dataclass
class _Deal:
    talk: Talk
    at: datetime
    tasks: list[NewTask] = field(default_factory=list)
    proposals: list[NewProposal] = field(default_factory=list)
    decided: list[Decided] = field(default_factory=list)
    undone: list[int] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    counts: dict[int, int] = field(default_factory=dict)

    def rule(self, ruling: Ruling) -> None:
        """What a command of the person comes to."""
        standing, becomes = ruling.standing, ruling.becomes
        asks = self.talk.conversation.policy.confirmation == "ask"
        if becomes == "replaced" and (asks or standing.question == "confirm"):
            self._decide(standing, "replaced", ruling)
            deadline = Deadline(at=standing.proposal.deadline)
            self._propose(standing.proposal, "propose", deadline, source=standing)
        elif becomes in {"confirmed", "replaced"}:
            self._decide(standing, "confirmed", ruling, task=len(self.tasks))
            self.tasks.append(_task_of(standing.proposal, _source_of(standing)))
            if becomes == "replaced":
                self.said.append(Said("created", standing))
        else:
            self._decide(standing, becomes, ruling)
            if becomes == "undone" and standing.task_id is not None:
                self.undone.append(standing.task_id)

    def draft(self, draft: TaskDraft) -> None:
        """What a draft of a responder comes to."""
        turn = self._source(draft)
        policy = self.talk.conversation.policy
        deadline = deadline_for(draft, turn, time_zone=policy.time_zone)
        revised = self._revised(draft)
        step = step_for(
            policy,
            draft,
            is_spelled_out=turn.structured is not None,
            has_doubt=deadline.doubt is not None,
            revises=revised is not None and revised.question == "confirm",
        )
        if revised:
            source = _source_of(revised)
            self.decided.append(
                Decided(proposal_id=revised.id, status="replaced", message_id=turn.message_id)
            )
        else:
            index = self.counts.get(turn.message_id, 0)
            self.counts[turn.message_id] = index + 1
            source = (turn.message_id, index)
        wanted = _proposal_of(draft, deadline.at, code="", expires_at=self.at)
        if step in {"create", "create_undoable"}:
            self.tasks.append(_task_of(wanted, source))
        if step != "create":
            self._propose(wanted, step, deadline, source=revised or source)

    def _source(self, draft: TaskDraft) -> Turn:
        """The message of a draft; one about what was said earlier comes from the latest."""
        turns = self.talk.conversation.pending
        return next((t for t in turns if t.message_id == draft.source_message_id), turns[-1])

    def _revised(self, draft: TaskDraft) -> Standing | None:
        code, decided = draft.revises.upper(), {each.proposal_id for each in self.decided}
        return next(
            (
                each
                for each in self.talk.claimed.standings
                if code
                and each.proposal.code == code
                and each.status == "pending"
                and each.id not in decided
            ),
            None,
        )

    def _decide(
        self, standing: Standing, status: State, ruling: Ruling, *, task: int | None = None
    ) -> None:
        self.decided.append(
            Decided(proposal_id=standing.id, status=status, message_id=ruling.message_id, task=task)
        )

    def _propose(
        self,
        wanted: Proposal,
        step: Step,
        deadline: Deadline,
        *,
        source: Standing | tuple[int, int],
    ) -> None:
        message_id, index = _source_of(source) if isinstance(source, Standing) else source
        is_undoable = step == "create_undoable"
        terms = self.talk.terms
        lasts = terms.undo_seconds if is_undoable else terms.proposal_seconds
        proposal = replace(
            wanted, code=self._code(message_id), expires_at=self.at + timedelta(seconds=lasts)
        )
        self.proposals.append(
            NewProposal(
                proposal=proposal,
                status="undoable" if is_undoable else "pending",
                question="date" if step == "ask_date" else "confirm",
                source_message_id=message_id,
                source_index=index,
                revision=source.revision + 1 if isinstance(source, Standing) else 1,
                task=len(self.tasks) - 1 if is_undoable else None,
            )
        )
        self.asked.append(Asked(proposal, step, deadline))

    def _code(self, message_id: int) -> str:
        used = {each.proposal.code for each in self.talk.claimed.standings}
        fresh = {each.proposal.code for each in self.proposals}
        return code_for(message_id + len(fresh), taken=frozenset(used | fresh))


def _source_of(standing: Standing) -> tuple[int, int]:
    return standing.source_message_id, standing.source_index


def _proposal_of(
    draft: TaskDraft, deadline: datetime | None, *, code: str, expires_at: datetime
) -> Proposal:
    return Proposal(
        code=code,
        title=storable(draft.title)[:TITLE_CHARACTERS],
        description=storable(draft.description),
        priority=draft.priority,
        deadline=deadline,
        project=storable(draft.project or "")[:TITLE_CHARACTERS] or None,
        assignee=storable(draft.assignee or "")[:TITLE_CHARACTERS] or None,
        expires_at=expires_at,
    )


def _task_of(wanted: Proposal, source: tuple[int, int]) -> NewTask:
    return NewTask(
        source_message_id=source[0],
        source_index=source[1],
        title=wanted.title,
        description=wanted.description,
        priority=wanted.priority,
        deadline=wanted.deadline,
        project=wanted.project,
        assignee=wanted.assignee,
    )
