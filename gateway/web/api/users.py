"""Accounts, for tokens with the scope `admin`: list, get, create, change."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from gateway import store
from gateway.plugin.errors import Conflict
from gateway.records import User
from gateway.web.api.procedures import ById, Call, Listed, Paged, page_of, procedure
from gateway.web.api.webhook_shapes import Text, Zone
from gateway.web.auth import EXTERNAL_ID
from gateway.web.wire import Body


def _external(value: str) -> str:
    if not EXTERNAL_ID.fullmatch(value):
        raise ValueError("give 1 to 255 printable ASCII characters, no space at either end")
    return value


ExternalId = Annotated[str, AfterValidator(_external)]
UserName = Annotated[Text, Field(min_length=1, max_length=200)]


class ListUsers(Paged):
    """Which accounts."""

    external_id: ExternalId | None = Field(None, description="Only the one with this id of yours.")


class CreateUser(Body):
    """An account to be created."""

    name: UserName = Field(description="What people call it, 1 to 200 characters.")
    external_id: ExternalId | None = Field(
        None, description="Its id in your own system, which no other account has."
    )
    time_zone: Zone = Field(
        "UTC", description='What "tomorrow" means, as an IANA name such as Europe/Madrid.'
    )


class UpdateUser(ById):
    """What is to change of an account: only the fields that are given count."""

    name: UserName = Field("", description="What people call it, 1 to 200 characters.")
    external_id: ExternalId | None = Field(None, description="Its id in your own system.")
    time_zone: Zone = Field("UTC", description="An IANA name such as Europe/Madrid.")


@procedure("users.list", "GET /users", scope="admin")
async def list_(call: Call, asked: ListUsers) -> Listed[User]:
    """All accounts of the gateway, newest first."""
    found = await store.page_of_users(
        call.gw.db, external_id=asked.external_id, before_id=asked.cursor, limit=asked.limit
    )
    return page_of(found, asked, lambda user: user.id)


@procedure("users.get", "GET /users/{id}", scope="admin")
async def get(_call: Call, asked: ById) -> User:
    """One account."""
    return await store.get_user(asked.id)


@procedure("users.create", "POST /users", scope="admin", status=201, raises=(Conflict,))
async def create(call: Call, asked: CreateUser) -> User:
    """Creates an account.

    An external id that another account has is answered 409. A call with `X-Gateway-User` creates
    its account by itself.
    """
    new = store.NewUser(name=asked.name, external_id=asked.external_id, time_zone=asked.time_zone)
    return await store.add_user(call.gw.db, call.operation, new)


@procedure("users.update", "PATCH /users/{id}", scope="admin", raises=(Conflict,))
async def update(call: Call, asked: UpdateUser) -> User:
    """Changes what is named, and nothing else.

    An external id that another account has is answered 409.
    """
    given = asked.model_fields_set - {"id"}
    changes = {name: getattr(asked, name) for name in sorted(given)}
    user = await store.change_user(call.gw.db, call.operation, changes, user_id=asked.id)
    call.gw.channels.forget(user.id)
    return user


PROCEDURES: Final = (list_, get, create, update)
