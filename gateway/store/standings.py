"""Proposals as the account's owner sees them, and decides in the person's place."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Final, Literal

import asyncpg

from gateway.plugin import JsonValue
from gateway.plugin.errors import Conflict, NotFound
from gateway.rules.edits import Edit
from gateway.rules.events import TASK_COMPLETED, TASK_CREATED
from gateway.store.columns import json_value, task_in
from gateway.store.database import Connection, Database
from gateway.store.edits import apply_edits, edit_in
from gateway.store.notifications import End, add_notification
from gateway.store.tasks import (
    TASK_COLUMNS,
    Teller,
    announce_task,
    lock_task,
    new_facts,
    task_facts,
)

Verdict = Literal["confirmed", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingProposal:
    """A task that a person was asked about, or a change of one, and what became of it."""

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
    change: JsonValue
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
    description, priority, deadline, project, assignee, status, created_at, updated_at, requester)
SELECT user_id, webhook_id, source_message_id, source_index, conversation_id, title, description,
    priority, deadline, project, assignee, 'pending', $3, $3,
    (SELECT m.requester FROM inbound_messages m WHERE m.id = p.source_message_id)
FROM task_proposals p WHERE user_id = $1 AND id = $2
RETURNING {TASK_COLUMNS}
"""  # noqa: S608 # field names of a record
# Whoever was asked which task is meant has said it.
_CANCEL_OTHERS: Final = """
UPDATE task_proposals p SET status = 'cancelled', decided_at = $3
FROM task_proposals chosen
WHERE chosen.user_id = $1 AND chosen.id = $2 AND chosen.question = 'which'
AND p.conversation_id = chosen.conversation_id AND p.source_message_id = chosen.source_message_id
AND p.source_index = chosen.source_index AND p.question = 'which' AND p.status = 'pending'
AND p.id <> chosen.id
"""
_EXECUTED: Final = """
INSERT INTO task_executions (user_id, task_id, status, detail, actor, created_at)
VALUES ($1, $2, 'created', 'confirmed', $3, $4)
"""
_CHANGE: Final = "SELECT change FROM task_proposals WHERE user_id = $1 AND id = $2"
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
    return [proposal_of(row) for row in rows]


async def decide_proposal(
    db: Database, verdict: Verdict, by: Teller, *, proposal_id: int
) -> StandingProposal:
    """Confirms or cancels a proposal once; the task, or its change, is written with its event.

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
        change = edit_in(await connection.fetchval(_CHANGE, by.user_id, proposal_id))
        if verdict == "confirmed" and change is not None:
            change = replace(change, message_id=proposal.source_message_id)
            await _change_task(connection, by, change)
            await connection.execute(_CANCEL_OTHERS, by.user_id, proposal_id, by.at)
        elif verdict == "confirmed":
            task_id = await _make_task(connection, by, proposal_id)
        row = await connection.fetchrow(_DECIDE, by.user_id, proposal_id, verdict, task_id, by.at)
        assert row is not None
        return proposal_of(row)


async def _get(
    connection: Connection, user_id: int, proposal_id: int, *, lock: str = ""
) -> StandingProposal:
    row = await connection.fetchrow(_GET + lock, user_id, proposal_id)
    if row is None:
        raise NotFound(f"no proposal {proposal_id}; GET /api/v1/proposals lists yours")
    return proposal_of(row)


def proposal_of(row: asyncpg.Record) -> StandingProposal:
    """A proposal as a row has it."""
    return StandingProposal(**{**dict(row), "change": json_value(row["change"])})


def _check_open(proposal: StandingProposal, now: datetime) -> None:
    if proposal.status != "pending":
        raise Conflict(
            f"proposal {proposal.id} is {proposal.status}; only a pending one can be decided"
        )
    if proposal.expires_at <= now:
        raise Conflict(f"proposal {proposal.id} has expired; make the task by POST /api/v1/tasks")


async def _change_task(connection: Connection, by: Teller, change: Edit) -> None:
    task = await lock_task(connection, user_id=by.user_id, task_id=change.task.id)
    if task.status != change.was:
        raise Conflict(f"task {task.id} is {task.status}; only a pending one can be changed")
    await apply_edits(connection, [change], user_id=by.user_id, actor=by.actor, at=by.at)
    if change.becomes == "completed":
        done = await lock_task(connection, user_id=by.user_id, task_id=task.id)
        teller = replace(by, listeners=by.listeners_of_ends)
        told = await announce_task(
            connection, done, teller, event=TASK_COMPLETED, told=task_facts(done)
        )
        end = End(user_id=by.user_id, task_id=done.id, event=TASK_COMPLETED, at=by.at, told=told)
        await add_notification(connection, end)


async def _make_task(connection: Connection, by: Teller, proposal_id: int) -> int:
    row = await connection.fetchrow(_MAKE, by.user_id, proposal_id, by.at)
    assert row is not None
    task = task_in(row)
    await connection.execute(_EXECUTED, by.user_id, task.id, by.actor, by.at)
    await announce_task(connection, task, by, event=TASK_CREATED, told=new_facts(task))
    return task.id
