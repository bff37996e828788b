"""Procedures as tRPC v11 speaks of them, for the real `@trpc/client`.

What goes over the wire was read off @trpc/server 11.25: everything below the mount is answered in
tRPC's envelope, failures of every kind too, because the client cannot read any other body.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from quart import Blueprint, Response, g, request

from gateway.plugin import InvalidPayload, JsonValue, PayloadTooLarge
from gateway.plugin.errors import MethodNotAllowed, NotFound, UnsupportedMediaType
from gateway.runtime import Gateway
from gateway.web.api.calls import open_call
from gateway.web.api.conditions import CONDITIONS, make_under
from gateway.web.api.idempotency import Made
from gateway.web.api.procedures import Procedure
from gateway.web.errors import as_gateway_error, told
from gateway.web.failures import Undelivered
from gateway.web.superjson import revived, with_dates
from gateway.web.wire import json_bytes, parse_object, wire_value

PLAIN_MOUNT: Final = "/trpc"
SUPERJSON_MOUNT: Final = "/trpc-superjson"
LARGEST_BATCH: Final = 20
STREAM: Final = "application/jsonl"
CODES: Final[Mapping[int, tuple[str, int]]] = {
    400: ("BAD_REQUEST", -32600),
    401: ("UNAUTHORIZED", -32001),
    403: ("FORBIDDEN", -32003),
    404: ("NOT_FOUND", -32004),
    405: ("METHOD_NOT_SUPPORTED", -32005),
    408: ("TIMEOUT", -32008),
    409: ("CONFLICT", -32009),
    412: ("PRECONDITION_FAILED", -32012),
    413: ("PAYLOAD_TOO_LARGE", -32013),
    415: ("UNSUPPORTED_MEDIA_TYPE", -32015),
    422: ("UNPROCESSABLE_CONTENT", -32022),
    429: ("TOO_MANY_REQUESTS", -32029),
    500: ("INTERNAL_SERVER_ERROR", -32603),
    502: ("BAD_GATEWAY", -32603),
    503: ("SERVICE_UNAVAILABLE", -32603),
}
"""tRPC's word and number for each HTTP status that the gateway answers with."""

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")

