"""The real `@trpc/client`, run by Node, against the running gateway."""

import asyncio
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from gateway.web.api import PROCEDURES
from gateway.web.api.openapi import examples
from gateway.web.trpc import CODES, LARGEST_BATCH
from tests.house.inventory import errors
from tests.house.tree import ROOT
from tests.stories.house import House, Json

HERE: Final = Path(__file__).parent
MODULES: Final = ROOT / ".venv" / "node" / "node_modules"
LINKS: Final = ("single", "batch", "stream", "superjson", "superjsonBatch")


@dataclass
class Client:
    """Node with the real client, in a folder of its own."""

    folder: Path
    origin: str
    token: str

    async def calls(self, link: str, *steps: Sequence[Json], **options: object) -> list[Json]:
        """What each call came to; those of a step are made at once, through one link."""
        asked = {
            "origin": self.origin,
            "token": self.token,
            "link": link,
            "options": options,
            "steps": steps,
        }
        made: list[Json] = json.loads(await self.run("node", "calls.mjs", told=json.dumps(asked)))
        return made

    async def run(self, *command: str, told: str = "") -> str:
        """The output of a program that must succeed."""
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=self.folder,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate(told.encode())
        assert process.returncode == 0, output.decode()
        return output.decode()


@pytest.fixture
def client(house: House, origin: str, tmp_path: Path) -> Client:
    """Node beside the running gateway."""
    for name in ("calls.mjs", "dashboard.ts", "package.json"):
        shutil.copy(HERE / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(MODULES)
    token = house.headers["Authorization"].removeprefix("Bearer ")
    return Client(tmp_path, origin, token)


def every_call() -> list[Json]:
    """Each procedure once, as its example has it; what switches off or ends comes last."""
    found: list[Json] = [
        {
            "name": procedure.name,
            "kind": "query" if procedure.is_query else "mutate",
            "input": examples()[procedure.name]["asked"],
        }
        for procedure in PROCEDURES
    ]
    # The token that makes the calls is revoked when all others are made.
    return sorted(found, key=lambda c: (c["name"] == "tokens.revoke", c["kind"] == "mutate"))


@pytest.mark.parametrize("link", LINKS)
async def test_the_real_client_makes_every_call(house: House, client: Client, link: str) -> None:
    await house.furnish()
    queries = [call for call in every_call() if call["kind"] == "query"]
    mutations = [call for call in every_call() if call["kind"] == "mutate"]

    # Mutations are made one after the other: several of them change the same webhook.
    steps = [queries, *([mutation] for mutation in mutations)]
    found = await client.calls(link, *steps, maxItems=LARGEST_BATCH)

    for call, made in zip([*queries, *mutations], found, strict=True):
        refused_by_the_gateway = "failed" in made and made["data"]["httpStatus"] in (400, 404, 409)
        assert "failed" not in made or refused_by_the_gateway, (call, made)
    by_name = dict(zip([c["name"] for c in [*queries, *mutations]], found, strict=True))
    assert by_name["webhooks.get"]["data"]["channelName"] == "Site"
    assert by_name["webhooks.update"]["data"]["channelName"] == "Shop"
    assert by_name["tasks.complete"]["data"]["status"] == "completed"
    created = by_name["webhooks.get"]["data"]["createdAt"]
    assert isinstance(created, dict) == link.startswith("superjson")


@pytest.mark.parametrize("link", LINKS)
async def test_the_real_client_understands_every_kind_of_failure(
    house: House, client: Client, link: str
) -> None:
    await house.create_channel()
    calls: list[Json] = [
        {"name": "webhooks.get", "kind": "query", "input": {"id": 999}},
        {"name": "webhooks.get", "kind": "query", "input": {"id": "x"}},
        {"name": "webhooks.list", "kind": "query", "input": {"surprise": 1}},
        {"name": "webhooks.burn", "kind": "query", "input": {"id": 1}},
        {"name": "webhooks.list", "kind": "query"},
    ]

    missing, invalid, unknown, nowhere, fine = await client.calls(link, calls)

    assert missing["failed"] == "TRPCClientError"
    assert missing["data"]["code"] == "NOT_FOUND"
    assert missing["data"]["gatewayCode"] == "WEBHOOK_NOT_FOUND"
    assert missing["data"]["path"] == "webhooks.get"
    assert missing["data"]["requestId"]
    assert invalid["data"]["fields"][0]["pointer"] == "/id"
    assert unknown["data"]["fields"][0]["pointer"] == "/surprise"
    assert nowhere["data"]["code"] == "NOT_FOUND"
    assert len(fine["data"]["items"]) == 1


@pytest.mark.parametrize("link", ["single", "batch", "superjsonBatch"])
async def test_a_token_that_opens_nothing_is_told_so(client: Client, link: str) -> None:
    client.token = "gw_000000000000_x"

    made = await client.calls(link, [{"name": "webhooks.list", "kind": "query"}] * 2)

    assert [call["data"]["code"] for call in made] == ["UNAUTHORIZED"] * 2


async def test_queries_may_be_posted_when_they_are_too_long_for_a_url(
    house: House, client: Client
) -> None:
    await house.create_channel()
    query = {"name": "webhooks.get", "kind": "query", "input": {"id": 1}}

    made = await client.calls("batch", [query, query], methodOverride="POST")

    assert [call["data"]["id"] for call in made] == [1, 1]


async def test_a_batch_that_is_too_large_is_refused_with_what_to_set(client: Client) -> None:
    calls = [{"name": "webhooks.list", "kind": "query"}] * (LARGEST_BATCH + 1)

    made = await client.calls("batch", calls)

    assert {call["data"]["code"] for call in made} == {"PAYLOAD_TOO_LARGE"}
    assert "maxItems" in made[0]["message"]


async def test_the_served_declarations_type_a_dashboard(house: House, client: Client) -> None:
    response = await house.client.get("/api/v1/trpc.d.ts")
    (client.folder / "gateway.d.ts").write_text(await response.get_data(as_text=True))

    checked = await client.run(
        "node_modules/.bin/tsc",
        *("--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "esnext"),
        *("--moduleResolution", "bundler", "dashboard.ts"),
    )

    assert checked == ""


async def raw(house: House, method: str, path: str, **rest: Any) -> tuple[int, Any, Any]:
    """A request as no client makes it."""
    headers = {**house.headers, **rest.pop("headers", {})}
    response = await house.client.open(path, method=method, headers=headers, **rest)
    body = await response.get_data()
    return response.status_code, json.loads(body) if body else {}, response.headers


async def test_whatever_is_wrong_is_answered_in_the_envelope(house: House) -> None:
    json_type = {"Content-Type": "application/json"}
    long = b" " * 300_000
    cases: list[tuple[str, str, dict[str, Any], int, int]] = [
        ("GET", "/trpc/webhooks.create", {}, 405, -32005),
        ("PUT", "/trpc/webhooks.create", {}, 405, -32005),
        ("POST", "/trpc/webhooks.create", {"data": b"{}"}, 415, -32015),
        ("POST", "/trpc/webhooks.create", {"data": b"{", "headers": json_type}, 400, -32600),
        ("POST", "/trpc/webhooks.create", {"data": b"\xff", "headers": json_type}, 400, -32600),
        ("POST", "/trpc/webhooks.create", {"data": b"[1]", "headers": json_type}, 400, -32600),
        (
            "POST",
            "/trpc/webhooks.create",
            {"data": long, "headers": json_type},
            413,
            -32013,
        ),
        ("GET", "/trpc/webhooks.list?batch=1&input=7", {}, 400, -32600),
        ("GET", "/trpc/webhooks.list,webhooks.create?batch=1", {}, 400, -32600),
        ("GET", "/trpc/webhooks.list,webhooks.list", {}, 404, -32004),
        ("GET", "/trpc/nothing", {}, 404, -32004),
        ("GET", "/trpc/", {}, 404, -32004),
        ("GET", "/trpc", {}, 404, -32004),
    ]
    for method, path, rest, status, number in cases:
        answer = await raw(house, method, path, **rest)
        assert answer[0] == status, path
        assert answer[1]["error"]["code"] == number, path
        assert answer[1]["error"]["data"]["httpStatus"] == status
    assert (await raw(house, "HEAD", "/trpc/webhooks.list"))[0] == 204


async def test_a_batch_of_mixed_outcomes_is_answered_207_in_order(house: House) -> None:
    await house.create_channel()
    path = "/trpc/webhooks.get,webhooks.get?batch=1&input=" + json.dumps(
        {"0": {"id": 1}, "1": {"id": 2}}
    )

    status, answer, headers = await raw(house, "GET", path)

    assert status == 207
    assert answer[0]["result"]["data"]["id"] == 1
    assert answer[1]["error"]["data"]["gatewayCode"] == "WEBHOOK_NOT_FOUND"
    assert headers["Vary"] == "trpc-accept, accept"


def test_every_status_of_the_gateway_has_a_word_in_trpc() -> None:
    assert {status for statuses in errors().values() for status in statuses} <= set(CODES)
