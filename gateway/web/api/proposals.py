"""Proposals: what people were asked before a task exists or changes, decided in their place."""

from typing import Final, Literal

from pydantic import Field

from gateway import store
from gateway.plugin.errors import Conflict
from gateway.rules.events import TASK_COMPLETED, TASK_CREATED
from gateway.store import StandingProposal, Teller, Verdict
from gateway.web.api.procedures import ById, Call, Listed, Paged, page_of, procedure


class ListProposals(Paged):
    """Which proposals."""

    status: (
        Literal[
            "pending", "undoable", "confirmed", "cancelled", "undone", "replaced", "expired", "kept"
        ]
        | None
    ) = Field(None, description="Only those of one status.")


@procedure("proposals.list", "GET /proposals", scope="tasks:read")
async def list_proposals(call: Call, asked: ListProposals) -> Listed[StandingProposal]:
    """What people were asked about before a task exists or changes, newest first.

    `pending` waits for a word, until `expiresAt`; `undoable` is a task, or a change of one, that
    can still be undone. Another date makes a new revision: the one before is `replaced`. `taskId`
    is the task that came out of it. `change` is null for a new task; else it says which task
    (`taskId`) would be changed, or set back: its `fields`, and its status (`becomes`).
    """
    found = await store.list_proposals(
        call.gw.db,
        user_id=call.user_id,
        status=asked.status,
        before_id=asked.cursor,
        limit=asked.limit,
    )
    return page_of(found, asked, lambda proposal: proposal.id)


@procedure(
    "proposals.confirm", "POST /proposals/{id}/confirm", scope="tasks:write", raises=(Conflict,)
)
async def confirm(call: Call, asked: ById) -> StandingProposal:
    """Makes the task, or the change, of a pending proposal, as if the person had said yes.

    `task.created` is sent, or `task.completed`. The same call again answers the same: a proposal
    makes one task.
    """
    return await _decided(call, asked.id, "confirmed")


@procedure(
    "proposals.cancel", "POST /proposals/{id}/cancel", scope="tasks:write", raises=(Conflict,)
)
async def cancel(call: Call, asked: ById) -> StandingProposal:
    """Takes a pending proposal back, as if the person had said no; no task is made."""
    return await _decided(call, asked.id, "cancelled")


async def _decided(call: Call, proposal_id: int, verdict: Verdict) -> StandingProposal:
    by = Teller(
        user_id=call.user_id,
        actor=call.principal.actor,
        at=call.at,
        listeners=await call.gw.channels.listeners(call.user_id, TASK_CREATED),
        listeners_of_ends=await call.gw.channels.listeners(call.user_id, TASK_COMPLETED),
    )
    proposal = await store.decide_proposal(call.gw.db, verdict, by, proposal_id=proposal_id)
    for stage in ("converse", "deliver"):
        call.gw.wakeups.wake(stage)
    return proposal


PROCEDURES: Final = (list_proposals, confirm, cancel)
