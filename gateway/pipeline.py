r"""The story: a message is received, a conversation answers it, the answer is delivered.

  provider --HTTP--> receive --commit, wake--> converse --commit, wake--> deliver --HTTP--> outside
                         \________________ recover, once a second ________________/

Each stage commits what it did and only then wakes the next. PostgreSQL knows what is due; a wake-up
may be lost, doubled or late, and `recover` finds what nobody was told of. No transaction is open
while a part talks to the network.
"""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import structlog

from gateway import answering, fetching, media, store
from gateway.aftercare import examine, report_attempt, report_turn
from gateway.attempts import Outcome, RetryPolicy, delivery_result, outbound_message
from gateway.builtin import BuiltinResponder
from gateway.channels import Channel, report_bug
from gateway.consent import are_words, note_reached, note_refusal, take_words
from gateway.detours import detour, reroute_held
from gateway.egress import witnessed
from gateway.fragments import read_late, take_fragments
from gateway.handshakes import answer_challenge, repeated, tell_refusal, without_code
from gateway.limits import Meter
from gateway.loops import resume_talks, stop_talk, too_far
from gateway.notifications import advance_notifications
from gateway.outcomes import Ending, Listeners, failed_turn, replayed_request, turn_result
from gateway.parsing import parse
from gateway.plugin import (
    REPLY,
    HttpAnswer,
    InboundMessage,
    InboundRequest,
    InvalidAuth,
    InvalidSignature,
    PartFailure,
    PermanentFailure,
    RecipientOptedOut,
    RecipientUnreachable,
    Sent,
    UncertainFailure,
)
from gateway.plugin.errors import GatewayError, PluginUnavailable, RateLimited, WebhookNotFound
from gateway.promises import promised_nothing
from gateway.receipts import apply_early, note_receipts
from gateway.records import (
    ClaimedConversation,
    ClaimedDelivery,
    NewMessage,
    Stored,
    WaitingMessage,
    Webhook,
)
from gateway.rules.commands import command_in
from gateway.rules.events import (
    CONVERSATION_UPDATED,
    MESSAGE_RECEIVED,
    TASK_COMPLETED,
    TASK_CREATED,
)
from gateway.rules.exchanges import calls_text
from gateway.rules.loops import hops_of
from gateway.rules.retries import claims_at_most, is_deadly
from gateway.runtime import Gateway
from gateway.screening import is_answerable, report, set_aside, was_read
from gateway.sending import attempt
from gateway.store import Operation
from gateway.store.outbox import Overdue
from gateway.store.receipts import note_sent
from gateway.talks import talk_of, trace_of
from gateway.tracing import begin, current, next_span, traced
from gateway.unsubscribing import unsubscribe_url

log: Final = structlog.stdlib.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What the sender is told: its messages, the provider's own answer."""

    stored: Sequence[Stored]
    answer: HttpAnswer | None
    masked: int = 0


async def receive(
    gw: Gateway, token: str, request: InboundRequest, request_id: str, meter: Meter
) -> Received:
    """Once this returns, its messages cannot be lost. Raises a `GatewayError` that says why."""
    channel = await _channel(gw, token, meter)
    challenged = answer_challenge(channel, request)
    if challenged is not None:
        return Received(stored=(), answer=challenged)
    await _verify(gw, channel, request)
    read = await parse(channel, request, masks_cards=gw.config.privacy.mask_card_numbers)
    await note_receipts(gw, channel, read.receipts)
    if read.receipts and not read.messages:
        return Received(stored=(), answer=read.answer)
    hops = hops_of(request.headers, request.body)
    refusal = read.refusal or too_far(gw, channel.webhook, hops)
    # A receipt or a STOP that is refused may never come again.
    is_free = are_words(channel, read.messages)
    try:
        quota = (
            None if is_free else await gw.limits.hit_webhook(channel.webhook, request.received_at)
        )
    except RateLimited as full:
        stored = await repeated(gw, channel, read.messages, full)
        return Received(stored=stored, answer=read.answer)
    meter.quota = quota or meter.quota
    listeners = await gw.channels.listeners(channel.webhook.user_id, MESSAGE_RECEIVED)
    messages = await without_code(gw, channel, read.messages, request_id)
    if channel.starts_anew and refusal is None:
        await _archive_resolved(gw, channel.webhook, list(filter(is_answerable, messages)))
    new = _new_messages(
        channel, read.request, request_id, messages, listeners=listeners, refusal=refusal, hops=hops
    )
    stored = await _store(gw, channel, new)
    if quota and stored and _costs_nothing(new, stored):
        meter.quota = gw.limits.give_back(channel.webhook, quota)
    gw.wakeups.wake("converse")
    if listeners:
        gw.wakeups.wake("deliver")
    tell_refusal(channel, refusal)
    return Received(stored=stored, answer=read.answer, masked=read.masked)


