"""The frozen values at the edges: what providers post, are answered, and are sent. All in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from gateway.plugin.messages import InboundMessage, JsonValue

OutboundKind = Literal["reply", "notification", "event"]
ReceiptState = Literal["accepted", "sent", "delivered", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundRequest:
    """One request from a provider: `body` and `raw_path` are the exact bytes received.

    `public_url` is the configured public origin with the raw path and query, as the provider saw
    it.
    `headers` has lower-case names; repeated headers are joined with ", " (RFC 9110 section 5.3).
    `door` is the way in: `http`, or the name of the listener that took it. The gateway sets it, and
    no sender can.
    """

    method: str
    public_url: str
    raw_path: bytes
    query: bytes
    headers: Mapping[str, str]
    body: bytes
    client_ip: str
    received_at: datetime
    door: str = "http"

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters; empty when the sender gave none."""
        return self.headers.get("content-type", "").split(";", 1)[0].strip().lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAnswer:
    """The exact answer a provider expects, such as empty TwiML."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a provider says later of a message that was sent: how far it has come.

    `provider_id` is that of `Sent`; `message_id` is `OutboundMessage.id` where the URL that was
    called carried it, for a receipt may come before `send` has returned. Receipts may be late,
    repeated and out of order. `opted_out`: the person has told the provider to stop.
    `is_unreachable`: the address takes nothing, now or later, so that nothing more is sent to it
    until it writes itself. `is_passing`: it was lost on the way for a reason that passes, such as a
    phone that is off, so that it may be sent once more.
    """

    provider_id: str
    state: ReceiptState
    message_id: int | None = None
    at: datetime | None = None
    error_code: str = ""
    reason: str = ""
    opted_out: bool = False
    is_unreachable: bool = False
    is_passing: bool = False
    facts: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What one request held. Without an `answer`, the gateway answers with its own JSON."""

    messages: tuple[InboundMessage, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    answer: HttpAnswer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """One thing to be sent: a reply or notification in words, or an event with its `body`.

    `idempotency_key` and `body` stay the same over all attempts. `body` is the JSON text of the
    event envelope (for a reply: the `message.reply` envelope), for transports that send structured
    data. `thread` is the `thread_hint` of the conversation, and `answered` are the `facts` of the
    message that it answers, as the parser wrote them. `created_at` is when it was decided to send
    it. `hops` is how many gateways it has come through by now: say it in the header `HOPS_HEADER`,
    or in the protocol's own way, so that a loop is seen. `unsubscribe_url` is where the reader of a
    notification ends them with a POST (RFC 8058); empty for anything else.
    """

    id: int
    idempotency_key: str
    kind: OutboundKind
    event: str
    recipient: str
    text: str
    body: bytes
    attempt: int
    in_reply_to: str | None = None
    created_at: datetime | None = None
    hops: int = 1
    thread: str = ""
    answered: Mapping[str, JsonValue] = field(default_factory=dict)
    unsubscribe_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The other side accepted a message; the response is kept for the attempt's log.

    `segments` is how many text messages it takes, `cost_usd` what the provider charges for it, as
    far as they are known. `pieces` are the provider's ids of a message that went in several: it has
    arrived once each of them has.
    """

    provider_id: str | None = None
    response_status: int | None = None
    response_excerpt: str = ""
    segments: int | None = None
    cost_usd: float | None = None
    pieces: tuple[str, ...] = ()
