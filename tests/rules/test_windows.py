"""The sliding window against an exact log of every hit."""

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, strategies as st

from gateway.rules.windows import Window

LENGTH = 60
limits = st.integers(min_value=1, max_value=40)
counts = st.integers(min_value=0, max_value=60)
places = st.floats(min_value=0, max_value=LENGTH, exclude_max=True)
gaps = st.lists(
    st.one_of(st.just(0.0), st.floats(min_value=0, max_value=2), st.floats(0, 150)), max_size=150
)


@dataclass
class Counter:
    """The two counters as the limiter keeps them, and beside them the time of each admitted hit."""

    limit: int
    now: float = 0.0
    index: int = 0
    previous: int = 0
    current: int = 0
    previous_last: float = 0.0
    current_last: float = 0.0
    log: list[float] = field(default_factory=list)

    def window(self) -> Window:
        index = int(self.now // LENGTH)
        if index != self.index:
            follows = index == self.index + 1
            self.previous, self.previous_last = (
                (self.current, self.current_last) if follows else (0, 0.0)
            )
            self.current, self.current_last, self.index = 0, 0.0, index
        return Window(
            limit=self.limit,
            length_seconds=LENGTH,
            previous=self.previous,
            current=self.current,
            elapsed_seconds=self.now % LENGTH,
            previous_last=self.previous_last,
            current_last=self.current_last,
        )

    def hit(self) -> bool:
        admitted = self.window().admits
        if admitted:
            self.current += 1
            self.current_last = self.now % LENGTH
            self.log.append(self.now)
        return admitted

    def logged(self, since: float) -> int:
        return sum(since < moment <= self.now for moment in self.log)


def window(limit: int, previous: int, current: int, elapsed: float) -> Window:
    """One whose previous hits went on to its end."""
    return Window(
        limit=limit,
        length_seconds=LENGTH,
        previous=previous,
        current=current,
        elapsed_seconds=elapsed,
        previous_last=float(LENGTH),
        current_last=elapsed,
    )


@given(limits, gaps)
def test_the_weighted_count_never_exceeds_the_limit(limit: int, waits: list[float]) -> None:
    counter = Counter(limit)
    for wait in waits:
        counter.now += wait
        counter.hit()
        assert counter.window().used <= limit + 1e-6


@given(limits, gaps)
def test_no_stretch_of_the_length_lets_twice_the_limit_pass(limit: int, waits: list[float]) -> None:
    counter = Counter(limit)
    for wait in waits:
        counter.now += wait
        counter.hit()
        assert counter.logged(counter.now - LENGTH + 1e-5) < (2 * limit if limit > 1 else 2)


@given(limits, gaps, st.floats(min_value=0.01, max_value=LENGTH))
def test_a_burst_passes_the_limit_by_no_more_than_the_share_of_the_window_that_it_lasts(
    limit: int, waits: list[float], stretch: float
) -> None:
    # The bound that is documented: of any stretch of s seconds, at most limit * (1 + s / length).
    counter = Counter(limit)
    for wait in waits:
        counter.now += wait
        counter.hit()
        assert counter.logged(counter.now - stretch) <= limit * (1 + stretch / LENGTH) + 1e-6


@given(limits, gaps)
def test_who_stayed_below_the_limit_for_two_lengths_is_never_refused(
    limit: int, waits: list[float]
) -> None:
    counter = Counter(limit)
    for wait in waits:
        counter.now += wait
        recent = counter.logged(counter.now - 2 * LENGTH)
        assert counter.hit() or recent >= limit


@given(limits, gaps)
def test_a_fixed_window_never_holds_more_than_the_limit(limit: int, waits: list[float]) -> None:
    counter = Counter(limit)
    for wait in waits:
        counter.now += wait
        counter.hit()
        start = counter.now // LENGTH * LENGTH
        assert sum(moment >= start for moment in counter.log) <= limit


@given(limits, gaps)
def test_who_is_refused_and_waits_as_told_is_admitted(limit: int, waits: list[float]) -> None:
    counter = Counter(limit)
    for wait in waits:
        counter.now += wait
        if not counter.hit():
            told = counter.window().retry_after_seconds
            assert 0 < told <= LENGTH
            counter.now += told
            assert counter.hit()


@given(limits, counts, counts, places)
def test_a_window_that_admits_asks_nobody_to_wait(
    limit: int, previous: int, current: int, elapsed: float
) -> None:
    now = window(limit, previous, current, elapsed)

    assert now.admits == (now.retry_after_seconds == 0) == (now.remaining > 0)


@given(limits, counts, counts, places)
def test_remaining_is_what_a_burst_gets(
    limit: int, previous: int, current: int, elapsed: float
) -> None:
    promised = window(limit, previous, current, elapsed).remaining

    admitted = 0
    while window(limit, previous, current + admitted, elapsed).admits:
        admitted += 1

    assert admitted == promised


@given(limits, counts, counts, places, st.integers(0, 5))
def test_a_window_after_some_hits_is_the_one_that_they_leave(
    limit: int, previous: int, current: int, elapsed: float, hits: int
) -> None:
    before = window(limit, previous, current, elapsed)

    after = before.after(hits)

    assert after.remaining == max(0, before.remaining - hits)
    assert after.used == pytest.approx(before.used + hits)


def test_a_limit_that_was_lowered_still_says_when_it_admits_again() -> None:
    lowered = window(limit=2, previous=0, current=50, elapsed=10.0)

    assert not lowered.admits
    assert lowered.remaining == 0
    assert lowered.retry_after_seconds == LENGTH
    assert window(limit=2, previous=50, current=0, elapsed=59.0).admits


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
@pytest.mark.parametrize("start", [0.0, 0.5, 17.0, 59.9])
def test_who_tries_all_the_time_gets_the_whole_rate(limit: int, start: float) -> None:
    counter = Counter(limit, now=LENGTH + start)
    for _ in range(60 * LENGTH):
        counter.hit()
        counter.now += 1

    assert len(counter.log) >= 60 * limit * 0.95


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
@pytest.mark.parametrize("start", [0.0, 0.1, 29.99, 59.999])
def test_what_was_admitted_at_once_is_admitted_again_a_window_later(
    limit: int, start: float
) -> None:
    counter = Counter(limit, now=LENGTH + start)
    for _ in range(10):
        assert [counter.hit() for _ in range(limit + 1)] == [True] * limit + [False]
        assert counter.window().retry_after_seconds <= LENGTH
        counter.now += LENGTH


@given(st.sampled_from([1, 2, 3, 10]), gaps)
def test_a_small_limit_tells_a_wait_that_is_enough_and_no_longer_than_its_window(
    limit: int, waits: list[float]
) -> None:
    counter = Counter(limit)
    for wait in waits:
        counter.now += wait
        if not counter.hit():
            told = counter.window().retry_after_seconds
            assert 0 < told <= LENGTH
            later = replace(counter, now=counter.now + told, log=[])
            assert later.hit()
