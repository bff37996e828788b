"""What has been kept long enough, taken away batch by batch.

Ids grow with time, so the oldest rows are found by walking up the primary key: the hot statements
pay for no index.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gateway.store.database import Database

BATCH: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of thing: its rows, which of them may go, and what goes with them.

    `is_ordered` says that a row is never younger than one with a higher id.
    """

    name: str
    table: str
    time: str
    may_go: str
    is_ordered: bool = True
    change: str = "DELETE FROM {table} t USING old o"
    with_it: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One batch: how far it came, how many rows went, and whether older ones may be left."""

    last_id: int
    gone: int
    is_last: bool


KINDS: Final = (
    Kind(
        name="raw_payload",
        table="inbound_messages",
        time="received_at",
        may_go="t.raw_payload IS NOT NULL",
        change="UPDATE {table} t SET raw_payload = NULL FROM old o",
    ),
    Kind(
        name="conversation",
        table="bot_conversations",
        time="updated_at",
        may_go="t.due_at IS NULL AND t.lease_id IS NULL AND t.status <> 'paused'",
        is_ordered=False,
        with_it="""
        , their_events AS (
            DELETE FROM conversation_events e USING gone g WHERE e.conversation_id = g.id
        ), their_messages AS (
            DELETE FROM inbound_messages m USING gone g WHERE m.conversation_id = g.id
            RETURNING m.id
        ), their_media AS (
            DELETE FROM media f USING their_messages m WHERE f.message_id = m.id
        ), their_deliveries AS (
            DELETE FROM outbound_messages d USING gone g
            WHERE d.conversation_id = g.id AND d.delivery_status <> 'pending' RETURNING d.id
        ), their_receipts AS (
            DELETE FROM receipts r USING their_deliveries d WHERE r.outbound_id = d.id
        )""",
    ),
    Kind(
        name="message",
        table="inbound_messages",
        time="received_at",
        may_go="t.processing_status <> 'received'",
        with_it="""
        , their_media AS (DELETE FROM media f USING gone g WHERE f.message_id = g.id)""",
    ),
    Kind(
        name="delivery",
        table="outbound_messages",
        time="created_at",
        may_go="t.delivery_status <> 'pending'",
        with_it="""
        , their_receipts AS (DELETE FROM receipts r USING gone g WHERE r.outbound_id = g.id)""",
    ),
    Kind(
        name="task",
        table="agency_tasks",
        time="updated_at",
        may_go="t.status <> 'pending'",
        is_ordered=False,
        with_it="""
        , their_executions AS (
            DELETE FROM task_executions e USING gone g WHERE e.task_id = g.id
        ), their_notifications AS (
            DELETE FROM notifications n USING gone g WHERE n.task_id = g.id
        )""",
    ),
    Kind(
        name="proposal",
        table="task_proposals",
        time="created_at",
        may_go="t.status NOT IN ('pending', 'undoable')",
    ),
    Kind(name="media", table="media", time="created_at", may_go="TRUE"),
    Kind(name="usage", table="model_usage", time="created_at", may_go="TRUE"),
    Kind(name="receipt", table="receipts", time="received_at", may_go="t.outbound_id IS NULL"),
    Kind(name="log", table="webhook_logs", time="created_at", may_go="t.request_id IS NULL"),
    Kind(name="audit", table="webhook_logs", time="created_at", may_go="t.request_id IS NOT NULL"),
)

_LOCK: Final = "SELECT pg_try_advisory_xact_lock(hashtext('gateway retention'), 0)"


async def expire_batch(db: Database, kind: Kind, *, before: datetime, after_id: int) -> Step | None:
    """Takes away what is older than `before` of the next rows; None while another process does."""
    async with db.transaction() as connection:
        if not await connection.fetchval(_LOCK):
            return None
        row = await connection.fetchrow(_statement(kind), after_id, BATCH, before)
    assert row is not None
    is_short = row["seen"] < BATCH
    return Step(
        last_id=row["last_id"] or after_id,
        gone=row["gone"],
        is_last=is_short or (kind.is_ordered and row["is_young"]),
    )


def _statement(kind: Kind) -> str:
    # A row is looked at once more when it is locked: what has come to life meanwhile stays.
    change = kind.change.format(table=kind.table)
    return f"""
    WITH oldest AS MATERIALIZED (
        SELECT id, {kind.time} AS at FROM {kind.table} WHERE id > $1 ORDER BY id LIMIT $2
    ), old AS MATERIALIZED (
        SELECT id FROM oldest WHERE at < $3
    ), gone AS (
        {change} WHERE t.id = o.id AND t.{kind.time} < $3 AND {kind.may_go} RETURNING t.id
    ){kind.with_it}
    SELECT max(id) AS last_id, count(*) AS seen, COALESCE(max(at) >= $3, TRUE) AS is_young,
        (SELECT count(*) FROM gone) AS gone
    FROM oldest
    """  # noqa: S608 # constants only