async def replay(gw: Gateway, waiting: WaitingMessage, operation: Operation) -> Sequence[Stored]:
    """Gives a held message its turn again; a quarantined request is parsed anew, by today's parser.

    What comes of it stays in the trace of the message.
    Raises `InvalidPayload` when it still cannot be read, and `Conflict` when it waits no longer.
    """
    with traced(waiting.trace or current()):
        stored = await _replay(gw, waiting, operation)
    gw.wakeups.wake("deliver")
    gw.wakeups.wake("converse")
    return stored


async def _replay(gw: Gateway, waiting: WaitingMessage, operation: Operation) -> Sequence[Stored]:
    listeners = await gw.channels.listeners(waiting.user_id, MESSAGE_RECEIVED)
    if was_read(waiting):
        await store.release_message(gw.db, operation, waiting, listeners=listeners)
        stored: Sequence[Stored] = [Stored(message_id=waiting.id, duplicate=False)]
    else:
        channel = await gw.channels.by_id(user_id=waiting.user_id, webhook_id=waiting.webhook_id)
        request = replayed_request(waiting, gw.config.public_url)
        read = await parse(channel, request, masks_cards=gw.config.privacy.mask_card_numbers)
        if read.refusal is not None:
            raise read.refusal
        request_id, messages = operation.request_id, read.messages
        new = _new_messages(channel, read.request, request_id, messages, listeners=listeners)
        new = [media.with_references(gw, channel, one) for one in new]
        stored = await store.replace_message(gw.db, operation, new, message_id=waiting.id)
    return stored


async def converse(gw: Gateway, claimed: ClaimedConversation) -> bool:
    """Answers a conversation's pending messages together; True when it is to be looked at again."""
    others = tuple(message.trace for message in claimed.pending[:-1] if message.trace)
    with (
        traced(trace_of(claimed, gw.now())),
        gw.spans.measured("converse", "consumer", links=others),
    ):
        return await _converse(gw, claimed)


async def _converse(gw: Gateway, claimed: ClaimedConversation) -> bool:
    started = gw.now()
    try:
        if claimed.attempts > claims_at_most(gw.config.conversations.retry_seconds):
            raise PermanentFailure(f"{claimed.attempts - 1} attempts ended without an outcome")
        channel = await gw.channels.by_id(user_id=claimed.user_id, webhook_id=claimed.webhook_id)
        if await stop_talk(gw, claimed) or await fetching.await_files(gw, claimed):
            return False
        by_rules = isinstance(channel.responder, BuiltinResponder)
        talk = talk_of(claimed, channel.policy, gw.terms, by_rules=by_rules, now=started)
        answer = await answering.answer(gw, channel, talk)
    except (PartFailure, PluginUnavailable, WebhookNotFound) as failure:
        await _turn_failed(gw, claimed, failure)
        return False
    ending = Ending(
        at=gw.now(),
        even_if_superseded=claimed.superseded >= gw.config.conversations.supersede_limit,
        gather_seconds=channel.gather_seconds,
    )
    result = turn_result(talk, answer, await _listeners(gw, channel), ending)
    result = replace(result, trace=current())
    outcome = await gw.turns.add(result)
    if outcome == "settled":
        gw.wakeups.wake("deliver")
    report_turn(gw, result, outcome, started=started)
    # A full turn may have left messages over, and so has one that a newer message did not stop.
    is_full = len(claimed.pending) == store.MESSAGES_PER_TURN
    return outcome == "superseded" or result.even_if_superseded or is_full


