"""What `gateway up` does, with programs that only wait in the place of web and worker."""

import asyncio
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import uvloop

from gateway.datadir import claim_data_dir
from gateway.embedded import postgres, valkey
from gateway.log import configure_logging
from gateway.processes import CannotStart, Program
from gateway.sections import Log
from gateway.supervisor import supervise


def main(words: Sequence[str]) -> int:
    """Runs in the folder that the only word names; returns the exit code."""
    configure_logging(Log())
    try:
        return uvloop.run(_run(Path(words[0])))
    except CannotStart as problem:
        sys.stderr.write(f"{problem}\n")
        return 1


async def _run(data_dir: Path) -> int:
    """Runs until a signal; a line on standard output tells when all is up."""
    stop, up = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with claim_data_dir(data_dir) as data:
        groups = [[valkey(data), postgres(data)], [waiting("web", data_dir)]]
        async with asyncio.TaskGroup() as tasks:
            telling = tasks.create_task(tell(up))
            code = await supervise(groups, stop=stop, up=up)
            telling.cancel()
    return code


async def tell(up: asyncio.Event) -> None:
    await up.wait()
    sys.stdout.write("up\n")
    sys.stdout.flush()


def waiting(name: str, data_dir: Path) -> Program:
    script = "import signal; signal.pause()"
    return Program(name=name, argv=(sys.executable, "-c", script, name, str(data_dir)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
