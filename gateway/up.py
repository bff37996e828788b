"""`gateway up`: servers where none are set, web, worker and listeners, the first token."""

import argparse
import asyncio
import contextlib
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from gateway import embedded
from gateway.config import (
    KEY_FILE_VARIABLE,
    KEYS_VARIABLE,
    Config,
    child_environment,
    user_data_root,
    with_key_file,
)
from gateway.datadir import DataDir, claim_data_dir, default_data_dir
from gateway.listeners import listener_faults, needs_listening
from gateway.ports import check_address
from gateway.processes import CannotStart, Program, stop_on_signals
from gateway.registry import load_plugins
from gateway.supervisor import supervise
from gateway.vault import new_key_ring, open_vault

KEY_FILE: Final = "encryption-keys"
TOKEN_FILE: Final = "admin-token"  # noqa: S105 # a file's name
CHECK_SECONDS: Final = 2.0
OWNER_ONLY: Final = 0o600


class UpError(CannotStart):
    """The gateway cannot start; the message says what to do."""


async def up_command(options: argparse.Namespace, config: Config) -> int:
    """Starts everything and stays until it is told to stop."""
    return await up(config, options.data, config_file=options.config, stop=stop_on_signals())


async def up(
    config: Config, data_dir: Path | None, *, config_file: Path | None, stop: asyncio.Event
) -> int:
    """Runs everything until `stop` is set; 0, or 1 when something could not be started."""
    with contextlib.ExitStack() as stack:
        servers: list[Program] = []
        if _is_embedded(config):
            data = stack.enter_context(claim_data_dir(_folder(data_dir)))
            servers = _servers(config, data)
            _keep_key_file(data.path)
            config = attach(config, data.path)
        open_vault(config)
        check_address(config.server.host, config.server.port, setting="[server] port")
        token = _token_file(config, _folder(data_dir))
        fresh = token if token and not token.exists() else None
        programs = _gateway_programs(config, config_file, token)
        started = asyncio.Event()
        welcome = asyncio.create_task(_welcome(config, started, fresh=fresh))
        try:
            groups = [group for group in (servers, programs) if group]
            return await supervise(groups, stop=stop, up=started)
        finally:
            welcome.cancel()
            await asyncio.gather(welcome, return_exceptions=True)


def attach(config: Config, data_dir: Path | None) -> Config:
    """The settings with the embedded servers' addresses and keys where none are configured.

    Raises `UpError` when the data directory holds no embedded gateway.
    """
    if not _is_embedded(config):
        return config
    folder = _folder(data_dir)
    if not config.encryption_keys.get_secret_value():
        if not (folder / KEY_FILE).exists():
            raise UpError(
                f"{folder}: no gateway was started here (no file {KEY_FILE}); run `gateway up`, "
                "name its folder with --data, or set [database] url and [redis] url"
            )
        config = with_key_file(config, folder / KEY_FILE)
    database = config.database.url.get_secret_value() or embedded.database_url(folder)
    queue = config.redis.url.get_secret_value() or embedded.redis_url(folder)
    return Config.model_validate(
        config.model_dump()
        | {
            "database": config.database.model_dump() | {"url": database},
            "redis": config.redis.model_dump() | {"url": queue},
        }
    )


def data_folder(config: Config, data_dir: Path | None) -> Path | None:
    """The data directory of an embedded gateway; None where both servers are somebody else's."""
    return _folder(data_dir) if _is_embedded(config) else None


