"""Failures that only callers of the API meet."""

from gateway.plugin import GatewayError, JsonValue


class PreconditionFailed(GatewayError):
    """`If-Match` names another version than the current one; `version` is the current one."""

    code = "PRECONDITION_FAILED"
    status = 412

    def __init__(self, message: str, *, version: int) -> None:
        super().__init__(message)
        self.version = version


class KeyInUse(GatewayError):
    """The first call with this `Idempotency-Key` is still under way."""

    code = "IDEMPOTENCY_KEY_IN_USE"
    status = 409


class KeyReused(GatewayError):
    """The `Idempotency-Key` was sent with another call before."""

    code = "IDEMPOTENCY_KEY_REUSED"
    status = 422


class Undelivered(GatewayError):
    """The delivery that the call was to make did not succeed; `attempt` says how it went."""

    code = "DELIVERY_FAILED"
    status = 502

    def __init__(self, message: str, *, attempt: JsonValue) -> None:
        super().__init__(message)
        self.attempt = attempt
