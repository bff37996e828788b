"""STOP, START and HELP as whole messages, told apart from answers and from what only has them."""

import pytest

from gateway.plugin import ConsentWord
from gateway.rules.consent import Heard, confirmation, counts, spoken, word_in

STOP = [
    *("STOP", "stop", "Stop.", " stop! ", "STOP 🛑", "🛑 Stop", '"STOP"', "S.T.O.P.", "\u00a0stop"),
    *("STOPALL", "stop all", "Unsubscribe", "un-subscribe", "END", "quit", "REVOKE", "opt-out"),
    *(
        "OPT OUT",
        "Optout!!",
        "arrêt",
        "ARRET",
        "Désabonner",
        "abmelden",
        "PARAR",
        "darme de baja",
    ),
]
START = ["START", "start!", "Unstop", "UN STOP", "commencer", "Anmelden", "iniciar"]
HELP = ["HELP", "help?", "Info", "INFO.", "ayuda", "Hilfe", "aide"]
NEITHER = [
    "Stop by the shop Friday",
    "Stop please",
    "please stop",
    "stop it",
    "STOP 2",
    "CANCEL 4K",
    "don't stop",
    "Start the project",
    "help me with the logo",
    "the end",
    "info on Acme",
    "",
    "🛑",
    "?" * 40,
    "stop" + " " * 80,
]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        *((text, "stop") for text in STOP),
        *((text, "start") for text in START),
        *((text, "help") for text in HELP),
    ],
)
def test_a_word_is_found_as_a_whole_message(text: str, word: ConsentWord) -> None:
    heard = word_in(text, {})

    assert heard is not None
    assert (heard.word, heard.is_sure) == (word, True)


@pytest.mark.parametrize("text", NEITHER)
def test_a_message_that_says_more_is_no_word(text: str) -> None:
    assert word_in(text, {}) is None


def test_a_channel_can_have_words_of_its_own() -> None:
    assert word_in("Basta, ya!", {"stop": ["BASTA YA"]}) == Heard("stop")
    assert word_in("basta", {"stop": ["BASTA YA"]}) is None


@pytest.mark.parametrize("text", ["cancel", "CANCEL!", "cancelar"])
@pytest.mark.parametrize("is_asked", [True, False])
def test_cancel_ends_messages_only_where_nothing_was_asked(text: str, *, is_asked: bool) -> None:
    heard = word_in(text, {})

    assert heard is not None
    assert heard.word == "stop"
    assert counts(heard, is_opted_out=False, is_asked=is_asked) is not is_asked


@pytest.mark.parametrize("is_opted_out", [True, False])
def test_yes_brings_back_only_who_has_opted_out(*, is_opted_out: bool) -> None:
    heard = word_in("Yes", {})

    assert heard is not None
    assert heard.word == "start"
    assert counts(heard, is_opted_out=is_opted_out, is_asked=True) is is_opted_out


def test_what_is_certain_counts_whatever_is_open() -> None:
    assert counts(Heard("stop"), is_opted_out=False, is_asked=True)


@pytest.mark.parametrize("word", ["stop", "start", "help"])
@pytest.mark.parametrize("language", ["en", "es", "de", "fr"])
def test_what_is_said_back_names_the_sender_and_the_way_back(
    word: ConsentWord, language: str
) -> None:
    said = confirmation(word, "Acme", language)

    assert "Acme" in said
    assert ("START" if word == "stop" else "STOP") in said


def test_it_is_said_in_the_language_of_the_channel_or_of_the_word() -> None:
    heard = word_in("Arrêt", {})

    assert heard is not None
    assert spoken("de", heard.language) == "de"
    assert spoken(None, heard.language) == "fr"
