"""What a channel would make of a message: shown in full, and nothing of it is done."""

import base64
import json
from typing import Final

import pytest

from gateway.clock import utc_now
from gateway.plugin import Answer, TemporaryFailure
from tests.parts import ModelResponder
from tests.stories.house import House, Json
from tests.stories.phone import Phone
from tests.stories.post import ANN, Post

TABLES: Final = (
    "inbound_messages",
    "bot_conversations",
    "outbound_messages",
    "agency_tasks",
    "task_proposals",
)


async def shown(house: House, **asked: object) -> Json:
    """The only message of a preview."""
    answer = await house.api("POST", "/webhooks/1/preview", asked)
    [message] = answer["messages"]
    found: Json = message
    return found


async def refused(house: House, **asked: object) -> Json:
    answer = await house.api("POST", "/webhooks/1/preview", asked, status=400)
    error: Json = answer["error"]
    return error


async def check_nothing_is_kept(house: House) -> None:
    async with house.gw.db.connection() as connection:
        for table in TABLES:
            assert await connection.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608
    assert house.listener.events == []


async def test_a_request_for_work_shows_its_task_and_its_answer(house: House) -> None:
    await house.create_channel()

    message = await shown(
        house,
        content="Please send the Acme logo to Dana by Friday, it is urgent",
        senderIdentifier="ann@example.org",
        at="2026-11-25T10:00:00Z",
    )

    assert (message["fate"], message["reason"]) == ("answered", None)
    assert message["senderIdentifier"] == "ann@example.org"
    assert (message["analysis"]["intent"], message["analysis"]["urgency"]) == ("task", "high")
    assert message["analysis"]["entities"]["names"] == ["Dana"]
    [task] = message["tasks"]
    assert task["deadline"] == "2026-11-27T22:59:00.000Z"
    assert task["title"] in message["reply"]
    await house.drain()
    await check_nothing_is_kept(house)


async def test_it_is_what_then_becomes_of_the_message(house: House) -> None:
    channel = await house.create_channel()
    body = {"content": "Remind me to call the plumber tomorrow", "senderIdentifier": "dana"}

    message = await shown(house, body=json.dumps(body), at=utc_now().isoformat())
    await house.says(channel, "Remind me to call the plumber tomorrow")
    await house.drain()

    [task] = await house.tasks()
    assert {key: task[key] for key in message["tasks"][0]} == message["tasks"][0]
    [reply] = house.listener.told("message.reply")
    assert reply["content"] == message["reply"]


async def test_what_the_sender_would_be_asked_is_shown(house: House) -> None:
    await house.create_channel(ai={"confirmation": "ask"})

    message = await shown(house, content="Please send the Acme logo to Dana")

    assert message["tasks"] == []
    [proposal] = message["proposals"]
    assert proposal["status"] == "pending"
    assert proposal["code"] in message["reply"]
    await check_nothing_is_kept(house)


async def test_a_body_is_read_as_the_channel_reads_it(house: House) -> None:
    await house.create_channel()
    body = {
        "content": "Here is the brief",
        "senderIdentifier": "ann@example.org",
        "senderName": "Ann",
        "externalMessageId": "m-7",
        "attachments": [{"type": "application/pdf", "url": "https://example.org/brief.pdf"}],
    }

    message = await shown(house, bodyBase64=base64.b64encode(json.dumps(body).encode()).decode())

    assert (message["senderName"], message["externalMessageId"]) == ("Ann", "m-7")
    assert message["attachments"] == [
        {"type": "application/pdf", "name": None, "url": "https://example.org/brief.pdf"}
    ]


async def test_a_body_that_the_channel_cannot_read_names_the_place(house: House) -> None:
    await house.create_channel()

    error = await refused(house, body='{"content": 7, "senderIdentifier": "a"}')

    assert error["message"].startswith("the channel cannot read the body")
    assert [field["pointer"] for field in error["fields"]] == ["/body/content"]


