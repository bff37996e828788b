"""Messages into the log: each once, in its conversation, and told to whoever listens."""

import asyncio
from dataclasses import replace

import pytest

from gateway import pipeline, store
from gateway.limits import Meter
from gateway.plugin import Attachment, InboundMessage, StructuredTask
from gateway.plugin.errors import StorageUnavailable
from gateway.plugin.testing import inbound_request
from gateway.records import NewMessage
from gateway.runtime import Gateway
from tests.conftest import wait_for
from tests.store import NOW, add_webhook, claim, is_waiting, later, rows, text, value

COUNT = "SELECT count(*) FROM inbound_messages"
TALK = "SELECT message_count, event_sequence FROM bot_conversations"


async def test_many_messages_are_stored_in_one_statement(gw: Gateway) -> None:
    new = [text(f"m{n}", sender=f"s{n % 7}") for n in range(200)]

    stored = await store.store_messages(gw.db, new)

    ids = [one.message_id for one in stored]
    assert len(set(ids)) == 200
    assert not any(one.duplicate for one in stored)
    found = await rows(gw, "SELECT id, content FROM inbound_messages")
    assert {row["id"]: row["content"] for row in found} == {
        id_: f"m{n}" for n, id_ in enumerate(ids)
    }
    assert await value(gw, "SELECT count(*) FROM bot_conversations") == 7
    assert await value(gw, "SELECT sum(message_count) FROM bot_conversations") == 200


async def test_every_field_of_a_message_is_kept(gw: Gateway) -> None:
    message = InboundMessage(
        sender="ana@example.org",
        text="¿Qué tal? 👍",
        external_id="m-1",
        sender_name="Ana",
        recipient="desk@example.org",
        kind="structured",
        attachments=(Attachment(type="image/png", url="https://x.example/a.png", name="a"),),
        structured=StructuredTask(title="T", description="D", priority="high", deadline=later(9)),
        sent_at=later(-60),
        facts={"spf": "pass", "score": 0.5, "nested": [1, None, {"a": True}]},
    )

    await store.store_messages(gw.db, [replace(text(), message=message, raw_payload=b"\x00\xff")])
    [claimed] = await claim(gw)

    [pending] = claimed.pending
    assert (pending.text, pending.received_at) == ("¿Qué tal? 👍", NOW)
    assert pending.attachments == message.attachments
    assert pending.structured == message.structured
    assert (claimed.participant, claimed.participant_name) == ("ana@example.org", "Ana")
    [row] = await rows(gw, "SELECT raw_payload, sent_at, recipient, facts FROM inbound_messages")
    assert row["raw_payload"] == b"\x00\xff"
    assert (row["sent_at"], row["recipient"]) == (later(-60), "desk@example.org")
    assert '"nested"' in row["facts"]


async def test_a_duplicate_is_answered_with_the_first_ones_id(gw: Gateway) -> None:
    [first] = await store.store_messages(gw.db, [text("one", external_id="m-1")])

    [again, other] = await store.store_messages(
        gw.db, [text("two", external_id="m-1"), text("three", external_id="m-2")]
    )

    assert (again.message_id, again.duplicate) == (first.message_id, True)
    assert not other.duplicate
    assert await value(gw, COUNT) == 2


async def test_duplicates_in_one_batch_are_one_message(gw: Gateway) -> None:
    new = [text("a", external_id="m-1"), text("b"), text("c", external_id="m-1")]

    stored = await store.store_messages(gw.db, new)

    assert [one.duplicate for one in stored] == [False, False, True]
    assert stored[0].message_id == stored[2].message_id
    assert await value(gw, COUNT) == 2


async def test_a_duplicate_in_the_same_batch_is_counted_and_numbered_once(gw: Gateway) -> None:
    new = [text(f"{n}", external_id="m-1", listeners=(1,)) for n in range(3)]
    await store.store_messages(gw.db, [*new, text("x", external_id="m-2", listeners=(1,))])

    [talk] = await rows(gw, TALK)
    numbers = await rows(gw, "SELECT sequence FROM outbound_messages ORDER BY id")

    assert talk["message_count"] == 2
    assert talk["event_sequence"] == 2
    assert [row["sequence"] for row in numbers] == [1, 2]


