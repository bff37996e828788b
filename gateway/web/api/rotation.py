"""New URL tokens and signing secrets, the old ones good for a while (NFR-15)."""

import secrets
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import uuid4

from pydantic import Field
from quart import Blueprint, Response, request

from gateway.channel_settings import rotated, seal_settings
from gateway.records import Webhook
from gateway.runtime import Gateway
from gateway.store import Change, Operation
from gateway.web.api.calls import caller
from gateway.web.api.operations import change, operation_by
from gateway.web.api.webhook_shapes import opened, shown
from gateway.web.wire import Body, json_response, parse_body

DAY_SECONDS: Final = 86_400


class Rotate(Body):
    """How long the old value counts beside the new one; 0 cuts it off at once."""

    overlap_seconds: int = Field(DAY_SECONDS, ge=0, le=7 * DAY_SECONDS)


def rotation_routes(gw: Gateway) -> Blueprint:
    """`/webhooks/{id}/regenerate-...`."""
    routes = Blueprint("rotation", __name__)

    @routes.post("/webhooks/<int:webhook_id>/regenerate-token")
    async def regenerate_token(webhook_id: int) -> Response:
        operation = operation_by(gw, await caller(gw, "webhooks:write"))
        body = await parse_body(request, Rotate)
        decide = partial(_with_new_token, operation=operation, body=body)
        webhook = await change(gw, operation, decide, webhook_id)
        return json_response(shown(gw, webhook))

    @routes.post("/webhooks/<int:webhook_id>/regenerate-secret")
    async def regenerate_secret(webhook_id: int) -> Response:
        operation = operation_by(gw, await caller(gw, "webhooks:write"))
        body = await parse_body(request, Rotate)
        fresh = secrets.token_hex(32)
        decide = partial(_with_new_secret, gw, operation=operation, body=body, fresh=fresh)
        await change(gw, operation, decide, webhook_id)
        response = json_response({"secretKey": fresh})
        response.headers["Cache-Control"] = "no-store"
        return response

    return routes


def _with_new_token(webhook: Webhook, *, operation: Operation, body: Rotate) -> Change:
    overlap = timedelta(seconds=body.overlap_seconds)
    after = replace(
        webhook,
        webhook_token=uuid4(),
        previous_token=webhook.webhook_token if overlap else None,
        previous_token_expires_at=operation.at + overlap if overlap else None,
    )
    return Change(
        webhook=after,
        event="webhook.token_regenerated",
        detail={"overlapSeconds": body.overlap_seconds},
    )


def _with_new_secret(
    gw: Gateway, webhook: Webhook, *, operation: Operation, body: Rotate, fresh: str
) -> Change:
    before = opened(gw, webhook)
    ends_at = operation.at + timedelta(seconds=body.overlap_seconds)
    after = replace(
        before, secrets=rotated(before.secrets, fresh, now=operation.at, ends_at=ends_at)
    )
    _, _, signing = seal_settings(gw.vault, webhook.id, after)
    return Change(
        webhook=replace(webhook, signing_secrets=signing),
        event="webhook.secret_regenerated",
        detail={"overlapSeconds": body.overlap_seconds},
    )
