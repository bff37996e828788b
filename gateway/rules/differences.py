"""What a change did, as the audit trail tells it: values before and after, secrets untold."""

import json
from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlsplit

from gateway.plugin import JsonValue

UNTOLD: Final = "changed"
LONGEST: Final = 2000
"""Characters of JSON that a value is told up to."""


def differences(
    names: Iterable[str], before: Mapping[str, JsonValue], after: Mapping[str, JsonValue]
) -> dict[str, JsonValue]:
    """For each name what it was and is; one that neither side shows is a secret and untold."""
    return {name: _difference(name, before, after) for name in names}


def _difference(
    name: str, before: Mapping[str, JsonValue], after: Mapping[str, JsonValue]
) -> JsonValue:
    if name not in before and name not in after:
        return UNTOLD
    told: dict[str, JsonValue] = {
        "before": _shown(before.get(name)),
        "after": _shown(after.get(name)),
    }
    return told if len(json.dumps(told)) <= LONGEST else UNTOLD


def _shown(value: JsonValue) -> JsonValue:
    """A value, a URL without what is often a secret in it: user, path and query."""
    if not isinstance(value, str) or "://" not in value:
        return value
    try:
        parts = urlsplit(value)
        host = f"{parts.hostname}:{parts.port}" if parts.port else f"{parts.hostname}"
    except ValueError:
        return UNTOLD
    return f"{parts.scheme}://{host}/..."
