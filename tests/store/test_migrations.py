"""The schema: applied once, by whoever comes first, and the same as the models say."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from aerich import Command
from aerich.migrate import Migrate
from aerich.utils import get_models_describe
from pydantic import SecretStr
from tortoise import Tortoise
from tortoise.models import Model

from gateway import models, store
from gateway.config import Config
from gateway.plugin.errors import StorageUnavailable
from gateway.store.migrations import migration_config
from tests.servers import free_port

MIGRATIONS = Path(__file__).parents[2] / "migrations"
TABLES = [
    model
    for model in vars(models).values()
    if isinstance(model, type) and issubclass(model, Model) and model is not Model
]
KINDS = {
    "BIGINT": "bigint",
    "INT": "integer",
    "SMALLINT": "smallint",
    "DATE": "date",
    "TEXT": "text",
    "BOOL": "boolean",
    "UUID": "uuid",
    "DOUBLE PRECISION": "double precision",
    "JSONB": "jsonb",
    "BYTEA": "bytea",
    "TIMESTAMPTZ": "timestamp with time zone",
    "TEXT[]": "ARRAY",
    "INT[]": "ARRAY",
    "BIGINT[]": "ARRAY",
}
INDEXES = {
    "agency_tasks_due_idx",
    "bot_conversations_open_idx",
    "bot_conversations_due_idx",
    "bot_conversations_status_idx",
    "bot_conversations_archived_idx",
    "bot_conversations_threads_idx",
    "inbound_messages_pending_idx",
    "inbound_messages_status_idx",
    "inbound_messages_aside_idx",
    "outbound_messages_unsent_idx",
    "outbound_messages_lane_idx",
    "outbound_messages_leased_idx",
    "outbound_messages_turn_idx",
    "outbound_messages_notified_idx",
    "outbound_messages_failed_idx",
    "outbound_messages_consent_idx",
    "replays_running_idx",
    "user_webhooks_user_id_idx",
    "user_webhooks_primary_idx",
    "webhook_logs_operations_idx",
    "inbound_messages_received_idx",
    "inbound_messages_processed_idx",
    "outbound_messages_finished_idx",
    "agency_tasks_created_idx",
}


def on(config: Config, url: str) -> Config:
    database = config.database.model_copy(update={"url": SecretStr(url)})
    return config.model_copy(update={"database": database})


@pytest.fixture
async def empty(config: Config) -> AsyncIterator[Config]:
    """Settings for a database without a table."""
    url = config.database.url.get_secret_value()
    name = f"{url.rpartition('/')[2]}_empty"
    admin = await asyncpg.connect(url)
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    yield on(config, f"{url}_empty")
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


async def fetch(config: Config, query: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(config.database.url.get_secret_value())
    try:
        found: list[asyncpg.Record] = await connection.fetch(query)
    finally:
        await connection.close()
    return found


async def test_an_empty_database_gets_every_table_and_the_second_time_nothing(
    empty: Config,
) -> None:
    first = await store.migrate(empty)
    second = await store.migrate(empty)

    names = [path.name for path in (MIGRATIONS / "models").glob("[0-9]*.py")]
    assert first == sorted(names, key=lambda name: int(name.partition("_")[0]))
    assert second == []
    found = await fetch(empty, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert {row[0] for row in found} == {t._meta.db_table for t in TABLES} | {"aerich"}


async def test_four_that_migrate_at_once_apply_each_migration_once(empty: Config) -> None:
    applied = await asyncio.gather(*(store.migrate(empty) for _ in range(4)))

    versions = [version for one in applied for version in one]
    assert len(versions) == len(set(versions)) == len(await fetch(empty, "SELECT FROM aerich"))
    # The server's other databases have locks of their own.
    own = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    locks = await fetch(empty, f"SELECT FROM pg_locks WHERE locktype = 'advisory' AND {own}")
    assert locks == []


async def test_what_is_there_outlives_a_migration(empty: Config) -> None:
    await store.migrate(empty)
    await fetch(empty, "INSERT INTO users (name, time_zone, created_at) VALUES ('A', 'UTC', now())")

    await store.migrate(empty)

    assert len(await fetch(empty, "SELECT FROM users")) == 1


@pytest.mark.usefixtures("gw")  # a model knows its foreign keys once a gateway was opened
async def test_every_column_is_as_its_model_says(config: Config) -> None:
    found = await fetch(
        config,
        "SELECT table_name, column_name, data_type, is_nullable, character_maximum_length "
        "FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'aerich'",
    )
    there = {(r[0], r[1]): (r[2], r[3] == "YES", r[4]) for r in found}

    assert there == {
        (table._meta.db_table, column): (
            _kind(field),
            field.null,
            getattr(field, "max_length", None),
        )
        for table in TABLES
        for column, field in (
            (table._meta.fields_db_projection[name], table._meta.fields_map[name])
            for name in table._meta.fields_db_projection
        )
    }


async def test_the_models_have_no_change_that_no_migration_makes(config: Config) -> None:
    settings = migration_config(config.database)
    try:
        await Tortoise.init(config=settings)
        await Command(settings, location=str(MIGRATIONS)).init()
        last = await Migrate.get_last_version()
        assert last is not None
        described = get_models_describe("models")
        assert isinstance(last.content, dict)
        Migrate.diff_models(dict(last.content), dict(described))
        Migrate.diff_models(dict(described), dict(last.content), upgrade=False)
    finally:
        await Tortoise.close_connections()

    assert Migrate.upgrade_operators == []
    assert Migrate.downgrade_operators == []


async def test_the_indexes_that_the_queries_count_on_are_there(config: Config) -> None:
    found = await fetch(config, "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")

    assert {row[0] for row in found} >= INDEXES


async def test_a_person_cannot_have_two_open_conversations_on_a_webhook(config: Config) -> None:
    insert = (
        "INSERT INTO bot_conversations (user_id, webhook_id, participant, status, context_summary,"
        " context_memory, message_count, event_sequence, attempts, superseded, created_at,"
        " updated_at) VALUES (1, 1, 'a', '{}', '', '{{}}', 0, 0, 0, 0, now(), now())"
    )
    for status in ("archived", "archived", "active"):
        await fetch(config, insert.format(status))

    with pytest.raises(asyncpg.UniqueViolationError):
        await fetch(config, insert.format("paused"))


async def test_a_database_that_is_away_is_named_as_such(config: Config) -> None:
    nowhere = on(config, f"postgres://postgres@127.0.0.1:{free_port()}/x")

    for attempt in (
        store.migrate(nowhere),
        store.wait_for_database(nowhere, patience_seconds=0),
    ):
        with pytest.raises(StorageUnavailable, match="cannot be reached right now"):
            await attempt


async def test_a_database_that_was_away_can_be_opened_when_it_is_back(config: Config) -> None:
    nowhere = on(config, f"postgres://postgres@127.0.0.1:{free_port()}/x")
    try:
        for _ in range(2):
            with pytest.raises(StorageUnavailable, match="cannot be reached right now"):
                await asyncio.create_task(store.open_database(nowhere))
        opened = await asyncio.create_task(store.open_database(config))
        async with opened.connection() as connection:
            assert await connection.fetchval("SELECT 1") == 1
    finally:
        await Tortoise.close_connections()


async def test_a_database_that_answers_is_waited_for_no_longer(config: Config) -> None:
    await store.wait_for_database(config, patience_seconds=0)


def _kind(field: object) -> str:
    kind = str(getattr(field, "SQL_TYPE", ""))
    if kind.startswith("VARCHAR"):
        return "character varying"
    return KINDS[str(field.get_for_dialect("postgres", "SQL_TYPE"))]  # type: ignore[attr-defined]
