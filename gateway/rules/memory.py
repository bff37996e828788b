"""What is remembered of a person: typed facts, each with its source, bounded in number and size."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from gateway.plugin.messages import Fact, JsonValue

MOST_FACTS: Final = 60
LONGEST_KEY: Final = 64
LONGEST_VALUE: Final = 1_000
STATE_LASTS: Final = timedelta(days=30)


def remembered(
    known: Sequence[Fact], *, learnt: Sequence[Fact], forgotten: Iterable[str], now: datetime
) -> tuple[Fact, ...]:
    """The facts after a turn: a contradiction replaces, what expired or was taken back is gone.

    A fact that was only said again keeps its first source. Beyond 60, the oldest go first.
    """
    facts = {fact.key: fact for fact in known}
    for fact in filter(_fits, learnt):
        before = facts.get(fact.key)
        if before is None or before.value != fact.value or before.expires_at is not None:
            facts.pop(fact.key, None)
            facts[fact.key] = _with_end(fact)
    for key in forgotten:
        facts.pop(key, None)
    return living(facts.values(), now=now)[-MOST_FACTS:]


def living(facts: Iterable[Fact], *, now: datetime) -> tuple[Fact, ...]:
    """Those that have not expired."""
    return tuple(fact for fact in facts if fact.expires_at is None or fact.expires_at > now)


def fact_named(key: str, facts: Iterable[Fact]) -> JsonValue:
    """The value of the fact with this key, None when there is none."""
    return next((fact.value for fact in facts if fact.key == key), None)


def _fits(fact: Fact) -> bool:
    return 0 < len(fact.key) <= LONGEST_KEY and len(json.dumps(fact.value)) <= LONGEST_VALUE


def _with_end(fact: Fact) -> Fact:
    if fact.kind == "state" and fact.expires_at is None:
        return replace(fact, expires_at=fact.at + STATE_LASTS)
    return fact
