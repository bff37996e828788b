"""What a turn makes of proposals, pure: new ones, and the end of those that stood open."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.plugin.messages import Proposal
from gateway.rules.confirmation import Question, Standing, State
from gateway.rules.edits import Edit


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProposal:
    """A question to be written with the reply that asks it.

    `task` is the index of the new task that an undo would take back; `change` is of one that is
    there.
    """

    proposal: Proposal
    status: State
    question: Question
    source_message_id: int
    source_index: int
    revision: int
    task: int | None = None
    change: Edit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What becomes of a proposal, by which message, and the index of the task that it made."""

    proposal_id: int
    status: State
    message_id: int | None = None
    task: int | None = None


def home_of(message_id: int, standings: Sequence[Standing]) -> tuple[int, int] | None:
    """The webhook and the conversation of a message that a linked sender was asked about.

    None for every other message. A task belongs where its message came from.
    """
    for standing in standings:
        if standing.source_message_id == message_id and standing.asked_in and standing.asked_on:
            return standing.asked_on, standing.asked_in
    return None