async def test_the_same_message_twenty_times_at_once_is_one_row(gw: Gateway) -> None:
    new = [text(f"try {n}", external_id="m-1", listeners=(1,)) for n in range(20)]

    stored = await asyncio.gather(*(store.store_messages(gw.db, [one]) for one in new))

    assert len({one.message_id for [one] in stored}) == 1
    assert sum(not one.duplicate for [one] in stored) == 1
    assert await value(gw, COUNT) == 1
    assert await value(gw, "SELECT count(*) FROM outbound_messages") == 1


async def test_racing_duplicates_are_counted_and_numbered_once(gw: Gateway) -> None:
    await store.store_messages(gw.db, [text("before", listeners=(1,))])
    again = text("again", external_id="m-1", listeners=(1,))
    async with gw.db.transaction() as connection:
        await connection.execute("SELECT FROM bot_conversations FOR UPDATE")
        racing = [asyncio.create_task(store.store_messages(gw.db, [again])) for _ in range(3)]
        await wait_for(lambda: is_waiting(gw, 3))
    await asyncio.gather(*racing)
    await store.store_messages(gw.db, [text("after", listeners=(1,))])

    [talk] = await rows(gw, TALK)
    numbers = await rows(gw, "SELECT sequence FROM outbound_messages ORDER BY id")

    assert await value(gw, COUNT) == 3
    assert talk["message_count"] == 3
    assert [row["sequence"] for row in numbers] == [1, 2, 3]


async def test_the_same_id_on_another_webhook_is_another_message(gw: Gateway) -> None:
    one = text(external_id="m-1")

    stored = await store.store_messages(gw.db, [one, replace(one, webhook_id=2)])

    assert [s.duplicate for s in stored] == [False, False]


async def test_two_batches_in_opposite_order_do_not_wait_for_each_other(gw: Gateway) -> None:
    senders = [f"s{n}" for n in range(30)]
    forward = [text(external_id=f"f{s}", sender=s) for s in senders]
    backward = [text(external_id=f"b{s}", sender=s) for s in reversed(senders)]

    await asyncio.gather(*(store.store_messages(gw.db, batch) for batch in [forward, backward] * 5))

    assert await value(gw, COUNT) == 60


async def test_a_quarantined_message_is_kept_and_starts_no_conversation(gw: Gateway) -> None:
    await store.store_messages(gw.db, [text(reason="not id|sender|text")])

    [row] = await rows(gw, "SELECT * FROM inbound_messages")
    assert row["processing_status"] == "quarantined"
    assert row["reason"] == "not id|sender|text"
    assert row["raw_payload"] == b"Hello"
    assert row["conversation_id"] is None
    assert await value(gw, "SELECT count(*) FROM bot_conversations") == 0


async def test_a_quarantined_message_joins_nobodys_conversation(gw: Gateway) -> None:
    same = text(sender="unknown")

    await store.store_messages(gw.db, [replace(same, reason="unreadable"), same])

    quarantined = "SELECT conversation_id FROM inbound_messages WHERE reason = 'unreadable'"
    assert await value(gw, quarantined) is None
    [claimed] = await claim(gw)
    assert (len(claimed.pending), claimed.message_count) == (1, 1)


async def test_every_listener_is_told_once_with_the_same_number_and_id(gw: Gateway) -> None:
    new = [text("a", listeners=(1, 2, 3)), text("b"), text("c", listeners=(2,))]
    await store.store_messages(gw.db, new)

    found = await rows(gw, "SELECT * FROM outbound_messages ORDER BY sequence, webhook_id")

    told = [(row["webhook_id"], row["sequence"]) for row in found]
    assert told == [(1, 1), (2, 1), (3, 1), (2, 2)]
    assert len({row["event_id"] for row in found}) == 2
    assert {row["event"] for row in found} == {"message.received"}
    assert {row["source_webhook_id"] for row in found} == {1}
    assert [row["in_reply_to"] for row in found] == [1, 1, 1, 3]


