"""A test delivery: tried at once, told in full, never queued, and without a secret."""

import json

import pytest

from tests.parts import FakeProvider
from tests.servers import free_port
from tests.store import add_webhook
from tests.stories.house import House, Json


async def count(house: House, table: str) -> int:
    async with house.gw.db.connection() as connection:
        found: int = await connection.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608
    return found


async def failed(house: House, webhook_id: int = 1) -> Json:
    """How a test went that was not delivered."""
    answer = await house.api("POST", f"/webhooks/{webhook_id}/test", {}, status=502)
    error: Json = answer["error"]
    assert (error["code"], error["message"]) == ("DELIVERY_FAILED", error["attempt"]["detail"])
    attempt: Json = error["attempt"]
    return attempt


async def test_a_test_is_delivered_at_once_and_told_without_its_secrets(house: House) -> None:
    channel = await house.create_channel(
        outboundAuthType="bearer",
        outboundAuthToken="canary-token",
        outboundHeaders={"X-Key": "canary-header"},
    )

    answer = await house.api("POST", "/webhooks/1/test", {})

    house.check_signatures(channel.secret)
    [event] = house.listener.events
    assert (event["event"], event["webhookId"]) == ("webhook.test", 1)
    assert (answer["status"], answer["responseStatus"]) == ("delivered", 200)
    assert answer["latencyMs"] >= 0
    assert answer["responseExcerpt"] == "noted"
    assert answer["request"]["method"] == "POST"
    assert answer["request"]["body"] == event
    headers = answer["request"]["headers"]
    assert {
        headers[name]
        for name in ("authorization", "x-key", "x-webhook-signature", "webhook-signature")
    } == {"[redacted]"}
    assert headers["webhook-id"] == event["id"]
    shown = json.dumps(answer)
    assert "canary" not in shown
    assert house.listener.requests[0].headers["X-Webhook-Signature"] not in shown
    assert await count(house, "outbound_messages") == 0


async def test_a_test_is_in_the_log_of_the_webhook(house: House) -> None:
    await house.create_channel()
    house.listener.answers = [503]
    await failed(house)

    async with house.gw.db.connection() as connection:
        line = await connection.fetchrow("SELECT * FROM webhook_logs ORDER BY id DESC LIMIT 1")

    assert line is not None
    assert (line["event"], line["status"], line["response_status"]) == (
        "webhook.test",
        "failed",
        503,
    )
    assert json.loads(line["detail"])["actor"].startswith("token:")


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (503, "mend it, then test again"),
        (404, "the receiver refuses this delivery"),
        (302, "redirects are not followed"),
    ],
)
async def test_an_answer_that_is_no_success_says_what_to_do(
    house: House, status: int, advice: str
) -> None:
    await house.create_channel()
    house.listener.answers = [status]

    answer = await failed(house)

    assert (answer["status"], answer["responseStatus"]) == ("failed", status)
    assert advice in answer["detail"]
    assert len(house.listener.requests) == 1


async def test_an_address_where_nobody_listens_is_told_as_such(house: House) -> None:
    await house.create_channel(outboundWebhookUrl=f"http://127.0.0.1:{free_port()}/secret-path")

    answer = await failed(house)

    assert (answer["status"], answer["responseStatus"]) == ("failed", None)
    assert "ECONNREFUSED" in answer["detail"]
    assert "check the address" in answer["detail"]
    assert "secret-path" not in json.dumps(answer)


async def test_a_channel_that_sends_nowhere_says_what_it_lacks(house: House) -> None:
    await house.create_channel(outboundWebhookUrl=None)

    answer = await failed(house)

    assert (answer["status"], answer["request"]) == ("failed", None)
    assert "outboundWebhookUrl" in answer["detail"]


async def test_a_channel_that_is_switched_off_can_be_tested(house: House) -> None:
    await house.create_channel()
    await house.api("PATCH", "/webhooks/1", {"isActive": False, "outboundEnabled": False})

    assert (await house.api("POST", "/webhooks/1/test", {}))["status"] == "delivered"


async def test_a_channel_that_writes_to_people_needs_to_know_to_whom(house: House) -> None:
    hook = await add_webhook(house.gw, user_id=house.user_id)

    answer = await house.api("POST", f"/webhooks/{hook.id}/test", {"recipient": "+15550101"})

    assert (answer["status"], answer["request"]) == ("delivered", None)
    [message] = FakeProvider.sent
    assert (message.kind, message.recipient) == ("notification", "+15550101")
    assert "Phone" in message.text


async def test_a_transport_with_a_bug_is_a_failed_test_with_a_reference(house: House) -> None:
    def break_down(_message: object) -> None:
        raise ZeroDivisionError

    hook = await add_webhook(house.gw, user_id=house.user_id)
    FakeProvider.send_fails = break_down
    answer = await failed(house, hook.id)

    assert answer["status"] == "failed"
    assert "log reference" in answer["detail"]
