"""What holds for every call of the management API, asked of each that is declared."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from gateway import store
from gateway.rules.scopes import OF_AN_ACCOUNT, SCOPES
from gateway.web.api import PROCEDURES
from gateway.web.api.openapi import PREFIX, describe, examples, input_schema
from gateway.web.api.procedures import LARGEST_ID, Procedure
from gateway.web.api.schemas import Schemas
from gateway.web.auth import issue_token
from gateway.web.wire import parse_object
from tests.conftest import tables
from tests.stories.house import House, Json

MISSING: Final = 987_654
"""An id that nothing has."""
DESCRIPTION: Final[Any] = describe(PROCEDURES, server_url="https://gw.example.org")


def _told(procedure: Procedure) -> Mapping[str, Any]:
    asked = examples()[procedure.name]["asked"]
    assert isinstance(asked, dict)
    return asked


def _body(procedure: Procedure) -> Json | None:
    """What an example tells in the body."""
    told = {n: v for n, v in _told(procedure).items() if n not in procedure.path_fields}
    return told if procedure.has_body else None


def _path(procedure: Procedure, place: object) -> str:
    return re.sub(r"\{\w+\}", str(place), procedure.path)


async def _call(
    house: House, procedure: Procedure, place: object, *, body: object = None
) -> tuple[int, Json]:
    response = await house.client.open(
        f"/api/v1{_path(procedure, place)}",
        method=procedure.method,
        json=_body(procedure) if body is None else body,
        headers=house.headers,
    )
    return response.status_code, await response.get_json()


async def _everything(house: House) -> list[str]:
    """Every row of every table, as text."""
    found = []
    async with house.gw.db.connection() as connection:
        for table in await tables(connection):
            rows = await connection.fetch(f"SELECT t::text AS row FROM {table} t ORDER BY 1")  # noqa: S608 # constants only
            found += [f"{table} {row['row']}" for row in rows]
    # A token is noted as used.
    return [row for row in found if not row.startswith("api_tokens")]


def _faults(schema: Json, instance: object) -> Iterator[str]:
    whole = {**schema, "components": DESCRIPTION["components"]}
    validator = Draft202012Validator(whole)
    return (f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(instance))


def test_no_two_calls_share_a_name_or_a_route() -> None:
    names = [procedure.name for procedure in PROCEDURES]
    routes = [f"{p.method} {re.sub('{.*?}', '{}', p.path)}" for p in PROCEDURES]

    assert len(set(names)) == len(names)
    assert len(set(routes)) == len(routes)
    assert {procedure.scope for procedure in PROCEDURES} <= set(SCOPES)


def test_every_call_has_an_example_that_is_valid() -> None:
    assert set(examples()) == {procedure.name for procedure in PROCEDURES}
    for procedure in PROCEDURES:
        parse_object(_told(procedure), procedure.input)
        method = procedure.method.lower()
        operation = DESCRIPTION["paths"][procedure.path][method]
        answer = operation["responses"][str(procedure.status)]["content"]["application/json"]
        faults = list(_faults(answer["schema"], answer["example"]))
        assert faults == [], procedure.name


def test_every_field_says_what_it_is() -> None:
    for procedure in PROCEDURES:
        schema: Any = input_schema(procedure, Schemas(PREFIX))
        fields = schema.get("properties", {})
        assert [name for name in fields if not fields[name].get("description")] == []
        assert procedure.description


async def test_every_call_needs_a_token_with_its_scope_before_anything_is_read(
    house: House,
) -> None:
    await house.furnish()
    before = await _everything(house)
    tokens = {
        scope: await issue_token(
            user_id=house.user_id,
            name="few",
            scopes=[name for name in SCOPES if name not in (scope, "admin")],
        )
        for scope in SCOPES
    }

    for procedure in PROCEDURES:
        for authorization in ("", "Bearer nonsense", "Basic Zm9vOmJhcg==", "Bearer gw_000000_x"):
            house.headers = {"Authorization": authorization}
            status, answer = await _call(house, procedure, 1, body=["no object"])
            assert (status, answer["error"]["code"]) == (401, "UNAUTHORIZED"), procedure.name
        house.headers = {"Authorization": f"Bearer {tokens[procedure.scope]}"}
        status, answer = await _call(house, procedure, 1, body=["no object"])
        assert (status, answer["error"]["code"]) == (403, "INSUFFICIENT_SCOPE"), procedure.name
        assert procedure.scope in answer["error"]["message"]
    assert await _everything(house) == before


async def test_anothers_things_look_like_things_that_do_not_exist(house: House) -> None:
    await house.furnish()
    stranger = await store.create_user(name="Stranger")
    token = await issue_token(user_id=stranger.id, name="stranger's", scopes=OF_AN_ACCOUNT)
    before = await _everything(house)
    house.headers = {"Authorization": f"Bearer {token}"}

    own = [procedure for procedure in PROCEDURES if procedure.scope != "admin"]
    for procedure in (p for p in own if p.path_fields):
        if procedure.name in IDEMPOTENT:
            continue
        theirs = await _call(house, procedure, 1)
        missing = await _call(house, procedure, MISSING)
        assert theirs[0] == missing[0] == 404, procedure.name
        for answer in (theirs[1], missing[1]):
            del answer["error"]["requestId"]
        shown = json.dumps(theirs[1]).replace(" 1;", f" {MISSING};")
        assert shown == json.dumps(missing[1]), procedure.name
    for procedure in (p for p in own if p.is_query and not p.path_fields):
        status, answer = await _call(house, procedure, 1)
        assert status == 200
        if procedure.name not in SAME_FOR_ALL:
            seen = [thing for thing in answer.get("items", []) if thing.get("name") != "stranger's"]
            assert seen == [], procedure.name
    for procedure in (p for p in PROCEDURES if p.scope == "admin"):
        assert (await _call(house, procedure, 1))[0] == 403, procedure.name
    assert await _everything(house) == before


SAME_FOR_ALL: Final = frozenset({"plugins.list", "events.listTypes", "hooks.samples"})
"""Lists of what belongs to the gateway, not to an account, and examples where there is nothing."""
IDEMPOTENT: Final = frozenset({"hooks.unsubscribe"})
"""Answered alike whether the thing is there, another's or nowhere: it is gone afterwards."""


