"""The outbox: each delivery held by one, replies in order, one log row for each attempt."""

import asyncio
from dataclasses import replace

from gateway import store
from gateway.plugin.errors import StorageUnavailable
from gateway.records import ClaimedDelivery, DeliveryResult, NewOutbound
from gateway.runtime import Gateway
from tests.conftest import wait_for
from tests.store import claim, claim_out, event, is_waiting, later, reply, rows, text, turn, value


async def put(gw: Gateway, *outbound: NewOutbound, sender: str = "+15550101") -> None:
    """Writes rows into the outbox, as the answer to a message of this sender."""
    await store.store_messages(gw.db, [text(sender=sender)])
    [claimed] = await claim(gw)
    await store.settle_turns(gw.db, [turn(claimed, *outbound, at=later(0))])
    await rows(gw, "UPDATE inbound_messages SET processing_status = 'processed'")
    await rows(gw, "UPDATE bot_conversations SET due_at = NULL")


def result(
    claimed: ClaimedDelivery, status: str = "delivered", *, retry_seconds: float | None = None
) -> DeliveryResult:
    return DeliveryResult(
        claimed=claimed,
        status=status,
        retry_at=later(retry_seconds) if retry_seconds is not None else None,
        is_charged=True,
        response_status=200 if status == "delivered" else 503,
        latency_ms=12,
        detail="" if status == "delivered" else "503 Service Unavailable",
        provider_id="SM1" if status == "delivered" else None,
        at=later(1),
    )


async def kept(gw: Gateway, *results: DeliveryResult) -> list[bool]:
    return [settled.is_kept for settled in await store.settle_deliveries(gw.db, results)]


async def row(gw: Gateway) -> dict[str, object]:
    [found] = await rows(gw, "SELECT * FROM outbound_messages")
    return dict(found)


async def test_a_delivery_is_claimed_by_one_and_again_when_its_lease_ran_out(gw: Gateway) -> None:
    await put(gw, reply("Hello."))

    [first] = await claim_out(gw)
    assert (first.content, first.attempts, first.kind) == ("Hello.", 1, "reply")
    assert first.data == {"content": "Hello."}
    assert await claim_out(gw, seconds=9.9) == []
    [second] = await claim_out(gw, seconds=10)
    assert (second.attempts, second.silences) == (1, 1)
    assert (second.event_id, second.sequence) == (first.event_id, first.sequence)
    assert second.lease_id != first.lease_id


async def test_two_claimers_never_get_the_same_delivery(gw: Gateway) -> None:
    await put(gw, *(event(event_id=f"e{n}") for n in range(100)))

    claims = await asyncio.gather(*(claim_out(gw, limit=13) for _ in range(8)))

    ids = [claimed.id for found in claims for claimed in found]
    assert len(ids) == len(set(ids))
    assert all(len(found) <= 13 for found in claims)


async def test_a_claim_takes_no_more_than_its_limit_whatever_the_planner_believes(
    gw: Gateway,
) -> None:
    await put(gw, event())
    await rows(gw, "ANALYZE outbound_messages")
    await claim_out(gw)
    await put(gw, *(event(event_id=f"e{n}") for n in range(500)))

    assert [len(await claim_out(gw, limit=7)) for _ in range(8)] == [7] * 8


async def test_a_reply_waits_for_the_earlier_reply_and_an_event_for_nobody(gw: Gateway) -> None:
    await put(gw, reply("one"), event("a", event_id="a"))
    await put(gw, reply("two"), event("b", event_id="b"))

    found = await claim_out(gw)
    assert [c.content or c.event for c in found] == ["one", "a", "b"]
    assert await claim_out(gw, seconds=1) == []

    await store.settle_deliveries(gw.db, [result(found[0], "pending", retry_seconds=5)])
    assert await claim_out(gw, seconds=4) == []
    [one] = [c for c in await claim_out(gw, seconds=5) if c.kind == "reply"]
    assert one.content == "one"
    await store.settle_deliveries(gw.db, [result(one)])
    assert [c.content for c in await claim_out(gw, seconds=5)] == ["two"]


