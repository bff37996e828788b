"""Who never wrote, but was written to, is told of, copied and erased as everybody is."""

from typing import Final

from gateway import pipeline
from gateway.plugin import OutboundMessage, PermanentFailure
from gateway.store.senders import BESIDE
from tests.conftest import Clock
from tests.parts import FakeProvider
from tests.store import rows
from tests.stories.house import House, Json
from tests.stories.phone import Phone
from tests.web.test_senders import dump

REPLIES: Final = """
INSERT INTO outbound_messages (
    user_id, webhook_id, source_webhook_id, kind, event, event_id, recipient, sequence, content,
    data, delivery_status, attempts, created_at, is_uncertain, silences, resends)
SELECT $1, 1, 1, 'reply', 'message.reply', 'evt_' || n, 'somebody', 1, '', '{}', 'delivered', 1,
    now(), FALSE, 0, 0
FROM generate_series(1, 5000) AS n
"""
BOSS: Final = "+34600000099"
PATH: Final = "/senders/%2B34600000099"
OTHER: Final = "+34600000098"


async def tell(house: House, phone: Phone, *recipients: str) -> None:
    """Has notifications go to these people on this channel."""
    channels = [{"webhookId": phone.id, "recipient": recipient} for recipient in recipients]
    await house.api("PATCH", "/notifications/settings", {"channels": channels})


async def end_a_task(house: House, title: str) -> None:
    """A task that no message asked for is done, and somebody is told."""
    task = await house.api("POST", "/tasks", {"title": title}, status=201)
    await house.api("POST", f"/tasks/{task['id']}/complete", {})
    await pipeline.recover(house.gw)
    await house.drain()


def unknown(message: OutboundMessage) -> None:
    raise PermanentFailure(f"550 {message.recipient} is not known here")


async def test_a_notification_without_a_conversation_is_counted_copied_and_erased(
    house: House,
) -> None:
    phone = await Phone.connected(house)
    await tell(house, phone, OTHER)
    await end_a_task(house, "Water the fig")
    await tell(house, phone, BOSS)
    await end_a_task(house, "Call the printer")
    await house.api("PATCH", "/notifications/settings", {"channels": []})

    held = await house.api("GET", PATH)
    copy = await house.api("GET", f"{PATH}/export")
    receipt = await house.api("DELETE", PATH)

    assert (held["deliveries"], held["messages"], held["webhookIds"]) == (1, 0, [phone.id])
    assert held["firstSeenAt"] == held["lastSeenAt"] == copy["deliveries"][0]["createdAt"]
    [told] = copy["deliveries"]
    assert (told["recipient"], told["conversationId"]) == (BOSS, None)
    assert told["content"] == "Done: Call the printer."
    assert [attempt["deliveryId"] for attempt in copy["attempts"]] == [told["id"]]
    assert (receipt["deliveries"], receipt["attempts"]) == (1, 1)
    assert BOSS not in await dump(house)
    await house.api("GET", PATH, status=404)
    assert (await house.api("GET", "/senders/%2B34600000098"))["deliveries"] == 1


async def test_a_notification_that_hangs_on_somebody_elses_conversation_is_the_recipients_too(
    house: House,
) -> None:
    phone = await Phone.connected(house, aiConfig={})
    await tell(house, phone, BOSS)
    await phone.texts("Please send the report to Dana tomorrow")
    await house.drain()
    await phone.texts("done with the report")
    await house.drain()
    await pipeline.recover(house.gw)
    await house.drain()
    await house.api("PATCH", "/notifications/settings", {"channels": []})

    copy = await house.api("GET", f"{PATH}/export")
    await house.api("DELETE", PATH)

    [told] = copy["deliveries"]
    assert (told["kind"], told["recipient"], told["conversationId"]) == ("notification", BOSS, 1)
    assert (copy["messages"], copy["conversations"]) == ([], [])
    assert BOSS not in await dump(house)
    assert (await house.api("GET", "/senders/%2B15550101234"))["messages"] == 2


