"""A phrase is planted wherever a person's words can go; after the erasure it is nowhere."""

from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote

import asyncpg
import pytest
import redis.asyncio as redis_client

from gateway.attempts import attempted
from gateway.plugin import (
    Answer,
    Fact,
    OutboundMessage,
    PermanentFailure,
    TaskDraft,
    TemporaryFailure,
)
from tests.parts import FakeProvider, ModelResponder
from tests.store import add_webhook
from tests.stories.house import House, Json

PHRASE: Final = "Zanzibar-Canary"
SENDER: Final = f"{PHRASE}@example.org"
PATH: Final = f"/senders/{quote(SENDER, safe='')}"
LOGO: Final = f"Please send the {PHRASE} logo to Dana by Friday 5pm"

PLANTED: Final = {
    "agency_tasks": {"title", "description", "project", "assignee", "result", "error"}
    | {"requester"},
    "bot_conversations": {
        "participant",
        "participant_name",
        "context_summary",
        "context_memory",
    },
    "consent_changes": {"address", "words", "reason"},
    "consents": {"address"},
    "unsubscribes": {"address"},
    "conversation_events": {"reason"},
    "inbound_messages": {
        "sender",
        "sender_name",
        "content",
        "attachments",
        "structured",
        "facts",
        "raw_payload",
        "analysis",
        "requester",
    },
    "media": {"name", "content", "source_url", "detail"},
    "message_fragments": {"sender", "content", "facts", "raw_payload"},
    "outbound_messages": {"recipient", "content", "data", "last_error"},
    "people_senders": {"participant"},
    "receipts": {"reason", "facts"},
    "task_executions": {"detail"},
    "task_proposals": {
        "participant",
        "title",
        "description",
        "project",
        "assignee",
        "change",
    },
    "webhook_logs": {"detail", "calls"},
}
KEPT: Final = {"consent_changes": {"address"}, "consents": {"address"}, "unsubscribes": {"address"}}
"""An opt-out can be honoured only while it is known whose it is."""
WORDLESS: Final = {
    "agency_tasks": {"priority", "status"},
    "bot_conversations": {"status", "thread"},
    "consent_changes": {"state", "source", "actor"},
    "consents": {"state"},
    "conversation_events": {"from_status", "to_status", "actor"},
    "daily_figures": {"kind"},
    "endpoints": {"reason"},  # names no person
    "idempotency_keys": {"key", "fingerprint", "answer"},  # sealed
    "inbound_messages": {
        # The gateway's own, or the provider's name of the message.
        *("external_id", "recipient", "message_type", "raw_content_type", "request_id"),
        *("processing_status", "reason", "thread"),
        # What systems on the way noted is cut out of it.
        *("trace_id", "trace_parent"),
    },
    "media": {"declared_type", "content_type", "state", "reason"},
    "message_fragments": {"ref", "recipient", "external_id", "raw_content_type", "request_id"}
    | {"thread"},
    "model_usage": {"model", "outcome"},
    "notifications": {"event", "event_id", "state", "told", "reason"},
    "outbound_messages": {"kind", "event", "event_id", "delivery_status", "provider_id"}
    | {"provider_state", "trace_id", "trace_parent"},
    "people_senders": {"actor"},
    "receipts": {"provider_id", "state", "error_code"},
    "replays": {"status", "event", "state", "actor"},
    "task_executions": {"status", "actor"},
    "task_proposals": {"code", "question", "status", "priority"},
    "webhook_logs": {"event", "status", "request_id"},
}
OF_THE_ACCOUNT: Final = {
    *("aerich", "api_tokens", "figures_progress", "key_holders", "notification_settings"),
    *("user_webhooks", "users"),
}
_COLUMNS: Final = """
SELECT table_name, column_name, data_type FROM information_schema.columns
WHERE table_schema = 'public' AND data_type IN ('text', 'character varying', 'jsonb', 'bytea')
"""


async def columns(connection: asyncpg.Connection) -> dict[str, dict[str, str]]:
    """Every column that can hold words, by table, with its type."""
    found: dict[str, dict[str, str]] = {}
    for row in await connection.fetch(_COLUMNS):
        found.setdefault(row["table_name"], {})[row["column_name"]] = row["data_type"]
    return found


async def holding(house: House) -> dict[str, set[str]]:
    """Where the phrase stands in the whole database, by table."""
    found: dict[str, set[str]] = {}
    async with house.gw.db.connection() as connection:
        for table, types in (await columns(connection)).items():
            for name, kind in types.items():
                text = f"encode({name}, 'escape')" if kind == "bytea" else f"{name}::text"
                query = f"SELECT count(*) FROM {table} WHERE {text} ILIKE $1"  # noqa: S608 # names of the schema
                if await connection.fetchval(query, f"%{PHRASE}%"):
                    found.setdefault(table, set()).add(name)
    return found