def key_file(config: Config, data_dir: Path | None) -> Path | None:
    """The file that holds the keys; None when they come from the environment."""
    if config.keys.file:
        return Path(config.keys.file)
    if not _is_embedded(config) or config.encryption_keys.get_secret_value():
        return None
    return _folder(data_dir) / KEY_FILE


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner can read, complete or not at all."""
    fresh = path.with_name(f".{path.name}.new")
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)


def _is_embedded(config: Config) -> bool:
    return not (config.database.url.get_secret_value() and config.redis.url.get_secret_value())


def _folder(data_dir: Path | None) -> Path:
    return (data_dir or default_data_dir(user_data_root())).resolve()


def _servers(config: Config, data: DataDir) -> list[Program]:
    # Named in the order in which they are ended: the queue before the database.
    servers = []
    if not config.redis.url.get_secret_value():
        servers.append(embedded.valkey(data))
    if not config.database.url.get_secret_value():
        servers.append(embedded.postgres(data))
    return servers


def _gateway_programs(
    config: Config, config_file: Path | None, token: Path | None = None
) -> list[Program]:
    base: tuple[str, ...] = (sys.executable, "-m", "gateway")
    if config_file is not None:
        base = (*base, "--config", str(config_file.resolve()))
    environment = child_environment(
        {
            "GATEWAY_DATABASE__URL": config.database.url.get_secret_value(),
            "GATEWAY_REDIS__URL": config.redis.url.get_secret_value(),
            **_keys(config),
            "GATEWAY_SERVER__HOST": config.server.host,
            "GATEWAY_SERVER__PORT": str(config.server.port),
        }
    )
    programs = [
        _program(
            "web",
            (*base, "serve", *(("--first-token", str(token)) if token else ())),
            environment,
            config.server.shutdown_seconds,
            ready=_is_up(config),
        ),
        _program("worker", (*base, "worker"), environment, config.worker.shutdown_seconds),
    ]
    if _listens(config):
        seconds = config.listen.shutdown_seconds
        programs.append(_program("listen", (*base, "listen"), environment, seconds))
    return programs


def _listens(config: Config) -> bool:
    """Whether there is anything to listen for. Raises `UpError` for a wrong setting."""
    registry = load_plugins(config.plugins.enabled, config.plugins.blocked)
    faults = listener_faults(registry, config)
    if faults:
        raise UpError("\n".join(faults))
    return needs_listening(registry, config)


def _keys(config: Config) -> dict[str, str]:
    """Where the programs find their keys: in the file, so that they see it change."""
    if config.keys.file:
        return {KEY_FILE_VARIABLE: config.keys.file}
    return {KEYS_VARIABLE: config.encryption_keys.get_secret_value()}


def _program(
    name: str,
    argv: tuple[str, ...],
    environment: dict[str, str],
    shutdown_seconds: float,
    *,
    ready: Callable[[], Awaitable[bool]] | None = None,
) -> Program:
    return Program(
        name=name,
        argv=argv,
        env=environment,
        cwd=Path.cwd(),
        ready=ready,
        stop_seconds=shutdown_seconds + CHECK_SECONDS,
    )


def _is_up(config: Config) -> Callable[[], Awaitable[bool]]:
    wildcard = config.server.host in ("0.0.0.0", "::")  # noqa: S104 # compared, not bound
    host = "127.0.0.1" if wildcard else config.server.host

    async def ask() -> bool:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                reader, writer = await asyncio.open_connection(host, config.server.port)
                try:
                    writer.write(
                        b"GET /livez HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n"
                    )
                    return b" 200 " in await reader.readline()
                finally:
                    writer.close()
        except OSError:
            return False

    return ask


async def _welcome(config: Config, started: asyncio.Event, *, fresh: Path | None) -> None:
    await started.wait()
    print(f"ready: {config.public_url} (Ctrl-C stops everything)", flush=True)
    print(f"dashboard: {config.public_url}/dashboard/", flush=True)
    print(f"every call, to read and to try: {config.public_url}/api/v1/docs", flush=True)
    if fresh is not None:
        print(f"admin token, shown once and kept in {fresh}:\n{_text_of(fresh)}", flush=True)


def _token_file(config: Config, folder: Path) -> Path | None:
    """Where the first token is kept; None when the database was there before the gateway."""
    is_own = config.database.url.get_secret_value() == embedded.database_url(folder)
    return folder / TOKEN_FILE if is_own else None


def _text_of(file: Path) -> str:
    return file.read_text().strip()


def _keep_key_file(folder: Path) -> None:
    if not (folder / KEY_FILE).exists():
        write_private(folder / KEY_FILE, new_key_ring())
