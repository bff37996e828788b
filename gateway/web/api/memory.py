"""What a conversation remembers of its participant: read, and erased."""

from typing import Final

from pydantic import Field

from gateway import store
from gateway.store import Memory
from gateway.web.api.procedures import ById, Call, procedure
from gateway.web.api.webhook_shapes import Text


class EraseMemory(ById):
    """What is to be forgotten."""

    key: Text | None = Field(
        None, max_length=64, description="Only the fact with this key; left out: everything."
    )


@procedure("conversations.getMemory", "GET /conversations/{id}/memory", scope="messages:read")
async def get(call: Call, asked: ById) -> Memory:
    """What a conversation remembers: its summary, and the facts that have not expired.

    `messageId` is the message that taught a fact, `at` its time. A newer fact with the same `key`
    replaces the one before. `linkedFacts` are what senders said that are linked to this one, see
    [people](#people). See [what an assistant remembers](../how-to/see-and-erase-memory.md).
    """
    return await store.read_memory(
        call.gw.db, user_id=call.user_id, conversation_id=asked.id, now=call.at
    )


@procedure(
    "conversations.eraseMemory",
    "DELETE /conversations/{id}/memory",
    scope="conversations:write",
)
async def erase(call: Call, asked: EraseMemory) -> Memory:
    """Forgets one fact, or everything; answered is what is left.

    The summary goes in either case, since it may tell the fact in other words; the next turn writes
    a new one, with the tasks that are open. An answer that is being made is dropped and made anew
    without what was erased. What linked senders said goes as well. Messages stay:
    `DELETE /senders/{id}` erases them as well. A key that is not there is no mistake.
    """
    left = await store.erase_memory(
        call.gw.db, call.operation, conversation_id=asked.id, key=asked.key
    )
    call.gw.wakeups.wake("converse")
    return left


PROCEDURES: Final = (get, erase)
