"""The lifecycle of a conversation (FR-09): what can be done with it, and what it is then."""

from collections.abc import Mapping
from typing import Final, Literal

ConversationStatus = Literal["active", "paused", "resolved", "archived"]
ConversationAction = Literal["pause", "resume", "resolve", "reopen", "archive"]

LIFECYCLE: Final[Mapping[str, Mapping[ConversationAction, ConversationStatus]]] = {
    "active": {"pause": "paused", "resolve": "resolved", "archive": "archived"},
    "paused": {"resume": "active", "archive": "archived"},
    "resolved": {"reopen": "active", "archive": "archived"},
    "archived": {},
}
"""What each action makes of a conversation that has a status; every other action is refused."""


def status_after(status: str, action: ConversationAction) -> ConversationStatus | None:
    """What an action makes of a conversation; None when it is not possible from there."""
    return LIFECYCLE[status].get(action)


def possible_actions(status: str) -> tuple[ConversationAction, ...]:
    """What can be done with a conversation of this status."""
    return tuple(LIFECYCLE[status])
