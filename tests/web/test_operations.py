"""What can be done to a webhook after it was created, by whom, and what is noted of it."""

import asyncio
import json

import asyncpg
import pytest

from tests.store import add_webhook
from tests.stories.house import House, Json


async def log_of(house: House, event: str) -> list[asyncpg.Record]:
    """The lines of the audit trail that tell of one kind of operation."""
    async with house.gw.db.connection() as connection:
        found: list[asyncpg.Record] = await connection.fetch(
            "SELECT * FROM webhook_logs WHERE event = $1 ORDER BY id", event
        )
    return found


async def primaries(house: House) -> list[bool]:
    """Which of the webhooks are primary, the oldest first, inactive ones too."""
    listed = await house.api("GET", "/webhooks?includeInactive=true")
    return [webhook["isPrimary"] for webhook in listed["items"]]


CANARIES: Json = {
    "authType": "bearer",
    "authToken": "canary-inbound",
    "outboundAuthType": "bearer",
    "outboundAuthToken": "canary-outbound",
    "outboundHeaders": {"X-One": "canary-1", "X-Two": "canary-2"},
}


async def test_a_change_keeps_the_fields_that_it_does_not_name(house: House) -> None:
    channel = await house.create_channel(**CANARIES)
    plain = {"channelName": "Shop", "rateLimitPerMinute": 7, "tags": ["vip"], "metadata": {"a": 7}}

    changed = await house.api(
        "PATCH", "/webhooks/1", {**plain, "aiConfig": {"personality": "friendly"}}
    )

    assert changed.pop("updatedAt") > channel.record["updatedAt"]
    policy = channel.record["aiConfig"] | {"personality": "friendly"}
    expected = channel.record | plain | {"aiConfig": policy, "version": 2}
    assert changed == {name: v for name, v in expected.items() if name != "updatedAt"}


async def test_secrets_that_a_change_leaves_out_are_kept(house: House) -> None:
    channel = await house.create_channel(**CANARIES)
    settings = {"outboundMethod": "PUT", "outboundHeaders": {"X-Two": None}}

    changed = await house.api("PATCH", "/webhooks/1", {"providerConfig": settings})
    bearer = {"Authorization": "Bearer canary-inbound", "Content-Type": "application/json"}
    status, _ = await house.post(channel, b'{"content": "Hi", "senderIdentifier": "d"}', bearer)
    await house.drain()

    secret = {"authToken", "outboundAuthToken", "outboundHeaders"}
    assert set(changed["providerConfig"]["secretsSet"]) == secret
    assert status == 200
    for request in house.listener.requests:
        assert (request.method, request.headers.get("X-One")) == ("PUT", "canary-1")
        assert request.headers["Authorization"] == "Bearer canary-outbound"
        assert "X-Two" not in request.headers


async def test_the_log_names_who_changed_what_and_no_value(house: House) -> None:
    await house.create_channel(**CANARIES)
    settings = {"outboundMethod": "PUT", "outboundAuthToken": "canary-new"}

    await house.api("PATCH", "/webhooks/1", {"tags": ["vip"], "providerConfig": settings})

    [line] = await log_of(house, "webhook.updated")
    noted = json.loads(line["detail"])
    assert noted["actor"].startswith("token:")
    assert len(line["request_id"]) == 32
    assert sorted(noted["changed"]) == [
        "providerConfig.outboundAuthToken",
        "providerConfig.outboundMethod",
        "tags",
    ]
    assert "canary" not in line["detail"]


async def test_a_setting_given_as_null_is_removed(house: House) -> None:
    channel = await house.create_channel(hmacSecret="their-own", outboundMethod="PUT")

    changed = await house.api(
        "PATCH", "/webhooks/1", {"providerConfig": {"hmacSecret": None, "outboundMethod": None}}
    )

    assert changed["providerConfig"] == {
        "authType": "hmac",
        "outboundWebhookUrl": house.listener.url,
        "secretsSet": [],
    }
    await house.says(channel, "signed with the channel's own secret again")


