"""The public surface of `gateway.plugin`, one line for each name: every change of it is seen.

`python -m tests.house.surface` writes `surface.txt`.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.house.tree import ROOT, syntax

CONTRACT: Final = ROOT / "gateway" / "plugin"
PINNED: Final = Path(__file__).with_name("surface.txt")


def surface() -> str:
    """What plugins can rely on, as it stands in the source now."""
    lines = [
        f"{_name(module)}.{line}"
        for module in sorted(CONTRACT.rglob("*.py"))
        for statement in syntax(module).body
        for line in _described(statement)
    ]
    return "".join(f"{line}\n" for line in lines)


def _name(module: Path) -> str:
    return ".".join(module.relative_to(CONTRACT).with_suffix("").parts)


def _described(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() if _public(statement.name):
            yield _function(statement)
        case ast.ClassDef() if _public(statement.name):
            yield from _class(statement)
        case ast.AnnAssign(target=ast.Name(id=name)) if _public(name):
            yield _annotated(statement)
        case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List(elts=names)):
            yield from (f"__all__: {ast.literal_eval(name)}" for name in names)
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if _public(name):
            yield f"{name} = {ast.unparse(value)}"


def _class(node: ast.ClassDef) -> Iterator[str]:
    decorators = "".join(f"@{ast.unparse(decorator)} " for decorator in node.decorator_list)
    bases = ", ".join(ast.unparse(base) for base in node.bases)
    yield f"{node.name}: {decorators}class({bases})"
    for statement in node.body:
        for line in _described(statement):
            yield f"{node.name}.{line}"


def _function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    decorators = "".join(f"@{ast.unparse(decorator)} " for decorator in node.decorator_list)
    kind = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{node.name}: {decorators}{kind}({ast.unparse(node.args)}){returns}"


def _annotated(node: ast.AnnAssign) -> str:
    default = f" = {ast.unparse(node.value)}" if node.value else ""
    return f"{ast.unparse(node.target)}: {ast.unparse(node.annotation)}{default}"


def _public(name: str) -> bool:
    return name == "__init__" or not name.startswith("_")


if __name__ == "__main__":
    PINNED.write_text(surface(), encoding="utf-8")
