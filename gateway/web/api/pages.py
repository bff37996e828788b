"""The browsable reference at `/api/v1/docs`, served whole: it works without the internet."""

import asyncio
import json
import re
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from itertools import groupby
from typing import Final

from jinja2 import Environment
from markupsafe import Markup, escape
from quart import Blueprint, Response

from gateway.plugin.errors import NotFound
from gateway.web.api.openapi import LINK, examples, input_fields, sentence
from gateway.web.api.procedures import Procedure
from gateway.web.pages import page_response

KINDS: Final = {"style.css": "text/css", "app.js": "text/javascript"}
TALLEST_INPUT: Final = 14

_CODE: Final = re.compile(r"`([^`]+)`")


def docs_routes(procedures: tuple[Procedure, ...]) -> Blueprint:
    """`/docs` with its style and script."""
    routes = Blueprint("docs", __name__, url_prefix="/api/v1")

    @routes.get("/docs")
    async def docs() -> Response:
        return page_response(await asyncio.to_thread(render, procedures), "text/html")

    @routes.get("/docs/<name>")
    async def asset(name: str) -> Response:
        if name not in KINDS:
            raise NotFound(f"no such file; there are: {', '.join(KINDS)}")
        return page_response(_read(name), KINDS[name])

    return routes


@cache
def render(procedures: tuple[Procedure, ...]) -> str:
    """The page."""
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        _read("page.html")
    )
    groups = [
        {"title": resource, "calls": [_call(procedure) for procedure in group]}
        for resource, group in groupby(procedures, key=lambda procedure: procedure.resource)
    ]
    return template.render(groups=groups, version=version("integration-gateway"))


def _call(procedure: Procedure) -> dict[str, object]:
    example = examples()[procedure.name]
    asked = json.dumps(example["asked"], indent=2, ensure_ascii=False)
    return {
        "id": procedure.name,
        "name": procedure.name,
        "method": procedure.method,
        "path": procedure.path,
        "scope": procedure.scope,
        "status": procedure.status,
        "has_body": procedure.has_body,
        "description": _text(procedure.description),
        "words": f"{procedure.name} {procedure.method} {procedure.path}".lower(),
        "inputs": [(field, _line(field.description)) for field in input_fields(procedure)],
        "asked": asked,
        "rows": min(TALLEST_INPUT, asked.count("\n") + 1),
        "answer": json.dumps(example["answer"], indent=2, ensure_ascii=False),
        "failures": [
            {"status": failure.status, "code": failure.code, "says": sentence(failure)}
            for failure in procedure.failures
        ],
    }


def _text(description: str) -> Markup:
    """Paragraphs and lists of a docstring."""
    blocks = LINK.sub(r"\1", description).split("\n\n")
    return Markup("").join(_list(b) if b.startswith("- ") else _paragraph(b) for b in blocks)


def _list(block: str) -> Markup:
    items = (" ".join(item.split()) for item in re.split(r"^- ", block, flags=re.MULTILINE)[1:])
    return Markup("<ul>%s</ul>") % Markup("").join(
        Markup("<li>%s</li>") % _line(item) for item in items
    )


def _paragraph(block: str) -> Markup:
    return Markup("<p>%s</p>") % _line(" ".join(block.split()))


def _line(text: str) -> Markup:
    # Escaping leaves backquotes alone, so what stands between them is escaped already.
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704


def _read(name: str) -> str:
    return files("gateway.web.api").joinpath("browse", name).read_text(encoding="utf-8")
