"""Plugins as they are installed: real distributions on the path, good ones and bad ones."""

import sys
from collections.abc import Callable, Iterator
from importlib import invalidate_caches
from pathlib import Path

import pytest

from gateway.registry import PluginInfo, Registry, load_plugins

GOOD = """
from pydantic import Field, SecretStr
from gateway.plugin import Answer, PartSettings, Responder, hookimpl

class Settings(PartSettings):
    api_key: SecretStr = Field(title="Key", description="From the console.")

class {cls}(Responder[Settings]):
    name = "{part}"
    title = "A responder"
    Settings = Settings
    async def respond(self, conversation):
        return Answer(reply="hello")

@hookimpl
def register_responders():
    return [{cls}]
"""
PART = """
from gateway.plugin import *
from pydantic import Field
class Quiet(Responder[PartSettings]):
    name, title = "quiet", "Quiet"
    async def respond(self, conversation):
        return Answer(reply="")
"""
REGISTER = "@hookimpl\ndef register_responders():\n    return "

Install = Callable[..., str]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs a distribution with one module and one entry point, and gives the plugin's name."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)

    def installed(name: str, code: str, *, version: str = "1.0", module: str = "") -> str:
        module = module or f"plugin_under_test_{name}"
        (tmp_path / f"{module}.py").write_text(code, encoding="utf-8")
        info = tmp_path / f"gateway_{name}-{version}.dist-info"
        info.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: gateway-{name}\nVersion: {version}\n"
        (info / "METADATA").write_text(metadata)
        (info / "entry_points.txt").write_text(f"[gateway.v1]\n{name} = {module}\n")
        invalidate_caches()
        return name

    yield installed
    for module in set(sys.modules) - before:
        if module.startswith("plugin_under_test_"):
            del sys.modules[module]


def good(part: str = "good", cls: str = "Good") -> str:
    return GOOD.format(part=part, cls=cls)


def refusal(registry: Registry, name: str) -> str:
    [refused] = [plugin for plugin in registry.refused if plugin.name == name]
    assert refused.problem is not None
    return refused.problem


def test_a_good_plugin_is_loaded_with_its_parts(install: Install) -> None:
    registry = load_plugins([install("good", good(), version="2.1")])

    assert registry.plugins == (
        PluginInfo(
            name="good", distribution="gateway-good", version="2.1", parts=("responders: good",)
        ),
    )
    found = registry.find("responders", "good")
    assert found is not None
    assert found.title == "A responder"
    assert registry.find("parsers", "good") is None
    assert registry.refused == ()


def test_the_built_in_responder_needs_no_plugin() -> None:
    registry = load_plugins([])

    assert registry.find("responders", "builtin") is not None
    assert registry.plugins == ()


