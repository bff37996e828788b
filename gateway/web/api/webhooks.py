"""Webhooks: create, list, get, change, switch off."""

import secrets
from functools import partial
from typing import Final

from pydantic import Field

from gateway import store
from gateway.channel_settings import (
    ChannelPlan,
    OpenedSettings,
    WantedChannel,
    plan_channel,
    seal_settings,
)
from gateway.plugin import SigningSecret
from gateway.plugin.errors import PluginUnavailable, WebhookLimitExceeded, WebhookNotFound
from gateway.records import HOOK, Webhook
from gateway.runtime import Gateway
from gateway.web.api.changes import change
from gateway.web.api.procedures import ById, Call, Listed, procedure
from gateway.web.api.updates import LIMITS, removed, updated
from gateway.web.api.webhook_shapes import (
    CreateWebhook,
    UpdateWebhook,
    WebhookView,
    check_fallback,
    pace_of,
    rate_limits,
    shown,
)
from gateway.web.failures import PreconditionFailed
from gateway.web.wire import Body


class ListWebhooks(Body):
    """Which webhooks."""

    include_inactive: bool = Field(False, description="Also those that are switched off.")


@procedure(
    "webhooks.create",
    "POST /webhooks",
    scope="webhooks:write",
    status=201,
    raises=(WebhookLimitExceeded,),
)
async def create(call: Call, asked: CreateWebhook) -> WebhookView:
    """Creates a channel, with a URL of its own and a signing secret.

    `providerConfig` shows the settings of all parts, `outboundConfig` those of the transport alone.
    Secret settings are stored encrypted and never shown again; `secretsSet` names those that are
    set. `timeZone` at the top is the account's. `version` grows with each change. The account may
    have `limits.webhooks_per_user` active webhooks.
    """
    await check_fallback(
        call.gw, user_id=call.user_id, webhook_id=None, fallback_id=asked.fallback_webhook_id
    )
    webhook = await _create(call, asked)
    call.gw.channels.forget(call.user_id)
    return shown(call.gw, webhook)


@procedure("webhooks.list", "GET /webhooks", scope="webhooks:read")
async def list_(call: Call, asked: ListWebhooks) -> Listed[WebhookView]:
    """The account's webhooks, oldest first, all at once."""
    found = await store.list_webhooks(
        call.gw.db, user_id=call.user_id, include_inactive=asked.include_inactive
    )
    return Listed(items=[shown(call.gw, w) for w in found if w.channel_type != HOOK])


@procedure("webhooks.get", "GET /webhooks/{id}", scope="webhooks:read", raises=(WebhookNotFound,))
async def get(call: Call, asked: ById) -> WebhookView:
    """One webhook, its secrets masked."""
    found = await store.get_webhook(call.gw.db, user_id=call.user_id, webhook_id=asked.id)
    return shown(call.gw, found)


@procedure(
    "webhooks.update",
    "PATCH /webhooks/{id}",
    scope="webhooks:write",
    raises=(WebhookNotFound, WebhookLimitExceeded, PluginUnavailable, PreconditionFailed),
)
async def update(call: Call, asked: UpdateWebhook) -> WebhookView:
    """Changes what is named, and nothing else.

    The result is checked as at creation, and refused as a whole. A setting that belongs to the
    `authType` or responder of before is dropped with it. `isPrimary` false is refused for the
    primary one: make another one primary. `isActive` true brings a webhook back, within the limit
    of active ones. The [audit trail](#get-apiv1audit) notes who changed what; a change
    of nothing is answered the same, and noted nowhere. Changes that are made at the same time do
    not undo each other.
    """
    await check_fallback(
        call.gw, user_id=call.user_id, webhook_id=asked.id, fallback_id=asked.fallback_webhook_id
    )
    decide = partial(updated, call.gw, body=asked)
    return shown(call.gw, await change(call, decide, asked.id))


@procedure(
    "webhooks.delete",
    "DELETE /webhooks/{id}",
    scope="webhooks:write",
    raises=(WebhookNotFound, PreconditionFailed),
)
async def delete(call: Call, asked: ById) -> WebhookView:
    """Switches a webhook off: its URL answers 403 `WEBHOOK_INACTIVE`.

    Nothing is removed; messages, conversations and tasks stay readable, and an update with
    `isActive` brings it back. When it was the primary one, the oldest active one becomes primary.
    The same call again answers the same.
    """
    return shown(call.gw, await change(call, removed, asked.id))


async def _create(call: Call, body: CreateWebhook) -> Webhook:
    gw, networks = call.gw, body.allowed_addresses
    limits = rate_limits(gw, {name: getattr(body, name) for name in LIMITS})
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
        user_id=call.user_id,
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
        retry_seconds=None if body.retry_seconds is None else tuple(body.retry_seconds),
        is_ordered=body.is_ordered,
        in_flight=body.in_flight,
        per_second=pace_of(body.per_second),
        fallback_webhook_id=body.fallback_webhook_id,
        allowed_addresses=None if networks is None else tuple(networks),
    )
    return await store.create_webhook(
        gw.db, call.operation, new, limit=gw.config.limits.webhooks_per_user
    )


def _planned(gw: Gateway, body: CreateWebhook) -> ChannelPlan:
    wanted = WantedChannel(
        channel_type=body.channel_type,
        provider=body.provider,
        responder=body.ai_config.responder,
        fallback=tuple(body.ai_config.fallback),
        readers=tuple(body.ai_config.readers),
    )
    return plan_channel(
        gw.registry,
        wanted,
        gw.egress.vet_url,
        config=body.provider_config,
        outbound=body.outbound_config,
    )


PROCEDURES: Final = (create, list_, get, update, delete)
