"""When a message goes another way than through its own channel."""

from typing import Final

from gateway.plugin import PartFailure, RecipientOptedOut, TemporaryFailure

PATIENCE_ATTEMPTS: Final = 2
"""One failure may be a hiccup, and a person wonders about a number that they do not know."""


def takes_detour(failure: PartFailure, *, attempts: int, is_rerouted: bool) -> bool:
    """Whether a message whose attempt failed goes on through the fallback of its channel.

    Only with proof that nothing was sent, never because of the person, and only once.
    """
    if is_rerouted or not failure.not_accepted or isinstance(failure, RecipientOptedOut):
        return False
    return attempts >= PATIENCE_ATTEMPTS or not isinstance(failure, TemporaryFailure)
