"""What is kept of a call holds no secret, and the line for a shell makes the call again."""

import json
import shutil
import subprocess
from datetime import UTC, datetime

import pytest

from gateway.plugin import HttpResponse
from gateway.plugin.signatures import signed_headers
from gateway.rules.curl import curl_line
from gateway.rules.exchanges import Call, Timing, calls_text, kept, place_of

URL = "https://hooks.example.org:8443/in/canary-path?key=canary-query"
BODY = '{"data":{"title":"It\'s $HOME `x` \\\\ Héllo"}}'.encode()


def call(response: HttpResponse | None, **headers: str) -> Call:
    return Call(
        method="POST",
        url=URL,
        headers={"Content-Type": "application/json", **headers},
        address="203.0.113.7",
        timing=Timing(connect=0.0123, first_byte=0.1, total=0.10004),
        response=response,
    )


def test_a_call_is_kept_with_its_times_and_without_its_secrets() -> None:
    response = HttpResponse(
        status=302,
        headers={
            "location": "https://new.example.org/in?token=canary-3",
            "set-cookie": "session=canary-4",
            "x-api-key": "canary-5",
            "content-type": "text/plain",
        },
        body=b"\xff" + b"x" * 5_000,
    )

    shown = kept(call(response, Authorization="Bearer canary-1", **{"X-Own": "canary-2"}))

    assert "canary" not in json.dumps(shown)
    assert shown["url"] == "https://hooks.example.org:8443/[redacted]"
    assert shown["requestHeaders"] == {
        "Content-Type": "application/json",
        "Authorization": "[redacted]",
        "X-Own": "[redacted]",
    }
    assert shown["responseHeaders"] == {
        "location": "https://new.example.org/in",
        "set-cookie": "[redacted]",
        "x-api-key": "[redacted]",
        "content-type": "text/plain",
    }
    assert (shown["connectMs"], shown["dnsMs"], shown["totalMs"]) == (12.3, None, 100.0)
    assert shown["excerpt"] == "\ufffd" + "x" * 499


def test_a_call_that_nobody_answered_has_no_answer() -> None:
    assert "status" not in kept(call(None))


def test_an_attempt_without_calls_keeps_nothing_and_one_with_many_the_last() -> None:
    assert calls_text([]) is None
    text = calls_text([call(None)] * 9)
    assert text is not None
    assert len(json.loads(text)) == 5


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080/"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/"),
        ("http://[::1]/?a", "http://[::1]/[redacted]"),
        ("https://user:password@example.org/x", "https://example.org/[redacted]"),
    ],
)
def test_of_a_url_only_its_place_is_shown(url: str, shown: str) -> None:
    assert place_of(url) == shown


def test_a_line_says_what_it_needs_before_it_calls() -> None:
    line = curl_line(
        "PUT",
        place_of(URL),
        {"X-API-Key": "[redacted]", "X-Webhook-Signature": "[redacted]", "Accept": "*/*"},
        body=BODY,
        message_id="evt_1",
    )

    assert line.startswith(
        ': "${URL:?set it first}"; : "${SECRET:?set it first}"; : "${X_API_KEY:?set it first}"; '
    )
    assert "Accept" not in line
    assert "\n" not in line


def test_a_line_sends_the_same_body_signed_anew() -> None:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    signed = signed_headers(["s3cret"], "evt_1", now=now, body=BODY, event="task.created")
    line = curl_line(
        "POST",
        "https://hooks.example.org/[redacted]",
        dict.fromkeys(signed, "[redacted]") | {"X-Webhook-Event": "task.created"},
        body=BODY,
        message_id="evt_1",
    )
    # What stands where `curl` would be called shows what it would be given.
    shown = line.replace("; curl ", "; printf '%s\\n' ").replace("$(date +%s)", "1767312000")
    bash = shutil.which("bash")
    assert bash is not None

    done = subprocess.run(
        [bash, "-c", shown],
        env={
            "PATH": "/usr/bin:/bin",
            "URL": "https://hooks.example.org/in",
            "SECRET": "s3cret",
            "WEBHOOK_ID": "evt_1",
            "X_WEBHOOK_ID": "evt_1",
        },
        capture_output=True,
        check=True,
    )

    words = done.stdout.decode().splitlines()
    assert f"X-Webhook-Signature: {signed['X-Webhook-Signature']}" in words
    assert f"webhook-signature: {signed['webhook-signature']}" in words
    assert words[-2:] == [BODY.decode(), "https://hooks.example.org/in"]
