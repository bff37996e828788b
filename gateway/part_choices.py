"""Which parts a channel is made of, by what a request says of them."""

from collections.abc import Mapping
from typing import Any, Final

from gateway.part_settings import ACKNOWLEDGE, Values, setting_names
from gateway.plugin import FieldError, InvalidPayload, JsonValue, Part
from gateway.plugin.errors import PluginUnavailable
from gateway.registry import Registry

DEFAULT_VERIFIER: Final = "hmac"


def present(registry: Registry, role: str, name: str) -> type[Part[Any]]:
    """The part that a channel has. Raises `PluginUnavailable` where it is away."""
    part = registry.find(role, name)
    if part is None:
        raise PluginUnavailable(
            f"the {role[:-1]} {name!r} of this channel is not available, so its settings cannot be "
            "checked; see `gateway check`"
        )
    return part


def parser_for(
    registry: Registry, channel_type: str, provider: str | None, *, given: Values
) -> type[Part[Any]]:
    """The parser of a channel type: the one that is named, or whose settings are `given`.

    Raises `InvalidPayload` where there is none, or still a choice.
    """
    fitting = {
        name: part
        for name, part in registry.parts["parsers"].items()
        if getattr(part, "channel_type", None) == channel_type
    }
    if provider is not None:
        if provider not in fitting:
            raise at(
                "/provider",
                f"no enabled plugin offers {provider!r} for {channel_type!r}; valid: "
                + (", ".join(sorted(fitting)) or "none, see [plugins] enabled"),
            )
        return fitting[provider]
    meant = _with_own_settings(fitting, given) if len(fitting) > 1 else list(fitting.values())
    if len(meant) == 1:
        return meant[0]
    if not fitting:
        types = sorted({getattr(p, "channel_type", "") for p in registry.parts["parsers"].values()})
        raise at(
            "/channelType",
            f"no enabled plugin serves {channel_type!r}; valid here: {', '.join(types) or 'none'}; "
            "an operator adds the plugin of another to [plugins] enabled",
        )
    raise at(
        "/provider",
        f"several plugins serve {channel_type!r}; say which: {', '.join(sorted(fitting))}",
    )


def _with_own_settings(
    parsers: Mapping[str, type[Part[Any]]], given: Values
) -> list[type[Part[Any]]]:
    """The parsers that alone know a setting that is given, such as `twilioAccountSid`."""
    known = {part: setting_names(part) & given.keys() for part in parsers.values()}
    return [
        part
        for part, names in known.items()
        if names.difference(*(others for other, others in known.items() if other is not part))
    ]


def verifier_for(registry: Registry, parser: type[Part[Any]], auth: JsonValue) -> type[Part[Any]]:
    """The verifier that `authType` names, else the parser's own. Raises `InvalidPayload`."""
    own = registry.find("verifiers", parser.name)
    if auth is None and own is parser:
        return own
    name = DEFAULT_VERIFIER if auth is None else auth
    found = registry.find("verifiers", name) if isinstance(name, str) else None
    if found is None:
        valid = ", ".join(sorted(registry.parts["verifiers"]))
        raise at("/providerConfig/authType", f"no such authentication {name!r}; valid: {valid}")
    return found


def responder_for(
    registry: Registry, name: str, pointer: str = "/aiConfig/responder"
) -> type[Part[Any]]:
    """The responder of this name. Raises `InvalidPayload` at the pointer."""
    found = registry.find("responders", name)
    if found is None:
        valid = ", ".join(sorted(registry.parts["responders"]))
        raise at(pointer, f"no enabled plugin offers {name!r}; valid: {valid}")
    return found


def others_for(
    registry: Registry, fallback: tuple[str, ...], readers: tuple[str, ...]
) -> tuple[type[Part[Any]], ...]:
    """The responders of a ladder and the readers of files. Raises `InvalidPayload`."""
    return (*_fallbacks(registry, fallback), *_readers(registry, readers))


def at(pointer: str, message: str) -> InvalidPayload:
    """What is wrong at one place of a request."""
    return InvalidPayload(message, fields=[FieldError(pointer=pointer, message=message)])


def _fallbacks(registry: Registry, names: tuple[str, ...]) -> tuple[type[Part[Any]], ...]:
    return tuple(
        responder_for(registry, name, f"/aiConfig/fallback/{place}")
        for place, name in enumerate(names)
        if name != ACKNOWLEDGE
    )


def _readers(registry: Registry, names: tuple[str, ...]) -> tuple[type[Part[Any]], ...]:
    known = registry.parts.get("media_readers", {})
    for place, name in enumerate(names):
        if name not in known:
            valid = ", ".join(sorted(known)) or "none, see [plugins] enabled"
            message = f"no enabled plugin reads files as {name!r}; valid: {valid}"
            raise at(f"/aiConfig/readers/{place}", message)
    return tuple(known[name] for name in names)
