"""The one clock of the house."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The wall clock; everything below the edges gets time as an argument."""
    return datetime.now(UTC)
