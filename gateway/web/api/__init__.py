"""The management API under `/api/v1`."""

from quart import Blueprint

from gateway.runtime import Gateway
from gateway.web.api.plugins import plugin_routes
from gateway.web.api.tasks import task_routes
from gateway.web.api.webhooks import webhook_routes


def api_routes(gw: Gateway) -> Blueprint:
    """All routes of the API."""
    routes = Blueprint("api", __name__, url_prefix="/api/v1")
    routes.register_blueprint(webhook_routes(gw))
    routes.register_blueprint(task_routes(gw))
    routes.register_blueprint(plugin_routes(gw))
    return routes


__all__ = ["api_routes"]
