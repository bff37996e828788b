"""What has been kept long enough goes, what is still needed stays."""

import pytest
from prometheus_client import CollectorRegistry

from gateway.config import Config
from gateway.retention import Keeper, days_of
from gateway.runtime import Gateway
from gateway.sections import Retention
from gateway.store.retention import BATCH, KINDS
from tests.conftest import Clock, wait_for
from tests.store import rows, value
from tests.stories.house import Channel, House

DAY = 86_400.0
FOREVER = Retention(raw_payload_days=0)


@pytest.fixture
def limits() -> Retention:
    """How long things are kept; a test may ask for others."""
    return FOREVER


@pytest.fixture
def config(config: Config, limits: Retention) -> Config:
    """Settings with these limits."""
    return config.model_copy(update={"retention": limits})


async def counts(gw: Gateway) -> dict[str, int]:
    tables = (
        "inbound_messages",
        "bot_conversations",
        "conversation_events",
        "outbound_messages",
        "webhook_logs",
        "agency_tasks",
    )
    return {t: await value(gw, f"SELECT count(*) FROM {t}") for t in tables}  # noqa: S608


async def lived(house: House) -> Channel:
    channel = await house.furnish()
    await house.says(channel, "Hello", senderIdentifier="2", externalMessageId="m-2")
    await house.drain()
    return channel


def expired(registry: CollectorRegistry, kind: str) -> float:
    return registry.get_sample_value("gateway_expired_total", {"kind": kind}) or 0.0


def test_every_kind_has_a_setting() -> None:
    settings = {name.removesuffix("_days") for name in Retention.model_fields if "days" in name}

    assert {kind.name for kind in KINDS} == settings
    assert [kind.name for kind in KINDS if days_of(Retention(), kind.name)] == ["raw_payload"]


async def test_without_limits_everything_is_kept(house: House, clock: Clock) -> None:
    await lived(house)
    before = await counts(house.gw)
    clock.advance(10_000 * DAY)

    assert await Keeper().enforce(house.gw)

    assert await counts(house.gw) == before


@pytest.mark.parametrize("limits", [Retention(raw_payload_days=30)])
async def test_a_raw_body_goes_and_its_message_is_still_known(house: House, clock: Clock) -> None:
    channel = await lived(house)
    clock.advance(29 * DAY)
    keeper = Keeper()
    await keeper.enforce(house.gw)
    assert await value(house.gw, "SELECT count(raw_payload) FROM inbound_messages") == 2

    clock.advance(2 * DAY)
    await house.says(channel, "New", senderIdentifier="3")
    await keeper.enforce(house.gw)

    kept = await rows(
        house.gw, "SELECT content, raw_payload FROM inbound_messages WHERE raw_payload IS NOT NULL"
    )
    assert [row["content"] for row in kept] == ["New"]
    again = await house.says(channel, "Hello", senderIdentifier="2", externalMessageId="m-2")
    assert again["duplicate"]
    assert expired(house.gw.metrics.registry, "raw_payload") == 2


@pytest.mark.parametrize(
    ("limits", "emptied"),
    [
        (Retention(raw_payload_days=0, message_days=1), {"inbound_messages"}),
        (Retention(raw_payload_days=0, delivery_days=1), {"outbound_messages"}),
        (
            Retention(raw_payload_days=0, conversation_days=1),
            {"inbound_messages", "bot_conversations", "conversation_events", "outbound_messages"},
        ),
        (Retention(raw_payload_days=0, log_days=1, audit_days=1), {"webhook_logs"}),
    ],
)
async def test_a_limit_takes_its_own_kind_and_no_other(
    house: House, clock: Clock, emptied: set[str]
) -> None:
    await lived(house)
    before = await counts(house.gw)
    assert all(before.values())
    clock.advance(2 * DAY)

    assert await Keeper().enforce(house.gw)

    after = await counts(house.gw)
    assert {table for table, count in after.items() if count == 0} == emptied
    assert {t: n for t, n in after.items() if t not in emptied} == {
        t: n for t, n in before.items() if t not in emptied
    }


