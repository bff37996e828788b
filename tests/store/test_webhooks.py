"""Webhooks: counted, found, and never seen by another user."""

import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest

from gateway import store
from gateway.plugin.errors import WebhookLimitExceeded, WebhookNotFound
from gateway.runtime import Gateway
from gateway.store import MessagePage
from tests.store import NOW, add_webhook, claim, later, reply, rows, text, turn, value


async def test_every_field_of_a_webhook_is_kept(gw: Gateway) -> None:
    made = await add_webhook(
        gw,
        channel_name="Línea 1",
        ai_config={"language": "es", "nested": {"a": [1, None]}},
        tags=["vip", "ñ"],
        metadata={"crm": 7},
        rate_limit_per_minute=7,
        rate_limit_per_hour=70,
        outbound_enabled=False,
    )

    found = await store.get_webhook(gw.db, user_id=made.user_id, webhook_id=made.id)

    assert found == made
    assert (found.channel_name, found.tags, found.metadata) == ("Línea 1", ("vip", "ñ"), {"crm": 7})
    assert found.ai_config == {"language": "es", "nested": {"a": [1, None]}}
    assert (found.rate_limit_per_minute, found.rate_limit_per_hour) == (7, 70)
    assert (found.is_active, found.is_verified, found.outbound_enabled) == (True, False, False)
    assert (found.version, found.time_zone) == (1, "UTC")
    assert await store.webhook_by_token(gw.db, made.webhook_token) == made


async def test_no_sealed_field_is_shown_in_a_traceback(gw: Gateway) -> None:
    made = await add_webhook(gw)

    assert made.provider_config not in repr(made)
    assert made.signing_secrets not in repr(made)


async def test_the_zone_of_a_webhook_is_its_users(gw: Gateway) -> None:
    user = await store.create_user(name="A", time_zone="Europe/Madrid")

    assert (await add_webhook(gw, user_id=user.id)).time_zone == "Europe/Madrid"


async def test_ids_that_were_given_out_never_come_again(gw: Gateway) -> None:
    ids = await asyncio.gather(*(store.next_webhook_id(gw.db) for _ in range(50)))

    assert len(set(ids)) == 50


async def test_ten_at_once_make_exactly_as_many_as_allowed(gw: Gateway) -> None:
    user = await store.create_user(name="A")

    made = await asyncio.gather(
        *(add_webhook(gw, user_id=user.id, limit=3) for _ in range(10)), return_exceptions=True
    )

    refused = [one for one in made if isinstance(one, BaseException)]
    assert [type(one) for one in refused] == [WebhookLimitExceeded] * 7
    assert "3 active webhooks of 3; delete one first" in str(refused[0])
    found = await store.list_webhooks(gw.db, user_id=user.id)
    assert len(found) == 3
    assert sum(webhook.is_primary for webhook in found) == 1


async def test_an_inactive_webhook_does_not_count(gw: Gateway) -> None:
    first = await add_webhook(gw)
    await rows(gw, "UPDATE user_webhooks SET is_active = false")

    second = await add_webhook(gw, user_id=first.user_id, limit=1)

    assert second.is_primary


async def test_a_users_limit_is_not_used_up_by_others(gw: Gateway) -> None:
    await add_webhook(gw, limit=1)

    assert (await add_webhook(gw, limit=1)).is_primary


async def test_the_first_is_primary_and_the_mark_moves_when_asked(gw: Gateway) -> None:
    first = await add_webhook(gw)
    second = await add_webhook(gw, user_id=first.user_id)
    assert (first.is_primary, second.is_primary) == (True, False)

    third = await add_webhook(gw, user_id=first.user_id, is_primary=True)

    found = await store.list_webhooks(gw.db, user_id=first.user_id)
    assert [(w.id, w.is_primary) for w in found] == [
        (first.id, False),
        (second.id, False),
        (third.id, True),
    ]


async def test_two_that_want_to_be_primary_at_once_end_with_one(gw: Gateway) -> None:
    user = await store.create_user(name="A")

    await asyncio.gather(*(add_webhook(gw, user_id=user.id, is_primary=True) for _ in range(5)))

    found = await store.list_webhooks(gw.db, user_id=user.id)
    assert [w.is_primary for w in found].count(True) == 1


