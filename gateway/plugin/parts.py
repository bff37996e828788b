"""Parts: everything replaceable is one class with one method and one `Settings` model."""

import socket
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Generic, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from gateway.plugin.errors import PermanentFailure, TemporaryFailure, UncertainFailure
from gateway.plugin.messages import (
    Answer,
    Conversation,
)
from gateway.plugin.wire import (
    HttpAnswer,
    InboundRequest,
    OutboundMessage,
    Parsed,
    Sent,
)


class PartSettings(BaseModel):
    """The settings of a part. Field names are snake_case here and camelCase outside.

    Every field has a title and a description; a secret is a `SecretStr`: encrypted at rest, never
    returned. Forms ask at once for what is required, and for a field with
    `json_schema_extra={"x-ask-first": True}`; for the others when somebody looks for them.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        hide_input_in_errors=True,  # an input may be a secret
    )


OutboundUrl = Annotated[str, Field(max_length=2048, json_schema_extra={"format": "uri"})]
"""A setting with a URL that the part calls: one that leads inside is refused when it is set.

Alone or in a list, with or without None, it stands at the top of the part's settings.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningSecret:
    """A secret and the moment it stops to count; None means that it is the newest and stays."""

    value: str
    expires_at: datetime | None = None

    def __repr__(self) -> str:
        return f"SigningSecret(expires_at={self.expires_at!r})"


BODY_LIMIT_BYTES = 64 * 1024
"""How much of an answer is read unless the part asks for more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpResponse:
    """What a server answered: `headers` have lower-case names, `body` is cut at the limit."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpClient(Protocol):
    """The way out to user-given URLs: it refuses internal addresses, never follows a redirect.

    Raises `TemporaryFailure` for a network failure or timeout, `PermanentFailure` for a refused
    URL. An answer of any status is returned, not raised. A failure that is `not_accepted` came
    before anything of the request was sent; after any other the server may have acted on it.
    """

    async def request(  # noqa: PLR0913 # a request has so many parts
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes,
        timeout_seconds: float,
        limit_bytes: int = BODY_LIMIT_BYTES,
    ) -> HttpResponse:
        """One request; `timeout_seconds` covers all of it, the body of the answer too.

        No more than `limit_bytes` of that body are read.
        """
        ...


class Dialler(Protocol):
    """The way out to a user-given host where it is not HTTP that is spoken."""

    async def __call__(self, host: str, port: int, *, timeout_seconds: float) -> socket.socket:
        """A connected, non-blocking TCP socket; internal addresses are refused.

        Raises `PermanentFailure` for a refused address and `TemporaryFailure` for any other reason;
        both are `not_accepted`.
        """
        ...


async def no_way_out(host: str, port: int, *, timeout_seconds: float) -> socket.socket:
    """The `Dialler` of a context that lends none."""
    raise PermanentFailure(
        f"no way out to {host}:{port} within {timeout_seconds:g} s", not_accepted=True
    )


class Remember(Protocol):
    """Keeps what came first under a key, for what may count only once, such as a token.

    It is one memory for all processes; while Redis is away each process has its own.
    """

    async def __call__(self, key: str, value: str, *, seconds: int) -> str:
        """The first value of this channel under `key` in the last `seconds`, be it this one."""
        ...


