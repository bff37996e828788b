"""Handshakes: each sender's own, and no more repeated than can do no harm."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from gateway.plugin import HttpAnswer, InboundRequest
from gateway_custom_http.challenges import CONVENTIONS, Convention, answer_challenge
from gateway_custom_http.custom_http import InboundSettings

SECRET = "t0ken"  # a test's
Headers = dict[str, str]


def request(
    method: str, *, query: str = "", body: object = None, headers: Headers | None = None
) -> InboundRequest:
    return InboundRequest(
        method=method,
        public_url="https://gw.example.org/in",
        raw_path=b"/in",
        query=query.encode(),
        headers=headers or {},
        body=b"" if body is None else json.dumps(body).encode(),
        client_ip="192.0.2.1",
        received_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def ask(name: Convention, *, secret: str = SECRET, token: str = "tok-1") -> HttpAnswer | None:  # noqa: S107
    """What a convention answers to its own handshake with this token."""
    made = HANDSHAKES[name](token)
    return answer_challenge(made, (name,), secret)


def digest(token: str) -> bytes:
    return hmac.digest(SECRET.encode(), token.encode(), "sha256")


HANDSHAKES: dict[Convention, Callable[[str], InboundRequest]] = {
    "meta": lambda token: request(
        "GET", query=f"hub.mode=subscribe&hub.challenge={token}&hub.verify_token={SECRET}"
    ),
    "slack": lambda token: request(
        "POST", body={"type": "url_verification", "token": "x", "challenge": token}
    ),
    "microsoft_graph": lambda token: request("POST", query=f"validationToken={token}"),
    "asana": lambda token: request("POST", headers={"x-hook-secret": token}),
    "zoom": lambda token: request(
        "POST", body={"event": "endpoint.url_validation", "payload": {"plainToken": token}}
    ),
    "cloudevents": lambda token: request("OPTIONS", headers={"webhook-request-origin": token}),
    "x": lambda token: request("GET", query=f"crc_token={token}"),
}
ANSWERS: dict[Convention, HttpAnswer] = {
    "meta": HttpAnswer(body=b"tok-1"),
    "slack": HttpAnswer(body=b"tok-1"),
    "microsoft_graph": HttpAnswer(body=b"tok-1"),
    "asana": HttpAnswer(headers={"X-Hook-Secret": "tok-1"}),
    "zoom": HttpAnswer(
        body=json.dumps({"plainToken": "tok-1", "encryptedToken": digest("tok-1").hex()}).encode(),
        content_type="application/json",
    ),
    "cloudevents": HttpAnswer(
        headers={"WebHook-Allowed-Origin": "tok-1", "WebHook-Allowed-Rate": "120"}
    ),
    "x": HttpAnswer(
        body=json.dumps(
            {"response_token": f"sha256={base64.b64encode(digest('tok-1')).decode()}"}
        ).encode(),
        content_type="application/json",
    ),
}


@pytest.mark.parametrize("name", CONVENTIONS)
def test_a_sender_gets_the_answer_of_its_convention(name: Convention) -> None:
    assert ask(name) == ANSWERS[name]


@pytest.mark.parametrize("name", CONVENTIONS)
@pytest.mark.parametrize("token", ["<script>alert(1)</script>", "", "a" * 513, "a\r\nSet-Cookie:x"])
def test_no_convention_repeats_what_could_do_harm(name: Convention, token: str) -> None:
    assert ask(name, token=token) is None


@pytest.mark.parametrize("name", CONVENTIONS)
@pytest.mark.parametrize("other", CONVENTIONS)
def test_no_convention_answers_for_another(name: Convention, other: Convention) -> None:
    if name != other:
        assert answer_challenge(HANDSHAKES[other]("tok-1"), (name,), SECRET) is None


@pytest.mark.parametrize("name", CONVENTIONS)
def test_a_message_is_no_handshake(name: Convention) -> None:
    message = request("POST", body={"content": "url_verification", "senderIdentifier": "ann"})
    assert answer_challenge(message, (name,), SECRET) is None
    broken = request("POST", body="url_verification endpoint.url_validation")
    assert answer_challenge(broken, (name,), SECRET) is None


def test_meta_is_refused_with_a_wrong_token() -> None:
    answer = ask("meta", secret="other")
    assert answer is not None
    assert (answer.status, b"tok-1" in answer.body) == (403, False)


def test_the_sentence_of_microsoft_graph_is_repeated_decoded() -> None:
    made = request("POST", query="validationToken=Validation%3A+Testing+Request-Id%3A+a1-b2")
    answer = answer_challenge(made, ("microsoft_graph",), "")
    assert answer == HttpAnswer(body=b"Validation: Testing Request-Id: a1-b2")


@pytest.mark.parametrize("name", ["meta", "zoom", "x"])
def test_a_convention_with_a_secret_cannot_be_chosen_without_one(name: str) -> None:
    with pytest.raises(ValidationError, match="need challengeSecret"):
        InboundSettings.model_validate({"challenges": [name]})
    InboundSettings.model_validate({"challenges": [name], "challengeSecret": "s"})
