"""X-RateLimit-Reset as a client reads it: Unix seconds, on every answer, in window after window."""

import json

from tests.conftest import Clock
from tests.stories.house import Channel, House


async def says(house: House, channel: Channel) -> tuple[int, int, int, int]:
    """The status of one message, how many are left, when that ends, and how long to wait."""
    body = json.dumps({"content": "Hi", "senderIdentifier": "dana"})
    response = await house.client.post(channel.path, data=body)
    headers = response.headers
    left, reset = int(headers["X-RateLimit-Remaining"]), int(headers["X-RateLimit-Reset"])
    return response.status_code, left, reset, int(headers.get("Retry-After", 0))


async def test_who_waits_until_the_reset_is_taken_in_every_window(
    house: House, clock: Clock
) -> None:
    channel = await house.create_channel(authType="none")
    await house.api("PATCH", f"/webhooks/{channel.id}", {"rateLimitPerMinute": 3})
    for _ in range(5):
        status, left, reset, _ = await says(house, channel)
        while left:
            assert (status, reset % 60) == (200, 0)
            assert 0 < reset - clock().timestamp() <= 60
            status, left, reset, _ = await says(house, channel)
        assert status == 200
        refused, nothing, again_at, wait = await says(house, channel)

        assert (refused, nothing) == (429, 0)
        assert abs(again_at - reset) <= 1
        assert abs(again_at - wait - clock().timestamp()) <= 2
        clock.advance(again_at - clock().timestamp())
