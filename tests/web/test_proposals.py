"""What people were asked, decided in their place: once, whoever else decides meanwhile."""

import asyncio

from gateway import pipeline, store
from tests.conftest import Clock
from tests.stories.house import Channel, House

LOGO = "Please send the Acme logo to Dana by Friday 5pm"


async def proposed(house: House) -> Channel:
    """A channel on which a person was asked whether a task is to be made."""
    channel = await house.create_channel(ai={"confirmation": "ask"})
    await house.says(channel, LOGO)
    await house.drain()
    return channel


async def test_a_proposal_is_confirmed_once_and_told(house: House) -> None:
    await proposed(house)
    [pending] = (await house.api("GET", "/proposals?status=pending"))["items"]

    first = await house.api("POST", f"/proposals/{pending['id']}/confirm", {})
    again = await house.api("POST", f"/proposals/{pending['id']}/confirm", {})
    await house.drain()

    assert first == again
    [task] = await house.tasks()
    assert first["status"] == "confirmed"
    assert first["taskId"] == task["id"]
    assert (task["title"], task["sourceMessageId"]) == ("Send the Acme logo to Dana", 1)
    [created] = house.listener.told("task.created")
    assert (created["taskId"], created["sourceMessageId"]) == (task["id"], 1)
    assert (await house.api("GET", "/proposals?status=pending"))["items"] == []


async def test_a_proposal_that_was_cancelled_makes_no_task(house: House) -> None:
    channel = await proposed(house)

    cancelled = await house.api("POST", "/proposals/1/cancel", {})
    refused = await house.api("POST", "/proposals/1/confirm", {}, status=409)
    await house.says(channel, "yes")
    await house.drain()

    assert (cancelled["status"], cancelled["taskId"]) == ("cancelled", None)
    assert "only a pending one" in refused["error"]["message"]
    assert await house.tasks() == []


async def test_a_proposal_that_has_expired_is_refused_with_what_to_do(
    house: House, clock: Clock
) -> None:
    await proposed(house)
    clock.advance(30 * 86_400)

    refused = await house.api("POST", "/proposals/1/confirm", {}, status=409)

    assert "POST /api/v1/tasks" in refused["error"]["message"]


async def test_a_yes_and_a_confirmation_at_the_same_time_make_one_task(house: House) -> None:
    channel = await proposed(house)
    await house.says(channel, "yes")
    gw = house.gw
    claimed = await store.claim_conversations(
        gw.db, now=gw.now(), lease_seconds=10, limit=10, history_turns=20
    )

    await asyncio.gather(
        house.api("POST", "/proposals/1/confirm", {}),
        *(pipeline.converse(gw, conversation) for conversation in claimed),
        return_exceptions=True,
    )
    await house.drain()

    assert len(await house.tasks()) == 1
    assert len(house.listener.told("task.created")) == 1
    # Whoever came second, the person is answered.
    assert len(house.listener.told("message.reply")) == 2
