"""A name says what a thing is; a drawer for everything has none."""

import ast
import re
from typing import Final

from tests.house.tree import ROOT, place, product_files, python_files, syntax

DRAWERS: Final = frozenset(
    [
        "base",
        "bases",
        "common",
        "core",
        "handler",
        "handlers",
        "helper",
        "helpers",
        "manager",
        "managers",
        "misc",
        "processor",
        "processors",
        "service",
        "services",
        "types",
        "util",
        "utils",
    ]
)
TITLES: Final = re.compile(r"(Handler|Helper|Manager|Processor|Service|Util)s?$")


def test_no_module_is_a_drawer() -> None:
    drawers = [
        place(path)
        for path in python_files()
        if DRAWERS & {part.removesuffix(".py").strip("_") for part in path.relative_to(ROOT).parts}
    ]

    assert drawers == [], "name each of them after what it holds"


def test_no_class_is_named_after_having_work_to_do() -> None:
    titles = [
        f"{place(path, node.lineno)}: {node.name}"
        for path in product_files()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.ClassDef) and TITLES.search(node.name)
    ]

    assert titles == [], "name each of them after what it is or does"
