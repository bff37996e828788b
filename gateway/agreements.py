"""What a turn makes of commands and drafts: tasks, questions about them, and the words for both."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from secrets import choice

from gateway.drafts import TITLE_CHARACTERS, proposal_of, source_of, task_of, with_requesters
from gateway.plugin import Answer, Conversation, OpenTask, Proposal, TaskChange, TaskDraft, Turn
from gateway.records import NewTask
from gateway.rules.asking import Asked, Voice, questions, said_back
from gateway.rules.changes import Wish
from gateway.rules.commands import code_for
from gateway.rules.confirmation import (
    Opening,
    Question,
    Ruling,
    Said,
    Standing,
    State,
    Step,
    run_out,
    step_for,
    step_of_change,
)
from gateway.rules.deadlines import Deadline, deadline_for
from gateway.rules.edits import Edit, edit_of, together, undoing
from gateway.rules.storable import storable
from gateway.rules.trust import secret_code
from gateway.rules.unclear import UNANSWERED, refusal
from gateway.rules.verdicts import Decided, NewProposal
from gateway.talks import Talk


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What a turn changes of tasks and proposals.

    `edits` are of tasks that are there already. `before` and `after` are sentences that frame a
    responder's reply, `conversation` is as it stands afterwards.
    """

    tasks: tuple[NewTask, ...]
    proposals: tuple[NewProposal, ...]
    decided: tuple[Decided, ...]
    undone_task_ids: tuple[int, ...]
    edits: tuple[Edit, ...]
    conversation: Conversation
    before: tuple[str, ...]
    after: tuple[str, ...]


def agree(talk: Talk, answer: Answer, *, at: datetime) -> Agreement:
    """Decides what the commands of a turn, and the drafts and changes of its answer, come to."""
    deal = _Deal(talk, at)
    for ruling in talk.opening.rulings:
        deal.rule(ruling)
    for wish in talk.opening.wishes:
        deal.wish(wish)
    if talk.claimed.pending:
        for draft in answer.tasks:
            deal.draft(draft)
        for change in answer.task_changes:
            deal.change(change)
    told = {each.proposal_id for each in deal.decided}
    for id_, status in run_out(talk.claimed.standings, at):
        if id_ not in told:
            deal.decided.append(Decided(proposal_id=id_, status=status))
    opening = replace(talk.opening, said=(*talk.opening.said, *deal.said))
    speaks = opening.handled or deal.asked or deal.told
    before, after = _sentences(deal, opening) if speaks else ((), ())
    return Agreement(
        tasks=tuple(with_requesters(deal.tasks, talk.claimed)),
        proposals=tuple(deal.proposals),
        decided=tuple(deal.decided),
        undone_task_ids=tuple(deal.undone),
        edits=tuple(edit for edit in deal.edits.values() if not edit.is_idle),
        conversation=_as_it_stands(deal),
        before=before,
        after=after,
    )


