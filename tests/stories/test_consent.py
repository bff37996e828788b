"""A person who says STOP hears nothing more, whoever asks for it, until they say START."""

import asyncio

import pytest

from gateway import pipeline, store
from gateway.plugin import (
    Answer,
    ConsentWord,
    InboundMessage,
    OutboundMessage,
    Parsed,
    TaskDraft,
    TemporaryFailure,
)
from gateway.records import ClaimedConversation
from tests.conftest import Clock
from tests.parts import FakeProvider, ModelResponder
from tests.store import rows, value
from tests.stories.house import House, Json, claim_deliveries
from tests.stories.phone import Phone

ANN = "+15550101234"
STOPPED = "You will get no more messages from Phone. Reply START to get them again."
PENDING = "SELECT count(*) FROM outbound_messages WHERE delivery_status = 'pending'"


@pytest.fixture
async def phone(house: House) -> Phone:
    """A channel on which nothing was said yet."""
    return await Phone.connected(house)


async def ledger(house: House) -> Json:
    return await house.api("GET", "/senders/%2B15550101234/consent")


async def nothing_said(house: House) -> bool:
    refused = await house.api("GET", "/senders/%2B15550101234/consent", status=404)
    return "has said nothing" in refused["error"]["message"]


async def test_stop_is_confirmed_once_and_ends_everything(house: House, phone: Phone) -> None:
    await phone.texts("Stop!")
    await house.drain()
    await phone.texts("STOP")
    await phone.texts("Please send the logo to Dana")
    await house.drain()

    assert phone.got == [STOPPED]
    assert [task["title"] for task in (await house.api("GET", "/tasks"))["items"]] == [
        "Please send the logo to Dana"
    ]
    [withheld] = (await house.api("GET", "/deliveries?status=withheld"))["items"]
    assert withheld["lastError"].startswith("recipient_opted_out: ")
    assert withheld["attempts"] == 1


async def test_start_brings_the_messages_back(house: House, phone: Phone) -> None:
    for text in ("STOP", "Start", "Hello"):
        await phone.texts(text)
        await house.drain()

    stopped, started, answered = phone.got
    assert stopped == STOPPED
    assert started.startswith("You will get messages from Phone again.")
    assert answered == "echo Hello"


async def test_what_waits_is_withheld_in_the_same_moment(house: House, phone: Phone) -> None:
    await phone.texts("Hello")
    await house.converse()

    await phone.texts("stop")
    assert await value(house.gw, PENDING) == 1
    await house.drain()

    assert phone.got == [STOPPED]


async def test_stop_while_an_answer_is_made_drops_it(house: House, phone: Phone) -> None:
    """Scenario 3 of the field study."""
    await phone.texts("Hello")
    claimed = await _claimed(house)

    await phone.texts("STOP")
    await house.answer(claimed)
    await house.drain()

    assert phone.got == [STOPPED]


async def test_an_attempt_that_fails_is_not_repeated_after_stop(
    house: House, phone: Phone, clock: Clock
) -> None:
    await phone.texts("Hello")
    await house.converse()
    [held] = await claim_deliveries(house.gw)
    await phone.texts("STOP")
    FakeProvider.send_fails = _away
    await pipeline.deliver(house.gw, held)
    FakeProvider.send_fails = None
    clock.advance(60)

    await house.drain()

    assert phone.got == [STOPPED]
    assert (await phone.delivery(held.id))["status"] == "withheld"


async def test_what_was_asked_is_cancelled(house: House) -> None:
    phone = await Phone.connected(house, aiConfig={"responder": "model", "confirmation": "ask"})
    draft = TaskDraft(title="Send the logo", source_message_id=1)
    ModelResponder.answers = [Answer(reply="", tasks=(draft,))]
    await phone.texts("Please send the logo")
    await house.drain()

    await phone.texts("STOP")
    await house.drain()

    [proposal] = (await house.api("GET", "/proposals"))["items"]
    assert proposal["status"] == "cancelled"


@pytest.mark.parametrize(("word", "tasks"), [("CANCEL", 0), ("YES", 1)])
async def test_a_word_that_answers_a_question_is_an_answer(
    house: House, word: str, tasks: int
) -> None:
    phone = await Phone.connected(house, aiConfig={"responder": "model", "confirmation": "ask"})
    draft = TaskDraft(title="Send the logo", source_message_id=1)
    ModelResponder.answers = [Answer(reply="", tasks=(draft,))]
    await phone.texts("Please send the logo")
    await house.drain()

    await phone.texts(word)
    await house.drain()

    assert len((await house.api("GET", "/tasks"))["items"]) == tasks
    assert await nothing_said(house)
    assert len(phone.got) == 2


