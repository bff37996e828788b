"""What the documents tell a newcomer to type is there."""

import os
import re
import subprocess
from typing import Final

import pytest

from tests.house.tree import ROOT, plugin_packages

TARGETS: Final = [
    "install",
    "up",
    "test",
    "test-fast",
    "lint",
    "types",
    "docs",
    "check",
    "bench",
    "accuracy",
]


@pytest.mark.parametrize("target", TARGETS)
def test_make_has_the_target(target: str) -> None:
    assert _make(target)


def test_make_installs_every_plugin_that_stands_in_its_folder() -> None:
    planned = _make("--always-make", "install")

    assert plugin_packages()
    for package in plugin_packages():
        assert f"--editable ./plugins/{package.removeprefix('gateway_')}" in planned


def test_make_up_passes_on_only_what_was_asked_for() -> None:
    assert re.search(r"gateway up\s*$", _make("up", "PORT=", "DATA="))
    assert re.search(
        r"gateway up --port '9000' --data 'var'\s*$", _make("up", "PORT=9000", "DATA=var")
    )


def test_continuous_integration_runs_what_developers_run() -> None:
    script = ROOT / ".ci" / "run"

    assert os.access(script, os.X_OK)
    assert script.read_text().rstrip().endswith("make test")


def _make(*arguments: str) -> str:
    finished = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", *arguments],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return finished.stdout
