"""Who answers a turn: the responder, those after it, then the built-in one; nobody is left silent.

Each of them has its share of the time that a turn gets. A generation that a newer message made
useless is cancelled: nobody waits for words that are never sent.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog

from gateway.builtin import BuiltinResponder, BuiltinSettings
from gateway.channels import Channel, report_bug
from gateway.outcomes import Deferral
from gateway.plugin import Answer, PartFailure, PermanentFailure, Responder, TemporaryFailure
from gateway.plugin.errors import StorageUnavailable
from gateway.promises import promised
from gateway.rules.retries import next_wait_seconds
from gateway.runtime import Gateway
from gateway.talks import Talk

log: Final = structlog.stdlib.get_logger()

LOOK_SECONDS: Final = 1.0
"""How often a generation under way is held against newer messages."""
CANCEL_SECONDS: Final = 1.0
LONGEST_WAIT_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class _Fault:
    """Why a responder gave no answer."""

    failure: PartFailure
    is_bug: bool = False


async def answer(gw: Gateway, channel: Channel, talk: Talk) -> Answer | Deferral:
    """The answer to what a turn's messages leave open, or when they are to be looked at again.

    Raises `TemporaryFailure` for a turn that comes again as a whole, `PermanentFailure` for one
    that a person has to see.
    """
    if not talk.rest.pending:
        return Answer(reply="")
    responders = (channel.responder, *channel.fallbacks)
    seconds = channel.policy.answer_seconds / len(responders)
    failure: TemporaryFailure | None = None
    for responder in responders:
        with gw.spans.within("respond"):
            outcome = await _ask(gw, channel, responder, talk, seconds=seconds)
            _note(gw, responder, outcome)
        if isinstance(outcome, Answer):
            return outcome
        if outcome.is_bug and not channel.ladder:
            raise outcome.failure  # its messages are held, others go on
        log.warning(
            "responder.passed_over",
            conversation_id=talk.claimed.id,
            responder=responder.name,
            reason=outcome.failure.message,
        )
        if isinstance(outcome.failure, TemporaryFailure):
            failure = failure or outcome.failure
    if failure is None or _is_over(gw, channel, talk):
        log.warning("responder.gave_up", conversation_id=talk.claimed.id, attempts=_tries(talk))
        builtin = BuiltinResponder(BuiltinSettings(), channel.responder.context)
        return await builtin.respond(talk.rest)
    return _later(gw, channel, talk, failure)


def _note(gw: Gateway, responder: Responder[Any], outcome: Answer | _Fault) -> None:
    """What is noted of the span, as the conventions for models name it."""
    gw.spans.note(gateway__responder=responder.name)
    if isinstance(outcome, _Fault):
        gw.spans.note(error__type=type(outcome.failure).__name__)
    elif outcome.usage is not None:
        gw.spans.note(
            gen_ai__operation__name="chat",
            gen_ai__response__model=outcome.usage.model,
            gen_ai__usage__input_tokens=outcome.usage.input_tokens,
            gen_ai__usage__output_tokens=outcome.usage.output_tokens,
        )


async def _ask(
    gw: Gateway, channel: Channel, responder: Responder[Any], talk: Talk, *, seconds: float
) -> Answer | _Fault:
    try:
        if isinstance(responder, BuiltinResponder):
            return await responder.respond(talk.rest)
        async with asyncio.timeout(seconds):
            return await _while_wanted(gw, responder, talk)
    except TimeoutError:
        return _Fault(TemporaryFailure(f"no answer within {seconds:g} s"))
    except PartFailure as failure:
        return _Fault(failure)
    except Exception as bug:  # noqa: BLE001 # a plugin's own code
        reference = report_bug(bug, channel)
        return _Fault(
            PermanentFailure(f"the responder failed (log reference {reference})"), is_bug=True
        )


async def _while_wanted(gw: Gateway, responder: Responder[Any], talk: Talk) -> Answer:
    """The responder's answer; an empty one when a newer message came, which supersedes the turn."""
    last_chance = talk.claimed.superseded >= gw.config.conversations.supersede_limit
    generation = asyncio.ensure_future(responder.respond(talk.rest))
    try:
        while True:
            done, _ = await asyncio.wait([generation], timeout=LOOK_SECONDS)
            if done:
                return promised(generation.result(), Answer, f"{responder.name}.respond()")
            if not last_chance and await _is_overtaken(gw, talk):
                log.info("generation.cancelled", conversation_id=talk.claimed.id)
                return Answer(reply="")
    finally:
        if not generation.done():
            generation.cancel()
            await asyncio.wait([generation], timeout=CANCEL_SECONDS)


async def _is_overtaken(gw: Gateway, talk: Talk) -> bool:
    try:
        return await gw.overtaken.add(talk.claimed)
    except StorageUnavailable as outage:
        log.warning(
            "storage.unreachable",
            stage="converse",
            item_id=talk.claimed.id,
            reason=outage.message,
        )
        return False


def _is_over(gw: Gateway, channel: Channel, talk: Talk) -> bool:
    """Whether nothing is left but the built-in answer."""
    if channel.last_rung == "builtin":
        return True
    if channel.last_rung == "acknowledge":
        waits = (gw.now() - talk.rest.pending[0].at).total_seconds()
        return waits > gw.config.conversations.patience_seconds
    return _tries(talk) > len(gw.config.conversations.retry_seconds)


def _later(gw: Gateway, channel: Channel, talk: Talk, failure: TemporaryFailure) -> Deferral:
    """When the turn comes again. Raises where nothing of it can be settled before."""
    schedule = gw.config.conversations.retry_seconds
    acknowledges = channel.last_rung == "acknowledge"
    if not acknowledges and not talk.opening.handled:
        raise TemporaryFailure(f"the responder failed: {failure.message}") from failure
    tries = min(_tries(talk), len(schedule))
    wait = next_wait_seconds(
        tries,
        schedule,
        asked_seconds=failure.retry_after_seconds,
        cap_seconds=LONGEST_WAIT_SECONDS,
    )
    known_id = talk.claimed.acknowledged_id
    return Deferral(
        retry_at=gw.now() + timedelta(seconds=LONGEST_WAIT_SECONDS if wait is None else wait),
        attempts=tries,
        says_so=acknowledges and (known_id is None or known_id < talk.rest.pending[0].message_id),
        reason=failure.message,
    )


def _tries(talk: Talk) -> int:
    return talk.claimed.attempts