async def test_another_users_webhook_is_not_found(gw: Gateway) -> None:
    mine, other = await add_webhook(gw), await add_webhook(gw)

    for user_id, webhook_id in ((mine.user_id, other.id), (999, mine.id), (mine.user_id, 999)):
        with pytest.raises(WebhookNotFound, match="GET /api/v1/webhooks lists yours"):
            await store.get_webhook(gw.db, user_id=user_id, webhook_id=webhook_id)


async def test_a_list_shows_active_ones_unless_all_are_asked_for(gw: Gateway) -> None:
    first = await add_webhook(gw)
    second = await add_webhook(gw, user_id=first.user_id)
    await add_webhook(gw)
    await rows(gw, "UPDATE user_webhooks SET is_active = false WHERE id = $1", first.id)

    active = await store.list_webhooks(gw.db, user_id=first.user_id)
    everything = await store.list_webhooks(gw.db, user_id=first.user_id, include_inactive=True)

    assert [w.id for w in active] == [second.id]
    assert [w.id for w in everything] == [first.id, second.id]


async def test_an_unknown_token_finds_nothing(gw: Gateway) -> None:
    assert await store.webhook_by_token(gw.db, uuid4()) is None


async def test_each_operation_is_in_the_audit_trail(gw: Gateway) -> None:
    made = await add_webhook(gw)
    by = store.Operation(user_id=made.user_id, actor="token:abc", request_id="r-1", at=NOW)
    entry = store.LogEntry(webhook_id=made.id, event="webhook.secret_read", detail={})
    await store.log_operation(gw.db, by, entry)

    log = await rows(gw, "SELECT event, status, detail, webhook_id FROM webhook_logs ORDER BY id")

    assert [(row["event"], row["status"], row["webhook_id"]) for row in log] == [
        ("webhook.created", "done", made.id),
        ("webhook.secret_read", "done", made.id),
    ]
    assert "token:test" in log[0]["detail"]
    assert "token:abc" in log[1]["detail"]


async def test_messages_are_listed_newest_first_with_what_became_of_them(gw: Gateway) -> None:
    await add_webhook(gw)
    await store.store_messages(gw.db, [text("a", external_id="m-1"), text("b")])
    [claimed] = await claim(gw)
    await store.settle_turns(gw.db, [turn(claimed, reply("Noted."))])
    await store.store_messages(gw.db, [text("c", reason="unreadable")])
    await rows(gw, "UPDATE inbound_messages SET reply_id = 1 WHERE id = 1")

    page = MessagePage(webhook_id=1, limit=2)
    first = await store.list_messages(gw.db, page, user_id=1)
    rest = await store.list_messages(gw.db, replace(page, before_id=first[-1].id), user_id=1)

    assert [m.content for m in first] == ["c", "b"]
    assert (first[0].processing_status, first[0].reason) == ("quarantined", "unreadable")
    assert first[0].conversation_id is None
    [oldest] = rest
    assert (oldest.external_message_id, oldest.attachments) == ("m-1", [])
    assert (oldest.reply, oldest.reply_status) == ("Noted.", "pending")


async def test_another_users_messages_are_never_listed(gw: Gateway) -> None:
    mine = text("mine")
    await store.store_messages(gw.db, [mine, replace(mine, user_id=2, webhook_id=2)])

    for user_id, webhook_id in ((2, 1), (1, 2)):
        page = MessagePage(webhook_id=webhook_id, limit=9)
        assert not await store.list_messages(gw.db, page, user_id=user_id)
    assert await value(gw, "SELECT count(*) FROM inbound_messages") == 2


async def test_a_webhook_that_cannot_be_created_leaves_no_trace(gw: Gateway) -> None:
    first = await add_webhook(gw)

    with pytest.raises(WebhookLimitExceeded):
        await add_webhook(gw, user_id=first.user_id, limit=1, is_primary=True)

    [kept] = await store.list_webhooks(gw.db, user_id=first.user_id)
    assert kept.is_primary
    assert kept.created_at < later(10**9)
    assert await value(gw, "SELECT count(*) FROM webhook_logs") == 1
