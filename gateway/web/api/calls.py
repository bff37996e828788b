"""What every call of the API begins with: who calls, and whether the token allows it."""

from quart import g, request

from gateway.runtime import Gateway
from gateway.web.api.procedures import Call, Procedure
from gateway.web.auth import acting_for, authenticate, require


async def open_call(gw: Gateway, procedure: Procedure) -> Call:
    """The call that this request makes of a procedure.

    An admin token acts for the user that `X-Gateway-User` names. Raises `Unauthorized`,
    `InsufficientScope` and `InvalidPayload`.
    """
    now = gw.now()
    request_id = g.get("request_id", "")
    principal = await authenticate(request.headers.get("Authorization"), now=now)
    external_id = request.headers.get("X-Gateway-User")
    if external_id is not None:
        principal = await acting_for(principal, external_id, gw.db, request_id=request_id, now=now)
    require(principal, procedure.scope)
    return Call(gw=gw, principal=principal, request_id=request_id, at=now)
