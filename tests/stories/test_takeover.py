"""A person answers in the assistant's place: in the same thread, and nobody talks over them."""

from datetime import datetime

import pytest

from gateway import pipeline
from gateway.plugin import Answer
from gateway.rules.analysis import analyse
from gateway.store import Operation
from gateway.store.takeovers import HandReply, answer_by_hand, open_talk
from tests.conftest import Clock
from tests.parts import ModelResponder
from tests.stories.house import Channel, House, Json
from tests.stories.phone import Phone
from tests.stories.post import Post


async def reply(house: House, content: str = "Dana here", **fields: object) -> Json:
    body = {"content": content, **fields}
    return await house.api("POST", "/conversations/1/reply", body, status=201)


async def said(house: House) -> list[tuple[str, str, str]]:
    listed = await house.api("GET", "/conversations/1/messages")
    return [(one["author"], one["content"], one["status"]) for one in reversed(listed["items"])]


async def silent_minutes(house: House, clock: Clock) -> int:
    """How many minutes are left until the assistant goes on."""
    shown = await house.api("GET", "/conversations/1")
    assert shown["status"] == "paused"
    return round((datetime.fromisoformat(shown["resumesAt"]) - clock()).total_seconds() / 60)


def heard(house: House) -> list[str]:
    return [told["content"] for told in house.listener.told("message.reply")]


@pytest.fixture
async def channel(house: House) -> Channel:
    """A channel whose model has answered once."""
    channel = await house.create_channel(ai={"responder": "model"})
    ModelResponder.answers = [Answer(reply="Hello!")]
    await house.says(channel, "Hi")
    await house.drain()
    ModelResponder.answers = [Answer(reply="The assistant again.")] * 5
    return channel


async def test_a_person_answers_what_waits_and_the_assistant_does_not(
    house: House, channel: Channel
) -> None:
    await house.says(channel, "Is anybody there? Please call Dana tomorrow")

    answered = await reply(house)
    await house.drain()

    assert answered["messageIds"] == [2]
    assert await said(house) == [
        ("participant", "Hi", "processed"),
        ("assistant", "Hello!", "delivered"),
        ("participant", "Is anybody there? Please call Dana tomorrow", "processed"),
        ("person", "Dana here", "delivered"),
    ]
    told = house.listener.told("message.reply")[-1]
    assert (told["author"], told["inReplyTo"]) == ("person", [2])
    message = await house.api("GET", "/messages/2")
    assert message["replyDelivery"]["id"] == answered["deliveryId"]
    assert message["analysis"]["entities"]["names"] == ["Dana"]
    assert await house.tasks() == []


async def test_the_assistant_is_silent_for_an_hour_and_then_knows_what_was_said(
    house: House, channel: Channel, clock: Clock
) -> None:
    await reply(house)
    minutes = await silent_minutes(house, clock)
    await house.says(channel, "Thank you. And the price?")
    await house.drain()
    during = heard(house)

    clock.advance(3601)
    await pipeline.recover(house.gw)
    await house.drain()

    assert minutes == 60
    assert during == ["Hello!", "Dana here"]
    assert heard(house) == ["Hello!", "Dana here", "The assistant again."]
    assert [turn.text for turn in ModelResponder.asked[-1].turns] == ["Hi", "Hello!", "Dana here"]
    history = (await house.api("GET", "/conversations/1/history"))["items"]
    assert [(one["toStatus"], one["reason"]) for one in history[:2]] == [
        ("active", "its pause is over"),
        ("paused", "a person answers"),
    ]


@pytest.mark.usefixtures("channel")
async def test_another_word_of_the_person_moves_the_end_of_the_silence(
    house: House, clock: Clock
) -> None:
    await reply(house, silentMinutes=10)
    clock.advance(300)
    await reply(house, "One moment", silentMinutes=10)

    assert await silent_minutes(house, clock) == 10


@pytest.mark.usefixtures("channel")
async def test_a_pause_without_an_end_stays_one(house: House) -> None:
    await house.api("POST", "/conversations/1/pause", {})

    await reply(house)

    shown = await house.api("GET", "/conversations/1")
    assert (shown["status"], shown["resumesAt"]) == ("paused", None)


