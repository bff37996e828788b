"""In which order programs are started and ended, and what happens to one that ends by itself."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import pytest

from gateway.processes import Program
from gateway.supervisor import USUAL_PACE, Pace, supervise
from tests.embedded.conftest import eventually

Check = Callable[[], Awaitable[bool]]

QUICK: Final = Pace(first_delay_seconds=0.01, first_starts=3)


async def test_a_group_waits_for_the_one_before_it(tmp_path: Path) -> None:
    story = Story(tmp_path)
    last = [story.staying("web"), story.staying("worker")]

    async with _supervised([[story.staying("database")], [story.step("migrate")], last]):
        assert story.lines[:2] == ["database", "migrate"]
        assert set(story.lines[2:]) == {"web", "worker"}


async def test_the_last_group_ends_first_and_each_in_the_order_it_is_named(
    tmp_path: Path,
) -> None:
    story = Story(tmp_path)
    groups = [
        [story.staying("valkey"), story.staying("postgres")],
        [story.staying("web"), story.staying("worker")],
    ]

    async with _supervised(groups):
        assert len(story.lines) == 4

    assert story.lines[4:] == ["web ends", "worker ends", "valkey ends", "postgres ends"]


async def test_a_program_that_dies_is_started_again(tmp_path: Path) -> None:
    story = Story(tmp_path)

    async with _supervised([[story.failing("web")]]):
        await eventually(lambda: len(story.lines) > QUICK.first_starts)

    assert set(story.lines) == {"web"}


async def test_a_program_that_never_comes_up_ends_everything(tmp_path: Path) -> None:
    story = Story(tmp_path)

    groups = [[story.staying("database")], [story.failing("web", ready=_never)]]
    code = await supervise(groups, stop=asyncio.Event(), pace=QUICK)

    assert code == 1
    assert story.lines.count("web") == QUICK.first_starts
    assert story.lines[-1] == "database ends"


async def test_a_step_that_fails_ends_everything(tmp_path: Path) -> None:
    story = Story(tmp_path)

    groups = [[story.staying("database")], [story.step("migrate", code=3)], [story.staying("web")]]
    code = await supervise(groups, stop=asyncio.Event(), pace=QUICK)

    assert code == 1
    assert story.lines == ["database", "migrate", "database ends"]


async def test_a_program_that_does_not_exist_ends_everything(tmp_path: Path) -> None:
    missing = Program(name="web", argv=(str(tmp_path / "missing"),))

    assert await supervise([[missing]], stop=asyncio.Event(), pace=QUICK) == 1


async def test_a_program_that_will_not_end_is_killed(tmp_path: Path) -> None:
    story = Story(tmp_path)
    deaf = Program(
        name="deaf",
        argv=("/bin/sh", "-c", f"trap '' TERM; {story.telling('deaf')}; while :; do sleep 1; done"),
        stop_seconds=0.1,
    )

    async with _supervised([[deaf]]):
        await eventually(lambda: "deaf" in story.lines)


async def test_a_stop_during_the_start_ends_what_has_been_started(tmp_path: Path) -> None:
    story = Story(tmp_path)
    stop = asyncio.Event()

    async with asyncio.TaskGroup() as tasks:
        groups = [[story.staying("database", ready=_never)], [story.staying("web")]]
        supervising = tasks.create_task(supervise(groups, stop=stop))
        await eventually(lambda: story.has("database"))
        stop.set()

    assert supervising.result() == 0
    assert story.lines == ["database", "database ends"]


async def test_a_cancelled_supervisor_leaves_nothing_running(tmp_path: Path) -> None:
    story = Story(tmp_path)

    async with asyncio.TaskGroup() as tasks:
        supervising = tasks.create_task(supervise([[story.staying("web")]], stop=asyncio.Event()))
        await eventually(lambda: story.has("web"))
        supervising.cancel()

    assert story.lines == ["web", "web ends"]


@pytest.mark.parametrize(
    ("ends", "seconds"), [(1, 0.5), (2, 1.0), (3, 2.0), (7, 30.0), (1000, 30.0)]
)
def test_each_wait_is_twice_as_long_up_to_half_a_minute(ends: int, seconds: float) -> None:
    assert USUAL_PACE.delay_seconds(ends) == seconds


class Story:
    """Small programs that write one line into a shared file when they start and when they end."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "story"

    @property
    def lines(self) -> list[str]:
        return self._file.read_text().splitlines() if self._file.exists() else []

    def has(self, line: str) -> bool:
        return line in self.lines

    def telling(self, line: str) -> str:
        return f'echo {line} >> "{self._file}"'

    def staying(self, name: str, *, ready: Check | None = None) -> Program:
        """Runs until it is told to end; it is up once it has told so."""

        async def told() -> bool:
            return self.has(name)

        script = f"trap '{self.telling(f'{name} ends')}; exit' TERM; {self.telling(name)}; "
        return _shell(name, f"{script} while :; do sleep 0.02; done", ready=ready or told)

    def failing(self, name: str, *, ready: Check | None = None) -> Program:
        return _shell(name, f"{self.telling(name)}; exit 1", ready=ready)

    def step(self, name: str, *, code: int = 0) -> Program:
        return _shell(name, f"{self.telling(name)}; exit {code}", once=True)


def _shell(name: str, script: str, *, ready: Check | None = None, once: bool = False) -> Program:
    return Program(name=name, argv=("/bin/sh", "-c", script), ready=ready, once=once)


async def _never() -> bool:
    return False


@asynccontextmanager
async def _supervised(groups: Sequence[Sequence[Program]]) -> AsyncIterator[None]:
    """Everything is up inside the block, and has ended well after it."""
    stop, up = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        supervising = tasks.create_task(supervise(groups, stop=stop, up=up, pace=QUICK))
        try:
            async with asyncio.timeout(10):
                await up.wait()
            yield
        finally:
            stop.set()
    assert supervising.result() == 0
