"""The reference lists what the product has: no more, no less.

A page lists its names in tables whose first column is the name as code. What the product lacks
may not stand there; what it has must stand somewhere on the page, as code.
"""

import ast
import re
from collections.abc import Iterable
from typing import Final

from tests.house import inventory
from tests.house.tree import DOCS, ROOT, product_files, syntax

DOTTED: Final = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_.]*")
CODES: Final = re.compile(r"[A-Z][A-Z0-9_]+")


def test_every_hook_is_documented_with_its_exact_signature() -> None:
    hooks = inventory.hooks()
    page = _page("hooks")

    assert hooks
    assert [signature for signature in hooks.values() if signature not in page] == []


def test_every_setting_is_documented() -> None:
    _assert_listed("configuration", inventory.settings(), DOTTED)


def test_every_setting_can_be_found_by_its_environment_variable() -> None:
    assert _missing("configuration", inventory.settings().values()) == []


def test_every_environment_variable_is_documented() -> None:
    variables = inventory.environment_variables()

    assert variables
    assert _missing("configuration", variables) == []


def test_every_setting_is_read_by_something() -> None:
    read = {
        node.attr
        for path in product_files()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    }

    assert [name for name in inventory.settings() if name.partition(".")[2] not in read] == []


def test_every_error_code_is_documented_with_its_status() -> None:
    errors = inventory.errors()
    rows = [line for line in _page("errors").splitlines() if line.startswith("|")]

    _assert_listed("errors", errors, CODES)
    assert [
        code
        for code, statuses in errors.items()
        if not any(f"`{code}`" in row and str(min(statuses)) in row for row in rows)
    ] == []


def test_an_error_code_means_one_status() -> None:
    assert {
        code: statuses for code, statuses in inventory.errors().items() if len(statuses) > 1
    } == {}


def test_every_command_is_documented_with_its_options() -> None:
    page = _page("cli")
    typed = inventory.commands()

    assert len(typed) > 1
    assert [command for command in typed if not re.search(rf"`{command}[ `]", page)] == []
    assert sorted({option for options in typed.values() for option in options} - _words(page)) == []


def test_every_event_is_documented() -> None:
    _assert_listed("events", inventory.events(), DOTTED)


def test_every_metric_is_documented() -> None:
    _assert_listed("metrics", inventory.metrics(), re.compile(r"gateway_\w+"))


def test_every_log_event_is_documented() -> None:
    names = {name for _, name in inventory.log_calls() if name}

    _assert_listed("logs", names, DOTTED)


def test_a_log_event_is_a_noun_and_what_became_of_it() -> None:
    unclear = [
        where for where, name in inventory.log_calls() if not (name and DOTTED.fullmatch(name))
    ]

    assert unclear == [], 'call it like `log.info("delivery.attempted", …)`, ids as fields'


def test_every_name_of_the_contract_is_documented() -> None:
    pages = "".join(path.read_text() for path in sorted((DOCS / "reference").glob("*.md")))
    contract = syntax(ROOT / "gateway" / "plugin" / "__init__.py")
    names = [
        alias.name
        for node in contract.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]

    assert names
    assert [name for name in names if not re.search(rf"\b{name}\b", pages)] == []


def _assert_listed(page: str, names: Iterable[str], kind: re.Pattern[str]) -> None:
    known = set(names)
    listed = set(re.findall(r"^\| *`([^`]+)`", _page(page), flags=re.MULTILINE))

    assert known, f"the product has nothing for docs/reference/{page}.md"
    assert _missing(page, known) == []
    assert sorted(name for name in listed - known if kind.fullmatch(name)) == [], "no longer there"


def _missing(page: str, names: Iterable[str]) -> list[str]:
    text = _page(page)
    return sorted(name for name in names if f"`{name}`" not in text)


def _page(name: str) -> str:
    return (DOCS / "reference" / f"{name}.md").read_text(encoding="utf-8")


def _words(page: str) -> set[str]:
    return set(re.findall(r"--[a-z][a-z-]*", page))
