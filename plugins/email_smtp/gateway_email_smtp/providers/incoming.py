"""What came by HTTP, whichever provider posted it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from gateway.plugin import HttpAnswer, InvalidPayload, JsonValue, Receipt
from gateway_email_smtp.headers import Headers
from gateway_email_smtp.mail import Mail
from gateway_email_smtp.trust import Evidence

ACCEPTED: Final = HttpAnswer()
"""Every provider takes an empty 200 for an answer, and some take nothing else."""


Record = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A mail and what is known of its sender, or receipts; nothing at all is nothing to keep."""

    mail: Mail | None = None
    evidence: Evidence = field(default_factory=Evidence)
    receipts: tuple[Receipt, ...] = ()


def json_of(body: bytes) -> JsonValue:
    """What a JSON body holds. Raises `InvalidPayload`."""
    try:
        found: JsonValue = json.loads(body)
    except (ValueError, RecursionError):
        raise InvalidPayload("the body is no JSON") from None
    return found


def record_of(value: JsonValue) -> Record:
    """An object; anything else is an empty one."""
    return value if isinstance(value, dict) else {}


def records_of(value: JsonValue) -> tuple[Record, ...]:
    """The objects of a list; whatever else is in it is left out."""
    return tuple(one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()


def text_at(record: Record, name: str) -> str:
    """A text of an object; empty for anything else."""
    value = record.get(name)
    return value if isinstance(value, str) else ""


def moment_of(timestamp: JsonValue) -> datetime | None:
    """A moment in Unix seconds; None for what is none."""
    try:
        return (
            datetime.fromtimestamp(timestamp, UTC) if isinstance(timestamp, int | float) else None
        )
    except (ValueError, OverflowError, OSError):
        return None


def stamped(headers: Headers) -> Headers:
    """The headers that the provider itself put on top.

    Whatever its sender wrote stands below the first `Received: from`, which tells where the
    provider's server had the mail from.
    """
    for place, (name, value) in enumerate(headers):
        if name == "received" and value.lstrip().lower().startswith("from"):
            return headers[:place]
    return ()


def outbound_id(told: JsonValue) -> int | None:
    """Our own id of a mail, as a provider brings it back."""
    text = str(told) if isinstance(told, str | int) else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None  # noqa: PLR2004 # a bigint


def is_hard(status: str) -> bool:
    """Whether an enhanced status code says that the address takes nothing, now or later."""
    return status.startswith("5.1.") or status == "5.2.1"
