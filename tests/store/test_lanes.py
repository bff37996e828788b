"""Lanes: an endpoint gets its share and no more; what waits for one that fails is held."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta

from gateway import store
from gateway.plugin import OutboundKind
from gateway.records import ClaimedDelivery
from gateway.rules.failures import Signal
from gateway.rules.health import Attempted, Patience
from gateway.runtime import Gateway
from gateway.store import Examined, HealthChange, Operation, Slots
from tests.store import add_webhook, later, rows, value
from tests.store.test_outbox import result

PATIENCE = Patience(pause_after_failures=3, disable_after_seconds=86_400.0)


async def put(  # noqa: PLR0913 # the columns that matter here
    gw: Gateway,
    number: int,
    *,
    lane: int = 1,
    kind: OutboundKind = "event",
    talk: int | None = None,
    attempts: int = 0,
) -> None:
    """Writes so many rows for an endpoint into the outbox, due one after the other."""
    await rows(
        gw,
        "INSERT INTO outbound_messages (user_id, webhook_id, source_webhook_id, conversation_id, "
        "kind, event, event_id, sequence, recipient, content, data, delivery_status, "
        "scheduled_for, attempts, created_at) SELECT 1, $1, $1, $2, $3, 'task.created', "
        "'evt_' || n, n, '', '', '{}', 'pending', $4::timestamptz + n * interval '1 us', $5, $4 "
        "FROM generate_series(1, $6::int) n",
        lane,
        talk,
        kind,
        later(0),
        attempts,
        number,
    )


async def take(
    gw: Gateway,
    *,
    seconds: float = 1,
    total: int = 100,
    retries: int = 100,
    lane: int = 4,
) -> list[ClaimedDelivery]:
    slots = Slots(total=total, retries=retries, per_endpoint=lane, drained_per_second=5)
    return await store.claim_deliveries(gw.db, slots, now=later(seconds), lease_seconds=10)


def lanes(claimed: Sequence[ClaimedDelivery]) -> Counter[int]:
    return Counter(delivery.webhook_id for delivery in claimed)


async def note(
    gw: Gateway, *signals: Signal, lane: int = 1, seconds: float = 1, listeners: Sequence[int] = ()
) -> HealthChange | None:
    examined = [
        Examined(
            user_id=1,
            webhook_id=lane,
            attempted=Attempted(signal=signal, at=later(seconds), reason="503"),
            listeners={"endpoint.paused": listeners, "endpoint.disabled": listeners},
        )
        for signal in signals
    ]
    return (await store.note_health(gw.db, examined, PATIENCE))[0]


async def settle(gw: Gateway, claimed: Sequence[ClaimedDelivery]) -> None:
    if claimed:
        await store.settle_deliveries(gw.db, [result(delivery) for delivery in claimed])


async def test_a_crowded_endpoint_takes_no_more_than_its_lane_from_the_others(
    gw: Gateway,
) -> None:
    await put(gw, 500, lane=1)
    await put(gw, 2, lane=2)
    await put(gw, 1, lane=3)

    assert lanes(await take(gw)) == {1: 4, 2: 2, 3: 1}
    assert await take(gw) == []


async def test_what_ends_makes_room_and_says_that_others_wait(gw: Gateway) -> None:
    await put(gw, 6)
    await put(gw, 1, lane=2)
    claimed = await take(gw)

    assert {d.webhook_id: d.others_wait for d in claimed} == {1: True, 2: False}
    await settle(gw, [d for d in claimed if d.webhook_id == 1][:3])
    assert lanes(await take(gw)) == {1: 2}


async def test_a_dead_workers_lane_is_free_again_when_its_leases_ran_out(gw: Gateway) -> None:
    await put(gw, 6)
    first = await take(gw)

    assert await take(gw, seconds=10.9) == []
    again = await take(gw, seconds=11)
    assert len(again) == 4
    assert {d.id for d in again} != {d.id for d in first} or all(d.silences == 1 for d in again)


async def test_a_webhook_can_have_a_lane_of_its_own_width_and_a_schedule_of_its_own(
    gw: Gateway,
) -> None:
    webhook = await add_webhook(gw, in_flight=1, retry_seconds=(60, 86_400))
    await put(gw, 5, lane=webhook.id)
    await put(gw, 5, lane=webhook.id + 1)

    claimed = await take(gw)

    assert lanes(claimed) == {webhook.id: 1, webhook.id + 1: 4}
    schedules = {d.webhook_id: d.retry_seconds for d in claimed}
    assert schedules == {webhook.id: (60, 86_400), webhook.id + 1: None}


async def test_slots_are_kept_for_first_attempts(gw: Gateway) -> None:
    await put(gw, 30, lane=1, attempts=2)
    await put(gw, 30, lane=2)

    claimed = await take(gw, total=12, retries=3, lane=30)

    assert lanes(claimed) == {1: 3, 2: 9}
    assert lanes(await take(gw, total=50, retries=0, lane=30)) == {2: 21}


async def test_lanes_get_their_turn_whoever_came_first(gw: Gateway) -> None:
    for lane in range(1, 6):
        await put(gw, 50, lane=lane)

    assert lanes(await take(gw, total=10, lane=20)) == dict.fromkeys(range(1, 6), 2)


async def test_strict_order_lets_one_delivery_of_a_conversation_out_at_a_time(
    gw: Gateway,
) -> None:
    webhook = await add_webhook(gw, is_ordered=True)
    for talk in (7, 8):
        await put(gw, 3, lane=webhook.id, talk=talk)
    seen = []
    for _ in range(3):
        claimed = await take(gw)
        seen.append([(d.conversation_id, d.sequence) for d in claimed])
        assert all(d.others_wait for d in claimed)
        assert await take(gw) == []
        await settle(gw, claimed)

    assert seen == [[(7, n), (8, n)] for n in (1, 2, 3)]


async def test_a_paused_endpoint_gets_one_probe_when_its_pause_is_over(gw: Gateway) -> None:
    await put(gw, 9)
    change = await note(gw, "down", "down", "down")
    assert change is not None
    assert change.notices == ("endpoint.paused",)

    assert await take(gw, seconds=60) == []
    [probe] = await take(gw, seconds=61)
    assert await take(gw, seconds=61) == []
    await settle(gw, [probe])
    await note(gw, "down", seconds=62)
    assert await take(gw, seconds=62 + 119) == []
    assert len(await take(gw, seconds=62 + 120)) == 1


async def test_a_probe_whose_worker_died_is_made_by_another(gw: Gateway) -> None:
    await put(gw, 9)
    await note(gw, "down", "down", "down")

    assert len(await take(gw, seconds=61)) == 1
    assert await take(gw, seconds=61 + 59) == []
    assert len(await take(gw, seconds=61 + 60)) == 1


async def test_what_waited_is_drained_at_a_steady_rate_and_then_all_is_as_before(
    gw: Gateway,
) -> None:
    await put(gw, 16)
    await note(gw, "down", "down", "down")
    [probe] = await take(gw, seconds=61)
    await settle(gw, [probe])
    change = await note(gw, "up", seconds=62)
    assert change is not None
    assert change.notices == ("endpoint.recovered",)

    taken = []
    for second in range(62, 68):
        claimed = await take(gw, seconds=second, lane=100)
        await settle(gw, claimed)
        taken.append(len(claimed))

    assert taken == [0, 5, 5, 5, 0, 0]
    await put(gw, 50)
    assert len(await take(gw, seconds=69, lane=100)) == 10
    assert (await store.get_endpoint(gw.db, user_id=1, webhook_id=1)).state == "draining"


async def test_an_endpoint_that_is_drained_is_healthy(gw: Gateway) -> None:
    await put(gw, 3)
    await note(gw, "down", "down", "down")
    await note(gw, "up", seconds=62)

    claimed = await take(gw, seconds=63, lane=100)
    assert len(claimed) == 3
    await settle(gw, claimed)

    view = await store.get_endpoint(gw.db, user_id=1, webhook_id=1)
    assert (view.state, view.waiting) == ("healthy", 0)


async def test_what_is_held_is_not_overdue_and_never_dropped(gw: Gateway) -> None:
    await put(gw, 9)
    await put(gw, 2, lane=2)
    await note(gw, "gone")

    found = await store.overdue(gw.db, now=later(999))
    assert (found.deliveries, found.held) == (2, 9)
    assert lanes(await take(gw, seconds=999)) == {2: 2}
    assert (await store.get_endpoint(gw.db, user_id=1, webhook_id=1)).waiting == 9

    operation = Operation(user_id=1, actor="token:a", request_id="r1", at=later(1000))
    view = await store.resume_endpoint(gw.db, operation, webhook_id=1)
    assert (view.state, view.waiting) == ("draining", 9)
    assert len(await take(gw, seconds=1001)) == 4
    assert await value(gw, "SELECT event FROM webhook_logs ORDER BY id DESC LIMIT 1") == (
        "endpoint.resumed"
    )


async def test_the_owners_other_channels_are_told_once(gw: Gateway) -> None:
    await note(gw, "down", "down", "down", "down", listeners=(1, 5, 6))

    told = await rows(gw, "SELECT * FROM outbound_messages ORDER BY webhook_id")
    assert [(r["webhook_id"], r["event"], r["source_webhook_id"]) for r in told] == [
        (5, "endpoint.paused", 1),
        (6, "endpoint.paused", 1),
    ]


async def test_only_an_endpoint_in_trouble_is_looked_at_after_a_success(gw: Gateway) -> None:
    await put(gw, 1, lane=1)
    await put(gw, 1, lane=2)
    await note(gw, "down", lane=2)
    claimed = await take(gw)

    settled = await store.settle_deliveries(gw.db, [result(d) for d in claimed])

    troubled = {d.webhook_id: s.is_troubled for d, s in zip(claimed, settled, strict=True)}
    assert troubled == {1: False, 2: True}


async def test_the_health_of_an_endpoint_is_told_to_its_owner_alone(gw: Gateway) -> None:
    await note(gw, "gone")

    mine = await store.get_endpoint(gw.db, user_id=1, webhook_id=1)
    other = await store.get_endpoint(gw.db, user_id=2, webhook_id=1)

    assert (mine.state, mine.reason) == ("disabled", "503")
    assert (other.state, other.reason) == ("healthy", None)
    assert mine.disabled_at == later(0) + timedelta(seconds=1)


async def test_an_endpoint_numbers_what_it_is_sent_without_gaps_whoever_takes_it(
    gw: Gateway,
) -> None:
    for lane in (1, 2, 3):
        await put(gw, 120, lane=lane)
    numbers: dict[int, list[int | None]] = defaultdict(list)

    while claimed := await asyncio.gather(*(take(gw, total=17, lane=1000) for _ in range(4))):
        if not any(claimed):
            break
        for delivery in (d for taken in claimed for d in taken):
            numbers[delivery.webhook_id].append(delivery.endpoint_sequence)

    assert sorted(numbers) == [1, 2, 3]
    assert [sorted(map(str, found)) for found in numbers.values()] == [
        sorted(map(str, range(1, 121)))
    ] * 3


async def test_what_is_taken_again_keeps_its_number(gw: Gateway) -> None:
    await put(gw, 2)
    first = await take(gw)
    again = await take(gw, seconds=11)
    await store.settle_deliveries(gw.db, [result(d, "pending", retry_seconds=20) for d in again])
    third = await take(gw, seconds=20)

    assert [d.endpoint_sequence for d in first] == [1, 2]
    assert {d.id: d.endpoint_sequence for d in (*again, *third)} == {
        d.id: d.endpoint_sequence for d in first
    }


async def test_what_was_tried_before_there_were_numbers_gets_none(gw: Gateway) -> None:
    await put(gw, 1, attempts=1)
    await put(gw, 1)

    assert sorted(str(d.endpoint_sequence) for d in await take(gw)) == ["1", "None"]
