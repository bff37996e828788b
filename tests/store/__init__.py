"""The queries against a real PostgreSQL; rows to begin with are made here."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import asyncpg

from gateway import store
from gateway.channel_settings import OpenedSettings, seal_settings
from gateway.plugin import Fact, InboundMessage, JsonValue, SigningSecret
from gateway.records import (
    ClaimedConversation,
    ClaimedDelivery,
    NewMessage,
    NewOutbound,
    TurnResult,
    Webhook,
)
from gateway.runtime import Gateway
from gateway.store import NewWebhook

NOW: Final = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
"""The moment at which the rows of these tests begin."""

TEA: Final = Fact(key="likes", value="tea", message_id=1, at=NOW, kind="preference")

SETTINGS: Final[dict[str, JsonValue]] = {"authToken": "t"}


def later(seconds: float) -> datetime:
    """So many seconds after the beginning."""
    return NOW + timedelta(seconds=seconds)


async def add_webhook(gw: Gateway, *, user_id: int | None = None, **changes: Any) -> Webhook:
    """A webhook of the fake provider, of a new user unless one is given; secrets are sealed."""
    if user_id is None:
        user_id = (await store.create_user(name="Agency")).id
    limit = changes.pop("limit", 99)
    settings = changes.pop("settings", SETTINGS)
    id_ = await store.next_webhook_id(gw.db)
    opened = OpenedSettings(
        provider_config=settings,
        outbound_config=settings,
        secrets=(SigningSecret(value="s3cret"),),
    )
    provider, outbound, secrets = seal_settings(gw.vault, id_, opened)
    new = NewWebhook(
        id=id_,
        user_id=user_id,
        channel_type="sms",
        channel_name="Phone",
        parser="fake",
        verifier="fake",
        transport="fake",
        responder="echo",
        provider_config=provider,
        outbound_config=outbound,
        signing_secrets=secrets,
        outbound_enabled=True,
        is_primary=False,
        rate_limit_per_minute=100,
        rate_limit_per_hour=1000,
        ai_config={},
        tags=[],
        metadata={},
    )
    by = store.Operation(user_id=user_id, actor="token:test", request_id="r-1", at=gw.now())
    return await store.create_webhook(gw.db, by, replace(new, **changes), limit=limit)


def text(content: str = "Hello", *, sender: str = "+15550101", **changes: Any) -> NewMessage:
    """A message of user 1 on webhook 1, on its way into the log."""
    external_id = changes.pop("external_id", None)
    new = NewMessage(
        user_id=1,
        webhook_id=1,
        message=InboundMessage(sender=sender, text=content, external_id=external_id),
        raw_payload=content.encode("utf-8", "replace"),
        raw_content_type="text/plain",
        request_id="r1",
        received_at=NOW,
    )
    return replace(new, **changes)


async def claim(gw: Gateway, *, seconds: float = 0, limit: int = 100) -> list[ClaimedConversation]:
    """Claims conversations so many seconds after the beginning, for ten seconds."""
    return await store.claim_conversations(
        gw.db, now=later(seconds), lease_seconds=10, limit=limit, history_turns=20
    )


async def claim_out(gw: Gateway, *, seconds: float = 0, limit: int = 100) -> list[ClaimedDelivery]:
    """Claims deliveries so many seconds after the beginning, for ten seconds."""
    slots = store.Slots(total=limit, retries=limit, per_endpoint=1000, drained_per_second=20)
    return await store.claim_deliveries(gw.db, slots, now=later(seconds), lease_seconds=10)


def turn(claimed: ClaimedConversation, *outbound: NewOutbound, **changes: Any) -> TurnResult:
    """An answered turn that changes nothing but its messages, unless told otherwise."""
    result = TurnResult(
        claimed=claimed,
        analyses={},
        tasks=(),
        outbound=outbound,
        summary="summed up",
        memory=(TEA,),
        at=later(1),
        even_if_superseded=False,
    )
    return replace(result, **changes)


def reply(content: str = "Noted.", **changes: Any) -> NewOutbound:
    """A reply on webhook 1."""
    new = NewOutbound(
        webhook_id=1,
        kind="reply",
        event="message.reply",
        event_id=f"evt_{content}",
        recipient="+15550101",
        content=content,
        data={"content": content},
    )
    return replace(new, **changes)


def event(name: str = "task.created", **changes: Any) -> NewOutbound:
    """An event for webhook 1."""
    new = NewOutbound(
        webhook_id=1,
        kind="event",
        event=name,
        event_id=f"evt_{name}",
        recipient="",
        content="",
        data={},
    )
    return replace(new, **changes)


async def rows(gw: Gateway, query: str, *arguments: object) -> list[asyncpg.Record]:
    """What a query finds."""
    async with gw.db.connection() as connection:
        found: list[asyncpg.Record] = await connection.fetch(query, *arguments)
        return found


async def value(gw: Gateway, query: str, *arguments: object) -> Any:
    """The one value that a query finds."""
    [row] = await rows(gw, query, *arguments)
    return row[0]


async def is_waiting(gw: Gateway, count: int) -> bool:
    """Whether at least so many statements of this database wait for a lock."""
    waiting = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event_type = 'Lock'
    """
    return bool(await value(gw, waiting) >= count)
