"""The pages that follow the code do: generated tables, the settings file, the routes of the API."""

import re
import tomllib
from pathlib import Path
from typing import Final

import pytest

from docs import build
from gateway.config import Config, load_config
from gateway.runtime import Gateway
from gateway.web.app import create_app
from gateway.web.inbound import AUTOMATION, PREFIX
from tests.house.inventory import settings
from tests.house.tree import DOCS, ROOT, place

ROUTE: Final = re.compile(r"^### `([A-Z]+) (/\S*)`$", re.MULTILINE)
ARGUMENT: Final = re.compile(r"<(?:int:|path:)?(?:[a-z]+_)?([a-z]+)>")
IMPLIED: Final = frozenset({"HEAD", "OPTIONS"})
PAGES: Final = ("api", "cli", "configuration", "errors", "hooks", "metrics", "parts")


@pytest.mark.parametrize("path", sorted(build.pages()), ids=place)
def test_what_is_generated_is_current(path: Path) -> None:
    is_current = path.read_text(encoding="utf-8") == build.pages()[path]

    assert is_current, "run: python docs/build.py"


def test_every_table_that_can_be_generated_is_shown_somewhere() -> None:
    shown = "".join(path.read_text(encoding="utf-8") for path in build.pages())

    assert {path.stem for path in build.pages()} == {*PAGES, "gateway"}
    assert [name for name in build.TABLES if f"<!-- generated: {name} -->" not in shown] == []


def test_the_settings_file_says_every_default() -> None:
    file = ROOT / "gateway.toml"
    tables = tomllib.loads(file.read_text(encoding="utf-8"))

    assert load_config(file) == Config()
    assert {f"{name}.{key}" for name, table in tables.items() for key in table} == set(settings())


async def test_the_reference_of_the_api_has_every_route_and_no_other(gw: Gateway) -> None:
    page = (DOCS / "reference" / "api.md").read_text(encoding="utf-8")
    routes = {
        f"{method} {_path(rule.rule)}"
        for rule in create_app(gw).url_map.iter_rules()
        for method in (rule.methods or set()) - IMPLIED
        if not rule.rule.startswith(("/static", "/trpc"))  # docs/reference/trpc.md
    }

    # They stand in front of Quart.
    inbound = {
        f"POST {PREFIX}{{token}}",
        f"GET {PREFIX}{{token}}/verify",
        f"POST {AUTOMATION}",
    }

    assert {f"{method} {path}" for method, path in ROUTE.findall(page)} == inbound | routes


def _path(rule: str) -> str:
    """A route as the page writes it: `<int:webhook_id>` is `{id}`."""
    return ARGUMENT.sub(r"{\1}", rule)
