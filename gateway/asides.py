"""Which messages that were set aside the log tells of, as this process has seen them."""

from typing import Final

HUSHED_SECONDS: Final = 3600.0
REMEMBERED: Final = 10_000
"""Of more senders and reasons the ones that were told longest ago are forgotten."""

Kind = tuple[int, str, str]
"""The channel, the sender and the reason: what is the same for messages that say the same."""


class Asides:
    """Has the first of a kind told, and one more once an hour; the others are counted meanwhile."""

    def __init__(self) -> None:
        # By a hash of the kind: no address is kept here.
        self._told: dict[int, tuple[float, int]] = {}

    def note(self, kind: Kind, *, at: float) -> int | None:
        """Counts one at `at`, in seconds: how many before it were not told; None if it is not."""
        key = hash(kind)
        told_at, untold = self._told.get(key, (None, 0))
        if told_at is not None and at - told_at < HUSHED_SECONDS:
            self._told[key] = (told_at, untold + 1)
            return None
        self._told.pop(key, None)
        self._told[key] = (at, 0)
        if len(self._told) > REMEMBERED:
            self._told.pop(next(iter(self._told)))
        return untold
