"""Loops: gateways and automations that answer each other are noticed, stopped and told of."""

from datetime import datetime, timedelta
from typing import Final

import structlog

from gateway import store
from gateway.plugin import PermanentFailure, Turn
from gateway.plugin.errors import Conflict, LoopDetected, NotFound
from gateway.records import ClaimedConversation, PendingMessage, Webhook
from gateway.rules.events import CONVERSATION_UPDATED
from gateway.rules.loops import LOOP, Tolerance, goes_round
from gateway.runtime import Gateway

log: Final = structlog.stdlib.get_logger()

LONGEST_PAUSE: Final = timedelta(days=1)
REASON: Final = f"{LOOP}: both sides only answered each other"


def too_far(gw: Gateway, webhook: Webhook, hops: int) -> LoopDetected | None:
    """Why a message that has come through so many gateways is not answered; None if it is."""
    limit = gw.config.loops.max_hops
    if hops <= limit:
        return None
    gw.metrics.loops.labels("hops").inc()
    log.warning("loop.detected", kind="hops", webhook_id=webhook.id, hops=hops)
    return LoopDetected(
        f"{LOOP}: this message has come through {hops} gateways, more than the {limit} of "
        "[loops] max_hops; it is kept: stop what forwards it, then replay it if it is wanted"
    )


async def stop_talk(gw: Gateway, claimed: ClaimedConversation) -> bool:
    """Pauses a conversation that goes round in a circle; True when it is not to be answered.

    What came is kept, and answered after the pause; each one of a day is twice as long. Raises
    `PermanentFailure` where it goes round by opening ever new threads.
    """
    now = gw.now()
    _check_budget(gw, claimed)
    if not _goes_round(gw, claimed):
        return False
    earlier = await store.count_pauses(
        gw.db, conversation_id=claimed.id, reason=REASON, since=now - LONGEST_PAUSE
    )
    pause = min(
        timedelta(seconds=gw.config.loops.pause_seconds) * 2 ** min(earlier, 16), LONGEST_PAUSE
    )
    # The channel itself may be the one that answers whatever it is told.
    told = await gw.channels.listeners(claimed.user_id, CONVERSATION_UPDATED)
    move = store.Move(
        action="pause",
        actor="system",
        reason=REASON,
        at=now,
        listeners=[id_ for id_ in told if id_ != claimed.webhook_id],
        until=now + pause,
    )
    if await _moved(gw, move, user_id=claimed.user_id, conversation_id=claimed.id):
        gw.metrics.loops.labels("conversation").inc()
        log.warning(
            "loop.detected",
            kind="conversation",
            conversation_id=claimed.id,
            webhook_id=claimed.webhook_id,
            paused_until=_shown(now + pause),
        )
    return True


async def resume_talks(gw: Gateway) -> None:
    """Lets conversations go on whose pause has an end that is over."""
    for user_id, conversation_id in await store.talks_to_resume(gw.db, now=gw.now()):
        move = store.Move(
            action="resume",
            actor="system",
            reason="its pause is over",
            at=gw.now(),
            listeners=await gw.channels.listeners(user_id, CONVERSATION_UPDATED),
        )
        if await _moved(gw, move, user_id=user_id, conversation_id=conversation_id):
            gw.wakeups.wake("converse")


def _check_budget(gw: Gateway, claimed: ClaimedConversation) -> None:
    """A machine that answers each answer in a new thread is known by their number."""
    most = gw.config.loops.replies_per_hour
    if not most or claimed.replies_lately < most:
        return
    gw.metrics.loops.labels("sender").inc()
    log.warning(
        "loop.detected",
        kind="sender",
        conversation_id=claimed.id,
        webhook_id=claimed.webhook_id,
    )
    raise PermanentFailure(
        f"{LOOP}: this sender got {claimed.replies_lately} answers within an hour, the most of "
        "[loops] replies_per_hour; replay the message later if it is wanted"
    )


def _goes_round(gw: Gateway, claimed: ClaimedConversation) -> bool:
    settings = gw.config.loops
    turns = [
        turn
        for turn in (*claimed.history, *map(_came, claimed.pending))
        if claimed.resumed_at is None or turn.at > claimed.resumed_at
    ]
    tolerance = Tolerance(repeats=settings.repeats, window_seconds=settings.window_seconds)
    return goes_round(turns, tolerance, now=gw.now())


async def _moved(gw: Gateway, move: store.Move, *, user_id: int, conversation_id: int) -> bool:
    """Moves a conversation; False when somebody else has moved it meanwhile."""
    try:
        await store.move_conversation(gw.db, move, user_id=user_id, conversation_id=conversation_id)
    except (Conflict, NotFound):
        return False
    gw.wakeups.wake("deliver")
    return True


def _came(message: PendingMessage) -> Turn:
    return Turn(role="user", text=message.text, at=message.received_at, message_id=message.id)


def _shown(moment: datetime) -> str:
    return moment.isoformat()
