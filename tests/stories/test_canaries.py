"""A secret is planted in every place that takes one, and is looked for in every place but its own.

What people write is no secret of the house, but it has no business in a log line or in Redis.
"""

import json
from typing import Any, Final

import pytest
import redis.asyncio as redis_client
from structlog.testing import capture_logs

from gateway import pipeline, store
from gateway.channel_settings import open_settings
from gateway.plugin import OutboundMessage
from gateway.web.auth import issue_token
from tests.conftest import tables
from tests.parts import FakeProvider
from tests.store import add_webhook
from tests.stories.house import Channel, House

SETTINGS: Final[dict[str, Any]] = {
    "authType": "bearer",
    "authToken": "canary-auth-token",
    "hmacSecret": "canary-hmac-secret",
    "outboundAuthType": "bearer",
    "outboundAuthToken": "canary-outbound-token",
    "outboundHeaders": {"X-Key": "canary-outbound-header"},
}
WORDS: Final = "canary-words: please send the report by Friday"


def broken(_message: OutboundMessage) -> None:
    """A plugin with a bug, which has a secret in a local variable and in its exception's frame."""
    secret = "canary-in-a-frame"
    raise ZeroDivisionError(len(secret) // 0)


@pytest.fixture
def bug() -> None:
    """The fake provider's transport raises what no transport may raise."""
    FakeProvider.send_fails = staticmethod(broken)


async def lived(house: House) -> tuple[list[str], list[str]]:
    """All that can happen to a channel; its secrets, and what the API answered."""
    token = await issue_token(user_id=house.user_id, name="canary", scopes=["admin"])
    channel = await house.create_channel(
        **{name: v for name, v in SETTINGS.items() if name != "hmacSecret"}
    )
    fake = await add_webhook(
        house.gw, user_id=house.user_id, settings={"authToken": "canary-provider-token"}
    )
    house.listener.answers = [503, 400, 200, 401]
    answers = await received(house, channel, f"/api/webhooks/inbound/{fake.webhook_token}")
    await house.drain()
    house.headers = {"Authorization": f"Bearer {token}"}
    secret = (await house.api("GET", f"/webhooks/{channel.id}/secret"))["secretKey"]
    hmac = {"authType": "hmac", "hmacSecret": SETTINGS["hmacSecret"]}
    await house.api("PATCH", f"/webhooks/{channel.id}", {"providerConfig": hmac})
    fresh = await house.api("POST", f"/webhooks/{channel.id}/regenerate-secret", {})
    for method, path, told in (
        ("POST", f"/webhooks/{channel.id}/test", {}),
        ("POST", f"/webhooks/{fake.id}/test", {"recipient": "+1"}),
        ("GET", "/webhooks", None),
        ("GET", f"/webhooks/{channel.id}/deliveries", None),
        ("GET", f"/webhooks/{channel.id}/messages", None),
        ("GET", "/plugins", None),
        ("PATCH", f"/webhooks/{channel.id}", {"providerConfig": {"hmacSecret": 7}}),
        ("POST", "/webhooks", {"providerConfig": SETTINGS, "channelName": 7}),
    ):
        response = await house.client.open(
            f"/api/v1{path}", method=method, json=told, headers=house.headers
        )
        answers.append(await response.get_data(as_text=True))
    return [token.split("_", 2)[2], secret, fresh["secretKey"], "s3cret"], answers


async def received(house: House, channel: Channel, path: str) -> list[str]:
    """What senders are answered on both channels, rightly and wrongly authenticated."""
    bearer = {"Authorization": "Bearer canary-auth-token", "Content-Type": "application/json"}
    body = json.dumps({"content": WORDS, "senderIdentifier": "dana"}).encode()
    answers = []
    for headers, sent in (
        (bearer, body),
        (bearer | {"Authorization": "Bearer canary-wrong"}, body),
        (bearer, b"{"),
        ({}, body),
    ):
        answers.append(json.dumps(await house.post(channel, sent, headers)))
    for given in ("canary-provider-token", "bug", "canary-wrong"):
        response = await house.client.post(
            path, data=f"1|+15550101|{WORDS}", headers={"X-Token": given}
        )
        answers.append(await response.get_data(as_text=True))
    return answers


def found(text: str, secrets: list[str], *, words_too: bool) -> list[str]:
    """The secrets, or all that was planted, that a text gives away."""
    canaries = [word for word in json.dumps(SETTINGS).split('"') if word.startswith("canary-")]
    known = [*secrets, *canaries, "canary-provider-token", "canary-in-a-frame"]
    return [word for word in [*known, *(["canary-"] if words_too else [])] if word in text]


@pytest.mark.usefixtures("bug")
async def test_a_planted_secret_is_found_nowhere(
    house: House, capfd: pytest.CaptureFixture[str]
) -> None:
    with capture_logs() as logged:
        secrets, answers = await lived(house)
        await pipeline.recover(house.gw)
    lines = "\n".join(repr(line) for line in logged) + "".join(capfd.readouterr())
    shown = [repr(house.gw)]
    for webhook in await store.list_webhooks(house.gw.db, user_id=house.user_id):
        built = await house.gw.channels.by_id(user_id=house.user_id, webhook_id=webhook.id)
        shown += [repr(webhook), repr(built), repr(open_settings(house.gw.vault, webhook))]
        shown += [repr(part.settings) for part in (built.verifier, built.transport)]
        shown += [repr(part.context) for part in (built.verifier, built.transport)]

    assert "plugin.failed" in lines
    assert found(lines, secrets, words_too=True) == []
    assert found("\n".join(answers), secrets, words_too=False) == []
    assert found("\n".join(shown), secrets, words_too=True) == []
    database = await _database(house)
    assert WORDS in database
    assert found(database, secrets, words_too=False) == []
    assert found(await _redis(house), secrets, words_too=True) == []


async def _database(house: House) -> str:
    rows_as_text = []
    async with house.gw.db.connection() as connection:
        for table in await tables(connection):
            rows = await connection.fetch(f"SELECT to_jsonb(t)::text AS row FROM {table} t")  # noqa: S608 # constants only
            rows_as_text += [row["row"] for row in rows]
        raw = await connection.fetch("SELECT raw_payload FROM inbound_messages")
    return "\n".join(rows_as_text + [str(row["raw_payload"]) for row in raw])


async def _redis(house: House) -> str:
    client = redis_client.Redis.from_url(house.gw.config.redis.url.get_secret_value())
    kept = []
    async for key in client.scan_iter(f"*{house.gw.config.redis.prefix}*"):
        kept += [repr(key), repr(await client.dump(key))]
    await client.aclose()
    return "\n".join(kept)
