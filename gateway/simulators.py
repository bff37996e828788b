"""`gateway simulate`: plays a provider to a running gateway; plugins bring the simulators."""

import argparse
from collections.abc import Awaitable, Callable, Iterator, Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from gateway.config import Config, ConfigError
from gateway.plugin import ENTRY_POINT_GROUP

GROUP: Final = f"{ENTRY_POINT_GROUP}.simulators"
"""The entry-point group: each names an `async def main(arguments: Sequence[str]) -> int`."""

Simulator = Callable[[Sequence[str]], Awaitable[int]]


async def simulate_command(options: argparse.Namespace, config: Config) -> int:
    """Runs the simulator of an enabled plugin."""
    offered = {entry.name: entry for entry in _offered(config.plugins.enabled)}
    if options.name not in offered:
        raise ConfigError(
            f"no enabled plugin simulates {options.name!r}; there are: "
            + (", ".join(sorted(offered)) or "none, see [plugins] enabled")
        )
    run: Simulator = offered[options.name].load()
    return await run(options.arguments)


def _offered(enabled: Sequence[str]) -> Iterator[EntryPoint]:
    """The simulators of the distributions whose plugins are enabled; no other is imported."""
    wanted = {
        entry.dist.name
        for entry in entry_points(group=ENTRY_POINT_GROUP)
        if entry.name in enabled and entry.dist is not None
    }
    for entry in entry_points(group=GROUP):
        if entry.dist is not None and entry.dist.name in wanted:
            yield entry