async def no_memory(key: str, value: str, *, seconds: int) -> str:  # noqa: ARG001
    """The `Remember` of a context that lends none."""
    raise TemporaryFailure("this context remembers nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartContext:
    """What the gateway lends to a part of one channel.

    `inbound_url` is the channel's public URL, the one that providers call.
    """

    webhook_id: int
    secrets: tuple[SigningSecret, ...]
    http: HttpClient
    now: Callable[[], datetime]
    inbound_url: str = ""
    dial: Dialler = no_way_out
    remember: Remember = no_memory

    def live_secrets(self, now: datetime) -> tuple[str, ...]:
        """The secrets that count at `now`, newest first: during a rotation there are two."""
        return tuple(s.value for s in self.secrets if s.expires_at is None or s.expires_at > now)


S = TypeVar("S", bound=PartSettings)

REPLY = "message.reply"
"""The event name under which the assistant's own words travel."""

HOPS_HEADER = "X-Gateway-Hops"
"""The header that says how many gateways a message has come through."""


class Part(ABC, Generic[S]):
    """One replaceable piece of a channel, built from its settings at the channel's first use."""

    name: ClassVar[str]
    """Lower-case identifier, unique within a role; each channel stores it, so it never changes."""
    title: ClassVar[str]
    """What a person sees in a form."""
    Settings: ClassVar[type[PartSettings]] = PartSettings

    def __init__(self, settings: S, context: PartContext) -> None:
        self.settings = settings
        self.context = context

    async def aclose(self) -> None:
        """Gives back what the part holds; called once, when the gateway is done with the part."""


class Parser(Part[S]):
    """Reads a provider's request."""

    channel_type: ClassVar[str]
    """The channel type that it serves: `sms`, `email`, `custom_webhook`, or a name of its own."""
    quarantines: ClassVar[bool] = True
    """True: an authentic but unreadable request is kept for review and acknowledged, as providers
    need. False: its sender is a program under the owner's control and gets `INVALID_PAYLOAD` at
    once."""

    body_limit_bytes: ClassVar[int] = 0
    """Largest body that a request to this part may have; 0 leaves it to the gateway's settings."""

    busy_status: ClassVar[int] = 429
    """What a request beyond the channel's limits is answered with. Some providers drop what is
    answered 4xx, and repeat only what is answered 503."""

    takes_queries: ClassVar[bool] = False
    """True: a message may also come by GET; its query is handed over as a form in the body."""

    answers_consent: bool = False
    """True: the provider itself answers STOP, START and HELP, and the gateway says nothing. A part
    may set it on itself, by a setting."""

    def challenge(self, request: InboundRequest) -> HttpAnswer | None:  # noqa: ARG002
        """The answer to a handshake, by which a sender makes sure of the URL; None for all else.

        Asked before `verify`, for GET and OPTIONS too: repeat nothing that could do harm.
        """
        return None

    @abstractmethod
    def parse(self, request: InboundRequest) -> Parsed:
        """Turns a verified request into messages; pure, no I/O.

        A large body is read in a thread of its own. Raises `InvalidPayload`.
        """


class Verifier(Part[S]):
    """Decides whether a request is authentic."""

    @abstractmethod
    async def verify(self, request: InboundRequest) -> None:
        """Returns for an authentic request.

        Raises `InvalidSignature` or `InvalidAuth` for any other.
        """


class Responder(Part[S]):
    """Answers one turn of a conversation."""

    @abstractmethod
    async def respond(self, conversation: Conversation) -> Answer:
        """Answers the pending messages together.

        Raises `TemporaryFailure` or `PermanentFailure`.
        """


class Transport(Part[S]):
    """Sends messages to the outside."""

    addresses: ClassVar[frozenset[str]] = frozenset()
    """API names of the settings that say where it sends to; a change ends a verification."""
    reconciles: ClassVar[bool] = False
    """True: `reconcile` is asked before an attempt is repeated whose end nobody saw, such as one
    whose worker was killed. Set it where a repeat would reach a person twice."""

    def wants(self, event: str) -> bool:
        """Whether this transport is given `event`; one that carries only words wants replies."""
        return event == REPLY

    @abstractmethod
    async def send(self, message: OutboundMessage) -> Sent:
        """Makes one attempt.

        Raises `TemporaryFailure` to be called again, `PermanentFailure` never to be, and
        `UncertainFailure` when the message may have been taken.
        """

    async def reconcile(self, message: OutboundMessage) -> Sent | None:
        """Finds out what became of an attempt whose end is not known: None when it did not go.

        Raises `UncertainFailure` when there is no telling, as this one always does, and
        `TemporaryFailure` to be asked again.
        """
        raise UncertainFailure(f"nobody can tell whether message {message.id} was taken")
