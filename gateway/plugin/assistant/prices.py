"""What an answer cost."""

from dataclasses import dataclass
from typing import Final

MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """US dollars for a million tokens; a cache that is written or read has prices of its own."""

    input: float
    output: float
    cache_write: float
    cache_read: float

    def cost_usd(
        self, *, fresh: int, output: int, cache_written: int = 0, cache_read: int = 0
    ) -> float:
        """The cost of these tokens; `fresh` are those of the prompt that no cache has seen."""
        parts = (
            fresh * self.input,
            cache_written * self.cache_write,
            cache_read * self.cache_read,
            output * self.output,
        )
        return sum(parts) / MILLION
