"""One person writes in several threads: each is a talk, and what was agreed counts in all."""

import asyncio

from gateway.plugin import Answer, Fact, OutboundMessage, TemporaryFailure
from tests.conftest import Clock
from tests.parts import FakeMail, ModelResponder
from tests.store import rows
from tests.stories.house import House, Json, short_code_in
from tests.stories.post import ANN, Post

LOGO = "Please send the Acme logo to Dana"
INVOICE = "Please pay the invoice of Acme"
CONFIRM = {"confirmation": "ask"}


async def _talks(house: House) -> list[Json]:
    listed = await house.api("GET", "/conversations")
    return sorted(listed["items"], key=lambda talk: int(talk["id"]))


async def _titles(house: House) -> list[str]:
    return sorted(task["title"] for task in (await house.api("GET", "/tasks"))["items"])


async def test_each_thread_of_a_person_is_a_conversation_of_its_own(house: House) -> None:
    post = await Post.connected(house, aiConfig={"responder": "echo"})

    await post.gets("Logo", thread_hint="a")
    await post.gets("Invoice", thread_hint="b")
    await post.gets("More on the logo", thread_hint="a")
    await post.gets("No thread")
    await house.drain()

    talks = await _talks(house)
    assert [(t["participant"], t["thread"], t["messageCount"]) for t in talks] == [
        (ANN, "a", 2),
        (ANN, "b", 1),
        (ANN, "", 1),
    ]
    assert sorted(post.got) == ["echo Invoice", "echo Logo / More on the logo", "echo No thread"]
    said = await house.api("GET", f"/conversations/{talks[0]['id']}/messages")
    assert [m["content"] for m in said["items"] if m["direction"] == "inbound"] == [
        "More on the logo",
        "Logo",
    ]


async def test_strangers_in_one_thread_do_not_share_a_conversation(house: House) -> None:
    post = await Post.connected(house, aiConfig={"responder": "echo"})

    await post.gets("Mine", thread_hint="a")
    await post.gets("Not mine", thread_hint="a", sender="eve@example.net")
    await house.drain()

    talks = await _talks(house)
    assert [(t["participant"], t["messageCount"]) for t in talks] == [
        (ANN, 1),
        ("eve@example.net", 1),
    ]


async def test_a_waiting_message_shows_up_in_its_own_thread_alone(house: House) -> None:
    post = await Post.connected(house, aiConfig={"responder": "echo"})
    await post.gets("Logo", thread_hint="a")
    await post.gets("Invoice", thread_hint="b")

    first, second = await _talks(house)

    for talk, words in ((first, "Logo"), (second, "Invoice")):
        said = await house.api("GET", f"/conversations/{talk['id']}/messages")
        assert [m["content"] for m in said["items"]] == [words]


async def test_a_resolved_thread_is_reopened_or_begun_anew_without_the_others(
    house: House,
) -> None:
    post = await Post.connected(house, aiConfig={"responder": "echo", "whenResolved": "new"})
    await post.says("Logo", thread_hint="a")
    await post.says("Invoice", thread_hint="b")
    for talk in await _talks(house):
        await house.api("POST", f"/conversations/{talk['id']}/resolve", {})

    await post.says("Logo again", thread_hint="a")

    assert [(t["thread"], t["status"]) for t in await _talks(house)] == [
        ("a", "archived"),
        ("b", "resolved"),
        ("a", "active"),
    ]


async def test_archiving_a_thread_keeps_what_waits_in_another(house: House) -> None:
    post = await Post.connected(house, aiConfig={"responder": "echo"})
    await post.gets("Logo", thread_hint="a")
    await post.gets("Invoice", thread_hint="b")
    first, _ = await _talks(house)

    await house.api("POST", f"/conversations/{first['id']}/archive", {})
    await house.drain()

    assert post.got == ["echo Invoice"]


async def test_the_events_name_the_thread(house: House) -> None:
    await house.create_channel()
    post = await Post.connected(house, aiConfig={"responder": "echo"})

    await post.says("Logo", thread_hint="a")

    assert [told["thread"] for told in house.listener.told("conversation.updated")] == ["a"]


