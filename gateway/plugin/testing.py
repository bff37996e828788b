"""The checks that a plugin's own tests run against its parts, and the values to build them from.

    def test_the_parser_keeps_the_contract() -> None:
        check_settings(MyParser)
        parser = MyParser(PartSettings(), part_context())
        check_parser(parser, inbound_request(b'{"text": "Hello"}'))

A check raises `AssertionError` with a sentence that says which promise of the contract was broken.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from gateway.plugin.doors import Door, Listener
from gateway.plugin.errors import (
    GatewayError,
    InvalidAuth,
    InvalidPayload,
    InvalidSignature,
    PartFailure,
    PermanentFailure,
    TemporaryFailure,
)
from gateway.plugin.parts import (
    BODY_LIMIT_BYTES,
    REPLY,
    Dialler,
    HttpClient,
    HttpResponse,
    Parser,
    Part,
    PartContext,
    SigningSecret,
    Transport,
    Verifier,
    no_way_out,
)
from gateway.plugin.wire import (
    InboundRequest,
    OutboundMessage,
    Parsed,
    Sent,
)

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
"""The moment at which everything built here takes place."""

INBOUND_URL = "https://gw.example.org/api/webhooks/inbound/00000000-0000-4000-8000-000000000000"
"""The public URL of the channel that everything built here belongs to."""

HOSTILE_BODIES = (
    b"",
    b"\x00" * 64,
    b"\xff\xfe\xfd",
    b"[" * 1_000_000,
    b'{"a":' * 100_000,
    b'{"content": "\\ud800", "text": "\\u0000", "n": 1e999}',
    b"null",
    b"%" * 1000 + b"=" + b"%ff" * 1000,
    b"--x\r\n" * 5000,
)
"""Bodies that have broken parsers: a parser answers each with a value or `InvalidPayload`."""

HOSTILE_HEADERS = ("", " ", "junk", "v1,", "v1,a,b", "v1,é", "sha256=", "=" * 9000, "\udc80")
"""Header values that have broken verifiers: none of them raises anything unexpected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCall:
    """One request that a part made."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    timeout_seconds: float


@dataclass(slots=True)
class MemoryHttp:
    """A provider in memory: keeps each call and gives the next of `answers`, the last forever."""

    answers: list[HttpResponse | PartFailure] = field(default_factory=list)
    calls: list[HttpCall] = field(default_factory=list)

    async def request(  # noqa: PLR0913 # as `HttpClient` has it
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes,
        timeout_seconds: float,
        limit_bytes: int = BODY_LIMIT_BYTES,
    ) -> HttpResponse:
        """Answers as `HttpClient` does; 200 with an empty body when `answers` was never filled."""
        self.calls.append(
            HttpCall(
                method=method, url=url, headers=headers, body=body, timeout_seconds=timeout_seconds
            )
        )
        if not self.answers:
            return HttpResponse(status=200, headers={}, body=b"")
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, PartFailure):
            raise answer
        return replace(answer, body=answer.body[:limit_bytes])


@dataclass(slots=True)
class Memory:
    """What came first, for one test; nothing in it runs out."""

    kept: dict[str, str] = field(default_factory=dict)

    async def __call__(self, key: str, value: str, *, seconds: int) -> str:  # noqa: ARG002
        """The first value under a key, as `Remember` gives it."""
        return self.kept.setdefault(key, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a listener handed over."""

    door: Door
    body: bytes
    headers: Mapping[str, str]
    client_ip: str


@dataclass(slots=True)
class MemoryDoors:
    """The `Doors` of a listener under test: keeps what is handed over, or raises of `failures`."""

    doors: tuple[Door, ...] = ()
    taken: list[Taken] = field(default_factory=list)
    failures: list[GatewayError] = field(default_factory=list)
    blocked: set[str] = field(default_factory=set)
    now: Callable[[], datetime] = lambda: NOW
    dial: Dialler = no_way_out
    is_whole: bool = True

    def open(self) -> tuple[Door, ...]:
        """The doors that it was given."""
        return self.doors

    def blocks(self, client_ip: str) -> bool:
        """Whether the address is one of `blocked`."""
        return client_ip in self.blocked

    async def take(
        self, door: Door, body: bytes, *, headers: Mapping[str, str], client_ip: str = ""
    ) -> None:
        """Keeps it, or raises the next failure."""
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append(Taken(door=door, body=body, headers=headers, client_ip=client_ip))

    async def keep(
        self, wants: Callable[[Door], bool], tend: Callable[[Door], Awaitable[None]]
    ) -> None:
        """Tends each door once, one after the other; a failure is raised."""
        for door in filter(wants, self.doors):
            await tend(door)


