"""The management API: who may do what, and what is never shown."""

import json
from datetime import timedelta

import pytest

from gateway import store
from gateway.web.auth import issue_token
from tests.stories.house import House


async def test_a_token_that_was_revoked_or_has_expired_opens_nothing(house: House) -> None:
    now = house.gw.now()
    expired = await issue_token(
        user_id=house.user_id, name="old", scopes=["admin"], expires_at=now - timedelta(seconds=1)
    )
    revoked = await issue_token(user_id=house.user_id, name="gone", scopes=["admin"])
    await store.revoke_token(revoked.split("_")[1], now=now)

    for token, word in ((expired, "expired"), (revoked, "revoked")):
        house.headers = {"Authorization": f"Bearer {token}"}
        answer = await house.api("GET", "/webhooks", status=401)
        assert word in answer["error"]["message"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("", "send `Authorization: Bearer gw_...`"),
        ("Basic abc", "send `Authorization: Bearer gw_...`"),
        ("Bearer gw_0123456789ab_cut-off", "no whole token"),
        (f"Bearer gw_0123456789ab_{'x' * 43}", "this token is unknown"),
    ],
)
async def test_a_token_that_cannot_count_is_told_why(house: House, given: str, said: str) -> None:
    house.headers = {"Authorization": given}

    answer = await house.api("GET", "/webhooks", status=401)

    assert said in answer["error"]["message"]


async def test_the_first_field_at_fault_stands_in_the_sentence(house: House) -> None:
    two = await house.api(
        "POST", "/webhooks", {"channelType": "custom_webhook"} | {"x": 1}, status=400
    )
    one = await house.api("GET", "/tasks?limit=0", status=400)

    assert two["error"]["message"] == (
        "some fields are not valid: /channelName Field required, and 1 more in `fields`"
    )
    assert one["error"]["message"].startswith("some fields are not valid: ?limit Input should be")


async def test_an_address_opened_in_a_browser_leads_to_the_dashboard(house: House) -> None:
    front = await house.client.get("/")
    lost = await house.client.get("/docs")

    assert (front.status_code, front.headers["Location"]) == (302, "/dashboard/")
    assert "/api/v1/docs" in (await lost.get_json())["error"]["message"]


async def test_no_secret_leaves_through_the_api(house: House) -> None:
    channel = await house.create_channel(
        authType="bearer",
        authToken="canary-inbound",
        outboundAuthType="bearer",
        outboundAuthToken="canary-outbound",
        outboundHeaders={"X-Key": "canary-header"},
    )

    shown = json.dumps(
        [channel.record, await house.api("GET", "/webhooks"), await house.api("GET", "/webhooks/1")]
    )

    assert "canary" not in shown
    assert channel.secret not in shown
    config = channel.record["providerConfig"]
    assert config["authType"] == "bearer"
    assert config["outboundWebhookUrl"] == house.listener.url
    assert {"authToken", "outboundAuthToken", "outboundHeaders"} <= set(config["secretsSet"])


async def test_secrets_are_not_readable_in_the_database(house: House) -> None:
    channel = await house.create_channel(authType="bearer", authToken="canary-inbound")

    async with house.gw.db.connection() as connection:
        rows = await connection.fetch("SELECT w::text AS row FROM user_webhooks w")

    dump = "".join(row["row"] for row in rows)
    assert "canary" not in dump
    assert channel.secret not in dump


async def test_a_secret_key_is_64_hex_characters_and_its_reading_is_noted(house: House) -> None:
    channel = await house.create_channel()

    assert len(bytes.fromhex(channel.secret)) == 32
    async with house.gw.db.connection() as connection:
        events = await connection.fetch("SELECT event FROM webhook_logs ORDER BY id")
    assert [row["event"] for row in events] == ["webhook.created", "webhook.secret_read"]


