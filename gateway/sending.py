"""One call of a transport, whatever it does: accepted, or a failure that says what follows."""

import asyncio
from typing import Final

from gateway import store
from gateway.channels import Channel, report_bug
from gateway.plugin import (
    OutboundMessage,
    PartFailure,
    RecipientOptedOut,
    Sent,
    TemporaryFailure,
    UncertainFailure,
)
from gateway.rules.failures import OUR_BUG, UNCERTAIN
from gateway.runtime import Gateway
from gateway.store import WITHHELD

PART_SECONDS: Final = 45.0
"""Longest time that a part gets for one call; each has shorter deadlines of its own."""


async def attempt(
    channel: Channel, message: OutboundMessage, *, is_opted_out: bool
) -> Sent | PartFailure:
    """How one attempt at a message went; one whose end is not known is looked into.

    Nothing else calls a transport: what is meant for a person who has opted out ends here.
    """
    if is_opted_out:
        return RecipientOptedOut(WITHHELD)
    outcome = await _send(channel, message)
    return await _reconciled(channel, message, outcome) if _is_uncertain(outcome) else outcome


async def attempt_at_once(
    gw: Gateway, channel: Channel, message: OutboundMessage
) -> Sent | PartFailure:
    """One attempt at a message that never stood in the outbox; it passes the same gate."""
    webhook = channel.webhook
    is_out = bool(message.recipient) and await store.is_opted_out(
        gw.db, user_id=webhook.user_id, webhook_id=webhook.id, address=message.recipient
    )
    return await attempt(channel, message, is_opted_out=is_out)


async def _send(channel: Channel, message: OutboundMessage) -> Sent | PartFailure:
    try:
        async with asyncio.timeout(PART_SECONDS):
            return await channel.transport.send(message)
    except PartFailure as failure:
        return failure
    except TimeoutError:
        return TemporaryFailure(f"timeout: no outcome within {PART_SECONDS:.0f} s")
    except Exception as bug:  # noqa: BLE001 # a plugin's bug: the delivery is repeated
        reference = report_bug(bug, channel)
        return TemporaryFailure(f"{OUR_BUG}: the transport failed (log reference {reference})")


async def _reconciled(
    channel: Channel, message: OutboundMessage, doubt: Sent | PartFailure
) -> Sent | PartFailure:
    """What became of a message that may have been taken."""
    assert isinstance(doubt, UncertainFailure)
    try:
        async with asyncio.timeout(PART_SECONDS):
            sent = await channel.transport.reconcile(message)
    except (PartFailure, TimeoutError) as failure:
        said = failure.message if isinstance(failure, PartFailure) else "no answer in time"
        return UncertainFailure(f"{UNCERTAIN}: {doubt.message}; {said}")
    except Exception as bug:  # noqa: BLE001 # a plugin's bug: the message is held
        reference = report_bug(bug, channel)
        return UncertainFailure(f"{UNCERTAIN}: {doubt.message} (log reference {reference})")
    if sent is not None:
        return sent
    return TemporaryFailure(f"network: {doubt.message}; it was not taken")


def _is_uncertain(outcome: Sent | PartFailure) -> bool:
    return isinstance(outcome, UncertainFailure)
