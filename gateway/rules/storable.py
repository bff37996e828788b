"""Texts that PostgreSQL can hold."""

import re
from collections.abc import Mapping
from typing import Final

from gateway.plugin.messages import JsonValue

UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
"""What PostgreSQL's text does not hold, and a part may say all the same."""


def storable(text: str) -> str:
    """The text without what PostgreSQL's text does not hold."""
    return UNSTORABLE.sub("\ufffd", text)


def storable_value(value: JsonValue) -> JsonValue:
    """The same for every text in a JSON value."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(key): storable_value(item) for key, item in value.items()}
    return [storable_value(item) for item in value] if isinstance(value, list) else value


def holds_unstorable(value: object) -> bool:
    """Whether any text in a value of any shape cannot be stored."""
    if isinstance(value, str):
        return UNSTORABLE.search(value) is not None
    if isinstance(value, Mapping):
        return any(holds_unstorable(part) for pair in value.items() for part in pair)
    return isinstance(value, list | tuple) and any(map(holds_unstorable, value))
