"""One person across all webhooks of an account: how much is held of them, and its erasure.

A person is who stands as `sender` and `participant`, with all senders that the owner has linked to
that one. A message belongs to a conversation, waits on the webhook of one for its answer, or was
set aside and belongs to none. A notification goes to whom the owner has named: its conversation is
that of its task, if that has one, and may be somebody else's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import asyncpg

from gateway.plugin import JsonValue
from gateway.plugin.errors import NotFound
from gateway.store.database import Connection, Database
from gateway.store.people import Sender
from gateway.store.webhook_changes import LogEntry, Operation, log_entry

# The order of the locks is that of every other statement that takes several.
# Open and archived conversations have an index each.
TALKS: Final = """
SELECT id, webhook_id FROM bot_conversations WHERE participant = ANY($3) AND id IN (
    SELECT c.id FROM unnest($2::bigint[], $3::text[]) AS k(webhook_id, sender)
    JOIN bot_conversations c ON c.webhook_id = k.webhook_id AND c.participant = k.sender
    WHERE c.user_id = $1 AND c.status <> 'archived'
    UNION ALL
    SELECT c.id FROM unnest($2::bigint[], $3::text[]) AS k(webhook_id, sender)
    JOIN bot_conversations c ON c.webhook_id = k.webhook_id AND c.participant = k.sender
    WHERE c.user_id = $1 AND c.status = 'archived'
)
ORDER BY webhook_id, participant, thread, id
"""
_LOCK: Final = " FOR UPDATE"
# The asked one on all webhooks, a linked one on the webhook where it is linked: elsewhere the same
# identifier may be somebody else.
_KEYS: Final = """
WITH linked AS (
    SELECT p.webhook_id, p.participant, p.linked_at FROM people_senders p
    WHERE p.user_id = $1 AND p.person_id IN (
        SELECT person_id FROM people_senders WHERE user_id = $1 AND participant = $2)
)
SELECT k.webhook_id, k.sender AS sender_identifier, l.linked_at
FROM (SELECT id AS webhook_id, $2::text AS sender FROM user_webhooks WHERE user_id = $1
    UNION SELECT webhook_id, participant FROM linked) k
LEFT JOIN linked l ON l.webhook_id = k.webhook_id AND l.participant = k.sender
ORDER BY k.sender <> $2, k.webhook_id, k.sender
"""
_UNLINK: Final = """
DELETE FROM people_senders WHERE user_id = $1 AND (webhook_id, participant) IN (
    SELECT * FROM unnest($2::bigint[], $3::text[]))
"""
_SET_ASIDE: Final = """
SELECT m.id, m.webhook_id FROM unnest($2::bigint[], $3::text[]) AS k(webhook_id, sender)
JOIN inbound_messages m ON m.webhook_id = k.webhook_id
    AND m.sender = k.sender AND m.processing_status IN ('ignored', 'quarantined', 'discarded')
WHERE m.user_id = $1
UNION ALL
SELECT m.id, m.webhook_id FROM unnest($2::bigint[], $3::text[]) AS k(webhook_id, sender)
JOIN inbound_messages m ON m.webhook_id = k.webhook_id
    AND m.sender = k.sender AND m.processing_status = 'replayed'
WHERE m.user_id = $1 ORDER BY id
"""
# What was sent to them beside their own conversations, and what tells of them or of that.
BESIDE: Final = """
WITH sent AS MATERIALIZED (
    SELECT o.id, k.webhook_id FROM unnest($2::bigint[], $3::text[]) AS k(webhook_id, sender)
    JOIN outbound_messages o ON o.user_id = $1 AND o.recipient = k.sender
        AND k.webhook_id IN (o.webhook_id, o.rerouted_from)
    WHERE o.kind = 'notification'
)
SELECT id, webhook_id FROM sent
UNION
SELECT o.id, s.webhook_id FROM sent s JOIN outbound_messages o ON o.user_id = $1
    AND o.data ->> 'deliveryId' = s.id::text AND o.event IN ('delivery.failed', 'delivery.rerouted')
UNION
SELECT o.id, k.webhook_id FROM unnest($2::bigint[], $3::text[]) AS k(webhook_id, sender)
JOIN outbound_messages o ON o.user_id = $1 AND o.data ->> 'senderIdentifier' = k.sender
    AND (o.source_webhook_id = k.webhook_id OR o.data -> 'channelId' = 'null')
