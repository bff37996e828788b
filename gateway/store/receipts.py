"""Receipts: what providers say later of what was sent, kept and applied once each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

import asyncpg

from gateway.plugin import JsonValue, Receipt, Sent
from gateway.records import ClaimedDelivery
from gateway.rules.events import DELIVERY_FAILED
from gateway.rules.receipts import come
from gateway.rules.traces import trace_in
from gateway.store.announcements import Announcement, announce
from gateway.store.columns import json_text, json_value
from gateway.store.consent_changes import ConsentChanged, NewConsent, change_consent_on
from gateway.store.database import Connection, Database
from gateway.store.detours import Rerouted, Way, reroute_on
from gateway.store.notices import Owner

Applied = Literal["applied", "repeated", "early", "unmatched", "old"]

EARLY: Final = timedelta(minutes=10)
"""How long after a receipt the attempt that it is about may take to be written down."""
AT_A_TIME: Final = 100
REASON_CHARACTERS: Final = 300
BOUNCED: Final = "its address takes nothing"
FRESH: Final = timedelta(hours=6)
"""How old words may be that are sent once more."""

_KEEP: Final = """
INSERT INTO receipts (
    user_id, webhook_id, message_id, provider_id, state, error_code, reason, opted_out, facts, at,
    received_at, is_applied, is_unreachable, is_passing)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, FALSE, $12, $13)
ON CONFLICT (webhook_id, provider_id, state) DO NOTHING RETURNING id
"""
_TAKE: Final = "SELECT * FROM receipts WHERE id = $1 AND NOT is_applied FOR UPDATE"
# What an attempt holds right now is settled by that attempt first.
_FIND: Final = """
SELECT o.id, o.conversation_id, o.source_webhook_id, o.in_reply_to, o.recipient, o.trace_id,
    o.trace_parent,
    o.delivery_status AS status, o.provider_state AS state,
    o.delivery_status = 'pending' AND o.lease_id IS NOT NULL AND o.scheduled_for > $5 AS is_held,
    EXISTS (
        SELECT FROM receipts r WHERE r.webhook_id = $2 AND r.provider_id = $4 AND r.is_applied
        AND r.state IN ('delivered', 'failed')) AS is_over,
    EXISTS (
        SELECT FROM receipts p WHERE p.outbound_id = o.id AND p.state = 'accepted'
        AND p.provider_id <> $4 AND p.facts ? 'piece' AND NOT EXISTS (
            SELECT FROM receipts d WHERE d.webhook_id = $2 AND d.provider_id = p.provider_id
            AND d.state = 'delivered' AND d.is_applied)) AS lacks_pieces,
    o.resends = 0 AND o.created_at > $6 AND NOT EXISTS (
        SELECT FROM receipts p WHERE p.outbound_id = o.id AND p.facts ? 'piece') AND NOT EXISTS (
        SELECT FROM outbound_messages n WHERE n.conversation_id = o.conversation_id AND n.id > o.id
        AND n.kind = 'reply') AS may_go_again
FROM outbound_messages o
WHERE o.user_id = $1 AND o.webhook_id = $2 AND o.kind <> 'event' AND o.id = COALESCE($3, (
    SELECT max(id) FROM outbound_messages WHERE webhook_id = $2 AND provider_id = $4))
FOR UPDATE
"""
_BELONGS: Final = "UPDATE receipts SET outbound_id = $2, is_applied = $3 WHERE id = $1"
_APPLY: Final = """
UPDATE outbound_messages
SET provider_state = $2, delivery_status = $3::text, last_error = $4, scheduled_for = NULL,
    lease_id = NULL,
    finished_at = CASE WHEN delivery_status = $3::text THEN finished_at ELSE $5 END,
    provider_id = COALESCE(provider_id, $6)
WHERE id = $1
"""
# The attempt is one of a fresh schedule; whether its person has opted out is asked as ever.
_RESEND: Final = """
UPDATE outbound_messages
SET delivery_status = 'pending', scheduled_for = $2, attempts = 0, resends = resends + 1,
    last_error = $3, provider_state = NULL, finished_at = NULL, is_uncertain = FALSE,
    lease_id = NULL
WHERE id = $1
"""
# They stay in sight, and no longer stand for what is sent under the same id once more.
_SET_BACK: Final = """
UPDATE receipts SET provider_id = left(provider_id, 230) || ' before #' || id
WHERE webhook_id = $1 AND provider_id = $2 AND outbound_id = $3
"""
_FORGET_PIECES: Final = """
UPDATE receipts SET facts = NULL WHERE outbound_id = $1 AND state = 'accepted' AND facts ? 'piece'
"""
_PIECES: Final = """
INSERT INTO receipts AS r (
    user_id, webhook_id, outbound_id, provider_id, state, facts, received_at, is_applied,
    error_code, reason, opted_out, is_passing)
SELECT $1, $2, $3, p.provider_id, 'accepted',
    jsonb_build_object('piece', p.number, 'pieces', cardinality($4::text[])), $5, TRUE,
    '', '', FALSE, FALSE
