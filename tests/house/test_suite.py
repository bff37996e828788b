"""How tests are written: with real things, and without waiting for a clock."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.house.tree import called, files_of_tests, imports, place, syntax

SLEEPS: Final = frozenset({"anyio.sleep", "asyncio.sleep", "time.sleep", "trio.sleep"})
PATCHES: Final = frozenset({"monkeypatch.setattr", "monkeypatch.delattr"})


def test_no_test_uses_mocks() -> None:
    mocking = [
        place(path)
        for path in files_of_tests()
        if any(name.startswith("unittest") for name in imports(syntax(path)).values())
    ]

    assert mocking == [], "a fake is a part that is registered like any plugin"


def test_only_outages_reach_into_our_own_code() -> None:
    reached = [
        place(path, call.lineno)
        for path in files_of_tests()
        if "outages" not in path.parts
        for known in [imports(syntax(path))]
        for call in _calls(syntax(path))
        if _patches_the_house(call, known)
    ]

    assert reached == []


def test_waiting_is_done_by_eventually_alone() -> None:
    sleeping = [place(path, line) for path in files_of_tests() for line in _sleeps(path)]

    assert sleeping == [], "wait for what is to be true: `await eventually(...)`"


def test_a_test_is_named_by_a_sentence() -> None:
    short = [
        f"{place(path, node.lineno)}: {node.name}"
        for path in files_of_tests()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and node.name.count("_") < len(("test", "noun", "verb"))
    ]

    assert short == []


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _patches_the_house(call: ast.Call, names: dict[str, str]) -> bool:
    if called(call, {}) not in PATCHES or not call.args:
        return False
    target = call.args[0]
    if isinstance(target, ast.Constant):
        return str(target.value).startswith("gateway")
    return called(ast.Call(func=target, args=[], keywords=[]), names).startswith("gateway")


def _sleeps(path: Path) -> list[int]:
    names = imports(syntax(path))
    bounded = {
        id(call)
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == "eventually"
        for call in _calls(node)
    }
    return [
        call.lineno
        for call in _calls(syntax(path))
        if called(call, names) in SLEEPS and id(call) not in bounded
    ]
