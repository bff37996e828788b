"""What every call of the API begins with: who calls, and whether the token allows it."""

from quart import g, request

from gateway.runtime import Gateway
from gateway.web.api.procedures import Call, Procedure
from gateway.web.auth import authenticate, require


async def open_call(gw: Gateway, procedure: Procedure) -> Call:
    """The call that this request makes of a procedure.

    Raises `Unauthorized` or `InsufficientScope`.
    """
    now = gw.now()
    principal = await authenticate(request.headers.get("Authorization"), now=now)
    require(principal, procedure.scope)
    return Call(gw=gw, principal=principal, request_id=g.get("request_id", ""), at=now)
