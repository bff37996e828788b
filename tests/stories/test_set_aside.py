"""What a machine wrote is kept and never answered; what is suspicious waits for a person."""

import json

import pytest
from structlog.testing import capture_logs

from gateway import store
from tests.parts import FakeMail
from tests.store import rows, value
from tests.stories.house import House, Json
from tests.stories.post import ANN, Post

ECHO = {"responder": "echo"}
FORGED: Json = {"suspect": "failed_authentication", "facts": {"dmarc": "fail"}, "is_proven": False}


async def _audit(house: House) -> list[Json]:
    found: list[Json] = (await house.api("GET", "/audit"))["items"]
    return found


async def _listed(house: House, post: Post, query: str = "") -> list[Json]:
    found: list[Json] = (await house.api("GET", f"/webhooks/{post.id}/messages{query}"))["items"]
    return found


async def test_a_machines_mail_is_kept_and_neither_answered_nor_told(house: House) -> None:
    await house.create_channel()
    post = await Post.connected(house, aiConfig=ECHO)

    with capture_logs() as logs:
        await post.gets("I am away until Monday", automatic="auto_reply", thread_hint="a")
        await house.drain()

    [kept] = await _listed(house, post, "?status=ignored&reason=auto_reply")
    assert (kept["content"], kept["conversationId"]) == ("I am away until Monday", None)
    assert post.got == []
    assert house.listener.names == []
    assert (await house.api("GET", "/conversations"))["items"] == []
    [line] = [line for line in logs if line["event"] == "message.set_aside"]
    assert (line["outcome"], line["reason"]) == ("ignored", "auto_reply")
    counted = house.gw.metrics.set_aside.labels("ignored", "auto_reply")
    assert counted._value.get() == 1  # the client library has no other way


@pytest.mark.parametrize("when_resolved", ["reopen", "new"])
async def test_a_hundred_auto_replies_reopen_nothing_and_get_no_answer(
    house: House, when_resolved: str
) -> None:
    post = await Post.connected(house, aiConfig={**ECHO, "whenResolved": when_resolved})
    await post.says("Logo", thread_hint="a")
    await house.api("POST", "/conversations/1/resolve", {})

    for _ in range(100):
        await post.gets("Out of office", automatic="auto_reply", thread_hint="a")
    await house.drain()

    assert post.got == ["echo Logo"]
    [talk] = (await house.api("GET", "/conversations"))["items"]
    assert (talk["status"], talk["messageCount"]) == ("resolved", 1)


async def test_a_machines_mail_uses_up_no_quota(house: House) -> None:
    post = await Post.connected(house, aiConfig=ECHO, rateLimitPerMinute=3)

    for _ in range(10):
        await post.gets("Out of office", automatic="auto_reply")
    await post.gets("A person")

    assert [m["content"] for m in await _listed(house, post, "?status=received")] == ["A person"]


async def test_a_code_that_is_none_is_kept_as_unnamed(house: House) -> None:
    post = await Post.connected(house)

    await post.gets("Spam", suspect="Looks bad: because of this", automatic="")

    [kept] = await _listed(house, post, "?status=quarantined")
    assert kept["reason"] == "unnamed"


async def test_a_suspicious_mail_is_quarantined_with_its_code_and_evidence(house: House) -> None:
    await house.create_channel()
    post = await Post.connected(house, aiConfig=ECHO)

    await post.gets("Pay this now", **FORGED)
    await post.gets("A friendly word")
    await house.drain()

    [held] = await _listed(house, post, "?status=quarantined&reason=failed_authentication")
    assert (await house.api("GET", f"/messages/{held['id']}"))["facts"] == {"dmarc": "fail"}
    assert await _listed(house, post, "?status=quarantined&reason=spam") == []
    assert post.got == ["echo A friendly word"]
    assert [m["content"] for m in house.listener.told("message.received")] == ["A friendly word"]


async def test_a_released_mail_is_answered_and_told_of_as_it_was_read(house: House) -> None:
    await house.create_channel()
    post = await Post.connected(house, aiConfig=ECHO)
    await post.says("Before", thread_hint="a")
    await post.gets("Pay this now", thread_hint="a", **FORGED)

    answer = await house.api("POST", "/messages/2/replay", {})
    await house.drain()

    assert answer == {"messageIds": [2]}
    assert post.got[-1].startswith("echo Pay this now")
    assert house.listener.told("message.received")[-1] == {
        "messageId": 2,
        "conversationId": 1,
        "senderIdentifier": ANN,
        "senderName": None,
        "messageType": "text",
        "content": "Pay this now",
        "attachments": [],
        "externalMessageId": "<2@x>",
    }
    [talk] = (await house.api("GET", "/conversations"))["items"]
    assert talk["messageCount"] == 2
    assert FakeMail.sent[-1].answered == {"dmarc": "fail"}
    noted = await value(
        house.gw, "SELECT count(*) FROM webhook_logs WHERE event = 'message.replayed'"
    )
    assert noted == 1


