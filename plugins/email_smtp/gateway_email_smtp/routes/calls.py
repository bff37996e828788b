"""Calls of a mail provider's API, and what both have in common."""

import json
from collections.abc import Mapping
from typing import Final

from gateway.plugin import HttpClient, HttpResponse, JsonValue, TemporaryFailure, UncertainFailure

CALL_SECONDS: Final = 30.0
EXCERPT_CHARACTERS: Final = 300
OUTBOUND: Final = "gateway_outbound"
"""Under this name a mail carries its id, which the provider's events bring back."""


async def call(
    http: HttpClient, url: str, headers: Mapping[str, str], body: JsonValue, *, who: str
) -> HttpResponse:
    """Posts a mail. Raises as `HttpClient` does, and `UncertainFailure` when no answer came."""
    sent = {"Content-Type": "application/json", "Accept": "application/json", **headers}
    raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    try:
        return await http.request("POST", url, headers=sent, body=raw, timeout_seconds=CALL_SECONDS)
    except TemporaryFailure as failure:
        if failure.not_accepted:
            raise
        # It knows no idempotency key: a person is not written to twice because an answer was lost.
        raise UncertainFailure(
            f"whether {who} took it is not known: {failure.message}"
        ) from failure


def object_of(response: HttpResponse) -> dict[str, JsonValue]:
    """The JSON object that was answered; an empty one for anything else."""
    try:
        found = json.loads(response.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def excerpt_of(response: HttpResponse) -> str:
    """The beginning of an answer, as the log can keep it."""
    text = response.body[: 4 * EXCERPT_CHARACTERS].decode("utf-8", "replace").replace("\x00", "")
    return " ".join(text.split())[:EXCERPT_CHARACTERS]
