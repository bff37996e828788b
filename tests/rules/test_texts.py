"""What a text costs on the phone network, how it is made plain, and where a long one is cut."""

import doctest

import pytest
from hypothesis import given, strategies as st

from gateway.plugin import sms
from gateway.plugin.sms import is_gsm, is_number, plain, segments, split, texts

FAMILY = "👨‍👩‍👧‍👦"
LONGEST = 1600


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("é" * 160, 1),
        ("ç" * 70, 1),
        ("ç" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("it’s " + "a" * 70, 2),
        ("a" * 1600, 11),
        ("ж" * 1600, 24),
        (FAMILY * 7, 2),
        # 152 characters, then one of two units that would be cut in its middle.
        ("a" * 152 + "€" + "a" * 152, 3),
        ("a" * 66 + "😀" + "ж" * 66, 3),
    ],
)
def test_segments_are_counted_as_carriers_count_them(text: str, count: int) -> None:
    assert segments(text) == count


@pytest.mark.parametrize(
    ("written", "plainer"),
    [
        ("it’s “ok” – fine…", 'it\'s "ok" - fine...'),
        ("a\u00a0b\u202fc\u200bd", "a b cd"),
        ("« Ça va »", '" Ça va "'),
        ("cafe\u0301", "café"),
        ("one → two", "one -> two"),
        ("5 € {a} [b] ~ \\", "5 € {a} [b] ~ \\"),
        ("• first\n• second", "- first\n- second"),
    ],
)
def test_typographic_characters_are_written_plainly(written: str, plainer: str) -> None:
    assert plain(written) == plainer
    assert is_gsm(plainer)


@pytest.mark.parametrize("text", ["it’s 🎉", "“Привет”", "garçon – it’s", "日本 – “x”"])
def test_what_needs_utf_16_all_the_same_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize("number", ["+15005550006", "+4915112345678", "+34600000", "+1234567"])
def test_a_number_has_its_country(number: str) -> None:
    assert is_number(number)


@pytest.mark.parametrize(
    "number", ["", "+", "15005550006", "+05005550006", "+1 500", "+1234567890123456", "+١٢٣٤٥٦٧"]
)
def test_what_is_no_number_is_told_apart(number: str) -> None:
    assert not is_number(number)


def test_a_long_text_is_cut_between_paragraphs_lines_sentences_or_words() -> None:
    assert split("a" * 60 + "\n\n" + "b" * 20 + "\n" + "c" * 30, 100) == [
        "a" * 60,
        "b" * 20 + "\n" + "c" * 30,
    ]
    assert split("a" * 60 + "\n" + "b" * 20 + ". " + "c" * 30, 100)[0] == "a" * 60
    assert split("a" * 60 + ". " + "b" * 20 + " " + "c" * 30, 100)[0] == "a" * 60 + "."
    assert split("a" * 60 + " " + "b" * 60, 100) == ["a" * 60, "b" * 60]


def test_a_word_without_end_is_cut_but_no_character_is() -> None:
    assert [len(piece) for piece in split("a" * 3300)] == [1600, 1600, 100]
    assert [len(piece) for piece in split("😀" * 1000)] == [800, 200]
    pieces = split(FAMILY * 300)
    assert all(set(piece.split("👨")[1:]) == {FAMILY[1:]} for piece in pieces)


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_a_text_of_nothing_has_no_piece(text: str) -> None:
    assert split(text) == []


@pytest.mark.parametrize(
    "text", ["\n" * 20_000, " " * 20_000 + "a", "\u0301" * 20_000, "a " * 9999]
)
def test_a_strange_text_is_cut_as_well(text: str) -> None:
    assert all(piece and len(piece) <= LONGEST for piece in split(text))


@given(st.text(st.characters(codec="utf-8"), max_size=300), st.integers(min_value=40, max_value=90))
def test_nothing_but_space_at_the_seams_is_lost(text: str, limit: int) -> None:
    pieces = split(text, limit)

    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(len(piece.encode("utf-16-le")) // 2 <= limit for piece in pieces)


def test_the_examples_of_the_documentation_are_true() -> None:
    assert [doctest.testmod(module).failed for module in (sms, texts)] == [0, 0]
