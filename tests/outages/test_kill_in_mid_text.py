"""A worker killed with -9 while Twilio has its text: it is looked for, and never sent twice."""

import asyncio
from functools import partial
from pathlib import Path

import pytest

from gateway_sms_twilio.fake import NUMBER, FakeTwilio
from tests.conftest import wait_for
from tests.outages.fleet import Fleet
from tests.stories.twilio import PERSON, channel_of

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize(
    ("scene", "requests"),
    [("slow", 1), ("silent", 2)],
    ids=["twilio had taken it", "twilio had not taken it"],
)
async def test_a_worker_killed_in_the_middle_of_a_text_sends_it_once(
    folder: Path, scene: str, requests: int
) -> None:
    async with (
        Fleet.open(folder, messages=0, senders=0) as (fleet, _),
        FakeTwilio.open(scene) as twilio,
    ):
        twilio.gateway = fleet.origin
        record = await fleet.create(channel_of(twilio))
        twilio.ledger.number(NUMBER)["sms_url"] = record["webhookUrl"]
        called = await twilio.texts(PERSON, "Please send the report to Dana")
        assert called.status == 200

        await wait_for(lambda: len(twilio.requests) == 1, within_seconds=45)
        await asyncio.to_thread(fleet.kill, "worker")
        await asyncio.to_thread(fleet.start, "worker")
        await wait_for(partial(_is_delivered, fleet, record["id"]), within_seconds=45)

        [sent] = twilio.ledger.sent_to(PERSON)
        assert len(twilio.requests) == requests
        [delivery] = await _replies(fleet, record["id"])
        assert delivery["providerId"] == sent["sid"]


async def _replies(fleet: Fleet, channel: int) -> list[dict[str, object]]:
    found = (await fleet.read(f"/webhooks/{channel}/deliveries"))["items"]
    return [delivery for delivery in found if delivery["kind"] == "reply"]


async def _is_delivered(fleet: Fleet, channel: int) -> bool:
    return [one["status"] for one in await _replies(fleet, channel)] == ["delivered"]
