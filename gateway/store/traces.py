"""What belongs to one trace: the messages that came with it, and what was sent because of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gateway.plugin.errors import NotFound
from gateway.records import Message
from gateway.store.database import Database
from gateway.store.deliveries import DELIVERY_COLUMNS, Delivery
from gateway.store.messages import messages_of_trace

SHOWN: Final = 100

# By way of the conversation: an index over the traces of the outbox would be written anew with each
# attempt. A message knows its conversation once it is answered.
_DELIVERIES: Final = f"""
WITH talks AS MATERIALIZED (
    SELECT COALESCE(m.conversation_id, c.id) AS id FROM inbound_messages m
    LEFT JOIN bot_conversations c ON c.webhook_id = m.webhook_id AND c.participant = m.sender
        AND c.thread = m.thread AND c.status <> 'archived'
    WHERE m.user_id = $1 AND m.trace_id = $2
    GROUP BY 1
)
SELECT {DELIVERY_COLUMNS} FROM outbound_messages o
WHERE o.user_id = $1 AND o.trace_id = $2 AND o.conversation_id IN (SELECT id FROM talks)
ORDER BY o.id LIMIT $3
"""  # noqa: S608 # field names of a record


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceView:
    """A trace as far as it runs through the gateway, oldest first."""

    trace_id: str
    messages: Sequence[Message]
    deliveries: Sequence[Delivery]


async def get_trace(db: Database, *, user_id: int, trace_id: str) -> TraceView:
    """The messages of this user in a trace, and their deliveries. Raises `NotFound`."""
    async with db.connection() as connection:
        messages = await messages_of_trace(
            connection, user_id=user_id, trace_id=trace_id, limit=SHOWN
        )
        if not messages:
            raise NotFound(
                f"no message came in trace {trace_id}; a trace id has 32 hexadecimal digits, and "
                "stands in `traceId` of each message"
            )
        rows = await connection.fetch(_DELIVERIES, user_id, trace_id, SHOWN)
    deliveries = [Delivery(**dict(row)) for row in rows]
    return TraceView(trace_id=trace_id, messages=messages, deliveries=deliveries)
