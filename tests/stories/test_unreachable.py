"""An address that takes nothing: its answer bounces, its owner is told, another way is tried."""

import pytest

from gateway import pipeline, store
from gateway.plugin import Receipt, RecipientUnreachable
from gateway.store import GivenReceipt
from gateway.store.receipts import Hearing
from tests.conftest import Clock
from tests.parts import FakeProvider
from tests.store import value
from tests.stories.house import House, Json, claim_deliveries
from tests.stories.phone import Phone

ANN, OWNER = "+15550101234", "+34600000001"
GONE = RecipientUnreachable("406: no such mailbox", response_status=422, not_accepted=True)
NOTICES = "SELECT count(*) FROM outbound_messages WHERE kind = 'notification'"
PATH = "/senders/%2B15550101234/consent"


@pytest.fixture
async def phone(house: House) -> Phone:
    """A channel on which nothing was said yet."""
    return await Phone.connected(house)


async def standing(house: House) -> list[str]:
    return [one["state"] for one in (await house.api("GET", PATH))["standing"]]


async def ledger(house: House) -> list[Json]:
    entries: list[Json] = (await house.api("GET", PATH))["ledger"]
    return entries


async def bounced(house: House, phone: Phone) -> int:
    """An answer goes out, and comes back for good; its delivery."""
    await phone.texts("Hello")
    await house.drain()
    sent = FakeProvider.sent[0].id
    await phone.says(
        "failed", of=f"m{sent}", code="5.1.1", reason="no such mailbox", is_unreachable=True
    )
    return sent


async def bounces(house: House, phone: Phone, sender: str) -> None:
    """Somebody writes whose address takes no answer."""
    await phone.texts("Hello", sender=sender)
    await house.drain()
    sent = next(m.id for m in FakeProvider.sent if m.recipient == sender)
    await phone.says("failed", of=f"m{sent}", code="5.1.1", is_unreachable=True)


async def test_a_bounce_marks_the_answer_failed_and_tells_its_owner(
    house: House, phone: Phone
) -> None:
    """Scenario 5 of the field study, without a fallback."""
    await house.create_channel()
    sent = await bounced(house, phone)
    await house.drain()

    delivery = await phone.delivery(sent)
    assert (delivery["status"], delivery["providerState"]) == ("dead", "failed")
    assert "no such mailbox" in delivery["lastError"]
    [told] = house.listener.told("delivery.failed")
    assert (told["recipient"], told["errorCode"]) == (ANN, "5.1.1")
    [changed] = house.listener.told("consent.changed")
    assert (changed["state"], changed["source"]) == ("unreachable", "receipt")
    [entry] = await ledger(house)
    assert (entry["state"], entry["reason"], entry["deliveryId"]) == (
        "unreachable",
        "no such mailbox",
        sent,
    )


async def test_a_bounced_answer_goes_through_the_fallback_once(house: House) -> None:
    """Scenario 5 of the field study."""
    await house.create_channel()
    fallback = await Phone.connected(house, channelName="Second")
    own = await Phone.connected(house, fallbackWebhookId=fallback.id)
    sent = await bounced(house, own)
    await house.drain()

    assert own.got == ["echo Hello", "echo Hello"]
    [again] = (await house.api("GET", f"/webhooks/{fallback.id}/deliveries"))["items"]
    assert (again["status"], again["reroutedFrom"]) == ("delivered", own.id)
    [told] = house.listener.told("delivery.rerouted")
    assert (told["toChannelId"], told["reason"]) == (fallback.id, "no such mailbox")
    assert len(house.listener.told("delivery.failed")) == 1

    await own.says("failed", of=f"m{sent}", code="5.1.1", is_unreachable=True)
    await house.drain()
    assert len(own.got) == 2


