"""superjson, as far as the API needs it: dates that JavaScript revives as `Date`.

Its format is `{"json": ..., "meta": {"values": {"items.0.createdAt": ["Date"]}, "v": 1}}`; a dot or
backslash inside a key is escaped by a backslash (superjson 2.2).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import datetime

from pydantic.alias_generators import to_camel

from gateway.plugin import JsonValue
from gateway.web.wire import wire_value


def with_dates(answer: object) -> dict[str, JsonValue]:
    """An answer with the places of its dates."""
    dates: dict[str, JsonValue] = {place: ["Date"] for place in _dates(answer, ())}
    shown: dict[str, JsonValue] = {"json": wire_value(answer)}
    return {**shown, "meta": {"values": dates, "v": 1}} if dates else shown


def revived(given: JsonValue) -> JsonValue:
    """What a client told; its dates stay RFC 3339 texts, which the API takes anyway."""
    return given.get("json") if isinstance(given, dict) else given


def _dates(value: object, path: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, datetime):
        yield ".".join(step.replace("\\", "\\\\").replace(".", "\\.") for step in path)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _dates(getattr(value, field.name), (*path, to_camel(field.name)))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _dates(item, (*path, str(key)))
    elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
        for place, item in enumerate(value):
            yield from _dates(item, (*path, str(place)))
