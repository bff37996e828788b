"""Writes what the code can tell of its own reference: `python docs/build.py [--check]`.

A table stands in its page between `<!-- generated: name -->` and `<!-- /generated -->`;
`gateway.toml` is written as a whole.
"""

import argparse
import ast
import inspect
import json
import re
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final

from prometheus_client.metrics import MetricWrapperBase
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from gateway.cli import build_parser
from gateway.config import PREFIX, Config
from gateway.metrics import Metrics
from gateway.plugin import GatewayError, hookspecs
from gateway.plugin.assistant import responder
from gateway.plugin.sms import texts
from gateway.web.api import PROCEDURES
from gateway.web.api.openapi import examples, input_fields
from gateway.web.api.procedures import ALWAYS, WITH_BODY, WITH_KEY, Procedure

ROOT: Final = Path(__file__).resolve().parents[1]
REFERENCE: Final = ROOT / "docs" / "reference"
SETTINGS_FILE: Final = ROOT / "gateway.toml"
SETTINGS_HEAD: Final = """\
# Every setting with its default: a line that is left out means the same.
# The environment wins over this file: GATEWAY_SERVER__PORT=9000 sets [server] port, lists are JSON.
# A secret is better kept out of it: url = { env = "DATABASE_URL" } reads a variable.
# Encryption keys stand in GATEWAY_ENCRYPTION_KEYS or the file of [keys] file. See
# docs/reference/configuration.md.
"""
MARKED: Final = re.compile(
    r"^(<!-- generated: ([a-z]+) -->\n).*?^(<!-- /generated -->)$", re.MULTILINE | re.DOTALL
)
LONGEST_CONSTANT_LINES: Final = 3
OUTLINED: Final = ("doors", "media", "messages", "parts", "setup", "testing", "wire")
"""Modules of the contract that have a place of their own on the pages."""

Rows = Sequence[Sequence[str]]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def main(arguments: Sequence[str] | None = None) -> int:
    """Brings the pages up to date; with `--check` only says which are not, and returns 1 then."""
    parser = argparse.ArgumentParser(description="The generated tables of docs/reference.")
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    stale = [path for path, text in pages().items() if _current(path) != text]
    for path in stale:
        if options.check:
            sys.stderr.write(f"{path.name}: out of date; run: python docs/build.py\n")
        else:
            path.write_text(pages()[path], encoding="utf-8")
            sys.stdout.write(f"{path.name}: written\n")
    return 1 if options.check and stale else 0


def pages() -> Mapping[Path, str]:
    """Each file that is generated, in parts or as a whole, with the text that it should have."""
    found = {SETTINGS_FILE: settings_file()}
    for path in sorted(REFERENCE.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        if MARKED.search(text):
            found[path] = MARKED.sub(_filled, text)
    return found


def _current(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _filled(place: re.Match[str]) -> str:
    return f"{place[1]}\n{TABLES[place[2]]().strip()}\n\n{place[3]}"


def settings() -> str:
    """Every section of gateway.toml with its keys."""
    return "\n\n".join(
        f"### `[{name}]`\n\n{inspect.getdoc(section)}\n\n"
        + _table(
            ("setting", "environment", "default", "values", "what it is"),
            [
                (
                    f"`{name}.{key}`",
                    f"`{PREFIX}{name.upper()}__{key.upper()}`",
                    f"`{_default(setting)}`",
                    _values(section, key),
                    setting.description or "",
                )
                for key, setting in section.model_fields.items()
            ],
        )
        for name, section in _sections()
    )


def settings_file() -> str:
    """`gateway.toml` with every setting at its default."""
    blocks = [SETTINGS_HEAD]
    for name, section in _sections():
        lines = [f"[{name}]", *_comment(inspect.getdoc(section) or "")]
        for key, setting in section.model_fields.items():
            lines += ["", *_comment(setting.description or ""), f"{key} = {_default(setting)}"]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def _sections() -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in Config.model_fields.items():
        if inspect.isclass(field.annotation) and issubclass(field.annotation, BaseModel):
            yield name, field.annotation


def _default(setting: FieldInfo) -> str:
    value: object = setting.get_default(call_default_factory=True)
    reveal = getattr(value, "get_secret_value", None)
    return _toml(reveal() if reveal else value)


def _toml(value: object) -> str:
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value).lower()


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, width=98, initial_indent="# ", subsequent_indent="# ")


