"""`gateway keys`: what the keys of the ring seal, a new key, and everything sealed anew with it."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil
from pathlib import Path
from typing import Final

from gateway import store
from gateway.channel_settings import reseal_settings
from gateway.config import KEYS_VARIABLE, Config, ConfigError, decode_keys
from gateway.store import Database, KeyHolder
from gateway.store.key_holders import BEAT_SECONDS
from gateway.up import attach, key_file, write_private
from gateway.vault import Vault, VaultError, new_key

BATCH: Final = 100
PASSES: Final = 3
"""A process that does not know the new key yet seals with the old one meanwhile."""
BAR_WIDTH: Final = 30
LOOK_AGAIN_SECONDS: Final = 0.5
DEAD_AFTER_SECONDS: Final = 3 * BEAT_SECONDS
"""Whoever has not beaten in this time is dead."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """How many webhooks were sealed anew, and what is wrong with those that could not be."""

    done: int
    problems: tuple[str, ...]


async def rotate(db: Database, vault: Vault, progress: Progress) -> Rotation:
    """Seals everything anew that another key than the ring's first one seals.

    What it has done stays done when it is interrupted, and any number of them may run at once,
    beside gateways that know both keys.
    """
    key = vault.sealing_id
    total = await store.count_sealed_otherwise(db, key=key)
    done = 0
    problems: dict[int, str] = {}
    for _ in range(PASSES):
        after_id = 0
        while rows := await store.sealed_otherwise(db, key=key, after_id=after_id, limit=BATCH):
            for row in rows:
                try:
                    await store.reseal_row(db, row, partial(reseal_settings, vault))
                    done += 1
                except VaultError as problem:
                    problems[row.id] = str(problem)
                progress(done, max(total, done))
            after_id = rows[-1].id
        if not await store.count_sealed_otherwise(db, key=key):
            break
    return Rotation(done=done, problems=tuple(problems.values()))


async def ignorant(
    db: Database, known_as: str, *, patience_seconds: float = DEAD_AFTER_SECONDS
) -> Sequence[str]:
    """The names of processes that do not know a key while one of them runs; else it may be used.

    A process that told of itself and falls silent is waited for until it counts as dead.
    """
    first = {holder.id: holder.beats for holder in await _lacking(db, known_as)}
    for _ in range(ceil(patience_seconds / LOOK_AGAIN_SECONDS) if first else 0):
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
        lacking = await _lacking(db, known_as)
        if not lacking or any(first.get(holder.id) != holder.beats for holder in lacking):
            return [holder.name for holder in lacking]
    return ()


async def _lacking(db: Database, known_as: str) -> Sequence[KeyHolder]:
    return [holder for holder in await store.key_holders(db) if known_as not in holder.keys]


async def keys_list(options: argparse.Namespace, config: Config) -> int:
    """The keys, the sealing one first; exit code 1 when something needs a key that is not there."""
    config = attach(config, options.data)
    ring = [identifier for identifier, _ in _ring(config)]
    counts = await _counts(config)
    for place, identifier in enumerate(ring):
        role = "encrypts" if place == 0 else "decrypts"
        print(f"{identifier}\t{role}\tseals {counts.get(identifier, 0)} values")
    missing = {key: count for key, count in counts.items() if key not in ring}
    for identifier, count in missing.items():
        print(f"{identifier}\tMISSING\tseals {count} values that nobody can open")
    return 1 if missing else 0


async def keys_add(options: argparse.Namespace, config: Config) -> int:
    """A new key, in front of the embedded gateway's key file, or printed with what to set."""
    path = key_file(config, options.data)
    ring = _ring(attach(config, options.data)) if path is not None else _ring(config)
    known = [identifier for identifier, _ in ring]
    identifier = options.id or _free_name(known)
    entry = new_key(identifier)
    decode_keys(entry)
    if identifier in known:
        raise ConfigError(f"a key {identifier!r} is in the ring already; choose another --id")
    if path is None:
        print(
            f"{entry}\n"
            "This key is stored nowhere. Next, for every process of the gateway:\n"
            f"1. append it to {KEYS_VARIABLE} after a comma, and restart;\n"
            "2. move it to the front of the list, and restart;\n"
            "3. gateway keys rotate"
        )
        return 0
    _write(path, f"{entry},{path.read_text().strip()}")
    print(
        f"added {identifier} to {path}; every process that reads this file takes it up by itself\n"
        "next: gateway keys rotate"
    )
    return 0


async def keys_rotate(options: argparse.Namespace, config: Config) -> int:
    """Everything sealed with the ring's first key; repeat it whenever you like.

    Exit code 1, and nothing is changed, while a running process does not know that key.
    """
    config = attach(config, options.data)
    vault = Vault(_ring(config))
    db = await store.open_database(config)
    try:
        behind = await ignorant(db, vault.fingerprints[0])
        if behind:
            print(
                f"nothing was changed: {', '.join(behind)} would not be able to read what "
                f"{vault.sealing_id!r} seals; give every process the key ring that has it, restart "
                "it, and run this again",
                file=sys.stderr,
            )
            return 1
        rotation = await rotate(db, vault, _show)
        left = await store.count_sealed_otherwise(db, key=vault.sealing_id)
    finally:
        await db.aclose()
    for problem in rotation.problems:
        print(f"problem: {problem}")
    print(f"re-encrypted {rotation.done} webhooks with {vault.sealing_id}; {left} left")
    if not left:
        print("older keys seal nothing any more: gateway keys list, then gateway keys remove")
    return 1 if left else 0


async def keys_remove(options: argparse.Namespace, config: Config) -> int:
    """A key less, once it seals nothing."""
    path = key_file(config, options.data)
    config = attach(config, options.data)
    ring = [identifier for identifier, _ in _ring(config)]
    if options.id not in ring:
        raise ConfigError(f"no key {options.id!r} in the ring; it has: {', '.join(ring)}")
    if options.id == ring[0]:
        raise ConfigError(f"{options.id!r} is the key that encrypts; put another one first")
    count = (await _counts(config)).get(options.id, 0)
    if count:
        raise ConfigError(
            f"{options.id!r} still seals {count} values; run: gateway keys rotate "
            "(answers that are kept for an Idempotency-Key go by themselves within a day)"
        )
    if path is None:
        print(f"{options.id} seals nothing: take it out of {KEYS_VARIABLE} and restart")
        return 0
    entries = path.read_text().strip().split(",")
    kept = [entry for entry in entries if entry.strip().partition(":")[0] != options.id]
    _write(path, ",".join(kept))
    print(f"removed {options.id} from {path}")
    return 0


def bar(done: int, total: int) -> str:
    """A progress bar."""
    filled = BAR_WIDTH * done // total if total else BAR_WIDTH
    return f"[{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {done}/{total}"


def _show(done: int, total: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\r{bar(done, total)}", end=end, file=sys.stderr, flush=True)


async def _counts(config: Config) -> dict[str, int]:
    db = await store.open_database(config)
    try:
        return dict(await store.count_sealed(db))
    finally:
        await db.aclose()


def _ring(config: Config) -> list[tuple[str, bytes]]:
    return decode_keys(config.encryption_keys.get_secret_value())


def _write(path: Path, text: str) -> None:
    try:
        write_private(path, text)
    except OSError as problem:
        raise ConfigError(f"{path} cannot be written: {problem}; nothing was changed") from None


def _free_name(known: list[str]) -> str:
    number = len(known) + 1
    while f"k{number}" in known:
        number += 1
    return f"k{number}"
