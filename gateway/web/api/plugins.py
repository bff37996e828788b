"""Plugins as the API shows them, with the settings that a form for each of their parts asks for."""

from quart import Blueprint, Response

from gateway.plugin import JsonValue
from gateway.registry import PluginInfo
from gateway.runtime import Gateway
from gateway.web.api.calls import caller
from gateway.web.wire import json_response, to_wire


def plugin_routes(gw: Gateway) -> Blueprint:
    """`/plugins`."""
    routes = Blueprint("plugins", __name__)

    @routes.get("/plugins")
    async def list_plugins() -> Response:
        await caller(gw, "webhooks:read")
        items = [_shown(gw, info) for info in gw.registry.plugins]
        return json_response({"items": items, "nextCursor": None})

    return routes


def _shown(gw: Gateway, info: PluginInfo) -> dict[str, JsonValue]:
    parts: list[JsonValue] = []
    for listed in info.parts:
        role, _, name = listed.partition(": ")
        part = gw.registry.find(role, name)
        if part is not None:
            schema = part.Settings.model_json_schema(by_alias=True)
            parts.append({"role": role[:-1], "name": name, "title": part.title, "settings": schema})
    return {**to_wire(info, without=("parts",)), "parts": parts}
