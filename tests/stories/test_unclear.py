"""Whatever somebody sends, they get a sensible answer or one clear line, and a reason is kept."""

import pytest

from gateway.plugin import Answer, TaskDraft
from tests.parts import ModelResponder
from tests.stories.house import House
from tests.stories.phone import Phone

THREAD = "> Please send the logo\n> On Sunday Bob wrote:\n>> and call me"
QUOTED = "> On Monday you wrote:\n> Please send the logo\n\n--\nDana"


@pytest.mark.parametrize(
    ("text", "reason", "answer"),
    [
        ("🎉🎉", "only_emoji", "Understood, thank you."),
        ("word " * 20_000, "too_long", "Your message is too long for me to read (100000 "),
        ("🎉" * 21_000, "too_long", "Your message is too long for me to read (21000 "),
        ("👩‍👩‍👧 🏳️‍🌈", "only_emoji", "Understood, thank you."),
        ("???", "empty", "Your message arrived without text."),
        ("\u200b\u200f\u2060 ", "empty", "Your message arrived without text."),
        (QUOTED, "only_quotes", "I see only quoted text."),
        (
            f"On Mon, 23 Nov 2026 at 10:00, Ann <a@b.example> wrote:\n{THREAD}",
            "only_quotes",
            "I see",
        ),
        (f"Am 23.11.2026 schrieb Ann:\n{THREAD}", "only_quotes", "I see only quoted text."),
        (
            "-----Original Message-----\nFrom: Ann\nPlease send the logo",
            "only_quotes",
            "I see only",
        ),
    ],
)
async def test_what_cannot_be_answered_never_reaches_a_model(
    house: House, text: str, reason: str, answer: str
) -> None:
    channel = await house.create_channel(ai={"responder": "model"})

    await house.says(channel, text)
    await house.drain()

    [reply] = house.listener.told("message.reply")
    assert reply["content"].startswith(answer)
    assert "\n" not in reply["content"]
    [message] = (await house.api("GET", f"/webhooks/{channel.id}/messages"))["items"]
    assert message["reason"] == reason
    assert ModelResponder.asked == []


async def test_an_empty_text_message_is_asked_for_its_words(house: House) -> None:
    phone = await Phone.connected(house, aiConfig={"responder": "model"})

    await phone.texts(" ", "+12125550123")
    await house.drain()

    [message] = (await house.api("GET", f"/webhooks/{phone.id}/messages"))["items"]
    assert message["reply"].startswith("Your message arrived without text.")
    assert message["reason"] == "empty"
    assert ModelResponder.asked == []


async def test_an_emoji_beside_a_question_needs_no_answer_of_its_own(house: House) -> None:
    channel = await house.create_channel(ai={"responder": "model"})

    await house.says(channel, "🎉")
    await house.says(channel, "When do you open?")
    await house.drain()

    [reply] = house.listener.told("message.reply")
    assert (reply["content"], reply["inReplyTo"]) == ("model", [1, 2])


@pytest.mark.parametrize(
    "text", ["שלום, אפשר לשלוח את הלוגו?", "مرحبا، أرسل الشعار", "ロゴを送って"]
)
async def test_a_script_that_the_rules_cannot_read_is_said_to_be_one(
    house: House, text: str
) -> None:
    channel = await house.create_channel()

    await house.says(channel, text)
    await house.drain()

    [reply] = house.listener.told("message.reply")
    assert reply["content"].startswith("I have kept your message for the team. I can read English")
    [message] = (await house.api("GET", f"/webhooks/{channel.id}/messages"))["items"]
    assert message["reason"] == "unknown_script"


@pytest.mark.parametrize(
    "text", ["שלום, please send the logo to Dana", "\u202ePlease send the logo to Dana\u202c"]
)
async def test_what_can_be_read_of_a_text_from_right_to_left_is_a_task(
    house: House, text: str
) -> None:
    channel = await house.create_channel()

    await house.says(channel, text)
    await house.drain()

    [task] = (await house.api("GET", "/tasks"))["items"]
    assert "end the logo to Dana" in task["title"]


async def test_a_model_is_asked_about_any_script(house: House) -> None:
    channel = await house.create_channel(ai={"responder": "model"})

    await house.says(channel, "مرحبا، أرسل الشعار")
    await house.drain()

    [reply] = house.listener.told("message.reply")
    assert reply["content"] == "model"


async def test_two_languages_in_one_message_make_one_task_and_one_answer(house: House) -> None:
    channel = await house.create_channel()

    await house.says(channel, "Hola! Could you please send the logo to Dana by Friday? Gracias")
    await house.drain()

    assert len((await house.api("GET", "/tasks"))["items"]) == 1
    assert len(house.listener.told("message.reply")) == 1


async def test_what_is_quoted_is_not_what_is_asked(house: House) -> None:
    channel = await house.create_channel()

    for thread in (
        "> Please send the logo\n> and pay the printer",
        f"On Monday Ann wrote:\n{THREAD}",
        "----- Original Message -----\nFrom: Ann\nSubject: Logo\n\nPlease send the logo",
    ):
        await house.says(channel, f"Please call Dana\n\n{thread}")
    await house.drain()

    tasks = (await house.api("GET", "/tasks"))["items"]
    assert [task["title"] for task in tasks] == ["Call Dana"] * 3


@pytest.mark.parametrize(
    ("yes", "status", "help_", "undo"),
    [
        ("yes please", "status", "help", "undo"),
        ("sí, gracias", "tareas", "ayuda", "deshacer"),
        ("ja bitte", "Aufgaben", "Hilfe", "rückgängig"),
        ("oui, merci", "mes tâches", "aide", "défaire"),
    ],
)
async def test_the_words_that_need_no_model_are_known_in_four_languages(
    house: House, yes: str, status: str, help_: str, undo: str
) -> None:
    channel = await house.create_channel(ai={"responder": "model", "confirmation": "ask"})
    draft = TaskDraft(title="Acme logo", source_message_id=1)
    ModelResponder.answers = [Answer(reply="Noted.", tasks=(draft,))]
    for text in ("Hello", yes, status, help_, undo):
        await house.says(channel, text)
        await house.drain()

    _, created, listed, helped, nothing = (
        reply["content"] for reply in house.listener.told("message.reply")
    )
    assert '"Acme logo"' in created
    assert "1. Acme logo" in listed
    assert "UNDO" in helped.replace("DESHACER", "UNDO").replace("DEFAIRE", "UNDO").replace(
        "RÜCKGÄNGIG", "UNDO"
    )
    assert nothing
    assert len(ModelResponder.asked) == 1
    assert len((await house.api("GET", "/tasks"))["items"]) == 1


async def test_a_long_message_of_before_reaches_a_model_in_part(house: House) -> None:
    channel = await house.create_channel(ai={"responder": "model"})
    await house.says(channel, "x" * 15_000)
    await house.drain()

    await house.says(channel, "and?")
    await house.drain()

    assert max(len(turn.text) for turn in ModelResponder.asked[1].turns) == 4_000
