"""The figures of an account: the same whether they were counted before or are counted now."""

import asyncio
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from gateway import store
from gateway.web.auth import issue_token
from tests.conftest import Clock
from tests.stories.house import House, Json


async def count_all(house: House) -> None:
    """Counts everything that is old enough."""
    while await store.count_events(house.gw.db, now=house.gw.now()):
        pass


async def counted_until(house: House) -> object:
    """Up to when the figures are counted."""
    async with house.gw.db.connection() as connection:
        return await connection.fetchval("SELECT counted_until FROM figures_progress")


async def busy_days(house: House, clock: Clock) -> Json:
    """Three days on two channels, with tasks, a dead delivery and a body that cannot be read."""
    first, second = await house.create_channel(), await house.create_channel()
    for day in range(3):
        await house.says(first, f"Please send report {day} to Dana tomorrow")
        await house.says(second, "Thanks!", senderIdentifier="ann")
        house.listener.answers = [404] if day == 1 else []
        await house.drain()
        await house.post(first, b'{"content": 7}')
        clock.advance(86_400)
    today = house.gw.now().date().isoformat()
    return {"query": f"?to={today}"}


async def test_counted_before_or_counted_now_is_the_same(house: House, clock: Clock) -> None:
    asked = await busy_days(house, clock)
    fresh = await house.api("GET", f"/analytics{asked['query']}")
    assert await counted_until(house) is None

    await count_all(house)
    counted = await house.api("GET", f"/analytics{asked['query']}")

    assert await counted_until(house) is not None
    for shown in (fresh, counted):
        shown["totals"]["response"].pop("meanMs")
        shown["totals"].pop("meanMsToTask")
    assert {**fresh, "channels": []} == {**counted, "channels": []}
    totals = counted["totals"]
    assert totals["received"] == 9
    assert (totals["answered"], totals["unanswered"]) == (6, 3)
    assert totals["tasks"] == 3
    assert totals["taskConversion"] == 0.5
    assert totals["messageErrorRate"] == 0.3333
    assert totals["dead"] == 1
    assert totals["repliesSent"] + totals["eventsSent"] + totals["dead"] == len(
        house.listener.bodies
    )
    assert totals["response"]["p95Ms"] > 0
    assert counted["messagesPerConversation"] == 3.0
    assert [day["activeWebhooks"] for day in counted["activity"]] == [2, 2, 2]


async def test_what_processes_count_at_the_same_time_is_counted_once(
    house: House, clock: Clock
) -> None:
    asked = await busy_days(house, clock)
    fresh = await house.api("GET", f"/analytics{asked['query']}")

    await asyncio.gather(*(count_all(house) for _ in range(4)))
    await count_all(house)

    counted = await house.api("GET", f"/analytics{asked['query']}")
    assert counted["volume"] == fresh["volume"]
    assert counted["totals"]["repliesSent"] == fresh["totals"]["repliesSent"]


async def test_counting_that_breaks_off_counts_nothing(house: House, clock: Clock) -> None:
    asked = await busy_days(house, clock)
    fresh = await house.api("GET", f"/analytics{asked['query']}")
    async with house.gw.db.connection() as connection:
        await connection.execute("ALTER TABLE figures_progress RENAME TO elsewhere")
        try:
            with pytest.raises(asyncpg.UndefinedTableError):
                await count_all(house)
        finally:
            await connection.execute("ALTER TABLE elsewhere RENAME TO figures_progress")

    assert (await house.api("GET", f"/analytics{asked['query']}"))["volume"] == fresh["volume"]


async def test_what_is_counted_outlives_the_messages(house: House, clock: Clock) -> None:
    asked = await busy_days(house, clock)
    await count_all(house)
    before = await house.api("GET", f"/analytics{asked['query']}")

    async with house.gw.db.connection() as connection:
        await connection.execute("DELETE FROM inbound_messages")

    after = await house.api("GET", f"/analytics{asked['query']}")
    assert after["totals"]["received"] == before["totals"]["received"]


async def test_a_channel_can_be_asked_for_alone(house: House, clock: Clock) -> None:
    asked = await busy_days(house, clock)

    whole = await house.api("GET", f"/analytics{asked['query']}")
    one = await house.api("GET", f"/analytics{asked['query']}&webhookId=2")

    assert one["totals"] == whole["channels"][1]["totals"]
    assert {entry["webhookId"] for entry in one["volume"]} == {2}
    await house.api("GET", "/analytics?webhookId=99", status=404)


async def test_days_are_those_of_the_account(house: House, clock: Clock) -> None:
    local = house.gw.now().astimezone(ZoneInfo("Europe/Madrid"))
    before_midnight = local.replace(hour=23, minute=59, second=30, microsecond=0)
    clock.advance((before_midnight - local).total_seconds() % 86_400)
    channel = await house.create_channel()
    await house.says(channel, "Before midnight in Madrid")
    clock.advance(60)
    await house.says(channel, "After midnight in Madrid")

    shown = await house.api("GET", "/analytics")

    assert shown["timeZone"] == "Europe/Madrid"
    assert [entry["received"] for entry in shown["volume"]] == [1, 1]


async def test_days_that_cannot_be_are_refused(house: House) -> None:
    for query in ("from=2026-02-30", "from=0", "from=2026-03-02&to=2026-03-01", "from=2020-01-01"):
        answer = await house.api("GET", f"/analytics?{query}", status=400)
        assert answer["error"]["fields"][0]["pointer"] == "?from"


async def test_another_account_counts_for_itself(house: House, clock: Clock) -> None:
    await busy_days(house, clock)
    await count_all(house)
    stranger = await store.create_user(name="Stranger")
    token = await issue_token(user_id=stranger.id, name="x", scopes=["messages:read"])
    house.headers = {"Authorization": f"Bearer {token}"}

    shown = await house.api("GET", "/analytics")

    assert shown["totals"]["received"] == 0
    assert shown["channels"] == []
