"""Health, readiness and metrics."""

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from quart import Blueprint, Response
from redis.exceptions import RedisError

from gateway import pipeline
from gateway.plugin.errors import StorageUnavailable
from gateway.runtime import Gateway
from gateway.web.wire import json_response


def health_routes(gw: Gateway) -> Blueprint:
    """`/livez` asks nothing but the process; `/readyz` asks what it needs."""
    routes = Blueprint("health", __name__)

    @routes.get("/livez")
    async def livez() -> Response:
        return _uncached({"status": "pass"}, 200)

    @routes.get("/readyz")
    @routes.get("/api/v1/webhooks/health")
    async def readyz() -> Response:
        checks = {
            "database": await _database(gw),
            "queue": await _queue(gw),
            "plugins": [
                {"name": plugin.name, "problem": plugin.problem} for plugin in gw.registry.refused
            ]
            or "pass",
        }
        if checks["database"] != "pass":
            return _uncached({"status": "fail", "checks": checks}, 503)
        is_whole = all(check == "pass" for check in checks.values())
        return _uncached({"status": "pass" if is_whole else "warn", "checks": checks}, 200)

    @routes.get("/metrics")
    async def metrics() -> Response:
        # The backlog is the database's, so any process can tell it; an outage leaves the last
        # figures.
        if await _database(gw) == "pass":
            await pipeline.measure_backlog(gw)
        return Response(generate_latest(gw.metrics.registry), content_type=CONTENT_TYPE_LATEST)

    return routes


async def _database(gw: Gateway) -> str:
    try:
        async with gw.db.connection() as connection:
            await connection.fetchval("SELECT 1")
    except StorageUnavailable as outage:
        return f"fail: {outage.message}"
    return "pass"


async def _queue(gw: Gateway) -> str:
    try:
        await gw.redis.exists(gw.config.redis.prefix)
    except (RedisError, OSError) as outage:
        return f"warn: {type(outage).__name__}; work goes on, a second later each time"
    return "warn: limits are counted in memory" if gw.limits.in_memory else "pass"


def _uncached(body: object, status: int) -> Response:
    response = json_response(body, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response
