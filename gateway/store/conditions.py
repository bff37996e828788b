"""The conditions of a list: only those that are asked for, so that PostgreSQL finds their index."""

from collections.abc import Mapping
from typing import Final

LARGEST_ID: Final = 2**63 - 1
"""PostgreSQL's bigint: before it stands every row."""


def narrowed(conditions: Mapping[str, object], *, first: int) -> tuple[str, list[object]]:
    """The conditions that have a value, as SQL, and their arguments from `$first` on.

    A condition is a constant of its query, such as `"status = {}"`; its value is never part of it.
    """
    given = {condition: value for condition, value in conditions.items() if value is not None}
    clauses = [
        f"AND {condition.format(f'${number}')}" for number, condition in enumerate(given, first)
    ]
    return " ".join(clauses), list(given.values())
