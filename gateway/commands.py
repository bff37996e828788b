"""Runs a command that was typed."""

import argparse
import sys
from collections.abc import Callable, Coroutine

import uvloop

from gateway.config import Config, ConfigError, load_config
from gateway.loading import load
from gateway.log import configure_logging
from gateway.plugin.errors import GatewayError
from gateway.processes import CannotStart
from gateway.vault import VaultError

Command = Callable[[argparse.Namespace, Config], Coroutine[object, None, int]]


def run(options: argparse.Namespace) -> int:
    """Runs the command of the options and returns its exit code: 0 done, 1 failed."""
    try:
        config = load_config(options.config, _overrides(options))
        configure_logging(config.log)
        command: Command = load(options.command)
        return uvloop.run(command(options, config))
    except (ConfigError, CannotStart, VaultError) as problem:
        print(f"gateway: {problem}", file=sys.stderr)
    except GatewayError as problem:
        print(f"gateway: {problem.message}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


def _overrides(options: argparse.Namespace) -> dict[str, object]:
    given = {
        "server.host": getattr(options, "host", None),
        "server.port": getattr(options, "port", None),
    }
    return {key: value for key, value in given.items() if value is not None}
