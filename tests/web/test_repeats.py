"""Calls that are repeated, changes of what somebody else has changed, and other origins."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from quart import Response

from gateway.config import Config
from gateway.registry import Registry
from gateway.runtime import open_gateway
from gateway.web.auth import issue_token
from tests.conftest import Clock
from tests.stories.house import House, Json

TOKEN: Json = {"name": "ci", "scopes": ["tasks:read"]}


async def post(
    house: House, path: str, body: object, *, key: str | None = None
) -> tuple[Response, Json]:
    """A POST with an idempotency key."""
    headers = dict(house.headers) | ({"Idempotency-Key": key} if key is not None else {})
    response = await house.client.post(f"/api/v1{path}", json=body, headers=headers)
    answer: Json = await response.get_json()
    return response, answer


async def test_a_repeated_call_is_made_once_and_answered_the_same(house: House) -> None:
    first, made = await post(house, "/tokens", TOKEN, key="k-1")
    again, repeated = await post(house, "/tokens", TOKEN, key="k-1")
    other, another = await post(house, "/tokens", TOKEN, key="k-2")

    assert first.status_code == again.status_code == other.status_code == 201
    assert made == repeated
    assert another["id"] != made["id"]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len((await house.api("GET", "/tokens"))["items"]) == 3


async def test_what_is_kept_of_an_answer_is_sealed(house: House) -> None:
    _, made = await post(house, "/tokens", TOKEN, key="k-1")

    async with house.gw.db.connection() as connection:
        kept = await connection.fetchrow("SELECT * FROM idempotency_keys")
    assert kept is not None
    assert made["token"].split("_", 2)[2] not in str(dict(kept))


async def test_a_key_of_another_call_is_refused(house: House) -> None:
    await post(house, "/tokens", TOKEN, key="k-1")
    stranger = await issue_token(user_id=house.user_id, name="s", scopes=["admin"])
    for path, body in (
        ("/tokens", {**TOKEN, "name": "other"}),
        ("/users", {"name": "Ann"}),
    ):
        response, refused = await post(house, path, body, key="k-1")
        assert (response.status_code, refused["error"]["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")

    # Its secret is for the token that asked for it, not for whoever knows the key.
    house.headers = {"Authorization": f"Bearer {stranger}"}
    response, _ = await post(house, "/tokens", TOKEN, key="k-1")
    assert response.status_code == 422
    house.headers["X-Gateway-User"] = "customer-1"
    response, _ = await post(house, "/tokens", TOKEN, key="k-1")
    assert response.status_code == 201, "another account has keys of its own"


async def test_a_refused_call_leaves_its_key_free(house: House) -> None:
    response, _ = await post(house, "/tokens", {**TOKEN, "scopes": ["nothing"]}, key="k-1")
    assert response.status_code == 400
    response, _ = await post(house, "/tokens/77/rotate", {}, key="k-1")
    assert response.status_code == 404

    response, _ = await post(house, "/tokens", TOKEN, key="k-1")
    assert response.status_code == 201


async def test_calls_at_once_with_one_key_are_made_once(house: House) -> None:
    answers = await asyncio.gather(*(post(house, "/tokens", TOKEN, key="k-1") for _ in range(6)))

    made = [answer for response, answer in answers if response.status_code == 201]
    refused = [answer for response, answer in answers if response.status_code == 409]
    assert made
    assert len(made) + len(refused) == 6
    assert len({answer["id"] for answer in made}) == 1
    assert {answer["error"]["code"] for answer in refused} <= {"IDEMPOTENCY_KEY_IN_USE"}


async def test_a_call_whose_process_died_can_be_made_again_after_its_lease(
    house: House, clock: Clock
) -> None:
    await post(house, "/tokens", TOKEN, key="k-1")
    async with house.gw.db.connection() as connection:
        await connection.execute("UPDATE idempotency_keys SET status = NULL, answer = NULL")

    response, refused = await post(house, "/tokens", TOKEN, key="k-1")
    assert (response.status_code, refused["error"]["code"]) == (409, "IDEMPOTENCY_KEY_IN_USE")
    clock.advance(61)
    response, _ = await post(house, "/tokens", {**TOKEN, "name": "other"}, key="k-1")
    assert response.status_code == 422
    response, _ = await post(house, "/tokens", TOKEN, key="k-1")
    assert response.status_code == 201
    assert "Idempotent-Replayed" not in response.headers


async def test_keys_are_forgotten_after_a_day(house: House, clock: Clock) -> None:
    _, made = await post(house, "/tokens", TOKEN, key="k-1")
    await post(house, "/tokens", TOKEN, key="k-2")
    clock.advance(24 * 3600)

    response, another = await post(house, "/tokens", TOKEN, key="k-1")

    assert response.status_code == 201
    assert another["id"] != made["id"]
    async with house.gw.db.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM idempotency_keys") == 1


async def test_an_answer_that_no_key_opens_is_told_so(house: House) -> None:
    await post(house, "/tokens", TOKEN, key="k-1")
    async with house.gw.db.connection() as connection:
        await connection.execute("UPDATE idempotency_keys SET answer = 'v1.gone.AAAA'")

    response, refused = await post(house, "/tokens", TOKEN, key="k-1")

    assert response.status_code == 422
    assert "cannot be read any more" in refused["error"]["message"]


@pytest.mark.parametrize("key", ["", "a b", "x" * 256])
async def test_a_key_that_cannot_be_is_refused(house: House, key: str) -> None:
    response, refused = await post(house, "/tokens", TOKEN, key=key)

    assert response.status_code == 400
    assert "Idempotency-Key" in refused["error"]["message"]


async def test_a_call_that_failed_here_keeps_its_key_until_the_lease_ends(
    house: House, clock: Clock
) -> None:
    async with house.gw.db.connection() as connection:
        await connection.execute("ALTER TABLE api_tokens RENAME TO hidden")
        await connection.execute("CREATE VIEW api_tokens AS SELECT * FROM hidden")
        await connection.execute(
            "CREATE RULE api_tokens_lost AS ON INSERT TO api_tokens DO INSTEAD NOTHING"
        )
    try:
        response, _ = await post(house, "/tokens", TOKEN, key="k-1")
        assert response.status_code == 500
        response, _ = await post(house, "/tokens", TOKEN, key="k-1")
        assert response.status_code == 409
    finally:
        async with house.gw.db.connection() as connection:
            await connection.execute("DROP VIEW api_tokens")
            await connection.execute("ALTER TABLE hidden RENAME TO api_tokens")
    clock.advance(61)
    response, _ = await post(house, "/tokens", TOKEN, key="k-1")
    assert response.status_code == 201


async def changing(house: House, method: str, path: str, *, match: str) -> tuple[Response, Json]:
    """A change of what the caller has seen at a version."""
    response = await house.client.open(
        f"/api/v1{path}",
        method=method,
        json={"channelName": "Shop"} if method == "PATCH" else None,
        headers={**house.headers, "If-Match": match},
    )
    answer: Json = await response.get_json()
    return response, answer


async def test_a_change_of_a_version_that_is_gone_is_refused_with_the_current_one(
    house: House,
) -> None:
    await house.create_channel()
    read = await house.client.get("/api/v1/webhooks/1", headers=house.headers)
    assert read.headers["ETag"] == '"1"'

    response, _ = await changing(house, "PATCH", "/webhooks/1", match=read.headers["ETag"])
    assert (response.status_code, response.headers["ETag"]) == (200, '"2"')
    for method in ("PATCH", "DELETE"):
        response, refused = await changing(house, method, "/webhooks/1", match='"1"')
        assert (response.status_code, refused["error"]["code"]) == (412, "PRECONDITION_FAILED")
        assert response.headers["ETag"] == '"2"'
    assert (await house.api("GET", "/webhooks/1"))["isActive"]
    for match in ("*", '"1", "2"'):
        response, _ = await changing(house, "DELETE", "/webhooks/1", match=match)
        assert response.status_code == (200 if match == "*" else 412)
    assert response.headers["ETag"] == '"3"'


@pytest.mark.parametrize("match", ["1", 'W/"1"', '"one"', ""])
async def test_a_version_that_was_never_answered_is_refused(house: House, match: str) -> None:
    await house.create_channel()

    response, refused = await changing(house, "PATCH", "/webhooks/1", match=match)

    assert response.status_code == 400
    assert "If-Match" in refused["error"]["message"]


async def test_a_call_without_versions_does_not_pretend_to_check_one(house: House) -> None:
    response, refused = await changing(house, "DELETE", "/tokens/1", match='"1"')

    assert response.status_code == 400
    assert "leave If-Match out" in refused["error"]["message"]


@pytest.fixture
async def shown(config: Config, clock: Clock, registry: Registry) -> AsyncIterator[House]:
    """A house whose API may be called from one other origin."""
    server = config.server.model_copy(update={"cors_origins": ("https://app.example.org",)})
    settings = config.model_copy(update={"server": server})
    async with open_gateway(settings, now=clock, registry=registry) as gw, House.open(gw) as house:
        yield house


async def options(house: House, path: str, origin: str) -> Response:
    """What a browser asks before it calls from another origin."""
    headers = {"Origin": origin, "Access-Control-Request-Method": "PATCH"}
    return await house.client.options(path, headers=headers)


async def test_a_browser_may_call_from_an_origin_that_the_settings_name(shown: House) -> None:
    before = await options(shown, "/api/v1/webhooks/1", "https://app.example.org")
    headers = {**shown.headers, "Origin": "https://app.example.org"}
    called = await shown.client.get("/api/v1/webhooks", headers=headers)
    refused = await shown.client.get(
        "/api/v1/webhooks", headers={"Origin": "https://app.example.org"}
    )

    assert before.status_code == 204
    assert "PATCH" in before.headers["Access-Control-Allow-Methods"]
    for name in ("Authorization", "If-Match", "Idempotency-Key", "X-Gateway-User"):
        assert name in before.headers["Access-Control-Allow-Headers"]
    for response in (before, called, refused):
        assert response.headers["Access-Control-Allow-Origin"] == "https://app.example.org"
        assert "Origin" in response.headers["Vary"]
    assert "X-RateLimit-Remaining" in called.headers["Access-Control-Expose-Headers"]
    assert "Access-Control-Allow-Credentials" not in called.headers


async def test_no_other_origin_is_let_in(shown: House) -> None:
    for path, origin in (
        ("/api/v1/webhooks/1", "https://evil.example.org"),
        ("/api/v1/webhooks/1", "https://app.example.org.evil"),
        ("/metrics", "https://app.example.org"),
    ):
        answer = await options(shown, path, origin)
        assert "Access-Control-Allow-Origin" not in answer.headers, (path, origin)


async def test_by_default_no_origin_is_let_in(house: House) -> None:
    answer = await options(house, "/api/v1/webhooks/1", "https://app.example.org")

    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_the_automation_path_takes_messages_for_the_webhook_that_a_header_names(
    house: House,
) -> None:
    channel = await house.create_channel(authType="bearer", authToken="s3cret-automation")
    path = "/api/v1/webhooks/automation"
    body = json.dumps({"content": "Hi", "senderIdentifier": "zap"}).encode()
    named = {"X-Webhook-Token": channel.record["webhookToken"]}
    bearer = {"Authorization": "Bearer s3cret-automation", "Content-Type": "application/json"}
    cases = [
        ({**named, **bearer}, 200, None),
        (named, 401, "INVALID_AUTH"),
        (bearer, 401, "INVALID_AUTH"),
        ({**bearer, "X-Webhook-Token": "nothing"}, 404, "WEBHOOK_NOT_FOUND"),
    ]
    for headers, status, code in cases:
        response = await house.client.post(path, data=body, headers=headers)
        answer = await response.get_json()
        assert (response.status_code, answer.get("error", {}).get("code")) == (status, code)
    assert (await house.client.get(path)).status_code == 405
    assert (await house.client.post(f"{path}s", data=body)).status_code == 404
    await house.drain()
    [message] = (await house.api("GET", f"/webhooks/{channel.id}/messages"))["items"]
    assert message["senderIdentifier"] == "zap"


async def mutate(
    house: House, path: str, told: object, mount: str = "/trpc", **headers: str
) -> tuple[int, Json]:
    """A mutation over tRPC, outside any batch."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = await house.client.post(f"{mount}/{path}", json=told, headers=house.headers | named)
    answer: Json = await response.get_json()
    return response.status_code, answer


