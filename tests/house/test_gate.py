"""One gate: whatever is sent to anybody passes the one place that knows who has opted out."""

import ast

from tests.house.tree import ROOT, product_files, syntax


def test_only_one_place_calls_a_transport() -> None:
    callers = {
        str(path.relative_to(ROOT))
        for path in product_files()
        if path.is_relative_to(ROOT / "gateway")
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"send", "reconcile"}
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "transport"
    }

    assert callers == {"gateway/sending.py"}
