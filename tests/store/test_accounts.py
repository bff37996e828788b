"""Users and their tokens."""

from datetime import timedelta

import pytest

from gateway import store
from gateway.plugin.errors import Conflict, InsufficientScope, NotFound, Unauthorized
from gateway.records import User
from gateway.runtime import Gateway
from gateway.web.auth import authenticate, issue_token, require
from tests.store import NOW, later, rows, value

pytestmark = pytest.mark.usefixtures("gw")


@pytest.fixture
async def user(gw: Gateway) -> User:
    """An account."""
    del gw  # it opened the database
    return await store.create_user(name="Agency", external_id="ext-1")


async def test_an_account_is_found_by_its_id(user: User) -> None:
    assert await store.get_user(user.id) == user
    assert (user.name, user.external_id, user.time_zone) == ("Agency", "ext-1", "UTC")


async def test_an_account_that_is_not_there_is_named(user: User) -> None:
    with pytest.raises(NotFound, match="no user 999; `gateway users list` shows all"):
        await store.get_user(user.id + 998)


async def test_an_external_id_belongs_to_one_account(user: User) -> None:
    with pytest.raises(Conflict, match="external id 'ext-1' exists already"):
        await store.create_user(name="Other", external_id=user.external_id)

    await store.create_user(name="Without")
    await store.create_user(name="Without")
    assert [u.name for u in await store.list_users()] == ["Agency", "Without", "Without"]


async def test_a_token_authenticates_its_user(user: User) -> None:
    token = await issue_token(user_id=user.id, name="ci", scopes=["tasks:read", "tasks:write"])

    principal = await authenticate(f"Bearer {token}", now=NOW)

    assert principal.user_id == user.id
    assert principal.scopes == ("tasks:read", "tasks:write")
    assert principal.actor.startswith("token:")
    assert await authenticate(f"bearer  {token} ", now=NOW) == principal


async def test_neither_the_token_nor_its_secret_is_stored(user: User, gw: Gateway) -> None:
    token = await issue_token(user_id=user.id, name="ci", scopes=["admin"])

    [row] = await rows(gw, "SELECT * FROM api_tokens")

    assert len(row["token_hash"]) == 32
    assert token.split("_", 2)[2] not in str(dict(row))


async def test_what_is_no_token_is_refused_with_a_remedy(user: User) -> None:
    token = await issue_token(user_id=user.id, name="ci", scopes=["admin"])
    other = await issue_token(user_id=user.id, name="ci", scopes=["admin"])
    mixed = token[:16] + other[16:]

    for given in (
        None,
        "",
        "Bearer",
        token,
        f"Basic {token}",
        f"Bearer {token}x",
        f"Bearer {mixed}",
        f"Bearer gw_{'0' * 12}_{'A' * 43}",
        "Bearer \x00é",
    ):
        with pytest.raises(Unauthorized, match=r"gateway tokens create|copy it again"):
            await authenticate(given, now=NOW)


async def test_a_revoked_token_ends_at_once(user: User) -> None:
    token = await issue_token(user_id=user.id, name="ci", scopes=["admin"])
    prefix = token.split("_")[1]

    await store.revoke_token(prefix, now=NOW)

    with pytest.raises(Unauthorized, match="was revoked"):
        await authenticate(f"Bearer {token}", now=NOW)
    with pytest.raises(NotFound, match=f"no live token '{prefix}'"):
        await store.revoke_token(prefix, now=NOW)
    [listed] = await store.list_tokens()
    assert (listed.prefix, listed.revoked_at) == (prefix, NOW)


async def test_a_token_expires_at_its_moment(user: User) -> None:
    token = await issue_token(user_id=user.id, name="ci", scopes=["admin"], expires_at=later(60))

    await authenticate(f"Bearer {token}", now=later(59.999))
    with pytest.raises(Unauthorized, match="has expired"):
        await authenticate(f"Bearer {token}", now=later(60))


async def test_the_last_use_is_noted_once_a_minute(user: User, gw: Gateway) -> None:
    token = await issue_token(user_id=user.id, name="ci", scopes=["admin"])
    used = "SELECT last_used_at FROM api_tokens"

    noted = []
    for moment in (NOW, NOW + timedelta(seconds=60), NOW + timedelta(seconds=61)):
        await authenticate(f"Bearer {token}", now=moment)
        noted.append(await value(gw, used))

    assert noted == [NOW, NOW, later(61)]


@pytest.mark.parametrize(
    ("scopes", "is_allowed"),
    [(["tasks:read"], True), (["admin"], True), (["tasks:write"], False), ([], False)],
)
async def test_a_scope_is_needed_and_admin_has_all(
    user: User, scopes: list[str], *, is_allowed: bool
) -> None:
    token = await issue_token(user_id=user.id, name="ci", scopes=scopes)
    principal = await authenticate(f"Bearer {token}", now=NOW)

    if is_allowed:
        require(principal, "tasks:read")
    else:
        with pytest.raises(InsufficientScope, match="lacks the scope 'tasks:read'"):
            require(principal, "tasks:read")
