"""Where a person probably is, told by the country code of a phone number."""

import re
from typing import Final

_NUMBER: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_ONE_ZONE: Final = {
    "20": "Africa/Cairo",
    "27": "Africa/Johannesburg",
    "30": "Europe/Athens",
    "31": "Europe/Amsterdam",
    "32": "Europe/Brussels",
    "33": "Europe/Paris",
    "34": "Europe/Madrid",
    "351": "Europe/Lisbon",
    "352": "Europe/Luxembourg",
    "353": "Europe/Dublin",
    "354": "Atlantic/Reykjavik",
    "358": "Europe/Helsinki",
    "36": "Europe/Budapest",
    "385": "Europe/Zagreb",
    "386": "Europe/Ljubljana",
    "39": "Europe/Rome",
    "40": "Europe/Bucharest",
    "41": "Europe/Zurich",
    "420": "Europe/Prague",
    "421": "Europe/Bratislava",
    "43": "Europe/Vienna",
    "44": "Europe/London",
    "45": "Europe/Copenhagen",
    "46": "Europe/Stockholm",
    "47": "Europe/Oslo",
    "48": "Europe/Warsaw",
    "49": "Europe/Berlin",
    "51": "America/Lima",
    "54": "America/Argentina/Buenos_Aires",
    "57": "America/Bogota",
    "58": "America/Caracas",
    "63": "Asia/Manila",
    "65": "Asia/Singapore",
    "66": "Asia/Bangkok",
    "81": "Asia/Tokyo",
    "82": "Asia/Seoul",
    "84": "Asia/Ho_Chi_Minh",
    "852": "Asia/Hong_Kong",
    "86": "Asia/Shanghai",
    "886": "Asia/Taipei",
    "90": "Europe/Istanbul",
    "91": "Asia/Kolkata",
    "92": "Asia/Karachi",
    "94": "Asia/Colombo",
    "971": "Asia/Dubai",
    "972": "Asia/Jerusalem",
}
"""Countries whose clocks all show the same time, or where nearly everybody's do."""
_LONGEST_CODE: Final = 3
_NORTH_AMERICA: Final = ("America/", "US/", "Canada/", "Pacific/Honolulu")


def zone_of(participant: str, *, default: str) -> str:
    """The time zone of a participant: the country of a phone number goes before the channel's own.

    +1 has many zones: the channel's own counts when it is one of them, New York's otherwise.
    """
    if not _NUMBER.fullmatch(participant):
        return default
    if participant.startswith("+1"):
        return default if default.startswith(_NORTH_AMERICA) else "America/New_York"
    for length in range(_LONGEST_CODE, 1, -1):
        zone = _ONE_ZONE.get(participant[1 : 1 + length])
        if zone:
            return zone
    return default
