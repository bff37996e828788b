"""How far a message has come is read from whatever an automation forwards of an event of ours."""

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given, strategies as st

from gateway.rules.loops import LARGEST_HOPS, hops_of

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
