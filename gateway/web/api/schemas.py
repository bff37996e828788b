"""JSON Schemas of what the API answers: records are read, not declared a second time."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from datetime import datetime
from types import NoneType, UnionType
from typing import Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from pydantic.alias_generators import to_camel

from gateway.plugin import JsonValue

Schema = dict[str, JsonValue]

PLAIN: Final[Mapping[object, Schema]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
    UUID: {"type": "string", "format": "uuid"},
    NoneType: {"type": "null"},
}


class Schemas:
    """Schemas by name, as they collect while answers are described."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self.named: dict[str, Schema] = {}

    def of(self, answer: object) -> Schema:
        """The schema of a type; a record becomes a reference to a named one."""
        if answer in PLAIN:
            return dict(PLAIN[answer])
        origin, inside = get_origin(answer), get_args(answer)
        if origin in (Union, UnionType):
            # Of all unions only `JsonValue` holds a dict.
            is_any_json = any(get_origin(choice) is dict for choice in inside)
            return {} if is_any_json else {"anyOf": [self.of(choice) for choice in inside]}
        if origin is Literal:
            return {"type": "string", "enum": list(inside)}
        kind = origin or answer
        assert inspect.isclass(kind)
        return self._of_class(kind, inside)

    def _of_class(self, kind: type, inside: Sequence[object]) -> Schema:
        if is_dataclass(kind):
            return self._record(kind, inside)
        if issubclass(kind, Mapping):
            return {"type": "object"}
        assert issubclass(kind, Sequence)
        return {"type": "array", "items": self.of(inside[0])}

    def _record(self, record: type, inside: Sequence[object]) -> Schema:
        title = "".join([record.__name__, *(_name_of(choice) for choice in inside)])
        reference: Schema = {"$ref": f"{self._prefix}{title}"}
        if title in self.named:
            return reference
        self.named[title] = {}  # a record that holds itself finds its name taken
        held = dict(zip(getattr(record, "__parameters__", ()), inside, strict=True))
        hints = {n: _filled(hint, held) for n, hint in get_type_hints(record).items()}
        self.named[title] = {
            "title": title,
            "description": inspect.cleandoc(record.__doc__ or ""),
            "type": "object",
            "properties": {to_camel(name): self.of(hint) for name, hint in hints.items()},
            "required": [to_camel(name) for name in hints],
            "additionalProperties": False,
        }
        return reference


def _name_of(choice: object) -> str:
    return getattr(choice, "__name__", "")


def _filled(hint: object, held: Mapping[object, object]) -> object:
    """`Sequence[T]` with what stands for `T`."""
    if isinstance(hint, TypeVar):
        return held[hint]
    inside = get_args(hint)
    if any(isinstance(choice, TypeVar) for choice in inside):
        return hint[tuple(held.get(choice, choice) for choice in inside)]  # type: ignore[index] # a generic alias
    return hint