def _sentences(deal: "_Deal", opening: Opening) -> tuple[tuple[str, ...], tuple[str, ...]]:
    talk, voice = deal.talk, deal.talk.voice
    said = said_back(opening, _as_it_stands(deal), voice, is_asking=bool(deal.asked))
    after = [*questions(deal.asked, voice, undo_seconds=talk.terms.undo_seconds)]
    if deal.asked and not talk.is_trusted:
        after.append(voice.asking.by_code.format(code=deal.asked[0].proposal.code))
    return (*said, *deal.told, *_refusals(talk, voice)), tuple(after)


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
    edits = deal.edits
    known = (edits[t.id].changed if t.id in edits else t for t in conversation.open_tasks)
    undone |= {id_ for id_, edit in edits.items() if edit.becomes != "pending"}
    return replace(
        conversation,
        open_tasks=(*(t for t in known if t.id not in undone), *made),
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
    edits: dict[int, Edit] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def rule(self, ruling: Ruling) -> None:
        """What a command of the person comes to."""
        standing, becomes = ruling.standing, ruling.becomes
        if standing.change:
            self._rule_change(ruling, standing.change)
            return
        asks = self.talk.conversation.policy.confirmation == "ask"
        if becomes == "replaced" and (asks or standing.question == "confirm"):
            self._decide(standing, "replaced", ruling)
            deadline = Deadline(at=standing.proposal.deadline)
            self._propose(standing.proposal, "propose", deadline, source=standing)
        elif becomes in {"confirmed", "replaced"}:
            self._decide(standing, "confirmed", ruling, task=len(self.tasks))
            self.tasks.append(task_of(standing.proposal, source_of(standing)))
            if becomes == "replaced":
                self.said.append(Said("created", standing))
        else:
            self._decide(standing, becomes, ruling)
            if becomes == "undone" and standing.task_id is not None:
                self.undone.append(standing.task_id)

    def _rule_change(self, ruling: Ruling, change: Edit) -> None:
        standing, becomes = ruling.standing, ruling.becomes
        asks = self.talk.conversation.policy.confirmation == "ask"
        if becomes == "replaced" and (asks or standing.question == "confirm"):
            self._decide(standing, "replaced", ruling)
            source = source_of(standing)
            self._propose_change(change, "propose", Deadline(at=None), source=source)
            return
        self._decide(standing, "confirmed" if becomes == "replaced" else becomes, ruling)
        if becomes in {"confirmed", "replaced", "undone"}:
            self._edit(change, ruling.message_id)
        if becomes == "replaced":
            self.said.append(Said("created", standing))

    def wish(self, wish: Wish) -> None:
        """What a message comes to that is a change of a task as a whole."""
        source = self._next_source(wish.message_id)
        deadline = wish.deadline or Deadline(at=None)
        edits = [edit_of(self._now(task), wish.fields, wish.becomes) for task in wish.tasks]
        if not edits:
            self.told.append(self.talk.voice.changing.unknown.format(named=wish.named))
        elif len(edits) > 1:
            for edit in edits:
                self._propose_change(edit, "which", deadline, source=source)
        else:
            self._ask_or_edit(edits[0], deadline, is_sure=wish.is_sure, source=source)

    def change(self, change: TaskChange) -> None:
        """What a change that a responder found comes to; one of no open task is nothing."""
        tasks = {task.id: task for task in self.talk.conversation.open_tasks}
        if change.task_id not in tasks or not self.talk.conversation.policy.auto_create_tasks:
            return
        turn = self._turn(change.source_message_id)
        span = TaskDraft(
            title="-", source_message_id=turn.message_id, deadline_span=change.deadline_span
        )
        zone = self.talk.conversation.policy.time_zone
        deadline = deadline_for(span, turn, time_zone=zone) if change.deadline_span else None
        wanted = {
            "title": storable(change.title or "")[:TITLE_CHARACTERS] or None,
            "priority": change.priority,
            "deadline": deadline.at if deadline else None,
            "assignee": storable(change.assignee or "")[:TITLE_CHARACTERS] or None,
        }
        fields = {name: value for name, value in wanted.items() if value is not None}
        edit = edit_of(self._now(tasks[change.task_id]), fields, change.ends or "pending")
        source = self._next_source(turn.message_id)
        self._ask_or_edit(
            edit,
            deadline or Deadline(at=None),
            is_sure=True,
            source=source,
            confidence=change.confidence,
        )

    def _ask_or_edit(
        self,
        edit: Edit,
        deadline: Deadline,
        *,
        is_sure: bool,
        source: tuple[int, int],
        confidence: float = 1.0,
    ) -> None:
        for standing in self.talk.claimed.standings:
            self._outdate(standing, edit, source[0])
        step = step_of_change(
            self.talk.conversation.policy,
            has_doubt=deadline.doubt is not None,
            is_sure=is_sure,
            confidence=confidence,
        )
        if step == "create_undoable" and not edit.is_idle:
            self._propose_change(undoing(edit), step, deadline, source=source)
        elif step in {"propose", "ask_date"} and not (edit.is_idle and step == "propose"):
            self._propose_change(edit, step, deadline, source=source)
            return
        self._edit(edit, source[0])
        self.told.append(self.talk.voice.made(edit))

    def _outdate(self, standing: Standing, edit: Edit, message_id: int) -> None:
        """A newer word about a task takes the place of a question that was open about it."""
        open_ = standing.status == "pending" and standing.change is not None
        if not self.talk.is_trusted:
            return
        decided = {each.proposal_id for each in self.decided}
        if open_ and standing.proposal.task_id == edit.task.id and standing.id not in decided:
            self.decided.append(
                Decided(proposal_id=standing.id, status="replaced", message_id=message_id)
            )

    def _edit(self, edit: Edit, message_id: int) -> None:
        edit = replace(edit, message_id=message_id)
        self.edits[edit.task.id] = together(self.edits.get(edit.task.id), edit)

    def _now(self, task: OpenTask) -> OpenTask:
        edit = self.edits.get(task.id)
        return edit.changed if edit else task

    def _next_source(self, message_id: int) -> tuple[int, int]:
        index = self.counts.get(message_id, 0)
        self.counts[message_id] = index + 1
        return message_id, index

    def draft(self, draft: TaskDraft) -> None:
        """What a draft of a responder comes to."""
        turn = self._turn(draft.source_message_id)
        policy = self.talk.conversation.policy
        deadline = deadline_for(draft, turn, time_zone=policy.time_zone)
        revised = self._revised(draft)
        step = step_for(
            policy,
            draft,
            is_spelled_out=turn.structured is not None and self.talk.is_trusted,
            has_doubt=deadline.doubt is not None,
            revises=revised is not None and revised.question == "confirm",
        )
        if revised:
            source = source_of(revised)
            self.decided.append(
                Decided(proposal_id=revised.id, status="replaced", message_id=turn.message_id)
            )
        else:
            source = self._next_source(turn.message_id)
        wanted = proposal_of(draft, deadline.at, code="", expires_at=self.at)
        if step in {"create", "create_undoable"}:
            self.tasks.append(task_of(wanted, source))
        if step != "create":
            self._propose(wanted, step, deadline, source=revised or source)

    def _turn(self, message_id: int) -> Turn:
        """The message of a draft; one about what was said earlier comes from the latest."""
        turns = self.talk.conversation.pending
        return next((t for t in turns if t.message_id == message_id), turns[-1])

    def _revised(self, draft: TaskDraft) -> Standing | None:
        # Who may be anybody leaves alone what the person was asked.
        code = draft.revises.upper() if self.talk.is_trusted else ""
        decided = {each.proposal_id for each in self.decided}
        return next(
            (
                each
                for each in self.talk.claimed.standings
                if code
                and each.proposal.code == code
                and each.status == "pending"
                and each.change is None
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
        message_id, index = source_of(source) if isinstance(source, Standing) else source
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

    def _propose_change(
        self, edit: Edit, step: Step, deadline: Deadline, *, source: tuple[int, int]
    ) -> None:
        task, terms = edit.changed, self.talk.terms
        is_undoable = step == "create_undoable"
        lasts = terms.undo_seconds if is_undoable else terms.proposal_seconds
        proposal = Proposal(
            code=self._code(source[0]),
            title=edit.task.title,
            priority=task.priority,
            deadline=task.deadline,
            assignee=task.assignee,
            expires_at=self.at + timedelta(seconds=lasts),
            task_id=task.id,
        )
        questions: dict[Step, Question] = {"ask_date": "date", "which": "which"}
        self.proposals.append(
            NewProposal(
                proposal=proposal,
                status="undoable" if is_undoable else "pending",
                question=questions.get(step, "confirm"),
                source_message_id=source[0],
                source_index=source[1],
                revision=1,
                change=edit,
            )
        )
        self.asked.append(Asked(proposal, step, deadline, edit))

    def _code(self, message_id: int) -> str:
        if not self.talk.is_trusted:
            return secret_code(choice)
        used = {each.proposal.code for each in self.talk.claimed.standings}
        fresh = {each.proposal.code for each in self.proposals}
        return code_for(message_id + len(fresh), taken=frozenset(used | fresh))
