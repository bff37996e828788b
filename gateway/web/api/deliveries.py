"""Deliveries: listed, retried when they are dead, and tried at once as a test."""

from typing import Final

from pydantic import Field
from quart import Blueprint, Response, request

from gateway import store
from gateway.plugin import FieldError, InvalidPayload
from gateway.runtime import Gateway
from gateway.web.api.calls import caller, page_answer, page_asked
from gateway.web.api.operations import operation_by
from gateway.web.api.trials import try_out
from gateway.web.api.webhook_shapes import Text
from gateway.web.wire import Body, json_response, parse_body, to_wire

STATUSES: Final = ("pending", "delivered", "dead", "unrouted")


class Nothing(Body):
    """A body without fields."""


class TryWebhook(Body):
    """Whom the test is for, on a channel that writes to people."""

    recipient: Text = Field("", max_length=320)


def delivery_routes(gw: Gateway) -> Blueprint:
    """`/webhooks/{id}/test`, `/webhooks/{id}/deliveries` and `/deliveries/{id}/retry`."""
    routes = Blueprint("deliveries", __name__)

    @routes.post("/webhooks/<int:webhook_id>/test")
    async def test(webhook_id: int) -> Response:
        operation = operation_by(gw, await caller(gw, "webhooks:write"))
        body = await parse_body(request, TryWebhook)
        trial = await try_out(gw, operation, webhook_id=webhook_id, recipient=body.recipient)
        return json_response(to_wire(trial))

    @routes.get("/webhooks/<int:webhook_id>/deliveries")
    async def list_(webhook_id: int) -> Response:
        principal = await caller(gw, "webhooks:read")
        page = page_asked()
        wanted = store.DeliveryPage(
            webhook_id=webhook_id,
            status=_status_asked(),
            before_id=page.before_id,
            limit=page.limit,
        )
        await store.get_webhook(gw.db, user_id=principal.user_id, webhook_id=webhook_id)
        found = await store.list_deliveries(gw.db, wanted, user_id=principal.user_id)
        last_id = found[-1].id if found else None
        return json_response(page_answer([to_wire(d) for d in found], page, last_id))

    @routes.post("/deliveries/<int:delivery_id>/retry")
    async def retry(delivery_id: int) -> Response:
        operation = operation_by(gw, await caller(gw, "deliveries:replay"))
        await parse_body(request, Nothing)
        delivery = await store.retry_delivery(gw.db, operation, delivery_id=delivery_id)
        gw.wakeups.wake("deliver")
        return json_response(to_wire(delivery))

    return routes


def _status_asked() -> str | None:
    status = request.args.get("status")
    if status is not None and status not in STATUSES:
        message = "valid: " + ", ".join(STATUSES)
        raise InvalidPayload(
            f"query parameter status: {message}",
            fields=[FieldError(pointer="?status", message=message)],
        )
    return status
