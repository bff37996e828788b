"""The envelope of an event (PRD Appendix A.3)."""

import json
from datetime import UTC, datetime

from hypothesis import given, strategies as st

from gateway.plugin import JsonValue
from gateway.rules.events import EVENTS, envelope
from gateway.rules.health import NOTICES

AT = datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC)
texts = st.text(st.characters(exclude_categories=["Cs"]))
values: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def of(data: dict[str, JsonValue]) -> bytes:
    return envelope(
        event_id="evt_1", event="task.created", sequence=7, webhook_id=3, at=AT, data=data
    )


def test_an_envelope_has_the_fields_of_appendix_a_3() -> None:
    assert json.loads(of({"taskId": 5})) == {
        "id": "evt_1",
        "event": "task.created",
        "timestamp": "2026-01-02T03:04:05.678Z",
        "webhookId": 3,
        "sequence": 7,
        "apiVersion": "1",
        "data": {"taskId": 5},
    }


def test_words_travel_as_they_are_written() -> None:
    assert '"title":"Añadir 👍"'.encode() in of({"title": "Añadir 👍"})


@given(st.dictionaries(texts, values, max_size=4))
def test_every_attempt_sends_the_same_bytes_and_no_value_is_changed(
    data: dict[str, JsonValue],
) -> None:
    assert of(data) == of(dict(data))
    assert json.loads(of(data))["data"] == data


def test_the_names_of_events_are_those_of_the_requirements() -> None:
    assert set(EVENTS) == {
        "message.received",
        "task.created",
        "task.completed",
        "task.failed",
        "conversation.updated",
        "message.reply",
        "consent.changed",
        "delivery.failed",
        "delivery.rerouted",
        "webhook.test",
        "webhook.verification",
        *NOTICES,
    }