async def test_cancel_is_stop_where_nothing_is_asked(house: House, phone: Phone) -> None:
    await phone.texts("CANCEL")
    await house.drain()
    stood = (await ledger(house))["standing"]

    await phone.texts("yes")
    await house.drain()

    assert [each["state"] for each in stood] == ["opted_out"]
    assert [each["state"] for each in (await ledger(house))["standing"]] == ["opted_in"]


async def test_a_sentence_with_the_word_is_a_task(house: House, phone: Phone) -> None:
    await phone.texts("Stop by the shop Friday")
    await house.drain()

    assert phone.got == ["echo Stop by the shop Friday"]
    assert await nothing_said(house)


async def test_who_has_opted_out_gets_one_answer_to_help_after_each_stop(house: House) -> None:
    phone = await Phone.connected(house)

    async def hears(*texts: str) -> list[str]:
        before = len(phone.got)
        for text in texts:
            await phone.texts(text)
            await house.drain()
        return phone.got[before:]

    await hears("Hello", "STOP")
    first = await hears("HELP")
    again = await hears("HELP", "Info", "Hello")
    await hears("START", "STOP")
    once_more = await hears("HELP", "HELP")

    assert len(first) == len(once_more) == 1
    assert "STOP" in first[0]
    assert again == []


async def test_a_help_does_not_take_the_place_of_the_confirmation(house: House) -> None:
    phone = await Phone.connected(house)
    await phone.texts("STOP")
    await phone.texts("HELP")

    await house.drain()

    [confirmed] = phone.got
    assert "START" in confirmed


async def test_help_is_answered_without_a_model(house: House) -> None:
    phone = await Phone.connected(house, aiConfig={"responder": "model"})
    ModelResponder.asked.clear()

    for text in ("HELP", "Info"):
        await phone.texts(text)
        await house.drain()

    assert ModelResponder.asked == []
    assert len(phone.got) == 2
    assert phone.got[0].startswith("This is Phone. Reply STOP to get no more messages.")


async def test_the_gateway_is_silent_where_the_provider_answers(house: House, phone: Phone) -> None:
    FakeProvider.answers_consent = True
    for text in ("STOP", "START", "HELP", "Hello"):
        await phone.texts(text)
        await house.drain()

    assert phone.got == ["echo Hello"]
    assert [entry["state"] for entry in (await ledger(house))["ledger"]] == [
        "opted_out",
        "opted_in",
    ]


@pytest.mark.parametrize(("word", "state"), [("stop", "opted_out"), ("start", "opted_in")])
async def test_the_providers_own_mark_counts_whatever_the_words(
    house: House, phone: Phone, monkeypatch: pytest.MonkeyPatch, word: ConsentWord, state: str
) -> None:
    message = InboundMessage(sender=ANN, text="Basta", external_id="1", consent=word)
    monkeypatch.setattr(FakeProvider, "parse", lambda *_: Parsed(messages=(message,)))

    await phone.texts("Basta")

    [entry] = (await ledger(house))["ledger"]
    assert (entry["state"], entry["source"], entry["words"]) == (state, "provider", "Basta")


async def test_the_ledger_has_the_proof(house: House, phone: Phone) -> None:
    await house.create_channel()
    await phone.texts("Unsubscribe.")
    await house.drain()

    shown = await ledger(house)

    [entry] = shown["ledger"]
    assert (entry["source"], entry["words"], entry["actor"]) == (
        "word",
        "Unsubscribe.",
        "participant",
    )
    assert (entry["webhookId"], entry["messageId"]) == (phone.id, 1)
    [told] = house.listener.told("consent.changed")
    assert (told["senderIdentifier"], told["state"], told["words"]) == (
        ANN,
        "opted_out",
        "Unsubscribe.",
    )
    [message] = (await house.api("GET", f"/webhooks/{phone.id}/messages"))["items"]
    assert (message["processingStatus"], message["reason"]) == ("processed", "consent_stop")
    assert message["reply"] == STOPPED


