"""Events that say the same to one endpoint again and again, as this process has seen them."""

from collections import deque
from typing import Final

REMEMBERED: Final = 10_000


class Repeats:
    """Counts by endpoint and fingerprint; `limit` within the window is a loop, 0 never is one."""

    def __init__(self, *, limit: int, window_seconds: float) -> None:
        self._limit = limit
        self._window_seconds = window_seconds
        self._seen: dict[tuple[int, int], deque[float]] = {}

    def note(self, endpoint_id: int, fingerprint: int | None, *, at: float) -> bool:
        """Counts one at `at`, in seconds; True for the one that makes it a loop."""
        if fingerprint is None or not self._limit:
            return False
        key = (endpoint_id, fingerprint)
        times = self._seen.pop(key, None) or deque(maxlen=self._limit)
        times.append(at)
        if len(times) == self._limit and at - times[0] <= self._window_seconds:
            return True  # it is counted anew from here
        self._seen[key] = times
        if len(self._seen) > REMEMBERED:
            self._seen.pop(next(iter(self._seen)))
        return False
