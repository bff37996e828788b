"""The lifecycle of a conversation, over every pair of a status and an action."""

from typing import get_args

import pytest

from gateway.rules.lifecycle import (
    LIFECYCLE,
    ConversationAction,
    ConversationStatus,
    possible_actions,
    status_after,
)

ALLOWED = {
    ("active", "pause"): "paused",
    ("active", "resolve"): "resolved",
    ("active", "archive"): "archived",
    ("paused", "resume"): "active",
    ("paused", "archive"): "archived",
    ("resolved", "reopen"): "active",
    ("resolved", "archive"): "archived",
}


@pytest.mark.parametrize("action", get_args(ConversationAction))
@pytest.mark.parametrize("status", get_args(ConversationStatus))
def test_each_action_does_from_each_status_what_the_requirements_say_and_nothing_else(
    status: str, action: ConversationAction
) -> None:
    assert status_after(status, action) == ALLOWED.get((status, action))
    assert (action in possible_actions(status)) == ((status, action) in ALLOWED)


def test_every_status_has_its_place() -> None:
    assert set(LIFECYCLE) == set(get_args(ConversationStatus))
