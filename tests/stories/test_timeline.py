"""A delivery tells how each attempt at it went, and why its signature does not match."""

import asyncio
import json
import os
import shutil

from standardwebhooks.webhooks import Webhook as Standard
from svix.webhooks import Webhook as Svix

from gateway.plugin.signatures import whsec
from tests.stories.house import House, Json


async def delivery_of(house: House, event: str) -> Json:
    listed = await house.api("GET", "/webhooks/1/deliveries")
    [found] = [item for item in listed["items"] if item["event"] == event]
    return await house.api("GET", f"/deliveries/{found['id']}")


async def test_each_attempt_is_shown_with_its_times_and_what_was_said(house: House) -> None:
    channel = await house.create_channel(
        outboundEvents=[], outboundAuthType="bearer", outboundAuthToken="canary-token"
    )
    house.listener.answers = [503, 200]
    await house.says(channel, "Hello")
    await house.drain()
    house.gw.now.advance(5)  # type: ignore[attr-defined] # the clock of the tests
    await house.drain()

    shown = await delivery_of(house, "message.reply")

    assert (shown["status"], shown["attempts"]) == ("delivered", 2)
    first, second = shown["history"]
    assert (first["number"], first["status"], first["responseStatus"]) == (1, "retrying", 503)
    assert (second["number"], second["status"], second["responseStatus"]) == (2, "delivered", 200)
    for attempt in (first, second):
        [call] = attempt["calls"]
        assert call["url"] == f"{house.listener.url.removesuffix('events')}[redacted]"
        assert call["excerpt"] == "noted"
        assert 0 <= call["firstByteMs"] <= call["totalMs"]
        assert call["requestHeaders"]["Authorization"] == "[redacted]"
        assert call["requestHeaders"]["webhook-id"] == shown["eventId"]
        assert call["responseHeaders"]["content-type"].startswith("text/plain")
    [fresh] = first["calls"]
    assert (fresh["address"], fresh["isReused"]) == ("127.0.0.1", False)
    assert fresh["connectMs"] >= 0
    assert shown["body"].encode() == house.listener.bodies[0]
    assert "canary" not in json.dumps(shown)
    assert house.listener.requests[0].headers["X-Webhook-Signature"] not in json.dumps(shown)


async def test_a_call_that_failed_has_no_answer_in_its_timeline(house: House) -> None:
    channel = await house.create_channel(
        outboundWebhookUrl="http://127.0.0.1:9/nobody", outboundEvents=[]
    )
    await house.says(channel, "Hello")
    await house.drain()

    shown = await delivery_of(house, "message.reply")

    [attempt] = shown["history"]
    [call] = attempt["calls"]
    assert "status" not in call
    assert (call["firstByteMs"], call["address"]) == (None, "127.0.0.1")
    assert "ECONNREFUSED" in attempt["detail"]


async def test_the_line_for_a_shell_makes_the_call_again(house: House) -> None:
    channel = await house.create_channel(outboundEvents=[])
    await house.says(channel, "It's $HOME")
    await house.drain()
    shown = await delivery_of(house, "message.reply")
    bash = shutil.which("bash")
    assert bash is not None

    shell = await asyncio.create_subprocess_exec(
        bash,
        "-c",
        shown["curl"],
        env={"PATH": os.environ["PATH"], "URL": house.listener.url, "SECRET": channel.secret},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, _ = await shell.communicate()

    assert b"200" in said
    assert len(house.listener.bodies) == 2
    assert house.listener.bodies[0] == house.listener.bodies[1]
    house.check_signatures(channel.secret)


async def test_the_libraries_of_receivers_verify_each_secret_of_a_rotation(house: House) -> None:
    channel = await house.create_channel(outboundEvents=[])
    fresh = await house.api("POST", "/webhooks/1/regenerate-secret", {"overlapSeconds": 600})
    await house.says(channel, "Hello")
    await house.drain()

    [request], [body] = house.listener.requests, house.listener.bodies
    headers = {name.lower(): value for name, value in request.headers.items()}
    assert len(headers["webhook-signature"].split()) == 2
    for secret in (channel.secret, fresh["secretKey"]):
        assert Standard(whsec(secret)).verify(body, headers) == json.loads(body)
        Svix(whsec(secret)).verify(body, headers)


async def test_a_signature_that_does_not_match_is_explained(house: House) -> None:
    channel = await house.create_channel(outboundEvents=[])
    await house.says(channel, "Hello")
    await house.drain()
    [request], [body] = house.listener.requests, house.listener.bodies
    delivery = await delivery_of(house, "message.reply")
    asked = {"headers": dict(request.headers), "body": body.decode()}
    path = "/webhooks/1/diagnose-signature"

    async def codes(**changed: object) -> list[str]:
        answer = await house.api("POST", path, asked | changed)
        found = [finding["code"] for finding in answer["findings"]]
        assert answer["matches"] == (set(found) == {"matches"})
        return found

    written = json.dumps(json.loads(body))
    assert await codes() == ["matches", "matches"]
    assert await codes(body=written) == ["body_reserialised"] * 2
    assert await codes(body=body.decode().replace("Hello", "Hullo")) == ["unexplained"] * 2
    changed = body.decode().replace("message.reply", "Message.Reply")
    assert await codes(body=changed, deliveryId=delivery["id"]) == ["body_changed"] * 2
    late = {"receivedAt": "2050-01-01T00:00:00Z"}
    assert (await codes(**late))[-1] == "clock_off"
    await house.api("POST", "/webhooks/1/regenerate-secret", {"overlapSeconds": 0})
    assert await codes() == ["unexplained"] * 2
    assert await codes(secret=channel.secret) == ["secret_given"] * 2
    refused = await house.api("POST", path, asked | {"bodyBase64": "?"}, status=400)
    assert refused["error"]["fields"][0]["pointer"] == "/bodyBase64"
