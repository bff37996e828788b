"""`gateway check` and `gateway plugins`: what is wrong, and what there is."""

import argparse
from pathlib import Path

from gateway import store
from gateway.config import Config, ConfigError
from gateway.listeners import listener_faults
from gateway.plugin.errors import StorageUnavailable
from gateway.queue import OUTAGES, connect
from gateway.registry import load_plugins
from gateway.up import UpError, attach
from gateway.vault import VaultError, open_vault


async def check_command(options: argparse.Namespace, config: Config) -> int:
    """What is wrong, each with what to do."""
    registry = load_plugins(config.plugins.enabled, config.plugins.blocked)
    problems = [info.problem for info in registry.refused if info.problem]
    problems += listener_faults(registry, config)
    problems += await check_servers(config, options.data)
    for problem in problems:
        print(f"problem: {problem}")
    if not problems:
        print("all good: settings, plugins, database, queue")
    return 1 if problems else 0


async def plugins_command(_options: argparse.Namespace, config: Config) -> int:
    """The enabled plugins."""
    registry = load_plugins(config.plugins.enabled, config.plugins.blocked)
    for info in registry.plugins:
        print(f"{info.name} {info.version or '-'}: {info.problem or ', '.join(info.parts)}")
    return 1 if registry.refused else 0


async def check_servers(config: Config, data_dir: Path | None) -> list[str]:
    """What is wrong with the servers and the keys, each a sentence; empty when all is well."""
    try:
        attached = attach(config, data_dir)
        open_vault(attached)
    except (UpError, ConfigError, VaultError) as problem:
        return [str(problem)]
    problems = []
    try:
        await store.wait_for_database(attached, patience_seconds=0)
    except StorageUnavailable as outage:
        problems.append(f"[database] url: {outage.message}")
    client = connect(attached.redis)
    try:
        await client.initialize()
    except OUTAGES as outage:
        problems.append(f"[redis] url: cannot be reached ({type(outage).__name__}: {outage})")
    finally:
        await client.aclose()
    return problems
