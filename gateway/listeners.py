"""Which listeners are to run, and whether their tables are right."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from gateway.config import Config, ConfigError
from gateway.plugin import Listener
from gateway.registry import Registry


def needs_listening(registry: Registry, config: Config) -> bool:
    """Whether there is anything for a process of listeners to do."""
    return bool(config.listen.tables or any(_chosen(registry, config)))


def listener_faults(registry: Registry, config: Config) -> list[str]:
    """What is wrong with the tables of listeners, each a sentence."""
    faults = []
    for name, table in config.listen.tables.items():
        listener = registry.listeners.get(name)
        if listener is None:
            close = get_close_matches(name, registry.listeners, n=1)
            hint = f"did you mean [listen.{close[0]}]?" if close else "see `gateway plugins`"
            faults.append(f"[listen.{name}]: no enabled plugin has a listener {name!r}; {hint}")
            continue
        try:
            listener.Settings.model_validate(table)
        except ValidationError as error:
            for item in error.errors(include_url=False, include_input=False, include_context=False):
                place = ".".join(map(str, item["loc"]))
                said = item["msg"].removeprefix("Value error, ")
                faults.append(f"[listen.{name}] {place}: {said}")
    return faults


def built_listeners(registry: Registry, config: Config) -> dict[str, Listener[Any]]:
    """The listeners that are to run, by name. Raises `ConfigError`."""
    faults = listener_faults(registry, config)
    if faults:
        raise ConfigError("\n".join(faults))
    return {
        listener.name: listener(
            listener.Settings.model_validate(config.listen.tables.get(listener.name, {}))
        )
        for listener in _chosen(registry, config)
    }


def _chosen(registry: Registry, config: Config) -> Iterator[type[Listener[Any]]]:
    for name, listener in registry.listeners.items():
        if listener.is_always_on or name in config.listen.tables:
            yield listener
