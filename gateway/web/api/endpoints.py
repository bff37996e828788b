"""Endpoints: how well they are, and what their owner does when they are well again."""

from typing import Final

from gateway import store
from gateway.plugin.errors import WebhookNotFound
from gateway.store import EndpointView
from gateway.web.api.procedures import ById, Call, procedure


@procedure(
    "webhooks.getEndpoint",
    "GET /webhooks/{id}/endpoint",
    scope="webhooks:read",
    raises=(WebhookNotFound,),
)
async def get(call: Call, asked: ById) -> EndpointView:
    """How well what the webhook sends to is, and how much waits for it.

    `state` is `healthy`, `failing` (its last attempts failed), `paused` until `pausedUntil`, when
    one delivery is tried, `draining` (it gets what waited, at a steady rate), or `disabled` until
    it is resumed. `reason` is what the last failure said. `waiting` counts up to 10,000
    deliveries; nothing of it is dropped. See
    [delivery guarantees](../explanation/delivery-guarantees.md#an-endpoint-that-fails).
    """
    await store.get_webhook(call.gw.db, user_id=call.user_id, webhook_id=asked.id)
    return await store.get_endpoint(call.gw.db, user_id=call.user_id, webhook_id=asked.id)


@procedure(
    "webhooks.resumeEndpoint",
    "POST /webhooks/{id}/endpoint/resume",
    scope="webhooks:write",
    raises=(WebhookNotFound,),
)
async def resume(call: Call, asked: ById) -> EndpointView:
    """Ends a pause, or brings back an endpoint that was switched off: what waits is sent.

    It goes out at `delivery.drained_per_second`, whatever its next attempt was scheduled for being
    kept. The same call on a healthy endpoint changes nothing.
    """
    await store.get_webhook(call.gw.db, user_id=call.user_id, webhook_id=asked.id)
    view = await store.resume_endpoint(call.gw.db, call.operation, webhook_id=asked.id)
    call.gw.wakeups.wake("deliver")
    return view


PROCEDURES: Final = (get, resume)
