"""What an event must look like: its published schema, read strictly."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from gateway.rules.event_shapes import event_schema
from gateway.rules.events import EVENTS

Json = dict[str, Any]


@cache
def strict(event: str) -> Draft202012Validator:
    """The schema of an event, which in a test allows nothing that it does not name."""
    schema = event_schema(event)

    def close(part: Any) -> None:
        if isinstance(part, dict):
            if part.get("type") == "object":
                part["additionalProperties"] = False
            for inside in part.values():
                close(inside)

    close(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def faults(told: Json) -> list[str]:
    return [f"{f.json_path}: {f.message}" for f in strict(told["event"]).iter_errors(told)]


def faults_of(told: Sequence[Any]) -> list[str]:
    """What is sent beside its published schema, of all that an endpoint was told."""
    known = [one for one in told if isinstance(one, dict) and one.get("event") in EVENTS]
    return [f"{one['event']}: {fault}" for one in known for fault in faults(one)]