async def test_a_repeated_request_confirms_once(house: House, phone: Phone) -> None:
    await asyncio.gather(*(phone.post(f"same|{ANN}|STOP") for _ in range(5)))
    await asyncio.gather(*(phone.post(f"other{n}|{ANN}|STOP") for n in range(5)))
    await house.drain()

    assert phone.got == [STOPPED]
    assert len((await ledger(house))["ledger"]) == 1


async def test_one_channels_stop_leaves_the_others_alone(house: House, phone: Phone) -> None:
    other = await Phone.connected(house, channelName="Other")
    await phone.texts("STOP")
    await other.texts("Hello")
    await house.drain()

    assert sorted(other.got) == [STOPPED, "echo Hello"]


async def test_a_limit_keeps_nobody_from_saying_stop(house: House) -> None:
    phone = await Phone.connected(house, rateLimitPerMinute=1)
    await phone.texts("Hello")
    assert await phone.post(f"2|{ANN}|Hello again") == 429

    assert await phone.post(f"3|{ANN}|STOP") == 200

    assert [each["state"] for each in (await ledger(house))["standing"]] == ["opted_out"]


async def test_a_paused_conversation_hears_stop(house: House, phone: Phone) -> None:
    await phone.texts("Hello")
    await house.drain()
    await house.api("POST", "/conversations/1/pause", {})

    await phone.texts("STOP")
    await house.drain()

    assert phone.got == ["echo Hello", STOPPED]


async def test_the_owner_can_say_so_with_a_reason(house: House, phone: Phone) -> None:
    own = {"senderIdentifier": ANN, "state": "opted_out"}
    await phone.texts("Hello")
    await house.converse()

    await house.api("POST", "/consents", own, status=400)
    shown = await house.api("POST", "/consents", {**own, "reason": "told us by phone"})
    await house.api("POST", "/consents", {**own, "reason": "again"})
    await house.drain()

    assert phone.got == []
    assert shown["standing"][0]["webhookId"] is None
    assert shown["ledger"][0]["source"] == "owner"
    listed = (await house.api("GET", "/consents?state=opted_out"))["items"]
    assert [each["senderIdentifier"] for each in listed] == [ANN]
    audited = (await house.api("GET", "/audit?event=consent.changed"))["items"]
    assert audited[-1]["detail"] == {"state": "opted_out", "reason": "told us by phone"}
    await house.api("POST", "/consents", {**own, "reason": "x", "webhookId": 99}, status=404)


async def test_who_says_start_on_one_channel_stays_out_of_the_others(
    house: House, phone: Phone
) -> None:
    other = await Phone.connected(house, channelName="Other")
    own = {"senderIdentifier": ANN, "state": "opted_out", "reason": "by letter"}
    await house.api("POST", "/consents", own)
    await phone.texts("START")
    await phone.texts("Hello")
    await other.texts("Hi")
    await house.drain()

    assert phone.got[1:] == ["echo Hello"]


async def test_events_about_an_opted_out_person_still_reach_the_agency(
    house: House, phone: Phone
) -> None:
    await house.create_channel()
    await phone.texts("STOP")
    await phone.texts("One more thing")
    await house.drain()

    assert "conversation.updated" in house.listener.names
    assert len(house.listener.told("message.received")) == 2


async def test_an_opt_out_outlives_erasure(house: House, phone: Phone) -> None:
    await phone.texts("STOP")
    await house.drain()

    await house.api("DELETE", "/senders/%2B15550101234")
    await phone.texts("Hello")
    await house.drain()

    assert phone.got == [STOPPED]
    [entry] = (await ledger(house))["ledger"]
    assert (entry["state"], entry["words"]) == ("opted_out", "")


async def test_another_account_does_not_see_it(house: House, phone: Phone) -> None:
    await phone.texts("STOP")

    [row] = await rows(house.gw, "SELECT * FROM consents")

    assert row["user_id"] == house.user_id


async def test_own_words_of_a_channel_count(house: House) -> None:
    words = {"stop": ["Basta ya"], "help": ["¿Qué?"]}
    phone = await Phone.connected(house, aiConfig={"responder": "echo", "consentWords": words})

    await phone.texts("basta ya!")
    await house.drain()

    assert phone.got == [STOPPED]


def _away(_: OutboundMessage) -> None:
    raise TemporaryFailure("the provider is away", response_status=503)


async def _claimed(house: House) -> ClaimedConversation:
    [claimed] = await store.claim_conversations(
        house.gw.db, now=house.gw.now(), lease_seconds=10, limit=1, history_turns=20
    )
    return claimed