async def test_the_first_webhook_is_primary_and_the_fourth_is_refused(house: House) -> None:
    records = [(await house.create_channel()).record for _ in range(3)]

    body = {"channelType": "custom_webhook", "channelName": "Four"}
    refused = await house.api("POST", "/webhooks", body, status=400)

    assert [record["isPrimary"] for record in records] == [True, False, False]
    assert refused["error"]["code"] == "WEBHOOK_LIMIT_EXCEEDED"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"channelName": ""}, "/channelName"),
        ({"channelName": "x" * 101}, "/channelName"),
        ({"channelName": "a\u0000b"}, "/channelName"),
        ({"channelType": "pigeon"}, "/channelType"),
        ({"provider": "nobody"}, "/provider"),
        ({"surprise": 1}, "/surprise"),
        ({"rateLimitPerMinute": 0}, "/rateLimitPerMinute"),
        ({"rateLimitPerMinute": 101}, "/rateLimitPerMinute"),
        ({"rateLimitPerHour": 1001}, "/rateLimitPerHour"),
        ({"providerConfig": {"authType": "rot13"}}, "/providerConfig/authType"),
        ({"providerConfig": {"authType": "bearer"}}, "/providerConfig/authToken"),
        ({"providerConfig": {"nonsense": 1}}, "/providerConfig/nonsense"),
        ({"providerConfig": {"outboundMethod": "GET"}}, "/providerConfig/outboundMethod"),
        ({"outboundConfig": {"nonsense": 1}}, "/outboundConfig/nonsense"),
        ({"aiConfig": {"personality": "rude"}}, "/aiConfig/personality"),
        ({"aiConfig": {"timeZone": "Mars/Base"}}, "/aiConfig/timeZone"),
        ({"aiConfig": {"responder": "nobody"}}, "/aiConfig/responder"),
    ],
)
async def test_a_wrong_field_is_named_with_what_would_be_valid(
    house: House, change: dict[str, object], pointer: str
) -> None:
    body = {"channelType": "custom_webhook", "channelName": "Site"} | change

    answer = await house.api("POST", "/webhooks", body, status=400)

    assert answer["error"]["code"] == "INVALID_PAYLOAD"
    assert pointer in [field["pointer"] for field in answer["error"]["fields"]]
    assert all(field["message"] for field in answer["error"]["fields"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"channelName": ""}, "must not be empty"),
        ({"channelName": "x" * 101}, "must have at most 100 characters"),
        ({"tags": ["a" * 51]}, "must have at most 50 characters"),
    ],
)
async def test_the_length_of_a_text_is_told_in_characters(
    house: House, change: dict[str, object], said: str
) -> None:
    body = {"channelType": "custom_webhook", "channelName": "Site"} | change

    [fault] = (await house.api("POST", "/webhooks", body, status=400))["error"]["fields"]
    assert fault["message"] == said


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b'"x"', b"[" * 100_000])
async def test_a_body_that_is_no_json_object_is_refused(house: House, body: bytes) -> None:
    response = await house.client.post("/api/v1/webhooks", data=body, headers=house.headers)

    assert response.status_code == 400
    assert (await response.get_json())["error"]["code"] == "INVALID_PAYLOAD"


async def test_lists_go_on_where_the_page_ended(house: House) -> None:
    channel = await house.create_channel()
    for number in range(5):
        await house.says(channel, f"Send report {number} to Dana")
    await house.drain()

    first = await house.api("GET", f"/webhooks/{channel.id}/messages?limit=2")
    second = await house.api(
        "GET", f"/webhooks/{channel.id}/messages?limit=2&cursor={first['nextCursor']}"
    )
    last = await house.api(
        "GET", f"/webhooks/{channel.id}/messages?limit=2&cursor={second['nextCursor']}"
    )

    pages = [[message["id"] for message in page["items"]] for page in (first, second, last)]
    assert pages == [[5, 4], [3, 2], [1]]
    assert last["nextCursor"] is None
    for query in ("limit=0", "limit=many", "limit=201", "cursor=-1", "cursor=9" + "9" * 30):
        await house.api("GET", f"/tasks?{query}", status=400)
    await house.api("GET", "/tasks?status=lost", status=400)
    assert len((await house.api("GET", "/tasks?status=pending"))["items"]) == 5


async def test_health_says_what_is_wrong(house: House) -> None:
    live = await house.client.get("/livez")
    ready = await house.client.get("/readyz")
    metrics = await house.client.get("/metrics")

    assert (live.status_code, ready.status_code, metrics.status_code) == (200, 200, 200)
    assert (await ready.get_json())["status"] == "pass"
    assert ready.headers["Cache-Control"] == "no-store"
    assert b"gateway_messages_total" in await metrics.get_data()


async def test_plugins_are_listed(house: House) -> None:
    listed = await house.api("GET", "/plugins")

    assert [plugin["name"] for plugin in listed["items"]] == ["custom_http"]
    assert listed["items"][0]["problem"] is None
    bearer = next(p for p in listed["items"][0]["parts"] if p["name"] == "bearer")
    assert bearer["role"] == "verifier"
    assert bearer["settings"]["properties"]["authToken"]["writeOnly"] is True
