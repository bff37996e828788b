"""Loops: gateways and automations that answer each other are noticed, stopped and told of."""

from typing import Final

import structlog

from gateway.plugin.errors import LoopDetected
from gateway.records import Webhook
from gateway.runtime import Gateway

log: Final = structlog.stdlib.get_logger()


def too_far(gw: Gateway, webhook: Webhook, hops: int) -> LoopDetected | None:
    """Why a message that has come through so many gateways is not answered; None if it is."""
    limit = gw.config.loops.max_hops
    if hops <= limit:
        return None
    gw.metrics.loops.labels("hops").inc()
    log.warning("loop.detected", kind="hops", webhook_id=webhook.id, hops=hops)
    return LoopDetected(
        f"loop: this message has come through {hops} gateways, more than the {limit} of "
        "[loops] max_hops; it is kept: stop what forwards it, then replay it if it is wanted"
    )
