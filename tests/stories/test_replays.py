"""Dead letters are sent again by filter, a few at a time, and what was missed can be listed."""

import pytest

from gateway import pipeline, store
from gateway.plugin.errors import NotFound
from gateway.runtime import Gateway
from tests.conftest import Clock
from tests.store import rows
from tests.stories.house import Channel, House


@pytest.fixture
async def dead(house: House) -> Channel:
    """A channel with seven dead letters, four of them `message.received`."""
    channel = await house.create_channel(outboundEvents=["message.received", "task.created"])
    house.listener.answers = [400] * 11
    for number in range(4):
        words = "Please call Dana tomorrow" if number else "Hello"
        await house.says(channel, words, senderIdentifier=f"s{number}")
    await house.drain()
    house.listener.answers = []
    house.listener.bodies.clear()
    house.listener.requests.clear()
    await rows(
        house.gw,
        "UPDATE outbound_messages SET delivery_status = 'delivered' WHERE event = 'message.reply'",
    )
    return channel


async def advance(house: House, clock: Clock, seconds: float) -> int:
    clock.advance(seconds)
    await pipeline.recover(house.gw)
    return await house.deliver()


async def test_dead_letters_are_counted_and_then_sent_again_at_a_rate(
    house: House, dead: Channel, clock: Clock
) -> None:
    want = {"webhookId": dead.id, "event": "message.received"}
    assert await house.api("POST", "/replays/estimate", want) == {"total": 4}
    assert house.listener.bodies == []

    replay = await house.api("POST", "/replays", {**want, "perSecond": 3}, status=201)
    assert (replay["state"], replay["total"], replay["replayed"]) == ("running", 4, 0)
    sent = [await advance(house, clock, 1.01) for _ in range(3)]

    assert sent == [3, 1, 0]
    assert house.listener.names == ["message.received"] * 4
    done = await house.api("GET", f"/replays/{replay['id']}")
    assert (done["state"], done["replayed"], done["skipped"]) == ("done", 4, 0)
    assert await house.api("POST", "/replays/estimate", {}) == {"total": 3}


async def test_a_replay_is_paused_resumed_and_cancelled(
    house: House, dead: Channel, clock: Clock
) -> None:
    replay = await house.api("POST", "/replays", {"perSecond": 2}, status=201)
    path = f"/replays/{replay['id']}"
    assert await advance(house, clock, 1.01) == 2

    assert (await house.api("POST", f"{path}/pause", {}))["state"] == "paused"
    assert await advance(house, clock, 60) == 0
    assert (await house.api("POST", f"{path}/resume", {}))["state"] == "running"
    assert await advance(house, clock, 1.01) == 2
    assert (await house.api("POST", f"{path}/cancel", {}))["state"] == "cancelled"
    assert await advance(house, clock, 60) == 0

    await house.api("POST", f"{path}/resume", {}, status=409)
    ended = await house.api("GET", path)
    assert (ended["replayed"], ended["total"]) == (4, 7)
    assert [r["id"] for r in (await house.api("GET", "/replays"))["items"]] == [replay["id"]]
    assert await house.api("POST", "/replays/estimate", {"webhookId": dead.id}) == {"total": 3}


async def test_what_was_retried_in_the_meantime_is_skipped(
    house: House, dead: Channel, clock: Clock
) -> None:
    replay = await house.api("POST", "/replays", {"event": "message.received"}, status=201)
    listed = await house.api("GET", f"/webhooks/{dead.id}/deliveries?status=dead")
    one = next(d for d in listed["items"] if d["event"] == "message.received")
    await house.api("POST", f"/deliveries/{one['id']}/retry", {})
    await house.deliver()

    assert await advance(house, clock, 1.01) == 3
    done = await house.api("GET", f"/replays/{replay['id']}")
    assert (done["state"], done["replayed"], done["skipped"]) == ("done", 3, 1)


async def test_delivered_ones_can_be_sent_again_with_the_same_id(
    house: House, dead: Channel, clock: Clock
) -> None:
    want = {"status": "delivered", "event": "message.reply", "webhookId": dead.id}
    await house.api("POST", "/replays", want, status=201)

    assert await advance(house, clock, 1.01) == 4
    assert house.listener.names == ["message.reply"] * 4


async def test_workers_that_advance_the_same_replay_send_nothing_twice(
    gw: Gateway, house: House, dead: Channel, clock: Clock
) -> None:
    await house.api("POST", "/replays", {"perSecond": 2}, status=201)
    clock.advance(1.01)

    first = await store.advance_replays(gw.db, now=gw.now())
    second = await store.advance_replays(gw.db, now=gw.now())

    assert (first, second) == (2, 0)
    assert await house.deliver() == 2
    assert dead.id


async def test_nobody_replays_or_sees_what_belongs_to_another(
    gw: Gateway, house: House, dead: Channel
) -> None:
    replay = await house.api("POST", "/replays", {}, status=201)
    stranger = await store.create_user(name="Other")

    with pytest.raises(NotFound):
        await store.get_replay(gw.db, user_id=stranger.id, replay_id=replay["id"])
    page = store.EventPage(webhook_id=dead.id, after_id=0, limit=10)
    assert await store.list_events(gw.db, page, user_id=stranger.id, now=gw.now()) == []
    await house.api("POST", "/replays", {"webhookId": 999}, status=404)
    await house.api("GET", "/replays/999", status=404)
    await house.api("GET", "/events?webhookId=999", status=404)


async def test_events_are_listed_after_the_last_one_that_is_known(
    house: House, dead: Channel, clock: Clock
) -> None:
    assert (await house.api("GET", "/events"))["items"] == []
    clock.advance(21)

    first = await house.api("GET", f"/events?limit=4&webhookId={dead.id}")
    rest = await house.api("GET", f"/events?after={first['nextCursor']}")
    none = await house.api("GET", f"/events?after={rest['items'][-1]['id']}")

    ids = [item["id"] for item in first["items"] + rest["items"]]
    assert ids == sorted(ids)
    assert len(ids) == 11
    assert (rest["nextCursor"], none["items"]) == (None, [])
    assert {item["endpointId"] for item in first["items"]} == {dead.id}


async def test_the_log_says_who_began_and_moved_a_replay(house: House, dead: Channel) -> None:
    replay = await house.api("POST", "/replays", {"webhookId": dead.id}, status=201)
    for move in ("pause", "resume", "cancel", "cancel"):
        await house.api("POST", f"/replays/{replay['id']}/{move}", {})

    lines = (await house.api("GET", "/audit"))["items"]

    told = [line for line in lines if line["event"].startswith("replay.")]
    assert [line["event"] for line in reversed(told)] == [
        "replay.created",
        "replay.paused",
        "replay.resumed",
        "replay.cancelled",
    ]
    assert {line["webhookId"] for line in told} == {dead.id}
    assert {line["detail"]["replayId"] for line in told} == {replay["id"]}
    assert told[-1]["detail"]["total"] == 7