async def test_a_dead_reply_lets_the_next_one_pass(gw: Gateway) -> None:
    await put(gw, reply("one"))
    await put(gw, reply("two"))
    [one] = await claim_out(gw)

    await store.settle_deliveries(gw.db, [result(one, "dead")])

    assert [c.content for c in await claim_out(gw)] == ["two"]


async def test_replies_of_other_conversations_do_not_wait(gw: Gateway) -> None:
    await put(gw, reply("one"), sender="a")
    await put(gw, reply("two"), sender="b")

    assert [c.content for c in await claim_out(gw)] == ["one", "two"]


async def test_a_reply_that_nobody_can_take_is_kept_and_never_claimed(gw: Gateway) -> None:
    await put(gw, reply("one", is_deliverable=False))
    await put(gw, reply("two"))

    assert [c.content for c in await claim_out(gw)] == ["two"]
    assert await value(gw, "SELECT delivery_status FROM outbound_messages ORDER BY id LIMIT 1") == (
        "unrouted"
    )


async def test_an_attempt_whose_worker_died_is_not_charged_and_a_deadly_one_is_known(
    gw: Gateway,
) -> None:
    await put(gw, reply())
    claims = [await claim_out(gw, seconds=10 * number) for number in range(4)]

    assert [(c.attempts, c.silences) for [c] in claims] == [(1, 0), (1, 1), (1, 2), (1, 3)]
    [last] = claims[-1]
    await store.settle_deliveries(gw.db, [result(last, "pending", retry_seconds=50)])
    [after] = await claim_out(gw, seconds=50)
    assert (after.attempts, after.silences) == (2, 0)


async def test_what_was_delivered_is_noted_and_never_sent_again(gw: Gateway) -> None:
    await put(gw, reply())
    [claimed] = await claim_out(gw)

    assert await kept(gw, result(claimed)) == [True]

    found = await row(gw)
    assert (found["delivery_status"], found["provider_id"]) == ("delivered", "SM1")
    assert (found["finished_at"], found["scheduled_for"]) == (later(1), None)
    assert (found["lease_id"], found["last_error"]) == (None, None)
    assert await claim_out(gw, seconds=9999) == []


async def test_each_attempt_has_its_row_in_the_log(gw: Gateway) -> None:
    await put(gw, reply())
    for number, status in enumerate(("pending", "pending", "dead")):
        [claimed] = await claim_out(gw, seconds=number)
        wait = None if status == "dead" else number + 1
        await store.settle_deliveries(gw.db, [result(claimed, status, retry_seconds=wait)])

    log = await rows(gw, "SELECT * FROM webhook_logs ORDER BY id")

    assert [(r["attempt"], r["status"], r["next_retry_at"]) for r in log] == [
        (1, "retrying", later(1)),
        (2, "retrying", later(2)),
        (3, "dead", None),
    ]
    assert {(r["event"], r["response_status"], r["latency_ms"]) for r in log} == {
        ("message.reply", 503, 12)
    }
    found = await row(gw)
    assert (found["delivery_status"], found["attempts"]) == ("dead", 3)
    assert found["last_error"] == "503 Service Unavailable"
    assert found["finished_at"] == later(1)


async def test_an_attempt_that_is_not_charged_is_logged_and_not_counted(gw: Gateway) -> None:
    await put(gw, reply())
    [claimed] = await claim_out(gw)

    waiting = replace(result(claimed, "pending", retry_seconds=30), is_charged=False)
    await store.settle_deliveries(gw.db, [waiting])

    assert (await row(gw))["attempts"] == 0
    assert await value(gw, "SELECT attempt FROM webhook_logs") == 1
    [again] = await claim_out(gw, seconds=30)
    assert again.attempts == 1


async def test_settling_after_the_lease_was_lost_is_logged_and_changes_nothing(
    gw: Gateway,
) -> None:
    await put(gw, reply())
    [first] = await claim_out(gw)
    await claim_out(gw, seconds=10)
    before = await row(gw)

    assert await kept(gw, result(first)) == [False]

    assert await row(gw) == before
    assert await value(gw, "SELECT count(*) FROM webhook_logs") == 1


async def test_a_late_attempt_and_the_one_that_replaced_it_are_told_apart(gw: Gateway) -> None:
    await put(gw, reply())
    [late] = await claim_out(gw)
    [current] = await claim_out(gw, seconds=10)

    assert await kept(gw, result(late), result(current)) == [False, True]


