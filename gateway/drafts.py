"""What a responder drafts, as what is kept of it: a proposal, or a new task."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from gateway.plugin import Proposal, TaskDraft
from gateway.records import ClaimedConversation, NewTask
from gateway.rules.confirmation import Standing
from gateway.rules.storable import storable

TITLE_CHARACTERS: Final = 200


def source_of(standing: Standing) -> tuple[int, int]:
    """The message of a proposal, and its place among that message's tasks."""
    return standing.source_message_id, standing.source_index


def proposal_of(
    draft: TaskDraft, deadline: datetime | None, *, code: str, expires_at: datetime
) -> Proposal:
    """A draft as a proposal, cut to what the tables hold."""
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


def with_requesters(tasks: Sequence[NewTask], claimed: ClaimedConversation) -> Iterator[NewTask]:
    """The tasks, each with the person on whose behalf the message was written that asked for it."""
    known = {each.source_message_id: each.requester for each in claimed.standings}
    known |= {message.id: message.requester for message in claimed.pending}
    for task in tasks:
        yield replace(task, requester=known.get(task.source_message_id))


def task_of(wanted: Proposal, source: tuple[int, int]) -> NewTask:
    """The task that a proposal becomes."""
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
