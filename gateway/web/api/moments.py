"""Moments as the API takes them: RFC 3339 text, kept in UTC; and days."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Final

from pydantic import AwareDatetime, BeforeValidator, Strict

WRITTEN: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)

WRITTEN_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def _in_utc(value: object) -> object:
    if not isinstance(value, str) or not WRITTEN.fullmatch(value):
        raise ValueError(
            "write it as 2026-01-02T03:04:05Z; in a query, the + of an offset is written %2B"
        )
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("there is no such moment") from None


Moment = Annotated[AwareDatetime, BeforeValidator(_in_utc)]


def _day(value: object) -> object:
    # A number would be taken for seconds since 1970.
    if not isinstance(value, str) or not WRITTEN_DAY.fullmatch(value):
        raise ValueError("write it as 2026-01-02")
    return value


Day = Annotated[date, Strict(False), BeforeValidator(_day)]
"""A day that comes as text, such as 2026-11-24."""