async def test_a_released_mail_supersedes_the_answer_that_is_being_made(house: House) -> None:
    post = await Post.connected(house, aiConfig=ECHO)
    await post.gets("Hello", thread_hint="a")
    await post.gets("More", thread_hint="a", **FORGED)
    [claimed] = await house.claim()

    await house.api("POST", "/messages/2/replay", {})
    await house.answer(claimed)
    await house.drain()

    assert [text.split("\n")[0] for text in post.got] == ["echo Hello / More"]


async def test_a_person_can_say_that_it_was_no_machine(house: House) -> None:
    post = await Post.connected(house, aiConfig=ECHO)
    await post.gets("I am away, but please send the logo", automatic="auto_reply")

    await house.api("POST", "/messages/1/replay", {})
    await house.drain()

    assert post.got == ["echo I am away, but please send the logo"]
    await house.api("POST", "/messages/1/replay", {}, status=409)


async def test_a_discarded_mail_stays_unanswered_and_is_noted(house: House) -> None:
    post = await Post.connected(house, aiConfig=ECHO)
    await post.gets("Pay this now", **FORGED)

    await house.api("POST", "/messages/1/discard", {})
    await house.api("POST", "/messages/1/discard", {}, status=409)
    await house.api("POST", "/messages/1/replay", {}, status=409)
    await house.drain()

    assert post.got == []
    [kept] = await _listed(house, post, "?status=discarded")
    assert kept["reason"] == "failed_authentication"
    [entry] = [e for e in await _audit(house) if e["event"] == "message.discarded"]
    assert entry["webhookId"] == post.id


async def test_who_replays_all_leaves_suspicious_mails_where_they_are(house: House) -> None:
    post = await Post.connected(house, aiConfig=ECHO)
    await post.gets("Pay this now", **FORGED)
    await house.client.post(post.path, data=b"no json", headers={"X-Token": "t"})

    found = await store.waiting_messages(
        house.gw.db, user_id=house.user_id, webhook_id=post.id, after_id=0, limit=9
    )

    assert [waiting.id for waiting in found] == [2]


async def test_a_poisonous_mail_does_not_keep_the_next_one_waiting(house: House) -> None:
    post = await Post.connected(house, aiConfig=ECHO)

    response = await house.client.post(post.path, data=b"{", headers={"X-Token": "t"})
    await post.gets("A\x00B")
    await post.gets("Next")
    await house.drain()

    assert response.status_code == 200
    assert post.got == ["echo Next"]
    assert len(await _listed(house, post, "?status=quarantined")) == 2


async def test_who_was_only_ever_set_aside_can_be_shown_and_erased(house: House) -> None:
    post = await Post.connected(house)
    await post.gets("Away", automatic="auto_reply", facts={"subject": "Away"}, thread_hint="a")
    await post.gets("Pay", **FORGED)

    held = await house.api("GET", f"/senders/{ANN}")
    copied = await house.api("GET", f"/senders/{ANN}/export")
    await house.api("DELETE", f"/senders/{ANN}")

    assert (held["messages"], held["conversations"]) == (2, 0)
    assert [m["content"] for m in copied["messages"]] == ["Away", "Pay"]
    left = await rows(house.gw, "SELECT sender, content, facts, thread FROM inbound_messages")
    assert {tuple(row) for row in left} == {("erased", "", None, "")}
    await house.api("GET", f"/senders/{ANN}", status=404)


async def test_what_was_replayed_of_a_person_is_erased_with_the_rest(house: House) -> None:
    post = await Post.connected(house, aiConfig=ECHO)
    far = {"X-Token": "t", "X-Gateway-Hops": "9"}
    mail = json.dumps({"sender": ANN, "text": "Round and round", "external_id": "<1@x>"})
    await house.client.post(post.path, data=mail, headers=far)
    await house.api("POST", "/messages/1/replay", {})
    await house.drain()
    before = await rows(house.gw, "SELECT processing_status, sender FROM inbound_messages")

    await house.api("DELETE", f"/senders/{ANN}")

    assert [tuple(row) for row in before] == [("replayed", ANN), ("processed", ANN)]
    left = await rows(house.gw, "SELECT sender, content FROM inbound_messages")
    assert {tuple(row) for row in left} == {("erased", "")}
