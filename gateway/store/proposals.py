"""Proposals: asked with a reply, decided by a later message, each at most once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import asyncpg

from gateway.plugin import Proposal
from gateway.records import TurnResult
from gateway.rules.confirmation import Standing
from gateway.store.columns import json_text, person_in
from gateway.store.database import Connection
from gateway.store.edits import edit_in, edit_json

DECIDED_SHOWN: Final = timedelta(days=1)
"""How long a code that no longer counts is recognised."""

_STANDINGS: Final = """
SELECT p.id, p.conversation_id, p.participant, p.code, p.title, p.description, p.priority,
    p.deadline, p.project, p.assignee, p.status, p.question, p.revision, p.source_message_id,
    p.source_index, p.task_id, p.created_at, p.expires_at,
    COALESCE(o.delivery_status IN ('delivered', 'unrouted'), true) AS is_delivered,
    COALESCE(t.status = COALESCE(p.change ->> 'was', 'pending'), false) AS task_is_open, p.change,
    m.requester
FROM task_proposals p
LEFT JOIN inbound_messages m ON m.id = p.source_message_id
LEFT JOIN outbound_messages o ON o.id = p.reply_id
LEFT JOIN agency_tasks t ON t.id = COALESCE((p.change ->> 'taskId')::bigint, p.task_id)
WHERE p.conversation_id = ANY($1) AND (p.status IN ('pending', 'undoable') OR p.decided_at > $2)
ORDER BY p.id
"""

_PROPOSE: Final = """
INSERT INTO task_proposals (
    user_id, webhook_id, conversation_id, participant, code, revision, question, status, title,
    description, priority, deadline, project, assignee, source_message_id, source_index, reply_id,
    task_id, created_at, expires_at, change)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::int[],
    $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::text[],
    $14::text[], $15::bigint[], $16::smallint[], $17::bigint[], $18::bigint[], $19::timestamptz[],
    $20::timestamptz[], $21::jsonb[])
"""

_DECIDE: Final = """
UPDATE task_proposals p
SET status = d.status, decided_by = d.message_id, decided_at = d.at,
    task_id = COALESCE(d.task_id, p.task_id)
FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::timestamptz[])
    AS d(id, status, message_id, task_id, at)
WHERE p.id = d.id AND p.status IN ('pending', 'undoable')
"""

_UNDO: Final = """
WITH undone AS (
    UPDATE agency_tasks SET status = 'cancelled', updated_at = $2, finished_at = $2
    WHERE id = ANY($1) AND status = 'pending'
    RETURNING id, user_id
)
INSERT INTO task_executions (user_id, task_id, status, detail, message_id, actor, created_at)
SELECT u.user_id, u.id, 'cancelled', 'undone by the person who asked for it', p.decided_by,
    'participant', $2
FROM undone u LEFT JOIN task_proposals p ON p.task_id = u.id
"""

_USED: Final = """
INSERT INTO model_usage (
    user_id, webhook_id, conversation_id, model, outcome, input_tokens, cached_tokens,
    output_tokens, cost_usd, created_at)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::int[],
    $7::int[], $8::int[], $9::float8[], $10::timestamptz[])
"""


async def fetch_standings(
    connection: Connection, conversation_ids: Sequence[int], *, now: datetime
) -> dict[int, tuple[Standing, ...]]:
    """The proposals of these conversations that a word may still be about."""
    found: dict[int, list[Standing]] = defaultdict(list)
    since = now - DECIDED_SHOWN
    for row in await connection.fetch(_STANDINGS, list(conversation_ids), since):
        found[row["conversation_id"]].append(_standing(row))
    return {id_: tuple(standings) for id_, standings in found.items()}


async def write_proposals(
    connection: Connection,
    results: Sequence[TurnResult],
    *,
    task_ids: dict[int, Sequence[int]],
    reply_ids: dict[int, int | None],
) -> None:
    """What turns asked and decided; both maps lead from a conversation to what was written for it.

    Does nothing, and talks to nobody, for turns without proposals.
    """
    decided = [
        (
            each.proposal_id,
            each.status,
            each.message_id,
            None if each.task is None else task_ids[result.claimed.id][each.task],
            result.at,
        )
        for result in results
        for each in result.decided
    ]
    if decided:
        await connection.execute(_DECIDE, *_columns(decided))
    asked = [
        row
        for result in results
        for row in _rows(result, task_ids[result.claimed.id], reply_ids[result.claimed.id])
    ]
    if asked:
        await connection.execute(_PROPOSE, *_columns(asked))
    undone = [id_ for result in results for id_ in result.undone_task_ids]
    if undone:
        await connection.execute(_UNDO, undone, results[0].at)


async def write_usage(
    connection: Connection, results: Sequence[TurnResult], outcomes: Sequence[str]
) -> None:
    """What models used, whatever became of their answers; nothing for turns without a model."""
    used = [
        (
            result.claimed.user_id,
            result.claimed.webhook_id,
            result.claimed.id,
            result.usage.model[:100],
            outcome,
            result.usage.input_tokens,
            result.usage.cached_tokens,
            result.usage.output_tokens,
            result.usage.cost_usd,
            result.at,
        )
        for result, outcome in zip(results, outcomes, strict=True)
        if result.usage is not None
    ]
    if used:
        await connection.execute(_USED, *_columns(used))


def _rows(
    result: TurnResult, task_ids: Sequence[int], reply_id: int | None
) -> list[tuple[object, ...]]:
    claimed = result.claimed
    return [
        (
            claimed.user_id,
            claimed.webhook_id,
            claimed.id,
            claimed.participant,
            new.proposal.code,
            new.revision,
            new.question,
            new.status,
            new.proposal.title,
            new.proposal.description,
            new.proposal.priority,
            new.proposal.deadline,
            new.proposal.project,
            new.proposal.assignee,
            new.source_message_id,
            new.source_index,
            reply_id,
            None if new.task is None else task_ids[new.task],
            result.at,
            new.proposal.expires_at,
            None if new.change is None else json_text(edit_json(new.change)),
        )
        for new in result.proposals
    ]


def _columns(rows: Sequence[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _standing(row: asyncpg.Record) -> Standing:
    change = edit_in(row["change"])
    return Standing(
        id=row["id"],
        proposal=Proposal(
            code=row["code"],
            title=row["title"],
            expires_at=row["expires_at"],
            description=row["description"],
            priority=row["priority"],
            deadline=row["deadline"],
            project=row["project"],
            assignee=row["assignee"],
            task_id=change.task.id if change else None,
        ),
        status=row["status"],
        question=row["question"],
        participant=row["participant"],
        is_delivered=row["is_delivered"],
        asked_at=row["created_at"],
        source_message_id=row["source_message_id"],
        source_index=row["source_index"],
        revision=row["revision"],
        task_id=row["task_id"],
        task_is_open=row["task_is_open"],
        change=change,
        requester=person_in(row["requester"]),
    )