async def test_status_tells_of_the_tasks_of_all_threads(house: House) -> None:
    post = await Post.connected(house)
    await post.says(LOGO, thread_hint="a")
    await post.says(INVOICE, thread_hint="b")
    await post.says("Please call Eve", sender="eve@example.net", thread_hint="a")

    status = await post.says("STATUS", thread_hint="c")

    assert "Acme logo" in status
    assert "invoice" in status
    assert "Eve" not in status


async def test_a_task_is_changed_by_text_from_another_thread(house: House) -> None:
    post = await Post.connected(house)
    await post.says(LOGO, thread_hint="a")

    await post.says("The Acme logo is done", thread_hint="b")

    [task] = (await house.api("GET", "/tasks"))["items"]
    assert task["status"] == "completed"


async def test_a_code_confirms_its_question_from_another_thread(house: House) -> None:
    post = await Post.connected(house, aiConfig=CONFIRM)
    code = short_code_in(await post.says(LOGO, thread_hint="a"))

    bare = await post.says("yes", thread_hint="b")
    before = await _titles(house)
    said = await post.says(f"yes {code}", thread_hint="b")
    again = await post.says(f"yes {code}", thread_hint="a")

    assert "created" not in bare
    assert before == []
    assert "Acme logo" in said
    assert await _titles(house) == ["Send the Acme logo to Dana"]
    assert "already created" in again


async def test_a_code_that_is_sent_in_two_threads_at_once_makes_one_task(house: House) -> None:
    post = await Post.connected(house, aiConfig=CONFIRM)
    code = short_code_in(await post.says(LOGO, thread_hint="a"))
    for thread in "abc":
        await post.gets(f"yes {code}", thread_hint=thread)

    claimed = await house.claim()
    await asyncio.gather(*map(house.answer, claimed))
    await house.drain()

    assert len(claimed) == 3
    assert await _titles(house) == ["Send the Acme logo to Dana"]
    assert sum("already created" in text for text in post.got) == 2


async def test_a_stranger_cannot_use_the_code_of_another_persons_thread(house: House) -> None:
    post = await Post.connected(house, aiConfig=CONFIRM)
    code = short_code_in(await post.says(LOGO, thread_hint="a"))

    await post.says(f"yes {code}", sender="eve@example.net", thread_hint="a")

    assert await _titles(house) == []


async def test_what_a_person_said_in_one_thread_is_known_in_another(house: House) -> None:
    post = await Post.connected(house, aiConfig={"responder": "model"})
    await _remembers(post, "street", "Elm Street 1", thread_hint="a")
    await _remembers(post, "street", "Oak Street 2", thread_hint="b")

    await post.says("Where do I live?", thread_hint="a")
    await post.says("And I?", thread_hint="a", sender="eve@example.net")

    told, stranger = ([f.value for f in asked.memory] for asked in ModelResponder.asked[-2:])
    assert told == ["Oak Street 2"]
    assert stranger == []


async def test_what_is_forgotten_in_one_thread_is_known_in_none(house: House) -> None:
    post = await Post.connected(house, aiConfig={"responder": "model"})
    await _remembers(post, "street", "Elm Street 1", thread_hint="a")
    await post.gets("Hello", thread_hint="b")
    [other] = await house.claim()

    await post.says("forget my street", thread_hint="c")
    ModelResponder.answers.append(Answer(reply="Hello from Elm Street"))
    await house.answer(other)
    ModelResponder.answers.clear()
    await post.says("And now?", thread_hint="b")

    assert "Hello from Elm Street" not in post.got
    assert [f.value for f in ModelResponder.asked[-1].memory] == []
    kept = await rows(house.gw, "SELECT context_memory, context_summary FROM bot_conversations")
    assert "Elm" not in str([tuple(row) for row in kept])


