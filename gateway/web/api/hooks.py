"""Subscriptions of automation platforms (REST hooks), and what their events look like."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from pydantic import Field

from gateway import store
from gateway.channel_settings import (
    ChannelPlan,
    OpenedSettings,
    WantedChannel,
    plan_channel,
    seal_settings,
)
from gateway.plugin import InvalidPayload, JsonValue, SigningSecret
from gateway.plugin.errors import HookLimitExceeded
from gateway.records import HOOK, Webhook
from gateway.rules.event_shapes import SHAPES, event_example, event_schema
from gateway.rules.events import event_body
from gateway.web.api.procedures import ById, Call, Listed, Nothing, procedure
from gateway.web.api.webhook_shapes import AiConfig, opened
from gateway.web.wire import Body

SAMPLES: Final = 3
URL: Final = "outboundWebhookUrl"
EVENTS: Final = "outboundEvents"

Subscribable = Literal[
    "message.received", "task.created", "task.completed", "task.failed", "conversation.updated"
]


class Subscribe(Body):
    """Which event goes where."""

    target_url: str = Field(
        min_length=1, max_length=2048, description="Where each event is posted, as JSON."
    )
    event: Subscribable = Field(description="The name of the event.")


class Samples(Body):
    """Of which event."""

    event: Subscribable = Field("message.received", description="The name of the event.")


@dataclass(frozen=True, slots=True, kw_only=True)
class HookView:
    """A subscription."""

    id: int
    event: str
    target_url: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HookEnd:
    """A subscription that is there no more."""

    id: int
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """An event: what it means, its JSON Schema, and an example."""

    name: str
    description: str
    schema: Mapping[str, JsonValue]
    example: Mapping[str, JsonValue]


@procedure(
    "hooks.subscribe",
    "POST /hooks",
    scope="webhooks:write",
    status=201,
    raises=(HookLimitExceeded,),
)
async def subscribe(call: Call, asked: Subscribe) -> HookView:
    """Sends one kind of event of the whole account to a URL, from now on.

    It is what automation platforms do when a workflow is switched on. A subscription is no
    channel: it has no URL of its own and counts for `limits.hooks_per_user` alone. It is signed,
    repeated and shown like every delivery: `GET /webhooks/{id}/deliveries` and
    `GET /webhooks/{id}/secret` take its id. The first answer 410 ends it.
    """
    gw = call.gw
    hook_id = await store.next_webhook_id(gw.db)
    new = _new_hook(call, asked, hook_id)
    limit = gw.config.limits.hooks_per_user
    webhook = await store.create_hook(gw.db, call.operation, new, limit=limit)
    gw.channels.forget(call.user_id)
    return _view(call, webhook)


@procedure("hooks.list", "GET /hooks", scope="webhooks:read")
async def list_hooks(call: Call, _asked: Nothing) -> Listed[HookView]:
    """The account's subscriptions, oldest first, all at once."""
    found = await store.list_webhooks(call.gw.db, user_id=call.user_id)
    return Listed(items=[_view(call, hook) for hook in found if hook.channel_type == HOOK])


@procedure("hooks.unsubscribe", "DELETE /hooks/{id}", scope="webhooks:write")
async def unsubscribe(call: Call, asked: ById) -> HookEnd:
    """Ends a subscription.

    One that has ended before, or that never was, is answered alike: a workflow that is switched
    off twice is no mistake.
    """
    await store.end_hook(call.gw.db, call.operation, hook_id=asked.id, reason="unsubscribed")
    call.gw.channels.forget(call.user_id)
    return HookEnd(id=asked.id, active=False)


@procedure("hooks.samples", "GET /hooks/samples", scope="messages:read")
async def samples(call: Call, asked: Samples) -> Sequence[Mapping[str, JsonValue]]:
    """Up to three bodies of an event as they were sent, newest first; an example if none was.

    It is a bare list, as Zapier wants it, of the same shape as what a subscription gets.
    """
    found = await store.recent_events(
        call.gw.db, user_id=call.user_id, event=asked.event, limit=SAMPLES
    )
    sent = [
        event_body(
            event_id=told.event_id,
            event=told.event,
            sequence=told.sequence,
            webhook_id=told.source_webhook_id,
            at=told.created_at,
            data=told.data,
            hops=told.hops,
            endpoint_sequence=told.endpoint_sequence,
        )
        for told in found
    ]
    return sent or [event_example(asked.event)]


@procedure("events.listTypes", "GET /event-types", scope="webhooks:read")
async def list_event_types(_call: Call, _asked: Nothing) -> Listed[EventType]:
    """Every event that a webhook can be sent, with the JSON Schema of its body and an example.

    Fields may be added under the same `apiVersion`; they are not removed and do not change their
    meaning.
    """
    return Listed(
        items=[
            EventType(
                name=name,
                description=shape.__doc__ or "",
                schema=event_schema(name),
                example=event_example(name),
            )
            for name, shape in SHAPES.items()
        ]
    )


def _planned(call: Call, asked: Subscribe) -> ChannelPlan:
    """The parts and settings of a subscription. Raises `InvalidPayload` at its own fields."""
    wanted = WantedChannel(
        channel_type="custom_webhook", provider="custom_http", responder="builtin"
    )
    config: dict[str, JsonValue] = {URL: asked.target_url, EVENTS: [asked.event]}
    vet = call.gw.egress.vet_url
    try:
        return plan_channel(call.gw.registry, wanted, vet, config=config, outbound={})
    except InvalidPayload as refusal:
        place = f"/providerConfig/{URL}"
        faults = [
            replace(fault, pointer="/targetUrl" if fault.pointer == place else "/")
            for fault in refusal.fields
        ]
        raise InvalidPayload(refusal.message, fields=faults) from None


def _new_hook(call: Call, asked: Subscribe, hook_id: int) -> store.NewWebhook:
    plan = _planned(call, asked)
    settings = OpenedSettings(
        provider_config=plan.provider_config,
        outbound_config=plan.outbound_config,
        secrets=(SigningSecret(value=secrets.token_hex(32)),),
    )
    provider, outbound, signing = seal_settings(call.gw.vault, hook_id, settings)
    return store.NewWebhook(
        id=hook_id,
        user_id=call.user_id,
        channel_type=HOOK,
        channel_name=asked.event,
        parser=plan.parser,
        verifier=plan.verifier,
        transport=plan.transport,
        responder=plan.responder,
        provider_config=provider,
        outbound_config=outbound,
        signing_secrets=signing,
        outbound_enabled=True,
        is_primary=False,
        rate_limit_per_minute=1,
        rate_limit_per_hour=1,
        ai_config=AiConfig().model_dump(by_alias=True),
        tags=[],
        metadata={},
    )


def _view(call: Call, hook: Webhook) -> HookView:
    url = opened(call.gw, hook).outbound_config.get(URL)
    return HookView(
        id=hook.id, event=hook.channel_name, target_url=str(url), created_at=hook.created_at
    )


PROCEDURES: Final = (subscribe, list_hooks, unsubscribe, samples, list_event_types)
