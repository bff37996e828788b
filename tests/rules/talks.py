"""Conversations for the tests of what a model is asked and answers."""

from dataclasses import replace
from datetime import UTC, datetime

from gateway.plugin import Analysis, Conversation, DateMention, Entities, Policy, Turn
from gateway.plugin.assistant.rehearsal import conversation
from gateway.plugin.testing import NOW

AT_FIVE = DateMention(span="by Friday", at=datetime(2026, 1, 9, 16, 0, tzinfo=UTC), has_time=True)


def said(text: str, *dates: DateMention, id_: int = 7) -> Turn:
    """A message of a person, as the rules have read it."""
    analysis = Analysis(intent="task", entities=Entities(dates=dates, names=("Ann",)))
    return Turn(role="user", text=text, at=NOW, message_id=id_, analysis=analysis)


def under(policy: Policy, *pending: Turn) -> Conversation:
    """A conversation on a channel whose owner wants it so."""
    return replace(conversation(*pending), policy=policy)
