"""What every call of the API begins with: who calls, and whether the token allows it."""

from datetime import datetime

from quart import g, request

from gateway.plugin.errors import Unauthorized
from gateway.runtime import Gateway
from gateway.web.addresses import address_of
from gateway.web.api.procedures import Call, Procedure
from gateway.web.auth import Principal, acting_for, authenticate, require


async def open_call(gw: Gateway, procedure: Procedure) -> Call:
    """The call that this request makes of a procedure.

    An admin token acts for the user that `X-Gateway-User` names. Raises `Unauthorized`,
    `InsufficientScope`, `InvalidPayload` and `RateLimited`.
    """
    now = gw.now()
    request_id = g.get("request_id", "")
    principal = await _caller(gw, now)
    g.quota = await gw.limits.hit_token(principal.token_id, now) or g.get("quota")
    external_id = request.headers.get("X-Gateway-User")
    if external_id is not None:
        principal = await acting_for(principal, external_id, gw.db, request_id=request_id, now=now)
    require(principal, procedure.scope)
    return Call(gw=gw, principal=principal, request_id=request_id, at=now)


async def _caller(gw: Gateway, now: datetime) -> Principal:
    try:
        return await authenticate(request.headers.get("Authorization"), now=now)
    except Unauthorized:
        # Valid tokens are let through whatever else comes from their address: they cannot be
        # guessed, and one broken client must not lock out its neighbours.
        await gw.limits.note_failure(address_of(request, gw.config.server), now, at="api")
        raise
