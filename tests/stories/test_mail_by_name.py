"""An email channel with the names of the requirements, word for word, and what they do."""

import pytest

from gateway.builtin import BuiltinResponder
from gateway.registry import Registry, load_plugins
from tests.stories.house import House, Json
from tests.stories.mailroom import Mailroom
from tests.stories.test_mail import FORWARDED

A_1: Json = {
    "channelType": "email",
    "channelName": "Client mail",
    "providerConfig": {
        "inboundEmailAddress": "assistant@agency.example",
        "forwardingEnabled": True,
        "emailProvider": "smtp",
        "smtpHost": "smtp.agency.example",
        "smtpPort": 587,
        "smtpUser": "assistant@agency.example",
        "smtpPassword": "correct horse",
        "fromAddress": "desk@agency.example",
        "replyToAddress": "help@agency.example",
    },
    "outboundEnabled": True,
    "outboundConfig": {},
    "isPrimary": False,
    "rateLimitPerMinute": 30,
    "rateLimitPerHour": 200,
    "tags": ["clients"],
    "metadata": {"crm": 7},
}
"""Each field that appendix A.1 of the requirements has for email, and no other."""


@pytest.fixture
def registry() -> Registry:
    """The real plugins."""
    return load_plugins(["custom_http", "email_smtp"], extra=(BuiltinResponder,))


async def test_a_channel_is_made_with_the_names_of_the_requirements(house: House) -> None:
    made = await house.api("POST", "/webhooks", A_1, status=201)

    shown = await house.api("GET", f"/webhooks/{made['id']}")
    wanted = {**A_1["providerConfig"]}
    del wanted["smtpPassword"]  # a secret is never shown
    assert wanted.items() <= shown["providerConfig"].items()
    assert "smtpPassword" not in shown["providerConfig"]
    kept = ("tags", "metadata", "rateLimitPerMinute", "rateLimitPerHour", "outboundEnabled")
    assert {name: shown[name] for name in kept} == {name: A_1[name] for name in kept}


async def test_the_outbound_names_may_stand_in_the_outbound_settings(house: House) -> None:
    given = dict(A_1["providerConfig"])
    outbound = {name: given.pop(name) for name in list(given) if name.startswith("smtp")}
    outbound |= {name: given.pop(name) for name in ("fromAddress", "replyToAddress")}
    body = {**A_1, "providerConfig": given, "outboundConfig": outbound}

    made = await house.api("POST", "/webhooks", body, status=201)

    assert made["providerConfig"]["fromAddress"] == "desk@agency.example"


async def test_an_answer_comes_from_the_sender_and_what_answers_it_finds_its_thread(
    house: House,
) -> None:
    named = {"fromAddress": "desk@agency.example", "replyToAddress": "help@agency.example"}
    async with Mailroom.open(house, settings=named) as room:
        [asked] = await room.says("Which tasks are open?")
        reply_to = str(asked["Reply-To"])
        await room.gets("Thanks", headers={"To": reply_to, "Subject": "another one"})
        await house.drain()
        talks = (await house.api("GET", "/conversations"))["items"]

    assert asked["From"] == "desk@agency.example"
    assert reply_to.startswith("help+t.")
    assert len(talks) == 1


async def test_a_forwarded_mail_waits_where_forwarding_is_switched_off(house: House) -> None:
    async with Mailroom.open(house, settings={"forwardingEnabled": False}) as room:
        await room.gets(FORWARDED)
        await house.drain()
        [held] = await room.kept("?status=quarantined&reason=forwarded")

    assert held["senderIdentifier"] == "ann@agency.example"
    assert room.sent == []
