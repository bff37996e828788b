"""New encryption keys under processes that run: none meets what it cannot open."""

import asyncio
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.vault import new_key
from tests.conftest import wait_for
from tests.outages.fleet import Fleet, Sink

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL's own user may enter, which pytest's are not."""
    with tempfile.TemporaryDirectory(prefix="gateway-keys-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


async def rotated(fleet: Fleet) -> tuple[int, str]:
    return await asyncio.to_thread(fleet.type, "keys", "rotate")


async def works(fleet: Fleet, sink: Sink) -> None:
    await fleet.burst()
    await fleet.settled(sink)


async def test_a_key_is_not_used_before_every_running_process_knows_it(folder: Path) -> None:
    async with Fleet.open(folder, messages=6, senders=2) as (fleet, sink):
        # Only the web process is waited for by whoever opens a fleet.
        await wait_for(lambda: "worker.started" in (folder / "worker.log").read_text())
        old = fleet.keys
        fleet.keys = f"{new_key('k2')},{old}"

        code, said = await rotated(fleet)

        assert code == 1
        assert "nothing was changed" in said
        assert "web process" in said
        assert "worker process" in said
        await works(fleet, sink)

        await asyncio.to_thread(fleet.stop, "web")
        await asyncio.to_thread(fleet.start, "web")
        code, said = await rotated(fleet)
        assert code == 1
        assert "web process" not in said

        # A killed process does not say that it ended; it is taken for dead after some beats.
        await asyncio.to_thread(fleet.kill, "worker")
        await asyncio.to_thread(fleet.start, "worker")
        code, said = await rotated(fleet)
        assert (code, "re-encrypted 1 webhooks with k2; 0 left" in said) == (0, True)
        fleet.messages = 12
        await works(fleet, sink)
