"""The TypeScript declarations of the API: a router type for `@trpc/client`."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from gateway.plugin import JsonValue
from gateway.web.api.openapi import input_schema
from gateway.web.api.procedures import Procedure
from gateway.web.api.schemas import Schema, Schemas

HEAD: Final = """\
// The calls of the Integration Gateway, for @trpc/client 11. Generated: do not edit.
//
//   import { createTRPCClient, httpBatchLink } from "@trpc/client";
//   import type { AppRouter } from "./gateway";
//
// At /trpc-superjson, with superjson as the link's transformer, take `AppRouterSuperjson`: its
// times are `Date`.

import type {
  TRPCBuiltRouter,
  TRPCDecorateCreateRouterOptions,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
} from "@trpc/server";

/** What went wrong: `error.data` of a TRPCClientError. */
export interface GatewayErrorData {
  code: string;
  httpStatus: number;
  gatewayCode: string;
  fields: { pointer: string; message: string }[];
  requestId: string;
  path?: string;
}

interface ErrorShape {
  message: string;
  code: number;
  data: GatewayErrorData;
}

type Query<I, O> = TRPCQueryProcedure<{ input: I; output: O; meta: object }>;
type Mutation<I, O> = TRPCMutationProcedure<{ input: I; output: O; meta: object }>;
"""
ROUTER: Final = """\
/** All procedures; `Time` is what a time is in an answer. */
export type Procedures<Time> = {
%s
};

export type AppRouter = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: ErrorShape; transformer: false },
  TRPCDecorateCreateRouterOptions<Procedures<string>>
>;

export type AppRouterSuperjson = TRPCBuiltRouter<
  { ctx: object; meta: object; errorShape: ErrorShape; transformer: true },
  TRPCDecorateCreateRouterOptions<Procedures<Date>>
>;
"""
WORDS: Final = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean"}
IDENTIFIER: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


@cache
def declarations(procedures: tuple[Procedure, ...]) -> str:
    """A whole `.d.ts` file."""
    answers, told = Schemas(""), Schemas("")
    entries: dict[str, list[str]] = {}
    for procedure in procedures:
        kind = "Query" if procedure.is_query else "Mutation"
        asked = _input(procedure, told)
        answer = _type(answers.of(procedure.output), is_answer=True)
        summary = procedure.description.partition("\n\n")[0].replace("\n", " ")
        name = procedure.name.partition(".")[2]
        entries.setdefault(procedure.resource, []).append(
            f"    /** {summary} */\n    {name}: {kind}<{asked}, {answer}>;"
        )
    blocks = [
        f"  {resource}: {{\n" + "\n".join(lines) + "\n  };" for resource, lines in entries.items()
    ]
    given = [_interface(name, schema, is_answer=False) for name, schema in told.named.items()]
    records = [_interface(name, schema, is_answer=True) for name, schema in answers.named.items()]
    return "\n".join([HEAD, *given, *records, ROUTER % "\n".join(blocks)])


def _input(procedure: Procedure, told: Schemas) -> str:
    schema = input_schema(procedure, told)
    if not schema.get("properties"):
        return "void"
    shape = _type(schema, is_answer=False)
    return shape if schema.get("required") else f"{shape} | void"


def _interface(name: str, schema: Schema, *, is_answer: bool) -> str:
    generic = f"{name}<Time>" if is_answer else name
    if schema.get("type") != "object" or not schema.get("properties"):
        return f"export type {generic} = {_type(schema, is_answer=is_answer)};\n"
    says = str(schema.get("description", "")).replace("\n", " ").replace("*/", "* /")
    head = f"/** {says} */\n" if says else ""
    shape = _object(schema, is_answer=is_answer, indent="  ")
    return f"{head}export interface {generic} {shape}\n"


def _type(schema: Mapping[str, JsonValue], *, is_answer: bool) -> str:
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return f"{name}<Time>" if is_answer else name
    if "enum" in schema:
        assert isinstance(schema["enum"], list)
        return " | ".join(json.dumps(choice) for choice in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"])
    if "anyOf" in schema:
        assert isinstance(schema["anyOf"], list)
        choices = [_type(choice, is_answer=is_answer) for choice in schema["anyOf"]]  # type: ignore[arg-type] # schemas
        return " | ".join(choices)
    return _of_kind(schema, is_answer=is_answer)


def _of_kind(schema: Mapping[str, JsonValue], *, is_answer: bool) -> str:
    kind = schema.get("type")
    if kind == "array":
        items = schema.get("items", {})
        assert isinstance(items, dict)
        inside = _type(items, is_answer=is_answer)
        return f"({inside})[]" if " | " in inside else f"{inside}[]"
    if kind == "object":
        if schema.get("properties"):
            return _object(schema, is_answer=is_answer, indent="")
        return "Record<string, unknown>"
    if kind == "null":
        return "null"
    if is_answer and schema.get("format") == "date-time":
        return "Time"
    return WORDS.get(str(kind), "unknown")


def _object(schema: Mapping[str, JsonValue], *, is_answer: bool, indent: str) -> str:
    properties, required = schema["properties"], schema.get("required", [])
    assert isinstance(properties, dict)
    assert isinstance(required, list)
    fields = []
    for name, field in properties.items():
        assert isinstance(field, dict)
        key = name if IDENTIFIER.fullmatch(name) else json.dumps(name)
        mark = "" if name in required else "?"
        fields.append(f"{key}{mark}: {_type(field, is_answer=is_answer)}")
    if not indent:
        return "{ " + "; ".join(fields) + " }"
    return "{\n" + "".join(f"{indent}{field};\n" for field in fields) + "}"
