"""Quiet hours, pure: until when nobody is to be disturbed, in their own time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """From one time of the day until another, perhaps of the next day, where somebody lives."""

    begins: time
    ends: time
    time_zone: str


def quiet_until(now: datetime, quiet: QuietHours) -> datetime | None:
    """When the quiet hours end that `now` is in, in UTC; None outside them.

    A time that a change of clocks leaves out is as late as it would have been; one that comes
    twice begins at the first and ends at the second.
    """
    zone = ZoneInfo(quiet.time_zone)
    today = now.astimezone(zone).date()
    for day in (today - timedelta(days=1), today):
        over_night = quiet.ends <= quiet.begins
        begins = _at(day, quiet.begins, zone, fold=0)
        ends = _at(day + timedelta(days=int(over_night)), quiet.ends, zone, fold=1)
        if begins <= now < ends:
            return ends
    return None


def _at(day: date, moment: time, zone: ZoneInfo, *, fold: int) -> datetime:
    local = datetime.combine(day, moment, tzinfo=zone)
    is_left_out = local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local.replace(
        tzinfo=None
    )
    return local.replace(fold=0 if is_left_out else fold).astimezone(UTC)