BAD = {
    "missing import": ("import no_such_module_of_anybody", "No module named 'no_such_module"),
    "broken syntax": ("def broken(:", "SyntaxError"),
    "an error": ("raise RuntimeError('no licence')", "RuntimeError: no licence"),
    "an exit": ("raise SystemExit(3)", "SystemExit: 3"),
    "no hook": (PART, "registers no part: none of its functions is marked"),
    "unknown hook": (
        PART + "@hookimpl\ndef register_responder():\n    return [Quiet]",
        "; the hooks are register_parsers, ",
    ),
    "wrong argument": (
        PART + "@hookimpl\ndef register_responders(gateway):\n    return [Quiet]",
        "gateway",
    ),
    "a hook that raises": (PART + REGISTER + "1 / 0", "ZeroDivisionError"),
    "a hook that exits": (PART + REGISTER + "exit()", "SystemExit"),
    "no list": (PART + REGISTER + "Quiet", "register_responders returned <class"),
    "an empty list": (PART + REGISTER + "[]", "registers no part"),
    "an instance": (PART + REGISTER + "['quiet']", "returned 'quiet', not a Responder"),
    "another class": (PART + REGISTER + "[dict]", "not a Responder"),
    "another role": (
        PART + "@hookimpl\ndef register_parsers():\n    return [Quiet]",
        "not a Parser",
    ),
    "an abstract part": (
        PART + "class Half(Responder[PartSettings]):\n    name = title = 'half'\n"
        + REGISTER + "[Half]",
        "Half does not implement respond",
    ),
    "no name": (
        PART.replace("name, title = ", "nothing, title = ") + REGISTER + "[Quiet]",
        "Quiet has no class attribute 'name'",
    ),
    "a bad name": (
        PART.replace('"quiet"', '"Quiet Part"') + REGISTER + "[Quiet]",
        "name 'Quiet Part' must match",
    ),
    "a name with a line end": (
        PART.replace('"quiet"', '"quiet\\n"') + REGISTER + "[Quiet]",
        "must match",
    ),
    "no title of a setting": (
        PART + "class S(PartSettings):\n    x: int = Field(1, description='d')\n"
        "Quiet.Settings = S\nS.model_json_schema = classmethod(lambda cls: "
        "{'properties': {'x': {'description': 'd'}}})\n" + REGISTER + "[Quiet]",
        "setting 'x' needs a title and a description",
    ),
    "no description of a setting": (
        PART + "class S(PartSettings):\n    x: int = Field(1, title='X')\nQuiet.Settings = S\n"
        + REGISTER + "[Quiet]",
        "setting 'x' needs a title and a description",
    ),
    "settings without a schema": (
        PART + "import collections.abc\nclass S(PartSettings):\n"
        "    x: collections.abc.Callable = Field(title='X', description='d')\n"
        "Quiet.Settings = S\n" + REGISTER + "[Quiet]",
        "settings have no JSON schema",
    ),
    "settings of no kind": (
        PART + "Quiet.Settings = dict\n" + REGISTER + "[Quiet]",
        "Quiet: Settings is no subclass of gateway.plugin.PartSettings",
    ),
    "an async parse": (
        PART + "class P(Parser[PartSettings]):\n    name = title = channel_type = 'p'\n"
        "    async def parse(self, request): ...\n"
        "@hookimpl\ndef register_parsers():\n    return [P]",
        "P.parse is `async def`; it must be a plain `def`",
    ),
    "an argument too many": (
        PART.replace("self, conversation", "self, conversation, history") + REGISTER + "[Quiet]",
        "Quiet.respond takes other arguments than respond(self, conversation",
    ),
    "the same part twice": (
        PART + REGISTER + "[Quiet, Quiet]",
        "responder 'quiet' exists already",
    ),
    "a part that exists": (
        PART.replace('"quiet"', '"builtin"') + REGISTER + "[Quiet]",
        "responder 'builtin' exists already, from gateway.builtin",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BAD)
def test_a_bad_plugin_is_refused_with_a_sentence_and_the_others_work(
    install: Install, what: str
) -> None:
    code, said = BAD[what]
    install("before", good("before"))
    install("bad", code)
    install("after", good("after"))

    registry = load_plugins(["before", "bad", "after"])

    assert [plugin.name for plugin in registry.refused] == ["bad"]
    assert said in refusal(registry, "bad")
    assert "plugin 'bad'" in refusal(registry, "bad") or "exists already" in said
    assert set(registry.parts["responders"]) == {"builtin", "before", "after"}
    assert registry.parts["parsers"] == {}


def test_a_plugin_that_is_half_bad_leaves_nothing_behind(install: Install) -> None:
    half = good("fine") + "\n@hookimpl\ndef register_parsers():\n    return ['no parser']\n"

    registry = load_plugins([install("half", half)])

    assert registry.find("responders", "fine") is None
    assert registry.plugins[0].parts == ()


def test_two_plugins_with_the_same_part_are_told_to_choose(install: Install) -> None:
    names = [install("one", good("same")), install("two", good("same"))]

    registry = load_plugins(names)

    found = registry.find("responders", "same")
    assert found is not None
    assert found.__module__ == "plugin_under_test_one"
    said = refusal(registry, "two")
    assert "responder 'same' exists already, from plugin_under_test_one" in said
    assert "enable only one of the two plugins" in said


def test_a_plugin_that_is_not_installed_names_what_to_install() -> None:
    registry = load_plugins(["sms_unheard_of"])

    said = refusal(registry, "sms_unheard_of")

    assert said.startswith("plugin 'sms_unheard_of' is not installed")
    assert "pip install gateway-sms-unheard-of" in said
    assert "did you mean" not in said


def test_a_misspelt_plugin_is_told_the_name_that_was_meant() -> None:
    said = refusal(load_plugins(["custom_htp"]), "custom_htp")

    assert "did you mean 'custom_http'?" in said


def test_an_installed_plugin_that_is_not_enabled_is_never_imported(install: Install) -> None:
    install("sleeping", "raise SystemExit('imported')")
    install("awake", good())

    registry = load_plugins(["awake"])

    assert [plugin.name for plugin in registry.plugins] == ["awake"]
    assert "plugin_under_test_sleeping" not in sys.modules


def test_a_plugin_that_is_enabled_twice_is_loaded_once(install: Install) -> None:
    name = install("good", good())

    assert len(load_plugins([name, name]).plugins) == 1


@pytest.mark.parametrize(
    ("rule", "is_blocked"),
    [
        ("bad", True),
        ("bad<1.4.1", True),
        ("bad<2", True),
        ("bad<1.4", False),
        ("bad<1.3.9", False),
        ("bad<1.10", True),
        ("worse", False),
        ("ba", False),
        ("bad<nonsense", True),
        ("bad < 2", True),
        (" bad", True),
    ],
)
def test_a_blocked_version_is_never_imported(
    install: Install, rule: str, *, is_blocked: bool
) -> None:
    install("bad", good(), version="1.4")

    registry = load_plugins(["bad"], blocked=[rule])

    assert bool(registry.refused) == is_blocked
    assert ("plugin_under_test_bad" in sys.modules) != is_blocked


def test_a_blocked_plugin_says_how_to_get_out_of_it(install: Install) -> None:
    install("bad", good(), version="1.4")

    below = refusal(load_plugins(["bad"], blocked=["bad<1.5"]), "bad")
    always = refusal(load_plugins(["bad"], blocked=["bad"]), "bad")

    assert "plugin 'bad' 1.4 is blocked" in below
    assert "install 1.5 or newer" in below
    assert "remove the rule" in always


def test_a_version_that_is_no_version_is_blocked_rather_than_let_in(install: Install) -> None:
    install("bad", good(), version="unknown")

    assert load_plugins(["bad"], blocked=["bad<1.0"]).refused


def test_a_stranger_with_broken_metadata_stops_nobody(install: Install, tmp_path: Path) -> None:
    install("good", good())
    for number, text in enumerate(["[gateway.v1]\nbroken\n", "no section", "[gateway.v1]\nx =\n"]):
        info = tmp_path / f"stranger{number}-1.dist-info"
        info.mkdir()
        (info / "entry_points.txt").write_text(text)
    invalidate_caches()

    registry = load_plugins(["good", "x"])

    assert registry.find("responders", "good") is not None
    assert [plugin.name for plugin in registry.refused] == ["x"]


def test_an_interrupt_during_an_import_is_an_interrupt(install: Install) -> None:
    with pytest.raises(KeyboardInterrupt):
        load_plugins([install("slow", "raise KeyboardInterrupt")])


def test_what_cannot_be_imported_is_told_with_file_and_line(install: Install) -> None:
    registry = load_plugins([install("lost", "import json\n\nimport no_such_module\n")])

    assert refusal(registry, "lost").endswith("plugin_under_test_lost.py, line 3)")
