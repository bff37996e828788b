"""The audit trail: who did what, when, in which request, from what to what."""

import json

import pytest

from gateway.rules.differences import differences
from gateway.web.auth import issue_token
from tests.conftest import Clock
from tests.stories.house import House, Json


async def trail(house: House, query: str = "") -> list[Json]:
    items = (await house.api("GET", f"/audit{query}"))["items"]
    assert isinstance(items, list)
    return items


async def test_a_change_is_told_with_its_values_and_without_secrets(house: House) -> None:
    await house.create_channel(outboundAuthType="bearer", outboundAuthToken="canary-1")
    await house.api(
        "PATCH",
        "/webhooks/1",
        {
            "channelName": "Shop",
            "tags": ["vip"],
            "aiConfig": {"personality": "friendly"},
            "providerConfig": {
                "outboundAuthToken": "canary-2",
                "outboundHeaders": {"X-Key": "canary-3"},
                "outboundMethod": "PUT",
                "outboundWebhookUrl": "http://127.0.0.1:9/hook/canary-4?key=canary-5",
            },
        },
    )

    entry = (await trail(house))[0]

    values = entry["detail"]["values"]
    assert (entry["event"], entry["webhookId"], entry["status"]) == ("webhook.updated", 1, "done")
    assert entry["actor"].startswith("token:")
    assert len(entry["requestId"]) == 32
    assert values["channelName"] == {"before": "Site", "after": "Shop"}
    assert values["tags"] == {"before": [], "after": ["vip"]}
    assert values["aiConfig"]["after"]["personality"] == "friendly"
    assert values["providerConfig.outboundMethod"] == {"before": None, "after": "PUT"}
    assert values["providerConfig.outboundWebhookUrl"]["after"] == "http://127.0.0.1:9/..."
    assert values["providerConfig.outboundAuthToken"] == "changed"
    assert values["providerConfig.outboundHeaders"] == "changed"
    assert set(entry["detail"]["changed"]) == set(values)
    assert "canary" not in json.dumps(await trail(house))


async def test_every_operation_on_a_webhook_is_in_the_trail(house: House) -> None:
    await house.furnish()
    await house.api("GET", "/webhooks/1/secret")
    await house.api("POST", "/webhooks/1/regenerate-secret", {})
    await house.api("POST", "/webhooks/1/regenerate-token", {})
    await house.api("POST", "/webhooks/1/test", {})
    begun = await house.api("POST", "/webhooks/1/verify", {})
    await house.api("POST", "/webhooks/1/verify", {"code": "22222222"}, status=400)
    await house.api("DELETE", "/senders/1")
    await house.api("DELETE", "/webhooks/1")

    assert begun["status"] == "sent"
    assert [entry["event"] for entry in await trail(house)] == [
        "webhook.deleted",
        "sender.erased",
        "webhook.verification_failed",
        "webhook.verification_started",
        "webhook.test",
        "webhook.token_regenerated",
        "webhook.secret_regenerated",
        "webhook.secret_read",
        "webhook.secret_read",
        "webhook.created",
    ]


async def test_the_trail_is_narrowed_and_read_page_by_page(house: House, clock: Clock) -> None:
    await house.create_channel()
    await house.create_channel()
    clock.advance(3600)
    moment = clock().isoformat().replace("+00:00", "Z")
    clock.advance(3600)
    await house.api("PATCH", "/webhooks/2", {"channelName": "Shop"})
    actor = (await trail(house))[0]["actor"]

    assert {e["webhookId"] for e in await trail(house, "?webhookId=2")} == {2}
    assert len(await trail(house, "?event=webhook.created")) == 2
    assert len(await trail(house, f"?since={moment}")) == 1
    assert len(await trail(house, f"?until={moment}")) == len(await trail(house)) - 1
    assert len(await trail(house, f"?actor={actor}")) == len(await trail(house))
    assert await trail(house, "?actor=token:other") == []
    first = await house.api("GET", "/audit?limit=2")
    second = await trail(house, f"?limit=2&cursor={first['nextCursor']}")
    assert [e["id"] for e in [*first["items"], *second]] == [
        e["id"] for e in (await trail(house))[:4]
    ]
    await house.api("GET", "/audit?since=yesterday", status=400)


async def test_attempts_of_deliveries_are_no_operations(house: House) -> None:
    await house.furnish()

    events = {entry["event"] for entry in await trail(house)}

    assert events == {"webhook.created", "webhook.secret_read"}


async def test_the_trail_needs_a_scope_of_its_own(house: House) -> None:
    token = await issue_token(user_id=house.user_id, name="x", scopes=["webhooks:write"])
    house.headers = {"Authorization": f"Bearer {token}"}

    await house.api("GET", "/audit", status=403)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"a": 1}, {"a": 2}, {"before": 1, "after": 2}),
        ({}, {"a": "x"}, {"before": None, "after": "x"}),
        ({}, {}, "changed"),
        ({"a": "x" * 3000}, {"a": 1}, "changed"),
        (
            {"a": "https://u:p@h.example/s3cret"},
            {"a": "http://h.example:81?k=s3cret"},
            {"before": "https://h.example/...", "after": "http://h.example:81/..."},
        ),
        ({"a": "http://[broken"}, {"a": None}, {"before": "changed", "after": None}),
    ],
)
def test_a_difference_is_told_as_far_as_it_may(before: Json, after: Json, told: object) -> None:
    assert differences(["a"], before, after) == {"a": told}
