"""Changes of consent: written with their proof, and with the end of all that waits to be sent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal
from uuid import uuid4

import asyncpg

from gateway.records import NewMessage, Stored
from gateway.rules.consent import Consent, ConsentState
from gateway.rules.events import CONSENT_CHANGED
from gateway.store.announcements import Announcement, announce
from gateway.store.columns import json_text
from gateway.store.consents import IS_BARRED, IS_OUT, WITHHELD
from gateway.store.database import Connection, Database
from gateway.store.intake import store_on
from gateway.store.notices import Notice, Owner, Unreached, tell_owner
from gateway.store.unsubscribes import Subscriber, resubscribe_on
from gateway.store.webhook_changes import LogEntry, Operation, log_entry
from gateway.tracing import kept_trace

Source = Literal["word", "provider", "receipt", "refusal", "owner", "message"]

WORDS_CHARACTERS: Final = 200

_KNOWN: Final = f"""
SELECT {IS_OUT} AS is_opted_out, {IS_BARRED} AS bar, (
    SELECT state FROM consents
    WHERE user_id = $1 AND address = $3 AND webhook_id = $2) AS state
"""  # noqa: S608 # constants only
_ONE_AT_A_TIME: Final = """
SELECT pg_advisory_xact_lock(hashtext('gateway consent'), hashtext($1))
"""
_SET: Final = """
INSERT INTO consents (user_id, address, webhook_id, state, confirmation_id, changed_at)
VALUES ($1, $2, $3, $4, NULL, $5)
ON CONFLICT (user_id, address, webhook_id) DO UPDATE SET
    state = excluded.state, confirmation_id = NULL, changed_at = excluded.changed_at
