"""W3C Trace Context level 1, with its edge cases."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, strategies as st

from gateway.rules.traces import (
    STATE_CHARACTERS,
    Trace,
    begun,
    child,
    columns_of,
    headers_of,
    joined,
    kept_state,
    parsed,
    trace_in,
)

TRACE = "0af7651916cd43dd8448eb211c80319c"
SPAN = "b7ad6b7169203331"
PARENT = f"00-{TRACE}-{SPAN}-01"
AT = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_a_traceparent_is_read() -> None:
    assert parsed(PARENT) == Trace(TRACE, SPAN, is_sampled=True)
    assert parsed(f"00-{TRACE}-{SPAN}-00") == Trace(TRACE, SPAN, is_sampled=False)


@pytest.mark.parametrize("flags", ["ff", "03", "81"])
def test_of_the_flags_only_the_known_one_counts(flags: str) -> None:
    found = parsed(f"00-{TRACE}-{SPAN}-{flags}")

    assert found is not None
    assert headers_of(found)["traceparent"] == PARENT


@pytest.mark.parametrize("rest", ["", "-", "-what-the-future-will-be-like"])
def test_a_higher_version_is_read_as_far_as_it_begins_like_the_first(rest: str) -> None:
    found = parsed(f"cc-{TRACE}-{SPAN}-01{rest}")

    assert found == Trace(TRACE, SPAN)
    assert headers_of(found) == {"traceparent": PARENT}


@pytest.mark.parametrize(
    "given",
    [
        "",
        "junk",
        f"ff-{TRACE}-{SPAN}-01",
        f"FF-{TRACE}-{SPAN}-01",
        f"0-{TRACE}-{SPAN}-01",
        f"000-{TRACE}-{SPAN}-01",
        f"cC-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE}-{SPAN.upper()}-01",
        f"00-{TRACE}-{SPAN}-0A",
        f"00-{TRACE[1:]}-{SPAN}-01",
        f"00-{TRACE}a-{SPAN}-01",
        f"00-{TRACE}-{SPAN[1:]}-01",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-1",
        f"00-{TRACE}-{SPAN}-01-",
        f"00-{TRACE}-{SPAN}-01-more",
        f"00-{TRACE}-{SPAN}-01.",
        f"cc-{TRACE}-{SPAN}-01.more",
        f"00-{TRACE}-{SPAN}-01\n",
        f"{PARENT}, {PARENT}",
        f"00-{TRACE[:-1]}٣-{SPAN}-01",
    ],
)
def test_what_is_no_traceparent_names_no_trace(given: str) -> None:
    assert parsed(given, "rojo=1") is None


def test_a_trace_begins_with_its_second_and_is_sampled() -> None:
    trace = begun(bytes(range(20)), at=AT)

    assert trace == Trace(f"{int(AT.timestamp()):08x}000102030405060708090a0b", "0c0d0e0f10111213")
    assert parsed(headers_of(trace)["traceparent"]) == trace


def test_chance_never_makes_an_id_of_zeros() -> None:
    assert parsed(headers_of(begun(bytes(20), at=AT))["traceparent"]) is not None


def test_a_child_has_a_span_of_its_own_in_the_same_trace() -> None:
    trace = Trace(TRACE, SPAN, is_sampled=False, state="rojo=1")

    assert child(trace, b"\x01" * 8) == Trace(
        TRACE, "0101010101010101", is_sampled=False, state="rojo=1", parent_id=SPAN
    )


@pytest.mark.parametrize(
    "state",
    [
        "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
        "rojo=1, congo=2",
        "rojo=1,\t congo=2,,",
        "a=1",
        "fw529a3039@dt=FfffffffC",
        "0tenant@sys=1",
        "k_-*/9=!~ x",
        f"{'k' * 256}={'v' * 255}",
        ",".join(f"k{n}=v" for n in range(32)),
    ],
)
def test_a_tracestate_is_passed_on_as_it_came(state: str) -> None:
    found = parsed(PARENT, state)

    assert found is not None
    assert headers_of(found) == {"traceparent": PARENT, "tracestate": state}


@pytest.mark.parametrize(
    "state",
    [
        "",
        "rojo",
        "=1",
        "rojo=",
        "Rojo=1",
        "9rojo=1",
        "ro jo=1",
        "rojo=1=2",
        "a@b@c=1",
        "a@=1",
        "@b=1",
        f"{'k' * 257}=1",
        f"a={'v' * 257}",
        "rojo=é",
        "rojo=1\r\nX-Own: 1",
        "rojo=a\x7f",
        ",".join(f"k{n}=v" for n in range(33)),
    ],
)
def test_a_broken_tracestate_is_left_out_and_the_trace_kept(state: str) -> None:
    assert parsed(PARENT, state) == Trace(TRACE, SPAN)


def test_of_a_long_tracestate_large_entries_go_first_then_the_last_ones() -> None:
    large, small = f"large={'v' * 200}", [f"k{n}={'v' * 40}" for n in range(12)]

    assert kept_state(",".join([small[0], large, *small[1:8]])) == ",".join(small[:8])
    assert kept_state(",".join(small)) == ",".join(small[:11])
    assert kept_state(",".join([large.replace("large", f"l{n}") for n in range(3)])) == ",".join(
        [large.replace("large", f"l{n}") for n in range(2)]
    )


@given(st.text(max_size=700))
def test_whatever_comes_as_a_tracestate_fits_a_header(text: str) -> None:
    kept = kept_state(text)

    assert len(kept) <= STATE_CHARACTERS
    assert kept == "" or ((kept.isascii() and kept.isprintable()) or "\t" in kept)


@pytest.mark.parametrize(
    "trace", [Trace(TRACE, SPAN), Trace(TRACE, SPAN, is_sampled=False, state="rojo=a b,c@d=1")]
)
def test_a_trace_is_kept_in_two_columns(trace: Trace) -> None:
    assert trace_in(*columns_of(trace)) == trace
    assert columns_of(trace)[0] == TRACE


def test_what_was_kept_before_there_were_traces_has_none() -> None:
    assert columns_of(None) == (None, None)
    assert trace_in(None, None) is None


@pytest.mark.parametrize("own", ["Traceparent", "traceparent", "TraceState"])
def test_a_request_that_names_a_trace_of_its_own_keeps_it(own: str) -> None:
    headers = {"X-Webhook-Signature": "sha256=00", own: "own"}

    assert joined(headers, Trace(TRACE, SPAN, state="rojo=1")) == headers
