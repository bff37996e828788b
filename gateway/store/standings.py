"""Proposals as the account's owner sees them, and decides in the person's place."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final, Literal

from gateway.plugin.errors import Conflict, NotFound
from gateway.records import Task
from gateway.rules.events import TASK_CREATED
from gateway.store.database import Connection, Database
from gateway.store.tasks import TASK_COLUMNS, Teller, announce_task, new_facts

Verdict = Literal["confirmed", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingProposal:
    """A task that a person was asked about, and what became of it."""

    id: int
    webhook_id: int
    conversation_id: int
    participant: str
    code: str
    revision: int
    status: str
    title: str
    description: str
    priority: str
    deadline: datetime | None
    project: str | None
    assignee: str | None
    source_message_id: int
    task_id: int | None
    created_at: datetime
    expires_at: datetime
    decided_at: datetime | None


_COLUMNS: Final = ", ".join(field.name for field in fields(StandingProposal))
_LIST: Final = f"""
SELECT {_COLUMNS} FROM task_proposals
WHERE user_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::bigint IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""  # noqa: S608 # field names of a record
_GET: Final = f"SELECT {_COLUMNS} FROM task_proposals WHERE user_id = $1 AND id = $2"  # noqa: S608 # field names of a record
# An answer that is being made knows nothing of this decision: it is dropped and made anew.
_INTERRUPT: Final = """
UPDATE bot_conversations
SET due_at = CASE WHEN lease_id IS NULL THEN due_at ELSE $3 END, lease_id = NULL
WHERE user_id = $1 AND id = $2
"""
_MAKE: Final = f"""
INSERT INTO agency_tasks (
    user_id, source_webhook_id, source_message_id, source_index, conversation_id, title,
    description, priority, deadline, project, assignee, status, created_at, updated_at)
SELECT user_id, webhook_id, source_message_id, source_index, conversation_id, title, description,
    priority, deadline, project, assignee, 'pending', $3, $3
FROM task_proposals WHERE user_id = $1 AND id = $2
RETURNING {TASK_COLUMNS}
"""  # noqa: S608 # field names of a record
_EXECUTED: Final = """
INSERT INTO task_executions (user_id, task_id, status, detail, actor, created_at)
VALUES ($1, $2, 'created', 'confirmed', $3, $4)
"""
_DECIDE: Final = f"""
UPDATE task_proposals SET status = $3, task_id = $4, decided_at = $5
WHERE user_id = $1 AND id = $2 RETURNING {_COLUMNS}
"""  # noqa: S608 # field names of a record


async def list_proposals(
    db: Database, *, user_id: int, status: str | None, before_id: int | None, limit: int
) -> Sequence[StandingProposal]:
    """The newest proposals of a user, from `before_id` down."""
    async with db.connection() as connection:
        rows = await connection.fetch(_LIST, user_id, status, before_id, limit)
    return [StandingProposal(**dict(row)) for row in rows]


async def decide_proposal(
    db: Database, verdict: Verdict, by: Teller, *, proposal_id: int
) -> StandingProposal:
    """Confirms or cancels a proposal once; the task and its event are written with it.

    Raises `NotFound`, and `Conflict` for one that was decided otherwise or has expired.
    """
    async with db.transaction() as connection:
        seen = await _get(connection, by.user_id, proposal_id)
        # The conversation first, as whoever settles its turn does.
        await connection.execute(_INTERRUPT, by.user_id, seen.conversation_id, by.at)
        proposal = await _get(connection, by.user_id, proposal_id, lock=" FOR UPDATE")
        if proposal.status == verdict:
            return proposal
        _check_open(proposal, by.at)
        task_id = None
        if verdict == "confirmed":
            task_id = await _make_task(connection, by, proposal_id)
        row = await connection.fetchrow(_DECIDE, by.user_id, proposal_id, verdict, task_id, by.at)
        assert row is not None
        return StandingProposal(**dict(row))


async def _get(
    connection: Connection, user_id: int, proposal_id: int, *, lock: str = ""
) -> StandingProposal:
    row = await connection.fetchrow(_GET + lock, user_id, proposal_id)
    if row is None:
        raise NotFound(f"no proposal {proposal_id}; GET /api/v1/proposals lists yours")
    return StandingProposal(**dict(row))


def _check_open(proposal: StandingProposal, now: datetime) -> None:
    if proposal.status != "pending":
        raise Conflict(
            f"proposal {proposal.id} is {proposal.status}; only a pending one can be decided"
        )
    if proposal.expires_at <= now:
        raise Conflict(f"proposal {proposal.id} has expired; make the task by POST /api/v1/tasks")


async def _make_task(connection: Connection, by: Teller, proposal_id: int) -> int:
    row = await connection.fetchrow(_MAKE, by.user_id, proposal_id, by.at)
    assert row is not None
    task = Task(**dict(row))
    await connection.execute(_EXECUTED, by.user_id, task.id, by.actor, by.at)
    await announce_task(connection, task, by, event=TASK_CREATED, told=new_facts(task))
    return task.id