"""
_NOTE: Final = """
INSERT INTO consent_changes (
    user_id, address, webhook_id, state, source, words, reason, message_id, delivery_id, actor,
    created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
# What an attempt holds is on its way; whatever it comes to, it is not repeated.
_WITHHOLD: Final = """
WITH theirs AS MATERIALIZED (
    SELECT id FROM outbound_messages
    WHERE user_id = $1 AND recipient = $2 AND delivery_status = 'pending' AND kind <> 'event'
    AND (lease_id IS NULL OR scheduled_for <= $4)
    AND webhook_id IN (SELECT id FROM user_webhooks w
        WHERE w.user_id = $1 AND ($3 = 0 OR w.id = $3))
    ORDER BY id FOR UPDATE
)
UPDATE outbound_messages o
SET delivery_status = 'withheld', scheduled_for = NULL, lease_id = NULL, finished_at = $4,
    last_error = $5
FROM theirs t WHERE o.id = t.id RETURNING o.id
"""
_CANCEL: Final = """
UPDATE task_proposals SET status = 'cancelled', decided_by = $4, decided_at = $5
WHERE user_id = $1 AND participant = $2 AND ($3 = 0 OR webhook_id = $3) AND status = 'pending'
RETURNING id
"""
_TALK: Final = """
SELECT id FROM bot_conversations
WHERE user_id = $1 AND webhook_id = $2 AND participant = $3 AND thread = $4
AND status <> 'archived'
"""
_ANSWERED: Final = """
UPDATE inbound_messages
SET processing_status = 'processed', conversation_id = $2, processed_at = $3, reply_id = $4,
    reason = $5
WHERE id = $1
"""
_AT_REST: Final = """
UPDATE bot_conversations c SET due_at = NULL, gathering_since = NULL
WHERE c.id = $1 AND c.lease_id IS NULL AND NOT EXISTS (
    SELECT FROM inbound_messages m
    WHERE m.webhook_id = c.webhook_id AND m.sender = c.participant AND m.thread = c.thread
    AND m.processing_status = 'received')
"""
_SAY: Final = """
INSERT INTO outbound_messages (
    user_id, webhook_id, source_webhook_id, conversation_id, in_reply_to, kind, event, event_id,
    sequence, recipient, content, data, delivery_status, scheduled_for, attempts, created_at,
    trace_id, trace_parent)
VALUES ($1, $2, $2, $3, $4, 'notification', 'message.reply', $5, 0, $6, $7, $8, 'pending', $9, 0,
    $9, $10, $11)
RETURNING id
"""
_CONFIRM: Final = """
UPDATE consents SET confirmation_id = $4
WHERE user_id = $1 AND address = $2 AND webhook_id = $3
"""
# The first one after a STOP alone, and not in the place of a confirmation that waits.
_HELP: Final = """
UPDATE consents s SET confirmation_id = $4
WHERE user_id = $1 AND address = $2 AND webhook_id = $3 AND state = 'opted_out'
AND NOT EXISTS (
    SELECT FROM outbound_messages o
    WHERE o.id = s.confirmation_id AND o.delivery_status = 'pending')
AND NOT EXISTS (
    SELECT FROM inbound_messages m WHERE m.conversation_id = $5 AND m.id < $6
    AND m.reason = $7 AND m.received_at > s.changed_at)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWordGiven:
    """A message that is a word on consent: what it changes, and what is said back, if anything.

    `state` is None for a word that changes nothing, such as HELP.
    """

    new: NewMessage
    state: Consent | None
    source: Source
    reply: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewConsent:
    """How a person is to stand with a channel (0: with all), by whose word, and with what proof."""

    user_id: int
    address: str
    webhook_id: int
    state: ConsentState
    source: Source
    actor: str
    at: datetime
    words: str = ""
    reason: str = ""
    message_id: int | None = None
    delivery_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChanged:
    """A change that was made: how much of what waited is not sent, and how the owner is told."""

    new: NewConsent
    withheld: int
    cancelled: int
    notice: Notice | None = None


async def take_word(
    db: Database, given: ConsentWordGiven, *, listeners: Sequence[int]
) -> tuple[Stored, ConsentChanged | None]:
    """Stores a message that is a word on consent and does what it says, all of it or nothing.

    A message that came before does nothing more; a word that changes nothing is not answered,
    except for help, once after each STOP.
    """
    new = given.new
    at, person = new.received_at, new.message.sender
    async with db.transaction() as connection:
        [stored] = await store_on(connection, [new])
        if stored.duplicate:
            return stored, None
        thread = new.message.thread_hint or ""
        talk_id = await connection.fetchval(_TALK, new.user_id, new.webhook_id, person, thread)
        changed = None
        if given.state is not None:
            consent = _consent(given, given.state, stored.message_id)
            changed = await _change(connection, consent, listeners=listeners, talk_id=talk_id)
        reply_id = None
        if given.reply and (changed or given.state is None):
            reply_id = await _say(connection, given, talk_id, stored.message_id)
        whom = (new.user_id, person, new.webhook_id, reply_id)
        if changed:
            await connection.execute(_CONFIRM, *whom)
        elif reply_id is not None:
            await connection.execute(_HELP, *whom, talk_id, stored.message_id, given.reason)
        await connection.execute(_ANSWERED, stored.message_id, talk_id, at, reply_id, given.reason)
        await connection.execute(_AT_REST, talk_id)
    return stored, changed


async def change_consent(
    db: Database, consent: NewConsent, *, listeners: Sequence[int], owners: Sequence[Owner] = ()
) -> ConsentChanged | None:
    """Writes how a person stands, and takes back what waits for them; None when nothing changes.

    One of `owners` is told in words where nothing reaches the person any more.
    """
    async with db.transaction() as connection:
        return await change_consent_on(connection, consent, listeners=listeners, owners=owners)


async def change_consent_on(
    connection: Connection,
    consent: NewConsent,
    *,
    listeners: Sequence[int],
    owners: Sequence[Owner] = (),
) -> ConsentChanged | None:
    """The same as a part of a transaction."""
    changed = await _change(connection, consent, listeners=listeners, talk_id=None)
    if changed is None or consent.state != "unreachable":
        return changed
    unreached = Unreached(
        user_id=consent.user_id,
        webhook_id=consent.webhook_id,
        address=consent.address,
        reason=consent.reason,
        delivery_id=consent.delivery_id,
        at=consent.at,
    )
    return replace(changed, notice=await tell_owner(connection, unreached, owners))


async def set_consent(
    db: Database, operation: Operation, consent: NewConsent, *, listeners: Sequence[int]
) -> ConsentChanged | None:
    """The same by the account's owner, with its line in the audit trail."""
    async with db.transaction() as connection:
        changed = await _change(connection, consent, listeners=listeners, talk_id=None)
        if changed is not None:
            entry = LogEntry(
                webhook_id=consent.webhook_id or None,
                event=CONSENT_CHANGED,
                detail={"state": consent.state, "reason": consent.reason},
            )
            await log_entry(connection, operation, entry)
    return changed


def _consent(given: ConsentWordGiven, state: Consent, message_id: int) -> NewConsent:
    new = given.new
    return NewConsent(
        user_id=new.user_id,
        address=new.message.sender,
        webhook_id=new.webhook_id,
        state=state,
        source=given.source,
        actor="participant",
        at=new.received_at,
        words=new.message.text[:WORDS_CHARACTERS],
        message_id=message_id,
    )


async def _say(
    connection: Connection, given: ConsentWordGiven, talk_id: int, message_id: int
) -> int:
    new, text = given.new, given.reply
    person = new.message.sender
    data = {
        "conversationId": talk_id,
        "recipient": person,
        "content": text,
        "inReplyTo": [message_id],
        "author": "assistant",
    }
    reply_id: int = await connection.fetchval(
        _SAY,
        new.user_id,
        new.webhook_id,
        talk_id,
        message_id,
        f"evt_{uuid4().hex}",
        person,
        text,
        json_text(data),
        new.received_at,
        *kept_trace(new.received_at, of=new.trace),
    )
    return reply_id


async def _change(
    connection: Connection, new: NewConsent, *, listeners: Sequence[int], talk_id: int | None
) -> ConsentChanged | None:
    await connection.execute(_ONE_AT_A_TIME, f"{new.user_id}:{new.address}")
    known = await connection.fetchrow(_KNOWN, new.user_id, new.webhook_id, new.address)
    assert known is not None
    is_back = new.state == "opted_in" and await resubscribe_on(connection, _subscriber(new))
    if not is_back and not _is_news(new, known):
        return None
    await connection.execute(_SET, new.user_id, new.address, new.webhook_id, new.state, new.at)
    await connection.execute(
        _NOTE,
        new.user_id,
        new.address,
        new.webhook_id,
        new.state,
        new.source,
        new.words,
        new.reason,
        new.message_id,
        new.delivery_id,
        new.actor,
        new.at,
    )
    withheld = cancelled = 0
    if new.state == "opted_out":
        whom = (new.user_id, new.address, new.webhook_id)
        withheld = len(await connection.fetch(_WITHHOLD, *whom, new.at, WITHHELD))
        cancelled = len(await connection.fetch(_CANCEL, *whom, new.message_id, new.at))
    await announce(connection, _announcement(new, listeners, talk_id))
    return ConsentChanged(new=new, withheld=withheld, cancelled=cancelled)


def _subscriber(new: NewConsent) -> Subscriber:
    return Subscriber(user_id=new.user_id, webhook_id=new.webhook_id, address=new.address)


def _is_news(new: NewConsent, known: asyncpg.Record) -> bool:
    """Whether it changes anything that a person with that standing gets.

    Nothing is unreachable that has opted out: it would be written to again once it writes. A word
    on all channels ends what was said on each of them later than the one before.
    """
    is_out = known["is_opted_out"]
    if new.state == "unreachable":
        return not is_out and known["bar"] != "unreachable"
    if new.state == "reachable":
        return bool(known["state"] == "unreachable")
    stands = is_out if new.state == "opted_out" else known["state"] == "opted_in" and not is_out
    return not (new.webhook_id and stands)


def _announcement(new: NewConsent, listeners: Sequence[int], talk_id: int | None) -> Announcement:
    return Announcement(
        user_id=new.user_id,
        listeners=listeners,
        event=CONSENT_CHANGED,
        told={
            "senderIdentifier": new.address,
            "state": new.state,
            "channelId": new.webhook_id or None,
            "source": new.source,
            "words": new.words,
            "reason": new.reason,
            "messageId": new.message_id,
            "deliveryId": new.delivery_id,
        },
        at=new.at,
        webhook_id=new.webhook_id or None,
        conversation_id=talk_id,
        message_id=new.message_id,
    )
