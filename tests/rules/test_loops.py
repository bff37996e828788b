"""How far a message has come is read from whatever an automation forwards of an event of ours."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given, strategies as st

from gateway.plugin import Turn
from gateway.repeats import REMEMBERED, Repeats
from gateway.rules.loops import LARGEST_HOPS, Tolerance, fingerprint, goes_round, hops_of

EVENT = {"id": f"evt_{'0' * 31}a", "event": "message.reply", "hops": 3, "data": {"content": "Hi"}}
WHOLE = json.dumps(EVENT)


@pytest.mark.parametrize(
    ("headers", "body", "hops"),
    [
        ({}, b'{"content": "Hello"}', 0),
        ({"x-gateway-hops": "2"}, b'{"content": "Hello"}', 2),
        ({"x-gateway-hops": "99999"}, b"", LARGEST_HOPS),
        ({"x-gateway-hops": "two"}, b"", 0),
        ({"x-gateway-hops": "-1"}, b"", 0),
        ({"x-gateway-hops": "9999"}, b"", LARGEST_HOPS),
        ({}, WHOLE.encode(), 3),
        ({"x-gateway-hops": "2"}, WHOLE.encode(), 3),
        ({"x-gateway-hops": "4"}, WHOLE.encode(), 4),
        ({}, json.dumps({"content": WHOLE}).encode(), 3),
        ({}, json.dumps({"body": json.dumps({"content": WHOLE})}).encode(), 3),
        ({}, urlencode({"payload": WHOLE}).encode(), 3),
        ({}, urlencode({"content": "Hi", "id": EVENT["id"], "hops": 3}).encode(), 3),
        ({}, json.dumps({"content": "Hi", "metadata": {"id": EVENT["id"]}}).encode(), 1),
        ({}, b'{"content": "a stout", "hops": 40}', 0),
        ({}, b"evt_ is how our ids begin, hops: 7", 0),
    ],
)
def test_hops_are_read_from_the_header_or_from_an_event_that_is_quoted(
    headers: dict[str, str], body: bytes, hops: int
) -> None:
    assert hops_of(headers, body) == hops


@given(st.dictionaries(st.just("x-gateway-hops"), st.text()), st.binary())
def test_whatever_comes_has_come_some_way(headers: dict[str, str], body: bytes) -> None:
    assert 0 <= hops_of(headers, body) <= LARGEST_HOPS


NOW = datetime(2026, 1, 2, 12, tzinfo=UTC)
TOLERANCE = Tolerance(repeats=4, window_seconds=60)


def talk(*texts: str, every_seconds: float = 5.0) -> list[Turn]:
    """What both sides say in turn, the other one first, up to now."""
    return [
        Turn(
            role="assistant" if number % 2 else "user",
            text=text,
            at=NOW - timedelta(seconds=every_seconds * (len(texts) - 1 - number)),
            message_id=number,
        )
        for number, text in enumerate(texts)
    ]


THANKS = "Thank you, we have got your message"
ECHO = ["Hello", *(f"echo {'echo ' * number}Hello my friend" for number in range(8))]


@pytest.mark.parametrize(
    ("turns", "is_loop"),
    [
        (talk(*[THANKS, "Noted."] * 4, THANKS), True),
        (talk(*[THANKS, "Noted."] * 3, THANKS), False),
        (talk("Hi", *["Noted.", THANKS] * 4), True),
        (talk(*[THANKS, "Noted."] * 4, "Where is my order?"), False),
        (talk(*[THANKS, "Noted."] * 4, THANKS, every_seconds=20), False),
        (talk(*["ok", "Noted."] * 4, "ok"), False),
        (talk(*["ok", "Noted."] * 4, "ok", every_seconds=1), True),
        (talk(*["It is me, A.", "Yes?", "Here is B, too.", "Yes?"] * 3, "It is me, A."), True),
        (talk(*ECHO), True),
        (talk(*ECHO, every_seconds=300), True),
        (talk(*ECHO, every_seconds=1000), False),
        ([turn for turn in talk(*[THANKS, "x"] * 9) if turn.role == "user"], False),
        ([], False),
    ],
)
def test_a_conversation_goes_round_when_its_answers_only_repeat(
    turns: list[Turn], *, is_loop: bool
) -> None:
    assert goes_round(turns, TOLERANCE, now=NOW) is is_loop


def test_messages_that_differ_in_a_number_are_different() -> None:
    orders = [f"Order {4711 + number} of the shop has been paid for" for number in range(9)]
    turns = talk(*(text for order in orders for text in (order, "Noted.")), orders[0])

    assert not goes_round(turns, TOLERANCE, now=NOW)
    assert not goes_round(
        talk(*[THANKS, "Noted."] * 9, THANKS), Tolerance(repeats=0, window_seconds=60), now=NOW
    )


@given(st.lists(st.text(), max_size=12), st.integers(0, 5))
def test_whatever_is_said_can_be_looked_at(texts: list[str], repeats: int) -> None:
    tolerance = Tolerance(repeats=repeats, window_seconds=60)
    assert goes_round(talk(*texts), tolerance, now=NOW) in {True, False}


def test_events_of_the_same_words_have_the_same_fingerprint() -> None:
    first = fingerprint("task.created", {"taskId": 1, "title": "Send Dana the report"})

    assert first is not None
    assert first == fingerprint("task.created", {"taskId": 2, "title": "Send Dana the REPORT."})
    assert first != fingerprint("task.created", {"taskId": 1, "title": "Send Dana the report 2"})
    assert first != fingerprint("task.failed", {"taskId": 1, "title": "Send Dana the report"})
    assert fingerprint("task.created", {"title": "Call Bob"}) is None
    assert fingerprint("conversation.updated", {"contextSummary": "Send Dana the report"}) is None


def test_so_many_repeats_within_the_window_are_a_loop_and_then_counted_anew() -> None:
    repeats = Repeats(limit=3, window_seconds=10)

    assert [repeats.note(1, 7, at=at) for at in (0, 6, 12, 13, 14, 15, 16)] == [
        *(False, False, False, True, False, False, True)
    ]
    assert [repeats.note(2, None, at=at) for at in (0, 0, 0)] == [False] * 3
    assert [repeats.note(lane, 7, at=0) for lane in range(REMEMBERED + 5)] == (
        [False] * (REMEMBERED + 5)
    )
    assert not Repeats(limit=0, window_seconds=10).note(1, 7, at=0)
