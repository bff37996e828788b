"""A conversation is paused, resumed, resolved and archived while its participant writes on."""

import asyncio

from gateway import pipeline, store
from gateway.runtime import Gateway
from tests.store import rows
from tests.stories.house import House, Json


async def move(house: House, action: str, place: int = 1, **body: object) -> Json:
    """Moves a conversation through the API."""
    return await house.api("POST", f"/conversations/{place}/{action}", body)


async def history(house: House, place: int = 1) -> list[tuple[str | None, str, str]]:
    """The changes of a conversation's status, the first one first."""
    listed = await house.api("GET", f"/conversations/{place}/history")
    return [
        (item["fromStatus"], item["toStatus"], item["actor"].partition(":")[0])
        for item in reversed(listed["items"])
    ]


async def fates(gw: Gateway) -> list[tuple[str, int | None]]:
    """What became of each message, and in which conversation."""
    found = await rows(
        gw, "SELECT processing_status, conversation_id FROM inbound_messages ORDER BY id"
    )
    return [(row["processing_status"], row["conversation_id"]) for row in found]


async def test_a_paused_conversation_is_reported_and_answered_when_it_is_resumed(
    house: House,
) -> None:
    channel = await house.create_channel()
    await house.says(channel, "Hello")
    await house.drain()
    await move(house, "pause", reason="Dana answers herself")
    await house.says(channel, "Please send the report to Dana")
    await house.says(channel, "And call Bob tomorrow")
    await house.drain()

    assert len(house.listener.told("message.received")) == 3
    assert len(house.listener.told("message.reply")) == 1
    assert (await store.overdue(house.gw.db, now=house.gw.now())).conversations == 0
    await move(house, "resume")
    await house.drain()

    _, reply = house.listener.told("message.reply")
    assert reply["inReplyTo"] == [2, 3]
    assert await fates(house.gw) == [("processed", 1)] * 3
    assert await history(house) == [
        (None, "active", "participant"),
        ("active", "paused", "token"),
        ("paused", "active", "token"),
    ]


async def test_an_answer_that_is_being_made_when_its_conversation_is_paused_is_dropped(
    house: House,
) -> None:
    channel = await house.create_channel()
    await house.says(channel, "Hello")
    gw = house.gw
    [claimed] = await store.claim_conversations(
        gw.db, now=gw.now(), lease_seconds=10, limit=1, history_turns=20
    )

    await move(house, "pause")
    await pipeline.converse(gw, claimed)
    await house.drain()
    assert house.listener.told("message.reply") == []
    await move(house, "resume")
    await house.drain()

    assert len(house.listener.told("message.reply")) == 1


async def test_each_move_is_told_to_whoever_wants_to_know(house: House) -> None:
    channel = await house.create_channel()
    await house.says(channel, "Hello")
    await house.drain()
    await move(house, "pause", reason="lunch")
    await move(house, "archive")
    await house.drain()

    told = house.listener.told("conversation.updated")[1:]
    assert sorted((t["previousStatus"], t["status"], t["reason"]) for t in told) == [
        ("active", "paused", "lunch"),
        ("paused", "archived", ""),
    ]
    events = [e for e in house.listener.events if e["event"] == "conversation.updated"]
    assert len({event["sequence"] for event in events}) == 3
    assert {event["webhookId"] for event in events} == {channel.id}


async def test_a_message_reopens_a_resolved_conversation(house: House) -> None:
    channel = await house.create_channel()
    await house.says(channel, "Hello")
    await house.drain()
    for _ in range(2):
        await move(house, "resolve")
        await house.says(channel, "One more thing")
        await house.says(channel, "and another")
        await house.drain()

    assert (await house.api("GET", "/conversations/1"))["status"] == "active"
    assert await fates(house.gw) == [("processed", 1)] * 5
    assert await history(house) == [
        (None, "active", "participant"),
        *[("active", "resolved", "token"), ("resolved", "active", "system")] * 2,
    ]


async def test_a_message_starts_a_new_conversation_where_the_policy_says_so(house: House) -> None:
    channel = await house.create_channel(ai={"whenResolved": "new"})
    await house.says(channel, "Hello", externalMessageId="m-1")
    await house.drain()
    await move(house, "resolve")

    await house.says(channel, "Hello", externalMessageId="m-1")
    assert (await house.api("GET", "/conversations/1"))["status"] == "resolved"
    await house.says(channel, "Something else", externalMessageId="m-2")
    await house.drain()

    assert await fates(house.gw) == [("processed", 1), ("processed", 2)]
    assert (await history(house))[-1] == ("resolved", "archived", "system")
    assert await history(house, 2) == [(None, "active", "participant")]
    told = {(t["conversationId"], t["status"]) for t in house.listener.told("conversation.updated")}
    assert (1, "archived") in told


async def test_an_archived_conversation_keeps_what_waited_and_the_next_message_starts_another(
    house: House,
) -> None:
    channel = await house.create_channel()
    await house.says(channel, "Hello")
    await house.drain()
    await move(house, "pause")
    await house.says(channel, "Never answered")
    await move(house, "archive")
    later = []
    for _ in range(2):
        await house.says(channel, "Hello again")
        await house.drain()
        [open_] = (await house.api("GET", "/conversations?status=active"))["items"]
        later.append(open_["id"])
        await move(house, "archive", open_["id"])

    assert await fates(house.gw) == [
        ("processed", 1),
        ("archived", 1),
        ("processed", later[0]),
        ("processed", later[1]),
    ]
    said = (await house.api("GET", "/conversations/1/messages"))["items"]
    assert [(s["content"], s["status"]) for s in said if s["direction"] == "inbound"] == [
        ("Never answered", "archived"),
        ("Hello", "processed"),
    ]
    received = [t["conversationId"] for t in house.listener.told("message.received")]
    assert sorted(received) == [1, 1, *later]


async def test_a_message_that_comes_while_its_conversation_is_archived_belongs_to_one(
    house: House,
) -> None:
    channel = await house.create_channel()
    await house.says(channel, "Hello")
    for _ in range(10):
        [open_] = await rows(
            house.gw, "SELECT id FROM bot_conversations WHERE status <> 'archived'"
        )
        await asyncio.gather(
            *(house.says(channel, "Hello") for _ in range(3)),
            move(house, "archive", open_["id"]),
            house.converse(),
        )
        await house.says(channel, "Last words")
    await house.drain()

    found = await fates(house.gw)
    assert len(found) == 41
    assert {status for status, _ in found} <= {"processed", "archived"}
    assert None not in {conversation for _, conversation in found}
    events = house.listener.told("message.received")
    owners = await rows(house.gw, "SELECT id, conversation_id FROM inbound_messages")
    told = {event["messageId"]: event["conversationId"] for event in events}
    assert told == {row["id"]: row["conversation_id"] for row in owners}