async def test_a_change_of_nothing_changes_nothing(house: House) -> None:
    channel = await house.create_channel()
    same = {
        "channelType": "custom_webhook",
        "provider": "custom_http",
        "channelName": "Site",
        "isActive": True,
        "isPrimary": True,
        "providerConfig": {"outboundWebhookUrl": house.listener.url},
        "aiConfig": {"personality": None},
    }

    assert await house.api("PATCH", "/webhooks/1", same) == channel.record
    assert await house.api("PATCH", "/webhooks/1", {}) == channel.record
    assert await log_of(house, "webhook.updated") == []


async def test_another_authentication_forgets_the_token_of_the_one_before(house: House) -> None:
    await house.create_channel(authType="bearer", authToken="canary")

    changed = await house.api("PATCH", "/webhooks/1", {"providerConfig": {"authType": "hmac"}})
    refused = await house.api(
        "PATCH", "/webhooks/1", {"providerConfig": {"authType": "bearer"}}, status=400
    )

    assert (changed["verifier"], changed["providerConfig"]["secretsSet"]) == ("hmac", [])
    [fault] = refused["error"]["fields"]
    assert fault["pointer"] == "/providerConfig/authToken"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"channelName": ""}, "/channelName"),
        ({"channelName": None}, "/channelName"),
        ({"channelType": "sms"}, "/channelType"),
        ({"provider": "fake"}, "/provider"),
        ({"surprise": 1}, "/surprise"),
        ({"rateLimitPerMinute": 101}, "/rateLimitPerMinute"),
        ({"rateLimitPerHour": 0}, "/rateLimitPerHour"),
        ({"providerConfig": {"authType": "rot13"}}, "/providerConfig/authType"),
        ({"providerConfig": {"nonsense": None}}, "/providerConfig/nonsense"),
        ({"providerConfig": {"outboundMethod": "GET"}}, "/providerConfig/outboundMethod"),
        ({"outboundConfig": {"outboundMethod": "GET"}}, "/outboundConfig/outboundMethod"),
        ({"outboundConfig": {"nonsense": 1}}, "/outboundConfig/nonsense"),
        ({"providerConfig": {"outboundAuthType": "bearer"}}, "/providerConfig"),
        ({"aiConfig": {"personality": "rude"}}, "/aiConfig/personality"),
        ({"aiConfig": {"responder": "nobody"}}, "/aiConfig/responder"),
        ({"aiConfig": {"nonsense": None}}, "/aiConfig/nonsense"),
        ({"metadata": {"a": ["\u0000"]}}, "/metadata"),
        ({"metadata": {"a": "\ud800"}}, "/metadata"),
        ({"metadata": {"a": float("nan")}}, "/metadata"),
        ({"isPrimary": False}, "/isPrimary"),
        ({"isActive": False, "isPrimary": True}, "/isPrimary"),
        ({"isActive": None}, "/isActive"),
    ],
)
async def test_a_wrong_change_is_refused_as_a_whole_with_the_place_at_fault(
    house: House, change: Json, pointer: str
) -> None:
    channel = await house.create_channel()

    refused = await house.api("PATCH", "/webhooks/1", {"tags": ["new"]} | change, status=400)

    assert refused["error"]["code"] == "INVALID_PAYLOAD"
    assert pointer in [field["pointer"] for field in refused["error"]["fields"]]
    assert await house.api("GET", "/webhooks/1") == channel.record


async def test_a_setting_of_both_sides_changes_on_both_until_they_are_set_apart(
    house: House,
) -> None:
    hook = await add_webhook(house.gw, user_id=house.user_id)

    async def tokens() -> list[str]:
        channel = await house.gw.channels.by_id(user_id=house.user_id, webhook_id=hook.id)
        parts = (channel.verifier, channel.transport)
        return [part.settings.auth_token.get_secret_value() for part in parts]

    await house.api("PATCH", "/webhooks/1", {"providerConfig": {"authToken": "both"}})
    assert await tokens() == ["both", "both"]
    await house.api("PATCH", "/webhooks/1", {"outboundConfig": {"authToken": "out"}})
    assert await tokens() == ["both", "out"]
    await house.api("PATCH", "/webhooks/1", {"providerConfig": {"authToken": "in"}})
    assert await tokens() == ["in", "out"]