@pytest.mark.parametrize("place", [0, LARGEST_ID + 1, 10**30, "x", "-1"])
async def test_an_id_that_nothing_can_have_is_not_found(house: House, place: object) -> None:
    for procedure in (p for p in PROCEDURES if p.path_fields):
        assert (await _call(house, procedure, place))[0] == 404, procedure.name


async def test_what_a_call_does_not_know_is_refused_where_it_stands(house: House) -> None:
    await house.furnish()
    for procedure in PROCEDURES:
        if procedure.has_body:
            status, answer = await _call(house, procedure, 1, body={"surprise": 1})
            pointer = "/surprise"
        else:
            path = f"/api/v1{_path(procedure, 1)}?surprise=1"
            response = await house.client.open(
                path, method=procedure.method, json=None, headers=house.headers
            )
            status, answer = response.status_code, await response.get_json()
            pointer = "?surprise"
        assert (status, answer["error"]["code"]) == (400, "INVALID_PAYLOAD"), procedure.name
        assert pointer in [field["pointer"] for field in answer["error"]["fields"]]


async def test_a_query_is_read_as_strictly_as_a_body(house: House) -> None:
    await house.create_channel()
    cases = {
        "/tasks?limit=0": "?limit",
        "/tasks?limit=many": "?limit",
        "/tasks?cursor=-1": "?cursor",
        "/tasks?limit=1&limit=2": "?limit",
        "/tasks?status=lost": "?status",
        "/webhooks?includeInactive=perhaps": "?includeInactive",
        "/webhooks/1?id=1": "/id",
    }
    for path, pointer in cases.items():
        answer = await house.api("GET", path, status=400)
        assert [field["pointer"] for field in answer["error"]["fields"]] == [pointer], path
    refused = await house.api("POST", "/webhooks?channelName=x", {}, status=400)
    assert refused["error"]["fields"][0]["pointer"] == "?channelName"
    twice = await house.api("PATCH", "/webhooks/1", {"id": 2}, status=400)
    assert twice["error"]["fields"][0]["pointer"] == "/id"


async def test_the_description_is_served_and_says_where_it_is(house: House) -> None:
    response = await house.client.get("/api/v1/openapi.json")

    served = await response.get_json()
    assert served["servers"] == [{"url": f"{house.gw.config.public_url}/api/v1"}]
    assert served["paths"] == DESCRIPTION["paths"]


async def test_answers_are_not_to_be_cached(house: House) -> None:
    channel = await house.create_channel()
    response = await house.client.get(
        f"/api/v1/webhooks/{channel.id}/secret", headers=house.headers
    )

    assert response.headers["Cache-Control"] == "no-store"
