"""`/dashboard/` and its files, and `/`, which leads there."""

import asyncio
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from quart import Blueprint, Response

from gateway.plugin.errors import NotFound
from gateway.web.pages import page_response

KINDS: Final = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}


def front_door() -> Blueprint:
    """`/`, for whoever opens the gateway's address in a browser."""
    routes = Blueprint("front", __name__)

    @routes.get("/")
    async def front() -> Response:
        return Response(b"", status=302, headers={"Location": "/dashboard/"})

    return routes


def dashboard_routes() -> Blueprint:
    """The page and what it loads; of files, those alone that came with the gateway."""
    routes = Blueprint("dashboard", __name__, url_prefix="/dashboard")

    @routes.get("/")
    async def page() -> Response:
        return await _answer("index.html")

    @routes.get("/<path:name>")
    async def asset(name: str) -> Response:
        return await _answer(name)

    return routes


async def _answer(name: str) -> Response:
    known = await asyncio.to_thread(assets)
    if name not in known:
        raise NotFound("the dashboard has no such file; it starts at /dashboard/")
    return page_response(known[name], KINDS[f".{name.rpartition('.')[2]}"])


@cache
def assets() -> Mapping[str, str]:
    """The text of each file of the dashboard, by its path below `/dashboard/`."""
    return dict(_texts(files("gateway.web.dashboard").joinpath("assets"), ""))


def _texts(folder: Traversable, path: str) -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _texts(entry, f"{path}{entry.name}/")
        elif entry.name.endswith(tuple(KINDS)):
            yield f"{path}{entry.name}", entry.read_text(encoding="utf-8")