WHERE o.event = 'consent.changed'
"""
THEIRS: Final = """
theirs AS (
    SELECT id, conversation_id FROM inbound_messages
    WHERE conversation_id = ANY($1) OR id = ANY($2)
    UNION
    SELECT m.id, c.id FROM bot_conversations c JOIN inbound_messages m
    ON m.webhook_id = c.webhook_id AND m.sender = c.participant AND m.thread = c.thread
        AND m.processing_status = 'received'
    WHERE c.id = ANY($1)
)
"""
_COUNT: Final = f"""
WITH {THEIRS}
SELECT (SELECT count(*) FROM theirs) AS messages,
    (SELECT count(*) FROM media m JOIN theirs t ON m.message_id = t.id) AS media,
    (SELECT count(*) FROM outbound_messages
        WHERE conversation_id = ANY($1) OR id = ANY($4)) AS deliveries,
    (SELECT count(*) FROM agency_tasks WHERE conversation_id = ANY($1)) AS tasks,
    (SELECT min(at) FROM (SELECT created_at AS at FROM bot_conversations WHERE id = ANY($1)
        UNION ALL SELECT received_at FROM inbound_messages WHERE id = ANY($2)
        UNION ALL SELECT created_at FROM outbound_messages WHERE id = ANY($4)
        UNION ALL SELECT unnest($3::timestamptz[])) s) AS first_seen_at,
    (SELECT max(at) FROM (SELECT updated_at AS at FROM bot_conversations WHERE id = ANY($1)
        UNION ALL SELECT received_at FROM inbound_messages WHERE id = ANY($2)
        UNION ALL SELECT created_at FROM outbound_messages WHERE id = ANY($4)
        UNION ALL SELECT unnest($3::timestamptz[])) s) AS last_seen_at,
    ARRAY(SELECT DISTINCT participant_name FROM bot_conversations
        WHERE id = ANY($1) AND participant_name IS NOT NULL ORDER BY 1) AS names
"""  # noqa: S608 # constants only
# What counts and compares stays: times, statuses, intents, and the key by which a repeated message
# is known. What says something of a person goes.
_ERASE_MESSAGES: Final = f"""
WITH {THEIRS}
UPDATE inbound_messages m SET
    conversation_id = t.conversation_id, sender = 'erased', sender_name = NULL, content = '',
    thread = '', requester = NULL,
    attachments = NULL, structured = NULL, facts = NULL, raw_payload = NULL,
    raw_content_type = NULL, reason = NULL, trace_parent = split_part(trace_parent, ' ', 1),
    analysis = analysis
        || '{{"entities": {{"dates": [], "names": [], "projects": [], "priority": null}}}}',
    processing_status = CASE processing_status WHEN 'received' THEN 'erased'
        ELSE processing_status END
FROM theirs t WHERE m.id = t.id
"""  # noqa: S608 # constants only
_ERASE_MEDIA: Final = f"""
WITH {THEIRS}
DELETE FROM media m USING theirs t WHERE m.message_id = t.id
"""  # noqa: S608 # constants only
_ERASE_DELIVERIES: Final = """
WITH theirs AS MATERIALIZED (
    SELECT id FROM outbound_messages WHERE conversation_id = ANY($1) OR id = ANY($3)
    ORDER BY id FOR UPDATE
)
UPDATE outbound_messages o SET
    recipient = 'erased', content = '', data = '{}', last_error = NULL, provider_id = NULL,
    lease_id = NULL, scheduled_for = NULL, trace_parent = split_part(trace_parent, ' ', 1),
    delivery_status = CASE WHEN delivery_status IN ('pending', 'dead', 'withheld') THEN 'erased'
        ELSE delivery_status END,
    finished_at = COALESCE(finished_at, $2)
FROM theirs t WHERE o.id = t.id RETURNING o.id
"""
_ERASE_ATTEMPTS: Final = """
UPDATE webhook_logs SET detail = '', calls = NULL
WHERE outbound_id = ANY($1) AND request_id IS NULL
"""
_ERASE_RECEIPTS: Final = """
UPDATE receipts SET reason = '', facts = NULL WHERE outbound_id = ANY($1)
"""
# That a person has opted out stays: it can be honoured only while it is known.
_ERASE_WORDS: Final = """
UPDATE consent_changes SET words = '', reason = '' WHERE user_id = $1 AND address = ANY($3)
AND (webhook_id = 0 OR (webhook_id, address) IN (SELECT * FROM unnest($2::bigint[], $3::text[])))
"""
_ERASE_FRAGMENTS: Final = """
DELETE FROM message_fragments WHERE user_id = $1 AND (webhook_id, sender) IN (
    SELECT * FROM unnest($2::bigint[], $3::text[]))
