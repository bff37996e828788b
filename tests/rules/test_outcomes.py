"""What a turn and an attempt make of their rows."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from gateway.attempts import RetryPolicy, delivery_result, outbound_message
from gateway.outcomes import Ending, Listeners, failed_turn, turn_result
from gateway.plugin import (
    Analysis,
    Answer,
    Fact,
    PartFailure,
    PermanentFailure,
    Policy,
    Sent,
    TaskDraft,
    TemporaryFailure,
)
from gateway.plugin.errors import PluginUnavailable
from gateway.records import (
    ClaimedConversation,
    ClaimedDelivery,
    DeliveryResult,
    NewOutbound,
    PendingMessage,
    TurnResult,
)
from gateway.talks import Terms, conversation_of, talk_of

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SCHEDULE = (1.0, 2.0, 4.0, 8.0, 16.0)
POLICY = RetryPolicy(schedule_seconds=SCHEDULE, cap_seconds=3600.0)
TERMS = Terms(proposal_seconds=3600.0, undo_seconds=600.0, longest_message=20_000)
LEASE = UUID(int=1)
TEA = Fact(key="likes", value="tea", message_id=1, at=NOW, kind="preference")
DELIVERY = ClaimedDelivery(
    id=5,
    lease_id=LEASE,
    user_id=1,
    webhook_id=2,
    source_webhook_id=3,
    conversation_id=4,
    in_reply_to=11,
    kind="event",
    event="task.created",
    event_id="evt_1",
    sequence=7,
    recipient="ann",
    content="Hello",
    data={"taskId": 9},
    attempts=1,
    created_at=NOW,
)


def claimed(*texts: str, attempts: int = 1) -> ClaimedConversation:
    return ClaimedConversation(
        id=4,
        lease_id=LEASE,
        user_id=1,
        webhook_id=3,
        participant="ann",
        participant_name="Ann",
        summary="before",
        memory=(TEA,),
        message_count=len(texts),
        attempts=attempts,
        superseded=0,
        pending=tuple(
            PendingMessage(id=10 + n, text=t, received_at=NOW, structured=None, attachments=())
            for n, t in enumerate(texts)
        ),
        history=(),
        open_tasks=(),
    )


def attempted(
    outcome: Sent | PartFailure | PluginUnavailable, *, attempts: int = 1
) -> DeliveryResult:
    return delivery_result(
        replace(DELIVERY, attempts=attempts),
        outcome,
        POLICY,
        started=NOW,
        at=NOW + timedelta(milliseconds=1234),
    )


def answered(
    turn: ClaimedConversation,
    answer: Answer,
    *,
    replies: bool = True,
    tasks: tuple[int, ...] = (),
    updates: tuple[int, ...] = (),
) -> TurnResult:
    listeners = Listeners(
        channel_takes_replies=replies,
        task_created=tasks,
        task_completed=(),
        conversation_updated=updates,
    )
    talk = talk_of(turn, Policy(), TERMS, by_rules=False, now=NOW)
    return turn_result(talk, answer, listeners, Ending(at=NOW, even_if_superseded=False))


def told(result: TurnResult) -> Sequence[tuple[int, str]]:
    return [(new.webhook_id, new.event) for new in result.outbound]


CASES: list[tuple[Sent | PartFailure | PluginUnavailable, int, str, float | None, bool]] = [
    (Sent(provider_id="SM1", response_status=201), 1, "delivered", None, True),
    (Sent(), 6, "delivered", None, True),
    (TemporaryFailure("503"), 1, "pending", 1, True),
    (TemporaryFailure("503"), 2, "pending", 2, True),
    (TemporaryFailure("503"), 5, "pending", 16, True),
    (TemporaryFailure("503"), 6, "dead", None, True),
    (TemporaryFailure("429", retry_after_seconds=60), 1, "pending", 60, True),
    (TemporaryFailure("429", retry_after_seconds=0.1), 1, "pending", 1, True),
    (TemporaryFailure("429", retry_after_seconds=9e9), 1, "pending", 3600, True),
    (TemporaryFailure("429", retry_after_seconds=float("inf")), 1, "pending", 3600, True),
    (TemporaryFailure("429", retry_after_seconds=float("nan")), 1, "pending", 1, True),
    (TemporaryFailure("429", retry_after_seconds=-5), 1, "pending", 1, True),
    (TemporaryFailure("429", retry_after_seconds=60), 6, "dead", None, True),
    (PermanentFailure("410"), 1, "dead", None, True),
    (PartFailure("neither"), 1, "dead", None, True),
    (PluginUnavailable("not installed"), 1, "pending", 30, False),
    (PluginUnavailable("not installed"), 99, "pending", 30, False),
]


@pytest.mark.parametrize(("outcome", "attempts", "status", "wait", "is_charged"), CASES)
def test_what_an_attempt_makes_of_its_row(
    outcome: Sent | PartFailure | PluginUnavailable,
    attempts: int,
    status: str,
    wait: float | None,
    *,
    is_charged: bool,
) -> None:
    result = attempted(outcome, attempts=attempts)

    assert (result.status, result.is_charged) == (status, is_charged)
    assert result.retry_at == (result.at + timedelta(seconds=wait) if wait is not None else None)
    assert result.latency_ms == 1234


def test_an_attempt_keeps_what_the_other_side_said() -> None:
    sent = attempted(Sent(provider_id="SM1", response_status=201, response_excerpt="queued"))
    failed = attempted(
        TemporaryFailure("busy", response_status=503, response_excerpt="try \0 later")
    )

    assert (sent.provider_id, sent.response_status, sent.detail) == ("SM1", 201, "queued")
    assert (failed.provider_id, failed.response_status) == (None, 503)
    assert failed.detail == "busy | try \ufffd later"


def test_what_was_given_up_says_after_how_many_attempts() -> None:
    assert attempted(TemporaryFailure("busy"), attempts=6).detail == (
        "given up after 6 attempts: busy"
    )


@given(
    st.text(st.characters(codec=None)),
    st.text(st.characters(codec=None)),
    st.text(st.characters(codec=None)) | st.integers(250, 400).map("x".__mul__),
)
def test_an_outcome_can_always_be_stored(said: str, excerpt: str, provider_id: str) -> None:
    for outcome in (
        Sent(provider_id=provider_id, response_excerpt=excerpt * 100),
        PermanentFailure(said, response_excerpt=excerpt * 100),
        PluginUnavailable(said),
    ):
        result = attempted(outcome)

        assert len(result.detail) <= 2000
        assert len(result.provider_id or "") <= 255
        for kept in (result.detail, result.provider_id or ""):
            assert "\0" not in kept
            assert isinstance(kept.encode(), bytes)


@pytest.mark.parametrize(
    ("problem", "attempts", "wait", "is_charged"),
    [
        (TemporaryFailure("away"), 1, 1, True),
        (TemporaryFailure("away"), 5, 16, True),
        (TemporaryFailure("away"), 6, None, True),
        (PermanentFailure("a bug"), 1, None, True),
        (PluginUnavailable("not installed"), 1, 30, False),
        (PluginUnavailable("not installed"), 99, 30, False),
    ],
)
def test_when_a_failed_turn_comes_again(
    problem: PartFailure | PluginUnavailable, attempts: int, wait: float | None, *, is_charged: bool
) -> None:
    failure = failed_turn(claimed("Hello", attempts=attempts), problem, SCHEDULE, at=NOW)

    assert failure.retry_at == (NOW + timedelta(seconds=wait) if wait is not None else None)
    assert (failure.is_charged, failure.reason) == (is_charged, problem.message)


@given(st.text(st.characters(codec=None)))
def test_the_reason_of_a_failed_turn_can_always_be_stored(said: str) -> None:
    reason = failed_turn(claimed("Hello"), PermanentFailure(said), SCHEDULE, at=NOW).reason

    assert "\0" not in reason
    assert isinstance(reason.encode(), bytes)


def test_a_turn_writes_the_reply_and_tells_each_listener() -> None:
    draft = TaskDraft(title="Call", source_message_id=10)
    result = answered(
        claimed("a", "b"), Answer(reply="Noted.", tasks=(draft,)), tasks=(3, 8), updates=(8,)
    )

    assert told(result) == [
        (3, "message.reply"),
        (3, "task.created"),
        (8, "task.created"),
        (8, "conversation.updated"),
    ]
    reply = result.outbound[0]
    assert (reply.kind, reply.recipient, reply.content) == ("reply", "ann", "Noted.")
    assert (reply.in_reply_to, reply.data["inReplyTo"]) == (11, [10, 11])
    assert reply.is_deliverable
    assert {new.task for new in result.outbound if new.event == "task.created"} == {0}


def test_one_event_has_one_id_for_all_listeners_and_another_event_another() -> None:
    drafts = tuple(TaskDraft(title=t, source_message_id=10) for t in "ab")
    result = answered(claimed("a"), Answer(reply="x", tasks=drafts), tasks=(3, 8), updates=(3, 8))

    ids: dict[str, list[NewOutbound]] = {}
    for new in result.outbound:
        ids.setdefault(new.event_id, []).append(new)
    assert [len(same) for same in ids.values()] == [1, 2, 2, 2]


def test_a_reply_that_the_channel_cannot_take_is_written_and_not_sent() -> None:
    [reply] = answered(claimed("a"), Answer(reply="x"), replies=False).outbound

    assert not reply.is_deliverable


def test_silence_is_an_answer() -> None:
    assert told(answered(claimed("a"), Answer(reply=""), updates=(8,))) == [
        (8, "conversation.updated")
    ]


def test_a_turn_without_messages_says_nothing() -> None:
    result = answered(claimed(), Answer(reply="x"), tasks=(3,), updates=(3,))

    assert (told(result), dict(result.analyses)) == ([], {})


def test_only_own_messages_can_be_refined() -> None:
    refined = Analysis(intent="question", urgency="critical")
    result = answered(claimed("a", "b"), Answer(reply="", analyses={11: refined, 99: refined}))

    assert set(result.analyses) == {10, 11}
    assert result.analyses[11] == refined
    assert result.analyses[10] != refined


def test_tasks_of_a_message_are_numbered_and_titles_cut() -> None:
    drafts = [("a", 10), ("b", 11), ("c" * 300, 10)]
    answer = Answer(
        reply="", tasks=tuple(TaskDraft(title=t, source_message_id=m) for t, m in drafts)
    )

    tasks = answered(claimed("x", "y"), answer).tasks

    assert [(t.source_message_id, t.source_index) for t in tasks] == [(10, 0), (11, 0), (10, 1)]
    assert [len(t.title) for t in tasks] == [1, 1, 200]


def test_a_task_is_taken_for_one_of_a_message_that_is_answered_now() -> None:
    """An earlier message has its first task already, and one message makes each task once."""
    draft = TaskDraft(title="Call", source_message_id=7)

    [task] = answered(claimed("x", "y"), Answer(reply="", tasks=(draft,))).tasks

    assert task.source_message_id in {10, 11}


@given(st.text(st.characters(codec=None)), st.integers(0, 400))
def test_whatever_a_responder_writes_can_be_stored(words: str, times: int) -> None:
    long = words * times
    draft = TaskDraft(title=long, source_message_id=10, description=long, project=long or None)
    result = answered(
        claimed("x"), Answer(reply=long or "x", tasks=(draft,), summary=long), tasks=(3,)
    )

    [task] = result.tasks
    assert len(task.title) <= 200
    assert len(task.project or "") <= 200
    written = [task.title, task.description, task.project or "", result.summary]
    written += [new.content for new in result.outbound]
    assert not any("\0" in text for text in written)
    assert all(isinstance(text.encode(), bytes) for text in written)


def test_what_is_remembered_stays_until_it_is_contradicted() -> None:
    mate = replace(TEA, value="mate", message_id=10)
    kept = answered(claimed("a"), Answer(reply="x"))
    changed = answered(claimed("a"), Answer(reply="x", memory=(mate,)))
    forgotten = answered(claimed("a"), Answer(reply="x", forget=("likes",)))

    assert (kept.memory, changed.memory, forgotten.memory) == ((TEA,), (mate,), ())


def test_the_summary_follows_each_message_whoever_writes_it() -> None:
    own = answered(claimed("the plumber came"), Answer(reply="x"))
    given = answered(claimed("a"), Answer(reply="x", summary="after"))

    assert own.summary.splitlines()[1:] == ['- News: "the plumber came"', "- before"]
    assert given.summary == "after"


def test_every_pending_message_is_understood_at_the_time_it_came() -> None:
    turn = claimed("Call Dana tomorrow at 10am", "thanks")

    conversation = conversation_of(turn, Policy(), now=NOW + timedelta(days=9))

    assert [t.message_id for t in conversation.pending] == [10, 11]
    analysis = conversation.pending[0].analysis
    assert analysis is not None
    assert [date.at for date in analysis.entities.dates] == [datetime(2026, 1, 3, 10, tzinfo=UTC)]


def test_every_attempt_sends_the_same_bytes() -> None:
    first, later = outbound_message(DELIVERY), outbound_message(replace(DELIVERY, attempts=5))

    assert first.body == later.body
    assert (first.idempotency_key, later.idempotency_key) == ("evt_1", "evt_1")
    assert (first.attempt, later.attempt) == (1, 5)
    assert first.in_reply_to == "11"
    body = json.loads(first.body)
    assert (body["id"], body["sequence"], body["webhookId"]) == ("evt_1", 7, 3)
    assert body["data"] == {"taskId": 9}
