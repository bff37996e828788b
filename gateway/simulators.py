"""`gateway simulate`: plays a provider to a running gateway; plugins bring the simulators."""

import argparse
from collections.abc import Awaitable, Callable, Iterator, Sequence
from importlib.metadata import EntryPoint, EntryPoints, entry_points
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
        raise ConfigError(_missing(options.name, sorted(offered)))
    run: Simulator = offered[options.name].load()
    return await run(options.arguments)


def _missing(name: str, offered: Sequence[str]) -> str:
    """What to do about a simulator that is not there."""
    brings = {entry.dist.name: entry.name for entry in _plugins() if entry.dist is not None}
    for entry in entry_points(group=GROUP, name=name):
        if entry.dist is not None and entry.dist.name in brings:
            plugin = brings[entry.dist.name]
            return (
                f"the simulator {name!r} comes with the plugin {plugin!r}, which is not enabled; "
                f"add it to [plugins] enabled in gateway.toml"
            )
    return f"no plugin simulates {name!r}; there are: {', '.join(offered) or 'none'}"


def _plugins() -> EntryPoints:
    return entry_points(group=ENTRY_POINT_GROUP)


def _offered(enabled: Sequence[str]) -> Iterator[EntryPoint]:
    """The simulators of the distributions whose plugins are enabled; no other is imported."""
    wanted = {
        entry.dist.name for entry in _plugins() if entry.name in enabled and entry.dist is not None
    }
    for entry in entry_points(group=GROUP):
        if entry.dist is not None and entry.dist.name in wanted:
            yield entry
