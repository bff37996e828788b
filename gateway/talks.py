"""A claimed conversation as it is read: understood, commands found, the rest for a responder."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from gateway.plugin import Conversation, Policy, Turn
from gateway.records import ClaimedConversation
from gateway.rules.analysis import analyse
from gateway.rules.asking import Voice, language_of_turn, voice_for
from gateway.rules.changes import wish_in
from gateway.rules.confirmation import Opening, open_turn
from gateway.rules.media import with_words
from gateway.rules.memory import living, opened, together
from gateway.rules.places import zone_of
from gateway.rules.traces import Trace
from gateway.rules.trust import careful, heeded, told_to_confirm
from gateway.rules.unclear import UNKNOWN_SCRIPT, in_unknown_script, reason_for
from gateway.tracing import begin, next_span

LONGEST_EARLIER_TURN: Final = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long a question waits, how long a task can be undone, how long a message may be."""

    proposal_seconds: float
    undo_seconds: float
    longest_message: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A claimed conversation, read: what its messages decide by themselves, and in which words.

    It is trusted unless nobody vouches for the sender of one of them.
    """

    claimed: ClaimedConversation
    conversation: Conversation
    opening: Opening
    terms: Terms
    is_trusted: bool = True

    @property
    def voice(self) -> Voice:
        """The words in which the gateway itself answers."""
        return voice_for(self.conversation, language_of_turn(self.conversation, self.opening))

    @property
    def rest(self) -> Conversation:
        """The conversation as a responder sees it: without the messages that need none."""
        if not self.opening.handled:
            return self.conversation
        handled = self.opening.handled
        left = tuple(t for t in self.conversation.pending if t.message_id not in handled)
        return replace(self.conversation, pending=left)


def trace_of(claimed: ClaimedConversation, now: datetime) -> Trace:
    """A turn belongs to the trace of the last message that it answers."""
    known = [message.trace for message in claimed.pending if message.trace]
    return next_span(known[-1]) if known else begin(now)


def conversation_of(claimed: ClaimedConversation, policy: Policy, *, now: datetime) -> Conversation:
    """A claimed conversation as a responder sees it, every pending message understood.

    Dates mean what they mean where the person is.
    """
    zone = zone_of(claimed.participant, default=policy.time_zone)
    if zone != policy.time_zone:
        policy = replace(policy, time_zone=zone)
    return Conversation(
        id=claimed.id,
        webhook_id=claimed.webhook_id,
        participant=claimed.participant,
        participant_name=claimed.participant_name,
        turns=tuple(map(_bounded, claimed.history)),
        pending=tuple(
            Turn(
                role="user",
                text=text,
                at=message.received_at,
                message_id=message.id,
                # A relative date means what it meant when the message came, not at its answer.
                analysis=analyse(text, now=message.received_at, time_zone=zone),
                structured=message.structured,
                attachments=message.attachments,
            )
            for message in claimed.pending
            for text in (with_words(message.text, message.attachments),)
        ),
        open_tasks=claimed.open_tasks,
        summary=claimed.summary,
        memory=living(together(claimed.memory, claimed.elsewhere), now=now),
        policy=policy,
        now=now,
        proposals=tuple(
            each.proposal
            for each in claimed.standings
            if each.status == "pending" and each.is_open(now)
        ),
        finished_tasks=claimed.finished_tasks,
    )


def talk_of(
    claimed: ClaimedConversation, policy: Policy, terms: Terms, *, by_rules: bool, now: datetime
) -> Talk:
    """A claimed conversation, read: what needs no responder is found here.

    `by_rules`: its responder knows no other languages than the rules do.
    """
    unproven = frozenset(message.id for message in claimed.pending if not message.is_proven)
    policy = careful(policy) if unproven else policy
    conversation = conversation_of(claimed, policy, now=now)
    opening = open_turn(
        heeded(conversation.pending, unproven),
        claimed.standings,
        participant=claimed.participant,
        asked_since=_asked_since(claimed.history),
        now=now,
    )
    proven = tuple(t for t in conversation.pending if t.message_id not in unproven)
    opening = opened(opening, replace(conversation, pending=proven))
    opening = told_to_confirm(opening, conversation.pending, claimed.standings, unproven)
    reasons = {
        turn.message_id: reason
        for turn in conversation.pending
        if turn.message_id not in opening.handled
        and (reason := reason_for(turn, longest=terms.longest_message))
    }
    opening = _with_wishes(opening, conversation, by_rules=by_rules)
    handled = opening.handled | reasons.keys()
    if by_rules:
        foreign = (t.message_id for t in conversation.pending if in_unknown_script(t.text))
        reasons = dict.fromkeys(foreign, UNKNOWN_SCRIPT) | reasons
    if reasons:
        opening = replace(opening, reasons=reasons, handled=handled)
    return Talk(
        claimed=claimed,
        conversation=conversation,
        opening=opening,
        terms=terms,
        is_trusted=not unproven,
    )


def _with_wishes(opening: Opening, conversation: Conversation, *, by_rules: bool) -> Opening:
    """A turn's beginning with the changes of tasks that its messages are as a whole."""
    if not conversation.policy.auto_create_tasks:
        return opening
    wishes = tuple(
        wish
        for turn in conversation.pending
        if turn.message_id not in opening.handled
        and not turn.structured
        and not turn.attachments
        and (wish := wish_in(turn, conversation, by_rules=by_rules))
    )
    if not wishes:
        return opening
    handled = opening.handled | {wish.message_id for wish in wishes}
    language = opening.language or wishes[-1].language
    return replace(opening, wishes=wishes, handled=handled, language=language)


def _asked_since(history: Sequence[Turn]) -> datetime | None:
    """When the assistant last asked something."""
    return next((t.at for t in reversed(history) if t.role == "assistant" and "?" in t.text), None)


def _bounded(turn: Turn) -> Turn:
    if len(turn.text) <= LONGEST_EARLIER_TURN:
        return turn
    return replace(turn, text=turn.text[:LONGEST_EARLIER_TURN])
