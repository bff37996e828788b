"""Tokens and secrets change while messages flow: old and new both count for a while."""

import hashlib
import hmac
import json
from dataclasses import replace

from gateway.plugin.signatures import verify_prd, verify_standard
from tests.conftest import Clock
from tests.stories.house import Channel, House, Json

DAY = 86_400


async def says(house: House, channel: Channel, content: str) -> int:
    """What the gateway answers to a signed message."""
    body = json.dumps({"content": content, "senderIdentifier": "dana"}).encode()
    status, _ = await house.post(channel, body)
    return status


async def new_secret(house: House, channel: Channel, **body: int) -> Channel:
    answer = await house.api("POST", f"/webhooks/{channel.id}/regenerate-secret", body)
    return replace(channel, secret=answer["secretKey"])


async def new_token(house: House, channel: Channel, **body: int) -> tuple[Channel, Json]:
    record = await house.api("POST", f"/webhooks/{channel.id}/regenerate-token", body)
    path = record["webhookUrl"].removeprefix(house.gw.config.public_url)
    return replace(channel, path=path), record


async def test_old_and_new_secret_sign_for_a_day_and_then_the_new_one_alone(
    house: House, clock: Clock
) -> None:
    old = await house.create_channel()
    new = await new_secret(house, old)

    assert len(bytes.fromhex(new.secret)) == 32
    assert new.secret != old.secret
    assert [await says(house, channel, "Hello") for channel in (old, new)] == [200, 200]
    clock.advance(DAY - 60)
    assert [await says(house, channel, "Hello") for channel in (old, new)] == [200, 200]
    clock.advance(61)
    assert [await says(house, channel, "Hello") for channel in (old, new)] == [401, 200]


async def test_an_overlap_of_zero_cuts_an_old_secret_off_at_once(house: House) -> None:
    first = await house.create_channel()
    second = await new_secret(house, first)
    third = await new_secret(house, second, overlapSeconds=0)

    statuses = [await says(house, channel, "Hello") for channel in (first, second, third)]

    assert statuses == [401, 401, 200]


async def test_a_delivery_is_signed_with_every_secret_that_counts(
    house: House, clock: Clock
) -> None:
    old = await house.create_channel()
    new = await new_secret(house, old, overlapSeconds=3600)
    await says(house, new, "Hello")
    await house.drain()
    clock.advance(3601)
    seen = len(house.listener.requests)
    await says(house, new, "Hello again")
    await house.drain()

    during = house.listener.requests[:seen]
    after = house.listener.requests[seen:]
    assert {len(request.headers["webhook-signature"].split()) for request in during} == {2}
    assert {len(request.headers["webhook-signature"].split()) for request in after} == {1}
    assert len(during) == len(after) == 3
    for request, body in zip(during, house.listener.bodies[:seen], strict=True):
        headers = {name.lower(): value for name, value in request.headers.items()}
        at = clock().timestamp() - int(headers["webhook-timestamp"])
        for secret in (old.secret, new.secret):
            now = house.gw.now()
            verify_standard([secret], headers, body=body, now=now, tolerance_seconds=int(at) + 10)
        verify_prd([new.secret], headers["x-webhook-signature"], body=body)


async def test_at_most_five_secrets_count_at_once(house: House) -> None:
    channels = [await house.create_channel()]
    for _ in range(6):
        channels.append(await new_secret(house, channels[-1]))

    statuses = [await says(house, channel, "Hello") for channel in channels]

    assert statuses == [401, 401, 200, 200, 200, 200, 200]


async def test_a_second_rotation_never_lengthens_the_first(house: House, clock: Clock) -> None:
    first = await house.create_channel()
    second = await new_secret(house, first, overlapSeconds=60)
    await new_secret(house, second, overlapSeconds=3600)
    clock.advance(61)

    assert [await says(house, channel, "Hello") for channel in (first, second)] == [401, 200]


