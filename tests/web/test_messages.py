"""One message with all that became of it."""

import base64
import json

import pytest

from tests.store import rows, value
from tests.stories.house import House


async def test_a_message_is_shown_with_its_tasks_and_its_replys_delivery(house: House) -> None:
    channel = await house.create_channel()
    await house.says(channel, "Please send the report to Dana", externalMessageId="m-1")
    waiting = await house.api("GET", "/messages/1")
    await house.drain()

    shown = await house.api("GET", "/messages/1")

    assert (waiting["processingStatus"], waiting["tasks"]) == ("received", [])
    assert waiting["replyDelivery"] is None
    [listed] = (await house.api("GET", "/webhooks/1/messages"))["items"]
    assert {name: shown[name] for name in listed} == listed
    assert shown["analysis"]["intent"] == "task"
    [task] = (await house.api("GET", "/tasks"))["items"]
    assert shown["tasks"] == [{name: task[name] for name in ("id", "title", "status")}]
    delivery = shown["replyDelivery"]
    assert (delivery["event"], delivery["status"]) == ("message.reply", "delivered")
    assert shown["rawPayload"] is None


async def test_the_raw_payload_of_a_message_is_shown_when_it_is_asked_for(house: House) -> None:
    channel = await house.create_channel()
    body = {"taskTitle": "Water the fig", "taskPriority": "low", "extra": "ü"}
    await house.says(channel, "Hello", **body)

    shown = await house.api("GET", "/messages/1?includeRawPayload=true")

    sent = json.loads(base64.b64decode(shown["rawPayload"]))
    assert sent == {"content": "Hello", "senderIdentifier": "dana", **body}
    assert shown["rawContentType"] == "application/json"
    assert shown["structured"]["title"] == "Water the fig"


async def test_an_unreadable_message_is_shown_with_what_was_wrong(house: House) -> None:
    channel = await house.create_channel()
    status, _ = await house.post(channel, b"no JSON")

    shown = await house.api("GET", "/messages/1?includeRawPayload=true")

    assert status == 400
    assert (shown["processingStatus"], shown["conversationId"]) == ("quarantined", None)
    assert "JSON" in shown["reason"]
    assert base64.b64decode(shown["rawPayload"]) == b"no JSON"


@pytest.mark.parametrize("action", ["pause", "resolve", "archive"])
async def test_a_message_that_is_replayed_finds_its_conversation_as_it_is(
    house: House, action: str
) -> None:
    channel = await house.create_channel()
    await house.says(channel, "Hello")
    held = """
        WITH m AS (UPDATE inbound_messages SET processing_status = 'failed', conversation_id = 1)
        UPDATE bot_conversations SET due_at = NULL
    """
    await rows(house.gw, held)
    await house.api("POST", f"/conversations/1/{action}", {})

    replayed = await house.api("POST", "/messages/1/replay", {})
    again = await house.api("POST", "/messages/1/replay", {}, status=409)
    await house.drain()

    assert replayed == {"messageIds": [1]}
    assert "received" in again["error"]["message"]
    status = await value(house.gw, "SELECT status FROM bot_conversations WHERE id = 1")
    answered = (await house.api("GET", "/messages/1"))["conversationId"]
    noted = await rows(
        house.gw, "SELECT from_status FROM conversation_events WHERE reason LIKE '%replayed'"
    )
    earlier = [row["from_status"] for row in noted]
    if action == "pause":
        assert (status, answered, earlier) == ("paused", None, [])
    elif action == "resolve":
        assert (status, answered, earlier) == ("active", 1, ["resolved"])
    else:
        assert (status, earlier) == ("archived", [None])
        assert answered > 1
