"""The OpenAPI 3.1 description of the management API, made of its procedures."""

import inspect
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Final

from gateway.plugin import GatewayError, JsonValue
from gateway.rules.scopes import SCOPES
from gateway.web.api.procedures import Procedure
from gateway.web.api.schemas import Schema, Schemas

Json = dict[str, JsonValue]

PREFIX: Final = "#/components/schemas/"
PARAMETERS: Final = ("path", "query")

HEADERS: Final[Mapping[str, Json]] = {
    "Idempotency-Key": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Makes the call safe to repeat for 24 hours.",
        "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
    },
    "If-Match": {
        "name": "If-Match",
        "in": "header",
        "description": "The `ETag` of the version that is to be changed.",
        "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
    },
}

LINK: Final = re.compile(r"\[([^]]+)\]\([^)]+\)")
"""A link of the reference, whose pages are not served."""


@cache
def examples() -> Mapping[str, Mapping[str, JsonValue]]:
    """For each procedure by name what it may be told (`asked`) and then answers (`answer`)."""
    text = files("gateway.web.api").joinpath("examples.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, JsonValue]] = json.loads(text)
    return found


@cache
def describe(procedures: tuple[Procedure, ...], *, server_url: str) -> Json:
    """The whole description, for `/api/v1/openapi.json`."""
    schemas = Schemas(PREFIX)
    schemas.named["Error"] = _error_schema(procedures)
    paths: dict[str, JsonValue] = {}
    for procedure in procedures:
        path = paths.setdefault(procedure.path, {})
        assert isinstance(path, dict)
        path[procedure.method.lower()] = _operation(procedure, schemas)
    paths["/media/{id}"] = _file()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Integration Gateway",
            "version": version("integration-gateway"),
            "description": "The management API. Bodies are JSON, names are camelCase, times are "
            "RFC 3339 in UTC.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": f"{server_url}/api/v1"}],
        "security": [{"token": []}],
        "tags": [{"name": name} for name in dict.fromkeys(p.resource for p in procedures)],
        "paths": paths,
        "components": {
            "schemas": dict(schemas.named),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "`gw_…`, made by `gateway tokens create`. Scopes: "
                    + ", ".join(SCOPES),
                }
            },
        },
    }


def input_schema(procedure: Procedure, schemas: Schemas) -> Schema:
    """The schema of all that a procedure is told; schemas inside it are added to `schemas`."""
    schema: Schema = procedure.input.model_json_schema(ref_template=f"{PREFIX}{{model}}")
    inside = schema.pop("$defs", {})
    assert isinstance(inside, dict)
    for name, definition in inside.items():
        assert isinstance(definition, dict)
        schemas.named.setdefault(name, definition)
    return schema


@dataclass(frozen=True, slots=True, kw_only=True)
class InputField:
    """One thing that a procedure is told, as the references list it; `place` is REST's."""

    name: str
    place: str
    is_required: bool
    default: str
    description: str


def input_fields(procedure: Procedure) -> list[InputField]:
    """All that a procedure is told; a field of an inner object has a dotted name."""
    schemas = Schemas(PREFIX)
    schema = input_schema(procedure, schemas)
    return list(_fields_of(schema, procedure, schemas, prefix=""))


def _fields_of(
    schema: Schema, procedure: Procedure, schemas: Schemas, *, prefix: str
) -> Iterator[InputField]:
    fields, required = schema.get("properties", {}), schema.get("required", [])
    assert isinstance(fields, dict)
    assert isinstance(required, list)
    for name, field in fields.items():
        assert isinstance(field, dict)
        inner = schemas.named.get(str(field.get("$ref", "")).removeprefix(PREFIX), {})
        if inner.get("properties"):
            yield from _fields_of(inner, procedure, schemas, prefix=f"{name}.")
            continue
        body_or_query = "body" if procedure.has_body else "query"
        yield InputField(
            name=prefix + name,
            place="path" if name in procedure.path_fields else body_or_query,
            is_required=name in required,
            default=json.dumps(field["default"]) if "default" in field else "",
            description=str(field.get("description", "")) + _choices(field),
        )


def _choices(field: Json) -> str:
    inside = field.get("anyOf", [])
    assert isinstance(inside, list)
    for schema in (field, *inside):
        choices = schema.get("enum") if isinstance(schema, dict) else None
        if isinstance(choices, list):
            return f" One of {', '.join(f'`{choice}`' for choice in choices)}."
    return ""


