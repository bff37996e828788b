"""Plugins as the API shows them, with the settings that a form for each of their parts asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.plugin import JsonValue
from gateway.registry import PluginInfo
from gateway.runtime import Gateway
from gateway.web.api.procedures import Call, Listed, Nothing, procedure


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """One part of a plugin; `settings` is the JSON Schema that it is configured with."""

    role: str
    name: str
    title: str
    settings: Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginView:
    """One enabled plugin."""

    name: str
    distribution: str | None
    version: str | None
    problem: str | None
    parts: Sequence[PartView]


@procedure("plugins.list", "GET /plugins", scope="webhooks:read")
async def list_plugins(call: Call, _asked: Nothing) -> Listed[PluginView]:
    """The enabled plugins with their parts.

    `settings` is the JSON Schema of what a channel with that part is configured with; a secret is
    `writeOnly`. A refused plugin has a `problem` and no `parts`.
    """
    return Listed(items=[_shown(call.gw, info) for info in call.gw.registry.plugins])


def _shown(gw: Gateway, info: PluginInfo) -> PluginView:
    parts = []
    for listed in info.parts:
        role, _, name = listed.partition(": ")
        part = gw.registry.find(role, name)
        if part is not None:
            schema = part.Settings.model_json_schema(by_alias=True)
            parts.append(PartView(role=role[:-1], name=name, title=part.title, settings=schema))
    return PluginView(
        name=info.name,
        distribution=info.distribution,
        version=info.version,
        problem=info.problem,
        parts=parts,
    )


PROCEDURES: Final = (list_plugins,)