async def test_settings_that_cannot_be_opened_can_be_switched_off_but_not_changed(
    house: House,
) -> None:
    await house.create_channel()
    async with house.gw.db.connection() as connection:
        await connection.execute("UPDATE user_webhooks SET provider_config = 'v1.gone.AAAA'")

    for method, path, body in (
        ("PATCH", "/webhooks/1", {"providerConfig": {"outboundMethod": "PUT"}}),
        ("POST", "/webhooks/1/regenerate-secret", {}),
        ("POST", "/webhooks/1/test", {}),
        ("GET", "/webhooks/1/secret", None),
    ):
        refused = await house.api(method, path, body, status=503)
        assert refused["error"]["code"] == "PLUGIN_UNAVAILABLE"
    assert (await house.api("DELETE", "/webhooks/1"))["isActive"] is False


async def test_changes_made_at_the_same_time_are_all_kept(house: House) -> None:
    await house.create_channel()
    names = [f"X-Header-{number}" for number in range(8)]

    await asyncio.gather(
        *(
            house.api("PATCH", "/webhooks/1", {"providerConfig": {"outboundHeaders": {name: "v"}}})
            for name in names
        )
    )

    assert (await house.api("GET", "/webhooks/1"))["version"] == 9
    await house.api("POST", "/webhooks/1/test", {})
    assert set(names) <= set(house.listener.requests[-1].headers)


async def test_the_primary_flag_moves_and_exactly_one_webhook_has_it(house: House) -> None:
    for _ in range(3):
        await house.create_channel()

    await house.api("PATCH", "/webhooks/3", {"isPrimary": True})
    assert await primaries(house) == [False, False, True]
    await asyncio.gather(
        *(house.api("PATCH", f"/webhooks/{n}", {"isPrimary": True}) for n in (1, 2, 3) * 3)
    )

    assert sum(await primaries(house)) == 1


async def test_a_deleted_webhook_is_kept_switched_off_and_the_oldest_other_is_promoted(
    house: House,
) -> None:
    channels = [await house.create_channel() for _ in range(3)]
    await house.says(channels[0], "Hello")

    deleted = await house.api("DELETE", "/webhooks/1")
    again = await house.api("DELETE", "/webhooks/1")

    assert deleted == again
    assert (deleted["isActive"], deleted["isPrimary"], deleted["version"]) == (False, False, 2)
    assert await primaries(house) == [False, True, False]
    assert len((await house.api("GET", "/webhooks"))["items"]) == 2
    assert len((await house.api("GET", "/webhooks/1/messages"))["items"]) == 1
    status, answer = await house.post(channels[0], b"{}")
    assert (status, answer["error"]["code"]) == (403, "WEBHOOK_INACTIVE")
    assert [line["webhook_id"] for line in await log_of(house, "webhook.deleted")] == [1]
    assert [line["webhook_id"] for line in await log_of(house, "webhook.promoted")] == [2]


async def test_the_last_webhook_can_be_deleted_and_is_primary_when_it_comes_back(
    house: House,
) -> None:
    await house.create_channel()

    await house.api("DELETE", "/webhooks/1")
    assert await primaries(house) == [False]
    back = await house.api("PATCH", "/webhooks/1", {"isActive": True})

    assert (back["isActive"], back["isPrimary"]) == (True, True)


async def test_webhooks_come_back_only_up_to_the_limit(house: House) -> None:
    for _ in range(2):
        await house.create_channel()
        await house.api("DELETE", f"/webhooks/{_ + 1}")
    for _ in range(2):
        await house.create_channel()

    answers = await asyncio.gather(
        *(
            house.client.open(
                f"/api/v1/webhooks/{number}",
                method="PATCH",
                json={"isActive": True},
                headers=house.headers,
            )
            for number in (1, 2)
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 400]
    [refused] = [answer for answer in answers if answer.status_code == 400]
    assert (await refused.get_json())["error"]["code"] == "WEBHOOK_LIMIT_EXCEEDED"
    assert len((await house.api("GET", "/webhooks"))["items"]) == 3
    assert sum(await primaries(house)) == 1
