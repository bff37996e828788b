"""The Quart application."""

import asyncio

import structlog
from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config as HypercornConfig
from quart import Quart, Response, g, request

from gateway.config import Config
from gateway.ports import check_address
from gateway.presence import present
from gateway.rules.traces import TRACE_HEADERS
from gateway.runtime import Gateway, open_gateway, spare_the_collector
from gateway.tracing import continued, enter
from gateway.web.addresses import address_of, quota_headers
from gateway.web.api import PROCEDURES
from gateway.web.api.media import media_routes
from gateway.web.api.pages import docs_routes
from gateway.web.api.rest import rest_routes
from gateway.web.cors import install_cors
from gateway.web.dashboard.routes import dashboard_routes, front_door
from gateway.web.errors import install_errors
from gateway.web.health import health_routes
from gateway.web.inbound import Inbound
from gateway.web.trpc import trpc_routes
from gateway.web.unsubscribe import unsubscribe_routes
from gateway.web.wire import request_id_for


def create_app(gw: Gateway) -> Quart:
    """The web application on an open gateway."""
    app = Quart("gateway")
    app.config["MAX_CONTENT_LENGTH"] = gw.config.server.body_limit_bytes
    app.config["BODY_TIMEOUT"] = gw.config.server.body_timeout_seconds
    app.register_blueprint(health_routes(gw))
    app.register_blueprint(rest_routes(gw, PROCEDURES))
    app.register_blueprint(media_routes(gw))
    app.register_blueprint(docs_routes(PROCEDURES))
    app.register_blueprint(dashboard_routes())
    app.register_blueprint(front_door())
    app.register_blueprint(trpc_routes(gw, PROCEDURES))
    app.register_blueprint(unsubscribe_routes(gw))
    install_errors(app)

    @app.before_request
    async def name_request() -> None:
        g.request_id = request_id_for(request.headers.get("X-Request-Id", ""))
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)
        given = {name: ",".join(request.headers.getlist(name)) for name in TRACE_HEADERS}
        enter(continued(given, at=gw.now()))

    install_cors(app, gw.config.server.cors_origins)

    @app.before_request
    async def count_address() -> None:
        if request.blueprint != "health":
            address = address_of(request, gw.config.server)
            g.quota = await gw.limits.hit_address(address, gw.now())

    @app.after_request
    async def show_name(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        for name, value in quota_headers(g.get("quota")).items():
            response.headers.setdefault(name, value)
        return response

    app.asgi_app = Inbound(gw, app.asgi_app)  # type: ignore[method-assign] # Quart's own way
    return app


async def serve(config: Config, stop: asyncio.Event) -> None:
    """Serves until `stop` is set, then lets requests under way finish. Raises `CannotStart`."""
    check_address(config.server.host, config.server.port, setting="[server] port")
    async with open_gateway(config) as gw, present(gw, "web"):
        spare_the_collector()
        await hypercorn_serve(
            create_app(gw), hypercorn_settings(config), shutdown_trigger=stop.wait
        )


def hypercorn_settings(config: Config) -> HypercornConfig:
    """How hypercorn listens."""
    settings = HypercornConfig()
    settings.bind = [f"{config.server.host}:{config.server.port}"]
    settings.graceful_timeout = config.server.shutdown_seconds
    settings.backlog = 1024
    settings.accesslog = None
    settings.errorlog = None
    settings.include_server_header = False
    settings.h11_max_incomplete_size = 64 * 1024
    settings.keep_alive_timeout = 75
    settings.read_timeout = 120
    return settings
