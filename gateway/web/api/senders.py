"""What is held of one person: told, copied and erased (GDPR articles 15, 17 and 20)."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from pydantic import Field

from gateway import store
from gateway.store import Holdings, SenderExport
from gateway.web.api.procedures import Call, procedure
from gateway.web.api.webhook_shapes import Text
from gateway.web.wire import Body

log: Final = structlog.stdlib.get_logger()

SALT_BYTES: Final = 16
"""A telephone number is soon guessed from its bare hash; the salt stands in the receipt alone."""


class BySender(Body):
    """A call about one person."""

    id: Text = Field(
        max_length=320,
        description="The person as `senderIdentifier` of a message has them, URL-encoded: a "
        "telephone number, an address.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was erased and when; `sender_hash` is the SHA-256 of `salt`, a colon, the sender.

    `linked_hashes` are those of the senders that were linked to this one.
    """

    sender_hash: str
    linked_hashes: Sequence[str]
    salt: str
    erased_at: datetime
    webhook_ids: Sequence[int]
    conversations: int
    messages: int
    media: int
    deliveries: int
    attempts: int
    tasks: int
    proposals: int
    answers: int


@procedure("senders.get", "GET /senders/{id}", scope="messages:read")
async def get(call: Call, asked: BySender) -> Holdings:
    """How much is held of a person who wrote to any webhook of the account, or was written to.

    `linked` are the senders that are [the same person](#people): all figures count them in.
    `deliveries` are replies and notifications to them, and events about them.
    """
    return await store.sender_holdings(call.gw.db, user_id=call.user_id, sender=asked.id)


@procedure("senders.export", "GET /senders/{id}/export", scope="messages:read")
async def export(call: Call, asked: BySender) -> SenderExport:
    """A copy of all that is held of a person, for them to read or to take elsewhere.

    What the senders in `linked` wrote is part of it: they are [the same person](#people).
    Messages with attachments and, while it is kept, the raw body; the files that came with them,
    whose content is at [`/media/{id}`](#files); conversations with what is remembered and what
    became of them; replies, notifications and events, with each attempt; tasks, with what was done;
    what the person was asked before a task. See
    [answer a data subject request](../how-to/answer-a-data-subject-request.md).
    """
    return await store.export_sender(call.gw.db, user_id=call.user_id, sender=asked.id)


@procedure("senders.erase", "DELETE /senders/{id}", scope="senders:erase")
async def erase(call: Call, asked: BySender) -> Receipt:
    """Erases what is held of a person on all webhooks of the account, at once and for good.

    All senders that are linked to this one are [the same person](#people) and are erased with it;
    `GET /senders/{id}` lists them. Where only this one is meant, take it out of its person first.
    Texts, names, attachments with their files, raw bodies, memory, replies, excerpts of answers and
    the words of their tasks and proposals go, and so do all answers that the account has kept for
    an `Idempotency-Key`, counted as `answers`. What waits to be sent is not sent, and an answer
    that is under way is dropped. Rows stay without them, so that figures still add up and a message
    that is repeated is still known as a duplicate. Keep the receipt: the salt is stored nowhere
    else. A second call is answered 404, for nothing is held any more.
    """
    salt = secrets.token_hex(SALT_BYTES)

    def hash_of(sender: str) -> str:
        return hashlib.sha256(f"{salt}:{sender}".encode()).hexdigest()

    erased = await store.erase_sender(call.gw.db, call.operation, sender=asked.id, hash_of=hash_of)
    log.info("sender.erased", user_id=call.user_id, sender_hash=erased.sender_hash)
    return Receipt(
        sender_hash=erased.sender_hash,
        linked_hashes=erased.linked_hashes,
        salt=salt,
        erased_at=call.at,
        webhook_ids=erased.webhook_ids,
        conversations=erased.conversations,
        messages=erased.messages,
        media=erased.media,
        deliveries=erased.deliveries,
        attempts=erased.attempts,
        tasks=erased.tasks,
        proposals=erased.proposals,
        answers=erased.answers,
    )


PROCEDURES: Final = (get, export, erase)