async def test_what_a_provider_refuses_for_good_goes_through_the_fallback_at_once(
    house: House,
) -> None:
    fallback = await Phone.connected(house, channelName="Second")
    own = await Phone.connected(house, fallbackWebhookId=fallback.id)
    FakeProvider.fails_on[own.id] = GONE
    await own.texts("Hello")
    await house.drain()

    assert own.got == ["echo Hello"]
    [entry] = await ledger(house)
    assert (entry["state"], entry["source"], entry["reason"]) == (
        "unreachable",
        "refusal",
        "406: no such mailbox",
    )


@pytest.mark.parametrize("state", ["opted_out", "unreachable"])
async def test_what_a_bounce_says_of_a_person_counts_though_its_process_dies_right_then(
    house: House, phone: Phone, state: str
) -> None:
    await phone.texts("Hello")
    await house.drain()
    receipt = Receipt(
        provider_id=f"m{FakeProvider.sent[0].id}",
        state="failed",
        opted_out=state == "opted_out",
        is_unreachable=state == "unreachable",
    )
    given = GivenReceipt(
        user_id=house.user_id,
        webhook_id=phone.id,
        receipt=receipt,
        received_at=house.gw.now(),
    )

    await store.note_receipt(house.gw.db, given, Hearing(listeners=(), now=house.gw.now()))
    await store.note_receipt(house.gw.db, given, Hearing(listeners=(), now=house.gw.now()))

    assert await standing(house) == [state]
    assert [one["source"] for one in await ledger(house)] == ["receipt"]


async def test_nothing_more_is_sent_until_the_person_writes(house: House, phone: Phone) -> None:
    await bounced(house, phone)
    asked = {"recipient": ANN}
    told = await house.api("POST", f"/webhooks/{phone.id}/test", asked, status=502)
    await house.drain()

    assert phone.got == ["echo Hello"]
    assert "recipient_unreachable" in str(told)
    assert await standing(house) == ["unreachable"]

    await phone.texts("I am back")
    await house.drain()

    assert phone.got == ["echo Hello", "echo I am back"]
    assert await standing(house) == ["reachable"]
    assert [(one["state"], one["source"]) for one in await ledger(house)] == [
        ("unreachable", "receipt"),
        ("reachable", "message"),
    ]


async def test_a_second_bounce_bars_the_address_again(
    house: House, phone: Phone, clock: Clock
) -> None:
    await bounced(house, phone)
    clock.advance(60)
    await phone.texts("I am back")
    await house.drain()
    clock.advance(60)
    await phone.says("failed", of="m2", code="5.1.1", reason="again", is_unreachable=True)
    await phone.says("failed", of="m2", code="5.1.1", reason="again", is_unreachable=True)

    assert await standing(house) == ["unreachable"]
    assert len(await ledger(house)) == 3


async def test_an_opt_out_counts_for_more_than_a_bounce(house: House, phone: Phone) -> None:
    await phone.texts("Hello")
    await house.drain()
    await phone.texts("STOP")
    await house.drain()
    await phone.says("failed", of="m1", code="5.1.1", is_unreachable=True)
    await phone.texts("Are you there?")
    await house.drain()

    assert await standing(house) == ["opted_out"]
    assert len(phone.got) == 2  # the answer before, and what confirmed the STOP


async def test_stop_of_an_unreachable_person_is_kept(house: House, phone: Phone) -> None:
    await bounced(house, phone)
    await phone.texts("STOP")
    await phone.texts("Hello?")
    await house.drain()

    assert await standing(house) == ["opted_out"]
    assert "echo Hello?" not in phone.got


async def test_it_counts_on_that_channel_alone(house: House, phone: Phone) -> None:
    other = await Phone.connected(house, channelName="Second")
    await phone.texts("Hello")
    await house.drain()
    await phone.says("failed", of="m1", code="5.1.1", is_unreachable=True)
    await other.texts("And here?")
    await house.drain()

    assert other.got == ["echo Hello", "echo And here?"]


