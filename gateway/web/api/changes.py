"""Changes of a webhook in a caller's name: written, noted, and seen by this process at once."""

from gateway import store
from gateway.records import Webhook
from gateway.store import Change, Decide
from gateway.web.api.procedures import Call


async def change(call: Call, decide: Decide, webhook_id: int) -> Webhook:
    """Makes of a webhook what `decide` says; as `store.change_webhook`.

    Raises `PreconditionFailed` as well.
    """

    def checked(webhook: Webhook) -> Change | None:
        call.check_version(webhook.version)
        return decide(webhook)

    limit = call.gw.config.limits.webhooks_per_user
    webhook = await store.change_webhook(
        call.gw.db, call.operation, checked, webhook_id=webhook_id, limit=limit
    )
    call.gw.channels.forget(call.user_id)
    return webhook