@pytest.mark.parametrize("limits", [Retention(raw_payload_days=0, log_days=1)])
async def test_attempts_go_and_the_audit_trail_stays(house: House, clock: Clock) -> None:
    await lived(house)
    clock.advance(2 * DAY)

    await Keeper().enforce(house.gw)

    assert await value(house.gw, "SELECT count(*) FROM webhook_logs WHERE request_id IS NULL") == 0
    assert (await house.api("GET", "/audit"))["items"]


@pytest.mark.parametrize(
    "limits",
    [Retention(raw_payload_days=0, message_days=1, delivery_days=1, conversation_days=1)],
)
async def test_what_is_still_to_be_done_stays(house: House, clock: Clock) -> None:
    channel = await house.create_channel()
    await house.says(channel, "Please call Ann")
    clock.advance(2 * DAY)
    await Keeper().enforce(house.gw)
    await house.converse()
    await Keeper().enforce(house.gw)

    await house.drain()

    assert "message.reply" in house.listener.names


@pytest.mark.parametrize("limits", [Retention(raw_payload_days=30)])
async def test_a_run_goes_through_many_batches(house: House, clock: Clock) -> None:
    await house.create_channel()
    async with house.gw.db.connection() as connection:
        await connection.execute(
            """
            INSERT INTO inbound_messages (user_id, webhook_id, sender, message_type, content,
                raw_payload, request_id, processing_status, received_at)
            SELECT 1, 1, 's', 'text', 'x', 'x', 'r', 'processed', $2
            FROM generate_series(1, $1::int)
            """,
            3 * BATCH,
            clock(),
        )
    clock.advance(31 * DAY)

    assert await Keeper().enforce(house.gw)

    assert await value(house.gw, "SELECT count(raw_payload) FROM inbound_messages") == 0


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("limits", [Retention(raw_payload_days=0.000001, every_seconds=0.05)])
async def test_a_worker_enforces_it_by_itself(house: House) -> None:
    channel = await house.create_channel()
    await house.says(channel, "Hello")

    async def is_gone() -> bool:
        return bool(await value(house.gw, "SELECT count(raw_payload) FROM inbound_messages") == 0)

    await wait_for(is_gone)


@pytest.mark.parametrize(
    "limits", [Retention(raw_payload_days=0, task_days=30, proposal_days=10, usage_days=20)]
)
async def test_tasks_proposals_and_usage_go_once_they_are_over(house: House, clock: Clock) -> None:
    channel = await house.create_channel(ai={"confirmation": "ask"})
    for number in range(3):
        sender = {"senderIdentifier": str(number)}
        await house.says(channel, "Please send the Acme logo to Dana by Friday 5pm", **sender)
    await house.drain()
    await house.api("POST", "/proposals/1/confirm", {})
    await house.api("POST", "/proposals/2/cancel", {})
    await house.api("POST", "/tasks/1/complete", {})
    assert await value(house.gw, "SELECT count(*) FROM notifications") == 1
    await house.api("POST", "/tasks", {"title": "Stays"}, status=201)
    await rows(
        house.gw,
        """
        INSERT INTO model_usage (user_id, webhook_id, conversation_id, model, outcome,
            input_tokens, cached_tokens, output_tokens, created_at)
        VALUES (1, 1, 1, 'm', 'settled', 1, 0, 1, now())
        """,
    )
    clock.advance(31 * DAY)

    assert await Keeper().enforce(house.gw)

    left = {
        "agency_tasks": "SELECT string_agg(title, ',') FROM agency_tasks",
        "task_executions": "SELECT count(*) FROM task_executions WHERE task_id = 1",
        "notifications": "SELECT count(*) FROM notifications",
        "task_proposals": "SELECT string_agg(status, ',') FROM task_proposals",
        "model_usage": "SELECT count(*) FROM model_usage",
    }
    assert {table: await value(house.gw, query) for table, query in left.items()} == {
        "agency_tasks": "Stays",
        "task_executions": 0,
        "notifications": 0,
        "task_proposals": "pending",
        "model_usage": 0,
    }