async def test_one_message_is_asked_for_in_one_way(house: House) -> None:
    await house.create_channel()

    for asked in ({}, {"content": "hi", "body": "{}"}, {"body": "{}", "bodyBase64": "e30="}):
        error = await refused(house, **asked)
        assert [field["pointer"] for field in error["fields"]] == ["/content"]
    error = await refused(house, bodyBase64="not base64")
    assert [field["pointer"] for field in error["fields"]] == ["/bodyBase64"]


async def test_a_message_without_words_shows_what_is_said_of_it(house: House) -> None:
    await house.create_channel()

    message = await shown(house, content="👍🎉")

    assert message["fate"] == "answered"
    assert message["tasks"] == []


async def test_what_the_channel_could_not_keep_is_refused_here_as_well(house: House) -> None:
    await Post.connected(house)

    by_body = await refused(house, body='{"sender": "a", "text": "Call Dana\\u0000"}')
    by_words = await refused(house, content="Call Dana\x00")

    assert "a message cannot be stored" in by_body["message"]
    assert [field["pointer"] for field in by_words["fields"]] == ["/content"]


@pytest.mark.parametrize(
    ("mark", "fate"),
    [({"automatic": "auto_reply"}, "ignored"), ({"suspect": "dkim_failed"}, "quarantined")],
)
async def test_what_would_not_be_answered_says_why(house: House, mark: Json, fate: str) -> None:
    await Post.connected(house)
    mail = {"sender": ANN, "text": "Please call Dana", **mark}

    message = await shown(house, body=json.dumps(mail))

    assert (message["fate"], message["reason"]) == (fate, next(iter(mark.values())))
    assert (message["reply"], message["tasks"]) == (None, [])


async def test_a_stop_is_shown_as_one_and_counts_for_nobody(house: House) -> None:
    await Phone.connected(house)

    message = await shown(house, content="STOP", senderIdentifier="+15550101234")

    assert (message["fate"], message["reason"]) == ("consent", "consent_stop")
    assert message["reply"].startswith("You will get no more messages")
    await house.api("GET", "/senders/%2B15550101234/consent", status=404)


async def test_a_model_sees_what_was_said_before(house: House) -> None:
    await house.create_channel(ai={"responder": "model"})
    ModelResponder.answers = [Answer(reply="On Friday.")]

    message = await shown(
        house,
        content="And when?",
        earlier=[
            {"role": "user", "content": "Will you come?"},
            {"role": "assistant", "content": "Yes."},
        ],
    )

    [asked] = ModelResponder.asked
    assert [(turn.role, turn.text) for turn in asked.turns] == [
        ("user", "Will you come?"),
        ("assistant", "Yes."),
    ]
    assert message["reply"] == "On Friday."


@pytest.mark.parametrize(
    ("failure", "fate"),
    [(TemporaryFailure("it is busy"), "postponed"), (ZeroDivisionError("bug"), "held")],
)
async def test_a_responder_that_fails_says_how(house: House, failure: Exception, fate: str) -> None:
    fallback = ["acknowledge"] if fate == "postponed" else []
    await house.create_channel(ai={"responder": "model", "fallback": fallback})
    ModelResponder.answers = [failure]

    message = await shown(house, content="What is your phone number?")

    assert message["fate"] == fate
    assert ("it is busy" if fate == "postponed" else "log reference") in message["reason"]


async def test_a_request_with_too_many_messages_asks_no_model_for_each(house: House) -> None:
    await Phone.connected(house)
    body = "many|+15550101234|hello|11"

    error = await refused(house, body=body, contentType="text/plain")

    assert error["message"] == "it holds 11 messages; 10 are shown at most"


async def test_a_channel_of_somebody_else_is_not_there(house: House) -> None:
    await house.api("POST", "/webhooks/1/preview", {"content": "hi"}, status=404)
