"""Webhooks: create, list, get, messages."""

import re
import secrets
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, JsonValue as PydanticJson
from quart import Blueprint, Response, request

from gateway import store
from gateway.channel_settings import (
    ChannelPlan,
    OpenedSettings,
    WantedChannel,
    open_settings,
    plan_channel,
    seal_settings,
    shown_settings,
)
from gateway.plugin import FieldError, InvalidPayload, JsonValue, SigningSecret
from gateway.records import Webhook
from gateway.runtime import Gateway
from gateway.vault import VaultError
from gateway.web.api.calls import caller, page_answer, page_asked
from gateway.web.wire import Body, json_response, parse_body, to_wire

SEALED = ("user_id", "provider_config", "outbound_config", "signing_secrets", "ai_config")


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("give an IANA time zone such as Europe/Madrid")
    return value


def _plain(value: str) -> str:
    if re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", value):
        raise ValueError("control characters and lone surrogates are not allowed")
    return value


Text = Annotated[str, AfterValidator(_plain)]


class AiConfig(Body):
    """Who answers on a channel, and how (FR-11)."""

    responder: Text = Field("builtin", max_length=64)
    personality: Literal["professional", "friendly", "concise"] = "professional"
    language: Literal["en", "es", "de", "fr"] | None = None
    auto_create_tasks: bool = True
    time_zone: Annotated[str, AfterValidator(_zone)] | None = None


class CreateWebhook(Body):
    """PRD Appendix A.1."""

    channel_type: Text = Field(max_length=32)
    channel_name: Text = Field(min_length=1, max_length=100)
    provider: Text | None = Field(None, max_length=64)
    provider_config: dict[str, PydanticJson] = Field(default_factory=dict)
    outbound_enabled: bool = True
    outbound_config: dict[str, PydanticJson] = Field(default_factory=dict)
    is_primary: bool = False
    rate_limit_per_minute: int | None = Field(None, ge=1)
    rate_limit_per_hour: int | None = Field(None, ge=1)
    ai_config: AiConfig = AiConfig()
    tags: list[Annotated[Text, Field(max_length=50)]] = Field(default_factory=list, max_length=50)
    metadata: dict[str, PydanticJson] = Field(default_factory=dict)


def webhook_routes(gw: Gateway) -> Blueprint:
    """`/webhooks` and what hangs below one."""
    routes = Blueprint("webhooks", __name__)
    _add_collection_routes(routes, gw)
    _add_member_routes(routes, gw)
    return routes


def _add_collection_routes(routes: Blueprint, gw: Gateway) -> None:
    @routes.post("/webhooks")
    async def create() -> Response:
        principal = await caller(gw, "webhooks:write")
        body = await parse_body(request, CreateWebhook)
        webhook = await _create(gw, principal.user_id, body)
        gw.channels.forget(principal.user_id)
        return json_response(_shown(gw, webhook), status=201)

    @routes.get("/webhooks")
    async def list_() -> Response:
        principal = await caller(gw, "webhooks:read")
        webhooks = await store.list_webhooks(
            gw.db,
            user_id=principal.user_id,
            include_inactive=request.args.get("includeInactive") == "true",
        )
        return json_response({"items": [_shown(gw, w) for w in webhooks], "nextCursor": None})


def _add_member_routes(routes: Blueprint, gw: Gateway) -> None:
    @routes.get("/webhooks/<int:webhook_id>")
    async def get(webhook_id: int) -> Response:
        principal = await caller(gw, "webhooks:read")
        webhook = await store.get_webhook(gw.db, user_id=principal.user_id, webhook_id=webhook_id)
        return json_response(_shown(gw, webhook))

    @routes.get("/webhooks/<int:webhook_id>/secret")
    async def secret(webhook_id: int) -> Response:
        principal = await caller(gw, "webhooks:write")
        webhook = await store.get_webhook(gw.db, user_id=principal.user_id, webhook_id=webhook_id)
        opened = open_settings(gw.vault, webhook)
        await store.log_operation(
            webhook, "webhook.secret_read", actor=principal.actor, now=gw.now()
        )
        return json_response({"secretKey": opened.secrets[0].value})

    @routes.get("/webhooks/<int:webhook_id>/messages")
    async def messages(webhook_id: int) -> Response:
        principal = await caller(gw, "messages:read")
        page = page_asked()
        await store.get_webhook(gw.db, user_id=principal.user_id, webhook_id=webhook_id)
        found = await store.list_messages(
            gw.db,
            user_id=principal.user_id,
            webhook_id=webhook_id,
            before_id=page.before_id,
            limit=page.limit,
        )
        last_id = found[-1].id if found else None
        return json_response(page_answer([to_wire(m) for m in found], page, last_id))


async def _create(gw: Gateway, user_id: int, body: CreateWebhook) -> Webhook:
    limits = gw.config.limits
    per_minute = body.rate_limit_per_minute or limits.per_minute_default
    per_hour = body.rate_limit_per_hour or limits.per_hour_default
    _check_ceiling("rateLimitPerMinute", per_minute, limits.per_minute_ceiling)
    _check_ceiling("rateLimitPerHour", per_hour, limits.per_hour_ceiling)
    plan = _planned(gw, body)
    webhook_id = await store.next_webhook_id(gw.db)
    opened = OpenedSettings(
        provider_config=plan.provider_config,
        outbound_config=plan.outbound_config,
        secrets=(SigningSecret(value=secrets.token_hex(32)),),
    )
    provider, outbound, signing = seal_settings(gw.vault, webhook_id, opened)
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
        rate_limit_per_minute=per_minute,
        rate_limit_per_hour=per_hour,
        ai_config=body.ai_config.model_dump(by_alias=True),
        tags=body.tags,
        metadata=body.metadata,
    )
    return await store.create_webhook(gw.db, new, limit=limits.webhooks_per_user)


def _planned(gw: Gateway, body: CreateWebhook) -> ChannelPlan:
    wanted = WantedChannel(
        channel_type=body.channel_type,
        provider=body.provider,
        responder=body.ai_config.responder,
    )
    return plan_channel(
        gw.registry, wanted, config=body.provider_config, outbound=body.outbound_config
    )


def _shown(gw: Gateway, webhook: Webhook) -> dict[str, JsonValue]:
    """A webhook without its secrets (AC-23)."""
    token = str(webhook.webhook_token)
    try:
        settings = shown_settings(gw.registry, webhook, open_settings(gw.vault, webhook))
    except VaultError as problem:
        settings = {"problem": str(problem)}
    return {
        **to_wire(webhook, without=SEALED),
        "webhookUrl": f"{gw.config.public_url}/api/webhooks/inbound/{token}",
        "providerConfig": settings,
        "aiConfig": dict(webhook.ai_config),
    }


def _check_ceiling(field: str, value: int, ceiling: int) -> None:
    if value > ceiling:
        message = f"at most {ceiling} on this gateway"
        raise InvalidPayload(
            f"{field}: {message}", fields=[FieldError(pointer=f"/{field}", message=message)]
        )
