"""What a conversation remembers of a person: shown to them, and erased when they ask for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import asyncpg

from gateway.plugin import Fact
from gateway.rules.memory import living, said_elsewhere
from gateway.store.columns import facts
from gateway.store.conversations import no_conversation
from gateway.store.database import Database
from gateway.store.webhook_changes import LogEntry, Operation, log_entry

_READ: Final = """
SELECT context_summary, context_memory FROM bot_conversations WHERE user_id = $1 AND id = $2
"""
LINKED: Final = """
    SELECT k.id FROM bot_conversations a
    JOIN people_senders me ON me.webhook_id = a.webhook_id AND me.participant = a.participant
    JOIN people_senders p
        ON p.user_id = me.user_id AND p.person_id = me.person_id AND p.id <> me.id
    JOIN bot_conversations k ON k.webhook_id = p.webhook_id AND k.participant = p.participant
    WHERE a.user_id = $1 AND a.id = $2 AND (k.status <> 'archived' OR k.thread <> '')
"""

# Who is answering right now knows what is erased here: the lease is taken away, so that the answer
# is lost and made anew. A summary is written without its sources, and may hold what was a fact.
# What the person's other threads and linked senders know of it goes as well, or it would come back
# with their next turn.
_LOCK: Final = f"""
SELECT c.id FROM bot_conversations c JOIN bot_conversations asked
    ON asked.user_id = $1 AND asked.id = $2
WHERE c.id = asked.id OR (
    c.webhook_id = asked.webhook_id AND c.participant = asked.participant AND c.user_id = $1
    AND (c.thread <> '' OR asked.thread <> ''))
OR c.id IN ({LINKED})
ORDER BY c.webhook_id, c.participant, c.thread, c.id FOR UPDATE OF c
"""  # noqa: S608 # constants only
_ELSEWHERE: Final = f"SELECT context_memory FROM bot_conversations WHERE id IN ({LINKED})"  # noqa: S608 # constants only
_ERASE: Final = """
UPDATE bot_conversations
SET context_memory = CASE WHEN $3::text IS NULL THEN '{}' ELSE context_memory - $3 END,
    context_summary = '', due_at = CASE WHEN lease_id IS NULL THEN due_at ELSE $4 END,
    lease_id = NULL, updated_at = $4
WHERE user_id = $1 AND id = ANY($5)
RETURNING id = $2 AS is_asked, webhook_id, context_summary, context_memory
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The summary of a conversation, and the facts that have not expired, the oldest first.

    `linked_facts` are what linked senders said of the person.
    """

    context_summary: str
    facts: Sequence[Fact]
    linked_facts: Sequence[Fact]


async def read_memory(db: Database, *, user_id: int, conversation_id: int, now: datetime) -> Memory:
    """What is remembered. Raises `NotFound`."""
    async with db.connection() as connection:
        row = await connection.fetchrow(_READ, user_id, conversation_id)
        if row is None:
            raise no_conversation(conversation_id)
        linked = await connection.fetch(_ELSEWHERE, user_id, conversation_id)
    return _memory(row, linked, now=now)


async def erase_memory(
    db: Database, operation: Operation, *, conversation_id: int, key: str | None
) -> Memory:
    """Forgets one fact or all, and the summary; returns what is left. Raises `NotFound`.

    Once this returns, no answer that knew them is sent. The audit trail gets no value of a fact.
    """
    async with db.transaction() as connection:
        kin = await connection.fetch(_LOCK, operation.user_id, conversation_id)
        rows = await connection.fetch(
            _ERASE, operation.user_id, conversation_id, key, operation.at, [c["id"] for c in kin]
        )
        row = next((row for row in rows if row["is_asked"]), None)
        if row is None:
            raise no_conversation(conversation_id)
        entry = LogEntry(
            webhook_id=row["webhook_id"],
            event="conversation.memory_erased",
            detail={"conversationId": conversation_id, "key": key},
        )
        await log_entry(connection, operation, entry)
        linked = await connection.fetch(_ELSEWHERE, operation.user_id, conversation_id)
    return _memory(row, linked, now=operation.at)


def _memory(row: asyncpg.Record, linked: Sequence[asyncpg.Record], *, now: datetime) -> Memory:
    elsewhere = [fact for other in linked for fact in facts(other["context_memory"])]
    return Memory(
        context_summary=row["context_summary"],
        facts=living(facts(row["context_memory"]), now=now),
        linked_facts=living(said_elsewhere(elsewhere), now=now),
    )