async def in_redis(house: House) -> list[bytes]:
    """The keys and values of Redis in which the phrase stands."""
    url = house.gw.config.redis.url.get_secret_value()
    async with redis_client.Redis.from_url(url) as client:
        found = [key + (await client.dump(key) or b"") async for key in client.scan_iter("*")]
    return [each for each in found if PHRASE.lower().encode() in each.lower()]


def refused(message: OutboundMessage) -> None:
    """A provider that names whom it does not know."""
    raise PermanentFailure(
        f"{message.recipient} is no number: {message.text}", response_excerpt=message.text
    )


@pytest.fixture
def refusing() -> None:
    """The fake provider takes nothing."""
    FakeProvider.send_fails = staticmethod(refused)


async def planted(house: House) -> None:
    """A person wrote everywhere, was asked, was remembered; people and endpoints said their name.

    The first answer is a model's, the second conversation was asked before a task is made, and the
    third one's provider refuses the reply.
    """
    known = Fact(key="likes", value=PHRASE, message_id=1, at=house.gw.now())
    task = TaskDraft(
        title=LOGO,
        description=LOGO,
        project=PHRASE,
        assignee=PHRASE,
        source_message_id=1,
    )
    ModelResponder.answers = [
        Answer(reply=f"Yes, {PHRASE}", tasks=(task,), summary=LOGO, memory=(known,))
    ]
    house.listener.text = f"unknown: {PHRASE}"
    house.listener.answers = [400]
    by_model = await house.create_channel(ai={"responder": ModelResponder.name})
    asking = await house.create_channel(ai={"confirmation": "ask"})
    said = {"senderIdentifier": SENDER, "senderName": PHRASE}
    await house.says(
        by_model,
        f"Is {PHRASE} ready?",
        **said,
        attachments=[{"type": "image/png", "url": f"https://example.org/{PHRASE}.png"}],
        metadata={"about": PHRASE},
        taskTitle=PHRASE,
    )
    await house.drain()
    await house.says(asking, f"Please ask {PHRASE} to send the {PHRASE} logo by Friday 5pm", **said)
    await house.drain()
    fake = await add_webhook(house.gw, user_id=house.user_id)
    path = f"/api/webhooks/inbound/{fake.webhook_token}"
    await understood(house)
    await held_beside(house)
    await house.client.post(path, data=f"m-1|{SENDER}|{LOGO}", headers={"X-Token": "t"})
    await house.drain()


async def understood(house: House) -> None:
    """Names the phrase where only a model would, or a provider in what it says later."""
    said_later = """
        INSERT INTO receipts (
            user_id, webhook_id, outbound_id, provider_id, state, reason, facts, received_at,
            error_code, opted_out, is_applied)
        SELECT user_id, webhook_id, id, 'p-1', 'failed', $1, jsonb_build_object('to', $1::text),
            now(), '', FALSE, TRUE
        FROM outbound_messages WHERE kind = 'reply' ORDER BY id LIMIT 1
    """
    names = "jsonb_set(analysis, '{entities,names}', to_jsonb(ARRAY[$1::text]))"
    async with house.gw.db.connection() as connection:
        await connection.execute(
            """UPDATE task_proposals SET assignee = $1::text, project = $1::text,
            change = jsonb_build_object('title', $1::text)""",
            PHRASE,
        )
        await connection.execute(said_later, PHRASE)
        await connection.execute(f"UPDATE inbound_messages SET analysis = {names}", PHRASE)  # noqa: S608 # a constant
        for table in ("inbound_messages", "agency_tasks"):
            someone = "jsonb_build_object('address', $1::text, 'name', $1::text)"
            await connection.execute(f"UPDATE {table} SET requester = {someone}", PHRASE)  # noqa: S608 # constants


async def held_beside(house: House) -> None:
    """What is held of a person outside of conversations."""
    async with house.gw.db.connection() as connection:
        await connection.execute(
            """WITH clicked AS (
                INSERT INTO unsubscribes (user_id, address, webhook_id, created_at)
                VALUES ($1, $2, 1, now())
            ), linked AS (
                INSERT INTO people_senders (
                    user_id, person_id, webhook_id, participant, actor, linked_at)
                VALUES ($1, 1, 1, $2, 'token:t', now()))
            INSERT INTO consents (user_id, address, webhook_id, state, changed_at)
            VALUES ($1, $2, 0, 'opted_in', now())""",
            house.user_id,
            SENDER,
        )
        await connection.execute(
            """INSERT INTO consent_changes (
                user_id, address, webhook_id, state, source, words, reason, actor, created_at)
            VALUES ($1, $2, 0, 'opted_in', 'word', $3, $3, 'participant', now())""",
            house.user_id,
            SENDER,
            PHRASE,
        )
        await connection.execute(
            """INSERT INTO media (
                user_id, webhook_id, message_id, ref, place, name, declared_type, content_type,
                size, content, state, reason, source_url, detail, created_at)
            SELECT user_id, webhook_id, id, gen_random_uuid(), 0, $2::text, 'text/plain', '',
                1, convert_to($2::text, 'UTF8'), 'kept', '', $2::text, $2::text, now()
            FROM inbound_messages WHERE sender = $1 ORDER BY id LIMIT 1""",
            SENDER,
            PHRASE,
        )
    await fragment_held(house)


