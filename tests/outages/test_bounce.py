"""A process dies right after a bounce is written: what follows from it was written with it."""

from collections.abc import Awaitable, Callable

import pytest

from gateway import pipeline, store
from gateway.plugin import OutboundMessage, RecipientUnreachable
from gateway.plugin.errors import StorageUnavailable
from tests.conftest import Clock
from tests.parts import FakeProvider
from tests.stories.house import House, claim_deliveries
from tests.stories.phone import Phone

ANN, OWNER = "+15550101234", "+34600000001"


def dying_after(patch: pytest.MonkeyPatch, name: str) -> None:
    """Has the process end, once, when this statement is committed: nothing after it is done."""
    real: Callable[..., Awaitable[object]] = getattr(store, name)
    ended: list[str] = []

    async def dying(*args: object, **kwargs: object) -> object:
        result = await real(*args, **kwargs)
        if not ended:
            ended.append(name)
            raise StorageUnavailable("the process is gone")
        return result

    patch.setattr(store, name, dying)


async def answered(house: House, **fields: object) -> Phone:
    """A person wrote and was answered; the owner wants to be told in words."""
    phone = await Phone.connected(house, **fields)
    chosen = [{"webhookId": phone.id, "recipient": OWNER}]
    await house.api("PATCH", "/notifications/settings", {"channels": chosen})
    await phone.texts("Hello")
    await house.drain()
    return phone


def notices() -> list[str]:
    return [message.text for message in FakeProvider.sent if message.recipient == OWNER]


async def test_the_owner_is_told_of_a_bounce_though_the_process_dies_once_it_is_written(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = await answered(house)
    dying_after(monkeypatch, "note_receipt")
    bounce = "receipt|m1|failed||5.1.1|no such mailbox||True|"

    statuses = [await phone.post(bounce) for _ in range(3)]
    await house.drain()

    assert statuses == [503, 204, 204]
    assert notices() == [
        f"Nothing reaches {ANN} any more: no such mailbox. It is written to again once they write."
    ]


async def test_a_bounced_answer_goes_on_though_the_process_dies_once_the_bounce_is_written(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.create_channel()
    fallback = await Phone.connected(house, channelName="Second")
    phone = await answered(house, fallbackWebhookId=fallback.id)
    dying_after(monkeypatch, "note_receipt")

    statuses = [await phone.post("receipt|m2|failed||5.1.1|gone||True|") for _ in range(2)]
    await house.drain()

    assert statuses == [503, 204]
    assert sorted(phone.got) == [*notices(), "echo Hello", "echo Hello"]
    assert [told["toChannelId"] for told in house.listener.told("delivery.rerouted")] == [
        fallback.id
    ]


async def test_an_early_bounce_is_told_though_the_process_dies_once_it_is_applied(
    house: House, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = await Phone.connected(house)
    chosen = [{"webhookId": phone.id, "recipient": OWNER}]
    await house.api("PATCH", "/notifications/settings", {"channels": chosen})
    await phone.texts("Hello")
    await house.converse()
    [claimed] = await claim_deliveries(house.gw)
    await phone.says("failed", of="m1", message_id=1, code="5.1.1", is_unreachable=True)
    await pipeline.deliver(house.gw, claimed)
    clock.advance(1)
    dying_after(monkeypatch, "apply_receipt")

    with pytest.raises(StorageUnavailable):
        await pipeline.recover(house.gw)
    await pipeline.recover(house.gw)
    await house.drain()

    assert len(notices()) == 1


async def test_the_owner_is_told_of_a_refusal_though_the_process_dies_once_it_is_written(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = await Phone.connected(house)
    chosen = [{"webhookId": phone.id, "recipient": OWNER}]
    await house.api("PATCH", "/notifications/settings", {"channels": chosen})
    FakeProvider.send_fails = staticmethod(gone)
    dying_after(monkeypatch, "change_consent")
    await phone.texts("Hello")

    with pytest.raises(StorageUnavailable):
        await house.drain()
    FakeProvider.send_fails = None
    await house.drain()

    assert len(notices()) == 1


def gone(message: OutboundMessage) -> None:
    """A provider that knows the person no more."""
    raise RecipientUnreachable(f"406: no such mailbox: {message.recipient}", not_accepted=True)
