"""What an operator is told of a gateway: what is well, what needs a hand, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Final, Literal
from urllib.parse import urlsplit

LARGEST_SKEW: Final = timedelta(seconds=5)
"""Schedules and leases are written by one clock and read by another."""
LATE: Final = timedelta(minutes=1)
LEAST_FREE_BYTES: Final = 1_000_000_000
LEAST_FREE_SHARE: Final = 0.05
LISTED: Final = 3

Status = Literal["ok", "problem", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at; a `problem` needs a hand, and `remedy` says which."""

    subject: str
    status: Status
    message: str
    remedy: str = ""


def ok(subject: str, message: str) -> Finding:
    """Something that is well."""
    return Finding(subject=subject, status="ok", message=message)


def problem(subject: str, message: str, remedy: str = "") -> Finding:
    """Something that needs a hand."""
    return Finding(subject=subject, status="problem", message=message, remedy=remedy)


def unknown(subject: str, message: str) -> Finding:
    """Something that could not be looked at."""
    return Finding(subject=subject, status="unknown", message=message)


def of_schema(missing: int, strange: int) -> Finding:
    """The schema of the database against that of this version."""
    if missing:
        return problem(
            "migrations",
            f"the database lacks {_of(missing, 'migration')}",
            "gateway migrate (each process does so when it starts)",
        )
    if strange:
        return problem(
            "migrations",
            f"the database has {_of(strange, 'migration')} that this version does not know",
            "start the version that wrote them, or a newer one",
        )
    return ok("migrations", "the database is up to date")


def of_clock(skew: timedelta) -> Finding:
    """How far this machine's clock is from the database's."""
    seconds = abs(skew.total_seconds())
    if abs(skew) > LARGEST_SKEW:
        way = "ahead of" if skew > timedelta() else "behind"
        return problem(
            "clock",
            f"this machine's clock is {seconds:.0f} s {way} the database's",
            "have both set by NTP: schedules, leases and signatures are judged by them",
        )
    return ok("clock", f"{seconds:.1f} s from the database's")


def of_public_url(url: str, *, providers: int) -> Finding:
    """Whether providers can reach the gateway where it says that it is."""
    parts = urlsplit(url)
    is_local = _is_local(parts.hostname or "")
    if not providers:
        hint = " (set [server] public_url before a provider is to call)" if is_local else ""
        return ok("public_url", f"{url}{hint}")
    callers = f"{_of(providers, 'channel')} of providers"
    if is_local:
        return problem(
            "public_url",
            f"{url} leads to this machine, and {callers} need to reach it from outside",
            "[server] public_url: the address that your proxy answers at",
        )
    if parts.scheme != "https":
        return problem(
            "public_url",
            f"{url} is not https, and {callers} send messages of people to it",
            "put a proxy with TLS in front, and name it in [server] public_url",
        )
    return ok("public_url", url)


def of_disk(folder: str, *, free: int, total: int) -> Finding:
    """Whether the data directory has room."""
    said = f"{free / 1e9:.1f} GB of {total / 1e9:.1f} GB are free in {folder}"
    if free < LEAST_FREE_BYTES or free < total * LEAST_FREE_SHARE:
        return problem("disk", said, "make room, or keep less: [retention] in gateway.toml")
    return ok("disk", said)


def of_backlog(subject: str, count: int, oldest_at: datetime | None, *, now: datetime) -> Finding:
    """Whether due work is done in time."""
    age = now - oldest_at if oldest_at is not None else timedelta()
    if not count or age <= LATE:
        return ok(subject, f"{count} due, none for long" if count else "nothing is late")
    return problem(
        subject,
        f"{count} due, the oldest for {_span(age)}",
        "see that a worker runs (`gateway up`, or `gateway worker`), and read its log",
    )


def of_count(subject: str, count: int, what: str, *, most: int, remedy: str) -> Finding:
    """Things that wait for a person."""
    if not count:
        return ok(subject, "none")
    many = f"{most} or more" if count >= most else str(count)
    return problem(subject, f"{what}: {many}", remedy)


def of_names(subject: str, names: Sequence[str], what: str, *, remedy: str) -> Finding:
    """Things that wait for a person, the first of them by name."""
    if not names:
        return ok(subject, "none")
    rest = f", and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return problem(subject, f"{what}: {'; '.join(names[:LISTED])}{rest}", remedy)


def _is_local(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return not address.is_global


def _of(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def _span(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    if minutes < 2 * 60:
        return _of(minutes, "minute")
    hours = minutes // 60
    return f"{hours} hours" if hours < 2 * 24 else f"{hours // 24} days"
