"""Calendar arithmetic in a person's time zone; every result is a valid day or None."""

import calendar
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from gateway.rules.vocabulary.units import DAY, MONTH, QUARTER, WEEK, YEAR

FRIDAY: Final = 4
SUNDAY: Final = 6
_DAYS_IN_WEEK: Final = 7
_MONTHS_IN_YEAR: Final = 12
_MONTHS_IN_QUARTER: Final = 3
_LEAP_DAY_WAIT: Final = 9
_UTC: Final = ZoneInfo("UTC")

END_OF_DAY: Final = time(23, 59)


@dataclass(frozen=True, slots=True)
class Here:
    """Now, as the sender's clock and calendar show it."""

    now: datetime
    today: date
    zone: ZoneInfo


# Reading a zone costs a file; zoneinfo itself keeps only eight of them for certain.
@lru_cache(maxsize=600)
def zone_named(name: str) -> ZoneInfo:
    """The IANA zone of this name, UTC for a name that is none."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        return _UTC


def here(now: datetime, time_zone: str) -> Here:
    """What `now` is where `time_zone` is the local time."""
    zone = zone_named(time_zone)
    local = now.astimezone(zone)
    return Here(local, local.date(), zone)


def at_wall(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant at which clocks in `zone` show this, in UTC.

    A time that daylight saving skips is moved forward, one that it repeats is the first of the two.
    """
    return datetime.combine(day, clock, zone).astimezone(UTC)


def wall_clock(at: datetime, zone: ZoneInfo) -> datetime:
    """What clocks in `zone` show at this instant; at the ends of the calendar, what UTC shows."""
    try:
        return at.astimezone(zone)
    except OverflowError:
        return at


def valid(year: int, month: int, day: int) -> date | None:
    """This day, None when the calendar has no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def coming_date(month: int, day: int, today: date) -> date | None:
    """The next such day of the year from today on; 29 February waits for its leap year."""
    for year in range(today.year, today.year + _LEAP_DAY_WAIT):
        found = valid(year, month, day)
        if found and found >= today:
            return found
    return None


def coming_day_of_month(day: int, today: date) -> date | None:
    """The next day of a month with this number, from today on."""
    # Of three months in a row, one that is not over has 31 days.
    days = (valid(*_month_after(today, months), day) for months in range(_MONTHS_IN_QUARTER))
    return next((found for found in days if found and found >= today), None)


def coming_weekday(weekday: int, today: date) -> date:
    """The next such weekday after today: on a Friday, "Friday" is in a week."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % _DAYS_IN_WEEK + 1)


def this_weekday(weekday: int, today: date) -> date:
    """The next such weekday, today included."""
    return today + timedelta(days=(weekday - today.weekday()) % _DAYS_IN_WEEK)


def weekday_of_next_week(weekday: int, today: date) -> date:
    """This weekday in the week that starts with the coming Monday."""
    return today + timedelta(days=_DAYS_IN_WEEK - today.weekday() + weekday)


def end_of_week(today: date, weeks: int = 0) -> date:
    """The Friday that ends the working week, the Sunday once it is over."""
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
    friday = monday + timedelta(days=FRIDAY)
    return friday if friday >= today else monday + timedelta(days=SUNDAY)


def end_of_month(today: date, months: int = 0) -> date:
    """The last day of this month, or of a later one."""
    year, month = _month_after(today, months)
    return date(year, month, calendar.monthrange(year, month)[1])


def end_of_named_month(month: int, today: date) -> date:
    """The last day of the next month with this number."""
    return end_of_month(today, (month - today.month) % _MONTHS_IN_YEAR)


def end_of_quarter(today: date) -> date:
    """The last day of this quarter."""
    return end_of_month(today, -today.month % _MONTHS_IN_QUARTER)


def _days(today: date, number: int) -> date:
    return today + timedelta(days=number)


def _weeks(today: date, number: int) -> date:
    return today + timedelta(weeks=number)


def _months(today: date, number: int) -> date:
    year, month = _month_after(today, number)
    return date(year, month, min(today.day, calendar.monthrange(year, month)[1]))


def _years(today: date, number: int) -> date:
    return _months(today, number * _MONTHS_IN_YEAR)


AFTER: Final[dict[int, Callable[[date, int], date]]] = {
    DAY: _days,
    WEEK: _weeks,
    MONTH: _months,
    YEAR: _years,
}
"""A number of units after a day; a month later is the same day of the month where there is one."""


def _end_of_year(today: date) -> date:
    return date(today.year, _MONTHS_IN_YEAR, 31)


END: Final[dict[int, Callable[[date], date]]] = {
    DAY: lambda today: today,
    WEEK: end_of_week,
    MONTH: end_of_month,
    QUARTER: end_of_quarter,
    YEAR: _end_of_year,
}
"""The last day of the unit that holds a day."""


def _month_after(today: date, months: int) -> tuple[int, int]:
    years, month = divmod(today.month - 1 + months, _MONTHS_IN_YEAR)
    return today.year + years, month + 1
