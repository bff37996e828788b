"""What the gateway is measured against: a bare Quart handler that does one INSERT.

It runs on the same HTTP server with the same settings. Its pool is the gateway's, too, without the
round trip by which asyncpg resets a session after each use.
"""

import asyncpg
import uvloop
from hypercorn.asyncio import serve
from quart import Quart, request

from gateway.config import load_config
from gateway.processes import stop_on_signals
from gateway.web.app import hypercorn_settings


def create_floor(pool: asyncpg.Pool) -> Quart:
    """The application: one route, one statement, one commit."""
    app = Quart("floor")

    @app.post("/")
    async def take() -> dict[str, str]:
        body = await request.get_data()
        await pool.execute("INSERT INTO floor (body) VALUES ($1)", body)
        return {"status": "accepted"}

    return app


async def main() -> None:
    """Serves until it is told to stop."""
    config = load_config()
    async with asyncpg.create_pool(
        config.database.url.get_secret_value(),
        min_size=config.database.pool_min,
        max_size=config.database.pool_max,
        reset=_keep_session,
    ) as pool:
        await pool.execute(
            "CREATE TABLE IF NOT EXISTS floor (id bigserial PRIMARY KEY, body bytea NOT NULL)"
        )
        stop = stop_on_signals()
        await serve(create_floor(pool), hypercorn_settings(config), shutdown_trigger=stop.wait)


async def _keep_session(connection: object) -> None:
    pass


if __name__ == "__main__":
    uvloop.run(main())
