"""Who may be written to: how a person stands, the proof of it, and the owner's own word."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from gateway import store
from gateway.consent import report_change
from gateway.plugin.errors import NotFound, WebhookNotFound
from gateway.rules.consent import Consent, ConsentState
from gateway.rules.events import CONSENT_CHANGED
from gateway.store import ConsentEntry, ConsentStanding, NewConsent
from gateway.web.api.procedures import Call, Id, Listed, Paged, page_of, procedure
from gateway.web.api.senders import BySender
from gateway.web.api.webhook_shapes import Text
from gateway.web.wire import Body

EVERYTHING: Final = 1000


class ListConsents(Paged):
    """Which people."""

    state: ConsentState | None = Field(None, description="Only those who stand so.")


class SetConsent(Body):
    """How a person is to stand, and why."""

    sender_identifier: Text = Field(
        min_length=1,
        max_length=320,
        description="The person, as `senderIdentifier` of a message has them.",
    )
    state: Consent = Field(description="`opted_out`: nothing more is sent to them.")
    webhook_id: Id | None = Field(
        None, description="The channel that it is about; null is every channel of the account."
    )
    reason: Text = Field(
        min_length=1,
        max_length=500,
        description="How you know, such as what the person said and when: it is the proof.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderConsent:
    """How a person stands, and every word that led to it."""

    sender_identifier: str
    standing: Sequence[ConsentStanding]
    ledger: Sequence[ConsentEntry]


@procedure("consents.list", "GET /consents", scope="messages:read")
async def list_(call: Call, asked: ListConsents) -> Listed[ConsentStanding]:
    """Everybody who has said whether they may be written to or cannot be reached, latest first.

    `webhookId` is the channel that it is about, null for all of the account; the latest word that
    covers a channel counts there. Who is not listed has said nothing. `unreachable` is an address
    that takes nothing: it is not written to on this channel until the person writes from it, which
    makes it `reachable`.
    """
    found = await store.list_consents(
        call.gw.db,
        user_id=call.user_id,
        state=asked.state,
        before_id=asked.cursor,
        limit=asked.limit,
    )
    return page_of(found, asked, lambda standing: standing.id)


@procedure("senders.getConsent", "GET /senders/{id}/consent", scope="messages:read")
async def get(call: Call, asked: BySender) -> SenderConsent:
    """How a person stands with each channel, and the ledger: who said so, in which words, when.

    `source` is `word` for a message of theirs, `provider` for one that the provider marked,
    `receipt` or `refusal` for what the provider said of a message to them, `owner` for your own
    word, `message` for a message of theirs after nothing had reached them, `link` for the one in a
    notification, which makes them `unsubscribed`: they get answers, and no notifications.
    404 means that the person has said nothing.
    """
    found = await _standing(call, asked.id)
    if not found.ledger:
        raise NotFound("this person has said nothing; GET /api/v1/consents lists who has")
    return found


@procedure(
    "consents.set",
    "POST /consents",
    scope="conversations:write",
    raises=(WebhookNotFound,),
)
async def set_(call: Call, asked: SetConsent) -> SenderConsent:
    """Notes what a person has told you elsewhere: that they want no messages, or want them again.

    What waits for an opted-out person is withheld in the same moment, and what they were asked is
    cancelled; nothing more is sent to them, whatever asks for it. The audit trail and the ledger
    keep your reason. The same call again changes nothing. A provider may go on to refuse somebody
    whom you opt in: to it the person has to say START themselves.
    """
    gw = call.gw
    if asked.webhook_id is not None:
        await store.get_webhook(gw.db, user_id=call.user_id, webhook_id=asked.webhook_id)
    consent = NewConsent(
        user_id=call.user_id,
        address=asked.sender_identifier,
        webhook_id=asked.webhook_id or 0,
        state=asked.state,
        source="owner",
        actor=call.principal.actor,
        at=call.at,
        reason=asked.reason,
    )
    told = await gw.channels.listeners(call.user_id, CONSENT_CHANGED)
    report_change(gw, await store.set_consent(gw.db, call.operation, consent, listeners=told))
    gw.wakeups.wake("deliver")
    return await _standing(call, asked.sender_identifier)


async def _standing(call: Call, sender: str) -> SenderConsent:
    db, user_id = call.gw.db, call.user_id
    return SenderConsent(
        sender_identifier=sender,
        standing=await store.list_consents(db, user_id=user_id, sender=sender, limit=EVERYTHING),
        ledger=await store.consent_ledger(db, user_id=user_id, sender=sender),
    )


PROCEDURES: Final = (list_, get, set_)
