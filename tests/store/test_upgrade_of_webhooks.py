"""A database of the release before keeps its rows and takes both releases' statements."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from aerich import Command
from pydantic import SecretStr
from tortoise import Tortoise

from gateway import store
from gateway.config import Config
from gateway.store.migrations import migration_config

MIGRATIONS = Path(__file__).parents[2] / "migrations" / "models"
INSERT = """
INSERT INTO user_webhooks (
    user_id, webhook_token, channel_type, channel_name, parser, verifier, transport, responder,
    provider_config, outbound_config, signing_secrets, outbound_enabled, is_primary, is_active,
    is_verified, rate_limit_per_minute, rate_limit_per_hour, ai_config, tags, metadata, version,
    created_at, updated_at)
VALUES ($1, gen_random_uuid(), 'custom_webhook', 'Site', 'p', 'v', 't', 'r', '', '', '', true,
    false, true, false, 30, 200, '{}', '[]', '{}', 1, now(), now())
RETURNING id, webhook_token
"""


@pytest.fixture
async def old(config: Config, tmp_path: Path) -> AsyncIterator[Config]:
    """Settings for a database as the first migration alone leaves it."""
    url = config.database.url.get_secret_value()
    name = f"{url.rpartition('/')[2]}_old"
    admin = await asyncpg.connect(url)
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    database = config.database.model_copy(update={"url": SecretStr(f"{url}_old")})
    [first] = MIGRATIONS.glob("0_*.py")
    (tmp_path / "models").mkdir()
    shutil.copy(first, tmp_path / "models")
    settings = migration_config(database)
    try:
        await Tortoise.init(config=settings)
        command = Command(settings, location=str(tmp_path))
        await command.init()
        assert await command.upgrade(run_in_transaction=True) == [first.name]
    finally:
        await Tortoise.close_connections()
    yield config.model_copy(update={"database": database})
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


async def test_webhooks_of_before_are_found_and_the_release_before_can_go_on(old: Config) -> None:
    connection = await asyncpg.connect(old.database.url.get_secret_value())
    user_id = await connection.fetchval(
        "INSERT INTO users (name, time_zone, created_at) VALUES ('A', 'UTC', now()) RETURNING id"
    )
    before = await connection.fetchrow(INSERT, user_id)

    applied = await store.migrate(old)

    beside = await connection.fetchrow(INSERT, user_id)
    await connection.close()
    assert applied
    db = await store.open_database(old)
    try:
        for row in (before, beside):
            assert row is not None
            found = await store.webhook_by_token(db, row["webhook_token"])
            assert found is not None
            assert (found.id, found.previous_token) == (row["id"], None)
            assert found.previous_token_expires_at is None
    finally:
        await db.aclose()
