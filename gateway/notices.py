"""Notices to an account's owner about its channels, on the channel where notifications go."""

from collections.abc import Sequence
from datetime import time
from typing import Final

import structlog

from gateway import store
from gateway.channels import Channel
from gateway.plugin import REPLY
from gateway.plugin.errors import PluginUnavailable, WebhookNotFound
from gateway.rules.notifications import Wishes
from gateway.rules.quiet import QuietHours, quiet_until
from gateway.runtime import Gateway
from gateway.store import ChosenChannel, NotificationSettings
from gateway.store.consents import bar_of
from gateway.store.notices import Notice, Owner
from gateway.store.unsubscribes import Subscriber, is_unsubscribed

log: Final = structlog.stdlib.get_logger()

EVENTS_TO: Final = "custom_webhook"
"""The channel type whose receiver is a program: it subscribes to the event, or does not care."""


async def owners_to_tell(gw: Gateway, user_id: int) -> Sequence[Owner]:
    """Where the owner of an account is told of its channels in words, in the order of their choice.

    Only an address that the owner has named for notifications is written to.
    """
    settings = await store.read_notification_settings(gw.db, user_id=user_id)
    wishes, now = wishes_of(settings), gw.now()
    if not wishes.is_on:
        return ()
    waits = quiet_until(now, wishes.quiet) if wishes.quiet else None
    return [
        Owner(
            webhook_id=chosen.webhook_id,
            recipient=chosen.recipient,
            language=channel.policy.language,
            due_at=waits or now,
        )
        for chosen in settings.channels
        if (channel := await _usable(gw, user_id, chosen)) is not None
    ]


def report_notice(notice: Notice | None) -> None:
    """The line that a notice leaves in the log."""
    if notice is None:
        return
    if notice.is_left_out:
        log.warning("notice.left_out", webhook_id=notice.webhook_id, about=notice.event)
    else:
        log.info("notice.added", webhook_id=notice.webhook_id, about=notice.event)


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
