"""The schema, brought up to date at start-up."""

from pathlib import Path
from typing import Final

import asyncpg
import structlog
from tortoise import Tortoise

import gateway
from gateway.config import Config, Database as DatabaseConfig
from gateway.store.database import CONNECT_TIMEOUT_SECONDS, naming_outages, tortoise_config

MIGRATION_LOCK: Final = 0x6761_7465  # "gate": one process migrates, the others wait for it

log: Final = structlog.stdlib.get_logger()


async def migrate(config: Config) -> list[str]:
    """Brings the schema up to date, safe with several processes, and returns what was applied."""
    async with naming_outages():
        lock = await asyncpg.connect(
            config.database.url.get_secret_value(), timeout=CONNECT_TIMEOUT_SECONDS
        )
        try:
            await lock.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
            # To have aerich look takes long, and nearly every start finds all applied.
            applied = [] if await _is_up_to_date(lock) else await _upgrade(config)
        finally:
            await lock.close()
    if applied:
        log.info("database.migrated", applied=len(applied), newest=applied[-1])
    return applied


def migration_config(database: DatabaseConfig) -> dict[str, object]:
    """The settings that aerich works with, here and when a migration is written."""
    return tortoise_config(database, models=["gateway.models", "aerich.models"])


async def schema_gap(config: Config) -> tuple[int, int]:
    """How many migrations the database lacks, and how many it has that are not known here.

    Raises `StorageUnavailable`.
    """
    async with naming_outages():
        connection = await asyncpg.connect(
            config.database.url.get_secret_value(), timeout=CONNECT_TIMEOUT_SECONDS
        )
        try:
            applied, files = await _applied(connection), _files()
        finally:
            await connection.close()
    return len(files - applied), len(applied - files)


async def _is_up_to_date(connection: asyncpg.Connection) -> bool:
    return _files() <= await _applied(connection)


async def _applied(connection: asyncpg.Connection) -> set[str]:
    if await connection.fetchval("SELECT to_regclass('aerich')") is None:
        return set()
    rows = await connection.fetch("SELECT version FROM aerich WHERE app = 'models'")
    return {row["version"] for row in rows}


def _files() -> set[str]:
    return {path.name for path in (_folder() / "models").glob("[0-9]*.py")}


async def _upgrade(config: Config) -> list[str]:
    from aerich import Command  # noqa: PLC0415 # most starts need none of it

    settings = migration_config(config.database)
    command = Command(settings, location=str(_folder()))
    try:
        await Tortoise.init(config=settings, _enable_global_fallback=True)
        await command.init()
        return await command.upgrade(run_in_transaction=True)
    finally:
        await Tortoise.close_connections()


def _folder() -> Path:
    package = Path(gateway.__file__).parent
    installed = package / "_migrations"
    return installed if installed.is_dir() else package.parent / "migrations"
