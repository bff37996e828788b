"""The handshakes of well-known senders, a function each, by the name that a setting gives them."""

import base64
import hmac
import json
import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Final, Literal
from urllib.parse import parse_qsl

from gateway.plugin import HttpAnswer, InboundRequest, JsonValue

Convention = Literal["meta", "slack", "microsoft_graph", "asana", "zoom", "cloudevents", "x"]
Answer = Callable[[InboundRequest, str], HttpAnswer | None]

ALLOWED_RATE: Final = "120"
"""Events a minute that a CloudEvents sender is told to keep to."""
LARGEST_BYTES: Final = 8192
QUERY_FIELDS: Final = 50

# An answer that repeats what a request said can be aimed at somebody's browser.
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~-]{1,512}")
# Microsoft Graph's token is a sentence: "Validation: Testing client ... Request-Id: <uuid>".
_SENTENCE: Final = re.compile(r"[A-Za-z0-9 :._~-]{1,512}")
_ORIGIN: Final = re.compile(r"[A-Za-z0-9.:-]{1,253}")


def answer_challenge(
    request: InboundRequest, conventions: tuple[Convention, ...], secret: str
) -> HttpAnswer | None:
    """The answer by the first of the chosen conventions that knows the request."""
    for name in conventions:
        answer = CONVENTIONS[name](request, secret)
        if answer is not None:
            return answer
    return None


def _meta(request: InboundRequest, secret: str) -> HttpAnswer | None:
    """Meta and WebSub: the challenge for whoever knows the token, 403 for others."""
    query = _query(request) if request.method == "GET" else {}
    challenge = query.get("hub.challenge")
    if challenge is None:
        return None
    given = query.get("hub.verify_token", "")
    if not secret or not hmac.compare_digest(given.encode(), secret.encode()):
        return HttpAnswer(status=403, body=b"hub.verify_token is wrong")
    return _echo(challenge)


def _slack(request: InboundRequest, _secret: str) -> HttpAnswer | None:
    fields = _fields(request, b"url_verification")
    return _echo(_text(fields, "challenge")) if fields.get("type") == "url_verification" else None


def _microsoft_graph(request: InboundRequest, _secret: str) -> HttpAnswer | None:
    token = _query(request).get("validationToken", "") if request.method == "POST" else ""
    return HttpAnswer(body=token.encode()) if _SENTENCE.fullmatch(token) else None


def _asana(request: InboundRequest, _secret: str) -> HttpAnswer | None:
    secret = request.headers.get("x-hook-secret", "") if request.method == "POST" else ""
    return HttpAnswer(headers={"X-Hook-Secret": secret}) if _TOKEN.fullmatch(secret) else None


def _zoom(request: InboundRequest, secret: str) -> HttpAnswer | None:
    fields = _fields(request, b"endpoint.url_validation")
    inner = fields.get("payload")
    if fields.get("event") != "endpoint.url_validation" or not isinstance(inner, dict):
        return None
    token = _text(inner, "plainToken")
    if not secret or not _TOKEN.fullmatch(token):
        return None
    digest = hmac.digest(secret.encode(), token.encode(), sha256).hex()
    return _json({"plainToken": token, "encryptedToken": digest})


def _cloudevents(request: InboundRequest, _secret: str) -> HttpAnswer | None:
    """CloudEvents HTTP WebHook 1.0, section 4: the sender's origin is allowed, at a rate."""
    origin = request.headers.get("webhook-request-origin", "")
    if request.method != "OPTIONS" or not _ORIGIN.fullmatch(origin):
        return None
    return HttpAnswer(
        headers={"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": ALLOWED_RATE}
    )


def _x(request: InboundRequest, secret: str) -> HttpAnswer | None:
    token = _query(request).get("crc_token", "") if request.method == "GET" else ""
    if not secret or not _TOKEN.fullmatch(token):
        return None
    digest = hmac.digest(secret.encode(), token.encode(), sha256)
    return _json({"response_token": f"sha256={base64.b64encode(digest).decode()}"})


CONVENTIONS: Final[Mapping[Convention, Answer]] = {
    "meta": _meta,
    "slack": _slack,
    "microsoft_graph": _microsoft_graph,
    "asana": _asana,
    "zoom": _zoom,
    "cloudevents": _cloudevents,
    "x": _x,
}


def _echo(text: str) -> HttpAnswer | None:
    return HttpAnswer(body=text.encode()) if _TOKEN.fullmatch(text) else None


def _query(request: InboundRequest) -> Mapping[str, str]:
    try:
        return dict(parse_qsl(request.query.decode("latin-1"), max_num_fields=QUERY_FIELDS))
    except ValueError:
        return {}


def _fields(request: InboundRequest, marker: bytes) -> Mapping[str, JsonValue]:
    """The fields of a small JSON body that has `marker` in it; none of any other."""
    body = request.body
    if request.method != "POST" or len(body) > LARGEST_BYTES or marker not in body:
        return {}
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _text(fields: Mapping[str, JsonValue], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _json(fields: Mapping[str, JsonValue]) -> HttpAnswer:
    return HttpAnswer(body=json.dumps(fields).encode(), content_type="application/json")
