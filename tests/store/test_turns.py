"""Conversations: claimed by one, answered once, numbered without a gap."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from gateway import store
from gateway.plugin import Analysis
from gateway.records import ClaimedConversation, NewTask, TurnFailure
from gateway.runtime import Gateway
from gateway.store.turns import MESSAGES_PER_TURN
from tests.conftest import wait_for
from tests.store import TEA, claim, event, is_waiting, later, reply, rows, text, turn, value

ANALYSIS = Analysis(intent="update")


async def talks(gw: Gateway, *senders: str) -> None:
    """One message of each sender, a second apart."""
    for number, sender in enumerate(senders):
        await store.store_messages(gw.db, [text(sender=sender, received_at=later(number))])


async def one(gw: Gateway, *contents: str) -> ClaimedConversation:
    """A claimed conversation with these messages pending."""
    await store.store_messages(gw.db, [text(content) for content in contents or ("Hello",)])
    [claimed] = await claim(gw)
    return claimed


def analyses(claimed: ClaimedConversation) -> dict[int, Analysis]:
    return {message.id: ANALYSIS for message in claimed.pending}


def task(message_id: int, index: int = 0, title: str = "T") -> NewTask:
    return NewTask(
        source_message_id=message_id,
        source_index=index,
        title=title,
        description="",
        priority="medium",
        deadline=None,
        project=None,
    )


def failure(
    claimed: ClaimedConversation, retry_seconds: float | None, *, is_charged: bool = True
) -> TurnFailure:
    return TurnFailure(
        claimed=claimed,
        retry_at=later(retry_seconds) if retry_seconds is not None else None,
        is_charged=is_charged,
        reason="the model is away",
        at=later(2),
    )


async def state(gw: Gateway) -> dict[str, object]:
    [row] = await rows(gw, "SELECT due_at, lease_id, attempts, superseded FROM bot_conversations")
    return dict(row)


def names(claimed: Sequence[ClaimedConversation]) -> list[str]:
    return sorted(c.participant for c in claimed)


async def test_what_waits_longest_is_claimed_first(gw: Gateway) -> None:
    await talks(gw, "a", "b", "c", "d")

    assert names(await claim(gw, seconds=9, limit=2)) == ["a", "b"]
    assert names(await claim(gw, seconds=9, limit=2)) == ["c", "d"]
    assert await claim(gw, seconds=9) == []


async def test_nothing_is_claimed_before_it_is_due_or_while_its_owner_paused_it(
    gw: Gateway,
) -> None:
    await talks(gw, "a", "b")
    await rows(gw, "UPDATE bot_conversations SET status = 'paused' WHERE participant = 'a'")

    assert names(await claim(gw, seconds=0.5)) == []
    assert names(await claim(gw, seconds=1)) == ["b"]


async def test_two_claimers_never_get_the_same_conversation(gw: Gateway) -> None:
    await store.store_messages(gw.db, [text(sender=f"s{n}") for n in range(100)])

    claims = await asyncio.gather(*(claim(gw, limit=13) for _ in range(8)))

    ids = [claimed.id for found in claims for claimed in found]
    assert len(ids) == len(set(ids))
    assert all(len(found) <= 13 for found in claims)


async def test_a_claim_takes_no_more_than_its_limit_whatever_the_planner_believes(
    gw: Gateway,
) -> None:
    await talks(gw, "only")
    await rows(gw, "ANALYZE bot_conversations")
    await claim(gw, seconds=9)
    await store.store_messages(gw.db, [text(sender=f"s{n}") for n in range(500)])

    assert [len(await claim(gw, seconds=9, limit=7)) for _ in range(8)] == [7] * 8


async def test_a_lease_that_ran_out_can_be_claimed_again(gw: Gateway) -> None:
    first = await one(gw)

    assert await claim(gw, seconds=9.9) == []
    [second] = await claim(gw, seconds=10)

    assert (first.attempts, second.attempts) == (1, 2)
    assert second.lease_id != first.lease_id
    assert second.pending == first.pending


async def test_a_renewed_lease_lasts(gw: Gateway) -> None:
    claimed = await one(gw)

    await store.renew_conversations(gw.db, [claimed], until=later(30))

    assert await claim(gw, seconds=29) == []
    assert len(await claim(gw, seconds=30)) == 1


async def test_a_lease_that_was_lost_cannot_be_renewed(gw: Gateway) -> None:
    first = await one(gw)
    await claim(gw, seconds=10)

    await store.renew_conversations(gw.db, [first], until=later(999))

    assert (await state(gw))["due_at"] == later(20)


async def test_renewing_while_messages_arrive_is_no_deadlock(gw: Gateway) -> None:
    await talks(gw, "z", "a")
    held = await claim(gw, seconds=5)
    async with gw.db.transaction() as connection:
        lock = "SELECT FROM bot_conversations WHERE participant = 'z' FOR UPDATE"
        await connection.execute(lock)
        renewing = asyncio.create_task(store.renew_conversations(gw.db, held, until=later(30)))
        await wait_for(lambda: is_waiting(gw, 1))
        both = [text(sender="a"), text(sender="z")]
        receiving = asyncio.create_task(store.store_messages(gw.db, both))
        await wait_for(lambda: is_waiting(gw, 2))

    outcomes = await asyncio.gather(renewing, receiving, return_exceptions=True)

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []


async def test_an_answered_turn_is_written_as_a_whole(gw: Gateway) -> None:
    claimed = await one(gw, "a", "b")
    result = turn(
        claimed,
        reply("Noted."),
        event("task.created", task=0),
        analyses=analyses(claimed),
        tasks=(task(claimed.pending[0].id, title="Call"),),
    )

    assert await store.settle_turns(gw.db, [result]) == ["settled"]

    assert await state(gw) == {"due_at": None, "lease_id": None, "attempts": 0, "superseded": 0}
    messages = await rows(gw, "SELECT * FROM inbound_messages ORDER BY id")
    assert [row["processing_status"] for row in messages] == ["processed", "processed"]
    outbox = await rows(gw, "SELECT * FROM outbound_messages ORDER BY id")
    assert [(row["kind"], row["delivery_status"]) for row in outbox] == [
        ("reply", "pending"),
        ("event", "pending"),
    ]
    assert {row["reply_id"] for row in messages} == {outbox[0]["id"]}
    [made] = await rows(gw, "SELECT * FROM agency_tasks")
    assert (made["title"], made["status"], made["source_webhook_id"]) == ("Call", "pending", 1)
    assert f'"taskId": {made["id"]}' in outbox[1]["data"]
    assert await value(gw, "SELECT context_summary FROM bot_conversations") == "summed up"


async def test_the_next_turn_sees_what_was_said_done_and_remembered(gw: Gateway) -> None:
    claimed = await one(gw, "a")
    made = task(claimed.pending[0].id, title="Call")
    result = turn(claimed, reply("Noted."), analyses=analyses(claimed), tasks=(made,))
    await store.settle_turns(gw.db, [replace(result, at=later(1))])
    await store.store_messages(gw.db, [text("b", received_at=later(2))])

    [again] = await claim(gw, seconds=2)

    assert [(t.role, t.text) for t in again.history] == [("user", "a"), ("assistant", "Noted.")]
    assert [m.text for m in again.pending] == ["b"]
    assert [t.title for t in again.open_tasks] == ["Call"]
    assert (again.summary, again.memory) == ("summed up", (TEA,))
    assert (again.message_count, again.attempts) == (2, 1)


@pytest.mark.parametrize("turns", [0, 1, 3])
async def test_history_is_as_long_as_asked_for(gw: Gateway, turns: int) -> None:
    for number in range(3):
        await store.store_messages(gw.db, [text(f"{number}", received_at=later(2 * number))])
        [claimed] = await claim(gw, seconds=2 * number)
        answered = turn(
            claimed, reply(f"re {number}"), analyses=analyses(claimed), at=later(2 * number + 1)
        )
        await store.settle_turns(gw.db, [answered])
    await store.store_messages(gw.db, [text("last", received_at=later(9))])

    [claimed] = await store.claim_conversations(
        gw.db, now=later(9), lease_seconds=10, limit=1, history_turns=turns
    )

    everything = ["0", "re 0", "1", "re 1", "2", "re 2"]
    assert [t.text for t in claimed.history] == everything[6 - turns :]


async def test_settling_after_the_lease_was_lost_changes_nothing(gw: Gateway) -> None:
    first = await one(gw)
    [second] = await claim(gw, seconds=10)

    late = turn(first, reply("late"), analyses=analyses(first))
    assert await store.settle_turns(gw.db, [late]) == ["lost"]

    assert await value(gw, "SELECT count(*) FROM outbound_messages") == 0
    assert await value(gw, "SELECT processing_status FROM inbound_messages") == "received"
    settled = turn(second, reply("in time"), analyses=analyses(second))
    assert await store.settle_turns(gw.db, [late, settled]) == ["lost", "settled"]
    assert await value(gw, "SELECT content FROM outbound_messages") == "in time"


async def test_settling_the_same_turn_twice_writes_it_once(gw: Gateway) -> None:
    claimed = await one(gw)
    result = turn(claimed, reply(), analyses=analyses(claimed))

    outcomes = await asyncio.gather(*(store.settle_turns(gw.db, [result]) for _ in range(5)))

    assert sorted(outcome for [outcome] in outcomes) == ["lost"] * 4 + ["settled"]
    assert await value(gw, "SELECT count(*) FROM outbound_messages") == 1


async def test_an_answer_that_was_overtaken_is_dropped_and_uncharged(gw: Gateway) -> None:
    claimed = await one(gw)
    await store.store_messages(gw.db, [text("wait", received_at=later(1))])

    result = turn(claimed, reply(), analyses=analyses(claimed))
    assert await store.settle_turns(gw.db, [result]) == ["superseded"]

    assert await state(gw) == {"due_at": later(1), "lease_id": None, "attempts": 0, "superseded": 1}
    assert await value(gw, "SELECT count(*) FROM outbound_messages") == 0
    [again] = await claim(gw, seconds=1)
    assert [m.text for m in again.pending] == ["Hello", "wait"]


async def test_an_answer_that_is_sent_all_the_same_leaves_the_newer_message_due(
    gw: Gateway,
) -> None:
    claimed = await one(gw)
    await store.store_messages(gw.db, [text("wait", received_at=later(1))])

    result = turn(claimed, reply(), analyses=analyses(claimed), even_if_superseded=True)
    assert await store.settle_turns(gw.db, [result]) == ["settled"]

    [again] = await claim(gw, seconds=1)
    assert [m.text for m in again.pending] == ["wait"]
    assert again.attempts == 1


async def test_outcomes_of_one_batch_stay_with_their_turns(gw: Gateway) -> None:
    await talks(gw, "a", "b", "c")
    claimed = {c.participant: c for c in await claim(gw, seconds=5)}
    await store.store_messages(gw.db, [text("more", sender="b")])
    await rows(gw, "UPDATE bot_conversations SET lease_id = NULL WHERE participant = 'c'")

    results = [turn(claimed[name], reply(name)) for name in ("c", "b", "a")]

    assert await store.settle_turns(gw.db, results) == ["lost", "superseded", "settled"]
    assert await value(gw, "SELECT content FROM outbound_messages") == "a"


async def test_a_failed_turn_comes_again_when_it_is_time(gw: Gateway) -> None:
    claimed = await one(gw)

    await store.fail_turn(gw.db, failure(claimed, 5))

    assert await state(gw) == {"due_at": later(5), "lease_id": None, "attempts": 1, "superseded": 0}
    assert await claim(gw, seconds=4.9) == []
    [again] = await claim(gw, seconds=5)
    assert again.attempts == 2


async def test_a_turn_that_waits_for_a_plugin_is_not_charged(gw: Gateway) -> None:
    claimed = await one(gw)

    await store.fail_turn(gw.db, failure(claimed, 30, is_charged=False))

    assert (await state(gw))["attempts"] == 0


async def test_a_turn_that_is_given_up_is_held_and_a_newer_message_stays_due(gw: Gateway) -> None:
    claimed = await one(gw, "poison")
    await store.store_messages(gw.db, [text("fine", received_at=later(1))])

    await store.fail_turn(gw.db, failure(claimed, None))

    found = await rows(gw, "SELECT content, processing_status, reason FROM inbound_messages")
    assert {tuple(row) for row in found} == {
        ("poison", "failed", "the model is away"),
        ("fine", "received", None),
    }
    [again] = await claim(gw, seconds=2)
    assert [m.text for m in again.pending] == ["fine"]
    assert again.attempts == 1


async def test_a_held_conversation_rests_until_somebody_writes(gw: Gateway) -> None:
    await store.fail_turn(gw.db, failure(await one(gw), None))
    assert (await state(gw))["due_at"] is None

    await store.store_messages(gw.db, [text("again", received_at=later(3))])

    assert len(await claim(gw, seconds=3)) == 1


async def test_a_failure_after_the_lease_was_lost_changes_nothing(gw: Gateway) -> None:
    first = await one(gw)
    await claim(gw, seconds=10)
    before = await state(gw)

    await store.fail_turn(gw.db, failure(first, None))
    await store.fail_turn(gw.db, failure(first, 99))

    assert await state(gw) == before
    assert await value(gw, "SELECT processing_status FROM inbound_messages") == "received"


async def test_a_message_makes_each_of_its_tasks_once(gw: Gateway) -> None:
    claimed = await one(gw)
    message_id = claimed.pending[0].id
    result = turn(claimed, tasks=(task(message_id, 0), task(message_id, 1)))
    await store.settle_turns(gw.db, [result])

    found = await rows(gw, "SELECT source_message_id, source_index FROM agency_tasks ORDER BY id")
    assert [tuple(row) for row in found] == [(message_id, 0), (message_id, 1)]


async def test_a_turn_that_cannot_be_written_does_not_fail_its_neighbours(gw: Gateway) -> None:
    await talks(gw, "a", "b", "c")
    claimed = await claim(gw, seconds=5)
    bad = turn(claimed[1], reply("NUL \0"))
    results = [turn(claimed[0], reply("x")), bad, turn(claimed[2], reply("y"))]

    outcomes = await asyncio.gather(*map(gw.turns.add, results), return_exceptions=True)

    assert (outcomes[0], outcomes[2]) == ("settled", "settled")
    assert isinstance(outcomes[1], Exception)


async def test_a_conversations_numbers_have_no_gap(gw: Gateway) -> None:
    for number in range(3):
        moment = later(3 * number)
        await store.store_messages(gw.db, [text(f"{number}", received_at=moment, listeners=(1, 2))])
        [claimed] = await claim(gw, seconds=3 * number)
        told = [event(webhook_id=1), event(webhook_id=2), event("conversation.updated")]
        answered = turn(claimed, reply(f"r{number}"), *told, analyses=analyses(claimed))
        await store.settle_turns(gw.db, [replace(answered, at=moment)])

    found = await rows(gw, "SELECT event_id, sequence FROM outbound_messages")

    assert sorted({row["sequence"] for row in found}) == list(range(1, 13))
    assert await value(gw, "SELECT event_sequence FROM bot_conversations") == 12


async def test_fifty_messages_are_answered_together_and_the_rest_stays_due(gw: Gateway) -> None:
    claimed = await one(gw, *(f"m{n}" for n in range(MESSAGES_PER_TURN + 3)))

    assert [m.text for m in claimed.pending] == [f"m{n}" for n in range(MESSAGES_PER_TURN)]
    result = turn(claimed, reply(), analyses=analyses(claimed))
    assert await store.settle_turns(gw.db, [result]) == ["settled"]

    [rest] = await claim(gw, seconds=1)
    assert [m.text for m in rest.pending] == ["m50", "m51", "m52"]


async def test_a_claim_of_a_conversation_without_messages_can_be_settled(gw: Gateway) -> None:
    claimed = await one(gw)
    await store.settle_turns(gw.db, [turn(claimed, analyses=analyses(claimed))])
    await rows(gw, "UPDATE bot_conversations SET due_at = $1", later(1))
    [empty] = await claim(gw, seconds=1)

    assert empty.pending == ()
    assert await store.settle_turns(gw.db, [turn(empty)]) == ["settled"]
    assert (await state(gw))["due_at"] is None
