"""People on several channels: which senders are the same person, as the account's owner has said.

Nothing is copied from one sender to the other: what they share is looked up at each turn, so that
two who are told apart share nothing from then on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

import asyncpg

from gateway.plugin import InvalidPayload
from gateway.plugin.errors import WebhookNotFound
from gateway.store.database import Connection, Database
from gateway.store.webhook_changes import LOCK, LogEntry, Operation, log_entry

MOST_SENDERS: Final = 20
"""Of one person. Each turn of theirs looks at the conversations of all of them."""

_OWN: Final = """
SELECT id FROM user_webhooks WHERE user_id = $1 AND id = ANY($2) AND channel_type <> 'hook'
"""
_FOUND: Final = """
SELECT person_id FROM people_senders WHERE user_id = $1 AND (webhook_id, participant) IN (
    SELECT * FROM unnest($2::bigint[], $3::text[]))
"""
_MERGE: Final = """
UPDATE people_senders SET person_id = $2 WHERE user_id = $1 AND person_id = ANY($3)
"""
_ADD: Final = """
INSERT INTO people_senders (user_id, person_id, webhook_id, participant, actor, linked_at)
SELECT $1, $2, s.webhook_id, s.participant, $5, $6
FROM unnest($3::bigint[], $4::text[]) AS s(webhook_id, participant)
ON CONFLICT (webhook_id, participant) DO NOTHING RETURNING webhook_id
"""
_NEW_PERSON: Final = "SELECT nextval('people_senders_id_seq')"
_TAKE_OUT: Final = """
DELETE FROM people_senders WHERE user_id = $1 AND webhook_id = $2 AND participant = $3
RETURNING person_id
"""
_ALONE: Final = """
DELETE FROM people_senders p WHERE user_id = $1 AND person_id = $2 AND NOT EXISTS (
    SELECT FROM people_senders o WHERE o.user_id = $1 AND o.person_id = $2 AND o.id <> p.id)
"""
SENDERS_OF: Final = """
SELECT person_id, webhook_id, participant FROM people_senders
WHERE user_id = $1 AND person_id = ANY($2) ORDER BY person_id, id
"""
# The order of the locks is that of every other statement that takes several.
_LOCK_TALKS: Final = """
SELECT c.id FROM unnest($2::bigint[], $3::text[]) AS s(webhook_id, participant)
JOIN bot_conversations c ON c.webhook_id = s.webhook_id AND c.participant = s.participant
WHERE c.user_id = $1 AND (c.context_summary <> '' OR c.lease_id IS NOT NULL)
ORDER BY c.webhook_id, c.participant, c.thread, c.id FOR UPDATE OF c
"""
# A summary may tell what the others said. An answer that is being made knows it as well: without
# its lease it is lost, and made anew.
_PART: Final = """
UPDATE bot_conversations SET context_summary = '',
    due_at = CASE WHEN lease_id IS NULL THEN due_at ELSE $2 END, lease_id = NULL
WHERE id = ANY($1)
"""
_LIST: Final = """
WITH page AS (
    SELECT DISTINCT person_id FROM people_senders
    WHERE user_id = $1 AND ($2::bigint IS NULL OR person_id < $2)
    ORDER BY person_id DESC LIMIT $3
)
SELECT p.person_id, p.webhook_id, p.participant AS sender_identifier, p.linked_at, p.actor,
    EXISTS (SELECT FROM bot_conversations c WHERE c.webhook_id = p.webhook_id
        AND c.participant = p.participant AND c.status <> 'archived')
    OR EXISTS (SELECT FROM bot_conversations c WHERE c.webhook_id = p.webhook_id
        AND c.participant = p.participant AND c.status = 'archived') AS has_written
