"""When a failed attempt is repeated."""

import pytest
from hypothesis import given, strategies as st

from gateway.config import Delivery
from gateway.rules.retries import (
    SILENT_CLAIMS,
    claims_at_most,
    is_deadly,
    jitter_seconds,
    next_wait_seconds,
    wait_for_us_seconds,
)
from gateway.sections import Conversations
from tests.house.tree import DOCS

FR_15 = (1.0, 2.0, 4.0, 8.0, 16.0)
waits = st.floats(min_value=0, max_value=1e6)
schedules = st.lists(waits, max_size=8)


@pytest.mark.parametrize(("attempts", "wait"), list(enumerate([*FR_15, None], start=1)))
def test_the_waits_are_1_2_4_8_and_16_seconds_and_then_it_is_over(
    attempts: int, wait: float | None
) -> None:
    assert next_wait_seconds(attempts, FR_15) == wait


@pytest.mark.parametrize(
    ("asked", "cap", "wait"),
    [
        (None, 3600.0, 2.0),
        (0.0, 3600.0, 2.0),
        (1.5, 3600.0, 2.0),
        (30.0, 3600.0, 30.0),
        (7200.0, 3600.0, 3600.0),
        (30.0, 0.0, 2.0),
    ],
)
def test_what_the_receiver_asks_for_can_only_lengthen_a_wait_up_to_the_cap(
    asked: float | None, cap: float, wait: float
) -> None:
    assert next_wait_seconds(2, FR_15, asked_seconds=asked, cap_seconds=cap) == wait


def test_what_the_receiver_asks_for_gives_no_attempt_beyond_the_schedule() -> None:
    assert next_wait_seconds(6, FR_15, asked_seconds=5.0, cap_seconds=3600.0) is None


def test_an_empty_schedule_never_repeats() -> None:
    assert next_wait_seconds(1, ()) is None


@given(schedules, st.integers(min_value=1, max_value=20), st.none() | waits, waits)
def test_a_wait_is_never_shorter_than_planned_nor_longer_than_the_cap_allows(
    schedule: list[float], attempts: int, asked: float | None, cap: float
) -> None:
    wait = next_wait_seconds(attempts, schedule, asked_seconds=asked, cap_seconds=cap)

    if attempts > len(schedule):
        assert wait is None
    else:
        planned = schedule[attempts - 1]
        assert wait is not None
        assert planned <= wait <= max(planned, cap)


@given(waits, st.floats(min_value=0, max_value=1, exclude_max=True))
def test_chance_only_lengthens_a_wait_and_by_a_tenth_or_a_quarter_of_an_hour_at_most(
    planned: float, chance: float
) -> None:
    wait = next_wait_seconds(1, (planned,), chance=chance)

    assert wait is not None
    assert planned <= wait <= planned + min(planned / 10, 900)


@given(st.floats(min_value=0, max_value=1, exclude_max=True))
def test_the_default_schedule_is_kept_to_the_second(chance: float) -> None:
    assert [next_wait_seconds(n, FR_15, chance=chance) for n in range(1, 6)] == list(FR_15)


@pytest.mark.parametrize(("wait", "most"), [(59, 0), (60, 6), (3600, 360), (86_400, 900)])
def test_the_longer_a_wait_the_more_chance_may_add_to_it(wait: float, most: float) -> None:
    assert jitter_seconds(wait) == most


@pytest.mark.parametrize(("age", "wait"), [(-5, 30), (0, 30), (300, 30), (3000, 300), (1e9, 3600)])
def test_a_fault_of_ours_is_waited_out_more_patiently_the_older_the_delivery(
    age: float, wait: float
) -> None:
    assert wait_for_us_seconds(age) == wait


def test_the_page_on_guarantees_names_the_numbers_that_hold() -> None:
    page = (DOCS / "explanation" / "delivery-guarantees.md").read_text()
    words = dict(enumerate(("three", "four", "five", "six", "seven", "eight", "nine"), start=3))
    schedule = Delivery().retry_seconds
    silent = next(number for number in range(100) if is_deadly(number))
    claims = claims_at_most(Conversations().retry_seconds)

    waits = ", ".join(f"{wait:g}" for wait in schedule[:-1]) + f" and {schedule[-1]:g} seconds"
    assert f"repeated after {waits}, {words[len(schedule) + 1]} attempts in all" in page
    assert f"after {words[silent]} in a row it is dead" in page
    assert f"and {words[SILENT_CLAIMS]} more: {words[claims]} with the default schedule" in page
