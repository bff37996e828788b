"""Webhooks: create, list, get, change, switch off; their messages and conversations."""

import secrets
from collections.abc import Sequence
from functools import partial
from typing import Protocol

from quart import Blueprint, Response, request

from gateway import store
from gateway.channel_settings import (
    ChannelPlan,
    OpenedSettings,
    WantedChannel,
    plan_channel,
    seal_settings,
)
from gateway.plugin import SigningSecret
from gateway.records import Message, Webhook
from gateway.runtime import Gateway
from gateway.store import Database
from gateway.store.webhooks import ConversationSummary
from gateway.web.api.calls import caller, page_answer, page_asked
from gateway.web.api.operations import change, operation_by
from gateway.web.api.updates import removed, updated
from gateway.web.api.webhook_shapes import (
    CreateWebhook,
    UpdateWebhook,
    opened,
    rate_limits,
    shown,
)
from gateway.web.wire import json_response, parse_body, to_wire


def webhook_routes(gw: Gateway) -> Blueprint:
    """`/webhooks` and what hangs below one."""
    routes = Blueprint("webhooks", __name__)
    _add_collection_routes(routes, gw)
    _add_member_routes(routes, gw)
    _add_history_routes(routes, gw)
    _add_change_routes(routes, gw)
    return routes


def _add_collection_routes(routes: Blueprint, gw: Gateway) -> None:
    @routes.post("/webhooks")
    async def create() -> Response:
        principal = await caller(gw, "webhooks:write")
        body = await parse_body(request, CreateWebhook)
        webhook = await _create(gw, principal.user_id, body)
        gw.channels.forget(principal.user_id)
        return json_response(shown(gw, webhook), status=201)

    @routes.get("/webhooks")
    async def list_() -> Response:
        principal = await caller(gw, "webhooks:read")
        webhooks = await store.list_webhooks(
            gw.db,
            user_id=principal.user_id,
            include_inactive=request.args.get("includeInactive") == "true",
        )
        return json_response({"items": [shown(gw, w) for w in webhooks], "nextCursor": None})


def _add_change_routes(routes: Blueprint, gw: Gateway) -> None:
    @routes.patch("/webhooks/<int:webhook_id>")
    async def update(webhook_id: int) -> Response:
        operation = operation_by(gw, await caller(gw, "webhooks:write"))
        body = await parse_body(request, UpdateWebhook)
        decide = partial(updated, gw, body=body)
        return json_response(shown(gw, await change(gw, operation, decide, webhook_id)))

    @routes.delete("/webhooks/<int:webhook_id>")
    async def remove(webhook_id: int) -> Response:
        operation = operation_by(gw, await caller(gw, "webhooks:write"))
        return json_response(shown(gw, await change(gw, operation, removed, webhook_id)))


def _add_member_routes(routes: Blueprint, gw: Gateway) -> None:
    @routes.get("/webhooks/<int:webhook_id>")
    async def get(webhook_id: int) -> Response:
        principal = await caller(gw, "webhooks:read")
        webhook = await store.get_webhook(gw.db, user_id=principal.user_id, webhook_id=webhook_id)
        return json_response(shown(gw, webhook))

    @routes.get("/webhooks/<int:webhook_id>/secret")
    async def secret(webhook_id: int) -> Response:
        principal = await caller(gw, "webhooks:write")
        webhook = await store.get_webhook(gw.db, user_id=principal.user_id, webhook_id=webhook_id)
        secret_key = opened(gw, webhook).secrets[0].value
        await store.log_operation(
            webhook, "webhook.secret_read", actor=principal.actor, now=gw.now()
        )
        response = json_response({"secretKey": secret_key})
        response.headers["Cache-Control"] = "no-store"
        return response


class _History(Protocol):
    """A query that reads what a webhook's past holds, newest first."""

    async def __call__(
        self, db: Database, *, user_id: int, webhook_id: int, before_id: int | None, limit: int
    ) -> Sequence[ConversationSummary | Message]: ...


def _add_history_routes(routes: Blueprint, gw: Gateway) -> None:
    @routes.get("/webhooks/<int:webhook_id>/conversations")
    async def conversations(webhook_id: int) -> Response:
        return await _history_page(gw, webhook_id, store.list_conversations)

    @routes.get("/webhooks/<int:webhook_id>/messages")
    async def messages(webhook_id: int) -> Response:
        return await _history_page(gw, webhook_id, store.list_messages)


async def _history_page(gw: Gateway, webhook_id: int, read: _History) -> Response:
    user_id = (await caller(gw, "messages:read")).user_id
    page = page_asked()
    await store.get_webhook(gw.db, user_id=user_id, webhook_id=webhook_id)
    found = await read(
        gw.db, user_id=user_id, webhook_id=webhook_id, before_id=page.before_id, limit=page.limit
    )
    last_id = found[-1].id if found else None
    return json_response(page_answer([to_wire(entry) for entry in found], page, last_id))


async def _create(gw: Gateway, user_id: int, body: CreateWebhook) -> Webhook:
    limits = rate_limits(
        gw,
        {
            "rate_limit_per_minute": body.rate_limit_per_minute,
            "rate_limit_per_hour": body.rate_limit_per_hour,
        },
    )
    plan = _planned(gw, body)
    webhook_id = await store.next_webhook_id(gw.db)
    settings = OpenedSettings(
        provider_config=plan.provider_config,
        outbound_config=plan.outbound_config,
        secrets=(SigningSecret(value=secrets.token_hex(32)),),
    )
    provider, outbound, signing = seal_settings(gw.vault, webhook_id, settings)
    new = store.NewWebhook(
        id=webhook_id,
        user_id=user_id,
        channel_type=body.channel_type,
        channel_name=body.channel_name,
        parser=plan.parser,
        verifier=plan.verifier,
        transport=plan.transport,
        responder=plan.responder,
        provider_config=provider,
        outbound_config=outbound,
        signing_secrets=signing,
        outbound_enabled=body.outbound_enabled,
        is_primary=body.is_primary,
        rate_limit_per_minute=limits["rate_limit_per_minute"],
        rate_limit_per_hour=limits["rate_limit_per_hour"],
        ai_config=body.ai_config.model_dump(by_alias=True),
        tags=body.tags,
        metadata=body.metadata,
    )
    return await store.create_webhook(gw.db, new, limit=gw.config.limits.webhooks_per_user)


def _planned(gw: Gateway, body: CreateWebhook) -> ChannelPlan:
    wanted = WantedChannel(
        channel_type=body.channel_type,
        provider=body.provider,
        responder=body.ai_config.responder,
    )
    return plan_channel(
        gw.registry,
        wanted,
        gw.egress.vet_url,
        config=body.provider_config,
        outbound=body.outbound_config,
    )
