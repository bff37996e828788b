"""Records and bodies to and from the wire: camelCase names, RFC 3339 times."""

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from secrets import token_hex
from typing import Final, NoReturn, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails
from quart import Request, Response

from gateway.plugin import FieldError, InvalidPayload, JsonValue

M = TypeVar("M", bound="Body")

LENGTHS: Final = {"too_long": ("most", "max_length"), "too_short": ("least", "min_length")}
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Body(BaseModel):
    """What a call of the management API is told; unknown fields and types near by are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, alias_generator=to_camel)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """An answer as it goes out, whichever server object carries it."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def json_bytes(value: object) -> bytes:
    """Compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def json_response(value: object, *, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(json_bytes(value), status=status, content_type="application/json")


def request_id_for(given: str) -> str:
    """The sender's own request id when it is a plain one, else a new one."""
    return given if _REQUEST_ID.fullmatch(given) else token_hex(16)


def wire_value(value: object) -> JsonValue:
    """Records and what they hold with the API's names; keys of mappings stay as they are."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if is_dataclass(value):
        return {to_camel(f.name): wire_value(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, Mapping):
        return {str(key): wire_value(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [wire_value(item) for item in value]
    assert isinstance(value, UUID)
    return str(value)


def refuse(pointer: str, message: str) -> NoReturn:
    """Refuses one place of a body."""
    raise InvalidPayload(message, fields=[FieldError(pointer=pointer, message=message)])


def body_bytes(text: str, encoded: str | None) -> bytes:
    """The bytes that a caller gave as text, or as `bodyBase64`. Raises `InvalidPayload`."""
    if encoded is None:
        return text.encode("utf-8", "replace")
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        refuse("/bodyBase64", "it is not base64")


def field_names(model: type[Body]) -> dict[str, str]:
    """The fields of a model: Python's name by the wire's."""
    return {field.alias or name: name for name, field in model.model_fields.items()}


async def read_object(request: Request) -> dict[str, object]:
    """The JSON object in a body; an empty body is an empty object. Raises `InvalidPayload`."""
    raw = await request.get_data(cache=False)
    assert isinstance(raw, bytes)
    try:
        value = json.loads(raw or b"{}")
    except (ValueError, RecursionError) as error:
        raise InvalidPayload(f"the body is not valid JSON: {error}") from None
    if not isinstance(value, dict):
        raise InvalidPayload("the body must be a JSON object")
    return value


def parse_object(value: Mapping[str, object], model: type[M], *, is_text: bool = False) -> M:
    """An object from outside as `model`; with `is_text`, numbers and the like are read from text.

    Raises `InvalidPayload` with every field at fault.
    """
    try:
        return model.model_validate(value, strict=False if is_text else None)
    except ValidationError as error:
        faults = [
            FieldError(
                pointer="/" + "/".join(str(step) for step in item["loc"]),
                message=_message(item, model),
            )
            for item in error.errors(include_url=False)
        ]
    raise InvalidPayload("some fields are not valid", fields=faults)


def _message(fault: ErrorDetails, model: type[Body]) -> str:
    if fault["type"] == "extra_forbidden":
        known = ", ".join(sorted(field_names(model)))
        return f"no such field; valid: {known}"
    if fault["type"] in LENGTHS:
        bound, name = LENGTHS[fault["type"]]
        number = fault["ctx"][name]
        if (bound, number) == ("least", 1):
            return "must not be empty"
        if isinstance(fault["input"], str):
            # pydantic counts the "items" of a text that has a validator of its own besides.
            return f"must have at {bound} {number} characters"
    return fault["msg"].removeprefix("Value error, ")
