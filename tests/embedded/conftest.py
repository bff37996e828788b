"""Gateways with servers of their own, each in a folder that their account can reach."""

import asyncio
import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, Protocol

import asyncpg
import pytest
from redis.asyncio import Redis

from gateway.embedded import database_url, redis_url
from tests.servers import copy_cluster
from tests.zygote import Running, fork_program

ROOT: Final = Path(__file__).resolve().parents[2]
DEADLINE_SECONDS: Final = 20.0
EXAMPLE: Final = "tests.embedded.example:main"

needs_root: Final = pytest.mark.skipif(os.geteuid() != 0, reason="only root has another account")


async def eventually(holds: Callable[[], bool]) -> None:
    """Returns as soon as it holds; fails when it does not within some seconds."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not holds():  # noqa: ASYNC110 (other processes tell nobody)
            await asyncio.sleep(0.02)


class Example:
    """A running tests/embedded/example.py and the processes under it."""

    def __init__(self, process: Running, data_dir: Path, log: Path) -> None:
        self.process = process
        self.data_dir = data_dir
        self._log = log

    @property
    def postgres_pid(self) -> int:
        return pid_in(self.data_dir / "postgres" / "postmaster.pid")

    @property
    def valkey_pid(self) -> int:
        return pid_in(self.data_dir / "valkey" / "valkey.pid")

    async def wait_until_up(self) -> None:
        await eventually(lambda: self.is_up or self.process.poll() is not None)
        assert self.is_up, f"it ended before it was up: {self.said}"

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return await self.end()

    async def end(self) -> int:
        return await asyncio.to_thread(self.process.wait, DEADLINE_SECONDS)

    @property
    def said(self) -> str:
        return self._log.read_text()

    @property
    def is_up(self) -> bool:
        return "up" in self.said.splitlines()


class Start(Protocol):
    """Starts an example; it and all that it started are gone after the test."""

    async def __call__(
        self,
        data_dir: Path,
        *,
        environment: Mapping[str, str] | None = None,
        is_first: bool = False,
    ) -> Example: ...


@pytest.fixture(scope="session")
def cluster() -> Iterator[Path]:
    """What a first start has left of PostgreSQL: to make it takes longer than most tests."""
    folder = Path(tempfile.mkdtemp(prefix="gateway-first-", dir="/tmp"))
    folder.chmod(0o755)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.embedded.example", str(folder / "var")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    process.terminate()
    process.communicate(timeout=DEADLINE_SECONDS)
    yield folder / "var" / "postgres"
    shutil.rmtree(folder)


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that every account may enter; those of pytest are closed."""
    path = Path(tempfile.mkdtemp(prefix="gateway-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    for pid in processes_in(path):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
async def start(folder: Path, cluster: Path, tmp_path: Path) -> AsyncIterator[Start]:
    """Starts examples under `folder`, where PostgreSQL was started before unless it is said so."""
    started: list[Example] = []

    async def start_one(
        data_dir: Path,
        *,
        environment: Mapping[str, str] | None = None,
        is_first: bool = False,
    ) -> Example:
        if not is_first:
            _begin_with(cluster, data_dir)
        log = tmp_path / f"example-{len(started)}.log"
        process = _start(data_dir, log, environment)
        started.append(Example(process, data_dir, log))
        return started[-1]

    yield start_one
    for example in started:
        example.process.terminate()
        await example.end()
    await eventually(lambda: not processes_in(folder))


@asynccontextmanager
async def connected(data_dir: Path) -> AsyncIterator[tuple[asyncpg.Connection, Redis]]:
    """Both servers of a data directory."""
    database: asyncpg.Connection = await asyncpg.connect(database_url(data_dir))
    redis = Redis.from_url(redis_url(data_dir))
    try:
        yield database, redis
    finally:
        await redis.aclose()
        await database.close()


def processes_in(folder: Path) -> set[int]:
    """The running processes that work in the folder or were given it; a zombie runs no more."""
    return {
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and int(entry.name) != os.getpid() and _belongs(entry, folder)
    }


def pid_in(pid_file: Path) -> int:
    return int(pid_file.read_text().splitlines()[0])


def owner_of(pid: int) -> str:
    return Path(f"/proc/{pid}").owner()


def program_of(pid: int) -> Path:
    return Path(f"/proc/{pid}/exe").readlink()


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _start(data_dir: Path, log: Path, environment: Mapping[str, str] | None) -> Running:
    words = [str(data_dir)]
    with log.open("wb") as output:
        if environment is None:
            outputs = (output, output)
            return fork_program(EXAMPLE, words, env=os.environ, cwd=ROOT, outputs=outputs)
        # What Python itself reads of its environment, it reads once.
        return subprocess.Popen(
            [sys.executable, "-m", "tests.embedded.example", *words],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=output,
            stderr=output,
        )


def _begin_with(cluster: Path, data_dir: Path) -> None:
    if not data_dir.exists():
        data_dir.mkdir(parents=True)
        copy_cluster(cluster, data_dir / "postgres")


def _belongs(entry: Path, folder: Path) -> bool:
    try:
        given = str(folder).encode() in (entry / "cmdline").read_bytes()
        return given or (entry / "cwd").readlink().is_relative_to(folder)
    except OSError:
        return False