FROM page JOIN people_senders p ON p.user_id = $1 AND p.person_id = page.person_id
ORDER BY p.person_id DESC, p.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who writes on one channel, as `senderIdentifier` of their messages has them."""

    webhook_id: int
    sender_identifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedSender(Sender):
    """A sender that belongs to a person; `has_written`: there is a conversation with them."""

    linked_at: datetime
    actor: str
    has_written: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedPerson:
    """A person with their senders, in the order in which they were linked."""

    id: int
    senders: Sequence[LinkedSender]


async def list_people(
    db: Database, *, user_id: int, before_id: int | None, limit: int
) -> Sequence[LinkedPerson]:
    """The people of an account who write from several senders, the newest first."""
    async with db.connection() as connection:
        rows = await connection.fetch(_LIST, user_id, before_id, limit)
    return _people(rows)


async def link_senders(
    db: Database, operation: Operation, senders: Sequence[Sender]
) -> LinkedPerson:
    """Makes these senders one person, with all others of theirs. Raises `WebhookNotFound`.

    Raises `InvalidPayload` for a person of too many senders. The same again changes nothing.
    """
    keys = _keys(senders)
    async with db.transaction() as connection:
        user_id = operation.user_id
        await connection.fetch(LOCK, user_id)
        await _check_own(connection, user_id, keys[0])
        found = {row["person_id"] for row in await connection.fetch(_FOUND, user_id, *keys)}
        person_id = min(found) if found else await connection.fetchval(_NEW_PERSON)
        merged = found - {person_id}
        touched = await connection.fetch(SENDERS_OF, user_id, sorted(merged)) if merged else []
        await connection.execute(_MERGE, user_id, person_id, sorted(merged))
        added = await connection.fetch(
            _ADD, user_id, person_id, *keys, operation.actor, operation.at
        )
        person = _people(await connection.fetch(_LIST, user_id, person_id + 1, 1))[0]
        if len(person.senders) > MOST_SENDERS:
            raise InvalidPayload(
                f"this makes a person of {len(person.senders)} senders, the most are "
                f"{MOST_SENDERS}; take one out with DELETE /api/v1/people/senders first"
            )
        for webhook_id in sorted({row["webhook_id"] for row in (*added, *touched)}):
            await _log(connection, operation, "sender.linked", webhook_id, person_id)
    return person


async def unlink_sender(db: Database, operation: Operation, sender: Sender) -> LinkedPerson | None:
    """Takes a sender out of its person; returns who is left. Raises `WebhookNotFound`.

    Once this returns, no answer that knew of the others is sent. A person with one sender left is
    none any more.
    """
    async with db.transaction() as connection:
        user_id = operation.user_id
        await connection.fetch(LOCK, user_id)
        await _check_own(connection, user_id, [sender.webhook_id])
        person_id = await connection.fetchval(
            _TAKE_OUT, user_id, sender.webhook_id, sender.sender_identifier
        )
        if person_id is None:
            return None
        left = await connection.fetch(SENDERS_OF, user_id, [person_id])
        await connection.execute(_ALONE, user_id, person_id)
        webhooks = [sender.webhook_id, *(row["webhook_id"] for row in left)]
        participants = [sender.sender_identifier, *(row["participant"] for row in left)]
        talks = await connection.fetch(_LOCK_TALKS, user_id, webhooks, participants)
        await connection.execute(_PART, [row["id"] for row in talks], operation.at)
        await _log(connection, operation, "sender.unlinked", sender.webhook_id, person_id)
        people = _people(await connection.fetch(_LIST, user_id, person_id + 1, 1))
    return people[0] if people and people[0].id == person_id else None


async def _check_own(connection: Connection, user_id: int, webhook_ids: Sequence[int]) -> None:
    own = {row["id"] for row in await connection.fetch(_OWN, user_id, webhook_ids)}
    missing = [id_ for id_ in webhook_ids if id_ not in own]
    if missing:
        raise WebhookNotFound(f"no webhook {missing[0]}; GET /api/v1/webhooks lists yours")


async def _log(
    connection: Connection, operation: Operation, event: str, webhook_id: int, person_id: int
) -> None:
    entry = LogEntry(webhook_id=webhook_id, event=event, detail={"personId": person_id})
    await log_entry(connection, operation, entry)


def _keys(senders: Sequence[Sender]) -> tuple[list[int], list[str]]:
    return [s.webhook_id for s in senders], [s.sender_identifier for s in senders]


def _people(rows: Sequence[asyncpg.Record]) -> list[LinkedPerson]:
    return [
        LinkedPerson(id=id_, senders=[_sender(row) for row in theirs])
        for id_, theirs in groupby(rows, key=lambda row: row["person_id"])
    ]


def _sender(row: asyncpg.Record) -> LinkedSender:
    columns = dict(row)
    del columns["person_id"]
    return LinkedSender(**columns)
