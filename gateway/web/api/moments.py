"""Moments as the API takes them: RFC 3339 text, kept in UTC."""

import re
from datetime import UTC, datetime
from typing import Annotated, Final

from pydantic import AwareDatetime, BeforeValidator

WRITTEN: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


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
