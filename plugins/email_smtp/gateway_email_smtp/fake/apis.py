"""The sending APIs of SendGrid and Postmark on a port of this machine (facts of 2026-08)."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar, Final

from aiohttp import web

from gateway.plugin.assistant.stage import FakeServer

SENDGRID_KEY: Final = "SG.fake.key"
POSTMARK_TOKEN: Final = "fake-server-token"  # noqa: S105 # the fake's own
INACTIVE: Final = "inactive@example.org"
"""An address to which Postmark sends nothing more."""
RESERVED: Final = frozenset(
    {
        "x-sg-id",
        "x-sg-eid",
        "received",
        "dkim-signature",
        "content-type",
        "content-transfer-encoding",
        "to",
        "from",
        "subject",
        "reply-to",
        "cc",
        "bcc",
    }
)
"""Header fields that SendGrid refuses in `headers`."""
RESET: Final = 1_800_000_000


class FakeSendGrid(FakeServer):
    """Takes mails by v3/mail/send; `requests` are those that it took."""

    PATH: ClassVar[str] = "/v3/mail/send"
    SCENES: ClassVar[frozenset[str]] = frozenset(
        {"normal", "slow", "cut", "throttled", "internal", "away", "unverified", "nginx"}
    )

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        scene = self.next_scene()
        if request.headers.get("Authorization") != f"Bearer {SENDGRID_KEY}":
            return _errors(401, "The provided authorization grant is invalid, expired, or revoked")
        body = json.loads(await request.read())
        fault = _sendgrid_fault(body) or _SCRIPTED.get(scene)
        if fault is not None:
            headers = (
                {"X-RateLimit-Reset": str(RESET)}
                if fault[0] == HTTPStatus.TOO_MANY_REQUESTS
                else {}
            )
            return _errors(*fault, headers=headers)
        if scene == "nginx":
            return web.Response(status=413, text="<html>413 Request Entity Too Large</html>")
        if scene == "slow":
            await self.pause()
        self.requests.append(body)
        if scene == "cut" and request.transport is not None:
            request.transport.close()
        return web.Response(status=202, headers={"X-Message-Id": f"sg-{len(self.requests):022d}"})


class FakePostmark(FakeServer):
    """Takes mails by /email; `requests` are those that it took."""

    PATH: ClassVar[str] = "/email"
    SCENES: ClassVar[frozenset[str]] = frozenset(
        {"normal", "slow", "cut", "throttled", "internal", "unsigned", "maintenance", "no_credit"}
    )

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        scene = self.next_scene()
        if request.headers.get("X-Postmark-Server-Token") != POSTMARK_TOKEN:
            return _said(401, 10, "No Account or Server API tokens were supplied in the request.")
        body = json.loads(await request.read())
        if body["To"] == INACTIVE:
            return _said(
                422, 406, "You tried to send to a recipient that has been marked as inactive."
            )
        if not body.get("TextBody") and not body.get("HtmlBody"):
            return _said(422, 300, "Provide either email TextBody or HtmlBody or both.")
        if scene in _POSTMARK:
            return _said(*_POSTMARK[scene])
        if scene == "slow":
            await self.pause()
        self.requests.append(body)
        if scene == "cut" and request.transport is not None:
            request.transport.close()
        id_ = f"aaaaaaaa-bbbb-4ccc-8ddd-{len(self.requests):012d}"
        return web.json_response(
            {
                "To": body["To"],
                "SubmittedAt": "2026-11-24T10:00:00.0000000Z",
                "MessageID": id_,
                "ErrorCode": 0,
                "Message": "OK",
            }
        )


_SCRIPTED: Final[Mapping[str, tuple[int, str, str | None]]] = {
    "throttled": (429, "too many requests", None),
    "internal": (500, "An internal server error occurred", None),
    "away": (503, "The server is unavailable", None),
    "unverified": (
        403,
        "The from address does not match a verified Sender Identity.",
        "from",
    ),
}
_POSTMARK: Final[Mapping[str, tuple[int, int, str]]] = {
    "throttled": (429, 429, "Rate limit exceeded"),
    "internal": (500, 0, "Internal server error"),
    "unsigned": (422, 400, "The 'From' address you supplied is not a Sender Signature."),
    "maintenance": (503, 100, "Our service is offline for maintenance."),
    "no_credit": (422, 405, "You ran out of credits."),
}


def _sendgrid_fault(body: dict[str, Any]) -> tuple[int, str, str | None] | None:
    """What the real API refuses in a mail."""
    for name in ("personalizations", "from", "subject", "content"):
        if not body.get(name):
            return 400, f"The {name} is required", name
    types = [part["type"] for part in body["content"]]
    if types != sorted(types, key=lambda kind: kind != "text/plain"):
        return 400, "text/plain must be first", "content"
    taken = RESERVED & {name.lower() for name in body.get("headers", {})}
    if taken:
        return 400, f"{min(taken)} is a reserved header", "headers"
    if any(not isinstance(value, str) for value in body.get("custom_args", {}).values()):
        return 400, "custom_args must be strings", "custom_args"
    return None


def _errors(
    status: int, message: str, field: str | None = None, *, headers: Mapping[str, str] | None = None
) -> web.Response:
    error = {"message": message, "field": field, "help": None}
    return web.json_response({"errors": [error]}, status=status, headers=headers)


def _said(status: int, code: int, message: str) -> web.Response:
    return web.json_response({"ErrorCode": code, "Message": message}, status=status)
