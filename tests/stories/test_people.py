"""A person who writes on several channels: known on each of them once the owner has linked them."""

import asyncio

import pytest

from gateway import store
from gateway.plugin import Answer
from gateway.store.people import Sender, link_senders
from tests.parts import ModelResponder
from tests.store import rows
from tests.stories.ann import NUMBER, Ann
from tests.stories.house import House, Json, short_code_in

LOGO = "Please send the Acme logo to Dana"
CONFIRM: Json = {"responder": "builtin", "confirmation": "ask"}
MONDAY = "Same as what I texted, but Monday"


async def _open(house: House) -> list[Json]:
    items = (await house.api("GET", "/proposals"))["items"]
    return [proposal for proposal in items if proposal["status"] == "pending"]


async def test_a_task_that_was_texted_is_listed_and_done_by_mail(house: House) -> None:
    ann = await Ann.known(house)
    await ann.texts(LOGO)

    status = await ann.mails("STATUS")
    await ann.mails("The Acme logo is done")
    back = await ann.texts("STATUS")

    assert "Acme logo" in status
    assert [task["status"] for task in await house.tasks()] == ["completed"]
    assert "Acme logo" in back


async def test_a_name_that_was_texted_is_known_by_mail(house: House) -> None:
    ann = await Ann.known(house)
    await ann.texts("My name is Anneliese")

    told = await ann.mails("what do you know about me")
    stranger = await ann.post.says("what do you know about me", sender="eve@example.net")

    assert "Anneliese" in told
    assert "Anneliese" not in stranger


async def test_strangers_of_the_same_name_are_not_the_same_person(house: House) -> None:
    ann = await Ann.known(house, is_linked=False)
    await ann.texts("My name is Anneliese")
    await ann.texts(LOGO)

    await ann.mails("My name is Anneliese")
    status = await ann.mails("STATUS")

    assert "Acme" not in status
    assert (await house.api("GET", "/people"))["items"] == []


async def test_a_mail_gives_another_date_to_what_was_texted(house: House) -> None:
    ann = await Ann.known(house, CONFIRM)
    first = short_code_in(await ann.texts(f"{LOGO} by Friday"))

    asked = await ann.mails(MONDAY)
    [proposal] = await _open(house)
    said = await ann.texts(f"YES {first}")
    await ann.mails("yes")

    assert "Acme logo" in asked
    assert proposal["code"] == short_code_in(asked)
    assert "Mon" in asked
    assert await _open(house) == []
    [task] = await house.tasks()
    assert task["title"] == "Send the Acme logo to Dana"
    assert task["sourceMessageId"] == 1
    assert "created" not in said


async def test_a_mail_gives_another_date_to_a_task_that_was_texted(house: House) -> None:
    ann = await Ann.known(house)
    await ann.mails("Please pay the invoice of Bolt by Friday")
    await ann.texts(f"{LOGO} by Friday")

    said = await ann.mails(MONDAY)

    due = {task["title"]: task["deadline"] for task in await house.tasks()}
    assert "logo" in said
    assert due["Send the Acme logo to Dana"] > due["Pay the invoice of Bolt"]


async def test_several_tasks_that_were_texted_are_asked_about(house: House) -> None:
    ann = await Ann.known(house)
    await ann.texts(f"{LOGO} by Friday")
    await ann.texts("Please pay the invoice of Acme by Friday")

    asked = await ann.mails(MONDAY)

    assert len(await _open(house)) == 2
    assert "logo" in asked
    assert "invoice" in asked


async def test_which_one_is_asked_where_several_were_texted(house: House) -> None:
    ann = await Ann.known(house, CONFIRM)
    await ann.texts(LOGO)
    await ann.texts("Please pay the invoice of Acme")

    asked = await ann.mails(MONDAY)

    assert "logo" in asked
    assert "invoice" in asked
    assert len(await _open(house)) == 2


async def test_a_question_that_was_texted_is_answered_by_mail_with_its_code(
    house: House,
) -> None:
    await house.create_channel()
    ann = await Ann.known(house, CONFIRM)
    code = short_code_in(await ann.texts(LOGO))

    bare = await ann.mails("yes")
    before = await house.tasks()
    said = await ann.mails(f"yes {code}")
    again = await ann.texts(f"yes {code}")

    assert "created" not in bare
    assert before == []
    assert "Acme logo" in said
    assert "already created" in again
    [task] = await house.tasks()
    assert (task["sourceWebhookId"], task["sourceMessageId"]) == (ann.phone.id, 1)
    [told] = house.listener.told("task.created")
    assert told["conversationId"] == task["conversationId"] == 1


async def test_a_code_that_is_sent_on_two_channels_at_once_makes_one_task(house: House) -> None:
    ann = await Ann.known(house, CONFIRM)
    code = short_code_in(await ann.texts(LOGO))
    await ann.phone.texts(f"yes {code}")
    await ann.post.gets(f"yes {code}", thread_hint="t")

    claimed = await house.claim()
    await asyncio.gather(*map(house.answer, claimed))
    await house.drain()

    assert len(claimed) == 2
    assert len(await house.tasks()) == 1


@pytest.mark.parametrize("order", [1, -1])
async def test_a_yes_and_another_date_on_two_channels_at_once_decide_once(
    house: House, order: int
) -> None:
    ann = await Ann.known(house, CONFIRM)
    code = short_code_in(await ann.texts(LOGO))
    await ann.phone.texts(f"yes {code}")
    await ann.post.gets(MONDAY, thread_hint="t")

    claimed = list(await house.claim())[::order]
    await asyncio.gather(*map(house.answer, claimed))
    await house.drain()

    decided = [p["status"] for p in (await house.api("GET", "/proposals"))["items"]]
    # A date that comes second is a change of the task that the yes has made.
    assert sorted(decided) in (["confirmed", "pending"], ["pending", "replaced"])
    assert len(await house.tasks()) == decided.count("confirmed")


