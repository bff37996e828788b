"""Notices to an account's owner about its channels, on the channel where notifications go."""

from datetime import datetime, time, timedelta
from typing import Final

import structlog

from gateway import store
from gateway.channels import Channel
from gateway.plugin import REPLY
from gateway.plugin.errors import PluginUnavailable, WebhookNotFound
from gateway.rules.events import DELIVERY_FAILED
from gateway.rules.notifications import Wishes, unreachable_words
from gateway.rules.quiet import QuietHours, quiet_until
from gateway.runtime import Gateway
from gateway.store import ChosenChannel, NewConsent, NotificationSettings
from gateway.store.consents import bar_of
from gateway.store.notifications import NewNotice, add_notice, count_notices
from gateway.store.unsubscribes import Subscriber, is_unsubscribed

log: Final = structlog.stdlib.get_logger()

MOST_AN_HOUR: Final = 10
"""Notices of one event on one channel: spam with forged senders makes hundreds, each a text."""
EVENTS_TO: Final = "custom_webhook"
"""The channel type whose receiver is a program: it subscribes to the event, or does not care."""


async def notice_unreachable(gw: Gateway, consent: NewConsent) -> None:
    """Tells the owner, on the first channel that can, that an address takes nothing any more.

    Only an address that the owner has named for notifications is written to.
    """
    settings = await store.read_notification_settings(gw.db, user_id=consent.user_id)
    wishes = wishes_of(settings)
    if not wishes.is_on:
        return
    for chosen in settings.channels:
        channel = await _usable(gw, consent.user_id, chosen)
        if channel is None:
            continue
        if await _has_told_enough(gw, consent, chosen):
            log.warning("notice.left_out", webhook_id=chosen.webhook_id, about=DELIVERY_FAILED)
            return
        waits = quiet_until(consent.at, wishes.quiet) if wishes.quiet else None
        notice = _notice(consent, chosen, channel.policy.language, due_at=waits or consent.at)
        await add_notice(gw.db, notice)
        log.info("notice.added", webhook_id=chosen.webhook_id, about=notice.event)
        return


def wishes_of(settings: NotificationSettings) -> Wishes:
    """How an account wants to be told."""
    quiet = None
    if settings.quiet_from and settings.quiet_until and settings.quiet_zone:
        quiet = QuietHours(
            begins=time.fromisoformat(settings.quiet_from),
            ends=time.fromisoformat(settings.quiet_until),
            time_zone=settings.quiet_zone,
        )
    return Wishes(is_on=settings.is_on, quiet=quiet, critical_at_once=settings.critical_at_once)


async def is_barred(gw: Gateway, user_id: int, webhook_id: int, recipient: str) -> bool:
    """Whether no notification may or can go to a recipient of a channel."""
    bar = await bar_of(gw.db, user_id=user_id, webhook_id=webhook_id, address=recipient)
    who = Subscriber(user_id=user_id, webhook_id=webhook_id, address=recipient)
    return bar in {"opted_out", "unreachable"} or await is_unsubscribed(gw.db, who)


async def _has_told_enough(gw: Gateway, consent: NewConsent, chosen: ChosenChannel) -> bool:
    told = await count_notices(
        gw.db,
        user_id=consent.user_id,
        webhook_id=chosen.webhook_id,
        event=DELIVERY_FAILED,
        since=consent.at - timedelta(hours=1),
    )
    return told >= MOST_AN_HOUR


def _notice(
    consent: NewConsent, chosen: ChosenChannel, language: str | None, *, due_at: datetime
) -> NewNotice:
    return NewNotice(
        user_id=consent.user_id,
        webhook_id=chosen.webhook_id,
        source_webhook_id=consent.webhook_id,
        event=DELIVERY_FAILED,
        recipient=chosen.recipient,
        content=unreachable_words(consent.address, consent.reason, language=language),
        data={
            "deliveryId": consent.delivery_id,
            "conversationId": None,
            "recipient": consent.address,
            "reason": consent.reason,
            "errorCode": "",
        },
        about_id=consent.delivery_id,
        due_at=due_at,
        at=consent.at,
    )


async def _usable(gw: Gateway, user_id: int, chosen: ChosenChannel) -> Channel | None:
    """A channel that can tell its recipient in words; None for any other."""
    if not chosen.recipient:
        return None
    try:
        channel = await gw.channels.by_id(user_id=user_id, webhook_id=chosen.webhook_id)
    except (PluginUnavailable, WebhookNotFound):
        return None
    if channel.webhook.channel_type == EVENTS_TO or not channel.wants(REPLY):
        return None
    if await is_barred(gw, user_id, chosen.webhook_id, chosen.recipient):
        return None
    return channel
