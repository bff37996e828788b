"""The README's quickstart and the first tutorial, typed exactly as they are printed."""

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.house.tree import DOCS, ROOT
from tests.stories.typed import Block, Shell, blocks, checkout, shell

README = ROOT / "README.md"
PORTS = (8700, 8701)
EVENTS = {
    "conversation.updated",
    "message.received",
    "message.reply",
    "task.completed",
    "task.created",
}


@pytest.mark.timeout(180)
def test_the_quickstart_does_what_the_readme_says() -> None:
    up, *rest = blocks(README, "Quickstart")

    with checkout(*PORTS) as folder, shell(folder, "gateway") as first:
        _start(first, up, folder)
        with shell(folder, "curl") as second:
            type_all(second, rest)

            told = re.findall(r"^signature ok  (\S+)", second.shown, flags=re.MULTILINE)
            assert set(told) == EVENTS
            assert "SIGNATURE WRONG" not in second.shown
            assert '{"status":"accepted","messageId":1,"duplicate":false}' in second.shown
            assert '"status":"completed","result":"sent this morning"' in second.shown

            type_all(second, blocks(DOCS / "tutorials" / "first-channel.md"))
            assert "SIGNATURE WRONG" not in second.shown


def _start(terminal: Shell, block: Block, folder: Path) -> None:
    terminal.type(block.text)
    terminal.await_lines("ready: http://127.0.0.1:8700")
    token = folder / "var" / "admin-token"
    terminal.await_lines(token.read_text().strip())
    assert token.stat().st_mode & 0o777 == 0o600


def type_all(terminal: Shell, typed: Sequence[Block]) -> None:
    """Types each shell block, and waits for what the text block behind it shows, up to its dots."""
    for block in typed:
        if block.language == "sh":
            terminal.type(block.text)
        elif block.language == "text":
            terminal.await_lines(*(line.partition("…")[0] for line in block.text.splitlines()))
