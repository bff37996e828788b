"""The image installs as `make up` does and runs without rights that it does not need."""

import json
import re
from typing import Final

from tests.house.tree import ROOT

INSTRUCTION: Final = re.compile(r"^([A-Z]+) (.*)$")


def test_the_image_is_built_in_stages_and_keeps_no_build_tools() -> None:
    stages = [arguments for name, arguments in _instructions() if name == "FROM"]

    assert len(stages) > 1
    assert stages[0].endswith(" AS build")
    assert " AS " not in stages[-1]
    assert not any("pip" in arguments for name, arguments in _last_stage() if name == "RUN")


def test_the_image_installs_what_constraints_say() -> None:
    commands = [
        command
        for name, arguments in _instructions()
        if name == "RUN"
        for command in arguments.split("&&")
        if re.search(r"pip (install|wheel)", command)
    ]

    assert commands
    assert [command for command in commands if "--constraint constraints.txt" not in command] == []
    assert any("plugins/*/pyproject.toml" in command for command in commands)


def test_the_image_runs_as_a_user_with_a_fixed_id() -> None:
    users = [arguments for name, arguments in _last_stage() if name == "USER"]

    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1])


def test_the_image_tells_when_it_is_not_alive() -> None:
    checks = dict(_last_stage())

    assert "urllib" in checks["HEALTHCHECK"]
    assert "/livez" in checks["HEALTHCHECK"]


def test_the_image_serves_on_every_address_and_keeps_its_data_in_a_volume() -> None:
    last = dict(_last_stage())
    command = json.loads(last["CMD"])

    assert command[:4] == ["gateway", "up", "--host", "0.0.0.0"]  # noqa: S104 (the container's own)
    assert command[command.index("--data") + 1] == last["VOLUME"]
    assert last["EXPOSE"] == "8080"


def _instructions() -> list[tuple[str, str]]:
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    joined = re.sub(r"\\\n\s*", "", text)
    found = [INSTRUCTION.match(line) for line in joined.splitlines()]
    return [(match[1], match[2]) for match in found if match]


def _last_stage() -> list[tuple[str, str]]:
    everything = _instructions()
    start = max(place for place, (name, _) in enumerate(everything) if name == "FROM")
    return everything[start:]
