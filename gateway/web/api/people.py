"""Which senders are the same person, on whatever channels they write: linked by the owner."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from gateway.plugin.errors import InvalidPayload, WebhookNotFound
from gateway.store.people import (
    LinkedPerson,
    Sender,
    link_senders,
    list_people,
    unlink_sender,
)
from gateway.web.api.procedures import Call, Id, Listed, Paged, page_of, procedure
from gateway.web.api.webhook_shapes import Text
from gateway.web.wire import Body


class SenderOfPerson(Body):
    """Who writes on one channel."""

    webhook_id: Id = Field(description="The channel.")
    sender_identifier: Text = Field(
        min_length=1,
        max_length=320,
        description="Who writes there, as `senderIdentifier` of their messages has them.",
    )


class LinkSenders(Body):
    """Who is the same person."""

    senders: list[SenderOfPerson] = Field(
        min_length=2, max_length=20, description="Each with the channel on which they write."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlinked:
    """A sender that stands alone now, and the person whom the others still are, if any."""

    webhook_id: int
    sender_identifier: str
    person: LinkedPerson | None


@procedure("people.list", "GET /people", scope="messages:read")
async def list_(call: Call, asked: Paged) -> Listed[LinkedPerson]:
    """The people who write from several senders, newest first; who writes from one is not listed.

    `hasWritten` is false for a sender with whom there is no conversation yet: look at its spelling.
    """
    found: Sequence[LinkedPerson] = await list_people(
        call.gw.db, user_id=call.user_id, before_id=asked.cursor, limit=asked.limit
    )
    return page_of(found, asked, lambda person: person.id)


@procedure("people.link", "POST /people", scope="conversations:write", raises=(WebhookNotFound,))
async def link(call: Call, asked: LinkSenders) -> LinkedPerson:
    """Says that these senders are the same person, whatever channels they write on.

    From then on each of them knows what the others said of themselves, has one list of tasks with
    them, and can answer by its code what was asked on another channel. Opt-outs and limits stay
    with each sender. A sender that already belongs to a person brings that person along. The same
    call again changes nothing. Be sure of it: a message tells the sender what all of them said. See
    [know a person on every channel](../how-to/know-a-person-on-every-channel.md).
    """
    senders = list(dict.fromkeys(_sender(one) for one in asked.senders))
    if len(senders) == 1:
        raise InvalidPayload("/senders names one sender twice; a person is linked of two or more")
    return await link_senders(call.gw.db, call.operation, senders)


@procedure(
    "people.unlink",
    "DELETE /people/senders",
    scope="conversations:write",
    raises=(WebhookNotFound,),
)
async def unlink(call: Call, asked: SenderOfPerson) -> Unlinked:
    """Takes a sender out of its person: it shares nothing with the others from then on.

    An answer that is being made with what the others said is dropped and made anew, and the
    summaries of all of them go, since they may tell it; the next turns write new ones. `person` is
    who is left; it is null where fewer than two senders are, and for a sender that was not linked.
    """
    sender = _sender(asked)
    left = await unlink_sender(call.gw.db, call.operation, sender)
    call.gw.wakeups.wake("converse")
    return Unlinked(
        webhook_id=sender.webhook_id, sender_identifier=sender.sender_identifier, person=left
    )


def _sender(told: SenderOfPerson) -> Sender:
    return Sender(webhook_id=told.webhook_id, sender_identifier=told.sender_identifier)


PROCEDURES: Final = (list_, link, unlink)
