"""Where deliveries go and with what credentials: checked when it is set, never shown again."""

import base64
import json

import pytest

from tests.store import rows
from tests.stories.house import House, Json

INTERNAL = [
    "http://10.0.0.1/",
    "http://[::1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2130706433/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://user:password@example.org/",
    "http://example.org:25/",
]


async def refused(house: House, method: str, path: str, body: Json) -> dict[str, str]:
    answer = await house.api(method, path, body, status=400)
    assert answer["error"]["code"] == "INVALID_PAYLOAD"
    return {fault["pointer"]: fault["message"] for fault in answer["error"]["fields"]}


def new_webhook(**settings: object) -> Json:
    return {"channelType": "custom_webhook", "channelName": "Site", "providerConfig": settings}


@pytest.mark.parametrize("url", INTERNAL)
async def test_a_url_that_leads_inside_is_refused_when_it_is_set(house: House, url: str) -> None:
    pointer = "/providerConfig/outboundWebhookUrl"
    channel = await house.create_channel()
    path = f"/webhooks/{channel.id}"

    created = await refused(house, "POST", "/webhooks", new_webhook(outboundWebhookUrl=url))
    patched = await refused(house, "PATCH", path, {"providerConfig": {"outboundWebhookUrl": url}})
    apart = await refused(house, "PATCH", path, {"outboundConfig": {"outboundWebhookUrl": url}})

    assert list(created) == list(patched) == [pointer]
    assert list(apart) == ["/outboundConfig/outboundWebhookUrl"]
    assert "user:password" not in created[pointer]
    shown = await house.api("GET", path)
    assert shown["providerConfig"]["outboundWebhookUrl"] == house.listener.url


async def test_a_header_that_is_not_the_owners_is_refused_by_name(house: House) -> None:
    headers = {"Host": "a", "webhook-signature": "v1,a", "X Y": "a", "X-Own": "a\r\nX-Evil: b"}

    faults = await refused(house, "POST", "/webhooks", new_webhook(outboundHeaders=headers))

    place = "/providerConfig/outboundHeaders"
    assert set(faults) == {f"{place}/{name}" for name in headers}
    assert "the gateway says it itself" in faults[f"{place}/Host"]
    assert "Evil" not in json.dumps(faults)


async def test_credentials_are_sent_and_never_shown(house: House) -> None:
    channel = await house.create_channel(
        outboundHeaders={"X-Tenant": "hidden-tenant"},
        outboundAuthType="basic",
        outboundAuthUser="ann",
        outboundAuthPassword="hidden-password",
    )
    path = f"/webhooks/{channel.id}"

    await house.says(channel, "Hello")
    await house.drain()

    pair = base64.b64encode(b"ann:hidden-password").decode()
    for request in house.listener.requests:
        assert request.headers["Authorization"] == f"Basic {pair}"
        assert request.headers["X-Tenant"] == "hidden-tenant"
    shown = [
        await house.api("GET", path),
        await house.api("PATCH", path, {"providerConfig": {"outboundAuthUser": "bob"}}),
        await house.api("GET", "/webhooks"),
        await house.api("GET", f"{path}/deliveries"),
        await house.api("POST", f"{path}/test", {}),
    ]
    assert "hidden" not in json.dumps(shown)
    assert pair not in json.dumps(shown)
    assert set(shown[0]["providerConfig"]["secretsSet"]) >= {
        "outboundHeaders",
        "outboundAuthPassword",
    }
    assert shown[1]["providerConfig"]["outboundAuthUser"] == "bob"


async def test_the_settings_of_the_transport_are_shown_apart_and_beside_the_others(
    house: House,
) -> None:
    sent_to = {"outboundWebhookUrl": house.listener.url, "outboundMethod": "PUT"}
    body = new_webhook(authType="bearer", authToken="hidden", outboundHeaders={"X-Key": "hidden"})

    created = await house.api("POST", "/webhooks", {**body, "outboundConfig": sent_to}, status=201)
    changed = await house.api(
        "PATCH", f"/webhooks/{created['id']}", {"outboundConfig": {"outboundMethod": "POST"}}
    )

    assert created["outboundConfig"] == {**sent_to, "secretsSet": ["outboundHeaders"]}
    assert created["providerConfig"] == {
        "authType": "bearer",
        **sent_to,
        "secretsSet": ["authToken", "outboundHeaders"],
    }
    assert changed["outboundConfig"] == {
        **created["outboundConfig"],
        "outboundMethod": "POST",
    }
    [listed] = (await house.api("GET", "/webhooks"))["items"]
    assert listed["outboundConfig"] == changed["outboundConfig"]
    assert "hidden" not in json.dumps([created, changed, listed])


async def test_settings_that_cannot_be_decrypted_show_no_outbound_settings(house: House) -> None:
    await house.create_channel()
    await rows(house.gw, "UPDATE user_webhooks SET outbound_config = 'v1.k1.broken'")

    shown = await house.api("GET", "/webhooks/1")

    assert shown["outboundConfig"] == shown["providerConfig"]
    assert [*shown["outboundConfig"]] == ["problem"]