def errors() -> str:
    """Every failure of the tree below `GatewayError`."""
    rows = [
        (f"`{failure.code}`", str(failure.status), f"`{failure.__name__}`", _sentence(failure))
        for failure in _family(GatewayError)
    ]
    return _table(("code", "status", "class", "when"), rows)


def commands() -> str:
    """Every command with its arguments."""
    return "\n\n".join(_command(typed, parser) for typed, parser in _parsers("gateway"))


def metrics() -> str:
    """Every metric by the name that a scrape shows."""
    rows = []
    for metric in vars(Metrics()).values():
        if isinstance(metric, MetricWrapperBase):
            [family] = metric.describe()
            suffix = "_total" if family.type == "counter" else ""
            labels = metric._labelnames  # noqa: SLF001 (the library shows them nowhere else)
            shown = ", ".join(f"`{label}`" for label in labels)
            rows.append((f"`{family.name}{suffix}`", family.type, shown, family.documentation))
    return _table(("metric", "type", "labels", "what it counts"), rows)


def procedures() -> str:
    """Every call of the management API."""
    found = []
    resource = ""
    for procedure in PROCEDURES:
        if procedure.resource != resource:
            resource = procedure.resource
            found.append(f"## {resource.capitalize()}")
        found.append(_procedure(procedure))
    return "\n\n".join(found)


def _procedure(procedure: Procedure) -> str:
    """One call: what it does, what it is told, an example, how it can fail."""
    example = examples()[procedure.name]
    asked, answer = example["asked"], example["answer"]
    assert isinstance(asked, dict)
    parts = [
        f"### `{procedure.method} /api/v1{procedure.path}`",
        f"{procedure.description}\n\ntRPC: `{procedure.name}`. Scope: `{procedure.scope}`.",
    ]
    rows = [
        (
            f"`{field.name}`",
            field.place,
            "required" if field.is_required else f"`{field.default}`" if field.default else "",
            field.description,
        )
        for field in input_fields(procedure)
    ]
    if rows:
        parts.append(_table(("field", "in", "default", "what it is"), rows))
    body = {n: v for n, v in asked.items() if n not in procedure.path_fields}
    if procedure.has_body and body:
        parts.append(_json(body))
    parts.append(f"{procedure.status}:\n\n{_json(answer)}")
    own = [
        failure for failure in procedure.failures if failure not in (*ALWAYS, *WITH_BODY, *WITH_KEY)
    ]
    codes = dict.fromkeys(f"{failure.status} `{failure.code}`" for failure in own)
    if codes:
        parts.append(f"May also fail with {', '.join(codes)}.")
    return "\n\n".join(parts)


def _json(value: object) -> str:
    return f"```json\n{json.dumps(value, indent=2, ensure_ascii=False)}\n```"


def hooks() -> str:
    """The hooks, as a plugin implements them."""
    return "\n\n".join(
        _code(_outline(statement, _lines(hookspecs), is_method=False))
        for statement in _statements(hookspecs)
        if isinstance(statement, ast.FunctionDef)
    )


def _outlines(module: ModuleType) -> Callable[[], str]:
    """What a module of the contract offers: signatures and docstrings, in the order of the file."""

    def outlines() -> str:
        lines = _lines(module)
        found = []
        for name, statement, last in _public(module):
            if isinstance(statement, ast.Assign | ast.AnnAssign):
                shown = lines[statement.lineno - 1 : last]
            else:
                shown = _outline(statement, lines, is_method=False)
            found.append(f"### {name}\n\n{_code(shown)}")
        return "\n\n".join(found)

    return outlines


def _public(module: ModuleType) -> Iterator[tuple[str, ast.stmt, int]]:
    statements = _statements(module)
    for statement, after in zip(statements, [*statements[1:], None], strict=True):
        name, last = getattr(statement, "name", ""), statement.end_lineno or 0
        if isinstance(statement, ast.Assign | ast.AnnAssign):
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            name = target.id if isinstance(target, ast.Name) else ""
            # A TypeVar has a single letter; a long constant is read in the source.
            if len(name) == 1 or last - statement.lineno >= LONGEST_CONSTANT_LINES:
                continue
            if _is_text(after):
                last = (after and after.end_lineno) or last
        if name and not name.startswith("_"):
            yield name, statement, last


