"""Words to the owner of an account, written in the transaction of what they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from gateway.rules.events import DELIVERY_FAILED
from gateway.rules.notifications import unreachable_words
from gateway.store.columns import json_text
from gateway.store.database import Connection
from gateway.tracing import kept_trace

MOST_AN_HOUR: Final = 10
"""Notices of one event on one channel: spam with forged senders makes hundreds, each a text."""

_NOTICE: Final = """
INSERT INTO outbound_messages (
    user_id, webhook_id, source_webhook_id, kind, event, event_id, sequence, recipient, content,
    data, delivery_status, scheduled_for, attempts, created_at, conversation_id, trace_id,
    trace_parent)
SELECT $1, $2, $3, 'notification', $4, $5, 0, $6, $7, $8::jsonb, 'pending', $9, 0, $10,
    o.conversation_id, COALESCE(o.trace_id, $12),
    CASE WHEN o.trace_id IS NULL THEN $13 ELSE o.trace_parent END
FROM (SELECT) one LEFT JOIN outbound_messages o ON o.id = $11 AND o.user_id = $1
"""
# The newest alone, so that a busy channel is not counted through.
_NOTICES: Final = """
SELECT count(*) FROM (
    SELECT kind, event, created_at FROM outbound_messages
    WHERE user_id = $1 AND webhook_id = $2 ORDER BY id DESC LIMIT 500) o
WHERE o.kind = 'notification' AND o.event = $3 AND o.created_at > $4
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Where the owner of an account is told of a channel in words, and not before when."""

    webhook_id: int
    recipient: str
    language: str | None
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """An address to which a channel sends no more; `delivery_id` is what came back."""

    user_id: int
    webhook_id: int
    address: str
    reason: str
    delivery_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Through which channel the owner is told; not at all where it was told enough already."""

    webhook_id: int
    event: str
    is_left_out: bool


async def tell_owner(
    connection: Connection, unreached: Unreached, owners: Sequence[Owner]
) -> Notice | None:
    """Puts a notice into the outbox, to the first of `owners` who is not who cannot be reached."""
    lost = (unreached.webhook_id, unreached.address)
    owner = next((one for one in owners if (one.webhook_id, one.recipient) != lost), None)
    if owner is None:
        return None
    since = unreached.at - timedelta(hours=1)
    told = await connection.fetchval(
        _NOTICES, unreached.user_id, owner.webhook_id, DELIVERY_FAILED, since
    )
    if told < MOST_AN_HOUR:
        await _write(connection, unreached, owner)
    is_left_out = told >= MOST_AN_HOUR
    return Notice(webhook_id=owner.webhook_id, event=DELIVERY_FAILED, is_left_out=is_left_out)


async def _write(connection: Connection, unreached: Unreached, owner: Owner) -> None:
    data = {
        "deliveryId": unreached.delivery_id,
        "conversationId": None,
        "recipient": unreached.address,
        "reason": unreached.reason,
        "errorCode": "",
    }
    await connection.execute(
        _NOTICE,
        unreached.user_id,
        owner.webhook_id,
        unreached.webhook_id,
        DELIVERY_FAILED,
        f"evt_{uuid4().hex}",
        owner.recipient,
        unreachable_words(unreached.address, unreached.reason, language=owner.language),
        json_text(data),
        owner.due_at,
        unreached.at,
        unreached.delivery_id,  # it is erased with that delivery's conversation
        *kept_trace(unreached.at),
    )
