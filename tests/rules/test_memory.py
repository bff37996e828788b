"""What is remembered: facts with their source, replaced when contradicted, forgotten in time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gateway.plugin import Fact
from gateway.rules.memory import MOST_FACTS, STATE_LASTS, fact_named, living, remembered

NOW = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)
LIKES = Fact(key="likes", value="tea", message_id=1, at=NOW, kind="preference")


def learnt(*facts: Fact, known: tuple[Fact, ...] = (LIKES,)) -> tuple[Fact, ...]:
    return remembered(known, learnt=facts, forgotten=(), now=NOW)


def test_a_contradiction_replaces_what_was_known() -> None:
    coffee = replace(LIKES, value="coffee", message_id=2)

    assert learnt(coffee) == (coffee,)


def test_what_is_said_again_keeps_its_first_source() -> None:
    assert learnt(replace(LIKES, message_id=2)) == (LIKES,)


def test_what_is_taken_back_is_forgotten() -> None:
    assert remembered((LIKES,), learnt=(), forgotten=["likes", "unknown"], now=NOW) == ()


def test_a_state_ends_by_itself_after_thirty_days_or_when_it_says_so() -> None:
    away = Fact(key="away", value=True, message_id=2, at=NOW)
    brief = replace(away, key="ill", expires_at=NOW + timedelta(days=1))

    known = learnt(away, brief)

    assert [fact.expires_at for fact in known] == [None, NOW + STATE_LASTS, brief.expires_at]
    assert living(known, now=NOW + timedelta(days=1)) == (LIKES, known[1])
    assert living(known, now=NOW + STATE_LASTS) == (LIKES,)


def test_a_state_that_is_said_again_lasts_anew() -> None:
    away = Fact(key="away", value=True, message_id=2, at=NOW)
    later = replace(away, message_id=3, at=NOW + timedelta(days=20))

    assert learnt(later, known=learnt(away, known=()))[0].at == later.at


def test_memory_has_bounds() -> None:
    many = [replace(LIKES, key=f"k{number}") for number in range(MOST_FACTS + 5)]
    nameless, endless = replace(LIKES, key=""), replace(LIKES, key="x" * 65)
    large = replace(LIKES, key="large", value="x" * 2_000)

    known = learnt(*many, nameless, endless, large)

    assert [fact.key for fact in known] == [f"k{number}" for number in range(5, MOST_FACTS + 5)]


def test_a_fact_is_found_by_its_key() -> None:
    assert fact_named("likes", (LIKES,)) == "tea"
    assert fact_named("hates", (LIKES,)) is None
