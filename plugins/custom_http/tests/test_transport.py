"""How replies and events leave: one signed request each, and what each answer means."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from standardwebhooks.webhooks import Webhook

from gateway.plugin import (
    REPLY,
    HttpResponse,
    PartContext,
    PermanentFailure,
    Sent,
    SigningSecret,
    TemporaryFailure,
)
from gateway.plugin.signatures import verify_prd, verify_standard
from gateway.plugin.testing import (
    NOW,
    MemoryHttp,
    check_settings,
    check_transport,
    outbound_message,
    part_context,
)
from gateway_custom_http.custom_http import CustomHttpTransport, OutboundSettings

URL = "https://hooks.example.org/in/secret-path"
BODY = '{"event": "task.created", "data": {"title": "Héllo"}}'.encode()
EVENT = outbound_message(event="task.created", body=BODY)
BASIC = {"outboundAuthType": "basic"}


def settings(**fields: Any) -> OutboundSettings:
    return OutboundSettings.model_validate({"outboundWebhookUrl": URL} | fields)


def transport(http: MemoryHttp, **fields: Any) -> CustomHttpTransport:
    return CustomHttpTransport(settings(**fields), part_context(http))


async def sent_headers(**fields: Any) -> dict[str, str]:
    http = MemoryHttp()
    await transport(http, **fields).send(EVENT)
    return dict(http.calls[0].headers)


async def outcome(response: HttpResponse) -> Sent | TemporaryFailure | PermanentFailure:
    try:
        return await transport(MemoryHttp([response])).send(EVENT)
    except (TemporaryFailure, PermanentFailure) as failure:
        return failure


def answer(status: int, body: bytes = b"", **headers: str) -> HttpResponse:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(status=status, headers=names, body=body)


async def test_the_transport_keeps_the_contract() -> None:
    check_settings(CustomHttpTransport)
    http = MemoryHttp()
    await check_transport(transport(http), http, outbound_message())


async def test_an_event_is_posted_as_it_is_and_signed_in_both_ways() -> None:
    http = MemoryHttp()

    await transport(http).send(EVENT)

    [call] = http.calls
    assert (call.method, call.url, call.body) == ("POST", URL, BODY)
    assert call.timeout_seconds == 30.0
    headers = {name.lower(): value for name, value in call.headers.items()}
    assert headers["content-type"] == "application/json"
    assert headers["x-webhook-event"] == "task.created"
    assert headers["x-webhook-id"] == headers["webhook-id"] == "evt_1"
    verify_prd(["s3cret"], headers["x-webhook-signature"], body=BODY)
    verify_standard(["s3cret"], headers, body=BODY, now=NOW, tolerance_seconds=0)
    theirs = Webhook(b"s3cret").sign("evt_1", NOW, BODY.decode())
    assert headers["webhook-signature"] == theirs


async def test_during_a_rotation_an_event_is_signed_with_each_live_secret() -> None:
    http = MemoryHttp()
    secrets = (
        SigningSecret(value="new"),
        SigningSecret(value="old", expires_at=NOW + timedelta(hours=1)),
        SigningSecret(value="older", expires_at=NOW),
    )
    context = PartContext(webhook_id=1, secrets=secrets, http=http, now=lambda: NOW)

    await CustomHttpTransport(settings(), context).send(EVENT)

    headers = {name.lower(): value for name, value in http.calls[0].headers.items()}
    assert len(headers["webhook-signature"].split()) == 2
    for secret in ("new", "old"):
        verify_standard([secret], headers, body=BODY, now=NOW)
    verify_prd(["new"], headers["x-webhook-signature"], body=BODY)


async def test_put_is_used_where_it_is_set() -> None:
    http = MemoryHttp()
    await transport(http, outboundMethod="PUT").send(EVENT)
    assert http.calls[0].method == "PUT"


async def test_headers_of_the_owner_are_added() -> None:
    headers = await sent_headers(outboundHeaders={"X-Tenant": "acme corp", "User-Agent": "acme"})
    assert headers["X-Tenant"] == "acme corp"
    assert headers["User-Agent"] == "acme"


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ({"outboundAuthType": "bearer"}, "Authorization", "Bearer t0ken"),
        (
            {
                "outboundAuthType": "basic",
                "outboundAuthUser": "ann",
                "outboundAuthPassword": "pä ss",
            },
            "Authorization",
            "Basic YW5uOnDDpCBzcw==",
        ),
        (
            BASIC | {"outboundAuthUser": "key"},
            "Authorization",
            "Basic a2V5Og==",
        ),
        ({"outboundAuthType": "api_key"}, "X-API-Key", "t0ken"),
        ({"outboundAuthType": "api_key", "outboundAuthHeader": "X-Own"}, "X-Own", "t0ken"),
    ],
)
async def test_credentials_win_over_a_header_of_the_same_name(
    fields: dict[str, str], name: str, value: str
) -> None:
    headers = await sent_headers(
        outboundAuthToken="t0ken", outboundHeaders={name.lower(): "overruled"}, **fields
    )
    assert [v for n, v in headers.items() if n.lower() == name.lower()] == [value]
    assert "X-Webhook-Signature" in headers


@pytest.mark.parametrize("auth_type", ["none", "hmac"])
async def test_without_credentials_the_signatures_are_sent_alone(auth_type: str) -> None:
    headers = await sent_headers(outboundAuthType=auth_type, outboundAuthToken="t0ken")
    assert "t0ken" not in " ".join(headers.values())
    assert {"X-Webhook-Signature", "webhook-signature"} <= headers.keys()


def test_without_a_url_nothing_is_wanted() -> None:
    for url in (None, ""):
        silent = transport(MemoryHttp(), outboundWebhookUrl=url)
        assert not silent.wants(REPLY)
        assert not silent.wants("task.created")


async def test_without_a_url_nothing_is_sent() -> None:
    with pytest.raises(PermanentFailure, match="no outboundWebhookUrl is set"):
        await transport(MemoryHttp(), outboundWebhookUrl=None).send(EVENT)


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        (None, {REPLY, "task.created", "task.failed"}),
        ([], {REPLY}),
        (["task.failed", "message.received"], {REPLY, "task.failed"}),
    ],
)
def test_the_owner_chooses_events_and_always_gets_replies(
    chosen: list[str] | None, wanted: set[str]
) -> None:
    part = transport(MemoryHttp(), outboundEvents=chosen)
    offered = {REPLY, "task.created", "task.failed"}
    assert {event for event in offered if part.wants(event)} == wanted


@pytest.mark.parametrize("status", [200, 201, 202, 204, 226, 299])
async def test_2xx_is_sent(status: int) -> None:
    assert await outcome(answer(status, b"thanks")) == Sent(
        response_status=status, response_excerpt="thanks"
    )


@pytest.mark.parametrize("status", [408, 425, 429, 500, 501, 502, 503, 504, 520, 599, 700])
async def test_a_server_in_trouble_is_asked_again(status: int) -> None:
    failure = await outcome(answer(status, b"later"))
    assert isinstance(failure, TemporaryFailure)
    assert (failure.response_status, failure.response_excerpt) == (status, "later")
    assert failure.message.startswith(f"hooks.example.org answered {status}")
    assert failure.retry_after_seconds is None


@pytest.mark.parametrize("status", [199, 400, 401, 403, 404, 405, 409, 410, 413, 418, 422, 499])
async def test_a_refusal_is_final(status: int) -> None:
    failure = await outcome(answer(status, b"no"))
    assert isinstance(failure, PermanentFailure)
    assert (failure.response_status, failure.response_excerpt) == (status, "no")


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308, 304])
async def test_a_redirect_is_final_and_tells_where_it_led(status: int) -> None:
    failure = await outcome(answer(status, location="https://new.example.org/in"))
    assert isinstance(failure, PermanentFailure)
    assert "set outboundWebhookUrl to https://new.example.org/in if it is yours" in failure.message


async def test_a_redirect_without_a_location_is_final() -> None:
    failure = await outcome(answer(302))
    assert isinstance(failure, PermanentFailure)
    assert "redirects are not followed; change outboundWebhookUrl" in failure.message


async def test_a_receiver_that_is_gone_says_what_to_do() -> None:
    failure = await outcome(answer(410))
    assert isinstance(failure, PermanentFailure)
    assert failure.message == (
        "hooks.example.org answered 410 Gone: the receiver wants no more deliveries; "
        "change or remove outboundWebhookUrl"
    )


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Fri, 02 Jan 2026 03:05:05 GMT", 60.0),
        ("Fri, 02 Jan 2026 03:05:05 -0000", 60.0),
        ("Fri, 02 Jan 2026 03:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("9" * 400, None),
        ("Fri, 99 Jan 2026 99:99:99 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", 251_635_064_094.0),
    ],
)
async def test_the_wait_that_a_receiver_asks_for_is_passed_on(
    value: str, seconds: float | None
) -> None:
    failure = await outcome(answer(503, retry_after=value))
    assert isinstance(failure, TemporaryFailure)
    assert failure.retry_after_seconds == seconds


async def test_an_excerpt_is_short_and_can_be_stored() -> None:
    sent = await outcome(answer(200, b"\x00\xff" + "é".encode() * 40_000))
    assert sent.response_excerpt == "\ufffd\ufffd" + "é" * 1022


async def test_a_failure_of_the_way_out_is_passed_on() -> None:
    http = MemoryHttp([TemporaryFailure("timeout")])
    with pytest.raises(TemporaryFailure, match="timeout"):
        await transport(http).send(EVENT)


async def test_no_failure_shows_the_path_of_the_url() -> None:
    for status in (301, 404, 503):
        failure = await outcome(answer(status))
        assert isinstance(failure, TemporaryFailure | PermanentFailure)
        assert "secret-path" not in failure.message


REFUSED_HEADERS = [
    "Host",
    "connection",
    "Transfer-Encoding",
    "Content-Length",
    "content-type",
    "Accept-Encoding",
    "Expect",
    "HTTP2-Settings",
    "Content-MD5",
    "X-Gateway-Hops",
    "TE",  # codespell:ignore te
    "Upgrade",
    "Proxy-Authorization",
    "webhook-signature",
    "Webhook-Anything",
    "X-Webhook-Signature",
    "x-webhook-other",
    "",
    "X Y",
    "X:Y",
    "X\r\nY",
    "X\x00",
    "Ünïcode",
]


@pytest.mark.parametrize("name", REFUSED_HEADERS)
def test_a_header_that_is_not_the_owners_to_set_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="cannot be set"):
        settings(outboundHeaders={name: "a"})
    with pytest.raises(ValidationError, match="cannot be set"):
        settings(outboundAuthHeader=name)


@pytest.mark.parametrize(
    "value", ["", " a", "a ", "a\r\nX-Evil: b", "a\nb", "a\x00", "é", "x" * 4097]
)
def test_a_header_value_that_could_break_out_is_refused_unrepeated(value: str) -> None:
    with pytest.raises(ValidationError, match="a header's value must be") as refused:
        settings(outboundHeaders={"X-Own": value})
    assert "Evil" not in str(refused.value)


@pytest.mark.parametrize(
    "fields",
    [
        {"outboundWebhookUrl": "ftp://example.org/"},
        {"outboundWebhookUrl": "example.org"},
        {"outboundWebhookUrl": "http://"},
        {"outboundWebhookUrl": "http://[::1"},
        {"outboundWebhookUrl": "https://user:password@example.org/"},
        {"outboundWebhookUrl": "https://example.org/" + "a" * 2048},
        {"outboundMethod": "GET"},
        BASIC,
        BASIC | {"outboundAuthUser": "a:b"},
        BASIC | {"outboundAuthUser": "a\r\nb"},
        BASIC | {"outboundAuthPassword": "a\nb"},
        {"outboundAuthType": "digest"},
        {"outboundAuthType": "bearer"},
        {"outboundAuthType": "api_key"},
        {"outboundAuthType": "bearer", "outboundAuthToken": "two words"},
        {"outboundEvents": ["everything"]},
        {"outboundHeaders": {f"X-{n}": "a" for n in range(31)}},
        {"outboundUrl": "https://example.org/"},
    ],
)
def test_settings_that_cannot_work_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        settings(**fields)


def test_secrets_are_never_shown_and_marked_write_only() -> None:
    kept = settings(
        outboundAuthType="bearer",
        outboundAuthToken="t0ken",
        outboundAuthPassword="t0ken",
        outboundHeaders={"X-Own": "t0ken"},
    )
    assert "t0ken" not in repr(kept)
    schema = OutboundSettings.model_json_schema()["properties"]
    assert schema["outboundHeaders"]["additionalProperties"]["writeOnly"] is True
    for name in ("outboundAuthToken", "outboundAuthPassword"):
        assert {"writeOnly": True, "format": "password", "type": "string"} in schema[name]["anyOf"]
