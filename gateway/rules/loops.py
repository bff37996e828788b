"""Loops, pure: how often a message has been through a gateway before it came here."""

import re
from collections.abc import Mapping
from typing import Final

from gateway.plugin import HOPS_HEADER

LARGEST_HOPS: Final = 1000

_EVENT_ID: Final = re.compile(rb"evt_[0-9a-f]{32}")
# An event that is quoted whole: as JSON, as JSON in a JSON string, or as a field of a form.
_HOPS: Final = re.compile(rb"hops(?:\\*\"|%22)?[\s+]*(?::|%3A|=)[\s+]*(?:\\*\"|%22)?(\d{1,4})")
_HEADER: Final = HOPS_HEADER.lower()


def hops_of(headers: Mapping[str, str], body: bytes) -> int:
    """How many gateways a request's message came through; 0 for what a person wrote.

    The header counts, and what is said in the body by an event of ours that it quotes: automations
    forward the one or the other.
    """
    told = headers.get(_HEADER, "")
    hops = int(told[:4]) if told.isdecimal() and told.isascii() else 0
    if b"evt_" in body and _EVENT_ID.search(body):
        hops = max(hops, 1, *(int(found) for found in _HOPS.findall(body)))
    return min(hops, LARGEST_HOPS)
