"""Notifications moved on: sent where they are wanted, held in quiet hours, sent on if lost."""

from collections.abc import Sequence
from typing import Final

import structlog

from gateway import store
from gateway.channels import Channel
from gateway.notices import is_barred, wishes_of
from gateway.plugin import REPLY
from gateway.plugin.errors import PluginUnavailable, WebhookNotFound
from gateway.rules.notifications import Candidate, Delivery, Standing, Step, step, words
from gateway.runtime import Gateway
from gateway.store import ChosenChannel, DueNotification, NotificationSettings, Telling

log: Final = structlog.stdlib.get_logger()

EVENTS_TO: Final = "custom_webhook"
"""The channel type whose receiver is a program: it gets the event, with the words inside."""


async def advance_notifications(gw: Gateway) -> None:
    """Takes each notification that is due a step further."""
    for notification_id in await store.due_notifications(gw.db, now=gw.now()):
        due = await store.read_notification(gw.db, notification_id=notification_id, now=gw.now())
        if due is not None:
            await _advance(gw, due)


async def _advance(gw: Gateway, due: DueNotification) -> None:
    settings = await store.read_notification_settings(gw.db, user_id=due.user_id)
    standing = Standing(
        priority=due.task.priority,
        created_at=due.created_at,
        tried=due.tried,
        webhook_id=due.webhook_id,
        delivery=_delivery(due),
        candidates=await _candidates(gw, due, settings),
    )
    next_ = step(standing, wishes_of(settings), now=gw.now())
    telling = _telling(due, next_.to) if next_.to else None
    if not await store.write_step(gw.db, due, next_, telling, now=gw.now()):
        return
    if telling is not None:
        gw.wakeups.wake("deliver")
    if telling is not None or next_.state != "sending":
        _report(gw, due, next_)


def _report(gw: Gateway, due: DueNotification, next_: Step) -> None:
    outcome = "sent" if next_.to else next_.state
    gw.metrics.notifications.labels(outcome).inc()
    log.info(
        "notification.moved",
        notification_id=due.id,
        task_id=due.task.id,
        outcome=outcome,
        webhook_id=next_.to.webhook_id if next_.to else due.webhook_id,
        due_at=next_.due_at.isoformat() if next_.due_at else None,
        reason=next_.reason,
    )


async def _candidates(
    gw: Gateway, due: DueNotification, settings: NotificationSettings
) -> list[Candidate]:
    possible = {
        channel.webhook_id: channel
        for channel in await store.possible_channels(gw.db, user_id=due.user_id)
    }
    chosen: Sequence[ChosenChannel] = settings.channels or [
        ChosenChannel(webhook_id=webhook_id) for webhook_id in possible
    ]
    found = []
    for number, one in enumerate(chosen):
        channel = possible.get(one.webhook_id)
        if channel is None:
            continue
        built = await _built(gw, due.user_id, channel.webhook_id)
        asker = _asker(due, channel.webhook_id)
        recipient = one.recipient or asker
        takes_events = channel.channel_type == EVENTS_TO
        # A reply tells the one who asked, and nobody else on that channel.
        is_told = takes_events or recipient == asker
        found.append(
            Candidate(
                webhook_id=channel.webhook_id,
                is_first=number == 0,
                is_usable=built is not None and built.wants(REPLY),
                is_verified=channel.is_verified,
                is_well=channel.is_well,
                takes_events=takes_events,
                recipient=recipient,
                language=built.policy.language if built else None,
                told_id=due.told.get(channel.webhook_id) if is_told else None,
                is_barred=await is_barred(gw, due.user_id, channel.webhook_id, recipient),
            )
        )
    return found


def _asker(due: DueNotification, webhook_id: int) -> str:
    """Who asked for the task, where that was on this channel: nobody else is written to."""
    return (due.participant or "") if due.task.source_webhook_id == webhook_id else ""


async def _built(gw: Gateway, user_id: int, webhook_id: int) -> Channel | None:
    """The channel with its parts; None when one of them is missing."""
    try:
        return await gw.channels.by_id(user_id=user_id, webhook_id=webhook_id)
    except (PluginUnavailable, WebhookNotFound):
        return None


def _telling(due: DueNotification, to: Candidate) -> Telling:
    task = due.task
    said = words(task.status, task.title, task.error or task.result, language=to.language)
    return Telling(
        webhook_id=to.webhook_id,
        recipient="" if to.takes_events else to.recipient,
        content=said,
        data={**store.task_facts(task), "message": said},
        told_id=to.told_id,
    )


def _delivery(due: DueNotification) -> Delivery | None:
    if due.delivery_status is None:
        return None
    if due.delivery_status == "pending":
        return "leased" if due.is_leased else "pending"
    return "delivered" if due.delivery_status == "delivered" else "dead"
