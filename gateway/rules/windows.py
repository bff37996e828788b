"""Sliding rate-limit windows: two counters each, the older one weighted by what still counts of it.

An exact log of every request would cost memory per request; plain fixed windows let twice the limit
pass around their edge. The weighted pair does neither (Cloudflare measured 0.003 % wrong
decisions). Weights alone would halve a limit of one, for a single hit fades only with its whole
window: so each counter also knows the place of its last hit, after which it is past for certain.
"""

from dataclasses import dataclass, replace
from math import ceil
from typing import Final

SLACK: Final = 1e-6
"""So that a wait that ends exactly when a hit has faded is enough, whatever floats make of it."""
PLACE_SLACK: Final = 3e-6
"""The same for places, which processes tell each other in whole microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """One limit at one moment: the hits of two fixed windows, and the place in the current one.

    `previous_last` and `current_last` are the places of their last hits, each in its own window.
    """

    limit: int
    length_seconds: int
    previous: int
    current: int
    elapsed_seconds: float
    previous_last: float
    current_last: float

    @property
    def used(self) -> float:
        """Hits that count now."""
        if self.elapsed_seconds + PLACE_SLACK >= self.previous_last:
            return self.current
        share = 1.0 - self.elapsed_seconds / self.length_seconds
        return self.previous * share + self.current

    @property
    def admits(self) -> bool:
        """Whether one more hit stays within the limit."""
        return self.used + 1 <= self.limit + SLACK

    @property
    def remaining(self) -> int:
        """Hits that would be admitted right now."""
        return max(0, int(self.limit - self.used + SLACK))

    def after(self, hits: int) -> "Window":
        """The window once so many more hits are counted, all of them now."""
        last = self.elapsed_seconds if hits else self.current_last
        return replace(self, current=self.current + hits, current_last=last)

    @property
    def retry_after_seconds(self) -> int:
        """Whole seconds until one hit is admitted, never more than a window; 0 when it is now."""
        if self.admits:
            return 0
        length, elapsed = self.length_seconds, self.elapsed_seconds
        room = self.limit - 1 - self.current
        if room >= 0 and self.previous:
            faded = min(self.previous_last, length * (1 - room / self.previous))
            return max(1, ceil(faded - elapsed))
        faded = length * (1 - (self.limit - 1) / self.current) if self.current else 0.0
        return min(length, max(1, ceil(length - elapsed + min(self.current_last, faded))))
