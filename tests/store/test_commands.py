"""Accounts and tokens at the command line."""

from importlib.metadata import version

import pytest

from gateway.cli import build_parser, main
from gateway.config import Config, ConfigError
from gateway.loading import load
from gateway.plugin.errors import NotFound


async def typed(config: Config, line: str) -> int:
    """Runs one command as if it were typed."""
    options = build_parser().parse_args(line.split())
    code: int = await load(options.command)(options, config)
    return code


async def test_a_token_is_rotated_by_its_prefix(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    await typed(config, "users add Ann --time-zone Europe/Madrid")
    await typed(config, "tokens create --user 1 --name ci --scope tasks:read --days 9")
    old = capsys.readouterr().out.splitlines()[-1].split("_")[1]

    assert await typed(config, f"tokens rotate {old} --overlap-hours 1") == 0

    fresh = capsys.readouterr().out.strip().split("_")[1]
    await typed(config, "tokens list")
    first, second = (line.split("\t") for line in capsys.readouterr().out.splitlines())
    assert (first[0], second[0]) == (old, fresh)
    assert first[1:4] == second[1:4] == ["user 1", "ci", "tasks:read"]
    assert first[4] < second[4]
    await typed(config, f"tokens rotate {fresh} --overlap-hours 0")
    for gone in (fresh, "nothing"):
        with pytest.raises(NotFound, match="no live token"):
            await typed(config, f"tokens rotate {gone}")
    with pytest.raises(ConfigError, match="0 to 168"):
        await typed(config, f"tokens rotate {old} --overlap-hours 169")


async def test_making_an_admin_token_says_what_it_may(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    await typed(config, "users add Ann")
    await typed(config, "tokens create --user 1 --name boss --scope admin")

    assert "the whole gateway" in capsys.readouterr().err
    await typed(config, "tokens create --user 1 --name ci")
    assert capsys.readouterr().err == ""


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])

    assert end.value.code == 0
    assert capsys.readouterr().out == f"{version('integration-gateway')}\n"
