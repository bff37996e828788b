"""Every failure that leaves a stage, as one tree: the class carries its API code and HTTP status.

A verifier raises `InvalidSignature` or `InvalidAuth`; a parser raises `InvalidPayload`; a responder
or a transport raises `TemporaryFailure` or `PermanentFailure`, a transport also `UncertainFailure`.
Nothing else is expected from a part: any other exception is a bug of the plugin and is reported as
one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """One field at fault: a JSON Pointer (RFC 6901) and a sentence that says what is valid."""

    pointer: str
    message: str


class GatewayError(Exception):
    """A failure with a code for programs, an HTTP status, and a sentence that says what to do."""

    code: ClassVar[str] = "INTERNAL_ERROR"
    status: ClassVar[int] = 500

    def __init__(self, message: str, *, fields: Sequence[FieldError] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.fields = tuple(fields)


class InvalidSignature(GatewayError):
    """The HMAC signature is missing, malformed, expired or does not match the body."""

    code = "INVALID_SIGNATURE"
    status = 401


class InvalidAuth(GatewayError):
    """The bearer token or API key is missing or wrong."""

    code = "INVALID_AUTH"
    status = 401


class InvalidPayload(GatewayError):
    """The request is authentic but cannot be read; `fields` names each place at fault."""

    code = "INVALID_PAYLOAD"
    status = 400


class PayloadTooLarge(GatewayError):
    """The body is larger than the limit that the message names."""

    code = "PAYLOAD_TOO_LARGE"
    status = 413


class PartFailure(GatewayError):
    """An attempt of a responder or transport that did not succeed.

    The subclasses say whether to repeat it. `response_status` and `response_excerpt` are what the
    other side answered, for the attempt's log. `not_accepted` is proof that nothing was sent: such
    a message may go another way.
    """

    code = "DELIVERY_FAILED"
    status = 502

    def __init__(
        self,
        message: str,
        *,
        response_status: int | None = None,
        response_excerpt: str = "",
        not_accepted: bool = False,
    ) -> None:
        super().__init__(message)
        self.response_status = response_status
        self.response_excerpt = response_excerpt
        self.not_accepted = not_accepted


class TemporaryFailure(PartFailure):
    """The same attempt may succeed later: network, timeout, 5xx, rate limit.

    `retry_after_seconds` is what the other side asked for; the gateway waits at least its own
    schedule.
    """

    def __init__(  # what an attempt's log keeps
        self,
        message: str,
        *,
        retry_after_seconds: float | None = None,
        response_status: int | None = None,
        response_excerpt: str = "",
        not_accepted: bool = False,
    ) -> None:
        super().__init__(
            message,
            response_status=response_status,
            response_excerpt=response_excerpt,
            not_accepted=not_accepted,
        )
        self.retry_after_seconds = retry_after_seconds


class PermanentFailure(PartFailure):
    """Repeating the same attempt cannot succeed: a refused recipient, a 4xx, a broken setting."""


class UncertainFailure(PartFailure):
    """The other side may have taken the message, or not: the request went out, no answer came.

    It is not repeated before `Transport.reconcile` has told that nothing was sent; where nobody
    can tell, it is held for a person. `ask_again` is set by the gateway while it goes on asking.
    """

    ask_again: bool = False


class RecipientOptedOut(PermanentFailure):
    """The provider does not send to this person, who has told it to stop."""


class RecipientUnreachable(PermanentFailure):
    """The address takes nothing, now or later: there is no such mailbox, or the provider gave up.

    Nothing more is sent to it on this channel until the person writes from it.
    """


class NotFound(GatewayError):
    """No such thing, or it belongs to somebody else: the two are not told apart."""

    code = "NOT_FOUND"
    status = 404


class WebhookNotFound(NotFound):
    """No webhook has this token or id."""

    code = "WEBHOOK_NOT_FOUND"


class WebhookInactive(GatewayError):
    """The webhook was switched off by its owner."""

    code = "WEBHOOK_INACTIVE"
    status = 403


class WebhookLimitExceeded(GatewayError):
    """The account holds as many webhooks as it may."""

    code = "WEBHOOK_LIMIT_EXCEEDED"
    status = 400


class HookLimitExceeded(GatewayError):
    """The account holds as many subscriptions as it may."""

    code = "HOOK_LIMIT_EXCEEDED"
    status = 400


class Conflict(GatewayError):
    """The thing is not in a state that allows the request."""

    code = "CONFLICT"
    status = 409


class Unauthorized(GatewayError):
    """The management API was called without a valid token."""

    code = "UNAUTHORIZED"
    status = 401


class InsufficientScope(GatewayError):
    """The token is valid and does not carry the scope that the message names."""

    code = "INSUFFICIENT_SCOPE"
    status = 403


class LoopDetected(GatewayError):
    """The message has been through too many gateways; it is kept, and not answered."""

    code = "LOOP_DETECTED"
    status = 409


class MethodNotAllowed(GatewayError):
    """The path exists and does not take this method; `allowed` are those that it takes."""

    code = "METHOD_NOT_ALLOWED"
    status = 405

    def __init__(self, allowed: str) -> None:
        super().__init__(f"this path takes only: {allowed}")
        self.allowed = allowed


class RequestTimeout(GatewayError):
    """The body did not arrive in time."""

    code = "REQUEST_TIMEOUT"
    status = 408


class UnsupportedMediaType(GatewayError):
    """The body of a tRPC call is not declared as JSON."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415


class AddressBlocked(GatewayError):
    """The operator, or the webhook's owner, lets nothing in from the address of the request."""

    code = "ADDRESS_BLOCKED"
    status = 403


class RateLimited(GatewayError):
    """Too many requests; `retry_after_seconds` says when the next one can succeed.

    `limit` is what is allowed, and `reset_at` that moment in Unix seconds, where they are known.
    """

    code = "RATE_LIMITED"
    status = 429

    def __init__(
        self,
        message: str,
        *,
        retry_after_seconds: int,
        limit: int | None = None,
        reset_at: int | None = None,
    ) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds
        self.limit = limit
        self.reset_at = reset_at


class RateLimitMinute(RateLimited):
    """The webhook's limit per minute is used up."""

    code = "RATE_LIMIT_MINUTE"


class RateLimitHour(RateLimited):
    """The webhook's limit per hour is used up."""

    code = "RATE_LIMIT_HOUR"


class Unavailable(GatewayError):
    """Something the gateway needs is away; the sender is asked to repeat."""

    code = "UNAVAILABLE"
    status = 503


class StorageUnavailable(Unavailable):
    """PostgreSQL is away: nothing was accepted."""

    code = "STORAGE_UNAVAILABLE"


class PluginUnavailable(Unavailable):
    """The webhook needs a plugin that is not installed, not enabled or refused."""

    code = "PLUGIN_UNAVAILABLE"
