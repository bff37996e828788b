"""An endpoint is paused, probed, drained and switched off by what its attempts say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given, strategies as st

from gateway.rules.failures import Signal
from gateway.rules.health import (
    Attempted,
    Health,
    Patience,
    after,
    pause_seconds,
    resumed,
)

NOW: Final = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
DAY: Final = 86_400.0
PATIENCE: Final = Patience(pause_after_failures=3, disable_after_seconds=5 * DAY)


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def said(signal: Signal, seconds: float = 0) -> Attempted:
    return Attempted(signal=signal, at=at(seconds), reason="503")


def failed(number: int, health: Health | None = None) -> Health:
    return after(health or Health(), [said("down", n) for n in range(number)], PATIENCE)[0]


def test_an_endpoint_is_healthy_until_it_fails_and_again_once_it_does_not() -> None:
    failing = failed(2)
    well, told = after(failing, [said("up", 5)], PATIENCE)

    assert Health().state == "healthy"
    assert (failing.state, failing.failures, failing.failing_since) == ("failing", 2, NOW)
    assert (well, told) == (Health(), ())


def test_failures_that_do_not_come_in_a_row_pause_nothing() -> None:
    mixed: list[Signal] = ["down", "down", "up"] * 50
    health, told = after(Health(), [said(s, n) for n, s in enumerate(mixed)], PATIENCE)

    assert (health, told) == (Health(), ())


def test_failures_in_a_row_pause_it_for_a_minute_and_its_owner_is_told_once() -> None:
    health, told = after(Health(), [said("down", n) for n in range(30)], PATIENCE)

    assert (health.state, health.paused_until, health.pauses) == ("paused", at(62), 1)
    assert told == ("endpoint.paused",)


@pytest.mark.parametrize(
    ("pauses", "seconds"), [(1, 60), (2, 120), (3, 240), (6, 1920), (7, 3600), (99, 3600)]
)
def test_each_pause_is_twice_as_long_as_the_one_before_up_to_an_hour(
    pauses: int, seconds: float
) -> None:
    assert pause_seconds(pauses) == seconds


def test_a_probe_that_fails_lengthens_the_pause_and_one_that_succeeds_ends_it() -> None:
    paused = failed(3)
    longer, silent = after(paused, [said("down", 100)], PATIENCE)
    well, told = after(longer, [said("up", 300)], PATIENCE)

    assert (longer.paused_until, silent) == (at(100 + 120), ())
    assert (well, told) == (Health(draining_from=at(300)), ("endpoint.recovered",))
    assert well.state == "draining"


def test_what_was_under_way_when_the_pause_began_does_not_lengthen_it() -> None:
    paused = failed(3)
    later, _ = after(paused, [said("down", n) for n in range(3, 40)], PATIENCE)

    assert (later.paused_until, later.pauses) == (paused.paused_until, 1)


def test_its_owner_is_warned_at_half_seven_tenths_and_nine_tenths_and_then_it_is_off() -> None:
    health = failed(3)
    told: list[tuple[float, str]] = []
    hours = 0.0
    while health.state != "disabled":
        assert health.paused_until is not None
        hours = (health.paused_until - NOW).total_seconds() / 3600
        assert hours < 200
        health, notices = after(
            health, [Attempted(signal="down", at=health.paused_until)], PATIENCE
        )
        told += [(hours, notice) for notice in notices]

    assert [notice for _, notice in told] == ["endpoint.warning"] * 3 + ["endpoint.disabled"]
    days = [hour / 24 for hour, _ in told]
    expected = [2.5, 3.5, 4.5, 5.0]
    assert all(e <= d < e + 0.1 for d, e in zip(days, expected, strict=True)), days


def test_410_switches_it_off_at_once_and_only_its_owner_brings_it_back() -> None:
    gone, told = after(Health(), [said("gone")], PATIENCE)
    still, silent = after(gone, [said("up", 1), said("down", 2)], PATIENCE)

    assert (gone.state, told) == ("disabled", ("endpoint.disabled",))
    assert (still, silent) == (gone, ())
    assert resumed(gone, now=at(9)) == Health(draining_from=at(9))


def test_resuming_what_is_well_changes_nothing() -> None:
    assert resumed(Health(), now=NOW) == Health()


@given(st.lists(st.sampled_from(["up", "down", "gone"]), max_size=60))
def test_whatever_happens_an_endpoint_is_in_one_state_and_never_lost(signals: list[Signal]) -> None:
    health = Health()
    for number, signal in enumerate(signals):
        health, _ = after(health, [said(signal, 40 * number)], PATIENCE)
        flags = (health.paused_until, health.draining_from, health.disabled_at)
        assert sum(flag is not None for flag in flags) <= 1
        assert (health.failing_since is None) == (health.failures == 0)


@given(st.lists(st.sampled_from(["up", "down"]), min_size=1, max_size=40), st.integers(1, 39))
def test_attempts_count_the_same_however_they_are_batched(signals: list[Signal], cut: int) -> None:
    seen = [said(signal, 7 * number) for number, signal in enumerate(signals)]
    together, _ = after(Health(), seen, PATIENCE)
    first, _ = after(Health(), seen[:cut], PATIENCE)

    assert after(first, seen[cut:], PATIENCE)[0] == together


def test_an_endpoint_that_only_feeds_a_loop_is_paused_though_it_takes_everything() -> None:
    looping, told = after(Health(), [replace(said("loop"), reason="loop: 100 times")], PATIENCE)
    taking, _ = after(looping, [said("up", 1), said("loop", 2), said("down", 3)], PATIENCE)
    well, recovered = after(looping, [said("up", 900)], PATIENCE)

    assert (looping.state, looping.paused_until, told) == ("paused", at(900), ("endpoint.paused",))
    assert (taking.state, taking.paused_until) == ("paused", at(900))
    assert (well.state, recovered) == ("draining", ("endpoint.recovered",))
