"""Entry points to part classes: plugins load one by one, a bad one is refused with a sentence."""

import importlib.metadata
import inspect
import re
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.metadata import EntryPoint, distributions
from typing import Any, Final

import pluggy
import structlog
from packaging.version import InvalidVersion, Version

from gateway.builtin import BuiltinResponder
from gateway.plugin import (
    ENTRY_POINT_GROUP,
    Listener,
    MediaReader,
    Parser,
    Part,
    PartSettings,
    Responder,
    Transport,
    Verifier,
    hookspecs,
)

log: Final = structlog.stdlib.get_logger()

ROLES: Final[Mapping[str, type[Part[Any]]]] = {
    "parsers": Parser,
    "verifiers": Verifier,
    "responders": Responder,
    "transports": Transport,
    "media_readers": MediaReader,
}
LISTENERS: Final = "listeners"
MORE_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "parsers": ("channel_type",),
    LISTENERS: ("parser",),
}
"""What classes of a role must say of themselves, beside their name and title."""
NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")

Offered = type[Part[Any]] | type[Listener[Any]]
"""What a plugin registers."""
BASES: Final[Mapping[str, Offered]] = {**ROLES, LISTENERS: Listener}


class PluginRefused(Exception):
    """A plugin cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginInfo:
    """One enabled plugin as `gateway plugins` shows it; `problem` says why it was refused."""

    name: str
    distribution: str | None
    version: str | None
    parts: tuple[str, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """The classes of all good plugins by role and name, and what became of each plugin."""

    parts: Mapping[str, Mapping[str, type[Part[Any]]]]
    plugins: tuple[PluginInfo, ...] = field(default=())
    listeners: Mapping[str, type[Listener[Any]]] = field(default_factory=dict)

    def find(self, role: str, name: str) -> type[Part[Any]] | None:
        """The class that plays `role` (`parsers`, `verifiers`, ...) under `name`."""
        return self.parts.get(role, {}).get(name)

    @property
    def refused(self) -> tuple[PluginInfo, ...]:
        """The enabled plugins that cannot be used."""
        return tuple(plugin for plugin in self.plugins if plugin.problem)


def load_plugins(
    enabled: Sequence[str],
    blocked: Sequence[str] = (),
    extra: Sequence[Offered] = (BuiltinResponder,),
) -> Registry:
    """Loads the enabled plugins, each on its own; those that fail are refused, the others work."""
    found: dict[str, dict[str, Offered]] = {role: {} for role in BASES}
    for part in extra:
        for role, base in BASES.items():
            if issubclass(part, base):
                found[role][part.name] = part
    installed = {entry.name: entry for entry in _entry_points()}
    plugins = []
    for name in dict.fromkeys(enabled):
        info = _load(name, installed.get(name), blocked, found)
        if info.problem:
            log.error("plugin.refused", plugin=name, problem=info.problem)
        plugins.append(info)
    return _registry(found, plugins)


def _registry(
    found: Mapping[str, Mapping[str, Offered]], plugins: Sequence[PluginInfo]
) -> Registry:
    listeners = found[LISTENERS]
    return Registry(
        parts={
            role: {name: part for name, part in found[role].items() if issubclass(part, Part)}
            for role in ROLES
        },
        plugins=tuple(plugins),
        listeners={name: one for name, one in listeners.items() if issubclass(one, Listener)},
    )


def _entry_points() -> Iterator[EntryPoint]:
    for distribution in distributions():
        try:
            yield from distribution.entry_points.select(group=ENTRY_POINT_GROUP)
        except (TypeError, ValueError):  # metadata by hand; it belongs to no plugin of ours
            log.warning("distribution.unreadable", distribution=distribution.name)


def _load(
    name: str,
    entry: EntryPoint | None,
    blocked: Sequence[str],
    found: dict[str, dict[str, Offered]],
) -> PluginInfo:
    distribution = entry.dist if entry is not None else None
    dist_name = distribution.name if distribution is not None else None
    version = distribution.version if distribution is not None else None
    try:
        installed = _installed(name, entry)
        _check_blocklist(name, version, blocked)
        offered = _registered(name, _imported(installed))
        _check_names(offered, found)
    except PluginRefused as refusal:
        return PluginInfo(name=name, distribution=dist_name, version=version, problem=str(refusal))
    for role, classes in offered.items():
        found[role].update({part.name: part for part in classes})
    names = tuple(f"{role}: {part.name}" for role, classes in offered.items() for part in classes)
    return PluginInfo(name=name, distribution=dist_name, version=version, parts=names)


def _installed(name: str, entry: EntryPoint | None) -> EntryPoint:
    if entry is None:
        package = f"gateway-{name.replace('_', '-')}"
        close = get_close_matches(name, {entry.name for entry in _entry_points()}, n=1)
        meant = f"did you mean {close[0]!r}? otherwise " if close else ""
        raise PluginRefused(
            f"plugin {name!r} is not installed ({meant}pip install {package}, "
            "or take it out of [plugins] enabled)"
        )
    return entry


def _check_blocklist(name: str, version: str | None, blocked: Sequence[str]) -> None:
    for rule in blocked:
        blocked_name, separator, below = (part.strip() for part in rule.partition("<"))
        if blocked_name != name:
            continue
        try:
            is_hit = not separator or version is None or Version(version) < Version(below)
        except InvalidVersion:
            is_hit = True
        if is_hit:
            raise PluginRefused(
                f"plugin {name!r} {version or ''} is blocked by [plugins] blocked = [{rule!r}]; "
                + (f"install {below} or newer" if separator else "remove the rule to use it")
            )


def _imported(entry: EntryPoint) -> object:
    try:
        return entry.load()
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a plugin may raise anything, even SystemExit
        raise PluginRefused(
            f"plugin {entry.name!r} cannot be imported: {_last_words(error)}{_place_of(error)}"
        ) from error


def _registered(name: str, module: object) -> dict[str, list[Offered]]:
    # A manager of its own for each plugin: one that fails leaves nothing behind.
    manager = pluggy.PluginManager(ENTRY_POINT_GROUP)
    manager.add_hookspecs(hookspecs)
    try:
        manager.register(module, name=name)
        manager.check_pending()
        offered = {role: list(_offered_by(name, manager, role)) for role in BASES}
    except (KeyboardInterrupt, PluginRefused):
        raise
    except pluggy.PluginValidationError as error:
        hooks = ", ".join(f"register_{role}" for role in BASES)
        raise PluginRefused(
            f"plugin {name!r} cannot register: {error}; the hooks are {hooks}"
        ) from error
    except BaseException as error:  # a plugin may raise anything, even SystemExit
        raise PluginRefused(f"plugin {name!r} cannot register: {_last_words(error)}") from error
    if not any(offered.values()):
        raise PluginRefused(
            f"plugin {name!r} registers no part: none of its functions is marked with "
            "`hookimpl` and returns a class (see docs/reference/hooks.md)"
        )
    for role, classes in offered.items():
        for part in classes:
            _check_part(name, role, part)
    return offered


def _offered_by(name: str, manager: pluggy.PluginManager, role: str) -> Iterator[Offered]:
    for found in getattr(manager.hook, f"register_{role}")():
        if not isinstance(found, list | tuple):
            raise PluginRefused(
                f"plugin {name!r}: register_{role} returned {found!r}, not a list of classes"
            )
        yield from found


def _check_part(plugin: str, role: str, part: object) -> None:
    base = BASES[role]
    if not (inspect.isclass(part) and issubclass(part, base)):
        raise PluginRefused(
            f"plugin {plugin!r}: register_{role} returned {part!r}, not a {base.__name__}"
        )
    where = f"plugin {plugin!r}: {part.__name__}"
    if inspect.isabstract(part):
        raise PluginRefused(
            f"{where} does not implement {', '.join(sorted(part.__abstractmethods__))}"
        )
    _check_methods(where, base, part)
    for attribute in ("name", "title", *MORE_NAMES.get(role, ())):
        if not isinstance(getattr(part, attribute, None), str):
            raise PluginRefused(f"{where} has no class attribute {attribute!r}")
    if not NAME.fullmatch(part.name):
        raise PluginRefused(f"{where}: name {part.name!r} must match {NAME.pattern}")
    _check_settings(where, part.Settings)


def _check_methods(where: str, base: Offered, part: Offered) -> None:
    """A method that cannot be called as the contract calls it would fail at the first message."""
    for name in sorted(base.__abstractmethods__):
        promised, own = getattr(base, name), getattr(part, name)
        if inspect.iscoroutinefunction(own) and not inspect.iscoroutinefunction(promised):
            raise PluginRefused(f"{where}.{name} is `async def`; it must be a plain `def`")
        expected = inspect.signature(promised)
        try:
            inspect.signature(own).bind(*expected.parameters)
        except TypeError:
            raise PluginRefused(
                f"{where}.{name} takes other arguments than {name}{expected}"
            ) from None


def _check_settings(where: str, settings: object) -> None:
    if not (inspect.isclass(settings) and issubclass(settings, PartSettings)):
        raise PluginRefused(f"{where}: Settings is no subclass of gateway.plugin.PartSettings")
    try:
        schema = settings.model_json_schema()
    except Exception as error:  # pydantic calls the plugin's own code here
        raise PluginRefused(
            f"{where}: settings have no JSON schema: {_last_words(error)}"
        ) from error
    for setting, shown in schema.get("properties", {}).items():
        if not shown.get("title") or not shown.get("description"):
            raise PluginRefused(f"{where}: setting {setting!r} needs a title and a description")


def _check_names(
    offered: Mapping[str, Sequence[Offered]],
    found: Mapping[str, Mapping[str, Offered]],
) -> None:
    for role, classes in offered.items():
        seen = dict(found[role])
        for part in classes:
            if part.name in seen:
                raise PluginRefused(
                    f"{role[:-1]} {part.name!r} exists already, from {seen[part.name].__module__}; "
                    "enable only one of the two plugins, or rename the part that is yours"
                )
            seen[part.name] = part


def _last_words(error: BaseException) -> str:
    return "".join(traceback.format_exception_only(error)).strip()


def _place_of(error: BaseException) -> str:
    """Where the plugin's own code raised it, such as ` (plugin.py, line 3)`; empty if nowhere."""
    ours = ("<frozen ", __file__, importlib.metadata.__file__)
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith(ours)
    ]
    return f" ({frames[-1].filename}, line {frames[-1].lineno})" if frames else ""