async def test_old_and_new_url_lead_to_the_same_conversation_until_the_overlap_ends(
    house: House, clock: Clock
) -> None:
    old = await house.create_channel()
    await says(house, old, "Hello")
    new, record = await new_token(house, old, overlapSeconds=3600)

    assert new.path != old.path
    assert record["previousTokenExpiresAt"] > record["updatedAt"]
    assert "previousToken" not in record
    assert [await says(house, channel, "Hi") for channel in (old, new)] == [200, 200]
    clock.advance(3601)
    assert [await says(house, channel, "Hi") for channel in (old, new)] == [404, 200]
    shown = await house.api("GET", f"/webhooks/{new.id}")
    assert shown["previousTokenExpiresAt"] is None
    await house.drain()
    [conversation] = (await house.api("GET", f"/webhooks/{new.id}/conversations"))["items"]
    assert conversation["messageCount"] == 4


async def test_a_second_new_url_ends_the_oldest_and_zero_ends_the_last(house: House) -> None:
    first = await house.create_channel()
    second, _ = await new_token(house, first)
    third, _ = await new_token(house, second)
    assert [await says(house, c, "Hi") for c in (first, second, third)] == [404, 200, 200]

    fourth, record = await new_token(house, third, overlapSeconds=0)

    assert record["previousTokenExpiresAt"] is None
    statuses = [await says(house, c, "Hi") for c in (first, second, third, fourth)]
    assert statuses == [404, 404, 404, 200]


async def test_a_new_secret_is_shown_once_and_kept_by_no_cache(house: House) -> None:
    channel = await house.create_channel()

    made = await house.client.post(
        f"/api/v1/webhooks/{channel.id}/regenerate-secret", headers=house.headers
    )
    read = await house.client.get(f"/api/v1/webhooks/{channel.id}/secret", headers=house.headers)

    assert await made.get_json() == await read.get_json()
    assert made.headers["Cache-Control"] == read.headers["Cache-Control"] == "no-store"
    secret = (await made.get_json())["secretKey"]
    assert secret not in json.dumps(await house.api("GET", f"/webhooks/{channel.id}"))
    async with house.gw.db.connection() as connection:
        rows = await connection.fetch(
            "SELECT w::text AS row FROM user_webhooks w UNION ALL "
            "SELECT l::text FROM webhook_logs l"
        )
    dump = "".join(row["row"] for row in rows)
    assert secret not in dump
    assert "webhook.secret_regenerated" in dump
    digest = hmac.new(secret.encode(), b"{}", hashlib.sha256).hexdigest()
    status, _ = await house.post(channel, b"{}", {"X-Webhook-Signature": f"sha256={digest}"})
    assert status == 400


async def test_an_overlap_is_ended_early_and_nothing_new_is_made(house: House) -> None:
    channel = await house.create_channel()
    path, secret = channel.path, channel.secret
    renewed = await house.api("POST", f"/webhooks/{channel.id}/regenerate-token", {})
    fresh = await house.api("POST", f"/webhooks/{channel.id}/regenerate-secret", {})
    body = b'{"content": "Hi", "senderIdentifier": "dana"}'
    assert (await house.post(channel, body))[0] == 200

    ended = await house.api("POST", f"/webhooks/{channel.id}/end-overlap", {})
    again = await house.api("POST", f"/webhooks/{channel.id}/end-overlap", {})

    assert ended["webhookUrl"] == renewed["webhookUrl"]
    assert ended["previousTokenExpiresAt"] is None
    assert again == ended
    channel.secret = fresh["secretKey"]
    assert (await house.post(channel, body))[0] == 404
    channel.path = ended["webhookUrl"].removeprefix(house.gw.config.public_url)
    assert (await house.post(channel, body))[0] == 200
    channel.secret = secret
    assert (await house.post(channel, body))[0] == 401
    assert path != channel.path
    [line] = (await house.api("GET", "/audit?event=webhook.overlap_ended"))["items"]
    assert line["detail"]["ended"] == ["url", "secrets"]
