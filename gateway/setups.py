"""How channels are set up at their providers: checked, and set right."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime
from secrets import token_hex
from typing import Final, Literal

from gateway import store
from gateway.channels import Channel, report_bug
from gateway.plugin import (
    ROUND_TRIP,
    Checkup,
    OutboundMessage,
    PartFailure,
    Setup,
    SetupFinding,
)
from gateway.plugin.errors import Conflict
from gateway.rules.failures import OUR_BUG
from gateway.runtime import Gateway
from gateway.sending import PART_SECONDS, attempt_at_once
from gateway.store import LogEntry, Operation

CONNECTED: Final = "webhook.connected"
TRIP_SECONDS: Final = 60.0
LOOK_SECONDS: Final = 0.5
LOOKED_AT: Final = 50
"""How many of the newest messages are looked at."""


async def check_setup(gw: Gateway, *, user_id: int, webhook_id: int) -> Checkup:
    """What a channel's provider has, looked at.

    Raises `WebhookNotFound`, `PluginUnavailable`, and `Conflict` where there is no provider.
    """
    channel = await gw.channels.by_id(user_id=user_id, webhook_id=webhook_id)
    return await _asked(channel, _setup_of(channel).check)


async def connect(gw: Gateway, operation: Operation, *, webhook_id: int) -> Checkup:
    """Has the provider call the channel's URL; what was found afterwards. Raises as the check."""
    channel = await gw.channels.by_id(user_id=operation.user_id, webhook_id=webhook_id)
    found = await _asked(channel, _setup_of(channel).connect)
    worst = {finding.status for finding in found.findings}
    entry = LogEntry(
        webhook_id=webhook_id,
        event=CONNECTED,
        status="failed" if "problem" in worst else "done",
        detail={finding.name: finding.status for finding in found.findings},
    )
    await store.log_operation(gw.db, operation, entry)
    return found


async def round_trip(
    gw: Gateway, *, user_id: int, webhook_id: int, patience_seconds: float = TRIP_SECONDS
) -> Checkup:
    """Sends a message to the channel's own address, and waits for it to come back.

    Raises as the check, and `Conflict` where nothing that is sent comes back.
    """
    channel = await gw.channels.by_id(user_id=user_id, webhook_id=webhook_id)
    address = _setup_of(channel).own_address()
    if address is None:
        raise Conflict("nothing that this channel sends comes back to it")
    token, started = token_hex(8), gw.now()
    message = _trip(address, token, at=started)
    outcome = await attempt_at_once(gw, channel, message)
    if isinstance(outcome, PartFailure):
        return _found("problem", f"a message to {address} was not taken: {outcome.message}")
    with suppress(TimeoutError):
        async with asyncio.timeout(patience_seconds) as patience:
            await _arrival(gw, channel, token)
    took = (gw.now() - started).total_seconds()
    if patience.expired():
        return _found(
            "problem",
            f"a message to {address} was taken, and has not come back within {took:.0f} s: look at "
            "the MX record and the provider's inbound setting, and at the folder for spam",
        )
    return _found("ok", f"a message to {address} came back after {took:.1f} s")


def _trip(address: str, token: str, *, at: datetime) -> OutboundMessage:
    return OutboundMessage(
        id=0,
        idempotency_key=f"trip_{token}",
        kind="notification",
        event=ROUND_TRIP,
        recipient=address,
        text=f"Round trip {token}: this shows whether a message arrives. Nobody answers it.",
        body=b"{}",
        attempt=1,
        created_at=at,
    )


async def _arrival(gw: Gateway, channel: Channel, token: str) -> None:
    """Returns once a message with a token has come to a channel."""
    webhook = channel.webhook
    page = store.MessagePage(webhook_id=webhook.id, limit=LOOKED_AT)
    while True:
        newest = await store.list_messages(gw.db, page, user_id=webhook.user_id)
        if any(token in message.content for message in newest):
            return
        await asyncio.sleep(LOOK_SECONDS)


def _found(status: Literal["ok", "problem"], message: str) -> Checkup:
    return Checkup(findings=[SetupFinding(name="round_trip", status=status, message=message)])


def _setup_of(channel: Channel) -> Setup:
    part = next((p for p in (channel.parser, channel.transport) if isinstance(p, Setup)), None)
    if part is None:
        raise Conflict(
            f"channel {channel.webhook.channel_name!r} has no provider that could be asked: give "
            "webhookUrl to whoever is to call it"
        )
    return part


async def _asked(channel: Channel, ask: Callable[[], Awaitable[Checkup]]) -> Checkup:
    """What a part answers; a failure of its own is a finding as well."""
    try:
        async with asyncio.timeout(PART_SECONDS):
            return await ask()
    except PartFailure as failure:
        return _unanswered(failure.message)
    except TimeoutError:
        return _unanswered(f"timeout: no answer within {PART_SECONDS:.0f} s")
    except Exception as bug:  # noqa: BLE001 # a plugin's bug: the caller is told
        return _unanswered(f"{OUR_BUG} (log reference {report_bug(bug, channel)})")


def _unanswered(message: str) -> Checkup:
    return Checkup(findings=[SetupFinding(name="provider", status="problem", message=message)])
