"""A delivery's whole life: so many attempts, so long apart, whatever each of them meets."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given, strategies as st

from gateway.attempts import Outcome, RetryPolicy, delivery_result, outbound_message
from gateway.plugin import PermanentFailure, Sent, TemporaryFailure
from gateway.records import ClaimedDelivery

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CLAIMED = ClaimedDelivery(
    id=1,
    lease_id=UUID(int=1),
    user_id=1,
    webhook_id=1,
    source_webhook_id=1,
    conversation_id=1,
    in_reply_to=None,
    kind="event",
    event="task.created",
    event_id="evt_1",
    sequence=1,
    recipient="",
    content="",
    data={"taskId": 1},
    attempts=0,
    created_at=NOW,
    hops=1,
    endpoint_sequence=1,
)
LATER = TemporaryFailure("network: it broke off")
ASKED = TemporaryFailure("busy", response_status=429, retry_after_seconds=50.0)
OURS = TemporaryFailure("ours: no file is left")
NEVER = PermanentFailure("no", response_status=422)
outcomes = st.lists(st.sampled_from([LATER, ASKED, OURS, NEVER, Sent()]), max_size=40)
schedules = st.lists(st.floats(min_value=0, max_value=1e5), max_size=6)
chances = st.floats(min_value=0, max_value=1, exclude_max=True)


@given(outcomes, schedules, chances)
def test_a_delivery_ends_on_its_schedule_and_what_is_ours_costs_it_nothing(
    met: list[Outcome], schedule: list[float], chance: float
) -> None:
    policy = RetryPolicy(schedule_seconds=tuple(schedule), cap_seconds=60.0, chance=chance)
    attempts, charged, at = 0, 0, NOW
    first = outbound_message(replace(CLAIMED, attempts=1))
    for outcome in met:
        claimed = replace(CLAIMED, attempts=attempts + 1)
        result = delivery_result(claimed, outcome, policy, started=at, at=at)
        charged += result.is_charged

        assert charged <= len(schedule) + 1
        assert outbound_message(claimed).body == first.body
        if result.status != "pending":
            expected = "delivered" if isinstance(outcome, Sent) else "dead"
            assert (result.status, result.retry_at) == (expected, None)
            return
        assert result.retry_at is not None
        wait = (result.retry_at - at).total_seconds()
        assert not result.is_charged or wait >= round(schedule[charged - 1], 3) - 0.001
        assert outcome is not ASKED or wait >= 50
        attempts += result.is_charged
        at = result.retry_at + timedelta(microseconds=1)