async def test_the_owner_can_say_that_it_can_be_reached(house: House, phone: Phone) -> None:
    await bounced(house, phone)
    body = {"senderIdentifier": ANN, "state": "opted_in", "reason": "mailbox mended"}
    await house.api("POST", "/consents", {**body, "webhookId": phone.id})
    await house.api("POST", f"/webhooks/{phone.id}/test", {"recipient": ANN})

    assert len(phone.got) == 2


async def test_the_owner_is_told_on_the_channel_for_notifications(
    house: House, phone: Phone
) -> None:
    chosen = [{"webhookId": phone.id, "recipient": OWNER}]
    await house.api("PATCH", "/notifications/settings", {"channels": chosen})
    await bounced(house, phone)
    await house.drain()

    [notice] = [message for message in FakeProvider.sent if message.recipient == OWNER]
    assert (notice.kind, notice.event) == ("notification", "delivery.failed")
    assert notice.text == (
        f"Nothing reaches {ANN} any more: no such mailbox. It is written to again once they write."
    )


async def test_hundreds_of_dead_addresses_make_ten_notices_an_hour(
    house: House, phone: Phone, clock: Clock
) -> None:
    chosen = [{"webhookId": phone.id, "recipient": OWNER}]
    await house.api("PATCH", "/notifications/settings", {"channels": chosen})
    people = [f"+1555010{number}" for number in range(1000, 1013)]

    for sender in people[:-1]:
        await bounces(house, phone, sender)
    assert await value(house.gw, NOTICES) == 10

    clock.advance(3601)
    await bounces(house, phone, people[-1])
    assert await value(house.gw, NOTICES) == 11


async def test_a_notice_is_erased_with_its_person(house: House, phone: Phone) -> None:
    chosen = [{"webhookId": phone.id, "recipient": OWNER}]
    await house.api("PATCH", "/notifications/settings", {"channels": chosen})
    await bounced(house, phone)
    await house.drain()
    assert await value(house.gw, NOTICES) == 1

    await house.api("DELETE", "/senders/%2B15550101234")

    said = "SELECT count(*) FROM outbound_messages WHERE content LIKE '%+15550101234%'"
    assert await value(house.gw, said) == 0


async def test_an_owner_who_cannot_be_reached_is_told_nothing(house: House, phone: Phone) -> None:
    chosen = [{"webhookId": phone.id, "recipient": ANN}]
    await house.api("PATCH", "/notifications/settings", {"channels": chosen})
    await bounced(house, phone)
    await house.drain()

    assert phone.got == ["echo Hello"]
    assert (
        await value(house.gw, "SELECT count(*) FROM outbound_messages WHERE kind <> 'reply'") == 0
    )


async def test_notices_keep_quiet_at_night_and_when_switched_off(
    house: House, phone: Phone, clock: Clock
) -> None:
    chosen = [{"webhookId": phone.id, "recipient": OWNER}]
    begins, ends = (f"{clock.later(hours * 3600):%H:%M}" for hours in (-1, 2))
    quiet = {"begins": begins, "ends": ends, "timeZone": "UTC"}
    await house.api("PATCH", "/notifications/settings", {"channels": chosen, "quietHours": quiet})
    await bounced(house, phone)
    await house.drain()
    assert phone.got == ["echo Hello"]

    clock.advance(86_400)
    await pipeline.recover(house.gw)
    await house.drain()
    assert len(phone.got) == 2


async def test_an_early_bounce_counts_once_its_attempt_is_written_down(
    house: House, phone: Phone, clock: Clock
) -> None:
    await phone.texts("Hello")
    await house.converse()
    [claimed] = await claim_deliveries(house.gw)
    await phone.says("failed", of="m1", message_id=1, code="5.1.1", is_unreachable=True)
    await pipeline.deliver(house.gw, claimed)
    clock.advance(1)
    await pipeline.recover(house.gw)

    assert await standing(house) == ["unreachable"]
    assert (await phone.delivery(1))["status"] == "dead"
