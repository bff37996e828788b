"""Tokens and accounts through the API, and who acts for whom."""

import asyncio
import json
from datetime import timedelta

import asyncpg
import pytest

from gateway import store
from gateway.records import User
from gateway.rules.scopes import OF_AN_ACCOUNT
from gateway.web.auth import issue_token
from gateway.web.wire import wire_value
from tests.conftest import Clock
from tests.stories.house import House, Json


@pytest.fixture
async def customer() -> User:
    """An account whose token may do all that an account may."""
    return await store.create_user(name="Ann", external_id="customer-1")


async def become(house: House, user: User, *scopes: str) -> None:
    """Makes the house call with a token of `user`."""
    token = await issue_token(user_id=user.id, name="own", scopes=scopes or OF_AN_ACCOUNT)
    house.headers = {"Authorization": f"Bearer {token}"}


def use(house: House, issued: Json) -> None:
    """Makes the house call with a token that the API issued."""
    house.headers = {"Authorization": f"Bearer {issued['token']}"}


async def noted(house: House) -> list[asyncpg.Record]:
    """The log's lines that are about no webhook."""
    async with house.gw.db.connection() as connection:
        found: list[asyncpg.Record] = await connection.fetch(
            "SELECT * FROM webhook_logs WHERE webhook_id IS NULL ORDER BY id"
        )
    return found


async def test_a_token_makes_another_that_works_until_it_is_revoked(
    house: House, customer: User
) -> None:
    await become(house, customer)
    wanted = {"name": "ci", "scopes": ["webhooks:read", "tokens:write", "webhooks:read"]}
    issued = await house.api("POST", "/tokens", wanted, status=201)
    use(house, issued)

    assert issued["scopes"] == ["webhooks:read", "tokens:write"]
    assert (await house.api("GET", "/webhooks"))["items"] == []
    revoked = await house.api("DELETE", f"/tokens/{issued['id']}")
    assert revoked["lastUsedAt"]
    assert revoked["revokedAt"]
    refused = await house.api("GET", "/webhooks", status=401)
    assert "revoked" in refused["error"]["message"]


async def test_the_secret_is_shown_once_and_kept_nowhere(house: House, customer: User) -> None:
    await become(house, customer)
    issued = await house.api(
        "POST", "/tokens", {"name": "ci", "scopes": ["tasks:read"]}, status=201
    )
    secret = issued["token"].split("_", 2)[2]

    listed = await house.api("GET", "/tokens")
    assert listed["items"][0]["prefix"] == issued["prefix"] == issued["token"].split("_")[1]
    assert secret not in json.dumps(listed)
    assert secret not in "".join(str(dict(line)) for line in await noted(house))


async def test_a_token_grants_only_what_it_holds(house: House, customer: User) -> None:
    await become(house, customer)
    strong = await house.api("POST", "/tokens", {"name": "s", "scopes": ["tasks:read"]}, status=201)
    await become(house, customer, "tokens:write", "webhooks:read")

    for scope in ("admin", "tasks:read"):
        wanted = {"name": "more", "scopes": ["webhooks:read", scope]}
        refused = await house.api("POST", "/tokens", wanted, status=403)
        assert refused["error"]["code"] == "INSUFFICIENT_SCOPE"
        assert scope in refused["error"]["message"]
    # Its successor would hold the same.
    await house.api("POST", f"/tokens/{strong['id']}/rotate", {}, status=403)
    await house.api("POST", "/tokens", {"name": "x", "scopes": ["everything"]}, status=400)
    await house.api("POST", "/tokens", {"name": "x", "scopes": []}, status=400)


async def test_a_rotated_token_counts_beside_the_new_one_for_a_while(
    house: House, customer: User, clock: Clock
) -> None:
    await become(house, customer)
    old = await house.api("POST", "/tokens", {"name": "ci", "scopes": ["tokens:write"]}, status=201)
    use(house, old)

    fresh = await house.api(
        "POST", f"/tokens/{old['id']}/rotate", {"overlapSeconds": 60}, status=201
    )

    assert (fresh["name"], fresh["scopes"]) == ("ci", ["tokens:write"])
    assert fresh["expiresAt"] is None
    clock.advance(59)
    for token in (old, fresh):
        use(house, token)
        await house.api("GET", "/tokens")
    clock.advance(1)
    use(house, old)
    await house.api("GET", "/tokens", status=401)
    use(house, fresh)
    live = await house.api("GET", "/tokens")
    ended = await house.api("GET", "/tokens?includeEnded=true")
    assert len(live["items"]) == len(ended["items"]) - 1
    gone = await house.api("POST", f"/tokens/{old['id']}/rotate", {}, status=409)
    assert "create a new one" in gone["error"]["message"]


