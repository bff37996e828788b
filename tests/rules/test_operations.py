"""What an operator is told: what is well, what needs a hand, and what to do."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.rules import operations
from gateway.rules.operations import Finding

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def test_a_schema_that_lacks_something_or_knows_more_needs_a_hand() -> None:
    assert operations.of_schema(0, 0).status == "ok"
    assert operations.of_schema(1, 0).message == "the database lacks 1 migration"
    assert operations.of_schema(2, 3).message == "the database lacks 2 migrations"
    assert "newer one" in operations.of_schema(0, 1).remedy


@pytest.mark.parametrize(
    ("seconds", "message"),
    [
        (0.2, "0.2 s from the database's"),
        (-5, "5.0 s from the database's"),
        (90, "this machine's clock is 90 s ahead of the database's"),
        (-90, "this machine's clock is 90 s behind the database's"),
    ],
)
def test_a_clock_that_is_wrong_is_told_with_the_way(seconds: float, message: str) -> None:
    finding = operations.of_clock(timedelta(seconds=seconds))

    assert finding.message == message
    assert (finding.status == "problem") == (abs(seconds) > 5)


@pytest.mark.parametrize(
    ("url", "providers", "status"),
    [
        ("http://127.0.0.1:8080", 0, "ok"),
        ("http://127.0.0.1:8080", 1, "problem"),
        ("https://localhost", 2, "problem"),
        ("https://10.1.2.3", 2, "problem"),
        ("http://gw.example.org", 1, "problem"),
        ("http://gw.example.org", 0, "ok"),
        ("https://gw.example.org", 1, "ok"),
        ("https://8.8.8.8", 1, "ok"),
    ],
)
def test_providers_need_an_address_outside_with_tls(url: str, providers: int, status: str) -> None:
    finding = operations.of_public_url(url, providers=providers)

    assert finding.status == status
    assert url in finding.message
    assert bool(finding.remedy) == (status == "problem")


@pytest.mark.parametrize(
    ("free", "total", "status"),
    [(50, 100, "ok"), (4, 100, "problem"), (0.9, 2, "problem"), (1.1, 2, "ok")],
)
def test_little_room_is_told(free: float, total: float, status: str) -> None:
    finding = operations.of_disk("/data", free=int(free * 1e9), total=int(total * 1e9))

    assert finding.status == status


@pytest.mark.parametrize(
    ("count", "age", "message"),
    [
        (0, 0, "nothing is late"),
        (7, 59, "7 due, none for long"),
        (7, 61, "7 due, the oldest for 1 minute"),
        (7, 7_300, "7 due, the oldest for 2 hours"),
        (7, 400_000, "7 due, the oldest for 4 days"),
    ],
)
def test_work_that_nobody_does_is_told_with_its_age(count: int, age: int, message: str) -> None:
    oldest = NOW - timedelta(seconds=age) if count else None

    finding = operations.of_backlog("answers", count, oldest, now=NOW)

    assert finding.message == message
    assert (finding.status == "problem") == (age > 60)


def test_many_things_are_counted_and_named_as_far_as_somebody_reads() -> None:
    few = operations.of_names("tokens", ["a", "b"], "tokens that end", remedy="do")
    many = operations.of_names("tokens", ["a", "b", "c", "d", "e"], "tokens that end", remedy="do")
    none = operations.of_names("tokens", [], "tokens that end", remedy="do")

    assert few.message == "tokens that end: a; b"
    assert many.message == "tokens that end: a; b; c, and 2 more"
    assert none == Finding(subject="tokens", status="ok", message="none")
    assert operations.of_count("dead", 9, "died", most=9, remedy="").message == "died: 9 or more"
    assert operations.of_count("dead", 8, "died", most=9, remedy="").message == "died: 8"
    assert operations.of_count("dead", 0, "died", most=9, remedy="").status == "ok"
