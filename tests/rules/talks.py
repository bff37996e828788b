"""Conversations for the tests of what a model is asked and answers."""

from datetime import UTC, datetime

from gateway.plugin import Analysis, Conversation, DateMention, Entities, Policy, Turn
from gateway.plugin.testing import NOW

AT_FIVE = DateMention(span="by Friday", at=datetime(2026, 1, 9, 16, 0, tzinfo=UTC), has_time=True)


def said(text: str, *dates: DateMention, id_: int = 7) -> Turn:
    """A message of a person, as the rules have read it."""
    analysis = Analysis(intent="task", entities=Entities(dates=dates, names=("Ann",)))
    return Turn(role="user", text=text, at=NOW, message_id=id_, analysis=analysis)


def conversation(*pending: Turn, policy: Policy | None = None) -> Conversation:
    """A conversation in Madrid that waits for an answer to these messages."""
    return Conversation(
        id=1,
        webhook_id=1,
        participant="+34600000000",
        participant_name=None,
        turns=(),
        pending=pending,
        open_tasks=(),
        summary="",
        memory=(),
        policy=policy or Policy(time_zone="Europe/Madrid"),
        now=NOW,
    )
