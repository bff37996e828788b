"""What counts add up to."""

import math

import pytest
from hypothesis import given, strategies as st

from gateway.rules.figures import GROWTH, Tally, bucket_of, middle_of, share

TIMES = st.lists(st.floats(min_value=1, max_value=1e9), min_size=1, max_size=200)


@given(times=TIMES, wanted=st.floats(min_value=0.01, max_value=1))
def test_a_percentile_is_within_seven_percent_of_the_true_one(
    times: list[float], wanted: float
) -> None:
    buckets: dict[int, int] = {}
    for time in times:
        buckets[bucket_of(time)] = buckets.get(bucket_of(time), 0) + 1
    exact = sorted(times)[max(0, math.ceil(round(wanted * len(times), 9)) - 1)]

    found = Tally(count=len(times), buckets=buckets).percentile(wanted)

    assert found is not None
    assert abs(found / exact - 1) < GROWTH**0.5 - 1 + 1e-6


@given(time=st.floats(min_value=0, max_value=1e12))
def test_a_time_lies_in_its_bucket(time: float) -> None:
    bucket = bucket_of(time)

    assert middle_of(bucket - 1) < max(time, 1) or bucket <= 1
    assert time < middle_of(bucket + 1) or bucket == 200


def test_nothing_has_no_mean_and_no_percentile() -> None:
    assert Tally().mean is None
    assert Tally().percentile(0.5) is None
    assert share(0, 0) is None


@pytest.mark.parametrize(("part", "whole", "shown"), [(0, 5, 0.0), (1, 3, 0.3333), (5, 5, 1.0)])
def test_a_share_runs_from_0_to_1(part: int, whole: int, shown: float) -> None:
    assert share(part, whole) == shown
