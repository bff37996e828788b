"""The management API under `/api/v1`."""

from typing import Final

from quart import Blueprint, request

from gateway.plugin.errors import NotFound
from gateway.runtime import Gateway
from gateway.web.api.deliveries import delivery_routes
from gateway.web.api.plugins import plugin_routes
from gateway.web.api.rotation import rotation_routes
from gateway.web.api.tasks import task_routes
from gateway.web.api.webhooks import webhook_routes

LARGEST_ID: Final = 2**63 - 1
"""PostgreSQL's bigint."""


def api_routes(gw: Gateway) -> Blueprint:
    """All routes of the API."""
    routes = Blueprint("api", __name__, url_prefix="/api/v1")
    routes.register_blueprint(webhook_routes(gw))
    routes.register_blueprint(rotation_routes(gw))
    routes.register_blueprint(delivery_routes(gw))
    routes.register_blueprint(task_routes(gw))
    routes.register_blueprint(plugin_routes(gw))

    @routes.before_request
    async def refuse_impossible_ids() -> None:
        for value in (request.view_args or {}).values():
            if isinstance(value, int) and value > LARGEST_ID:
                raise NotFound(f"nothing has this id; the largest possible one is {LARGEST_ID}")

    return routes


__all__ = ["api_routes"]
