"""The settings of one part out of all those of its channel, and what is wrong with them."""

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from pydantic import ValidationError

from gateway.plugin import FieldError, JsonValue, Part, PartSettings, PermanentFailure

Values = Mapping[str, JsonValue]
VetUrl = Callable[[str], None]
"""Returns for a URL that may be called; raises `PermanentFailure` with what is wrong."""

BUILTIN: Final = "builtin"
ACKNOWLEDGE: Final = "acknowledge"
"""The end of a ladder that is no responder: the person is told, and the turn comes again."""


def fallback_names(ai_config: Values) -> tuple[str, ...]:
    """The ladder of a channel, below its responder."""
    names = ai_config.get("fallback")
    return tuple(map(str, names)) if isinstance(names, list) else ()


def reader_names(ai_config: Values) -> tuple[str, ...]:
    """What reads the files that come by a channel."""
    names = ai_config.get("readers")
    return tuple(map(str, names)) if isinstance(names, list) else ()


def settings_for(part: type[Part[Any]], values: Values) -> PartSettings:
    """The settings of one part out of a channel's values."""
    names = setting_names(part)
    return part.Settings.model_validate({k: v for k, v in values.items() if k in names})


def setting_names(part: type[Part[Any]]) -> set[str]:
    return {f.alias or name for name, f in part.Settings.model_fields.items()}


def secret_settings(part: type[Part[Any]]) -> Mapping[str, bool]:
    """Whether each setting is a secret, or holds one at any depth."""
    return _secrets(part.Settings)


# To draw up a schema takes up to ten milliseconds, and a channel is shown with those of its parts.
@cache
def _secrets(settings: type[PartSettings]) -> Mapping[str, bool]:
    schema = settings.model_json_schema()
    tables: dict[str, str] = {n: json.dumps(t) for n, t in schema.get("$defs", {}).items()}
    found = {}
    for name, shape in schema.get("properties", {}).items():
        text, used = json.dumps(shape), set[str]()
        while more := {n for n in tables if f'"#/$defs/{n}"' in text} - used:
            used |= more
            text += "".join(tables[n] for n in more)
        found[name] = "writeOnly" in text
    return found


def setting_faults(
    part: type[Part[Any]], values: Values, outbound: Values, vet: VetUrl
) -> list[FieldError]:
    """What is wrong with the settings of one part; `outbound` are those named apart."""
    try:
        settings_for(part, values)
    except ValidationError as error:
        return [
            FieldError(
                pointer=_pointer(item["loc"], outbound),
                message=item["msg"].removeprefix("Value error, "),
            )
            for item in error.errors(include_url=False, include_input=False, include_context=False)
        ]
    return _url_faults(part, values, outbound, vet)


def _url_faults(
    part: type[Part[Any]], values: Values, outbound: Values, vet: VetUrl
) -> list[FieldError]:
    """What is wrong with the URLs that a part would call."""
    faults = []
    for steps, url in _urls(part, values):
        try:
            vet(url)
        except PermanentFailure as refused:
            faults.append(FieldError(pointer=_pointer(steps, outbound), message=refused.message))
    return faults


def _urls(part: type[Part[Any]], values: Values) -> Iterator[tuple[tuple[int | str, ...], str]]:
    for name in _url_names(part.Settings):
        value = values.get(name)
        if isinstance(value, str) and value:
            yield (name,), value
        elif isinstance(value, list):
            yield from (((name, i), url) for i, url in enumerate(value) if isinstance(url, str))


@cache
def _url_names(settings: type[PartSettings]) -> tuple[str, ...]:
    shapes = settings.model_json_schema().get("properties", {})
    return tuple(n for n, shape in shapes.items() if '"format": "uri"' in json.dumps(shape))


def _pointer(steps: tuple[int | str, ...], outbound: Values) -> str:
    # A fault of several settings together has no step; that of a name is told at its place.
    place = "outboundConfig" if steps and steps[0] in outbound else "providerConfig"
    named = steps[:-1] if steps and steps[-1] == "[key]" else steps
    escaped = (str(step).replace("~", "~0").replace("/", "~1") for step in named)
    return "/".join(["", place, *escaped])
