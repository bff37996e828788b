"""What the house tests look at: the files of the project and their syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
DOCS: Final = ROOT / "docs"

TEXT_SUFFIXES: Final = frozenset(
    [
        ".cfg",
        ".css",
        ".csv",
        ".html",
        ".js",
        ".json",
        ".jsonl",
        ".md",
        ".mjs",
        ".py",
        ".pyi",
        ".sh",
        ".sql",
        ".toml",
        ".ts",
        ".tsv",
        ".txt",
        ".typed",
        ".yaml",
        ".yml",
    ]
)
TEXT_NAMES: Final = frozenset(
    {".dockerignore", ".gitignore", "Dockerfile", "LICENSE", "Makefile", "run"}
)
"""Text files without a telling suffix; `run` is `.ci/run`."""

FOLDERS: Final = (".ci", "bench", "docs", "examples", "gateway", "migrations", "plugins", "tests")
GENERATED: Final = frozenset({"__pycache__", "build", "dist", "node_modules"})


@cache
def text_files() -> tuple[Path, ...]:
    """Every text file of the project: the folders above and what lies beside them."""
    beside = [path for path in ROOT.iterdir() if path.is_file() and path.name != ".coverage"]
    inside = [path for folder in FOLDERS for path in _below(ROOT / folder)]
    return tuple(
        sorted(
            path
            for path in beside + inside
            if path.suffix in TEXT_SUFFIXES or path.name in TEXT_NAMES
        )
    )


@cache
def python_files(*folders: str) -> tuple[Path, ...]:
    """Every Python file below these folders of the project, or below all of them."""
    wanted = folders or FOLDERS
    return tuple(
        path
        for path in text_files()
        if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in wanted
    )


@cache
def product_files() -> tuple[Path, ...]:
    """The Python files that users run: the gateway and its plugins, without their tests."""
    return tuple(path for path in python_files("gateway", "plugins") if not is_test(path))


@cache
def files_of_tests() -> tuple[Path, ...]:
    """Every Python file in a folder named `tests`, here and in the plugins."""
    return tuple(path for path in python_files("tests", "plugins") if is_test(path))


def is_test(path: Path) -> bool:
    """Whether a file lies in a folder named `tests`."""
    return "tests" in path.relative_to(ROOT).parts


def documents() -> tuple[Path, ...]:
    """Every Markdown file of the project."""
    return tuple(path for path in text_files() if path.suffix == ".md")


@cache
def plugin_packages() -> tuple[str, ...]:
    """The import packages of the plugins that stand beside the core."""
    return tuple(sorted(path.parent.name for path in ROOT.glob("plugins/*/gateway_*/__init__.py")))


@cache
def syntax(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def place(path: Path, line: int | None = None) -> str:
    """Where something is, as an editor understands it."""
    shown = str(path.relative_to(ROOT))
    return f"{shown}:{line}" if line else shown


def dotted(node: ast.expr) -> str:
    """`a.b.c` for an attribute chain that starts with a name; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        value = dotted(node.value)
        return f"{value}.{node.attr}" if value else ""
    return ""


def imports(tree: ast.AST) -> dict[str, str]:
    """What each imported name of a module stands for: `{"sleep": "asyncio.sleep"}`."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                found[bound] = alias.name if alias.asname else bound
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return found


def called(call: ast.Call, names: dict[str, str]) -> str:
    """The full name of what is called, through the imports of its module."""
    first, dot, rest = dotted(call.func).partition(".")
    return names.get(first, first) + dot + rest


def _below(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.is_dir():
            generated = path.name in GENERATED or path.name.endswith(".egg-info")
            if not generated and not path.name.startswith("."):
                yield from _below(path)
        else:
            yield path