async def test_what_the_owner_erases_in_one_thread_is_known_in_none(house: House) -> None:
    post = await Post.connected(house, aiConfig={"responder": "model"})
    await _remembers(post, "street", "Elm Street 1", thread_hint="a")
    await post.says("Hello", thread_hint="b")

    left = await house.api("DELETE", "/conversations/2/memory?key=street")
    await post.says("Hello again", thread_hint="b")

    assert left["facts"] == []
    assert [f.value for f in ModelResponder.asked[-1].memory] == []


async def _remembers(post: Post, key: str, value: str, *, thread_hint: str) -> None:
    fact = Fact(key=key, value=value, message_id=1, at=post.house.gw.now(), kind="contact")
    ModelResponder.answers.append(Answer(reply="Noted.", memory=(fact,)))
    await post.says(f"I live at {value}", thread_hint=thread_hint)


async def test_a_reply_goes_out_with_its_thread_and_the_facts_of_what_it_answers(
    house: House,
) -> None:
    post = await Post.connected(house, aiConfig={"responder": "echo"})
    first, second = {"messageId": "<1@x>"}, {"messageId": "<2@x>", "references": ["<1@x>"]}

    await post.gets("Logo", thread_hint="a", facts=first)
    await post.gets("More", thread_hint="a", facts=second)
    await post.says("No thread", facts=first)
    await post.says("Neither")

    told = {m.text: (m.thread, dict(m.answered)) for m in FakeMail.sent}
    assert told == {
        "echo Logo / More": ("a", second),
        "echo No thread": ("", first),
        "echo Neither": ("", {}),
    }


async def test_a_reply_that_is_tried_again_still_knows_what_it_answers(house: House) -> None:
    post = await Post.connected(house, aiConfig={"responder": "echo"})

    def fails(_message: OutboundMessage) -> None:
        raise TemporaryFailure("greylisted")

    FakeMail.send_fails = fails
    await post.gets("Logo", thread_hint="a", facts={"messageId": "<1@x>"})
    await house.converse()
    await house.deliver()
    FakeMail.send_fails = None
    await rows(house.gw, "UPDATE outbound_messages SET scheduled_for = created_at")
    await house.drain()

    assert [(m.thread, m.answered["messageId"]) for m in FakeMail.sent] == [("a", "<1@x>")]


async def test_an_erased_person_is_gone_from_all_threads(house: House) -> None:
    post = await Post.connected(house, aiConfig={"responder": "echo"})
    await post.says("Logo", thread_hint="a")
    await post.gets("Invoice", thread_hint="b")

    await house.api("DELETE", f"/senders/{ANN}")

    kept = await rows(house.gw, "SELECT sender, thread, content FROM inbound_messages")
    assert {tuple(row) for row in kept} == {("erased", "", "")}
    talks = await rows(house.gw, "SELECT participant, thread FROM bot_conversations")
    assert {tuple(row) for row in talks} == {("erased", "")}


async def test_a_machine_that_opens_a_thread_for_each_answer_is_stopped(house: House) -> None:
    post = await Post.connected(house, aiConfig={"responder": "echo"})

    for number in range(63):
        await post.gets(f"Ticket {number} was opened", thread_hint=f"t{number}")
        await house.drain()
    await post.says("Hello", sender="eve@example.net", thread_hint="e")

    assert len(post.got) == 61
    held = await house.api("GET", f"/webhooks/{post.id}/messages?status=failed&reason=loop")
    assert [m["content"] for m in held["items"]] == [
        "Ticket 62 was opened",
        "Ticket 61 was opened",
        "Ticket 60 was opened",
    ]


async def test_a_held_thread_is_answered_once_the_hour_is_over(house: House, clock: Clock) -> None:
    post = await Post.connected(house, aiConfig={"responder": "echo"})
    for number in range(61):
        await post.gets(f"Ticket {number} was opened", thread_hint=f"t{number}")
        await house.drain()

    clock.advance(7_200)
    await house.api("POST", "/messages/61/replay", {})
    await house.drain()

    assert post.got[-1] == "echo Ticket 60 was opened"