async def test_those_who_are_told_apart_are_strangers_again(house: House) -> None:
    ann = await Ann.known(house)
    await ann.texts("My name is Anneliese")
    await ann.texts(LOGO)
    await ann.mails("what do you know about me")
    await ann.mails("Please pay the invoice of Bolt")

    left = await ann.is_unlinked()
    known = await ann.mails("what do you know about me")
    status = await ann.mails("STATUS")
    texted = await ann.texts("STATUS")

    assert left == {
        "webhookId": ann.phone.id,
        "senderIdentifier": NUMBER,
        "person": None,
    }
    assert "Anneliese" not in known
    assert "logo" not in status
    assert "Bolt" not in texted
    mailed = await rows(
        house.gw,
        "SELECT context_memory, context_summary FROM bot_conversations WHERE webhook_id = $1",
        ann.post.id,
    )
    assert "Anneliese" not in str([tuple(row) for row in mailed])
    assert "logo" not in str([tuple(row) for row in mailed])
    assert (await house.api("GET", "/people"))["items"] == []


async def test_an_answer_that_is_being_made_knows_nothing_of_who_is_told_apart(
    house: House,
) -> None:
    ann = await Ann.known(house, {"responder": "model"})
    await ann.post.gets("Hello", thread_hint="t")
    [mail] = await house.claim()
    await ann.is_unlinked()

    ModelResponder.answers.append(Answer(reply="Hello, you who texted"))
    await house.answer(mail)
    ModelResponder.answers.clear()
    await house.drain()

    assert "Hello, you who texted" not in ann.post.got


async def test_what_a_model_repeats_of_another_channel_is_not_taken_over(house: House) -> None:
    ann = await Ann.known(house)
    await ann.texts("My name is Anneliese")

    await ann.mails("My name is Anneliese")
    memory = await house.api("GET", "/conversations/2/memory")

    assert "name" not in [fact["key"] for fact in memory["facts"]]
    assert "Anneliese" in [fact["value"] for fact in memory["linkedFacts"]]


async def test_of_two_channels_the_latest_word_counts_and_each_keeps_its_own(house: House) -> None:
    ann = await Ann.known(house)
    await ann.texts("My name is Anneliese")
    await ann.mails("My name is Annabel")

    known = await ann.texts("what do you know about me")
    await ann.is_unlinked()
    alone = await ann.texts("what do you know about me")

    assert "Annabel" in known
    assert "Anneliese" not in known
    assert "Anneliese" in alone


@pytest.mark.parametrize("words", ["forget my name", "forget everything"])
async def test_what_is_forgotten_by_mail_is_forgotten_on_the_phone(
    house: House, words: str
) -> None:
    ann = await Ann.known(house)
    await ann.texts("My name is Anneliese")

    await ann.mails(words)
    known = await ann.texts("what do you know about me")

    assert "Anneliese" not in known


async def test_an_unproven_mail_sees_and_decides_nothing_of_the_phone(house: House) -> None:
    ann = await Ann.known(house, CONFIRM)
    code = short_code_in(await ann.texts(f"My name is Anneliese. {LOGO}"))
    await ann.mails("what do you know about me")

    told = [
        await ann.mails(words, is_proven=False)
        for words in ("STATUS", "what do you know about me", f"yes {code}", MONDAY)
    ]

    assert "logo" not in str(told)
    assert "Anneliese" not in str(told)
    assert await house.tasks() == []
    assert [proposal["code"] for proposal in await _open(house)] == [code]


async def test_one_unproven_mail_hides_the_phone_from_the_whole_turn(house: House) -> None:
    ann = await Ann.known(house, {"responder": "model"})
    await ann.texts("Hello")
    await rows(house.gw, "UPDATE bot_conversations SET context_summary = 'The phone said so'")
    await ann.mails("Hello")
    await rows(house.gw, "UPDATE bot_conversations SET context_summary = 'The phone said so'")

    await ann.post.gets("Mine", thread_hint="t")
    await ann.post.gets("Perhaps not mine", thread_hint="t", is_proven=False)
    await house.drain()

    asked = ModelResponder.asked[-1]
    assert len(asked.pending) == 2
    assert asked.summary == ""


async def test_opt_outs_and_limits_stay_with_each_sender(house: House) -> None:
    ann = await Ann.known(house)
    await ann.texts("Hello")
    body = {"senderIdentifier": NUMBER, "state": "opted_out", "reason": "said so on the phone"}
    await house.api("POST", "/consents", body)

    assert await ann.texts("Hello?") == ""
    assert await ann.mails("Hello?") != ""


async def test_linking_while_both_are_answered_is_no_deadlock(house: House) -> None:
    ann = await Ann.known(house)
    gw = house.gw
    operation = store.Operation(user_id=house.user_id, actor="t", request_id="r", at=gw.now())
    senders = [
        Sender(webhook_id=s["webhookId"], sender_identifier=s["senderIdentifier"])
        for s in ann.senders
    ]
    await ann.texts(LOGO)
    await ann.mails("Hello")
    for _ in range(5):
        await ann.phone.texts("STATUS")
        await ann.post.gets("STATUS", thread_hint="t")
        claimed = await house.claim()
        await asyncio.gather(
            *map(house.answer, claimed),
            ann.is_unlinked(),
            link_senders(gw.db, operation, senders),
        )
        await house.drain()

    left = await rows(house.gw, "SELECT FROM inbound_messages WHERE processing_status = 'received'")
    assert left == []
