"""Who may import whom, for what import-linter cannot know by itself (`make lint` runs it)."""

import tomllib

import grimp
import pytest

from tests.house.tree import ROOT, plugin_packages


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
