"""`python -m bench`: every figure that the gateway is held to, measured on this machine."""

import argparse
import asyncio
import resource
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import uvloop

from bench.analytics import analytics
from bench.assistant import assistant
from bench.deliveries import deliveries, flaky, hanging
from bench.endtoend import reply, sustained
from bench.extremes import backlog, connections, startup
from bench.figures import Figure, Measured, machine_facts, table, write_results
from bench.ingest import ack, ingest
from bench.lab import BenchError, Lab, open_servers
from gateway.log import configure_logging
from gateway.processes import CannotStart
from gateway.sections import Log

SCENARIOS: Final[Mapping[str, Callable[[Lab], Awaitable[Measured]]]] = {
    "ingest": ingest,
    "ack": ack,
    "reply": reply,
    "sustained": sustained,
    "backlog": backlog,
    "deliveries": deliveries,
    "hanging": hanging,
    "flaky": flaky,
    "connections": connections,
    "startup": startup,
    "analytics": analytics,
    "assistant": assistant,
}
OPEN_FILES: Final = 8192
LONGEST_SECONDS: Final = 600.0
"""For one scenario; then it hangs."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the scenarios and prints the table; 0 when all of them ran, whatever the figures are."""
    options = _parser().parse_args(arguments)
    configure_logging(Log(level="warning"))
    _allow_many_files()
    names = options.only or list(SCENARIOS)
    try:
        with tempfile.TemporaryDirectory(prefix="gateway-bench-", dir=options.data) as folder:
            # The account that the servers run under has to pass through.
            Path(folder).chmod(0o711)
            figures = uvloop.run(_run(names, Path(folder), options))
    except (BenchError, CannotStart) as problem:
        print(f"bench: {problem}", file=sys.stderr)
        return 1
    print(f"\n{table(figures)}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="measure a third of the time")
    parser.add_argument(
        "--only",
        action="append",
        choices=list(SCENARIOS),
        help="only this scenario; may be given several times",
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(__file__).parent / "results",
        help="folder for the raw figures (default: bench/results)",
    )
    parser.add_argument(
        "--data", type=Path, help="folder on the disk to measure (default: that of temporary files)"
    )
    parser.add_argument(
        "--log-level",
        choices=("debug", "info", "warning", "error"),
        default="warning",
        help="what the gateway logs meanwhile (default: warning)",
    )
    return parser


async def _run(names: Sequence[str], folder: Path, options: argparse.Namespace) -> Sequence[Figure]:
    machine = machine_facts(folder)
    figures: list[Figure] = []
    async with open_servers(folder) as servers:
        for name in names:
            print(f"{name}: {(SCENARIOS[name].__doc__ or '').strip()}", flush=True)
            async with servers.lab(
                name, is_quick=options.quick, log_level=options.log_level
            ) as lab:
                measured = await _bounded(name, SCENARIOS[name](lab))
            figures += measured.figures
            facts = {**machine, "quick": options.quick, "logLevel": options.log_level}
            write_results(options.out, name, measured, machine=facts, now=datetime.now(UTC))
            print(table(measured.figures), end="\n\n", flush=True)
    return figures


async def _bounded(name: str, scenario: Awaitable[Measured]) -> Measured:
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            return await scenario
    except TimeoutError:
        raise BenchError(f"{name}: not done within {LONGEST_SECONDS:g} s") from None


def _allow_many_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if most == resource.RLIM_INFINITY else min(OPEN_FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


if __name__ == "__main__":
    sys.exit(main())
