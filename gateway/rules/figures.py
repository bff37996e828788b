"""What counts add up to: shares, means, and percentiles from a histogram."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

GROWTH: Final = 1.15
"""Each bucket ends 15 % above the one before: a percentile is off by at most 7 %."""
LARGEST_BUCKET: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often something happened, what its measure came to in all, and how it was spread."""

    count: int = 0
    total: float = 0.0
    buckets: Mapping[int, int] | None = None

    @property
    def mean(self) -> float | None:
        """The average measure; None when nothing happened."""
        return self.total / self.count if self.count else None

    def percentile(self, share: float) -> float | None:
        """The measure that `share` of the cases stay below; None when nothing happened."""
        left = share * sum((self.buckets or {}).values())
        for bucket, count in sorted((self.buckets or {}).items()):
            left -= count
            if left <= 0:
                return middle_of(bucket)
        return None


def bucket_of(milliseconds: float) -> int:
    """The bucket that a time falls into; the store computes the same in SQL."""
    if milliseconds < 1:
        return 0
    return min(LARGEST_BUCKET, 1 + math.floor(math.log(milliseconds) / math.log(GROWTH)))


def middle_of(bucket: int) -> float:
    """The time in milliseconds that stands for a bucket: the geometric middle of its ends."""
    return float(GROWTH ** (bucket - 0.5)) if bucket else 0.5


def share(part: int, whole: int) -> float | None:
    """A part of a whole, from 0 to 1; None for a part of nothing."""
    return round(part / whole, 4) if whole else None