"""
_ERASE_TASKS: Final = """
UPDATE agency_tasks SET
    requester = NULL, title = 'erased', description = '', project = NULL, assignee = NULL,
    result = NULL, error = NULL, updated_at = $2
WHERE conversation_id = ANY($1) RETURNING id
"""
_ERASE_PROPOSALS: Final = """
UPDATE task_proposals SET
    participant = 'erased', title = 'erased', description = '', project = NULL, assignee = NULL,
    change = NULL,
    status = CASE WHEN status IN ('pending', 'undoable') THEN 'expired' ELSE status END
WHERE conversation_id = ANY($1)
"""
# They are sealed: nobody can tell which of them repeat the person's words. The calls stay known, so
# that none is made twice, and whoever is making one finds the lease gone and keeps no answer.
_ERASE_ANSWERS: Final = """
UPDATE idempotency_keys SET answer = NULL, lease_id = NULL, status = COALESCE(status, 0)
WHERE user_id = $1 AND (answer IS NOT NULL OR lease_id IS NOT NULL)
"""
_ERASE_EXECUTIONS: Final = "UPDATE task_executions SET detail = '' WHERE task_id = ANY($1)"
_ERASE_REASONS: Final = """
UPDATE conversation_events SET reason = 'erased' WHERE conversation_id = ANY($1)
"""
_ARCHIVED: Final = """
INSERT INTO conversation_events (
    user_id, conversation_id, from_status, to_status, actor, reason, created_at)
SELECT user_id, id, status, 'archived', $2, 'erased', $3 FROM bot_conversations
WHERE id = ANY($1) AND status <> 'archived'
"""
# Whoever holds the lease finds it gone, and what they made of the conversation is dropped.
_ERASE_CONVERSATIONS: Final = """
UPDATE bot_conversations SET
    participant = 'erased', participant_name = NULL, thread = '', context_summary = '',
    context_memory = '{}',
    status = 'archived', due_at = NULL, lease_id = NULL, attempts = 0, superseded = 0,
    updated_at = $2
