"""What stands in a document can be followed: links lead somewhere, Python compiles."""

import ast
import re
from pathlib import Path
from typing import Final

import pytest

from tests.house.tree import DOCS, ROOT, documents, place

FENCE: Final = re.compile(r"^(`{3,})([^\n]*)\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)
LINK: Final = re.compile(
    r"(?<!\\)\[[^\]\n]*\]\(<?([^)\s>]+)>?(?: \"[^\"]*\")?\)|^\[[^\]]+\]: (\S+)$", re.MULTILINE
)
HEADING: Final = re.compile(r"^#{1,6} +(.+?) *#*$", re.MULTILINE)
README_LINES: Final = 100

DECISIONS: Final = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
DECISION_LINES: Final = 60


@pytest.mark.parametrize("path", documents(), ids=place)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    targets = ["".join(groups) for groups in LINK.findall(text)]
    inside = [target for target in targets if not re.match(r"[a-z][a-z0-9+.-]*:", target)]

    assert [target for target in inside if not _leads_somewhere(path, target)] == []


@pytest.mark.parametrize("path", documents(), ids=place)
def test_every_python_block_compiles(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for block in FENCE.finditer(text):
        language, _, _ = block[2].strip().partition(" ")
        if language in ("python", "py"):
            line = text.count("\n", 0, block.start(3))
            compile(
                "\n" * line + block[3],
                place(path),
                "exec",
                flags=ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT,
            )


def test_every_how_to_page_stands_once_in_the_list_of_them() -> None:
    pages = {path.name for path in (DOCS / "how-to").glob("*.md")} - {"index.md"}
    listed = LINK.findall((DOCS / "how-to" / "index.md").read_text(encoding="utf-8"))

    assert sorted("".join(groups) for groups in listed) == sorted(pages)


def test_the_readme_is_read_in_a_few_minutes() -> None:
    assert (ROOT / "README.md").read_text().count("\n") <= README_LINES


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]

    assert numbers == list(range(1, len(numbers) + 1))
    assert numbers


@pytest.mark.parametrize("path", DECISIONS, ids=place)
def test_a_decision_says_why_what_and_what_follows_on_one_page(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    headings = [match[1] for match in HEADING.finditer(text)]

    assert headings[0].startswith(f"{path.name[:4]} ")
    assert headings[1:] == ["Context", "Decision", "Consequences"]
    assert text.count("\n") <= DECISION_LINES


def _leads_somewhere(document: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    found = (document.parent / path).resolve() if path else document
    if not found.exists() or not found.is_relative_to(ROOT):
        return False
    return not anchor or found.suffix != ".md" or anchor in _anchors(found)


def _anchors(document: Path) -> set[str]:
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    return {
        re.sub(r"[^\w\- ]", "", heading[1].lower()).strip().replace(" ", "-")
        for heading in HEADING.finditer(text)
    }
