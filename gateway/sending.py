"""One call of a transport, whatever it does: accepted, or a failure that says what follows."""

import asyncio
from typing import Final

from gateway.channels import Channel, report_bug
from gateway.plugin import (
    OutboundMessage,
    PartFailure,
    RecipientOptedOut,
    RecipientUnreachable,
    Sent,
    TemporaryFailure,
    UncertainFailure,
)
from gateway.promises import promised
from gateway.rules.consent import Bar
from gateway.rules.failures import OUR_BUG, UNCERTAIN
from gateway.runtime import Gateway
from gateway.store.consents import UNREACHABLE, WITHHELD, bar_of
from gateway.store.unsubscribes import UNSUBSCRIBED

PART_SECONDS: Final = 45.0
"""Longest time that a part gets for one call; each has shorter deadlines of its own."""


async def attempt(
    channel: Channel, message: OutboundMessage, *, bar: Bar | None, is_in_doubt: bool = False
) -> Sent | PartFailure:
    """How one attempt at a message went; one whose end is not known is looked into.

    Nothing else calls a transport: what is meant for a person who wants none of it, or cannot be
    reached, ends here. After an earlier attempt that is in doubt, nothing is sent before it is
    known that it did not go.
    """
    if bar in {"opted_out", "unsubscribed"}:
        return RecipientOptedOut(WITHHELD if bar == "opted_out" else UNSUBSCRIBED)
    if bar == "unreachable":
        return RecipientUnreachable(UNREACHABLE, not_accepted=True)
    if is_in_doubt and channel.transport.reconciles:
        doubt = UncertainFailure("an earlier attempt ended without a word")
        known = await _look_up(channel, message, doubt)
        if known is not None:
            return known
    outcome = await _send(channel, message)
    if not isinstance(outcome, UncertainFailure):
        return outcome
    known = await _look_up(channel, message, outcome)
    if known is not None:
        return known
    return TemporaryFailure(f"network: {outcome.message}; it was not taken", not_accepted=True)


async def attempt_at_once(
    gw: Gateway, channel: Channel, message: OutboundMessage
) -> Sent | PartFailure:
    """One attempt at a message that never stood in the outbox; it passes the same gate."""
    webhook = channel.webhook
    bar: Bar | None = None
    if message.recipient:
        bar = await bar_of(
            gw.db, user_id=webhook.user_id, webhook_id=webhook.id, address=message.recipient
        )
    return await attempt(channel, message, bar=bar)


async def _send(channel: Channel, message: OutboundMessage) -> Sent | PartFailure:
    try:
        async with asyncio.timeout(PART_SECONDS):
            sent = await channel.transport.send(message)
            return promised(sent, Sent, f"{channel.transport.name}.send()")
    except PartFailure as failure:
        return failure
    except TimeoutError:
        late = f"timeout: no outcome within {PART_SECONDS:.0f} s"
        return _without_end(channel, TemporaryFailure(late))
    except Exception as bug:  # noqa: BLE001 # a plugin's bug: the delivery is repeated
        reference = report_bug(bug, channel)
        broken = f"{OUR_BUG}: the transport failed (log reference {reference})"
        return _without_end(channel, TemporaryFailure(broken))


def _without_end(channel: Channel, failure: TemporaryFailure) -> PartFailure:
    """A call that did not come to an end of its own: it may have sent the message by then."""
    return UncertainFailure(failure.message) if channel.transport.reconciles else failure


async def _look_up(
    channel: Channel, message: OutboundMessage, doubt: UncertainFailure
) -> Sent | PartFailure | None:
    """What became of a message that may have been taken; None when it was not."""
    try:
        async with asyncio.timeout(PART_SECONDS):
            return await channel.transport.reconcile(message)
    except (TemporaryFailure, TimeoutError) as away:
        said = away.message if isinstance(away, TemporaryFailure) else "no answer in time"
        failure = UncertainFailure(f"{UNCERTAIN}: {doubt.message}; {said}")
        failure.ask_again = True
        return failure
    except PartFailure as failure:
        return UncertainFailure(f"{UNCERTAIN}: {doubt.message}; {failure.message}")
    except Exception as bug:  # noqa: BLE001 # a plugin's bug: the message is held
        reference = report_bug(bug, channel)
        return UncertainFailure(f"{UNCERTAIN}: {doubt.message} (log reference {reference})")
