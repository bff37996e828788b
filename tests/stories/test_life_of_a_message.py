"""Read these first: what the product does, one behaviour each, through the whole house."""

import pytest
from structlog.testing import capture_logs

from gateway import pipeline, store
from gateway.records import ClaimedConversation
from gateway.runtime import Gateway
from tests.conftest import Clock, wait_for
from tests.stories.house import House, Json


async def test_a_message_becomes_a_reply_a_task_and_signed_events(house: House) -> None:
    channel = await house.create_channel()

    accepted = await house.says(
        channel, "Please send the Acme logo to Dana by Friday", senderName="Ana"
    )
    await house.drain()

    assert accepted == {"status": "accepted", "messageId": 1, "duplicate": False}
    assert house.listener.names == [
        "conversation.updated",
        "message.received",
        "message.reply",
        "task.created",
    ]
    house.check_signatures(channel.secret)
    [task] = (await house.api("GET", "/tasks"))["items"]
    assert "logo" in task["title"]
    assert task["deadline"] is not None
    assert task["sourceMessageId"] == accepted["messageId"]
    [created] = house.listener.told("task.created")
    assert created["taskId"] == task["id"]
    [reply] = house.listener.told("message.reply")
    assert reply["inReplyTo"] == [accepted["messageId"]]
    assert reply["recipient"] == "dana"


async def test_the_same_message_twice_is_answered_once_with_the_first_answer(house: House) -> None:
    channel = await house.create_channel()

    first = await house.says(channel, "Call Dana tomorrow", externalMessageId="m-1")
    again = await house.says(channel, "Call Dana tomorrow", externalMessageId="m-1")
    await house.drain()
    later = await house.says(channel, "Call Dana tomorrow", externalMessageId="m-1")
    await house.drain()

    assert again == {**first, "duplicate": True}
    assert later == {**first, "duplicate": True}
    assert len(house.listener.told("message.reply")) == 1
    assert len((await house.api("GET", "/tasks"))["items"]) == 1


async def test_the_opening_of_a_conversation_is_noted_once(house: House) -> None:
    channel = await house.create_channel()
    await house.says(channel, "Hello")
    await house.says(channel, "Are you there?")

    async with house.gw.db.connection() as connection:
        rows = await connection.fetch("SELECT to_status, actor FROM conversation_events")

    assert [tuple(row) for row in rows] == [("active", "participant")]


async def test_two_quick_texts_get_one_ordered_answer(house: House) -> None:
    channel = await house.create_channel(ai={"responder": "echo"})

    await house.says(channel, "Is my order late?")
    await house.says(channel, "Number 4711")
    await house.drain()

    [reply] = house.listener.told("message.reply")
    assert reply["content"] == "echo Is my order late? / Number 4711"
    assert reply["inReplyTo"] == [1, 2]


async def test_an_answer_that_a_newer_message_overtook_is_not_sent(house: House) -> None:
    channel = await house.create_channel(ai={"responder": "echo"})
    gw = house.gw
    await house.says(channel, "Monday")
    slow = await _claimed(gw)

    await house.says(channel, "no, Tuesday")
    looked_again = await _converse(gw, slow)
    await house.drain()

    assert looked_again
    [reply] = house.listener.told("message.reply")
    assert reply["content"] == "echo Monday / no, Tuesday"
    assert [t["title"] for t in (await house.api("GET", "/tasks"))["items"]] == [
        "no, Tuesday",
        "Monday",
    ]


async def test_somebody_who_never_stops_writing_is_answered_all_the_same(house: House) -> None:
    channel = await house.create_channel(ai={"responder": "echo"})
    gw = house.gw
    await house.says(channel, "0")

    for number in range(gw.config.conversations.supersede_limit + 1):
        claimed = await _claimed(gw)
        await house.says(channel, str(number + 1))
        await _converse(gw, claimed)
    await house.deliver()

    [reply] = house.listener.told("message.reply")
    assert reply["content"] == "echo 0 / 1 / 2 / 3 / 4 / 5"
    await house.drain()
    assert [r["content"] for r in house.listener.told("message.reply")][1:] == ["echo 6"]


async def test_a_failing_endpoint_is_tried_after_1_2_4_8_and_16_seconds_then_given_up(
    house: House, clock: Clock
) -> None:
    channel = await house.create_channel(outboundEvents=[])
    house.listener.answers = [500] * 6
    await house.says(channel, "Call Dana")
    await house.drain()

    for seconds in (1, 2, 4, 8, 16):
        tries = len(house.listener.bodies)
        clock.advance(seconds - 0.5)
        await house.drain()
        assert len(house.listener.bodies) == tries
        clock.advance(0.6)
        await house.drain()
        assert len(house.listener.bodies) == tries + 1

    clock.advance(3600)
    await house.drain()
    assert len(house.listener.bodies) == 6
    assert len(set(house.listener.bodies)) == 1
    [message] = (await house.api("GET", f"/webhooks/{channel.id}/messages"))["items"]
    assert message["replyStatus"] == "dead"


