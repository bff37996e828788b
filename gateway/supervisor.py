"""Keeps programs running: started in order, restarted when they die, ended in order."""

import asyncio
import contextlib
import signal
from asyncio.subprocess import Process
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from gateway.processes import CannotStart, Program, end, start

POLL_SECONDS: Final = 0.02
CHECK_SECONDS: Final = 10.0
REMINDER_SECONDS: Final = 10.0

log: Final = structlog.stdlib.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How soon and how often a program that has ended is started again."""

    first_delay_seconds: float = 0.5
    longest_delay_seconds: float = 30.0
    healthy_seconds: float = 60.0
    """Time after which an end is the first one again."""
    first_starts: int = 5
    """Starts of a program that was never up; one that was up is restarted for ever."""

    def delay_seconds(self, ends: int) -> float:
        """The wait after so many ends in a row: each twice as long as the one before."""
        return min(self.longest_delay_seconds, self.first_delay_seconds * 2.0 ** min(ends - 1, 30))


USUAL_PACE: Final = Pace()


async def supervise(
    groups: Sequence[Sequence[Program]],
    *,
    stop: asyncio.Event,
    up: asyncio.Event | None = None,
    pace: Pace = USUAL_PACE,
) -> int:
    """Runs each group once the one before it is up, until `stop` is set; nothing is left behind.

    The last group is ended first, and within a group the programs in the order that they are
    named. Returns 0, or 1 after a program could not be started; `stop` is set then, too.
    Sets `up` once all groups are up. Belongs into the main thread: children die with their thread.
    """
    run = _Run(stop, pace)
    async with asyncio.TaskGroup() as tasks:
        starting = tasks.create_task(_start(groups, run=run, tasks=tasks, up=up))
        try:
            await stop.wait()
        finally:
            starting.cancel()
            await asyncio.wait([starting])
            for group in reversed(run.started):
                for task in group:
                    task.cancel()
                    await asyncio.wait([task])
    return run.code


@dataclass(slots=True)
class _Run:
    stop: asyncio.Event
    pace: Pace
    code: int = 0
    started: list[list[asyncio.Task[None]]] = field(default_factory=list)

    def give_up(self) -> None:
        self.code = 1
        self.stop.set()


async def _start(
    groups: Sequence[Sequence[Program]],
    *,
    run: _Run,
    tasks: asyncio.TaskGroup,
    up: asyncio.Event | None,
) -> None:
    for group in groups:
        kept = [_Kept(program, run) for program in group]
        run.started.append([tasks.create_task(one.keep()) for one in kept])
        for one in kept:
            await one.up.wait()
    if up is not None:
        up.set()


class _Kept:
    """One program through all its processes."""

    def __init__(self, program: Program, run: _Run) -> None:
        self.up = asyncio.Event()
        self._program = program
        self._run = run
        self._starts = 0

    async def keep(self) -> None:
        """Runs the program again and again; one that runs once, until it ends by itself."""
        clock, pace = asyncio.get_running_loop().time, self._run.pace
        ends = 0
        while True:
            began = clock()
            code = await self._live()
            if self._program.once and code is not None and code >= 0:
                self._settle(code)
                return
            ends = 1 if clock() - began >= pace.healthy_seconds else ends + 1
            if ends >= pace.first_starts and not self.up.is_set():
                log.error("process.given_up", process=self._program.name, starts=ends)
                self._run.give_up()
                return
            await asyncio.sleep(pace.delay_seconds(ends))

    def _settle(self, code: int) -> None:
        if code == 0:
            self.up.set()
        else:
            self._run.give_up()

    async def _live(self) -> int | None:
        """From a start to the end: the exit code, or None when the program did not even start."""
        program = self._program
        try:
            if program.prepare is not None:
                await program.prepare()
            process = await start(program)
        except (CannotStart, OSError) as problem:
            log.error("process.refused", process=program.name, problem=str(problem))
            return None
        self._starts += 1
        if self._starts == 1:
            log.info("process.started", process=program.name, pid=process.pid)
        else:
            log.warning("process.restarted", process=program.name, pid=process.pid)
        try:
            await self._wait_until_up(process)
            await process.wait()
        finally:
            if process.returncode is None:
                await end(program, process)
            self._report(process.returncode)
        return process.returncode

    async def _wait_until_up(self, process: Process) -> None:
        program, clock = self._program, asyncio.get_running_loop().time
        if program.once:
            return
        reminder = clock() + REMINDER_SECONDS
        while process.returncode is None and not await _answers(program):
            if clock() >= reminder:
                reminder += REMINDER_SECONDS
                log.warning("process.awaited", process=program.name, pid=process.pid)
            await asyncio.sleep(POLL_SECONDS)
        if process.returncode is None:
            self.up.set()

    def _report(self, code: int | None) -> None:
        expected = self._run.stop.is_set() or (self._program.once and code == 0)
        if expected:
            log.info("process.exited", process=self._program.name, **_ending(code))
        else:
            log.warning("process.exited", process=self._program.name, **_ending(code))


async def _answers(program: Program) -> bool:
    if program.ready is None:
        return True
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(CHECK_SECONDS):
            return await program.ready()
    return False


def _ending(code: int | None) -> dict[str, int | str]:
    if code is None or code >= 0:
        return {"exit_code": -1 if code is None else code}
    names = {known.value: known.name for known in signal.Signals}
    return {"signal": names.get(-code, str(-code))}
