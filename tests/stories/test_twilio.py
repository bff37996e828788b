"""A person texts a Twilio number, and is answered through Twilio's API."""

from argparse import Namespace
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway import store
from gateway.builtin import BuiltinResponder
from gateway.config import Config, ConfigError
from gateway.connections import channels_check, channels_connect
from gateway.registry import Registry, load_plugins
from gateway.runtime import Gateway
from gateway.simulators import simulate_command
from gateway_sms_twilio import simulate
from gateway_sms_twilio.fake import NUMBER
from tests.conftest import Clock
from tests.parts import EchoResponder, SlowResponder
from tests.servers import free_port
from tests.stories.house import House, claim_deliveries
from tests.stories.twilio import PERSON, Line

FRAGMENTS = (
    "Hi",
    "can you",
    "send the logo",
    "the new one",
    "to Dana",
    "by Friday",
    "thanks",
)


@pytest.fixture
def registry() -> Registry:
    """The real plugins, and responders that are told what to say."""
    return load_plugins(
        ["custom_http", "sms_twilio"], extra=(BuiltinResponder, EchoResponder, SlowResponder)
    )


@pytest.fixture
async def line(house: House, origin: str) -> AsyncIterator[Line]:
    """A number that echoes."""
    async with Line.connected(house, origin) as connected:
        yield connected


async def test_a_text_becomes_a_task_and_is_answered(house: House, line: Line) -> None:
    await line.texts("Get Dana the logo by Friday")
    await house.drain()

    assert line.sent() == ["echo Get Dana the logo by Friday"]
    [task] = (await house.api("GET", "/tasks"))["items"]
    assert task["title"] == "Get Dana the logo by Friday"
    [message] = (await house.api("GET", f"/webhooks/{line.record['id']}/messages"))["items"]
    assert message["senderIdentifier"] == PERSON


async def test_the_same_message_twice_is_answered_once(house: House, line: Line) -> None:
    called = await line.texts("Hello")
    again = await line.fake.call(line.record["webhookUrl"], called.form)
    await house.drain()

    assert (again.status, again.body) == (called.status, called.body)
    assert line.sent() == ["echo Hello"]


async def test_a_request_with_another_token_is_refused_and_nothing_is_stored(
    house: House, line: Line
) -> None:
    line.fake.token = "other"

    called = await line.fake.texts(PERSON, "Hello")

    assert called.status == 401
    assert "INVALID_SIGNATURE" in called.body
    assert (await house.api("GET", f"/webhooks/{line.record['id']}/messages"))["items"] == []


async def test_a_delivery_follows_what_twilio_tells_whatever_the_order(
    house: House, line: Line
) -> None:
    await line.texts("Hello")
    await house.drain()
    [reply] = line.fake.ledger.sent_to(PERSON)

    for status in ("delivered", "sent", "queued", "delivered"):
        await line.tells(reply, status)

    shown = await house.api("GET", "/deliveries/1")
    assert (shown["status"], shown["providerState"]) == ("delivered", "delivered")
    assert (shown["segments"], shown["costUsd"]) == (1, 0.008)
    assert [receipt["state"] for receipt in shown["receipts"]] == ["delivered", "sent", "accepted"]


async def test_a_text_that_failed_later_is_a_dead_letter_with_advice(
    house: House, line: Line
) -> None:
    await line.texts("Hello")
    await house.drain()
    [reply] = line.fake.ledger.sent_to(PERSON)

    await line.tells(reply, "undelivered", ErrorCode="30006")

    shown = await house.api("GET", "/deliveries/1")
    assert shown["status"] == "dead"
    assert "a landline, or a carrier that takes no texts" in shown["lastError"]


@pytest.mark.parametrize("scene", ["lost", "failed_after", "failed_before", "rate_limited"])
async def test_a_bad_moment_of_twilio_neither_loses_nor_doubles_a_reply(
    house: House, line: Line, clock: Clock, scene: str
) -> None:
    line.fake.script.append(scene)
    await line.texts("Hello")
    await house.drain()
    clock.advance(120)
    await house.drain()

    assert line.sent() == ["echo Hello"]
    assert (await house.api("GET", "/deliveries/1"))["status"] == "delivered"


async def test_a_worker_that_dies_after_twilio_took_a_reply_does_not_double_it(
    house: House, line: Line, clock: Clock
) -> None:
    await line.texts("Hello")
    await house.converse()
    line.fake.ledger.take({"To": PERSON, "From": "+15005550006", "Body": "echo Hello"})
    assert len(await claim_deliveries(house.gw)) == 1
    clock.advance(11)
    await house.drain()

    assert line.sent() == ["echo Hello"]


async def test_seven_texts_in_nine_seconds_get_one_answer_though_the_worker_is_killed(
    house: House, origin: str, clock: Clock
) -> None:
    """Scenario 1: exactly one reply that covers all, and at most two generations."""
    SlowResponder.quick, SlowResponder.started = "thanks", 0
    ai = {"gather": "sms", "responder": "slow"}
    async with Line.connected(house, origin, ai) as line:
        for place, fragment in enumerate(FRAGMENTS):
            await line.texts(fragment)
            clock.advance(1.5)
            if place == 3:
                await _claim_and_die(house.gw, clock)
            await house.drain()
        assert line.sent() == []
        clock.advance(12)
        await house.drain()

        assert line.sent() == ["slow " + " / ".join(FRAGMENTS)]
        assert SlowResponder.started <= 2


