"""The plugin tutorial: the plugin that it builds is installed, checked, enabled and talked to."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from gateway.config import Config
from gateway.registry import load_plugins
from gateway.runtime import open_gateway
from tests.house.tree import DOCS
from tests.stories.house import House
from tests.stories.typed import blocks

TUTORIAL: Final = DOCS / "tutorials" / "write-a-plugin.md"
PLUGIN_LINES: Final = 170
POST: Final = {
    "token": "t0ken",
    "post_id": "p1",
    "user_id": "u1",
    "user_name": "ann",
    "text": "Please send the Acme logo to Dana by Friday",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What somebody has who did all that the tutorial says, up to `pip install`, and that."""
    for name, text in files().items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    _install(tmp_path)
    return tmp_path


def test_the_plugin_of_the_tutorial_is_short() -> None:
    plugin = [text for name, text in files().items() if name.startswith("gateway_mattermost/")]

    assert len(plugin) == 2
    assert sum(text.count("\n") for text in plugin) <= PLUGIN_LINES


def test_the_tests_of_the_tutorial_pass(folder: Path) -> None:
    tests = _python(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests")

    assert tests.returncode == 0, tests.stdout
    assert " passed" in tests.stdout


def test_the_command_line_lists_the_plugin_as_the_tutorial_says(folder: Path) -> None:
    [shown] = [block.text for block in blocks(TUTORIAL) if block.language == "text"]

    listed = _python(folder, "-m", "gateway", "plugins")

    assert shown.strip() in listed.stdout.splitlines()
    assert listed.returncode == 0


def test_a_plugin_with_a_bad_name_is_refused_and_the_others_work(folder: Path) -> None:
    module = folder / "gateway_mattermost" / "mattermost.py"
    module.write_text(module.read_text().replace('"mattermost"', '"Matter Most"'))

    listed = _python(folder, "-m", "gateway", "plugins")

    assert listed.returncode == 1
    assert "custom_http 0.1.0: parsers: custom_http" in listed.stdout
    assert "Mattermost: name 'Matter Most' must match" in listed.stdout


async def test_somebody_in_the_room_is_answered(
    folder: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(folder))
    registry = load_plugins(tomllib.loads(files()["gateway.toml"])["plugins"]["enabled"])
    assert registry.refused == ()
    async with open_gateway(config, registry=registry) as gw, House.open(gw) as house:
        wanted = json.loads(files()["channel.json"])
        wanted["providerConfig"]["incomingUrl"] = house.listener.url
        channel = await house.api("POST", "/webhooks", wanted, status=201)
        assert channel["providerConfig"]["secretsSet"] == ["outgoingToken"]
        assert "t0ken" not in json.dumps(channel)
        path = channel["webhookUrl"].removeprefix(gw.config.public_url)

        for token, status in (("t0ken", 200), ("t0ken", 200), ("wrong", 401)):
            response = await house.client.post(path, json={**POST, "token": token})
            assert response.status_code == status
        await house.drain()

        [body] = house.listener.bodies
        assert json.loads(body)["text"]
        [task] = (await house.api("GET", "/tasks"))["items"]
        assert task["sourceWebhookId"] == channel["id"]


def files() -> Mapping[str, str]:
    """Each file that the tutorial has its reader write; blocks of one file follow each other."""
    found: dict[str, list[str]] = {}
    for block in blocks(TUTORIAL):
        if block.title:
            found.setdefault(block.title, []).append(block.text)
    return {name: "\n\n".join(texts) for name, texts in found.items()}


def _install(folder: Path) -> None:
    """What an editable installation leaves beside the code: the metadata with its entry points."""
    project = tomllib.loads(files()["pyproject.toml"])["project"]
    [(group, entries)] = project["entry-points"].items()
    place = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    place.mkdir()
    head = f"Metadata-Version: 2.4\nName: {project['name']}\nVersion: {project['version']}\n"
    (place / "METADATA").write_text(head)
    lines = [f"{name} = {target}" for name, target in entries.items()]
    (place / "entry_points.txt").write_text("\n".join([f"[{group}]", *lines, ""]))


def _python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        check=False,
        capture_output=True,
        text=True,
    )
