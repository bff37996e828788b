"""What providers say later of what was sent: kept, applied, logged, and counted."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import structlog

from gateway import store
from gateway.channels import Channel
from gateway.consent import follow_change
from gateway.detours import report_reroute, way_listeners
from gateway.notices import owners_to_tell
from gateway.plugin import Receipt
from gateway.rules.events import CONSENT_CHANGED, DELIVERY_FAILED
from gateway.rules.storable import storable
from gateway.runtime import Gateway
from gateway.store import GivenReceipt, Noted
from gateway.store.receipts import BOUNCED, Hearing, WaitingReceipt

log: Final = structlog.stdlib.get_logger()

ID_CHARACTERS: Final = 255
CODE_CHARACTERS: Final = 64
REASON_CHARACTERS: Final = 500


async def note_receipts(gw: Gateway, channel: Channel, receipts: Sequence[Receipt]) -> None:
    """Once this returns, the receipts cannot be lost; what they are about shows them."""
    webhook = channel.webhook
    for receipt in receipts:
        given = GivenReceipt(
            user_id=webhook.user_id,
            webhook_id=webhook.id,
            receipt=_kept(receipt),
            received_at=gw.now(),
        )
        hearing = await _hearing(gw, webhook.user_id, webhook.id, receipt)
        noted = await store.note_receipt(gw.db, given, hearing)
        _follow(gw, noted, webhook_id=webhook.id)


async def apply_early(gw: Gateway) -> None:
    """Applies the receipts that came before the end of their attempt was written down."""
    for receipt in await store.waiting_receipts(gw.db, now=gw.now()):
        hearing = await _hearing(gw, receipt.user_id, receipt.webhook_id, receipt)
        noted = await store.apply_receipt(gw.db, receipt.id, hearing)
        _follow(gw, noted, webhook_id=noted.webhook_id)


async def _hearing(
    gw: Gateway, user_id: int, webhook_id: int, receipt: Receipt | WaitingReceipt
) -> Hearing:
    """Whom a receipt may be told, found before it is written: that is one transaction."""
    told: Sequence[int] = ()
    told_of_consent: Sequence[int] = ()
    if receipt.state == "failed":
        told = await gw.channels.listeners(user_id, DELIVERY_FAILED)
    if receipt.opted_out or receipt.is_unreachable:
        told_of_consent = await gw.channels.listeners(user_id, CONSENT_CHANGED)
    hearing = Hearing(
        listeners=told,
        now=gw.now(),
        consent_listeners=told_of_consent,
        resend_seconds=gw.config.delivery.resend_seconds,
    )
    if not receipt.is_unreachable:
        return hearing
    return replace(
        hearing,
        owners=await owners_to_tell(gw, user_id),
        way_listeners=await way_listeners(gw, user_id=user_id, webhook_id=webhook_id),
    )


def _follow(gw: Gateway, noted: Noted, *, webhook_id: int | None) -> None:
    _report(gw, noted, webhook_id=webhook_id)
    follow_change(gw, noted.changed)
    if noted.rerouted is not None:
        report_reroute(gw, noted.rerouted, noted.reason or BOUNCED)


def _report(gw: Gateway, noted: Noted, *, webhook_id: int | None) -> None:
    gw.metrics.receipts.labels(noted.state, noted.outcome).inc()
    if noted.has_failed:
        gw.wakeups.wake("deliver")
    fields = {
        "webhook_id": webhook_id,
        "delivery_id": noted.delivery_id,
        "provider_id": noted.provider_id,
        "state": noted.state,
        "outcome": "resent" if noted.goes_again else noted.outcome,
    }
    if noted.outcome == "unmatched" or noted.has_failed or noted.goes_again:
        log.warning("receipt.noted", **fields)
    else:
        log.info("receipt.noted", **fields)


def _kept(receipt: Receipt) -> Receipt:
    """The receipt as the tables can hold it."""
    return replace(
        receipt,
        provider_id=storable(receipt.provider_id)[:ID_CHARACTERS],
        error_code=storable(receipt.error_code)[:CODE_CHARACTERS],
        reason=storable(receipt.reason)[:REASON_CHARACTERS],
        at=_aware(receipt.at),
    )


def _aware(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at
