"""A person of the account's answers in a conversation; the assistant keeps silent meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Final

from pydantic import Field

from gateway.channels import Channel
from gateway.plugin import REPLY, Analysis
from gateway.plugin.errors import Conflict, PluginUnavailable
from gateway.rules.analysis import analyse
from gateway.rules.events import CONVERSATION_UPDATED
from gateway.rules.places import zone_of
from gateway.store.takeovers import HandReply, OpenTalk, answer_by_hand, open_talk
from gateway.web.api.conversations import LONGEST_PAUSE_MINUTES
from gateway.web.api.procedures import ById, Call, procedure
from gateway.web.api.webhook_shapes import LongText

LONGEST_CONTENT: Final = 20_000

Content = Annotated[LongText, Field(min_length=1, max_length=LONGEST_CONTENT, pattern=r"\S")]


class AnswerByHand(ById):
    """What is said, and how long the assistant keeps silent afterwards."""

    content: Content = Field(description="What is said to the participant.")
    silent_minutes: int = Field(
        60,
        ge=0,
        le=LONGEST_PAUSE_MINUTES,
        description="How long the assistant keeps silent afterwards; 0 leaves it as it is.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredByHand:
    """The delivery of what was said, and the messages that it answers."""

    delivery_id: int
    message_ids: Sequence[int]


@procedure(
    "conversations.reply",
    "POST /conversations/{id}/reply",
    scope="messages:send",
    status=201,
    raises=(Conflict, PluginUnavailable),
)
async def reply(call: Call, asked: AnswerByHand) -> AnsweredByHand:
    """Says something to the participant in the assistant's place.

    It goes through the conversation's channel as any answer does: in the same thread, with
    repeats, and withheld from who has opted out. It answers what waits there; an answer that the
    assistant is making is dropped unseen.

    An active conversation is paused for `silentMinutes`, and then goes on by itself: what came
    meanwhile is answered. In one that is paused with an end, the end moves on. The assistant knows
    what was said here as if it had said it. 409 `CONFLICT` for an archived conversation, and for a
    channel that sends nothing. [Answer in the assistant's place](../how-to/take-over.md) says more.
    """
    talk = await open_talk(call.gw.db, user_id=call.user_id, conversation_id=asked.id)
    channel = await call.gw.channels.by_id(user_id=call.user_id, webhook_id=talk.webhook_id)
    if not channel.wants(REPLY):
        raise Conflict(
            f"the channel {talk.webhook_id} sends nothing: it is switched off, or has no address "
            "to send to; GET /api/v1/webhooks/{id} shows its settings"
        )
    silent_until = call.at + timedelta(minutes=asked.silent_minutes)
    written = HandReply(
        conversation_id=talk.id,
        content=asked.content,
        answered=_understood(talk, channel),
        silent_until=silent_until if asked.silent_minutes else None,
        listeners=await call.gw.channels.listeners(call.user_id, CONVERSATION_UPDATED),
    )
    delivery_id, answered = await answer_by_hand(call.gw.db, call.operation, written)
    for stage in ("converse", "deliver"):
        call.gw.wakeups.wake(stage)
    return AnsweredByHand(delivery_id=delivery_id, message_ids=answered)


def _understood(talk: OpenTalk, channel: Channel) -> dict[int, Analysis]:
    """What waits, understood by the rules: no task comes out of what a person answers."""
    zone = zone_of(talk.participant, default=channel.policy.time_zone)
    return {
        one.id: analyse(one.text, now=one.received_at, time_zone=zone) for one in talk.unanswered
    }


PROCEDURES: Final = (reply,)
