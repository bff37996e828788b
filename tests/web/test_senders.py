"""A person asks what is held of them, for a copy, or to be forgotten."""

import base64
import hashlib
from urllib.parse import quote

from gateway import pipeline, store
from tests.conftest import tables
from tests.parts import EchoResponder
from tests.stories.house import Channel, House, claim_deliveries

DANA = "dana.canary/+34@example.org"
PATH = f"/senders/{quote(DANA, safe='')}"
WORDS = "Please send the canary report to Zoltan Canary by Friday"


async def dump(house: House) -> str:
    """Every row of every table, as text; bytes as what they say."""
    found = []
    async with house.gw.db.connection() as connection:
        for table in await tables(connection):
            rows = await connection.fetch(f"SELECT to_jsonb(t)::text AS row FROM {table} t")  # noqa: S608 # constants only
            found += [row["row"] for row in rows]
        raw = await connection.fetch("SELECT raw_payload FROM inbound_messages")
    return "\n".join(found + [row["raw_payload"].decode() for row in raw if row["raw_payload"]])


async def talked(house: House) -> list[Channel]:
    """Dana wrote on two channels and was answered, and so did somebody else."""
    channels = [await house.create_channel(), await house.create_channel()]
    for number, channel in enumerate(channels):
        await house.says(
            channel,
            WORDS,
            senderIdentifier=DANA,
            senderName="Dana Canary",
            externalMessageId=f"m-{number}",
        )
        await house.says(channel, "Please water the plants", senderIdentifier="eve")
    await house.drain()
    return channels


async def test_what_is_held_of_a_sender_is_counted_over_all_webhooks(house: House) -> None:
    await talked(house)

    held = await house.api("GET", PATH)

    assert held.pop("firstSeenAt") <= held.pop("lastSeenAt")
    assert held.pop("deliveries") >= 4
    assert held == {
        "senderIdentifier": DANA,
        "linked": [],
        "names": ["Dana Canary"],
        "webhookIds": [1, 2],
        "conversations": 2,
        "messages": 2,
        "media": 0,
        "tasks": 2,
    }


async def test_a_copy_has_all_that_is_held_and_nothing_of_others(house: House) -> None:
    channel = (await talked(house))[0]
    await house.says(channel, "And what of my canary?", senderIdentifier=DANA)

    copy = await house.api("GET", f"{PATH}/export")

    assert [message["content"] for message in copy["messages"]] == [
        WORDS,
        WORDS,
        "And what of my canary?",
    ]
    assert WORDS.encode() in base64.b64decode(copy["messages"][0]["rawPayload"])
    assert len(copy["conversations"]) == 2
    assert [reply["content"] for reply in copy["deliveries"] if reply["kind"] == "reply"]
    assert len(copy["tasks"]) == 2
    assert "plants" not in str(copy)


async def test_nothing_of_an_erased_sender_is_left_in_any_table(house: House) -> None:
    house.listener.answers = [400]
    await talked(house)
    task = (await house.api("GET", "/tasks"))["items"][-1]
    await house.api("POST", f"/tasks/{task['id']}/complete", {"result": "Sent to Canary"})
    others = (await house.api("GET", "/senders/eve/export"))["messages"]
    assert "canary" in (await dump(house)).lower()

    receipt = await house.api("DELETE", PATH)

    left = (await dump(house)).lower()
    assert "canary" not in left
    assert "zoltan" not in left
    assert (await house.api("GET", "/senders/eve/export"))["messages"] == others
    digest = hashlib.sha256(f"{receipt['salt']}:{DANA}".encode()).hexdigest()
    assert receipt["senderHash"] == digest
    assert (receipt["webhookIds"], receipt["messages"], receipt["tasks"]) == ([1, 2], 2, 2)
    assert digest in left
    assert receipt["salt"] not in left


async def test_an_erased_sender_is_held_no_more_and_a_repeated_message_is_still_known(
    house: House,
) -> None:
    channel = (await talked(house))[0]
    await house.api("DELETE", PATH)

    for method, path in (("GET", PATH), ("GET", f"{PATH}/export"), ("DELETE", PATH)):
        await house.api(method, path, status=404)
    again = await house.says(channel, WORDS, senderIdentifier=DANA, externalMessageId="m-0")
    listed = await house.api("GET", "/webhooks/1/messages")

    assert again["duplicate"]
    assert [message["senderIdentifier"] for message in listed["items"]] == ["eve", "erased"]
    assert listed["items"][1]["analysis"]["intent"] == "task"
    await house.drain()
    await house.api("GET", PATH, status=404)


async def test_what_waits_for_an_answer_or_a_delivery_is_dropped(house: House) -> None:
    channel = await house.create_channel()
    await house.says(channel, WORDS, senderIdentifier=DANA)
    await house.converse()
    await house.says(channel, "Hurry, says Canary", senderIdentifier=DANA)

    await house.api("DELETE", PATH)
    await house.drain()

    assert house.listener.bodies == []
    deliveries = await house.api("GET", "/webhooks/1/deliveries?status=erased")
    assert len(deliveries["items"]) >= 2
    await house.api("POST", f"/deliveries/{deliveries['items'][0]['id']}/retry", {}, status=409)
    assert "canary" not in (await dump(house)).lower()


async def test_an_answer_that_is_under_way_writes_nothing_back(house: House) -> None:
    gw = house.gw
    channel = await house.create_channel(ai={"responder": EchoResponder.name})
    await house.says(channel, WORDS, senderIdentifier=DANA)
    [claimed] = await store.claim_conversations(
        gw.db, now=gw.now(), lease_seconds=10, limit=1, history_turns=20
    )

    await house.api("DELETE", PATH)
    await pipeline.converse(gw, claimed)
    await house.drain()

    assert "canary" not in (await dump(house)).lower()
    assert (await house.api("GET", "/tasks"))["items"] == []


async def test_a_delivery_that_is_under_way_writes_nothing_back(house: House) -> None:
    gw = house.gw
    channel = await house.create_channel()
    await house.says(channel, WORDS, senderIdentifier=DANA)
    await house.converse()
    claimed = await claim_deliveries(gw)
    house.listener.answers = [400, 503]
    house.listener.text = "no such person: Dana Canary"

    await house.api("DELETE", PATH)
    for delivery in claimed:
        await pipeline.deliver(gw, delivery)

    assert house.listener.bodies
    assert "canary" not in (await dump(house)).lower()
    statuses = {d["status"] for d in (await house.api("GET", "/webhooks/1/deliveries"))["items"]}
    assert statuses == {"erased"}


async def test_a_new_message_of_an_erased_sender_begins_anew(house: House) -> None:
    channel = (await talked(house))[0]
    await house.api("DELETE", PATH)

    await house.says(channel, "Hello again", senderIdentifier=DANA)
    await house.drain()

    held = await house.api("GET", PATH)
    assert (held["conversations"], held["messages"]) == (1, 1)
