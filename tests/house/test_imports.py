"""Who may import whom, for what import-linter cannot know by itself (`make lint` runs it)."""

import argparse
import inspect
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from typing import Final

import grimp
import pytest

from gateway.cli import build_parser
from gateway.loading import load
from tests.house.tree import ROOT, plugin_packages

HEAVY: Final = frozenset({"aerich", "aiohttp", "hypercorn", "quart", "redis", "saq", "tortoise"})
"""What takes its time to import."""


@pytest.mark.parametrize("package", ["gateway", *plugin_packages()])
def test_nothing_goes_round_in_a_circle(package: str) -> None:
    graph = grimp.build_graph(package, cache_dir=None)
    circles = [
        " -> ".join(chain)
        for module in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(module))
        if (chain := graph.find_shortest_chain(imported, module))
    ]

    assert circles == []


def test_every_plugin_is_known_to_import_linter() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    contracts = {contract["type"]: contract for contract in settings["contracts"]}
    plugins = set(plugin_packages())

    assert set(settings["root_packages"]) == {"gateway", *plugins}
    assert set(contracts["acyclic_siblings"]["ancestors"]) == {"gateway", *plugins}
    assert set(contracts["forbidden"]["source_modules"]) == plugins
    assert set(contracts["forbidden"]["forbidden_modules"]) >= {"gateway", *plugins}


@pytest.mark.parametrize(
    ("module", "unneeded"),
    [
        ("gateway.cli", HEAVY | {"asyncpg", "cryptography", "pydantic", "structlog"}),
        ("gateway.up", HEAVY),
        ("gateway.accounts", HEAVY - {"tortoise"}),
        ("gateway.worker", {"aerich", "hypercorn", "quart"}),
        ("gateway.web.app", {"aerich"}),
    ],
)
def test_a_command_waits_for_no_library_that_it_does_not_need(
    module: str, unneeded: frozenset[str]
) -> None:
    script = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True
    )

    assert unneeded.intersection(done.stdout.split()) == set()


def test_what_a_command_names_is_there() -> None:
    named = set(_named(build_parser()))

    assert len(named) > 20
    for place in named:
        assert inspect.iscoroutinefunction(load(place)), place


def _named(parser: argparse.ArgumentParser) -> Iterator[str]:
    for name in ("command", "program"):
        if place := parser.get_default(name):
            yield place
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from _named(command)
