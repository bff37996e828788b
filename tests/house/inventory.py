"""What the product has, read from the product itself, for the documentation to be held against."""

import argparse
import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from pydantic import BaseModel

import gateway
from gateway.plugin import ENTRY_POINT_GROUP, GatewayError, hookspecs
from tests.house.tree import ROOT, dotted, product_files, syntax

LOGGERS: Final = frozenset({"log", "_log", "logger"})
LEVELS: Final = frozenset({"debug", "info", "warning", "error", "exception", "critical"})
VARIABLE: Final = re.compile(r"GATEWAY_[A-Z][A-Z_]*[A-Z]")


def hooks() -> Mapping[str, str]:
    """Each hook with its signature as a plugin author writes it."""
    marked = f"{ENTRY_POINT_GROUP}_spec"
    found: dict[str, str] = {}
    for name, function in inspect.getmembers(hookspecs, inspect.isfunction):
        if hasattr(function, marked):
            definition = ast.parse(inspect.getsource(function)).body[0]
            assert isinstance(definition, ast.FunctionDef)
            assert definition.returns
            arguments, returns = ast.unparse(definition.args), ast.unparse(definition.returns)
            found[name] = f"{name}({arguments}) -> {returns}"
    return found


def settings() -> Mapping[str, str]:
    """Each setting as `section.key`, with the environment variable that sets it."""
    config = importlib.import_module("gateway.config").Config
    return {
        f"{section}.{key}": f"GATEWAY_{section.upper()}__{key.upper()}"
        for section, field in config.model_fields.items()
        if inspect.isclass(field.annotation) and issubclass(field.annotation, BaseModel)
        for key in field.annotation.model_fields
    }


def environment_variables() -> frozenset[str]:
    """Each environment variable with a name of its own that the gateway or a plugin speaks of."""
    return frozenset(
        node.value
        for path in product_files()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and VARIABLE.fullmatch(node.value)
    )


def errors() -> Mapping[str, frozenset[int]]:
    """Each error code of the tree below `GatewayError`, with the statuses it is answered with."""
    for module in pkgutil.walk_packages(gateway.__path__, "gateway."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found: dict[str, set[int]] = {}
    for failure in _family(GatewayError):
        found.setdefault(failure.code, set()).add(failure.status)
    return {code: frozenset(statuses) for code, statuses in found.items()}


def commands() -> Mapping[str, frozenset[str]]:
    """Each command of the CLI as it is typed, with its options."""
    parser: argparse.ArgumentParser = importlib.import_module("gateway.cli").build_parser()
    return dict(_commands(parser, "gateway"))


def events() -> frozenset[str]:
    """Each event that a webhook can be sent."""
    return frozenset(importlib.import_module("gateway.rules.events").EVENTS)


def metrics() -> frozenset[str]:
    """Each metric by the name that a scrape shows."""
    registry = importlib.import_module("gateway.metrics").Metrics().registry
    return frozenset(
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in registry.collect()
    )


@cache
def log_calls() -> tuple[tuple[str, str | None], ...]:
    """Each place that logs, with the event's name; None where it is not a literal."""
    return tuple(
        (f"{path.relative_to(ROOT)}:{node.lineno}", _literal(node))
        for path in product_files()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.Call) and _logs(node.func)
    )


def _family(failure: type[GatewayError]) -> Iterator[type[GatewayError]]:
    yield failure
    for child in failure.__subclasses__():
        if child.__module__.startswith("gateway."):
            yield from _family(child)


def _commands(parser: argparse.ArgumentParser, typed: str) -> Iterator[tuple[str, frozenset[str]]]:
    options: set[str] = set()
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                yield from _commands(command, f"{typed} {name}")
        elif not isinstance(action, argparse._HelpAction):
            options |= {option for option in action.option_strings if option.startswith("--")}
    yield typed, frozenset(options)


def _logs(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and function.attr in LEVELS
        and dotted(function.value).rpartition(".")[2] in LOGGERS
    )


def _literal(call: ast.Call) -> str | None:
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        return first.value
    return None
