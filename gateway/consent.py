"""Consent: a person's STOP, START and HELP, a provider's word for it, and what follows."""

from collections.abc import Mapping, Sequence
from typing import Final

import structlog

from gateway import store
from gateway.channels import Channel
from gateway.notices import owners_to_tell, report_notice
from gateway.plugin import (
    REPLY,
    ConsentWord,
    InboundMessage,
    RecipientOptedOut,
    RecipientUnreachable,
)
from gateway.records import ClaimedDelivery, NewMessage, Stored
from gateway.rules.consent import Consent, Heard, confirmation, counts, spoken, word_in
from gateway.rules.events import CONSENT_CHANGED
from gateway.rules.storable import storable
from gateway.runtime import Gateway
from gateway.screening import is_answerable
from gateway.store import ConsentChanged, ConsentWordGiven, NewConsent

log: Final = structlog.stdlib.get_logger()

SMS: Final = "sms"
REASON_CHARACTERS: Final = 500
_STATES: Final[Mapping[ConsentWord, Consent | None]] = {
    "stop": "opted_out",
    "start": "opted_in",
    "help": None,
}


def heard_in(channel: Channel, message: InboundMessage) -> Heard | None:
    """The word on consent that a message is: as its provider says, or as it reads on SMS."""
    if not is_answerable(message) or (message.consent == "start" and not message.is_proven):
        return None
    if message.consent is not None:
        known = word_in(message.text, channel.consent_words)
        return Heard(message.consent, language=known.language) if known else Heard(message.consent)
    is_whole = not (message.attachments or message.structured or message.fragment)
    if channel.webhook.channel_type != SMS or not is_whole:
        return None
    return word_in(message.text, channel.consent_words)


def are_words(channel: Channel, messages: Sequence[InboundMessage]) -> bool:
    """Whether all that came is certainly about consent: no limit keeps a person from saying so."""
    heard = [heard_in(channel, message) for message in messages]
    return bool(heard) and all(each is not None and each.is_sure for each in heard)


async def take_words(gw: Gateway, channel: Channel, new: Sequence[NewMessage]) -> dict[int, Stored]:
    """Does what words on consent say, each in one transaction; the places of those messages.

    Once this returns, nothing more goes to a person who has said STOP, and a confirmation is on
    its way where the provider sends none.
    """
    taken: dict[int, Stored] = {}
    for place, one in enumerate(new):
        heard = heard_in(channel, one.message)
        if heard is None or not await _is_meant(gw, one, heard):
            continue
        told = await gw.channels.listeners(one.user_id, CONSENT_CHANGED)
        given = _given(channel, one, heard)
        taken[place], changed = await store.take_word(gw.db, given, listeners=told)
        log.info("consent.heard", message_id=taken[place].message_id, word=heard.word)
        report_change(gw, changed)
        gw.wakeups.wake("deliver")
    return taken


async def note_refusal(
    gw: Gateway, claimed: ClaimedDelivery, refusal: RecipientOptedOut | RecipientUnreachable
) -> None:
    """Writes down that a provider does not send to a person, and never will: why, and of whom.

    What the gateway itself kept back is known already.
    """
    if claimed.bar in {"opted_out", "unsubscribed", "unreachable"}:
        return
    await _note(
        gw,
        NewConsent(
            user_id=claimed.user_id,
            address=claimed.recipient,
            webhook_id=claimed.webhook_id,
            state="opted_out" if isinstance(refusal, RecipientOptedOut) else "unreachable",
            source="refusal",
            actor="provider",
            at=gw.now(),
            reason=storable(refusal.message)[:REASON_CHARACTERS],
            delivery_id=claimed.id,
        ),
    )


async def note_reached(gw: Gateway, claimed: ClaimedDelivery) -> None:
    """Writes down that an address can be written to again, whose person has written from it."""
    if claimed.bar != "reached":
        return
    await _note(
        gw,
        NewConsent(
            user_id=claimed.user_id,
            address=claimed.recipient,
            webhook_id=claimed.webhook_id,
            state="reachable",
            source="message",
            actor="participant",
            at=gw.now(),
        ),
    )


def follow_change(gw: Gateway, changed: ConsentChanged | None) -> None:
    """What comes after a change that was written: its lines, and a wake-up for who is told."""
    report_change(gw, changed)
    if changed is None:
        return
    report_notice(changed.notice)
    gw.wakeups.wake("deliver")


def report_change(gw: Gateway, changed: ConsentChanged | None) -> None:
    """The line that a change of consent leaves in the log, and its figure."""
    if changed is None:
        return
    new = changed.new
    gw.metrics.consent_changes.labels(new.state, new.source).inc()
    log.info(
        "consent.changed",
        user_id=new.user_id,
        webhook_id=new.webhook_id or None,
        state=new.state,
        source=new.source,
        message_id=new.message_id,
        delivery_id=new.delivery_id,
        withheld=changed.withheld,
        cancelled=changed.cancelled,
    )


async def _note(gw: Gateway, consent: NewConsent) -> None:
    told = await gw.channels.listeners(consent.user_id, CONSENT_CHANGED)
    is_lost = consent.state == "unreachable"
    owners = await owners_to_tell(gw, consent.user_id) if is_lost else ()
    follow_change(gw, await store.change_consent(gw.db, consent, listeners=told, owners=owners))


async def _is_meant(gw: Gateway, one: NewMessage, heard: Heard) -> bool:
    if heard.is_sure:
        return True
    is_out, is_asked = await store.consent_standing(
        gw.db,
        user_id=one.user_id,
        webhook_id=one.webhook_id,
        address=one.message.sender,
        now=one.received_at,
    )
    return counts(heard, is_opted_out=is_out, is_asked=is_asked)


def reason_of(heard: Heard) -> str:
    """The reason code of a message that is a word on consent."""
    return f"consent_{heard.word}"


def said_back(channel: Channel, heard: Heard) -> str:
    """How the gateway confirms a word; empty where the provider does, or nothing is sent."""
    if channel.parser.answers_consent or not channel.wants(REPLY):
        return ""
    language = spoken(channel.policy.language, heard.language)
    return confirmation(heard.word, channel.webhook.channel_name, language)


def _given(channel: Channel, one: NewMessage, heard: Heard) -> ConsentWordGiven:
    return ConsentWordGiven(
        new=one,
        state=_STATES[heard.word],
        source="word" if one.message.consent is None else "provider",
        reply=said_back(channel, heard),
        reason=reason_of(heard),
    )
