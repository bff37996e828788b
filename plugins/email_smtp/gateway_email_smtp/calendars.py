"""Calendar entries that come with a mail (RFC 5545): who invites to what, and when."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gateway_email_smtp.charsets import decoded
from gateway_email_smtp.mail import Invitation, MailFile

TYPES: Final = frozenset({"text/calendar", "application/ics"})
LARGEST: Final = 200_000
LONGEST: Final = 500
_FOLD: Final = re.compile(r"\r?\n[ \t]|\r[ \t]")
_LINE: Final = re.compile(
    r"([A-Za-z-]{1,40})((?:;[^:\"]{0,200}+(?:\"[^\"]{0,200}+\")?+){0,20}+):(.*)"
)
_ZONE: Final = re.compile(r"TZID=\"?([A-Za-z0-9_+/-]{1,60})\"?", re.IGNORECASE)
_ZONE_NAME: Final = re.compile(r"[A-Z][A-Za-z0-9_+-]*(?:/[A-Z][A-Za-z0-9_+-]*){0,2}")
_MOMENT: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)(Z?))?")
_ESCAPE: Final = re.compile(r"\\([\\;,nN])")


def invitation_of(files: tuple[MailFile, ...]) -> Invitation | None:
    """The first entry of the first calendar among the files."""
    for file in files:
        if file.type in TYPES:
            found = _entry(decoded(file.content[:LARGEST], "utf-8"))
            if found:
                return found
    return None


def words_of(invitation: Invitation) -> str:
    """The entry as a line that a person would write."""
    place = f", {invitation.location}" if invitation.location else ""
    span = " – ".join(moment for moment in (invitation.start, invitation.end) if moment)
    return f"{invitation.summary} ({span}{place})" if span or place else invitation.summary


def _entry(text: str) -> Invitation | None:
    outside: dict[str, str] = {}
    fields: dict[str, str] = {}
    place = list[str]()
    for name, parameters, value in _properties(text):
        if name == "BEGIN":
            place.append(value.upper())
        elif name == "END" and place:
            if place.pop() == "VEVENT":
                return _invitation(outside, fields)
        elif place[-1:] == ["VEVENT"]:
            fields.setdefault(name, _moment(value, parameters) if name[:2] == "DT" else value)
        elif len(place) == 1:
            outside.setdefault(name, value)
    return _invitation(outside, fields) if fields else None


def _properties(text: str) -> Iterator[tuple[str, str, str]]:
    for line in _FOLD.sub("", text).splitlines():
        found = _LINE.match(line)
        if found:
            yield found[1].upper(), found[2], found[3].strip()


def _invitation(outside: Mapping[str, str], fields: Mapping[str, str]) -> Invitation:
    return Invitation(
        method=outside.get("METHOD", "").upper()[:LONGEST],
        summary=_text(fields.get("SUMMARY", "")),
        start=fields.get("DTSTART", ""),
        end=fields.get("DTEND", ""),
        location=_text(fields.get("LOCATION", "")),
        organizer=_text(fields.get("ORGANIZER", ""))
        .removeprefix("mailto:")
        .removeprefix("MAILTO:"),
    )


def _text(value: str) -> str:
    plain = _ESCAPE.sub(lambda found: " " if found[1] in "nN" else found[1], value)
    return " ".join(plain.split())[:LONGEST]


def _moment(value: str, parameters: str) -> str:
    """ISO 8601; with an offset where the zone is known, without where it floats."""
    found = _MOMENT.fullmatch(value)
    if not found:
        return ""
    year, month, day, hour, minute, second = (int(number or 0) for number in found.groups()[:6])
    if found[4] is None:
        return f"{year:04}-{month:02}-{day:02}"
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=None)  # noqa: DTZ001 # as told
        zone = UTC if found[7] else _zone(parameters)
        return moment.replace(tzinfo=zone).isoformat()
    except (ValueError, OverflowError):
        return ""


def _zone(parameters: str) -> ZoneInfo | None:
    told = _ZONE.search(parameters)
    if not told or not _ZONE_NAME.fullmatch(told[1]):
        return None
    try:
        return ZoneInfo(told[1])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
