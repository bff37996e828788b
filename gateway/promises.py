"""What a part gives back, held against the contract: a plugin that breaks it is told how."""

from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


def promised(value: object, kind: type[T], where: str) -> T:
    """The value, if it is what the contract says. Raises `TypeError`."""
    if not isinstance(value, kind):
        raise TypeError(
            f"{where} returned {type(value).__name__}, not {kind.__name__}; see "
            "docs/reference/parts.md"
        )
    return value


async def promised_nothing(verifying: Awaitable[object], where: str) -> None:
    """Returns for None alone: who says False instead of raising has let nobody in."""
    value = await verifying
    if value is not None:
        raise TypeError(
            f"{where} returned {value!r}: it returns nothing for an authentic request, and raises "
            "InvalidAuth or InvalidSignature for any other"
        )
