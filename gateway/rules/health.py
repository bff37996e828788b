"""An endpoint's health: when it is paused, probed, drained and switched off, and who is told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from gateway.rules.failures import Signal
from gateway.rules.loops import LOOP

State = Literal["healthy", "failing", "paused", "draining", "disabled"]
Notice = Literal["endpoint.warning", "endpoint.paused", "endpoint.disabled", "endpoint.recovered"]
NOTICES: Final[tuple[Notice, ...]] = (
    "endpoint.warning",
    "endpoint.paused",
    "endpoint.disabled",
    "endpoint.recovered",
)

PAUSE_AFTER_FAILURES: Final = 10
FIRST_PAUSE_SECONDS: Final = 60.0
LONGEST_PAUSE_SECONDS: Final = 3600.0
WARN_AT_PERCENT: Final = (50, 70, 90)
"""Of the time after which an endpoint that only fails is switched off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What is known of one endpoint; all of it at rest for one that is well."""

    failures: int = 0
    failing_since: datetime | None = None
    pauses: int = 0
    paused_until: datetime | None = None
    disabled_at: datetime | None = None
    draining_from: datetime | None = None
    warned_percent: int = 0
    reason: str | None = None

    @property
    def state(self) -> State:
        """The word for it."""
        if self.disabled_at is not None:
            return "disabled"
        if self.paused_until is not None:
            return "paused"
        if self.draining_from is not None:
            return "draining"
        return "failing" if self.failures else "healthy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How much an endpoint may fail: in a row until it is paused, for how long until the end.

    `loop_seconds` is how long it is paused when it only feeds what it is sent back to the gateway.
    """

    pause_after_failures: int
    disable_after_seconds: float
    loop_seconds: float = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempted:
    """What one attempt said of its endpoint, when, and why."""

    signal: Signal
    at: datetime
    reason: str = ""


def after(
    health: Health, attempts: Sequence[Attempted], patience: Patience
) -> tuple[Health, tuple[Notice, ...]]:
    """The health after these attempts, in the order in which they ended, and whom to tell what."""
    notices: list[Notice] = []
    for attempt in attempts:
        health, told = _after_one(health, attempt, patience)
        notices += told
    return health, tuple(notices)


def resumed(health: Health, *, now: datetime) -> Health:
    """The health of an endpoint whose owner says that it is well again: what waited is drained."""
    waits = health.state in ("paused", "disabled", "draining")
    return Health(draining_from=now if waits else None)


def pause_seconds(pauses: int) -> float:
    """How long the n-th pause in a row lasts: 1 minute, twice as long each time, 1 hour at most."""
    doublings = min(max(pauses, 1) - 1, 16)
    return float(min(FIRST_PAUSE_SECONDS * 2**doublings, LONGEST_PAUSE_SECONDS))


def _after_one(
    health: Health, attempt: Attempted, patience: Patience
) -> tuple[Health, Sequence[Notice]]:
    if health.disabled_at is not None:
        return health, ()  # only its owner brings it back
    if attempt.signal == "up":
        return _up(health, attempt)
    if attempt.signal == "loop":
        return _looping(health, attempt, patience)
    if attempt.signal == "gone":
        return _disabled(health, attempt), ("endpoint.disabled",)
    return _down(health, attempt, patience)


def _down(
    health: Health, attempt: Attempted, patience: Patience
) -> tuple[Health, Sequence[Notice]]:
    failing = replace(
        health,
        failures=health.failures + 1,
        failing_since=health.failing_since or attempt.at,
        reason=attempt.reason,
    )
    if health.paused_until is None:
        if failing.failures < patience.pause_after_failures:
            return failing, ()
        return _paused(failing, attempt), ("endpoint.paused",)
    if attempt.at < health.paused_until:
        return failing, ()  # it was under way when the pause began
    return _probed(failing, attempt, patience)


def _looping(
    health: Health, attempt: Attempted, patience: Patience
) -> tuple[Health, Sequence[Notice]]:
    if health.paused_until is not None:
        return health, ()
    until = attempt.at + timedelta(seconds=patience.loop_seconds)
    paused = replace(health, paused_until=until, draining_from=None, reason=attempt.reason)
    return paused, ("endpoint.paused",)


def _up(health: Health, attempt: Attempted) -> tuple[Health, Sequence[Notice]]:
    if health.paused_until is None:
        return Health(draining_from=health.draining_from), ()
    if attempt.at < health.paused_until and (health.reason or "").startswith(LOOP):
        return health, ()  # it takes what it is sent, all too well
    return Health(draining_from=attempt.at), ("endpoint.recovered",)


def _probed(
    health: Health, attempt: Attempted, patience: Patience
) -> tuple[Health, Sequence[Notice]]:
    """After a probe that failed: a longer pause, with a warning when the end comes near."""
    since = health.failing_since or attempt.at
    percent = 100 * (attempt.at - since).total_seconds() / patience.disable_after_seconds
    if percent >= 100:  # noqa: PLR2004 - per cent
        return _disabled(health, attempt), ("endpoint.disabled",)
    passed = max((level for level in WARN_AT_PERCENT if level <= percent), default=0)
    again = _paused(health, attempt)
    if passed <= health.warned_percent:
        return again, ()
    return replace(again, warned_percent=passed), ("endpoint.warning",)


def _paused(health: Health, attempt: Attempted) -> Health:
    pauses = health.pauses + 1
    until = attempt.at + timedelta(seconds=pause_seconds(pauses))
    return replace(health, pauses=pauses, paused_until=until, draining_from=None)


def _disabled(health: Health, attempt: Attempted) -> Health:
    return replace(
        health,
        disabled_at=attempt.at,
        paused_until=None,
        draining_from=None,
        reason=attempt.reason,
    )
