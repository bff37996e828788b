"""Child processes that end when their parent does, however it dies."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

PR_SET_PDEATHSIG: Final = 1
"""prctl(2): the signal that Linux sends to a process when its parent dies."""

log: Final = structlog.stdlib.get_logger()


class CannotStart(Exception):
    """A program cannot be started; the message says what is wrong, where, and what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """The user and the group that a process runs under."""

    uid: int
    gid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What is started, how it tells that it is up, and how it is ended."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] | None = None
    """All of the environment; None passes on that of this process."""
    cwd: Path | None = None
    account: Account | None = None
    log_path: Path | None = None
    """Where its output is appended to; None shares that of this process."""
    once: bool = False
    """It is up when it has ended with exit code 0."""
    prepare: Callable[[], Awaitable[None]] | None = None
    """Awaited before each start."""
    ready: Callable[[], Awaitable[bool]] | None = None
    """Asked until it says yes; without it the program is up as soon as it runs."""
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 15.0
    """Time to end after the stop signal; then it is killed."""
    orphan_signal: signal.Signals = signal.SIGKILL
    """What it gets when this process dies without having ended it."""


async def start(program: Program) -> Process:
    """Its process, in a session of its own: Ctrl-C in a terminal reaches this process alone.

    The thread that calls this is the parent whose death the program shares. Raises `CannotStart`.
    """
    with _output(program.log_path) as output:
        try:
            return await asyncio.create_subprocess_exec(
                *program.argv,
                stdin=DEVNULL,
                stdout=output,
                stderr=None if output is None else STDOUT,
                cwd=program.cwd,
                env=program.env,
                start_new_session=True,
                preexec_fn=_confine(program),
            )
        except OSError as error:
            raise CannotStart(f"{program.argv[0]}: cannot be run: {error.strerror}") from error


async def end(program: Program, process: Process) -> None:
    """Once this returns, the process is gone; it had its time to end by itself."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(program.stop_signal)
    try:
        async with asyncio.timeout(program.stop_seconds):
            await process.wait()
    except TimeoutError:
        log.warning("process.killed", process=program.name, after_seconds=program.stop_seconds)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def run(program: Program) -> int:
    """The exit code of a program that ends by itself; a caller that is cancelled ends it."""
    process = await start(program)
    try:
        return await process.wait()
    finally:
        if process.returncode is None:
            await end(program, process)


def stop_on_signals() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


@contextlib.contextmanager
def _output(path: Path | None) -> Iterator[int | None]:
    if path is None:
        yield None
        return
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    except OSError as error:
        raise CannotStart(f"{path}: cannot be written: {error.strerror}") from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _confine(program: Program) -> Callable[[], None]:
    parent = os.getpid()
    prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None
    account, orphan_signal = program.account, int(program.orphan_signal)

    def in_the_child() -> None:  # pragma: no cover (what is counted here is lost at exec)
        # asyncio on uvloop does not take `user=`. Linux forgets the signal when the user changes.
        if account is not None:
            os.setgroups([])
            os.setgid(account.gid)
            os.setuid(account.uid)
        if prctl is not None:
            prctl(PR_SET_PDEATHSIG, orphan_signal, 0, 0, 0)
        if os.getppid() != parent:  # It died before the line above.
            os._exit(1)

    return in_the_child