@pytest.mark.usefixtures("channel")
async def test_a_pause_ends_by_itself_when_it_was_given_an_end(house: House, clock: Clock) -> None:
    await house.api("POST", "/conversations/1/pause", {"minutes": 5})
    minutes = await silent_minutes(house, clock)

    clock.advance(301)
    await pipeline.recover(house.gw)

    assert minutes == 5
    assert (await house.api("GET", "/conversations/1"))["status"] == "active"


async def test_one_word_without_a_silence_leaves_the_assistant_on(
    house: House, channel: Channel
) -> None:
    await reply(house, silentMinutes=0)
    await house.says(channel, "Thanks")
    await house.drain()

    assert (await house.api("GET", "/conversations/1"))["status"] == "active"
    assert heard(house) == ["Hello!", "Dana here", "The assistant again."]


async def test_an_answer_that_the_assistant_is_making_is_dropped_unseen(
    house: House, channel: Channel
) -> None:
    await house.says(channel, "And now?")
    [claimed] = await house.claim()

    await reply(house, silentMinutes=0)
    await house.answer(claimed)
    await house.drain()

    assert heard(house) == ["Hello!", "Dana here"]


async def test_what_the_assistant_was_quicker_to_answer_is_not_answered_twice(
    house: House, channel: Channel
) -> None:
    await house.says(channel, "And now?")
    talk = await open_talk(house.gw.db, user_id=house.user_id, conversation_id=1)
    await house.drain()
    late = HandReply(
        conversation_id=1,
        content="Dana here",
        answered={
            one.id: analyse(one.text, now=one.received_at, time_zone="UTC")
            for one in talk.unanswered
        },
        silent_until=None,
        listeners=(),
    )
    by = Operation(user_id=house.user_id, actor="token:x", request_id="r", at=house.gw.now())

    _, answered = await answer_by_hand(house.gw.db, by, late)
    await house.drain()

    assert answered == []
    assert (await house.api("GET", "/messages/2"))["reply"] == "The assistant again."
    assert house.listener.told("message.reply")[-1]["inReplyTo"] == []


async def test_a_message_that_comes_meanwhile_is_not_taken_for_answered(
    house: House, channel: Channel
) -> None:
    await house.says(channel, "First")
    await reply(house, silentMinutes=0)
    await house.says(channel, "Second")
    await house.drain()

    assert heard(house) == ["Hello!", "Dana here", "The assistant again."]


async def test_a_mail_of_the_person_lands_in_the_thread(house: House) -> None:
    post = await Post.connected(house)
    await post.says("Logo", thread_hint="a")

    await reply(house)
    await house.drain()

    assert post.got[-1] == "Dana here"


async def test_who_has_said_stop_is_not_written_to(house: House) -> None:
    phone = await Phone.connected(house)
    for text in ("Hello", "STOP"):
        await phone.texts(text)
        await house.drain()

    answered = await reply(house)
    await house.drain()

    delivery = await house.api("GET", f"/deliveries/{answered['deliveryId']}")
    assert delivery["status"] == "withheld"


async def test_what_cannot_be_sent_is_refused_and_changes_nothing(house: House) -> None:
    channel = await house.create_channel(outboundWebhookUrl=None)
    await house.says(channel, "Hi")
    before = await house.api("GET", "/conversations/1")

    nowhere = await house.api("POST", "/conversations/1/reply", {"content": "x"}, status=409)
    for content in ("", " \n", "x" * 20_001, "a\x00b"):
        empty = await house.api("POST", "/conversations/1/reply", {"content": content}, status=400)
        assert empty["error"]["fields"][0]["pointer"] == "/content"
    await house.api("POST", "/conversations/2/reply", {"content": "x"}, status=404)

    assert "sends nothing" in nowhere["error"]["message"]
    assert await house.api("GET", "/conversations/1") == before


@pytest.mark.usefixtures("channel")
async def test_an_archived_conversation_is_over(house: House) -> None:
    await house.api("POST", "/conversations/1/archive", {})

    refused = await house.api("POST", "/conversations/1/reply", {"content": "x"}, status=409)

    assert "is archived" in refused["error"]["message"]


async def test_who_answered_stands_in_the_audit_trail(house: House, channel: Channel) -> None:
    answered = await reply(house)

    [line] = (await house.api("GET", "/audit?event=conversation.answered"))["items"]
    assert (line["deliveryId"], line["webhookId"]) == (answered["deliveryId"], channel.id)
    assert line["actor"].startswith("token:")
    assert line["detail"] == {"conversationId": 1, "messageIds": []}