async def test_numbers_of_a_conversation_go_on_over_batches_and_senders_do_not_share_them(
    gw: Gateway,
) -> None:
    for batch in range(3):
        await store.store_messages(
            gw.db,
            [text(f"{batch}{n}", sender=s, listeners=(1,)) for n in range(3) for s in ("a", "b")],
        )

    found = await rows(
        gw, "SELECT conversation_id, sequence FROM outbound_messages ORDER BY in_reply_to"
    )
    by_talk: dict[int, list[int]] = {}
    for row in found:
        by_talk.setdefault(row["conversation_id"], []).append(row["sequence"])
    assert list(by_talk.values()) == [list(range(1, 10))] * 2


async def test_a_person_has_one_conversation_until_it_is_archived(gw: Gateway) -> None:
    await store.store_messages(gw.db, [text("a")])
    await store.store_messages(gw.db, [text("b")])
    [first] = await claim(gw)
    await rows(gw, "UPDATE inbound_messages SET processing_status = 'processed'")
    await rows(gw, "UPDATE bot_conversations SET status = 'archived'")
    await store.store_messages(gw.db, [text("c")])

    [second] = await claim(gw)
    assert [m.text for m in first.pending] == ["a", "b"]
    assert [m.text for m in second.pending] == ["c"]
    assert first.id != second.id


async def test_a_name_that_is_learned_later_is_kept(gw: Gateway) -> None:
    for name in (None, "Ana", None):
        message = InboundMessage(sender="s", text="x", sender_name=name)
        await store.store_messages(gw.db, [replace(text(), message=message)])

    assert await value(gw, "SELECT participant_name FROM bot_conversations") == "Ana"


async def test_a_message_makes_its_conversation_due_but_never_touches_a_lease(gw: Gateway) -> None:
    await store.store_messages(gw.db, [text("a")])
    assert await value(gw, "SELECT due_at FROM bot_conversations") == NOW
    await claim(gw)

    await store.store_messages(gw.db, [text("b", received_at=later(1))])

    assert await value(gw, "SELECT due_at FROM bot_conversations") == later(10)
    assert await claim(gw, seconds=2) == []


async def test_writing_more_does_not_use_up_the_waits_of_a_responder_in_trouble(
    gw: Gateway,
) -> None:
    await store.store_messages(gw.db, [text("a")])
    await rows(gw, "UPDATE bot_conversations SET due_at = $1, attempts = 3", later(60))

    await store.store_messages(gw.db, [text("b", received_at=later(1))])

    assert await value(gw, "SELECT due_at FROM bot_conversations") == later(60)


BAD: dict[str, NewMessage] = {
    "NUL": text("a\0b"),
    "lone surrogate": text("a\ud800b"),
    "long sender": text(sender="s" * 321),
    "long id": text(external_id="x" * 256),
    "naive date": replace(
        text(), message=InboundMessage(sender="s", text="t", sent_at=NOW.replace(tzinfo=None))
    ),
    "NUL in facts": replace(
        text(), message=InboundMessage(sender="s", text="t", facts={"a": "\0"})
    ),
}


@pytest.mark.parametrize("what", BAD)
async def test_a_message_that_cannot_be_stored_does_not_fail_its_neighbours(
    gw: Gateway, what: str
) -> None:
    new = [text("a", sender="a"), BAD[what], text("b", sender="b"), text("c", sender="c")]

    answers = await asyncio.gather(*map(gw.intake.add, new), return_exceptions=True)

    assert [n for n, answer in enumerate(answers) if isinstance(answer, Exception)] in ([1], [])
    assert not any(isinstance(answer, StorageUnavailable) for answer in answers)


@pytest.mark.parametrize(
    "body",
    [
        b"SM1|+15550101|a\0b",
        b"SM1|+1555\0|Hello",
        b"S\0M1|+15550101|Hello",
        b"SM1|" + b"s" * 321 + b"|Hello",
        b"x" * 256 + b"|+15550101|Hello",
    ],
)
async def test_an_authentic_message_that_the_tables_cannot_hold_is_kept_and_acknowledged(
    gw: Gateway, body: bytes
) -> None:
    hook = await add_webhook(gw)
    request = inbound_request(body, headers={"x-token": "t"}, received_at=gw.now())

    for _ in range(2):
        await pipeline.receive(gw, str(hook.webhook_token), request, "r1", Meter())

    assert await value(gw, "SELECT bool_and(raw_payload = $1) FROM inbound_messages", body)
