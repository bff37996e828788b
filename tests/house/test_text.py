"""Every text file can be read anywhere and speaks of the product alone."""

import re
import tomllib
from pathlib import Path
from typing import Final

import pytest

from tests.house.tree import ROOT, place, text_files

STRAY: Final = {
    "a folder of one machine": re.compile(r"(?<![\w.])/(?:root|work|Users/\w+|home/\w+)/"),
    "a host of a package registry": re.compile(
        r"\b(?:pypi\.org|pythonhosted\.org|registry\.npmjs\.org|deb\.debian\.org)\b"
    ),
    "work that was left open": re.compile(r"\b(?:TO-?DO|FIX-?ME|X{3}|HA[C]K)\b"),
}
UNLICENSED_LINES: Final = 190


def test_a_text_file_is_utf_8_and_ends_with_one_newline() -> None:
    assert [place(path) for path in text_files() if not _is_clean(path.read_bytes())] == []


@pytest.mark.parametrize("reason", STRAY)
def test_no_text_file_holds(reason: str) -> None:
    found = [
        f"{place(path, number)}: {line.strip()[:100]}"
        for path in text_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if STRAY[reason].search(line)
    ]

    assert found == []


@pytest.mark.parametrize(
    "path", [path for path in text_files() if path.suffix == ".toml"], ids=place
)
def test_a_toml_file_parses(path: Path) -> None:
    tomllib.loads(path.read_text(encoding="utf-8"))


def test_the_whole_text_of_the_license_is_here() -> None:
    text = (ROOT / "LICENSE").read_text()

    assert "Apache License" in text
    assert "Version 2.0, January 2004" in text
    assert text.count("\n") > UNLICENSED_LINES


def test_every_version_is_pinned_by_name_alone() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]

    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)] == []
    names = [pin.partition("==")[0].lower() for pin in pins]
    assert names == sorted(set(names))


def _is_clean(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    ends_once = text.endswith("\n") and not text.endswith("\n\n")
    return "\r" not in text and (not text or ends_once)