async def test_a_successor_lives_as_long_as_its_token_was_made_to_live(
    house: House, customer: User, clock: Clock
) -> None:
    await become(house, customer)
    expires_at = wire_value(clock() + timedelta(days=2))
    wanted = {"name": "ci", "scopes": ["tasks:read"], "expiresAt": expires_at}
    old = await house.api("POST", "/tokens", wanted, status=201)
    clock.advance(86_400)

    path = f"/tokens/{old['id']}/rotate"
    fresh = await house.api("POST", path, {"overlapSeconds": 7 * 86_400}, status=201)

    assert str(fresh["expiresAt"])[:16] == str(wire_value(clock() + timedelta(days=2)))[:16]
    [_, listed, _] = (await house.api("GET", "/tokens"))["items"]
    assert listed["expiresAt"] == old["expiresAt"], "an overlap never prolongs a token"


@pytest.mark.parametrize("days", [-1, 0, 3651])
async def test_an_expiry_that_cannot_be_is_refused(house: House, clock: Clock, days: int) -> None:
    expires_at = wire_value(clock() + timedelta(days=days))
    wanted = {"name": "ci", "scopes": ["tasks:read"], "expiresAt": expires_at}

    refused = await house.api("POST", "/tokens", wanted, status=400)

    assert refused["error"]["fields"][0]["pointer"] == "/expiresAt"


async def test_an_admin_token_manages_accounts(house: House) -> None:
    made = await house.api("POST", "/users", {"name": "Ann", "externalId": "c 1"}, status=201)
    changes = {"name": "Anna", "timeZone": "Europe/Paris"}
    changed = await house.api("PATCH", f"/users/{made['id']}", changes)

    assert changed == {**made, **changes}
    assert await house.api("PATCH", f"/users/{made['id']}", changes) == changed
    assert await house.api("GET", f"/users/{made['id']}") == changed
    assert (await house.api("GET", "/users?externalId=c%201"))["items"] == [changed]
    assert len((await house.api("GET", "/users"))["items"]) == 2
    for method, path, body in (
        ("POST", "/users", {"name": "Other", "externalId": "c 1"}),
        ("PATCH", f"/users/{house.user_id}", {"externalId": "c 1"}),
    ):
        assert (await house.api(method, path, body, status=409))["error"]["code"] == "CONFLICT"
    await house.api("POST", "/users", {"name": "Other", "externalId": " c"}, status=400)
    await house.api("POST", "/users", {"name": "Other", "timeZone": "Mars"}, status=400)
    assert [line["event"] for line in await noted(house)] == ["user.created", "user.updated"]


async def test_an_admin_token_acts_for_an_end_user_who_needs_no_account_before(
    house: House,
) -> None:
    admin = dict(house.headers)
    house.headers["X-Gateway-User"] = "customer-7"
    channel = await house.create_channel()

    [user] = (await house_as(house, admin).api("GET", "/users?externalId=customer-7"))["items"]
    assert (await house.api("GET", "/webhooks"))["items"] == []
    [provisioned] = await noted(house)
    async with house.gw.db.connection() as connection:
        created = await connection.fetchrow(
            "SELECT * FROM webhook_logs WHERE webhook_id = $1 ORDER BY id", channel.id
        )
    assert created is not None
    prefix = admin["Authorization"].split("_")[1]
    assert (provisioned["event"], provisioned["user_id"]) == ("user.provisioned", user["id"])
    assert json.loads(provisioned["detail"])["actor"] == f"token:{prefix}"
    assert created["user_id"] == user["id"]
    assert json.loads(created["detail"])["actor"] == f"token:{prefix} for user:{user['id']}"


def house_as(house: House, headers: dict[str, str]) -> House:
    """The house, calling with other headers."""
    house.headers = headers
    return house


async def test_calls_that_provide_the_same_user_at_once_get_one_account(house: House) -> None:
    admin = dict(house.headers)
    house.headers["X-Gateway-User"] = "customer-8"

    await asyncio.gather(*(house.api("GET", "/webhooks") for _ in range(8)))

    found = await house_as(house, admin).api("GET", "/users?externalId=customer-8")
    assert len(found["items"]) == 1
    assert len(await noted(house)) == 1


async def test_who_acts_for_an_account_gets_nothing_of_the_whole_gateway(house: House) -> None:
    house.headers["X-Gateway-User"] = "customer-9"

    refused = await house.api("GET", "/users", status=403)
    assert "leave X-Gateway-User out" in refused["error"]["message"]
    await house.api("POST", "/tokens", {"name": "up", "scopes": ["admin"]}, status=403)
    own = await house.api("POST", "/tokens", {"name": "own", "scopes": ["tasks:read"]}, status=201)
    use(house, own)
    await house.api("GET", "/tasks")


async def test_only_an_admin_token_acts_for_others(house: House, customer: User) -> None:
    await become(house, customer)
    house.headers["X-Gateway-User"] = "customer-2"

    refused = await house.api("GET", "/webhooks", status=403)

    assert refused["error"]["code"] == "INSUFFICIENT_SCOPE"
    assert await store.list_users() == [await store.get_user(1), customer]


@pytest.mark.parametrize("external_id", ["", "x" * 256, "\u00e9t\u00e9"])
async def test_an_external_id_that_cannot_be_is_refused(house: House, external_id: str) -> None:
    house.headers["X-Gateway-User"] = external_id

    refused = await house.api("GET", "/webhooks", status=400)

    assert "printable ASCII" in refused["error"]["message"]
