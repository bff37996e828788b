"""Deliveries: listed, retried when they are dead, and tried at once as a test."""

from typing import Final, Literal

from pydantic import Field

from gateway import store
from gateway.plugin.errors import Conflict, PluginUnavailable, WebhookNotFound
from gateway.store import Delivery
from gateway.web.api.delivery_views import DeliveryView, delivery_view
from gateway.web.api.moments import Moment
from gateway.web.api.procedures import ById, Call, Id, Listed, Paged, PagedById, page_of, procedure
from gateway.web.api.trials import Trial, try_out
from gateway.web.api.webhook_shapes import Text
from gateway.web.failures import Undelivered


class TryWebhook(ById):
    """Which channel to try, and on whom."""

    recipient: Text = Field(
        "",
        max_length=320,
        description="Whom the test is for, on a channel that writes to people, such as a "
        "telephone number.",
    )


Status = Literal["pending", "delivered", "dead", "unrouted", "withheld", "erased"]


class DeliveriesOfWebhook(PagedById):
    """Which deliveries of a webhook."""

    status: Status | None = Field(None, description="Only those of one status.")


class ListDeliveries(Paged):
    """Which deliveries of the account."""

    status: Status | None = Field(None, description="Only those of one status.")
    event: Text | None = Field(
        None, max_length=64, description="Only those of one event, such as `task.created`."
    )
    webhook_id: Id | None = Field(None, description="Only those through one webhook.")
    since: Moment | None = Field(None, description="Only those made at this moment or later.")
    until: Moment | None = Field(None, description="Only those made before this moment.")


@procedure(
    "webhooks.test",
    "POST /webhooks/{id}/test",
    scope="webhooks:write",
    raises=(WebhookNotFound, PluginUnavailable, Undelivered),
)
async def test_webhook(call: Call, asked: TryWebhook) -> Trial:
    """Sends [`webhook.test`](events.md#webhooktest) through the channel, and says how it went.

    It is one attempt that is never repeated; a webhook that is switched off can be tested, too.
    When the channel does not take it, the answer is 502 `DELIVERY_FAILED`: its message says what
    to do, and its `attempt` is what is answered here, with the `status` `failed`. `request` is
    what was sent, signatures, credentials and headers of your own redacted, or null when the
    channel sent no HTTP request through the gateway. `responseStatus` is null when nobody
    answered. `calls` are as in [`deliveries.get`](#get-apiv1deliveriesid). The webhook's log keeps
    the outcome.
    """
    return await try_out(call.gw, call.operation, webhook_id=asked.id, recipient=asked.recipient)


@procedure(
    "webhooks.getDeliveries",
    "GET /webhooks/{id}/deliveries",
    scope="webhooks:read",
    raises=(WebhookNotFound,),
)
async def deliveries_of_webhook(call: Call, asked: DeliveriesOfWebhook) -> Listed[Delivery]:
    """What was or is to be sent through a webhook, newest first.

    `sourceWebhookId` is the webhook that it is about; `kind` is `reply`, `notification` or
    `event`. [Read a failed delivery](../how-to/read-a-failed-delivery.md) explains the statuses.
    """
    wanted = store.DeliveryPage(
        webhook_id=asked.id, status=asked.status, before_id=asked.cursor, limit=asked.limit
    )
    await store.get_webhook(call.gw.db, user_id=call.user_id, webhook_id=asked.id)
    found = await store.list_deliveries(call.gw.db, wanted, user_id=call.user_id)
    return page_of(found, asked, lambda delivery: delivery.id)


@procedure("deliveries.list", "GET /deliveries", scope="webhooks:read")
async def list_deliveries(call: Call, asked: ListDeliveries) -> Listed[Delivery]:
    """What was or is to be sent through any of the account's webhooks, newest first.

    The fields are those of [`webhooks.getDeliveries`](#get-apiv1webhooksiddeliveries).
    """
    wanted = store.DeliveryPage(
        webhook_id=asked.webhook_id,
        status=asked.status,
        event=asked.event,
        since=asked.since,
        until=asked.until,
        before_id=asked.cursor,
        limit=asked.limit,
    )
    found = await store.list_deliveries(call.gw.db, wanted, user_id=call.user_id)
    return page_of(found, asked, lambda delivery: delivery.id)


@procedure("deliveries.get", "GET /deliveries/{id}", scope="messages:read")
async def get_delivery(call: Call, asked: ById) -> DeliveryView:
    """A delivery with its exact `body` and the `history` of its attempts, oldest first.

    Each attempt has the `calls` that it made: where to, the address that was dialled, how many
    milliseconds the name (`dnsMs`), the connection (`connectMs`) and TLS (`tlsMs`) took, when the
    answer began (`firstByteMs`) and when all was over (`totalMs`); null for a step that was not
    needed, as on a connection that is used again (`isReused`). Signatures, credentials, headers of
    your own, and path and query of the URL are redacted. `curl` is a line for a shell that makes
    the last call again, signed anew; it says what to set first. `body` is what a webhook is sent;
    a provider channel sends its `content`. `receipts` are what the provider said later of a
    message: `accepted`, `sent`, `delivered` or `failed`, each with its time; `providerState` is
    the furthest of them. A long text goes in several messages: `pieces` says how far each has come,
    and the delivery is `delivered` once all are. `resends` counts how often it was sent once more
    since it was lost on the way.
    """
    whole = await store.get_delivery(call.gw.db, user_id=call.user_id, delivery_id=asked.id)
    return delivery_view(whole)


@procedure(
    "deliveries.retry",
    "POST /deliveries/{id}/retry",
    scope="deliveries:replay",
    raises=(Conflict,),
)
async def retry(call: Call, asked: ById) -> Delivery:
    """Makes a dead delivery due at once, on a fresh schedule.

    Body and id stay the same, so a receiver that has seen it can tell; the signature is made anew.
    """
    delivery = await store.retry_delivery(call.gw.db, call.operation, delivery_id=asked.id)
    call.gw.wakeups.wake("deliver")
    return delivery


PROCEDURES: Final = (test_webhook, deliveries_of_webhook, list_deliveries, get_delivery, retry)
