"""What a message means, and that no message can hurt."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import example, given, strategies as st

from gateway.plugin.messages import Analysis
from gateway.rules.analysis import analyse

NOW = datetime(2026, 9, 29, 14, 0, tzinfo=UTC)
ZONE = "America/New_York"
LONGEST_MILLISECONDS = 50
LANGUAGES = {"en", "es", "de", "fr"}


def read(text: str) -> Analysis:
    return analyse(text, now=NOW, time_zone=ZONE)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("can you send Dana the logo by Friday?", "task"),
        ("Call the plumber", "task"),
        ("the website is down", "task"),
        ("before you leave, lock the shed", "task"),
        ("We need to file the permit", "task"),
        ("ok great. also order more screws", "task"),
        ("no, send it to the other address", "task"),
        ("what's on my list?", "question"),
        ("Can you tell me when Dana gets back?", "question"),
        ("is the invoice paid", "question"),
        ("list my tasks", "question"),
        ("sent the invoice yesterday", "update"),
        ("order #4471 shipped", "update"),
        ("thanks for the quick help", "update"),
        ("nice work on the roof, so", "update"),
        ("we painted the roof, so", "update"),
        ("you don't need to call them", "update"),
        ("yes", "confirmation"),
        ("ok do it", "confirmation"),
        ("Friday works", "confirmation"),
        ("👍", "confirmation"),
        ("no thanks", "confirmation"),
        ("Ruf bitte den Kunden an", "task"),
        ("Logo bis Freitag an Dana schicken", "task"),
        ("Pásale los planos a Marta", "task"),
        ("La porte ne ferme plus", "task"),
        ("¿Cuánto cuesta?", "question"),
        ("Wann kommt die Lieferung?", "question"),
        ("J'ai envoyé la facture", "update"),
    ],
)
def test_the_intent_of(text: str, intent: str) -> None:
    assert read(text).intent == intent


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("clean the gutters", "medium"),
        ("clean the gutters whenever you can", "low"),
        ("not urgent, but clean the gutters", "low"),
        ("clean the gutters asap", "high"),
        ("asap would be nice but no rush, clean the gutters", "low"),
        ("nothing urgent, clean the gutters", "low"),
        ("the mail was never urgent", "medium"),
        ("clean the gutters today", "high"),
        ("clean the gutters in two hours", "high"),
        ("clean the gutters tomorrow", "medium"),
        ("the server is down", "critical"),
        ("this is an emergency, come over", "critical"),
        ("sales are down, check the ads", "medium"),
        ("is this urgent?", "medium"),
        ("what is due today?", "medium"),
        ("I'm working on it right now", "medium"),
        ("dringend: Angebot schicken", "high"),
        ("no es urgente, revisa el contrato", "low"),
        ("le site est en panne", "critical"),
    ],
)
def test_the_urgency_of(text: str, urgency: str) -> None:
    assert read(text).urgency == urgency


@pytest.mark.parametrize(
    ("text", "priority"),
    [
        ("fix the form", None),
        ("high priority: fix the form", "high"),
        ("fix the form, low priority", "low"),
        ("P1 fix the form", "critical"),
        ("P3 fix the form", "medium"),
        ("!! fix the form", "high"),
        ("We won!!", None),
        ("urgent: fix the form", "high"),
        ("fix the form, not urgent", "low"),
    ],
)
def test_a_priority_counts_when_it_is_said(text: str, priority: str | None) -> None:
    assert read(text).entities.priority == priority


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ask John Smith about the van", ("John Smith",)),
        ("call dana", ("dana",)),
        ("order cards for Maria and Ken", ("Maria", "Ken")),
        ("Collect the keys from Mr. Alvarez", ("Alvarez",)),
        ("ping @karim.", ("karim",)),
        ("write to karim@example.com", ()),
        ("Llama a María mañana", ("María",)),
        ("Ruf Frau Weber an", ("Weber",)),
        ("I hope you will mark the bill", ()),
        ("add it to the Lena account", ()),
        ("Call Dana. Dana has the keys.", ("Dana",)),
        ("Call Dana ASAP", ("Dana",)),
        ("Please reply\nBest regards, Karen", ()),
    ],
)
def test_people_are_found_with_care(text: str, names: tuple[str, ...]) -> None:
    assert read(text).entities.names == names


@pytest.mark.parametrize(
    ("text", "projects"),
    [
        ("update #website", ("website",)),
        ("order #4471", ()),
        ("brief for project Apollo", ("Apollo",)),
        ("invoice the Blue Ridge account", ("Blue Ridge",)),
        ("invoice the other account", ()),
        ("revisa el proyecto Apolo", ("Apolo",)),
        ("Logo für das Acme-Projekt", ("Acme",)),
        ("prépare le projet Horizon", ("Horizon",)),
    ],
)
def test_projects_are_found(text: str, projects: tuple[str, ...]) -> None:
    assert read(text).entities.projects == projects


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Please call me back", "en"),
        ("Por favor llámame", "es"),
        ("Bitte ruf mich zurück", "de"),
        ("Merci de me rappeler", "fr"),
        ("4471", "en"),
        ("ok", "en"),
        ("", "en"),
    ],
)
def test_the_language_is_detected(text: str, language: str) -> None:
    assert read(text).language == language


def test_quoted_mail_and_signatures_are_not_read() -> None:
    found = read("Thanks, looks good\n\n> please call Dana by Friday\n-- \nAna, Acme project lead")

    assert found.intent == "confirmation"
    assert found.entities.dates == ()
    assert found.entities.names == ()


def test_a_line_that_a_mail_program_broke_is_read_as_one() -> None:
    text = (
        "Could you please send the signed agreement for the old Riverside\nbuilding over by Friday?"
    )

    assert read(text).entities.dates[0].span == "Friday"
    assert read(text).intent == "task"


def test_a_guess_is_less_sure_than_a_plain_order() -> None:
    assert read("milk").confidence < 0.5 < read("Buy milk").confidence


@given(st.text())
@example("\x00\x1b[31m\u202e\ufeff")
@example("\ud800 call \udfff")
@example("²³ at ² ¼ ١٢")
@example("İstanbul İ" * 30)
@example("9999-12-31T23:59-12:00")
def test_no_text_is_refused(text: str) -> None:
    found = read(text)

    assert found.language in LANGUAGES
    assert 0 <= found.confidence <= 1


DATE_WORDS = """
friday at 5 3pm the 15th next in 9999 weeks oct 31 10/32 2026-13-01 to by ago end of 25:99 12am noon
am pm half past , . ? ! - # @ project Acme for Dana not urgent asap no yes morgen um halb uhr vor
mañana a las y media fin de demain à 14h30 prochain il y a
"""
words = st.sampled_from(DATE_WORDS.split())
zones = st.sampled_from([ZONE, "UTC", "Asia/Tokyo", "-"])


@given(st.lists(words, max_size=40).map(" ".join), zones)
def test_no_arrangement_of_known_words_is_refused(text: str, zone: str) -> None:
    analyse(text, now=NOW, time_zone=zone)


HOSTILE = {
    "one letter": "a" * 1_000_000,
    "spaces": " " * 1_000_000,
    "lines": "\n" * 1_000_000,
    "quoted lines": "> a\n" * 250_000,
    "digits": "1" * 1_000_000,
    "numeric dates": "10/3 " * 200_000,
    "dashed numbers": "1-" * 500_000,
    "dotted numbers": "1.1." * 250_000,
    "clock parts": "1:" * 500_000,
    "weekdays": "friday " * 150_000,
    "at five": "at 5 " * 200_000,
    "spans": "in 9999 years " * 70_000,
    "at signs": "@" * 1_000_000,
    "half an address": "a" * 3_990 + "@" + "b" * 1_000_000,
    "addresses": "a.a@a.a" * 150_000,
    "links": "http://" * 150_000,
    "hashtags": "#a" * 500_000,
    "questions": "? " * 500_000,
    "requests": "can you please tell me what " * 40_000,
    "orders": "order, " * 150_000,
    "negations": "not urgent " * 90_000,
    "projects": "Acme project " * 80_000,
    "names": "for Dana Smith " * 70_000,
    "combining marks": "a" + "\u0301" * 1_000_000,
    "lone surrogates": "\ud800" * 1_000_000,
    "NUL bytes": "\x00" * 1_000_000,
    "capitals that grow": "\u0130" * 1_000_000,
    "emoji": "\U0001f44d" * 500_000,
    "nested JSON": '{"a":[' * 150_000,
    "everything": "fri 3pm to 4pm, or next mon at 5; #x @y for Dana!! " * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_takes_no_more_than_50_milliseconds(name: str) -> None:
    assert min(_milliseconds(HOSTILE[name]) for _ in range(3)) < LONGEST_MILLISECONDS


def _milliseconds(text: str) -> float:
    # The process's own time: another program on the machine does not count.
    started = time.process_time()
    read(text)
    return (time.process_time() - started) * 1_000