FROM unnest($4::text[]) WITH ORDINALITY AS p(provider_id, number)
ON CONFLICT (webhook_id, provider_id, state) DO UPDATE SET
    outbound_id = excluded.outbound_id, is_applied = TRUE,
    facts = COALESCE(r.facts, '{}') || excluded.facts
"""
_WAITING: Final = """
SELECT r.id, r.user_id, r.webhook_id, r.state, r.opted_out, r.is_unreachable FROM receipts r
WHERE NOT r.is_applied AND r.received_at > $2 AND EXISTS (
    SELECT FROM outbound_messages o
    WHERE o.user_id = r.user_id AND o.webhook_id = r.webhook_id AND o.kind <> 'event'
    AND o.id = COALESCE(r.message_id, (
        SELECT max(id) FROM outbound_messages
        WHERE webhook_id = r.webhook_id AND provider_id = r.provider_id))
    AND NOT (o.delivery_status = 'pending' AND o.lease_id IS NOT NULL AND o.scheduled_for > $1))
ORDER BY r.id LIMIT $3
"""
_OF_DELIVERY: Final = """
SELECT state, provider_id, COALESCE(at, received_at) AS at, error_code, reason, facts
FROM receipts WHERE outbound_id = $1 ORDER BY COALESCE(at, received_at), id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenReceipt:
    """A receipt, whose channel it came to, and the endpoints that a failure is told."""

    user_id: int
    webhook_id: int
    receipt: Receipt
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """Who is told of a failure, when it is, and the wait before another attempt; 0 makes none.

    `consent_listeners` are told where a person wants nothing more, or nothing reaches them; then
    one of `owners` is told in words. `way_listeners` are told that what came back goes on through
    the channel's fallback; None where it has none that can be used.
    """

    listeners: Sequence[int]
    now: datetime
    consent_listeners: Sequence[int] = ()
    resend_seconds: float = 0.0
    owners: Sequence[Owner] = ()
    way_listeners: Sequence[int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """What became of a receipt, the delivery that it is about, and how its person stands by it."""

    outcome: Applied
    state: str
    provider_id: str
    delivery_id: int | None = None
    has_failed: bool = False
    goes_again: bool = False
    opted_out: bool = False
    is_unreachable: bool = False
    user_id: int = 0
    webhook_id: int = 0
    recipient: str | None = None
    reason: str = ""
    changed: ConsentChanged | None = None
    rerouted: Rerouted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingReceipt:
    """A receipt that came before the end of its attempt was written down."""

    id: int
    user_id: int
    webhook_id: int
    state: str
    opted_out: bool
    is_unreachable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReceipt:
    """One thing that the provider said of a delivery, and when it was so."""

    state: str
    provider_id: str
    at: datetime
    error_code: str
    reason: str
    facts: JsonValue


async def note_receipt(db: Database, given: GivenReceipt, hearing: Hearing) -> Noted:
    """Keeps a receipt and applies it to its delivery, once."""
    receipt = given.receipt
    async with db.transaction() as connection:
        id_ = await connection.fetchval(
            _KEEP,
            given.user_id,
            given.webhook_id,
            receipt.message_id,
            receipt.provider_id,
            receipt.state,
            receipt.error_code,
            receipt.reason,
            receipt.opted_out,
            json_text(receipt.facts) if receipt.facts else None,
            receipt.at,
            given.received_at,
            receipt.is_unreachable,
            receipt.is_passing,
        )
        if id_ is None:
            return Noted(outcome="repeated", state=receipt.state, provider_id=receipt.provider_id)
        return await _apply(connection, id_, hearing)


async def note_sent(db: Database, claimed: ClaimedDelivery, sent: Sent, *, now: datetime) -> None:
    """Makes room for the receipts of what was sent: of each of its pieces, or once more.

    Does nothing, and talks to nobody, for what went in one piece under an id of its own.
    """
    is_known = sent.provider_id is not None and sent.provider_id == claimed.provider_id
    if not is_known and len(sent.pieces) < 2:  # noqa: PLR2004 # one is no piece
        return
    async with db.transaction() as connection:
        if is_known:
            await connection.execute(_SET_BACK, claimed.webhook_id, claimed.provider_id, claimed.id)
        if len(sent.pieces) > 1:
            await connection.execute(_FORGET_PIECES, claimed.id)
            await connection.execute(
                _PIECES, claimed.user_id, claimed.webhook_id, claimed.id, list(sent.pieces), now
            )


async def waiting_receipts(db: Database, *, now: datetime) -> Sequence[WaitingReceipt]:
    """The early receipts whose attempt is written down by now."""
    async with db.connection() as connection:
        rows = await connection.fetch(_WAITING, now, now - EARLY, AT_A_TIME)
    return [WaitingReceipt(**dict(row)) for row in rows]


async def apply_receipt(db: Database, receipt_id: int, hearing: Hearing) -> Noted:
    """Applies a receipt that was early; one that somebody else has applied is left alone."""
    async with db.transaction() as connection:
        return await _apply(connection, receipt_id, hearing)


async def receipts_of(connection: Connection, delivery_id: int) -> tuple[DeliveryReceipt, ...]:
    """What the provider said of a delivery, oldest first."""
    rows = await connection.fetch(_OF_DELIVERY, delivery_id)
    return tuple(
        DeliveryReceipt(**{**dict(row), "facts": json_value(row["facts"])}) for row in rows
    )


async def _apply(connection: Connection, receipt_id: int, hearing: Hearing) -> Noted:
    """Whoever repeats a receipt changes nothing more: so all that it says is written at once."""
    noted = await _applied(connection, receipt_id, hearing)
    if not (noted.opted_out or noted.is_unreachable) or noted.recipient is None:
        return noted
    consent = NewConsent(
        user_id=noted.user_id,
        address=noted.recipient,
        webhook_id=noted.webhook_id,
        state="opted_out" if noted.opted_out else "unreachable",
        source="receipt",
        actor="provider",
        at=hearing.now,
        reason=noted.reason,
        delivery_id=noted.delivery_id,
    )
    changed = await change_consent_on(
        connection, consent, listeners=hearing.consent_listeners, owners=hearing.owners
    )
    rerouted = await _rerouted(connection, noted, hearing)
    return replace(noted, changed=changed, rerouted=rerouted)


async def _rerouted(connection: Connection, noted: Noted, hearing: Hearing) -> Rerouted | None:
    """Sends on, once, what came back because its address takes nothing."""
    if not noted.is_unreachable or not noted.has_failed or noted.delivery_id is None:
        return None
    if hearing.way_listeners is None:
        return None
    reason = noted.reason[:REASON_CHARACTERS] or BOUNCED
    way = Way(reason=reason, listeners=hearing.way_listeners, at=hearing.now)
    return await reroute_on(connection, way, user_id=noted.user_id, delivery_id=noted.delivery_id)


async def _applied(connection: Connection, receipt_id: int, hearing: Hearing) -> Noted:
    receipt = await connection.fetchrow(_TAKE, receipt_id)
    if receipt is None:
        return Noted(outcome="repeated", state="", provider_id="")
    row = await connection.fetchrow(
        _FIND,
        receipt["user_id"],
        receipt["webhook_id"],
        receipt["message_id"],
        receipt["provider_id"],
        hearing.now,
        hearing.now - FRESH,
    )
    if row is None:
        return _noted(receipt, "unmatched")
    if row["is_held"]:
        await connection.execute(_BELONGS, receipt_id, row["id"], False)
        return _noted(receipt, "early", row)
    await connection.execute(_BELONGS, receipt_id, row["id"], True)
    said = receipt["state"]
    if said == "delivered" and row["lacks_pieces"]:
        said = "sent"
    change = come(row["status"], row["state"], said, is_over=row["is_over"])
    if change is None:
        return _noted(receipt, "old", row)
    goes_again = receipt["is_passing"] and row["may_go_again"] and hearing.resend_seconds > 0
    if change.has_failed and goes_again:
        at = hearing.now + timedelta(seconds=hearing.resend_seconds)
        await connection.execute(_RESEND, row["id"], at, _reason(receipt))
        return _noted(receipt, "applied", row, goes_again=True)
    error = _reason(receipt) if change.has_failed else None
    await connection.execute(
        _APPLY, row["id"], change.state, change.status, error, hearing.now, receipt["provider_id"]
    )
    if change.has_failed:
        await announce(connection, _failure(receipt, row, hearing))
    return _noted(receipt, "applied", row, has_failed=change.has_failed)


def _failure(receipt: asyncpg.Record, row: asyncpg.Record, hearing: Hearing) -> Announcement:
    return Announcement(
        user_id=receipt["user_id"],
        listeners=hearing.listeners,
        event=DELIVERY_FAILED,
        told={
            "deliveryId": row["id"],
            "conversationId": row["conversation_id"],
            "recipient": row["recipient"],
            "reason": _reason(receipt),
            "errorCode": receipt["error_code"],
        },
        at=hearing.now,
        webhook_id=row["source_webhook_id"],
        conversation_id=row["conversation_id"],
        message_id=row["in_reply_to"],
        trace=trace_in(row["trace_id"], row["trace_parent"]),
    )


def _reason(receipt: asyncpg.Record) -> str:
    code = f" ({receipt['error_code']})" if receipt["error_code"] else ""
    return f"the provider could not deliver it{code}: {receipt['reason'] or 'no reason given'}"


def _noted(
    receipt: asyncpg.Record,
    outcome: Applied,
    row: asyncpg.Record | None = None,
    *,
    has_failed: bool = False,
    goes_again: bool = False,
) -> Noted:
    return Noted(
        outcome=outcome,
        state=receipt["state"],
        provider_id=receipt["provider_id"],
        delivery_id=row["id"] if row else None,
        has_failed=has_failed,
        goes_again=goes_again,
        opted_out=receipt["opted_out"] and outcome != "early",
        is_unreachable=receipt["is_unreachable"] and outcome != "early",
        user_id=receipt["user_id"],
        webhook_id=receipt["webhook_id"],
        recipient=row["recipient"] if row else None,
        reason=receipt["reason"],
    )