async def test_replies_of_a_conversation_never_overtake_each_other(
    house: House, clock: Clock
) -> None:
    channel = await house.create_channel(ai={"responder": "echo"}, outboundEvents=[])
    house.listener.answers = [503]
    await house.says(channel, "first")
    await house.drain()
    await house.says(channel, "second")
    await house.drain()
    assert [r["content"] for r in house.listener.told("message.reply")] == ["echo first"]

    clock.advance(1.1)
    await house.drain()

    contents = [r["content"] for r in house.listener.told("message.reply")]
    assert contents == ["echo first", "echo first", "echo second"]


async def test_a_finished_task_is_reported_once(house: House) -> None:
    channel = await house.create_channel(outboundEvents=["task.completed", "task.failed"])
    await house.says(channel, "Send the invoice to Acme")
    await house.says(channel, "Book the venue", senderIdentifier="juan")
    await house.drain()

    done = await house.api("POST", "/tasks/1/complete", {"result": "sent"})
    again = await house.api("POST", "/tasks/1/complete", {"result": "sent"})
    failed = await house.api("POST", "/tasks/2/fail", {"error": "no venue is free"})
    refused = await house.api("POST", "/tasks/2/complete", {}, status=409)
    await house.drain()

    assert (done["status"], done["result"]) == ("completed", "sent")
    assert again == done
    assert (failed["status"], failed["error"]) == ("failed", "no venue is free")
    assert refused["error"]["code"] == "CONFLICT"
    assert house.listener.names == [
        "message.reply",
        "message.reply",
        "task.completed",
        "task.failed",
    ]


async def test_a_structured_task_needs_no_understanding(house: House) -> None:
    channel = await house.create_channel()

    await house.says(
        channel,
        "see fields",
        taskTitle="Renew the domain",
        taskPriority="high",
        taskDeadline="2027-03-01T09:00:00Z",
    )
    await house.drain()

    [task] = (await house.api("GET", "/tasks"))["items"]
    assert task["title"] == "Renew the domain"
    assert task["priority"] == "high"
    assert task["deadline"] == "2027-03-01T09:00:00.000Z"


async def test_a_task_from_one_channel_is_told_to_the_users_other_endpoint(house: House) -> None:
    await house.create_channel()
    quiet = await house.create_channel(outboundWebhookUrl=None)

    await house.says(quiet, "Order new cables for the studio")
    await house.drain()

    assert house.listener.names == ["conversation.updated", "message.received", "task.created"]
    assert {event["webhookId"] for event in house.listener.events} == {quiet.id}
    [message] = (await house.api("GET", f"/webhooks/{quiet.id}/messages"))["items"]
    assert message["reply"]
    assert message["replyStatus"] == "unrouted"


@pytest.mark.usefixtures("running")
async def test_the_running_worker_does_all_of_it_by_itself(house: House) -> None:
    channel = await house.create_channel()

    await house.says(channel, "Call Dana about the contract tomorrow at 10am")

    await wait_for(lambda: len(house.listener.bodies) == 4)
    house.check_signatures(channel.secret)


async def _claimed(gw: Gateway) -> ClaimedConversation:
    [claimed] = await store.claim_conversations(
        gw.db, now=gw.now(), lease_seconds=10, limit=10, history_turns=20
    )
    return claimed


async def _converse(gw: Gateway, claimed: ClaimedConversation) -> bool:
    return await pipeline.converse(gw, claimed)


async def test_the_log_leads_from_a_request_to_all_that_came_of_it(house: House) -> None:
    channel = await house.create_channel()
    with capture_logs() as lines:
        await house.says(channel, "Hello")
        await house.says(channel, "Please water the fig")
        await house.drain()

    told: dict[str, list[Json]] = {}
    for line in lines:
        told.setdefault(line["event"], []).append(dict(line))
    received = [line["message_id"] for line in told["message.received"]]
    [turn] = told["turn.finished"]
    assert turn["message_ids"] == received == [1, 2]
    deliveries = told["delivery.attempted"]
    assert {line["conversation_id"] for line in deliveries} == {turn["conversation_id"]}
    assert len(deliveries) == len(house.listener.events) > 2


@pytest.mark.parametrize(("status", "level"), [(200, "info"), (503, "info"), (404, "warning")])
async def test_a_delivery_that_is_given_up_is_told_to_whoever_reads_warnings(
    house: House, status: int, level: str
) -> None:
    channel = await house.create_channel()
    house.listener.answers = [status] * 20

    with capture_logs() as lines:
        await house.says(channel, "Hello")
        await house.drain()

    attempts = [line["log_level"] for line in lines if line["event"] == "delivery.attempted"]
    assert set(attempts) == {level}
