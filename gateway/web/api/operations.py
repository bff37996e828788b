"""Changes of a webhook in a caller's name: written, noted, and seen by this process at once."""

from quart import g

from gateway import store
from gateway.records import Webhook
from gateway.runtime import Gateway
from gateway.store import Decide, Operation
from gateway.web.auth import Principal


def operation_by(gw: Gateway, principal: Principal) -> Operation:
    """The operation that this request is, for the audit trail."""
    return Operation(
        user_id=principal.user_id,
        actor=principal.actor,
        request_id=g.get("request_id", ""),
        at=gw.now(),
    )


async def change(gw: Gateway, operation: Operation, decide: Decide, webhook_id: int) -> Webhook:
    """Makes of a webhook what `decide` says; as `store.change_webhook`."""
    limit = gw.config.limits.webhooks_per_user
    webhook = await store.change_webhook(
        gw.db, operation, decide, webhook_id=webhook_id, limit=limit
    )
    gw.channels.forget(operation.user_id)
    return webhook
