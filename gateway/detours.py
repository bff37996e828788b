"""Detours: what a channel cannot send goes through its fallback, in sight of its owner."""

from collections.abc import Sequence
from typing import Final

import structlog

from gateway import store
from gateway.channels import Channel
from gateway.plugin import REPLY, PartFailure
from gateway.plugin.errors import PluginUnavailable, WebhookNotFound
from gateway.records import ClaimedDelivery
from gateway.rules.detours import takes_detour
from gateway.rules.events import DELIVERY_REROUTED
from gateway.rules.storable import storable
from gateway.runtime import Gateway
from gateway.store import Rerouted
from gateway.store.detours import Way

log: Final = structlog.stdlib.get_logger()

REASON_CHARACTERS: Final = 300
PAUSED: Final = "its own channel is paused"


async def detour(gw: Gateway, claimed: ClaimedDelivery, failure: PartFailure) -> bool:
    """Sends a message on through the fallback of its channel, where that may be and can be."""
    if claimed.kind == "event" or not takes_detour(
        failure, attempts=claimed.attempts, is_rerouted=claimed.is_rerouted
    ):
        return False
    if not await _has_way(gw, user_id=claimed.user_id, webhook_id=claimed.webhook_id):
        return False
    return await _reroute(gw, claimed.user_id, claimed.id, failure.message)


async def way_listeners(gw: Gateway, *, user_id: int, webhook_id: int) -> Sequence[int] | None:
    """Who is told that what came back goes on; None where the channel has no way to send it on."""
    if not await _has_way(gw, user_id=user_id, webhook_id=webhook_id):
        return None
    return await gw.channels.listeners(user_id, DELIVERY_REROUTED)


async def reroute_held(gw: Gateway) -> int:
    """Sends on what waits for channels whose provider is away; how many."""
    rerouted = await store.reroute_held(gw.db, now=gw.now())
    for each in rerouted:
        report_reroute(gw, each, PAUSED)
    return len(rerouted)


async def _reroute(gw: Gateway, user_id: int, delivery_id: int, why: str) -> bool:
    reason = storable(why)[:REASON_CHARACTERS]
    told = await gw.channels.listeners(user_id, DELIVERY_REROUTED)
    way = Way(reason=reason, listeners=told, at=gw.now())
    rerouted = await store.reroute(gw.db, way, user_id=user_id, delivery_id=delivery_id)
    if rerouted is None:
        return False
    report_reroute(gw, rerouted, reason)
    return True


async def _has_way(gw: Gateway, *, user_id: int, webhook_id: int) -> bool:
    """Whether the fallback can be used right now."""
    try:
        own = await gw.channels.by_id(user_id=user_id, webhook_id=webhook_id)
        fallback_id = own.webhook.fallback_webhook_id
        if fallback_id is None:
            return False
        fallback: Channel = await gw.channels.by_id(user_id=user_id, webhook_id=fallback_id)
    except (PluginUnavailable, WebhookNotFound):
        return False
    return fallback.wants(REPLY)


def report_reroute(gw: Gateway, rerouted: Rerouted, reason: str) -> None:
    """The line that a detour leaves in the log, and its figure; its delivery is woken."""
    gw.metrics.reroutes.inc()
    gw.wakeups.wake("deliver")
    log.warning(
        "delivery.rerouted",
        delivery_id=rerouted.delivery_id,
        webhook_id=rerouted.from_webhook_id,
        fallback_webhook_id=rerouted.to_webhook_id,
        reason=reason,
    )