async def test_what_tells_that_nothing_reached_them_goes_with_it(house: House) -> None:
    await house.create_channel()
    phone = await Phone.connected(house)
    await tell(house, phone, BOSS)
    await end_a_task(house, "Call the printer")
    sent = FakeProvider.sent[0].id
    reason = f"{BOSS} is gone"
    await phone.says("failed", of=f"m{sent}", reason=reason, is_unreachable=True)
    await house.drain()
    await house.api("PATCH", "/notifications/settings", {"channels": []})

    copy = await house.api("GET", f"{PATH}/export")
    await house.api("DELETE", PATH)

    told = {(each["kind"], each["event"]) for each in copy["deliveries"]}
    assert told == {
        ("notification", "task.completed"),
        ("event", "delivery.failed"),
        ("event", "consent.changed"),
    }
    assert [entry["state"] for entry in copy["consent"]] == ["unreachable"]
    left = await rows(house.gw, "SELECT recipient, content, data::text FROM outbound_messages")
    assert BOSS not in str(left)
    # The ledger alone, and what it says: it can be honoured only while it is known.
    assert (await house.api("GET", f"{PATH}/consent"))["standing"][0]["state"] == "unreachable"


async def test_an_opt_out_by_the_owner_without_any_message_is_erased_from_what_told_of_it(
    house: House,
) -> None:
    await house.create_channel()
    said = {"senderIdentifier": BOSS, "state": "opted_out", "reason": "by letter"}
    await house.api("POST", "/consents", said)
    await house.drain()

    copy = await house.api("GET", f"{PATH}/export")
    await house.api("DELETE", PATH)

    assert [each["event"] for each in copy["deliveries"]] == ["consent.changed"]
    left = await rows(house.gw, "SELECT data::text FROM outbound_messages")
    assert BOSS not in str(left)


async def test_a_notification_that_waits_is_not_sent_to_whom_was_erased(
    house: House, clock: Clock
) -> None:
    phone = await Phone.connected(house)
    await tell(house, phone, BOSS)
    task = await house.api("POST", "/tasks", {"title": "Call the printer"}, status=201)
    await house.api("POST", f"/tasks/{task['id']}/complete", {})
    await pipeline.recover(house.gw)

    await house.api("DELETE", PATH)
    clock.advance(3600)
    await pipeline.recover(house.gw)
    await house.drain()

    assert FakeProvider.sent == []
    [found] = (await house.api("GET", "/notifications"))["items"]
    assert found["state"] == "undeliverable"


async def test_a_test_leaves_nothing_of_whom_it_was_sent_to(house: House) -> None:
    phone = await Phone.connected(house)
    FakeProvider.send_fails = staticmethod(unknown)

    answer = await house.api("POST", f"/webhooks/{phone.id}/test", {"recipient": BOSS}, status=502)

    assert f"550 {BOSS} is not known here" in answer["error"]["message"]
    assert "550 … is not known here" in await dump(house)
    assert BOSS not in await dump(house)


async def test_a_linked_sender_is_theirs_on_its_own_channel_alone(house: House) -> None:
    first, second = await Phone.connected(house), await Phone.connected(house)
    linked: list[Json] = [
        {"webhookId": first.id, "senderIdentifier": BOSS},
        {"webhookId": first.id, "senderIdentifier": OTHER},
    ]
    await house.api("POST", "/people", {"senders": linked})
    for phone in (first, second):
        await tell(house, phone, OTHER)
        await end_a_task(house, f"Call {phone.id}")

    copy = await house.api("GET", f"{PATH}/export")

    assert [each["webhookId"] for each in copy["deliveries"]] == [first.id]


async def test_what_was_sent_to_a_person_is_found_without_looking_through_everything(
    house: House,
) -> None:
    async with house.gw.db.transaction() as connection:
        # In a table with hardly a row, all indexes are equal.
        await connection.execute(REPLIES, house.user_id)
        await connection.execute("ANALYZE outbound_messages")
        plan = await connection.fetch(f"EXPLAIN {BESIDE}", house.user_id, [1], [BOSS])

    text = "\n".join(row[0] for row in plan)
    for index in ("notified", "failed", "consent"):
        assert f"outbound_messages_{index}_idx" in text, text
