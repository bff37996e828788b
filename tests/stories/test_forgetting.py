"""A person asks what is known of them and has it forgotten; so does the owner, by the API."""

import json

import pytest

from gateway.plugin import Answer, Fact
from tests.parts import ModelResponder
from tests.stories.house import Channel, House


async def said(house: House, channel: Channel, text: str, *taught: tuple[str, str]) -> str:
    """What is answered; where the model is asked, it learns these facts from the message."""
    house.listener.bodies.clear()
    posted = await house.says(channel, text)
    facts = tuple(
        Fact(
            key=key, value=value, message_id=posted["messageId"], at=house.gw.now(), kind="contact"
        )
        for key, value in taught
    )
    ModelResponder.answers = [Answer(reply="Noted.", memory=facts, summary=f"They said {text}")]
    await house.drain()
    return str(house.listener.told("message.reply")[-1]["content"])


async def keys(house: House) -> list[str]:
    memory = await house.api("GET", "/conversations/1/memory")
    return [fact["key"] for fact in memory["facts"]]


async def furnished(house: House) -> Channel:
    """A conversation that knows a telephone number, and, said last, an address."""
    channel = await house.create_channel(ai={"responder": "model"})
    await said(house, channel, "I am on 555 0101", ("phone_number", "555 0101"))
    await said(house, channel, "I live at 12 Mill Lane", ("delivery_address", "12 Mill Lane"))
    return channel


async def test_what_is_remembered_is_read_with_its_sources(house: House) -> None:
    await furnished(house)

    memory = await house.api("GET", "/conversations/1/memory")

    assert memory["contextSummary"] == "They said I live at 12 Mill Lane"
    assert [(f["key"], f["value"], f["messageId"]) for f in memory["facts"]] == [
        ("phone_number", "555 0101", 1),
        ("delivery_address", "12 Mill Lane", 2),
    ]


async def test_the_owner_erases_one_fact_or_all_and_the_trail_tells_no_value(house: House) -> None:
    await furnished(house)

    left = await house.api("DELETE", "/conversations/1/memory?key=phone_number")
    nothing = await house.api("DELETE", "/conversations/1/memory")

    assert [fact["key"] for fact in left["facts"]] == ["delivery_address"]
    assert nothing == {"contextSummary": "", "facts": [], "linkedFacts": []}
    trail = (await house.api("GET", "/audit?event=conversation.memory_erased"))["items"]
    assert [entry["detail"] for entry in trail] == [
        {"conversationId": 1, "key": None},
        {"conversationId": 1, "key": "phone_number"},
    ]
    assert "Mill" not in json.dumps(trail)


async def test_a_person_is_told_what_is_known_of_them_without_a_model(house: House) -> None:
    channel = await furnished(house)

    shown = await said(house, channel, "What do you know about me?")

    assert shown == (
        "This is what I have noted about you:\n- phone number: 555 0101\n"
        "- delivery address: 12 Mill Lane\nFORGET EVERYTHING erases it."
    )
    assert len(ModelResponder.asked) == 2


@pytest.mark.parametrize(
    ("text", "left", "answer"),
    [
        ("forget that", ["phone_number"], "Forgotten: delivery address."),
        ("Please forget my phone number", ["delivery_address"], "Forgotten: phone number."),
        ("vergiss alles", [], "Alles, was ich mir über Sie notiert hatte"),
        ("oublie tout, merci", [], "Tout ce que j'avais noté sur vous est effacé."),
        ("olvídalo todo", [], "He borrado todo lo que había anotado sobre usted."),
    ],
)
async def test_a_person_has_it_forgotten_without_a_model(
    house: House, text: str, left: list[str], answer: str
) -> None:
    channel = await furnished(house)

    told = await said(house, channel, text)

    assert told.startswith(answer)
    assert await keys(house) == left
    memory = await house.api("GET", "/conversations/1/memory")
    assert "12 Mill Lane" not in memory["contextSummary"]
    assert len(ModelResponder.asked) == 2


async def test_words_for_nothing_that_is_known_are_left_to_the_responder(house: House) -> None:
    channel = await furnished(house)

    told = await said(house, channel, "forget my appointment with Bob")

    assert told == "Noted."
    assert await keys(house) == ["phone_number", "delivery_address"]


async def test_what_a_model_learns_beside_a_wish_to_be_forgotten_is_not_kept(house: House) -> None:
    channel = await furnished(house)
    await house.says(channel, "forget everything")

    await said(house, channel, "And I moved to Rome", ("city", "Rome"))

    assert await keys(house) == []


async def test_forget_that_is_a_no_while_a_question_is_open(house: House) -> None:
    channel = await house.create_channel(ai={"confirmation": "ask"})
    await said(house, channel, "Please send the Acme logo to Dana")

    told = await said(house, channel, "forget that")

    assert told == '"Send the Acme logo to Dana" will not be created.'


async def test_nothing_is_known_of_somebody_new(house: House) -> None:
    channel = await house.create_channel(ai={"responder": "model"})

    assert await said(house, channel, "¿Qué sabes de mí?") == "No he anotado nada sobre usted."
