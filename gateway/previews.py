"""What would become of a message: read and answered as ever, but nothing is kept or sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from gateway import answering
from gateway.builtin import BuiltinResponder
from gateway.channels import Channel
from gateway.consent import heard_in, reason_of, said_back
from gateway.outcomes import Deferral, Ending, Listeners, turn_result
from gateway.plugin import Analysis, Fact, InboundMessage, PartFailure, Turn, Usage
from gateway.records import ClaimedConversation, NewTask, PendingMessage, TurnResult
from gateway.rules.verdicts import NewProposal
from gateway.runtime import Gateway
from gateway.screening import set_aside
from gateway.talks import talk_of

Fate = Literal["answered", "postponed", "held", "ignored", "quarantined", "consent"]

NO_LEASE: Final = UUID(int=0)
NOBODY: Final = Listeners(
    channel_takes_replies=True, task_created=(), task_completed=(), conversation_updated=()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One message as its channel reads it, its fate, and all that its answer would change."""

    message: InboundMessage
    fate: Fate
    reason: str | None = None
    reply: str = ""
    analysis: Analysis | None = None
    tasks: Sequence[NewTask] = ()
    proposals: Sequence[NewProposal] = ()
    memory: Sequence[Fact] = ()
    usage: Usage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a message is imagined into: what was said before it, and when it comes."""

    earlier: Sequence[Turn]
    at: datetime


async def preview(gw: Gateway, channel: Channel, message: InboundMessage, scene: Scene) -> Preview:
    """Answers a message as that of a person of whom nothing else is known, and forgets it.

    A channel's model is really asked, and counts what it costs.
    """
    reason, is_ignored = set_aside(message, None)
    if reason is not None:
        return Preview(
            message=message, fate="ignored" if is_ignored else "quarantined", reason=reason
        )
    heard = heard_in(channel, message)
    if heard is not None and heard.is_sure:
        reply = said_back(channel, heard)
        return Preview(message=message, fate="consent", reason=reason_of(heard), reply=reply)
    talk = talk_of(
        _claimed(gw, channel, message, scene),
        channel.policy,
        gw.terms,
        by_rules=isinstance(channel.responder, BuiltinResponder),
        now=scene.at,
    )
    try:
        answer = await answering.answer(gw, channel, talk)
    except PartFailure as failure:
        return Preview(message=message, fate="held", reason=failure.message)
    result = turn_result(talk, answer, NOBODY, Ending(at=scene.at, even_if_superseded=True))
    postponed = answer.reason if isinstance(answer, Deferral) else None
    return _shown(message, result, postponed)


def _shown(message: InboundMessage, result: TurnResult, postponed: str | None) -> Preview:
    return Preview(
        message=message,
        fate="answered" if postponed is None else "postponed",
        reason=next(iter(result.reasons.values()), None) if postponed is None else postponed,
        reply=next((sent.content for sent in result.outbound if sent.kind == "reply"), ""),
        analysis=next(iter(result.analyses.values()), None),
        tasks=result.tasks,
        proposals=result.proposals,
        memory=result.memory,
        usage=result.usage,
    )


def _claimed(
    gw: Gateway, channel: Channel, message: InboundMessage, scene: Scene
) -> ClaimedConversation:
    """A conversation that no table knows, with the message as the last of it."""
    pending = PendingMessage(
        id=len(scene.earlier) + 1,
        text=message.text,
        received_at=scene.at,
        structured=message.structured,
        attachments=message.attachments,
        is_proven=message.is_proven,
        requester=message.requester,
    )
    return ClaimedConversation(
        id=0,
        lease_id=NO_LEASE,
        user_id=channel.webhook.user_id,
        webhook_id=channel.webhook.id,
        participant=message.sender,
        participant_name=message.sender_name,
        summary="",
        memory=(),
        message_count=pending.id,
        attempts=1,
        # No newer message can come: none is looked for.
        superseded=gw.config.conversations.supersede_limit,
        pending=(pending,),
        history=tuple(scene.earlier),
        open_tasks=(),
        thread=message.thread_hint or "",
    )