async def deliver(gw: Gateway, claimed: ClaimedDelivery) -> bool:
    """Makes one attempt at a delivery; True when others may have waited for its end."""
    span = next_span(claimed.trace) if claimed.trace else None
    with traced(span), gw.spans.measured("deliver", "producer"):
        return await _deliver(gw, claimed)


async def _deliver(gw: Gateway, claimed: ClaimedDelivery) -> bool:
    started = gw.now()
    with witnessed() as calls:
        outcome = await _attempt(gw, claimed)
    policy = RetryPolicy(
        schedule_seconds=tuple(_schedule(gw, claimed)),
        cap_seconds=gw.config.delivery.retry_after_cap_seconds,
        chance=random.random(),  # noqa: S311 # it spreads waits, and guards nothing
    )
    result = delivery_result(claimed, outcome, policy, started=started, at=gw.now())
    result = replace(result, calls=calls_text(calls))
    if isinstance(outcome, UncertainFailure):
        await store.doubt_delivery(gw.db, delivery_id=claimed.id, lease_id=claimed.lease_id)
    if isinstance(outcome, Sent):
        await note_sent(gw.db, claimed, outcome, now=result.at)
    settled = await gw.deliveries.add(result)
    await examine(gw, claimed, outcome, is_troubled=settled.is_troubled)
    if isinstance(outcome, RecipientOptedOut | RecipientUnreachable):
        await note_refusal(gw, claimed, outcome)
    if isinstance(outcome, PartFailure) and settled.is_kept:
        await detour(gw, claimed, outcome)
    report_attempt(gw, result, outcome, is_kept=settled.is_kept)
    return claimed.others_wait or (claimed.kind == "reply" and result.status != "pending")


async def recover(gw: Gateway) -> None:
    """Wakes the stages for what is due and nobody holds: told to nobody, or to one that died."""
    replayed = await store.advance_replays(gw.db, now=gw.now())
    await apply_early(gw)
    await read_late(gw)
    await resume_talks(gw)
    replayed = await reroute_held(gw) or replayed
    await fetching.wake_due(gw)
    await advance_notifications(gw)
    found = await measure_backlog(gw)
    if found.conversations:
        gw.wakeups.wake("converse")
    if replayed or found.deliveries or found.held:
        gw.wakeups.wake("deliver")


async def measure_backlog(gw: Gateway) -> Overdue:
    """What is due, told to the metrics as well."""
    now = gw.now()
    found = await store.overdue(gw.db, now=now)
    for stage, count, oldest in (
        ("converse", found.conversations, found.oldest_conversation_at),
        ("deliver", found.deliveries, found.oldest_delivery_at),
    ):
        gw.metrics.overdue.labels(stage).set(count)
        age_seconds = (now - oldest).total_seconds() if oldest else 0.0
        gw.metrics.oldest_due_seconds.labels(stage).set(max(0.0, age_seconds))
    gw.metrics.held_deliveries.set(found.held)
    return found


async def _channel(gw: Gateway, token: str, meter: Meter) -> Channel:
    channel = await gw.channels.by_token(token)
    meter.busy_status = channel.parser.busy_status
    return channel


async def _verify(gw: Gateway, channel: Channel, request: InboundRequest) -> None:
    try:
        async with gw.limits.guard(channel.webhook.id, request.client_ip, request.received_at):
            verifier = channel.verifier
            await promised_nothing(verifier.verify(request), f"{verifier.name}.verify()")
    except (InvalidSignature, InvalidAuth, RateLimited):
        raise
    except Exception as bug:  # a plugin's bug: its sender is asked to repeat
        reference = report_bug(bug, channel)
        raise PluginUnavailable(
            f"this channel cannot check requests right now (log reference {reference})"
        ) from bug