WHERE id = ANY($1)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """How much is held of a person, and where; all of it counts linked senders in."""

    sender_identifier: str
    linked: Sequence[Sender]
    names: Sequence[str]
    webhook_ids: Sequence[int]
    conversations: int
    messages: int
    media: int
    deliveries: int
    tasks: int
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How much was erased, and of which webhooks; the hashes are of the person's identifiers."""

    sender_hash: str
    linked_hashes: Sequence[str]
    webhook_ids: Sequence[int]
    conversations: int
    messages: int
    media: int
    deliveries: int
    attempts: int
    tasks: int
    proposals: int
    answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The conversations of a person, the messages that are in none, and the webhooks of all.

    `beside` are the deliveries to them or about them that are in no conversation of theirs. `keys`
    are the webhooks and identifiers by which they are known; `linked` are the senders that the
    owner has linked, the asked one as well.
    """

    keys: tuple[Sequence[int], Sequence[str]]
    linked: Sequence[Sender]
    linked_at: Sequence[datetime]
    talks: Sequence[int]
    set_aside: Sequence[int]
    beside: Sequence[int]
    webhooks: Sequence[int]

    def others(self, sender: str) -> Sequence[str]:
        """The identifiers of linked senders that differ from the asked one."""
        return [other for other in dict.fromkeys(self.keys[1]) if other != sender]


async def sender_holdings(db: Database, *, user_id: int, sender: str) -> Holdings:
    """How much is held of a person. Raises `NotFound` when it is nothing."""
    async with db.connection() as connection:
        held = await find_held(connection, user_id=user_id, sender=sender)
        row = await connection.fetchrow(
            _COUNT, held.talks, held.set_aside, held.linked_at, held.beside
        )
    assert row is not None
    return Holdings(
        sender_identifier=sender,
        linked=held.linked,
        webhook_ids=held.webhooks,
        conversations=len(held.talks),
        **dict(row),
    )


async def erase_sender(
    db: Database, operation: Operation, *, sender: str, hash_of: Callable[[str], str]
) -> Erased:
    """Erases what is held of a person, all of it or nothing; the audit trail gets the hashes.

    Work under way is dropped when it ends. Raises `NotFound` when nothing is held.
    """
    at, user_id = operation.at, operation.user_id
    async with db.transaction() as connection:
        held = await find_held(connection, user_id=user_id, sender=sender, lock=_LOCK)
        ids, aside = held.talks, held.set_aside
        # What THEIRS finds by who wrote it is found no more once that is erased.
        media = _changed(await connection.execute(_ERASE_MEDIA, ids, aside))
        messages = _changed(await connection.execute(_ERASE_MESSAGES, ids, aside))
        deliveries = ids_of(await connection.fetch(_ERASE_DELIVERIES, ids, at, held.beside))
        attempts = _changed(await connection.execute(_ERASE_ATTEMPTS, deliveries))
        await connection.execute(_ERASE_RECEIPTS, deliveries)
        for statement in (_ERASE_WORDS, _ERASE_FRAGMENTS, _UNLINK):
            await connection.execute(statement, user_id, *held.keys)
        tasks = [row["id"] for row in await connection.fetch(_ERASE_TASKS, ids, at)]
        await connection.execute(_ERASE_EXECUTIONS, tasks)
        proposals = _changed(await connection.execute(_ERASE_PROPOSALS, ids))
        answers = _changed(await connection.execute(_ERASE_ANSWERS, user_id))
        await _erase_talks(connection, operation, ids)
        erased = Erased(
            sender_hash=hash_of(sender),
            linked_hashes=[hash_of(other) for other in held.others(sender)],
            webhook_ids=held.webhooks,
            conversations=len(ids),
            messages=messages,
            media=media,
            deliveries=len(deliveries),
            attempts=attempts,
            tasks=len(tasks),
            proposals=proposals,
            answers=answers,
        )
        await _log(connection, operation, erased)
    return erased


async def _erase_talks(connection: Connection, operation: Operation, ids: Sequence[int]) -> None:
    await connection.execute(_ERASE_REASONS, ids)
    await connection.execute(_ARCHIVED, ids, operation.actor, operation.at)
    await connection.execute(_ERASE_CONVERSATIONS, ids, operation.at)


async def _log(connection: Connection, operation: Operation, erased: Erased) -> None:
    detail: dict[str, JsonValue] = {"senderHash": erased.sender_hash, "messages": erased.messages}
    if erased.linked_hashes:
        detail["linkedHashes"] = list(erased.linked_hashes)
    for webhook_id in erased.webhook_ids:
        entry = LogEntry(webhook_id=webhook_id, event="sender.erased", detail=detail)
        await log_entry(connection, operation, entry)


async def find_held(connection: Connection, *, user_id: int, sender: str, lock: str = "") -> Held:
    """Where all that is held of a person hangs. Raises `NotFound` when nothing is."""
    rows = await connection.fetch(_KEYS, user_id, sender)
    keys = [row["webhook_id"] for row in rows], [row["sender_identifier"] for row in rows]
    linked = [row for row in rows if row["linked_at"]]
    talks = await connection.fetch(TALKS + lock, user_id, *keys)
    set_aside = await connection.fetch(_SET_ASIDE, user_id, *keys)
    beside = await connection.fetch(BESIDE, user_id, *keys)
    if not (talks or set_aside or beside or linked):
        raise NotFound(
            f"nothing is held of {sender}; senderIdentifier of a message is how a sender is called"
        )
    webhooks = sorted({row["webhook_id"] for row in (*talks, *set_aside, *beside, *linked)})
    return Held(
        keys=keys,
        linked=[
            Sender(webhook_id=row["webhook_id"], sender_identifier=row["sender_identifier"])
            for row in linked
        ],
        linked_at=[row["linked_at"] for row in linked],
        talks=ids_of(talks),
        set_aside=ids_of(set_aside),
        beside=ids_of(beside),
        webhooks=webhooks,
    )


def ids_of(rows: Sequence[asyncpg.Record]) -> list[int]:
    """The ids of rows."""
    return [row["id"] for row in rows]


def _changed(tag: str) -> int:
    """How many rows a statement changed, as PostgreSQL tags it: `UPDATE 3`."""
    return int(tag.rpartition(" ")[2])
