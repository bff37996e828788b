"""When a failed attempt is repeated."""

from collections.abc import Sequence


def next_wait_seconds(
    attempts: int,
    schedule_seconds: Sequence[float],
    *,
    asked_seconds: float | None = None,
    cap_seconds: float = 0.0,
) -> float | None:
    """The wait after `attempts` failed attempts, or None when the schedule is used up.

    What the other side asked for (Retry-After) can only lengthen a wait, and only up to the cap.
    """
    if attempts > len(schedule_seconds):
        return None
    planned = schedule_seconds[max(attempts, 1) - 1]
    return planned if asked_seconds is None else max(planned, min(asked_seconds, cap_seconds))
