"""What a conversation remembers of a person: shown to them, and erased when they ask for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gateway.plugin import Fact
from gateway.plugin.errors import NotFound
from gateway.rules.memory import living
from gateway.store.columns import facts
from gateway.store.database import Database

_READ: Final = """
SELECT context_summary, context_memory FROM bot_conversations WHERE user_id = $1 AND id = $2
"""

# Who is answering right now knows what is erased here: the lease is taken away, so that the answer
# is lost and made anew.
_ERASE: Final = """
UPDATE bot_conversations
SET context_memory = CASE WHEN $3::text[] IS NULL THEN '{}' ELSE context_memory - $3 END,
    context_summary = CASE WHEN $3 IS NULL THEN '' ELSE context_summary END,
    due_at = CASE WHEN lease_id IS NULL THEN due_at ELSE $4 END,
    lease_id = NULL, updated_at = $4
WHERE user_id = $1 AND id = $2 RETURNING id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """The summary of a conversation and the facts that have not expired."""

    summary: str
    facts: tuple[Fact, ...]


async def read_memory(db: Database, *, user_id: int, conversation_id: int, now: datetime) -> Memory:
    """What is remembered. Raises `NotFound`."""
    async with db.connection() as connection:
        row = await connection.fetchrow(_READ, user_id, conversation_id)
    if row is None:
        raise _unknown(conversation_id)
    known = living(facts(row["context_memory"]), now=now)
    return Memory(summary=row["context_summary"], facts=known)


async def erase_memory(
    db: Database,
    *,
    user_id: int,
    conversation_id: int,
    keys: Sequence[str] | None,
    now: datetime,
) -> None:
    """Forgets the facts with these keys, or everything and the summary too. Raises `NotFound`.

    Once this returns, no answer that knew them is sent.
    """
    async with db.connection() as connection:
        given = None if keys is None else list(keys)
        if await connection.fetchval(_ERASE, user_id, conversation_id, given, now) is None:
            raise _unknown(conversation_id)


def _unknown(conversation_id: int) -> NotFound:
    return NotFound(f"no conversation {conversation_id}")
