"""How channels are set up at their providers: checked, and set right."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from gateway import store
from gateway.channels import Channel, report_bug
from gateway.plugin import Checkup, PartFailure, Setup, SetupFinding
from gateway.plugin.errors import Conflict
from gateway.rules.failures import OUR_BUG
from gateway.runtime import Gateway
from gateway.sending import PART_SECONDS
from gateway.store import LogEntry, Operation

CONNECTED: Final = "webhook.connected"


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