async def fragment_held(house: House) -> None:
    """A piece of a message that waits for the others."""
    async with house.gw.db.connection() as connection:
        await connection.execute(
            """INSERT INTO message_fragments (
                user_id, webhook_id, sender, ref, number, total, content, facts, raw_payload,
                raw_content_type, request_id, received_at, is_done)
            VALUES ($1, 1, $2, 'r', 1, 2, $3, jsonb_build_object('said', $3::text),
                convert_to($3, 'UTF8'), '', 'r', now(), FALSE)""",
            house.user_id,
            SENDER,
            PHRASE,
        )


async def handled(house: House) -> None:
    """What people of the account did about it, each call under a key that keeps its answer."""
    house.headers = house.headers | {"Idempotency-Key": "k"}
    tasks = (await house.api("GET", "/tasks"))["items"]
    done: list[tuple[str, Json]] = [
        (f"/tasks/{tasks[0]['id']}/complete", {"result": PHRASE}),
        (f"/tasks/{tasks[1]['id']}/fail", {"error": PHRASE}),
        ("/conversations/1/pause", {"reason": f"{PHRASE} asked for it"}),
    ]
    for number, (path, told) in enumerate(done):
        house.headers = house.headers | {"Idempotency-Key": f"k-{number}"}
        await house.api("POST", path, told)
    del house.headers["Idempotency-Key"]
    await house.drain()


@pytest.mark.usefixtures("refusing")
async def test_a_phrase_that_was_planted_everywhere_is_nowhere_after_the_erasure(
    house: House,
) -> None:
    await planted(house)
    await handled(house)
    assert await holding(house) == PLANTED

    receipt = await house.api("DELETE", PATH)

    assert await holding(house) == KEPT
    assert await in_redis(house) == []
    assert (receipt["conversations"], receipt["proposals"], receipt["answers"]) == (3, 1, 3)
    await house.drain()
    assert await holding(house) == KEPT


@pytest.mark.usefixtures("refusing")
async def test_a_copy_has_every_place_in_which_the_phrase_stands(house: House) -> None:
    await planted(house)
    await handled(house)

    copy = await house.api("GET", f"{PATH}/export")

    named = {
        "agency_tasks": "tasks",
        "bot_conversations": "conversations",
        "consent_changes": "consent",
        "consents": "consent",
        "unsubscribes": "consent",
        "conversation_events": "transitions",
        "inbound_messages": "messages",
        "media": "media",
        "outbound_messages": "deliveries",
        "people_senders": "linked",
        "receipts": "receipts",
        "task_executions": "executions",
        "task_proposals": "proposals",
        "webhook_logs": "attempts",
    }
    # A piece of a message waits some minutes for the others, and is a message then.
    assert named.keys() == PLANTED.keys() - {"message_fragments"}
    lacking = [part for part in named.values() if PHRASE.lower() not in str(copy[part]).lower()]
    assert lacking == []
    assert [proposal["status"] for proposal in copy["proposals"]] == ["pending"]
    assert any(attempt["calls"] for attempt in copy["attempts"])


async def test_of_every_column_it_is_known_whether_it_holds_words(house: House) -> None:
    async with house.gw.db.connection() as connection:
        found = {
            table: set(names)
            for table, names in (await columns(connection)).items()
            if table not in OF_THE_ACCOUNT
        }

    known = {
        table: PLANTED.get(table, set()) | WORDLESS.get(table, set())
        for table in PLANTED.keys() | WORDLESS.keys()
    }
    assert found == known, "erase and export a column that holds words, and plant the phrase in it"


def test_the_reason_of_an_endpoints_trouble_names_no_person() -> None:
    failure = TemporaryFailure(f"{SENDER} cannot be reached now")

    said = attempted(failure, at=datetime.now(UTC), unnamed=SENDER)

    assert said is not None
    assert said.reason == "… cannot be reached now"


async def test_a_call_whose_answer_was_erased_is_not_made_again(house: House) -> None:
    channel = await house.create_channel()
    await house.says(channel, LOGO, senderIdentifier=SENDER)
    await house.drain()
    house.headers = house.headers | {"Idempotency-Key": "k"}
    told = {"title": f"Call {PHRASE}", "conversationId": 1}
    await house.api("POST", "/tasks", told, status=201)

    await house.api("DELETE", PATH)

    again = await house.api("POST", "/tasks", told, status=422)
    assert again["error"]["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert "answer erased" in again["error"]["message"]
    assert len((await house.api("GET", "/tasks"))["items"]) == 2
