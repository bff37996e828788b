"""One delivery as its owner sees it: what it says, and the timeline of each attempt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from gateway.plugin import JsonValue
from gateway.rules.curl import curl_line
from gateway.rules.events import envelope
from gateway.rules.receipts import FURTHER
from gateway.store import Attempt, Delivery, DeliveryReceipt, WholeDelivery


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryPiece:
    """One of the messages as which a long one went, and how far it has come."""

    number: int
    provider_id: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryView(Delivery):
    """A delivery with what it says, how each attempt went, and what the provider says of it."""

    body: str
    history: Sequence[Attempt]
    receipts: Sequence[DeliveryReceipt]
    pieces: Sequence[DeliveryPiece]
    curl: str | None


def delivery_view(whole: WholeDelivery) -> DeliveryView:
    """A delivery with all that is known of it; secrets were left out when it was written."""
    shown = {field.name: getattr(whole.delivery, field.name) for field in fields(Delivery)}
    body = sent_body(whole)
    return DeliveryView(
        **shown,
        body=body.decode(),
        history=whole.attempts,
        receipts=whole.receipts,
        pieces=_pieces(whole.receipts),
        curl=_curl(whole, body),
    )


def _pieces(receipts: Sequence[DeliveryReceipt]) -> list[DeliveryPiece]:
    numbers = {
        receipt.provider_id: number
        for receipt in receipts
        if isinstance(receipt.facts, dict) and isinstance(number := receipt.facts.get("piece"), int)
    }
    states = {id_: [r.state for r in receipts if r.provider_id == id_] for id_ in numbers}
    return [
        DeliveryPiece(number=number, provider_id=id_, state=max(states[id_], key=_rank))
        for id_, number in sorted(numbers.items(), key=lambda pair: pair[1])
    ]


def _rank(state: str) -> int:
    return [*FURTHER].index(state)  # type: ignore[arg-type] # a receipt has no other


def sent_body(whole: WholeDelivery) -> bytes:
    """The exact bytes that each attempt sends, where it sends the envelope."""
    delivery = whole.delivery
    return envelope(
        event_id=delivery.event_id,
        event=delivery.event,
        sequence=whole.sequence,
        webhook_id=delivery.source_webhook_id,
        at=delivery.created_at,
        data=whole.data,
        hops=whole.hops,
        endpoint_sequence=whole.endpoint_sequence,
    )


def _curl(whole: WholeDelivery, body: bytes) -> str | None:
    """The last call once more; None for a delivery that made none."""
    calls = [call for attempt in whole.attempts for call in _calls(attempt)]
    if not calls:
        return None
    headers = calls[-1].get("requestHeaders")
    assert isinstance(headers, dict)
    return curl_line(
        str(calls[-1]["method"]),
        str(calls[-1]["url"]),
        {name: str(value) for name, value in headers.items()},
        body=body,
        message_id=whole.delivery.event_id,
    )


def _calls(attempt: Attempt) -> list[Mapping[str, JsonValue]]:
    calls = attempt.calls if isinstance(attempt.calls, list) else []
    return [call for call in calls if isinstance(call, dict)]
