"""Everything that is sealed in the database: counted by key, and sealed anew row by row.

This is the operator's side: it looks at all accounts, and opens nothing itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.store.database import Database

COLUMNS: Final = ("provider_config", "outbound_config", "signing_secrets")
"""The sealed columns, in the order of `seal_settings`."""

_COUNT: Final = f"""
SELECT split_part(value, '.', 2) AS key, count(*) AS values FROM (
    SELECT unnest(ARRAY[{", ".join(COLUMNS)}]) FROM user_webhooks
    UNION ALL SELECT answer FROM idempotency_keys WHERE answer IS NOT NULL
) AS sealed(value) GROUP BY 1 ORDER BY 1
"""  # noqa: S608 # constants only
_OTHERS: Final = " OR ".join(f"split_part({column}, '.', 2) <> $1" for column in COLUMNS)
_HOW_MANY: Final = f"SELECT count(*) FROM user_webhooks WHERE {_OTHERS}"  # noqa: S608 # constants only
_NEXT: Final = f"""
SELECT id, user_id FROM user_webhooks WHERE id > $2 AND ({_OTHERS}) ORDER BY id LIMIT $3
"""  # noqa: S608 # constants only
# Every change of a webhook locks its account first; so none is undone here.
_LOCK: Final = "SELECT FROM users WHERE id = $1 FOR UPDATE"
_READ: Final = f"SELECT {', '.join(COLUMNS)} FROM user_webhooks WHERE user_id = $1 AND id = $2"  # noqa: S608
_WRITE: Final = """
UPDATE user_webhooks SET provider_config = $3, outbound_config = $4, signing_secrets = $5
WHERE user_id = $1 AND id = $2
"""

Sealed = tuple[str, str, str]
Reseal = Callable[[int, Sealed], Sealed]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedRow:
    """A webhook whose sealed columns are to be looked at."""

    id: int
    user_id: int


async def count_sealed(db: Database) -> Mapping[str, int]:
    """How many values each key seals; answers that are kept for a repeated call are among them."""
    async with db.connection() as connection:
        rows = await connection.fetch(_COUNT)
    return {row["key"]: row["values"] for row in rows}


async def count_sealed_otherwise(db: Database, *, key: str) -> int:
    """How many webhooks have a value that another key than `key` seals."""
    async with db.connection() as connection:
        count = await connection.fetchval(_HOW_MANY, key)
    assert isinstance(count, int)
    return count


async def sealed_otherwise(db: Database, *, key: str, after_id: int, limit: int) -> list[SealedRow]:
    """The next webhooks with a value that another key than `key` seals."""
    async with db.connection() as connection:
        rows = await connection.fetch(_NEXT, key, after_id, limit)
    return [SealedRow(**dict(row)) for row in rows]


async def reseal_row(db: Database, row: SealedRow, reseal: Reseal) -> None:
    """Writes what `reseal` makes of a row's sealed columns, all of them or none."""
    async with db.transaction() as connection:
        await connection.execute(_LOCK, row.user_id)
        found = await connection.fetchrow(_READ, row.user_id, row.id)
        if found is None:
            return
        provider, outbound, signing = (found[column] for column in COLUMNS)
        fresh = reseal(row.id, (provider, outbound, signing))
        await connection.execute(_WRITE, row.user_id, row.id, *fresh)
