"""Plugins as the API shows them, with the settings that a form for each of their parts asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from gateway.plugin import JsonValue, Part, Setup
from gateway.registry import PluginInfo
from gateway.runtime import Gateway
from gateway.web.api.procedures import Call, Listed, Nothing, procedure


@dataclass(frozen=True, slots=True, kw_only=True)
class PartView:
    """One part of a plugin; `settings` is the JSON Schema that it is configured with."""

    role: str
    name: str
    title: str
    channel_type: str | None
    has_setup: bool
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
    `writeOnly`, and `x-ask-first` marks what a form asks for at once though it may be left out. A
    parser has the `channelType` that it serves. `hasSetup`: `GET /webhooks/{id}/setup` asks its
    provider. A refused plugin has a `problem` and no `parts`.
    """
    return Listed(items=[_shown(call.gw, info) for info in call.gw.registry.plugins])


def _shown(gw: Gateway, info: PluginInfo) -> PluginView:
    named = (listed.partition(": ") for listed in info.parts)
    found = ((role, gw.registry.find(role, name)) for role, _, name in named)
    parts = [_part(role, part) for role, part in found if part is not None]
    return PluginView(
        name=info.name,
        distribution=info.distribution,
        version=info.version,
        problem=info.problem,
        parts=parts,
    )


def _part(role: str, part: type[Part[Any]]) -> PartView:
    return PartView(
        role=role[:-1],
        name=part.name,
        title=part.title,
        channel_type=getattr(part, "channel_type", None) if role == "parsers" else None,
        has_setup=issubclass(part, Setup),
        settings=part.Settings.model_json_schema(by_alias=True),
    )


PROCEDURES: Final = (list_plugins,)
