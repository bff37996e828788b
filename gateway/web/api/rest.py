"""Procedures as REST routes below `/api/v1`."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Final

from quart import Blueprint, Response, request

from gateway.plugin import FieldError, InvalidPayload
from gateway.plugin.errors import NotFound
from gateway.runtime import Gateway
from gateway.web.api.calls import open_call
from gateway.web.api.conditions import expected, make_under
from gateway.web.api.idempotency import Made
from gateway.web.api.openapi import describe
from gateway.web.api.procedures import LARGEST_ID, Procedure
from gateway.web.api.typescript import declarations
from gateway.web.wire import Body, field_names, json_response, parse_object, read_object

View = Callable[..., Awaitable[Response]]

UNCACHED: Final = {"Cache-Control": "no-store"}


def rest_routes(gw: Gateway, procedures: tuple[Procedure, ...]) -> Blueprint:
    """One route for each procedure."""
    routes = Blueprint("api", __name__, url_prefix="/api/v1")
    for procedure in procedures:
        routes.add_url_rule(
            _rule(procedure),
            endpoint=procedure.name.replace(".", "_"),
            view_func=_view(gw, procedure),
            methods=[procedure.method],
        )

    # Both take long to make, once: a start does not wait for them, nor another request.
    @routes.get("/openapi.json")
    async def openapi() -> Response:
        server_url = gw.config.public_url
        return json_response(await asyncio.to_thread(describe, procedures, server_url=server_url))

    @routes.get("/trpc.d.ts")
    async def types() -> Response:
        declared = await asyncio.to_thread(declarations, procedures)
        return Response(declared, content_type="text/plain; charset=utf-8")

    return routes


def _view(gw: Gateway, procedure: Procedure) -> View:
    async def view(**places: int | str) -> Response:
        call = await open_call(gw, procedure)
        expected(request.headers, procedure)  # a condition at fault is told before the body's
        asked = await _asked(procedure, places)
        return _rendered(await make_under(request.headers, procedure, call, asked))

    return view


def _rendered(made: Made) -> Response:
    response = json_response(made.answer, status=made.status)
    response.headers.update(UNCACHED)
    version = made.answer.get("version") if isinstance(made.answer, dict) else None
    if isinstance(version, int):
        response.headers["ETag"] = f'"{version}"'
    if made.is_replay:
        response.headers["Idempotent-Replayed"] = "true"
    return response


async def _asked(procedure: Procedure, places: Mapping[str, int | str]) -> Body:
    """The input that a request carries. Raises `InvalidPayload` with every place at fault."""
    for value in places.values():
        if isinstance(value, int) and not 1 <= value <= LARGEST_ID:
            raise NotFound(f"nothing has this id; ids run from 1 to {LARGEST_ID}")
    query = _query(procedure)
    body = await read_object(request) if procedure.has_body else {}
    twice = sorted(set(places) & {*query, *body})
    if twice:
        raise InvalidPayload(
            "the path says this already",
            fields=[FieldError(pointer=f"/{name}", message="leave it out") for name in twice],
        )
    try:
        told = {**body, **query, **places}
        return parse_object(told, procedure.input, is_text=not procedure.has_body)
    except InvalidPayload as refusal:
        faults = [_placed(fault, query) for fault in refusal.fields]
        raise InvalidPayload(refusal.message, fields=faults) from None


def _query(procedure: Procedure) -> dict[str, str]:
    """The query of this request; a procedure with a body takes none."""
    given = {name: request.args[name] for name in request.args}
    if procedure.has_body and given:
        message = "this call takes no query; send fields in the body"
        raise InvalidPayload(
            message, fields=[FieldError(pointer=f"?{name}", message=message) for name in given]
        )
    repeated = [name for name in given if len(request.args.getlist(name)) > 1]
    if repeated:
        raise InvalidPayload(
            "a query parameter is given twice",
            fields=[FieldError(pointer=f"?{name}", message="give it once") for name in repeated],
        )
    return given


def _placed(fault: FieldError, query: Mapping[str, str]) -> FieldError:
    name = fault.pointer.split("/")[1]
    return replace(fault, pointer=f"?{fault.pointer[1:]}") if name in query else fault


def _rule(procedure: Procedure) -> str:
    """A path as Quart writes it: `/webhooks/<int:id>` for `/webhooks/{id}`.

    A text may hold an encoded slash, which is decoded before the route is found.
    """
    fields = field_names(procedure.input)
    rule = procedure.path
    for name in procedure.path_fields:
        is_number = procedure.input.model_fields[fields[name]].annotation is int
        rule = rule.replace(f"{{{name}}}", f"<int:{name}>" if is_number else f"<path:{name}>")
    return rule