async def test_a_mutation_over_trpc_is_made_once_under_its_key(house: House) -> None:
    first = await mutate(house, "tokens.create", TOKEN, Idempotency_Key="k-1")
    again = await mutate(house, "tokens.create", TOKEN, Idempotency_Key="k-1")
    other = await mutate(house, "tokens.create", {**TOKEN, "name": "x"}, Idempotency_Key="k-1")
    by_rest, made = await post(house, "/tokens", TOKEN, key="k-1")

    assert first == again
    assert (first[0], other[0], by_rest.status_code) == (200, 422, 201)
    assert made == first[1]["result"]["data"]
    assert other[1]["error"]["data"]["gatewayCode"] == "IDEMPOTENCY_KEY_REUSED"
    assert len((await house.api("GET", "/tokens"))["items"]) == 2


async def test_with_superjson_a_repeated_mutation_has_its_dates_again(house: House) -> None:
    told = {"json": TOKEN}
    mount = "/trpc-superjson"
    first = await mutate(house, "tokens.create", told, mount, Idempotency_Key="k-1")
    again = await mutate(house, "tokens.create", told, mount, Idempotency_Key="k-1")
    plain = await mutate(house, "tokens.create", TOKEN, Idempotency_Key="k-1")

    assert first == again
    assert first[1]["result"]["data"]["meta"]["values"]["createdAt"] == ["Date"]
    assert plain[0] == 422