def _outline(statement: ast.stmt, lines: Sequence[str], *, is_method: bool) -> list[str]:
    """The lines of a class or function without what its functions do."""
    if isinstance(statement, ast.ClassDef):
        first, last = _first_line(statement), statement.end_lineno or 0
        shown: list[str] = []
        for inner in statement.body:
            shown += lines[first - 1 : _first_line(inner) - 1]
            shown += _outline(inner, lines, is_method=True)
            first = (inner.end_lineno or 0) + 1
        return _without_gaps([*shown, *lines[first - 1 : last]])
    if not isinstance(statement, Function):
        return list(lines[statement.lineno - 1 : statement.end_lineno])
    if is_method and statement.name.startswith("_") and statement.name != "__init__":
        return []
    first = statement.lineno if not is_method else _first_line(statement)
    body = statement.body[0]
    if _is_text(body) or ast.unparse(body) == "...":
        return list(lines[first - 1 : body.end_lineno])
    *signature, end = lines[first - 1 : body.lineno - 1]
    return [*signature, f"{end} ..."]


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _is_text(statement: ast.stmt | None) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def _without_gaps(lines: Sequence[str]) -> list[str]:
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines))
    return text.strip("\n").split("\n")


def _statements(module: ModuleType) -> list[ast.stmt]:
    return ast.parse(inspect.getsource(module)).body


def _lines(module: ModuleType) -> list[str]:
    return inspect.getsource(module).splitlines()


def _code(lines: Sequence[str]) -> str:
    return "```python\n" + "\n".join(lines) + "\n```"


def _family(failure: type[GatewayError]) -> Iterator[type[GatewayError]]:
    yield failure
    # Whatever order the modules were imported in; within one, the order of the file.
    for child in sorted(failure.__subclasses__(), key=lambda child: child.__module__):
        if child.__module__.startswith("gateway."):
            yield from _family(child)


def _sentence(documented: type) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((inspect.getdoc(documented) or "").partition("\n\n")[0].split())


def _parsers(
    typed: str, parser: argparse.ArgumentParser | None = None
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    parser = parser or build_parser()
    yield typed, parser
    for action in parser._actions:  # noqa: SLF001 (argparse shows them nowhere else)
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for name, command in action.choices.items():
                yield from _parsers(f"{typed} {name}", command)


def _command(typed: str, parser: argparse.ArgumentParser) -> str:
    rows = []
    says = {}
    for action in parser._actions:  # noqa: SLF001
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            says = {choice.dest: choice.help or "" for choice in action._choices_actions}  # noqa: SLF001
        elif not isinstance(action, argparse._HelpAction):  # noqa: SLF001
            name = ", ".join(action.option_strings) or action.dest
            choices = f" One of {', '.join(map(str, action.choices))}." if action.choices else ""
            needed = "required" if action.required else ""
            rows.append((f"`{name}`", needed, f"{action.help or ''}.{choices}"))
    listed = _table(("command", "what it does"), [(f"`{typed} {n}`", t) for n, t in says.items()])
    own = _table(("argument", "", "what it is"), rows)
    return "\n\n".join([f"### `{typed}`", *([own] if rows else []), *([listed] if says else [])])


def _values(section: type[BaseModel], key: str) -> str:
    """What a setting may be, from the schema that checks it."""
    schema = section.model_json_schema()["properties"][key]
    if "enum" in schema:
        return "one of " + ", ".join(f"`{choice}`" for choice in schema["enum"])
    if schema["type"] == "array":
        plural = {"number": "numbers"}
        kind = _kind(schema["items"])
        return f"list of {plural.get(kind, kind)}"
    low, high = schema.get("minimum"), schema.get("maximum")
    above = schema.get("exclusiveMinimum")
    bounds = [
        f"more than {above}" if above is not None else "",
        f"{low} to {high}" if high is not None else f"at least {low}" if low is not None else "",
    ]
    return ", ".join(filter(None, [_kind(schema), *bounds]))


def _kind(schema: Mapping[str, object]) -> str:
    if "network" in str(schema.get("format")):
        return "address ranges"
    kind = str(schema["type"])
    named = {"integer": "whole number", "string": "text", "boolean": "`true` or `false`"}
    return named.get(kind, kind)


def _table(head: Sequence[str], rows: Rows) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )


TABLES: Final[Mapping[str, Callable[[], str]]] = {
    "settings": settings,
    "errors": errors,
    "commands": commands,
    "metrics": metrics,
    "procedures": procedures,
    "hooks": hooks,
    **{name: _outlines(import_module(f"gateway.plugin.{name}")) for name in OUTLINED},
    "assistant": _outlines(responder),
    "sms": _outlines(texts),
}


if __name__ == "__main__":
    sys.exit(main())