def _operation(procedure: Procedure, schemas: Schemas) -> Json:
    schema = input_schema(procedure, schemas)
    properties = schema.get("properties", {})
    assert isinstance(properties, dict)
    in_path = set(procedure.path_fields)
    in_query = set() if procedure.has_body else set(properties) - in_path
    needed = schema.get("required", [])
    assert isinstance(needed, list)
    example = examples().get(procedure.name, {})
    summary, _, rest = procedure.description.partition("\n\n")
    parameters: list[JsonValue] = [
        _parameter(name, schema=properties[name], place=place, required=name in needed)
        for place, names in zip(PARAMETERS, (in_path, in_query), strict=True)
        for name in sorted(names)
    ]
    parameters += [HEADERS[name] for name in _headers(procedure)]
    operation: Json = {
        "operationId": procedure.name,
        "tags": [procedure.resource],
        "summary": LINK.sub(r"\1", " ".join(summary.split())),
        "description": LINK.sub(r"\1", f"{rest}\n\nScope: `{procedure.scope}`.").strip(),
        "parameters": parameters,
        "responses": {
            str(procedure.status): _success(procedure, schemas, example.get("answer")),
            **_refusals(procedure),
        },
    }
    if procedure.has_body:
        body = {n: s for n, s in properties.items() if n not in in_path}
        required: list[JsonValue] = [name for name in needed if name in body]
        operation["requestBody"] = _body(schema, body, required, example.get("asked"))
    return operation


def _headers(procedure: Procedure) -> Sequence[str]:
    found = {"Idempotency-Key": procedure.takes_key, "If-Match": procedure.knows_versions}
    return [name for name, is_taken in found.items() if is_taken]


def _parameter(name: str, *, schema: JsonValue, place: str, required: bool) -> Json:
    assert isinstance(schema, dict)
    shown = {key: value for key, value in schema.items() if key not in ("description", "title")}
    return {
        "name": name,
        "in": place,
        "required": place == "path" or required,
        "description": schema.get("description", ""),
        "schema": shown,
    }


def _body(schema: Schema, fields: Json, required: list[JsonValue], asked: JsonValue) -> Json:
    content: Json = {
        "schema": {
            "type": "object",
            "description": schema.get("description", ""),
            "properties": fields,
            "additionalProperties": False,
            **({"required": required} if required else {}),
        }
    }
    if isinstance(asked, dict):
        content["example"] = {name: value for name, value in asked.items() if name in fields}
    return {"required": bool(required), "content": {"application/json": content}}


def _success(procedure: Procedure, schemas: Schemas, answer: JsonValue) -> Json:
    content: Json = {"schema": schemas.of(procedure.output)}
    if answer is not None:
        content["example"] = answer
    return {"description": "Done.", "content": {"application/json": content}}


def _file() -> Json:
    """The one route whose answer is no JSON: a file that came with a message."""
    return {
        "get": {
            "operationId": "media.content",
            "tags": ["media"],
            "summary": "The file itself, always as a download.",
            "description": "Scope: `messages:read`.",
            "parameters": [
                {
                    "name": "id",
                    "in": "path",
                    "required": True,
                    "description": "`mediaId` of an attachment.",
                    "schema": {"type": "string", "maxLength": 64},
                }
            ],
            "responses": {
                "200": {"description": "The file.", "content": {"application/octet-stream": {}}},
                "default": {"description": "An error as of any other call."},
            },
        }
    }


def _refusals(procedure: Procedure) -> Json:
    by_status: dict[int, dict[str, str]] = {}
    for failure in procedure.failures:
        by_status.setdefault(failure.status, {})[failure.code] = sentence(failure)
    return {
        str(status): {
            "description": "\n".join(f"`{code}`: {says}" for code, says in codes.items()),
            "content": {
                "application/json": {
                    "schema": {"$ref": f"{PREFIX}Error"},
                    "example": {
                        "error": {
                            "code": next(iter(codes)),
                            "message": next(iter(codes.values())),
                            "requestId": "9f2c51e07b5d4e0c8a3f6b1d2e4c7a90",
                        }
                    },
                }
            },
        }
        for status, codes in sorted(by_status.items())
    }


def sentence(failure: type[GatewayError]) -> str:
    """What a failure's docstring says first, on one line."""
    return " ".join((inspect.getdoc(failure) or "").partition("\n\n")[0].split())


def _error_schema(procedures: Sequence[Procedure]) -> Schema:
    codes = sorted({failure.code for p in procedures for failure in p.failures})
    field: Json = {
        "type": "object",
        "properties": {"pointer": {"type": "string"}, "message": {"type": "string"}},
        "required": ["pointer", "message"],
    }
    return {
        "title": "Error",
        "description": "Why a request was not carried out, and what to do.",
        "type": "object",
        "properties": {
            "error": {
                "type": "object",
                "properties": {
                    "code": {"type": "string", "enum": [*codes]},
                    "message": {"type": "string"},
                    "fields": {"type": "array", "items": field},
                    "attempt": {
                        "type": "object",
                        "description": "How it went, where the call was to deliver something.",
                    },
                    "requestId": {"type": "string"},
                },
                "required": ["code", "message", "requestId"],
            }
        },
        "required": ["error"],
    }