async def test_a_mutation_over_trpc_changes_only_the_version_that_it_names(house: House) -> None:
    channel = await house.create_channel()
    told = {"id": channel.id, "channelName": "Shop"}
    version = channel.record["version"]

    stale = await mutate(house, "webhooks.update", told, If_Match=f'"{version + 7}"')
    fresh = await mutate(house, "webhooks.update", told, If_Match=f'"{version}"')

    assert (stale[0], stale[1]["error"]["data"]["code"]) == (412, "PRECONDITION_FAILED")
    assert (fresh[0], fresh[1]["result"]["data"]["channelName"]) == (200, "Shop")


async def test_conditions_of_a_batch_are_refused_unless_it_is_one_call(house: House) -> None:
    named = house.headers | {"Idempotency-Key": "k-1"}
    two = {"0": TOKEN, "1": TOKEN}
    refused = await house.client.post(
        "/trpc/tokens.create,tokens.create?batch=1", json=two, headers=named
    )
    path = "/trpc/tokens.create?batch=1"
    first = await house.client.post(path, json={"0": TOKEN}, headers=named)
    again = await house.client.post(path, json={"0": TOKEN}, headers=named)

    assert refused.status_code == 400
    assert "about one call" in (await refused.get_json())["error"]["message"]
    assert await first.get_json() == await again.get_json()
    assert len((await house.api("GET", "/tokens"))["items"]) == 2
