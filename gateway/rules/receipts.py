"""How far a message has come, by what its provider says of it; it never goes back."""

from dataclasses import dataclass
from typing import Final

from gateway.plugin.wire import (
    ReceiptState,
)

FURTHER: Final[tuple[ReceiptState, ...]] = ("accepted", "sent", "delivered", "failed")
"""The states in their order; one part that failed counts for more than another that arrived."""
FINAL: Final[frozenset[ReceiptState]] = frozenset({"delivered", "failed"})


@dataclass(frozen=True, slots=True)
class Come:
    """What a receipt makes of a delivery: the provider's state, and the status of the row."""

    state: ReceiptState
    status: str
    has_failed: bool


def come(
    status: str, state: ReceiptState | None, said: ReceiptState, *, is_over: bool
) -> Come | None:
    """What a receipt makes of a delivery; None for one that says nothing new.

    `is_over`: the provider has said before how it ended with the same provider id.
    """
    if status == "erased" or is_over or (state and FURTHER.index(said) <= FURTHER.index(state)):
        return None
    if said == "failed":
        return Come(said, "dead", has_failed=True)
    # Whatever an attempt came to, the provider has the message.
    return Come(said, "delivered", has_failed=False)