def _new_messages(  # noqa: PLR0913 # what a row is made of
    channel: Channel,
    request: InboundRequest,
    request_id: str,
    messages: Sequence[InboundMessage],
    *,
    listeners: tuple[int, ...],
    refusal: GatewayError | None = None,
    hops: int = 0,
) -> list[NewMessage]:
    trace = current() or begin(request.received_at)
    return [
        NewMessage(
            user_id=channel.webhook.user_id,
            webhook_id=channel.webhook.id,
            message=message,
            raw_payload=request.body,
            raw_content_type=request.headers.get("content-type", "")[:200],
            request_id=request_id,
            received_at=request.received_at,
            gather_seconds=channel.gather_seconds,
            is_command=command_in(message.text) is not None,
            listeners=listeners if reason is None else (),
            reason=reason,
            is_ignored=is_ignored,
            hops=hops,
            trace=trace,
        )
        for message in messages
        for reason, is_ignored in (set_aside(message, refusal),)
    ]


def _costs_nothing(new: Sequence[NewMessage], stored: Sequence[Stored]) -> bool:
    """Whether all that came was known before, or written by a machine."""
    return all(one.duplicate for one in stored) or all(one.is_ignored for one in new)


async def _archive_resolved(
    gw: Gateway, webhook: Webhook, messages: Sequence[InboundMessage]
) -> None:
    """Makes room for the new conversations of those who write after theirs were resolved."""
    told = await gw.channels.listeners(webhook.user_id, CONVERSATION_UPDATED)
    await store.archive_resolved(
        gw.db, messages, webhook_id=webhook.id, at=gw.now(), listeners=told
    )


async def _store(gw: Gateway, channel: Channel, new: Sequence[NewMessage]) -> Sequence[Stored]:
    """Writes messages into the log; a word on consent is obeyed at once."""
    new = [
        media.with_references(gw, channel, one) if one.message.attachments else one for one in new
    ]
    taken = {**await take_words(gw, channel, new), **await take_fragments(gw, new)}
    if len(new) == 1 and not taken:
        return [await _add(gw, new[0])]
    rest = (_add(gw, one) for place, one in enumerate(new) if place not in taken)
    whole = (stored for stored in taken.values() if stored is not None)
    return [*whole, *await asyncio.gather(*rest)]


async def _add(gw: Gateway, new: NewMessage) -> Stored:
    return report(gw, new, await media.add(gw, new))


async def _listeners(gw: Gateway, channel: Channel) -> Listeners:
    user_id = channel.webhook.user_id
    return Listeners(
        channel_takes_replies=channel.wants(REPLY),
        task_created=await gw.channels.listeners(user_id, TASK_CREATED),
        task_completed=await gw.channels.listeners(user_id, TASK_COMPLETED),
        conversation_updated=await gw.channels.listeners(user_id, CONVERSATION_UPDATED),
    )


async def _turn_failed(gw: Gateway, claimed: ClaimedConversation, problem: GatewayError) -> None:
    failure = failed_turn(claimed, problem, gw.config.conversations.retry_seconds, at=gw.now())
    await store.fail_turn(gw.db, failure)
    outcome = "postponed" if failure.retry_at else "held"
    gw.metrics.turns.labels(outcome).inc()
    gw.spans.note(error__type=type(problem).__name__, gateway__outcome=outcome)
    log.warning(
        "turn.failed",
        conversation_id=claimed.id,
        outcome=outcome,
        attempt=claimed.attempts,
        reason=failure.reason,
        retry_at=failure.retry_at.isoformat() if failure.retry_at else None,
    )


async def _attempt(gw: Gateway, claimed: ClaimedDelivery) -> Outcome:
    """How one attempt went; whatever a transport does, its row gets an outcome."""
    if is_deadly(claimed.silences):
        return PermanentFailure(f"{claimed.silences} attempts in a row ended without an outcome")
    try:
        channel = await gw.channels.by_id(user_id=claimed.user_id, webhook_id=claimed.webhook_id)
    except (PartFailure, PluginUnavailable) as problem:
        return problem
    except WebhookNotFound as gone:
        return PermanentFailure(gone.message)
    await note_reached(gw, claimed)
    message = outbound_message(claimed, unsubscribe_url=unsubscribe_url(gw, claimed))
    return await attempt(channel, message, bar=claimed.bar, is_in_doubt=claimed.is_in_doubt)


def _schedule(gw: Gateway, claimed: ClaimedDelivery) -> Sequence[float]:
    own = claimed.retry_seconds
    return gw.config.delivery.retry_seconds if own is None else own
