"""What machines write does not swell the figures of what people wrote (FR-17)."""

import pytest

from gateway import store
from tests.conftest import Clock
from tests.stories.house import House, Json
from tests.stories.post import Post


async def asked(house: House, clock: Clock, *, is_counted: bool) -> Json:
    """The figures up to today, counted before or now."""
    today = house.gw.now().date().isoformat()
    clock.advance(600)
    if is_counted:
        while await store.count_events(house.gw.db, now=house.gw.now()):
            pass
    return await house.api("GET", f"/analytics?to={today}")


@pytest.mark.parametrize("is_counted", [False, True])
async def test_absence_notes_and_lists_are_no_messages_received(
    house: House, clock: Clock, *, is_counted: bool
) -> None:
    post = await Post.connected(house, aiConfig={"responder": "echo"})
    await post.says("Please send the logo")
    await post.says("And the invoice")
    for kind in ("auto_reply", "list", "bounce"):
        await post.gets("Out of office", automatic=kind)
    await post.gets("Cheap watches", suspect="failed_authentication")
    await house.drain()

    shown = await asked(house, clock, is_counted=is_counted)

    totals = shown["totals"]
    # What waits in quarantine may be a person's.
    assert (totals["received"], totals["ignored"]) == (3, 3)
    assert (totals["answered"], totals["unanswered"]) == (2, 1)
    assert totals["messageErrorRate"] == 0.3333
    assert [day["received"] for day in shown["volume"]] == [3]
    assert shown["channels"][0]["totals"] == totals
    assert shown["messagesPerConversation"] == 2.0


@pytest.mark.parametrize("is_counted", [False, True])
async def test_a_channel_that_only_machines_write_to_is_not_in_use(
    house: House, clock: Clock, *, is_counted: bool
) -> None:
    post = await Post.connected(house)
    await post.gets("Out of office", automatic="auto_reply")

    shown = await asked(house, clock, is_counted=is_counted)

    assert (shown["totals"]["received"], shown["totals"]["ignored"]) == (0, 1)
    assert shown["activity"] == []
    assert [(day["received"], day["sent"]) for day in shown["volume"]] == [(0, 0)]


async def test_days_that_were_counted_before_keep_their_figures(house: House, clock: Clock) -> None:
    post = await Post.connected(house)
    async with house.gw.db.connection() as connection:
        await connection.execute(
            "INSERT INTO daily_figures (user_id, webhook_id, day, kind, bucket, count, total_ms) "
            "VALUES ($1, $2, $3, 'received', -1, 7, 0)",
            house.user_id,
            post.id,
            house.gw.now().date(),
        )

    shown = await asked(house, clock, is_counted=False)

    assert (shown["totals"]["received"], shown["totals"]["ignored"]) == (7, 0)
