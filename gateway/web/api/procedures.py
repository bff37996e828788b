"""A call of the management API, declared once.

Its REST route, its operation in OpenAPI, its tRPC procedure and its page in the reference all come
from the one declaration, so that they cannot differ.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Generic, TypeVar, get_type_hints

from pydantic import Field, Strict, WithJsonSchema

from gateway.plugin import GatewayError, InvalidPayload, PayloadTooLarge
from gateway.plugin.errors import (
    AddressBlocked,
    InsufficientScope,
    NotFound,
    RateLimited,
    RequestTimeout,
    StorageUnavailable,
    Unauthorized,
)
from gateway.runtime import Gateway
from gateway.store import Operation
from gateway.web.auth import Principal
from gateway.web.failures import KeyInUse, KeyReused, PreconditionFailed
from gateway.web.wire import Body

LARGEST_ID: Final = 2**63 - 1
"""PostgreSQL's bigint."""
PAGE: Final = 50
LARGEST_PAGE: Final = 200
ALWAYS: Final = (
    Unauthorized,
    InsufficientScope,
    InvalidPayload,
    AddressBlocked,
    RateLimited,
    StorageUnavailable,
)
"""What every call may be answered with."""
WITH_BODY: Final = (PayloadTooLarge, RequestTimeout)
WITH_KEY: Final = (KeyInUse, KeyReused)
"""What a call that takes an `Idempotency-Key` may be answered with."""

_PLACE: Final = re.compile(r"\{(\w+)\}")


B = TypeVar("B", bound=Body)
T = TypeVar("T")
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Cursor = Annotated[
    Id, Strict(False), WithJsonSchema({"type": "string", "pattern": "^[1-9][0-9]{0,18}$"})
]
"""`nextCursor` of a page, which is text for clients and an id for queries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Who asks what, when and in which request."""

    gw: Gateway
    principal: Principal
    request_id: str
    at: datetime
    expected: frozenset[int] | None = None
    """Versions that the caller takes for the current one; None is any."""

    def check_version(self, version: int) -> None:
        """Lets a change pass whose caller has seen this version. Raises `PreconditionFailed`."""
        if self.expected is not None and version not in self.expected:
            raise PreconditionFailed(
                f"somebody else changed it: it is at version {version}; read it again, "
                "then repeat the change if it is still wanted",
                version=version,
            )

    @property
    def user_id(self) -> int:
        """Whose things the call sees and changes."""
        return self.principal.user_id

    @property
    def operation(self) -> Operation:
        """The call as the audit trail names it."""
        return Operation(
            user_id=self.user_id,
            actor=self.principal.actor,
            request_id=self.request_id,
            at=self.at,
        )


class Nothing(Body):
    """A call that is told nothing."""


class ById(Body):
    """A call that is about one thing."""

    id: Id = Field(description="Which one.")


class Paged(Body):
    """A call that is answered a page at a time, newest first."""

    limit: int = Field(PAGE, ge=1, le=LARGEST_PAGE, description="Entries on a page.")
    cursor: Cursor | None = Field(None, description="`nextCursor` of the page before.")


class PagedById(ById, Paged):
    """A page of what belongs to one thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed(Generic[T]):
    """A list, or a page of one; the cursor is null on the last page."""

    items: Sequence[T]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """One declared call.

    `input` is all that the call is told, wherever REST carries it: fields that the path names come
    from there, those of a GET or DELETE from the query, all others from the body.
    """

    name: str
    method: str
    path: str
    scope: str
    status: int
    raises: tuple[type[GatewayError], ...]
    input: type[Body]
    output: object
    run: Callable[[Call, Any], Awaitable[object]]
    description: str

    @property
    def is_query(self) -> bool:
        """Whether it changes nothing."""
        return self.method == "GET"

    @property
    def has_body(self) -> bool:
        """Whether REST carries its input in a body."""
        return self.method not in ("GET", "DELETE")

    @property
    def takes_key(self) -> bool:
        """Whether its caller may repeat it safely, with an `Idempotency-Key`."""
        return self.method == "POST"

    @property
    def knows_versions(self) -> bool:
        """Whether its caller may say which version is to be changed, with `If-Match`."""
        return PreconditionFailed in self.raises

    @property
    def resource(self) -> str:
        """What it belongs to: `webhooks` for `webhooks.create`."""
        return self.name.partition(".")[0]

    @property
    def path_fields(self) -> tuple[str, ...]:
        """The input fields that the path carries."""
        return tuple(_PLACE.findall(self.path))

    @property
    def failures(self) -> tuple[type[GatewayError], ...]:
        """Every failure that it may be answered with."""
        missing = (NotFound,) if self.path_fields and not _names_missing(self.raises) else ()
        body = WITH_BODY if self.has_body else ()
        key = WITH_KEY if self.takes_key else ()
        return (*ALWAYS, *body, *key, *missing, *self.raises)


Run = Callable[[Call, B], Awaitable[T]]


def procedure(
    name: str,
    route: str,
    *,
    scope: str,
    status: int = 200,
    raises: Sequence[type[GatewayError]] = (),
) -> Callable[[Run[B, T]], Procedure]:
    """Declares the function below it as a call: its second argument is told, its result answered.

    `route` is a method and a path, such as `GET /webhooks/{id}`. The docstring is what the
    reference says of it.
    """
    method, _, path = route.partition(" ")

    def declare(run: Run[B, T]) -> Procedure:
        hints = get_type_hints(run)
        answer = hints.pop("return")
        _, told = hints.values()
        return Procedure(
            name=name,
            method=method,
            path=path,
            scope=scope,
            status=status,
            raises=tuple(raises),
            input=told,
            output=answer,
            run=run,
            description=inspect.getdoc(run) or "",
        )

    return declare


def page_of(found: Sequence[T], asked: Paged, id_of: Callable[[T], int]) -> Listed[T]:
    """A page; it names the next one when it is full."""
    is_full = len(found) == asked.limit
    return Listed(items=found, next_cursor=str(id_of(found[-1])) if is_full else None)


def _names_missing(raises: Sequence[type[GatewayError]]) -> bool:
    return any(issubclass(failure, NotFound) for failure in raises)