def inbound_request(
    body: bytes = b"",
    *,
    headers: Mapping[str, str] | None = None,
    query: bytes = b"",
    method: str = "POST",
    received_at: datetime = NOW,
) -> InboundRequest:
    """A request as the web process hands it over; JSON unless `headers` say otherwise."""
    path = urlsplit(INBOUND_URL).path.encode()
    url = INBOUND_URL + (b"?" + query if query else b"").decode()
    return InboundRequest(
        method=method,
        public_url=url,
        raw_path=path,
        query=query,
        headers={"content-type": "application/json"} if headers is None else headers,
        body=body,
        client_ip="203.0.113.7",
        received_at=received_at,
    )


def outbound_message(
    text: str = "Hello", *, event: str = REPLY, body: bytes = b"{}", recipient: str = "ann"
) -> OutboundMessage:
    """A first attempt at sending `text`, or the event that `body` holds."""
    return OutboundMessage(
        id=1,
        idempotency_key="evt_1",
        kind="reply" if event == REPLY else "event",
        event=event,
        recipient=recipient,
        text=text,
        body=body,
        attempt=1,
    )


def part_context(
    http: HttpClient | None = None, *, secrets: Sequence[str] = ("s3cret",), now: datetime = NOW
) -> PartContext:
    """What the gateway would lend to a part, with a clock that stands still at `now`."""
    return PartContext(
        webhook_id=1,
        secrets=tuple(SigningSecret(value=secret) for secret in secrets),
        http=http or MemoryHttp(),
        now=lambda: now,
        inbound_url=INBOUND_URL,
        remember=Memory(),
    )


def check_settings(part: type[Part[Any]] | type[Listener[Any]]) -> None:
    """Every setting can be drawn in a form, is frozen, and is a `SecretStr` if its name says so."""
    config, fields = part.Settings.model_config, part.Settings.model_fields
    _expect(bool(config.get("frozen")), f"{part.__name__}.Settings must be frozen")
    _expect(config.get("extra") == "forbid", f"{part.__name__}.Settings must forbid unknown keys")
    part.Settings.model_json_schema()
    for name, setting in fields.items():
        where = f"{part.__name__}.Settings.{name}"
        _expect(bool(setting.title and setting.description), f"{where} needs title and description")
        if name.rsplit("_", 1)[-1] in {"secret", "token", "password", "headers"}:
            _expect(SecretStr.__name__ in str(setting.annotation), f"{where} must be a SecretStr")


def check_parser(parser: Parser[Any], *samples: InboundRequest) -> None:
    """Each sample is read; hostile bodies under its headers give `InvalidPayload` at worst."""
    for sample in samples:
        parsed = parser.parse(sample)
        _expect(isinstance(parsed, Parsed), "parse() must be a plain `def` that returns Parsed")
        found = parsed.messages or parsed.receipts or parsed.answer
        _expect(bool(found), f"nothing was read from {sample.body!r}")
        for body in (*HOSTILE_BODIES, *_damaged(sample.body)):
            try:
                parser.parse(replace(sample, body=body))
            except InvalidPayload as refused:
                _expect(bool(refused.message), "InvalidPayload needs a sentence")


async def check_verifier(
    verifier: Verifier[Any], authentic: InboundRequest, *forged: InboundRequest
) -> None:
    """`authentic` passes, each of `forged` is refused, no header raises anything unexpected."""
    await verifier.verify(authentic)
    for request in forged:
        _expect(not await _passes(verifier, request), f"{request.headers} should have been refused")
    for name in authentic.headers:
        for value in HOSTILE_HEADERS:
            headers = {**authentic.headers, name: value}
            await _passes(verifier, replace(authentic, headers=headers))


async def check_transport(
    transport: Transport[Any], http: MemoryHttp, message: OutboundMessage
) -> None:
    """`transport`, built on `http`, tells 200 (`Sent`), 503 (temporary), 400 (permanent) apart."""
    _expect(transport.wants(message.event), f"the transport must want {message.event}")
    for status, expected in ((200, Sent), (503, TemporaryFailure), (400, PermanentFailure)):
        http.answers = [HttpResponse(status=status, headers={}, body=b"\x00\xff")]
        try:
            outcome: Sent | PartFailure = await transport.send(message)
        except PartFailure as failure:
            outcome = failure
        got = type(outcome).__name__
        _expect(isinstance(outcome, expected), f"{status} must give {expected.__name__}, not {got}")
        _expect(outcome.response_status == status, f"{got} must carry response_status {status}")
        _expect("\x00" not in outcome.response_excerpt, "an excerpt with NUL cannot be stored")


async def _passes(verifier: Verifier[Any], request: InboundRequest) -> bool:
    try:
        await verifier.verify(request)
    except (InvalidAuth, InvalidSignature) as refused:
        _expect(bool(refused.message), f"{type(refused).__name__} needs a sentence")
        return False
    return True


def _damaged(body: bytes) -> Iterator[bytes]:
    step = max(1, len(body) // 64)
    for cut in range(0, len(body), step):
        yield body[:cut]
        yield body[:cut] + b"\xff" + body[cut + 1 :]


def _expect(kept: bool, promise: str) -> None:
    if not kept:
        raise AssertionError(promise)
