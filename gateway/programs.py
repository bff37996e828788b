"""The processes of the gateway, one a command: `gateway serve`, `worker` and `listen`."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from gateway import store
from gateway.config import Config
from gateway.loading import load
from gateway.processes import stop_on_signals
from gateway.up import attach, write_private
from gateway.web.auth import issue_first_token

DATABASE_PATIENCE_SECONDS: Final = 30.0

Program = Callable[[Config, asyncio.Event], Awaitable[None]]


async def program_command(options: argparse.Namespace, config: Config) -> int:
    """One process, until it is told to stop."""
    program: Program = load(options.program)
    config = attach(config, options.data)
    stop = stop_on_signals()
    await store.wait_for_database(config, patience_seconds=DATABASE_PATIENCE_SECONDS)
    await store.migrate(config)
    missing = _missing(options)
    if missing is not None:
        await _keep_first_token(config, missing)
    await program(config, stop)
    return 0


async def migrate_command(options: argparse.Namespace, config: Config) -> int:
    """The schema, brought up to date."""
    config = attach(config, options.data)
    await store.wait_for_database(config, patience_seconds=DATABASE_PATIENCE_SECONDS)
    applied = await store.migrate(config)
    print("\n".join(f"applied {version}" for version in applied) or "the database is up to date")
    return 0


def _missing(options: argparse.Namespace) -> Path | None:
    file: Path | None = getattr(options, "first_token", None)
    return None if file is None or file.exists() else file


async def _keep_first_token(config: Config, file: Path) -> None:
    """Before the process answers: whoever waits for it may read the file at once."""
    db = await store.open_database(config)
    try:
        write_private(file, await issue_first_token())
    finally:
        await db.aclose()
