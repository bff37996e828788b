"""Documents as somebody reads them who types what they print."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.house.tree import ROOT
from tests.servers import answers

BLOCK: Final = re.compile(r"^```([a-z]+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STAMPS: Final = ("created", "installed-dev", "installed")
PATIENCE_SECONDS: Final = 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One fenced block: `title` is what `title="..."` behind the language says."""

    language: str
    title: str | None
    text: str


def blocks(document: Path, heading: str | None = None) -> list[Block]:
    """The fenced blocks of a document, or of what stands below one of its headings."""
    text = document.read_text(encoding="utf-8")
    if heading:
        text = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    found = []
    for language, info, body in BLOCK.findall(text):
        title = re.search(r'title="([^"]+)"', info)
        found.append(Block(language=language, title=title[1] if title else None, text=body))
    return found


class Shell:
    """A terminal: what is typed into it, and what it shows."""

    def __init__(self, folder: Path, log: Path) -> None:
        self._log = log
        environment = {k: v for k, v in os.environ.items() if not k.startswith("GATEWAY_")}
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                ["bash"],
                cwd=folder,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def shown(self) -> str:
        """All that was printed so far."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def type(self, text: str) -> None:
        """Types lines; they run one after the other."""
        assert self._process.stdin is not None
        self._process.stdin.write(text.encode())
        self._process.stdin.flush()

    def await_lines(self, *starts: str) -> None:
        """Returns once lines that begin so were printed, in whatever order."""

        def missing() -> list[str]:
            lines = self.shown.splitlines()
            return [start for start in starts if not any(line.startswith(start) for line in lines)]

        wait_until(lambda: not missing(), lambda: f"{missing()} missing in:\n{self.shown}")

    def close(self) -> None:
        """Ctrl-C, for the shell and for all that was started in it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        os.killpg(self._process.pid, signal.SIGINT)
        try:
            self._process.wait(PATIENCE_SECONDS)
        finally:
            if group_lives(self._process.pid):
                os.killpg(self._process.pid, signal.SIGKILL)


def group_lives(group: int) -> bool:
    """Whether a process group still has a member."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def wait_until(is_true: Callable[[], bool], complaint: Callable[[], str]) -> None:
    """Returns once the condition holds; fails with the complaint after a while."""

    def eventually() -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_true():
            assert time.monotonic() < deadline, complaint()
            time.sleep(0.05)

    eventually()


@contextmanager
def checkout(*ports: int) -> Iterator[Path]:
    """A fresh checkout in which `make` finds installed what is installed here."""
    busy = [port for port in ports if answers(port)]
    assert not busy, f"the documents print ports {busy}, and something listens there: end it first"
    # Not below pytest's own folder: the embedded servers' account has to get through.
    folder = Path(tempfile.mkdtemp(prefix="gateway-typed-"))
    try:
        folder.chmod(0o755)
        for path in ROOT.iterdir():
            if path.name not in {".git", ".venv", "var"}:
                (folder / path.name).symlink_to(path)
        (folder / ".venv").mkdir()
        (folder / ".venv" / "bin").symlink_to(Path(sys.prefix) / "bin")
        for stamp in STAMPS:
            (folder / ".venv" / stamp).touch()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def shell(folder: Path, name: str) -> Iterator[Shell]:
    """A terminal in the checkout, which is closed with Ctrl-C at the end."""
    opened = Shell(folder, folder / f"{name}.log")
    try:
        yield opened
    finally:
        opened.close()