Json = dict[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request to the mount: the procedures by name, and the input of each."""

    names: Sequence[str]
    inputs: Mapping[int, JsonValue]
    is_batch: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What one procedure is answered with."""

    body: Json
    status: int


class Mount:
    """All procedures at one path; `is_superjson` is for clients with that transformer."""

    def __init__(self, gw: Gateway, procedures: Sequence[Procedure], *, is_superjson: bool) -> None:
        self._gw = gw
        self._procedures = {procedure.name: procedure for procedure in procedures}
        self._is_superjson = is_superjson

    async def answer(self, path: str = "") -> Response:
        """One HTTP request with one call or a batch of them."""
        if request.method == "HEAD":
            return Response(status=HTTPStatus.NO_CONTENT)
        try:
            asked = await self._asked(path)
            self._check_kinds(asked.names)
        except Exception as failure:  # noqa: BLE001 # told to the client, logged when it is a bug
            return _single(self._failed(failure, None))
        answers = [
            await self._called(name, asked.inputs.get(place))
            for place, name in enumerate(asked.names)
        ]
        if not asked.is_batch:
            return _single(answers[0])
        is_stream = STREAM in (request.headers.get("trpc-accept"), request.headers.get("accept"))
        if is_stream and not self._is_superjson:
            return _streamed(answers)
        statuses = {answer.status for answer in answers}
        status = statuses.pop() if len(statuses) == 1 else HTTPStatus.MULTI_STATUS
        return _response(json_bytes([answer.body for answer in answers]), status=int(status))

    async def _asked(self, path: str) -> Asked:
        is_batch = request.args.get("batch") == "1"
        names = path.split(",") if is_batch else [path]
        if len(names) > LARGEST_BATCH:
            raise PayloadTooLarge(
                f"{len(names)} calls in one batch; at most {LARGEST_BATCH} (set maxItems of "
                "httpBatchLink)"
            )
        if request.method not in ("GET", "POST"):
            raise MethodNotAllowed("GET, POST")
        if len(names) > 1 and any(name in request.headers for name in CONDITIONS):
            raise InvalidPayload(
                "Idempotency-Key and If-Match are about one call; send it in a request of its own "
                "(httpLink)"
            )
        given = await _input()
        if not is_batch:
            return Asked(names=names, inputs={0: given}, is_batch=False)
        if given is not None and not isinstance(given, dict):
            raise InvalidPayload('"input" needs to be an object when doing a batch call')
        inputs = {int(place): value for place, value in (given or {}).items() if place.isdecimal()}
        return Asked(names=names, inputs=inputs, is_batch=True)

    def _check_kinds(self, names: Sequence[str]) -> None:
        known = [self._procedures[name] for name in names if name in self._procedures]
        kinds = sorted({"query" if procedure.is_query else "mutation" for procedure in known})
        if len(kinds) > 1:
            raise InvalidPayload(f"Cannot mix procedure types in call: {', '.join(kinds)}")
        if request.method == "GET" and kinds == ["mutation"]:
            raise MethodNotAllowed("POST")

    async def _called(self, name: str, given: JsonValue) -> Envelope:
        try:
            made = await self._run(name, given)
        except Exception as failure:  # noqa: BLE001 # told to the client, logged when it is a bug
            return self._failed(failure, name)
        return Envelope(body={"result": {"data": made.answer}}, status=200)

    async def _run(self, name: str, given: JsonValue) -> Made:
        procedure = self._procedures.get(name)
        if procedure is None:
            raise NotFound(f'No procedure found on path "{name}"')
        call = await open_call(self._gw, procedure)
        told = revived(given) if self._is_superjson else given
        if told is not None and not isinstance(told, dict):
            raise InvalidPayload("the input must be an object")
        asked = parse_object(told or {}, procedure.input)
        written = with_dates if self._is_superjson else wire_value
        return await make_under(request.headers, procedure, call, asked, written=written)

    def _failed(self, failure: Exception, path: str | None) -> Envelope:
        error = as_gateway_error(failure)
        word, number = CODES[error.status]
        shown: Json = {
            "message": told(error),
            "code": number,
            "data": {
                "code": word,
                "httpStatus": error.status,
                "gatewayCode": error.code,
                "fields": [{"pointer": f.pointer, "message": f.message} for f in error.fields],
                "requestId": g.get("request_id", ""),
                **({"attempt": error.attempt} if isinstance(error, Undelivered) else {}),
                **({"path": path} if path else {}),
            },
        }
        body: Json = {"error": {"json": shown} if self._is_superjson else shown}
        return Envelope(body=body, status=error.status)


def trpc_routes(gw: Gateway, procedures: Sequence[Procedure]) -> Blueprint:
    """`/trpc/...`, and `/trpc-superjson/...` for clients that use superjson."""
    routes = Blueprint("trpc", __name__)
    for url, is_superjson in ((PLAIN_MOUNT, False), (SUPERJSON_MOUNT, True)):
        mount = Mount(gw, procedures, is_superjson=is_superjson)
        for rule in (url, f"{url}/", f"{url}/<path:path>"):
            routes.add_url_rule(
                rule, endpoint=url[1:].replace("-", "_"), view_func=mount.answer, methods=METHODS
            )
    return routes


async def _input() -> JsonValue:
    """The JSON input of this request; None when there is none. Raises `GatewayError`."""
    if request.method == "GET":
        text = request.args.get("input", "")
    else:
        if request.mimetype != "application/json":
            raise UnsupportedMediaType("send `Content-Type: application/json`")
        raw = await request.get_data(cache=False)
        assert isinstance(raw, bytes)
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            raise InvalidPayload("the body is not UTF-8") from None
    if not text:
        return None
    try:
        value: JsonValue = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidPayload(f"the input is not valid JSON: {error}") from None
    return value


def _single(answer: Envelope) -> Response:
    return _response(json_bytes(answer.body), status=answer.status)


def _streamed(answers: Sequence[Envelope]) -> Response:
    """The answers as lines, for httpBatchStreamLink: a head, then one line for each call."""
    head = {str(place): [[0], [None, 0, place]] for place in range(len(answers))}
    lines = [json_bytes(head)]
    lines += [json_bytes([place, 0, [[answer.body]]]) for place, answer in enumerate(answers)]
    return _response(b"\n".join(lines) + b"\n", status=200)


def _response(body: bytes, *, status: int) -> Response:
    headers = {"Vary": "trpc-accept, accept", "Cache-Control": "no-store"}
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = "POST" if request.method == "GET" else "GET, POST"
    return Response(body, status=status, content_type="application/json", headers=headers)
