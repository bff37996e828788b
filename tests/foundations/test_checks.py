"""`gateway check` says what needs a hand, and what to do."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr

from gateway.checks import findings_inside
from gateway.cli import build_parser
from gateway.config import Config, decode_keys
from gateway.loading import load
from gateway.registry import load_plugins
from gateway.rules.operations import Finding
from gateway.runtime import Gateway
from gateway.sections import Plugins
from gateway.vault import Vault, new_key_ring
from gateway.web.auth import issue_token
from tests.servers import free_port
from tests.store import add_webhook
from tests.stories.house import House, Json

Check = Callable[..., Awaitable[tuple[int, dict[str, Json]]]]


@pytest.fixture
def check(config: Config, capsys: pytest.CaptureFixture[str]) -> Check:
    """Types the command; its exit code, and what it finds by subject."""

    async def typed(settings: Config = config) -> tuple[int, dict[str, Json]]:
        options = build_parser().parse_args(["check", "--json"])
        code = await load(options.command)(options, settings)
        said = capsys.readouterr().out  # what a test logs stands there too
        told = json.loads(said[said.index("{") :])
        assert told["status"] == ("problem" if code else "ok")
        return code, {finding["subject"]: finding for finding in told["findings"]}

    return typed


async def look(gw: Gateway, *, keys: str = "", enabled: tuple[str, ...] = ()) -> dict[str, Finding]:
    """What is found in the database of a gateway that is open; it has one in a process."""
    vault = Vault(decode_keys(keys)) if keys else gw.vault
    registry = load_plugins(enabled) if enabled else gw.registry
    found = [one async for one in findings_inside(gw.db, gw.config, registry, vault)]
    return {finding.subject: finding for finding in found}


def troubles(found: Mapping[str, Finding | Json]) -> list[str]:
    """The subjects of what needs a hand."""
    told = {s: one if isinstance(one, dict) else asdict(one) for s, one in found.items()}
    return [subject for subject, finding in told.items() if finding["status"] == "problem"]


async def test_a_gateway_that_is_well_is_said_to_be(
    config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    options = build_parser().parse_args(["check"])

    code = await load(options.command)(options, config)

    said = capsys.readouterr().out
    assert (code, said.splitlines()[-1]) == (0, "all is well"), said
    assert "PROBLEM" not in said
    assert {"redis answers", "database answers"} < {
        " ".join(s.split()[1:]) for s in said.splitlines()
    }
    assert "-> " not in said


async def test_what_waits_for_a_hand_is_told_with_what_to_do(house: House) -> None:
    channel = await house.furnish()
    await house.post(channel, b"{")
    now = house.gw.now()
    await issue_token(
        user_id=house.user_id, name="old", scopes=["tasks:read"], expires_at=now + timedelta(days=9)
    )
    async with house.gw.db.connection() as connection:
        await connection.execute(
            "INSERT INTO endpoints (webhook_id, user_id, failures, pauses, warned_percent, "
            "paused_until, reason, updated_at) VALUES (1, 1, 9, 1, 0, $1, 'HTTP 500', $1) "
            "ON CONFLICT (webhook_id) DO UPDATE SET paused_until = $1, reason = 'HTTP 500'",
            now,
        )

    found = await look(house.gw)

    assert troubles(found) == ["dead deliveries", "quarantine", "endpoints", "tokens"]
    assert found["dead deliveries"].message.startswith("deliveries that died in the last 7 days: ")
    assert "'Site'" in found["endpoints"].message
    assert found["endpoints"].message.endswith("is paused: HTTP 500")
    assert found["quarantine"].message.endswith(": 1")
    assert "'old'" in found["tokens"].message
    assert all(found[subject].remedy for subject in troubles(found))


async def test_secrets_that_no_key_opens_are_told_by_their_webhook(house: House) -> None:
    await house.create_channel()

    found = await look(house.gw, keys=new_key_ring())

    assert troubles(found) == ["secrets"]
    assert found["secrets"].message.endswith("webhook 1 ('Site', account 1)")


async def test_a_channel_whose_plugin_is_gone_and_a_public_url_that_nobody_reaches(
    gw: Gateway,
) -> None:
    await add_webhook(gw)

    found = await look(gw, enabled=("custom_http",))

    assert troubles(found) == ["channels", "public_url"]
    assert "lacks parser 'fake', verifier 'fake'" in found["channels"].message
    assert "1 channel of providers" in found["public_url"].message


async def test_work_that_no_worker_does_is_told(house: House) -> None:
    channel = await house.create_channel()
    await house.says(channel, "Hi")
    async with house.gw.db.connection() as connection:
        await connection.execute("UPDATE bot_conversations SET due_at = due_at - interval '1 hour'")

    found = await look(house.gw)

    assert troubles(found) == ["late answers"]
    assert found["late answers"].message == "1 due, the oldest for 60 minutes"


async def test_servers_that_are_away_are_named_and_the_rest_is_not_guessed(
    config: Config, check: Check
) -> None:
    port = free_port()
    nowhere = config.database.model_copy(
        update={"url": SecretStr(f"postgres://postgres@127.0.0.1:{port}/none")}
    )
    silent = config.redis.model_copy(update={"url": SecretStr(f"redis://127.0.0.1:{port}/0")})

    code, found = await check(config.model_copy(update={"database": nowhere, "redis": silent}))

    assert (code, troubles(found)) == (1, ["redis", "database"])
    assert found["the rest"]["status"] == "unknown"


async def test_a_database_without_a_schema_is_to_be_migrated(config: Config, check: Check) -> None:
    url = config.database.url.get_secret_value().rpartition("/")[0]
    empty = config.database.model_copy(update={"url": SecretStr(f"{url}/template1")})

    code, found = await check(config.model_copy(update={"database": empty}))

    assert (code, troubles(found)) == (1, ["migrations"])
    assert "gateway migrate" in found["migrations"]["remedy"]


async def test_a_plugin_that_is_refused_is_told(config: Config, check: Check) -> None:
    plugins = Plugins(enabled=("custom_http", "sms_unheard_of"))

    code, found = await check(config.model_copy(update={"plugins": plugins}))

    assert (code, troubles(found)) == (1, ["plugins"])


async def test_a_folder_where_nothing_was_started_is_told_with_how_to_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = build_parser().parse_args(["check", "--data", str(tmp_path)])

    code = await load(options.command)(options, Config())

    assert code == 1
    assert "run `gateway up`" in capsys.readouterr().out


async def test_a_database_that_is_newer_than_the_program_is_told(
    config: Config, check: Check
) -> None:
    connection = await asyncpg.connect(config.database.url.get_secret_value())
    try:
        await connection.execute(
            "INSERT INTO aerich (id, version, app, content) "
            "VALUES (999, '999_later.py', 'models', '{}')"
        )
        code, found = await check()
    finally:
        await connection.execute("DELETE FROM aerich WHERE id = 999")
        await connection.close()

    assert (code, troubles(found)) == (1, ["migrations"])
