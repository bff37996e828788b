"""When a provider is away, messages go through the fallback of their channel, each once."""

import pytest

from gateway import pipeline
from gateway.plugin import (
    PermanentFailure,
    RecipientOptedOut,
    TemporaryFailure,
    UncertainFailure,
)
from gateway.rules.detours import takes_detour
from tests.conftest import Clock
from tests.parts import FakeProvider
from tests.store import rows
from tests.stories.house import House
from tests.stories.phone import Phone

REFUSED = TemporaryFailure("connect: no connection to api.example.org", not_accepted=True)
ANN = "+15550101234"


@pytest.fixture
async def phones(house: House) -> tuple[Phone, Phone]:
    """A channel and its fallback."""
    fallback = await Phone.connected(house, channelName="Second")
    return await Phone.connected(house, fallbackWebhookId=fallback.id), fallback


async def lines(house: House, clock: Clock, times: int = 3) -> None:
    for _ in range(times):
        await house.drain()
        clock.advance(2)


async def test_a_message_that_was_not_accepted_goes_through_the_fallback(
    house: House, phones: tuple[Phone, Phone], clock: Clock
) -> None:
    await house.create_channel()
    own, fallback = phones
    FakeProvider.fails_on[own.id] = REFUSED
    await own.texts("Hello")

    await lines(house, clock)

    assert own.got == ["echo Hello"]
    [delivery] = (await house.api("GET", f"/webhooks/{fallback.id}/deliveries"))["items"]
    assert (delivery["status"], delivery["reroutedFrom"]) == ("delivered", own.id)
    assert delivery["sourceWebhookId"] == own.id
    [told] = house.listener.told("delivery.rerouted")
    assert (told["fromChannelId"], told["toChannelId"]) == (own.id, fallback.id)
    assert told["reason"] == REFUSED.message


async def test_one_failure_is_a_hiccup(
    house: House, phones: tuple[Phone, Phone], clock: Clock
) -> None:
    own, fallback = phones
    FakeProvider.fails_on[own.id] = REFUSED
    await own.texts("Hello")
    await house.drain()
    FakeProvider.fails_on.clear()

    await lines(house, clock)

    assert (await house.api("GET", f"/webhooks/{fallback.id}/deliveries"))["items"] == []
    assert own.got == ["echo Hello"]


@pytest.mark.parametrize(
    "failure",
    [
        TemporaryFailure("timeout: no answer"),
        UncertainFailure("the answer was lost"),
        PermanentFailure("21211: not a telephone number", response_status=400),
        RecipientOptedOut("21610: opted out", not_accepted=True),
    ],
)
async def test_without_proof_or_because_of_the_person_nothing_changes_its_way(
    house: House, phones: tuple[Phone, Phone], clock: Clock, failure: Exception
) -> None:
    own, fallback = phones
    FakeProvider.fails_on[own.id] = failure
    await own.texts("Hello")

    await lines(house, clock, times=8)

    assert own.got == []
    assert (await house.api("GET", f"/webhooks/{fallback.id}/deliveries"))["items"] == []


async def test_a_fallback_that_fails_as_well_is_the_end_of_the_way(
    house: House, phones: tuple[Phone, Phone], clock: Clock
) -> None:
    own, fallback = phones
    await house.api("PATCH", f"/webhooks/{fallback.id}", {"fallbackWebhookId": own.id})
    FakeProvider.fails_on = {own.id: REFUSED, fallback.id: REFUSED}
    await own.texts("Hello")

    await lines(house, clock, times=30)

    shown = await own.delivery(1)
    assert (shown["status"], shown["webhookId"]) == ("dead", fallback.id)


async def test_who_opted_out_of_either_channel_gets_nothing(
    house: House, phones: tuple[Phone, Phone], clock: Clock
) -> None:
    own, fallback = phones
    await fallback.texts("STOP")
    await house.drain()
    FakeProvider.sent.clear()
    FakeProvider.fails_on[own.id] = REFUSED
    await own.texts("Hello")

    await lines(house, clock)

    assert own.got == []
    assert (await own.delivery(2))["status"] == "withheld"


async def test_what_comes_while_the_channel_is_paused_takes_the_other_way_at_once(
    house: House, phones: tuple[Phone, Phone], clock: Clock
) -> None:
    own, fallback = phones
    await rows(
        house.gw,
        "INSERT INTO endpoints (webhook_id, user_id, failures, pauses, warned_percent, "
        "paused_until, updated_at) VALUES ($1, $2, 10, 1, 0, $3, $4)",
        own.id,
        house.user_id,
        clock.later(60),
        clock(),
    )
    await own.texts("Hello")
    await house.drain()
    assert own.got == []

    await pipeline.recover(house.gw)
    await house.drain()

    assert own.got == ["echo Hello"]
    assert (await own.delivery(1))["webhookId"] == fallback.id


async def test_a_fallback_is_another_webhook_of_the_account(house: House) -> None:
    phone = await Phone.connected(house)

    for wrong in (phone.id, 99):
        refused = await house.api(
            "PATCH", f"/webhooks/{phone.id}", {"fallbackWebhookId": wrong}, status=400
        )
        assert refused["error"]["fields"][0]["pointer"] == "/fallbackWebhookId"


@pytest.mark.parametrize(
    ("failure", "attempts", "is_rerouted", "expected"),
    [
        (REFUSED, 1, False, False),
        (REFUSED, 2, False, True),
        (REFUSED, 2, True, False),
        (TemporaryFailure("timeout: late"), 5, False, False),
        (PermanentFailure("20003: wrong token", not_accepted=True), 1, False, True),
        (PermanentFailure("21211"), 1, False, False),
        (RecipientOptedOut("21610", not_accepted=True), 3, False, False),
    ],
)
def test_a_detour_needs_proof(
    failure: TemporaryFailure, attempts: int, *, is_rerouted: bool, expected: bool
) -> None:
    assert takes_detour(failure, attempts=attempts, is_rerouted=is_rerouted) is expected
