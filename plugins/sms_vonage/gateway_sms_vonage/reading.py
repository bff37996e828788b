"""What Vonage posts: texts and pieces of them, and what became of texts that were sent."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from gateway.plugin import (
    Fragment,
    HttpAnswer,
    InboundMessage,
    InboundRequest,
    InvalidPayload,
    JsonValue,
    Parsed,
    Receipt,
    ReceiptState,
)
from gateway_sms_vonage.fields import object_of

ANSWER: Final = HttpAnswer(status=200)
"""Anything else is posted again, for a day."""
STATES: Final[Mapping[str, ReceiptState]] = {
    "submitted": "sent",
    "accepted": "sent",
    "buffered": "sent",
    "delivered": "delivered",
    "read": "delivered",
    "rejected": "failed",
    "undeliverable": "failed",
    "failed": "failed",
    "expired": "failed",
}
PASSING: Final = frozenset({"2", "7", "8", "1000", "1030", "1100"})
"""The phone is off or busy, the network or Vonage was in trouble: it may arrive later."""
SHORTEST_NUMBER: Final = 7
_HELD: Final = frozenset({"msisdn", "to", "from", "text", "messageId", "message_uuid", "sig"})
LARGEST_ID: Final = 2**63


def read(request: InboundRequest) -> Parsed:
    """A text, a piece of one, or a receipt. Raises `InvalidPayload`."""
    body = object_of(request)
    if "message_uuid" in body:
        return _by_messages(body)
    if "messageId" in body or "message-id" in body:
        return _by_sms(body)
    raise InvalidPayload("neither message_uuid nor messageId: this is no message of Vonage's")


def number(told: str) -> str:
    """A number as the gateway has it, with its plus; a short code or a name stays as it is."""
    digits = told.removeprefix("+").removeprefix("00") if told.startswith("00") else told
    is_long = digits.isascii() and digits.isdecimal() and len(digits) >= SHORTEST_NUMBER
    return f"+{digits}" if is_long else told


def _by_messages(body: Mapping[str, Any]) -> Parsed:
    if "status" in body:
        error = body.get("error")
        return _receipt(
            body,
            id_=_text(body, "message_uuid"),
            client_ref=_text(body, "client_ref"),
            error=error if isinstance(error, dict) else {},
        )
    if body.get("message_type", "text") not in {"text", "unsupported"}:
        raise InvalidPayload(f"a message of type {body['message_type']!r} is no text")
    message = InboundMessage(
        sender=_sender(body, "from"),
        text=_text(body, "text"),
        external_id=_text(body, "message_uuid"),
        recipient=number(_text(body, "to")) or None,
        sent_at=_moment(_text(body, "timestamp")),
        facts=_facts(body),
    )
    return Parsed(messages=(message,), answer=ANSWER)


def _by_sms(body: Mapping[str, Any]) -> Parsed:
    id_ = _text(body, "messageId") or _text(body, "message-id")
    if "status" in body:
        code = _text(body, "err-code")
        error = {} if code in {"", "0"} else {"title": code, "detail": f"error {code}"}
        return _receipt(body, id_=id_, client_ref=_text(body, "client-ref"), error=error)
    message = InboundMessage(
        sender=_sender(body, "msisdn"),
        text=_text(body, "text"),
        external_id=id_,
        recipient=number(_text(body, "to")) or None,
        sent_at=_moment(_text(body, "message-timestamp")),
        facts=_facts(body),
        fragment=_fragment(body),
    )
    return Parsed(messages=(message,), answer=ANSWER)


def _receipt(
    body: Mapping[str, Any], *, id_: str, client_ref: str, error: Mapping[str, Any]
) -> Parsed:
    told = _text(body, "status").lower()
    state = STATES.get(told)
    if state is None:
        return Parsed(answer=ANSWER)  # such as `unknown`, which says nothing
    code = str(error.get("title", "") or error.get("type", ""))
    receipt = Receipt(
        provider_id=id_,
        state=state,
        message_id=_own_id(client_ref),
        at=_moment(_text(body, "message-timestamp") or _text(body, "timestamp")),
        error_code=code if state == "failed" else "",
        is_passing=state == "failed" and code in PASSING,
        reason=str(error.get("detail", "") or told) if state == "failed" else "",
        facts=_facts(body),
    )
    return Parsed(receipts=(receipt,), answer=ANSWER)


def _fragment(body: Mapping[str, Any]) -> Fragment | None:
    if _text(body, "concat").lower() != "true":
        return None
    ref, place, of = (_text(body, f"concat-{name}") for name in ("ref", "part", "total"))
    if not (place.isdecimal() and of.isdecimal() and 0 < int(place[:4]) <= int(of[:4]) <= 255):  # noqa: PLR2004 # GSM 03.40
        raise InvalidPayload("a piece of a long text that does not say which one it is")
    return Fragment(ref=ref, number=int(place), total=int(of))


def _sender(body: Mapping[str, Any], name: str) -> str:
    sender = number(_text(body, name))
    if not sender:
        raise InvalidPayload(f"{name} is missing: nobody knows who wrote")
    return sender


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return "" if value is None else str(value)


def _own_id(client_ref: str) -> int | None:
    is_id = client_ref.isascii() and client_ref.isdecimal() and len(client_ref) < 19  # noqa: PLR2004 # a bigint
    return int(client_ref) if is_id else None


def _moment(told: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _facts(body: Mapping[str, Any]) -> dict[str, JsonValue]:
    return {name: value for name, value in body.items() if name not in _HELD}
