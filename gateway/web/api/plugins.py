"""Plugins as the API shows them."""

from quart import Blueprint, Response

from gateway.runtime import Gateway
from gateway.web.api.calls import caller
from gateway.web.wire import json_response, to_wire


def plugin_routes(gw: Gateway) -> Blueprint:
    """`/plugins`."""
    routes = Blueprint("plugins", __name__)

    @routes.get("/plugins")
    async def list_plugins() -> Response:
        await caller(gw, "webhooks:read")
        return json_response(
            {"items": [to_wire(info) for info in gw.registry.plugins], "nextCursor": None}
        )

    return routes