async def test_settling_the_same_attempt_twice_counts_once(gw: Gateway) -> None:
    await put(gw, reply())
    [claimed] = await claim_out(gw)

    settled = await asyncio.gather(*(kept(gw, result(claimed)) for _ in range(4)))

    assert sorted(settled) == [[False], [False], [False], [True]]


async def test_a_renewed_lease_lasts_and_a_lost_one_cannot_be_renewed(gw: Gateway) -> None:
    await put(gw, reply())
    [first] = await claim_out(gw)

    await store.renew_deliveries(gw.db, [first], until=later(30))
    assert await claim_out(gw, seconds=29) == []
    [second] = await claim_out(gw, seconds=30)
    await store.renew_deliveries(gw.db, [first], until=later(999))
    await store.settle_deliveries(gw.db, [result(second)])
    await store.renew_deliveries(gw.db, [second], until=later(999))

    assert (await row(gw))["scheduled_for"] is None


async def test_renewing_while_attempts_are_settled_is_no_deadlock(gw: Gateway) -> None:
    await put(gw, event(event_id="a"), event(event_id="b"))
    held = await claim_out(gw)
    async with gw.db.transaction() as connection:
        await connection.execute(
            "SELECT FROM outbound_messages WHERE id = $1 FOR UPDATE", held[0].id
        )
        renewing = asyncio.create_task(store.renew_deliveries(gw.db, held, until=later(30)))
        await wait_for(lambda: is_waiting(gw, 1))
        backward = [result(claimed) for claimed in reversed(held)]
        settling = asyncio.create_task(store.settle_deliveries(gw.db, backward))
        await wait_for(lambda: is_waiting(gw, 2))

    outcomes = await asyncio.gather(renewing, settling, return_exceptions=True)

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []


async def test_what_is_overdue_is_counted_until_somebody_holds_it(gw: Gateway) -> None:
    nothing = await store.overdue(gw.db, now=later(0))
    assert (nothing.conversations, nothing.deliveries) == (0, 0)
    assert (nothing.oldest_conversation_at, nothing.oldest_delivery_at) == (None, None)
    await put(gw, reply("one"), event())
    await store.store_messages(gw.db, [text(sender="b", received_at=later(1))])

    found = await store.overdue(gw.db, now=later(1))
    assert (found.conversations, found.deliveries) == (1, 2)
    assert (found.oldest_conversation_at, found.oldest_delivery_at) == (later(1), later(0))

    await claim(gw, seconds=1)
    await claim_out(gw, seconds=1)
    held = await store.overdue(gw.db, now=later(1))
    assert (held.conversations, held.deliveries) == (0, 0)


async def test_one_delivery_that_cannot_be_settled_does_not_fail_its_neighbours(
    gw: Gateway,
) -> None:
    await put(gw, *(event(event_id=f"e{n}") for n in range(3)))
    a, b, c = await claim_out(gw)
    results = [result(a), replace(result(b), provider_id="x" * 256), result(c)]

    settled = await asyncio.gather(*map(gw.deliveries.add, results), return_exceptions=True)

    expected = store.Settled(is_kept=True, is_troubled=False)
    assert (settled[0], settled[2]) == (expected, expected)


async def test_whoever_loses_a_deadlock_is_told_to_try_again(gw: Gateway) -> None:
    await put(gw, event(event_id="a"), event(event_id="b"))
    first, second = [row["id"] for row in await rows(gw, "SELECT id FROM outbound_messages")]
    lock = "SELECT FROM outbound_messages WHERE id = $1 FOR UPDATE"
    both_hold_one = asyncio.Barrier(2)

    async def crossing(here: int, there: int) -> None:
        async with gw.db.transaction() as connection:
            await connection.execute(lock, here)
            await both_hold_one.wait()
            await connection.execute(lock, there)

    outcomes = await asyncio.gather(
        crossing(first, second), crossing(second, first), return_exceptions=True
    )

    [failed] = [outcome for outcome in outcomes if outcome is not None]
    assert isinstance(failed, StorageUnavailable)
