"""When a failed attempt is repeated."""

from collections.abc import Sequence
from typing import Final

JITTERED_FROM_SECONDS: Final = 60.0
JITTER_SHARE: Final = 0.1
LONGEST_JITTER_SECONDS: Final = 900.0
SILENT_CLAIMS: Final = 3
"""Claims in silence, their worker dead, that work may have; one more, and it is what kills them."""
OURS_SECONDS: Final = 30.0
OURS_LONGEST_SECONDS: Final = 3600.0
OURS_SHARE: Final = 0.1


def next_wait_seconds(
    attempts: int,
    schedule_seconds: Sequence[float],
    *,
    asked_seconds: float | None = None,
    cap_seconds: float = 0.0,
    chance: float = 0.0,
) -> float | None:
    """The wait after `attempts` failed attempts, or None when the schedule is used up.

    What the other side asked for (Retry-After) can only lengthen a wait, and only up to the cap.
    `chance`, from 0 up to 1, spreads waits of a minute or more, so that what failed together does
    not come back together; it never shortens one.
    """
    if attempts > len(schedule_seconds):
        return None
    planned = schedule_seconds[max(attempts, 1) - 1]
    wait = planned if asked_seconds is None else max(planned, min(asked_seconds, cap_seconds))
    return wait + chance * jitter_seconds(wait)


def is_deadly(claims_in_silence: int) -> bool:
    """Whether a delivery is to be given up since it takes its worker down each time."""
    return claims_in_silence > SILENT_CLAIMS


def claims_at_most(schedule_seconds: Sequence[float]) -> int:
    """How often a conversation is claimed for the same messages, whatever becomes of its worker."""
    return len(schedule_seconds) + 1 + SILENT_CLAIMS


def jitter_seconds(wait_seconds: float) -> float:
    """The most by which chance may lengthen a wait."""
    if wait_seconds < JITTERED_FROM_SECONDS:
        return 0.0
    return min(wait_seconds * JITTER_SHARE, LONGEST_JITTER_SECONDS)


def wait_for_us_seconds(age_seconds: float) -> float:
    """The wait after a fault of ours, for a delivery of this age: the older, the more patient."""
    return min(max(age_seconds * OURS_SHARE, OURS_SECONDS), OURS_LONGEST_SECONDS)
