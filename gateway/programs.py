"""The processes of the gateway, one a command: `gateway serve`, `worker` and `listen`."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from gateway import store
from gateway.config import Config
from gateway.loading import load
from gateway.processes import stop_on_signals
from gateway.up import attach

DATABASE_PATIENCE_SECONDS: Final = 30.0

Program = Callable[[Config, asyncio.Event], Awaitable[None]]


async def program_command(options: argparse.Namespace, config: Config) -> int:
    """One process, until it is told to stop."""
    program: Program = load(options.program)
    config = attach(config, options.data)
    stop = stop_on_signals()
    await store.wait_for_database(config, patience_seconds=DATABASE_PATIENCE_SECONDS)
    await store.migrate(config)
    await program(config, stop)
    return 0


async def migrate_command(options: argparse.Namespace, config: Config) -> int:
    """The schema, brought up to date."""
    config = attach(config, options.data)
    await store.wait_for_database(config, patience_seconds=DATABASE_PATIENCE_SECONDS)
    applied = await store.migrate(config)
    print("\n".join(f"applied {version}" for version in applied) or "the database is up to date")
    return 0
