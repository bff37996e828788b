"""The events that the outside is told, and their envelope (PRD Appendix A.3)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from pydantic_core import to_json

from gateway.plugin import REPLY, JsonValue

MESSAGE_RECEIVED: Final = "message.received"
TASK_CREATED: Final = "task.created"
TASK_COMPLETED: Final = "task.completed"
TASK_FAILED: Final = "task.failed"
CONVERSATION_UPDATED: Final = "conversation.updated"
CONSENT_CHANGED: Final = "consent.changed"
DELIVERY_FAILED: Final = "delivery.failed"
DELIVERY_REROUTED: Final = "delivery.rerouted"
WEBHOOK_TEST: Final = "webhook.test"
WEBHOOK_VERIFICATION: Final = "webhook.verification"
ENDPOINT_WARNING: Final = "endpoint.warning"
ENDPOINT_PAUSED: Final = "endpoint.paused"
ENDPOINT_DISABLED: Final = "endpoint.disabled"
ENDPOINT_RECOVERED: Final = "endpoint.recovered"
EVENTS: Final = (
    MESSAGE_RECEIVED,
    TASK_CREATED,
    TASK_COMPLETED,
    TASK_FAILED,
    CONVERSATION_UPDATED,
    REPLY,
    CONSENT_CHANGED,
    DELIVERY_FAILED,
    DELIVERY_REROUTED,
    WEBHOOK_TEST,
    WEBHOOK_VERIFICATION,
    ENDPOINT_WARNING,
    ENDPOINT_PAUSED,
    ENDPOINT_DISABLED,
    ENDPOINT_RECOVERED,
)

API_VERSION: Final = "1"


def envelope(  # noqa: PLR0913 # the fields of the envelope
    *,
    event_id: str,
    event: str,
    sequence: int,
    webhook_id: int,
    at: datetime,
    data: Mapping[str, JsonValue],
    hops: int | None = None,
    endpoint_sequence: int | None = None,
) -> bytes:
    """The exact bytes of an event: the same arguments make the same, so all attempts are alike."""
    body = event_body(
        event_id=event_id,
        event=event,
        sequence=sequence,
        webhook_id=webhook_id,
        at=at,
        data=data,
        hops=hops,
        endpoint_sequence=endpoint_sequence,
    )
    return to_json(body)


def event_body(  # noqa: PLR0913 # the fields of the envelope
    *,
    event_id: str,
    event: str,
    sequence: int,
    webhook_id: int,
    at: datetime,
    data: Mapping[str, JsonValue],
    hops: int | None = None,
    endpoint_sequence: int | None = None,
) -> dict[str, JsonValue]:
    """An event in its envelope (PRD Appendix A.3); what is None was not known yet in its time."""
    later = {"endpointSequence": endpoint_sequence, "hops": hops}
    return {
        "id": event_id,
        "event": event,
        "timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "webhookId": webhook_id,
        "sequence": sequence,
        **{name: value for name, value in later.items() if value is not None},
        "apiVersion": API_VERSION,
        "data": dict(data),
    }