async def _claim_and_die(gw: Gateway, clock: Clock) -> None:
    """A worker that takes the conversation a little early and is never heard of again."""
    await store.claim_conversations(
        gw.db, now=clock.later(3), lease_seconds=3, limit=100, history_turns=20
    )


async def test_the_simulator_texts_to_a_channel_and_shows_what_it_sends(
    house: House,
    origin: str,
    running: None,  # noqa: ARG001 # the worker
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    picture = tmp_path / "plan.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    port = free_port()
    played = f"http://127.0.0.1:{port}"
    async with Line.connected(house, origin, twilioBaseUrl=played) as line:
        url = line.record["webhookUrl"]
        arguments = ["--url", url, "--gateway", origin, "--port", str(port), "Call Dana"]

        assert await simulate.main([*arguments, "--media", str(picture)]) == 0
        assert await simulate.main([*arguments[:-1], "And Bob"]) == 0
        assert await simulate.main([*arguments, "--token", "other"]) == 1
        # What Twilio answers itself is followed by nothing: whoever waits for it waits for ever.
        arguments[-1] = "stop"
        assert await simulate.main([*arguments, "--wait", "600"]) == 0

    [kept] = (await house.api("GET", "/messages/1"))["media"]
    assert (kept["state"], kept["contentType"]) == ("kept", "image/png")
    shown = capsys.readouterr().out
    assert "> +15005550100: Call Dana" in shown
    assert "< +15005550006: echo Call Dana  (1 segment(s))" in shown
    assert "< +15005550006: echo And Bob  (1 segment(s))" in shown, "a second start is no repeat"
    assert "the gateway answered 401" in shown
    assert "You have successfully been unsubscribed." in shown


async def test_a_channel_is_connected_through_the_api(house: House, line: Line) -> None:
    id_ = line.record["id"]
    line.fake.ledger.number(NUMBER)["sms_url"] = "https://old.example.org/"
    before = await house.api("GET", f"/webhooks/{id_}/setup")
    after = await house.api("POST", f"/webhooks/{id_}/connect", {})

    states = [
        {finding["name"]: finding["status"] for finding in found["findings"]}
        for found in (before, after)
    ]
    assert states == [
        {"credentials": "ok", "sender": "ok", "inbound_url": "problem"},
        {"credentials": "ok", "sender": "ok", "inbound_url": "ok"},
    ]
    assert after["choices"][0]["value"] == NUMBER
    assert line.fake.ledger.number(NUMBER)["sms_url"].endswith("#rc=3&rp=ct,rt,5xx")
    await line.texts("Hello")
    trail = (await house.api("GET", f"/audit?webhookId={id_}"))["items"]
    assert trail[0]["event"] == "webhook.connected"


async def test_a_channel_without_a_provider_cannot_be_connected(house: House) -> None:
    channel = await house.create_channel()
    refused = await house.api("POST", f"/webhooks/{channel.id}/connect", {}, status=409)
    assert "give webhookUrl to whoever is to call it" in refused["error"]["message"]


async def test_a_provider_that_is_away_is_a_finding(house: House, line: Line) -> None:
    change = {"providerConfig": {"twilioBaseUrl": "http://127.0.0.1:1"}}
    await house.api("PATCH", f"/webhooks/{line.record['id']}", change)
    found = await house.api("GET", f"/webhooks/{line.record['id']}/setup")
    assert [(f["name"], f["status"]) for f in found["findings"]] == [("provider", "problem")]


async def test_the_command_line_checks_and_connects(
    house: House, config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = config.model_copy(
        update={"plugins": config.plugins.model_copy(update={"enabled": ("sms_twilio",)})}
    )

    async with Line.connected(house, "", {"responder": "builtin"}) as line:
        line.fake.ledger.number(NUMBER)["sms_url"] = ""
        id_ = line.record["id"]
        asked = Namespace(webhook=id_, user=house.user_id, data=None, round_trip=False)

        assert await channels_check(asked, settings) == 1
        assert await channels_connect(asked, settings) == 0

    shown = capsys.readouterr().out
    assert "problem inbound_url: texts to +15005550006 go nowhere (`gateway channels" in shown
    assert "ok      inbound_url: texts to +15005550006 come to this channel" in shown
    assert f"choice  twilioPhoneNumber = {NUMBER}" in shown


async def test_only_an_enabled_plugin_simulates(config: Config) -> None:
    with pytest.raises(ConfigError, match="'sms' comes with the plugin 'sms_twilio'"):
        await simulate_command(Namespace(name="sms", arguments=[]), config)
    enabled = config.plugins.model_copy(update={"enabled": ("sms_twilio",)})
    settings = config.model_copy(update={"plugins": enabled})
    with pytest.raises(SystemExit):
        await simulate_command(Namespace(name="sms", arguments=["--help"]), settings)
