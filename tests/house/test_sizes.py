"""Files and functions stay small enough to be read at once."""

import ast
from pathlib import Path
from typing import Final

from tests.house.tree import ROOT, place, python_files, syntax

FILE_LINES: Final = 400
FUNCTION_LINES: Final = 40
CONTRACT_LINES: Final = 1500


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    lengths = {place(path): _lines(path.read_text()) for path in _written()}

    assert {file: lines for file, lines in lengths.items() if lines > FILE_LINES} == {}


def test_no_function_is_longer_than_forty_lines() -> None:
    long = [
        f"{place(path, node.lineno)}: {node.name} has {lines} lines"
        for path in _written()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES
    ]

    assert long == []


def test_the_contract_with_plugins_can_be_read_in_one_sitting() -> None:
    contract = (ROOT / "gateway" / "plugin").glob("*.py")

    assert sum(_written_lines(path.read_text()) for path in contract) <= CONTRACT_LINES


def _written() -> list[Path]:
    return [path for path in python_files() if "migrations" not in path.parts]


def _lines(text: str) -> int:
    return text.count("\n")


def _written_lines(text: str) -> int:
    return sum(1 for line in text.splitlines() if line.strip())
