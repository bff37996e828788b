"""How a channel is set up at its provider."""

from typing import Final

from gateway import setups
from gateway.plugin import Checkup
from gateway.plugin.errors import Conflict, PluginUnavailable, WebhookNotFound
from gateway.web.api.procedures import ById, Call, procedure

FAILURES: Final = (WebhookNotFound, PluginUnavailable, Conflict)


@procedure(
    "webhooks.checkSetup",
    "GET /webhooks/{id}/setup",
    scope="webhooks:read",
    raises=FAILURES,
)
async def check(call: Call, asked: ById) -> Checkup:
    """Asks the channel's provider how it is set up there, and changes nothing.

    `findings` say what is right and what is not, `isMendedByConnect` where
    `POST /webhooks/{id}/connect` helps. `choices` are values that a setting may be given, such as
    the account's numbers. 409 `CONFLICT` for a channel without a provider.
    """
    return await setups.check_setup(call.gw, user_id=call.user_id, webhook_id=asked.id)


@procedure(
    "webhooks.connect",
    "POST /webhooks/{id}/connect",
    scope="webhooks:write",
    raises=FAILURES,
)
async def connect(call: Call, asked: ById) -> Checkup:
    """Has the channel's provider call the webhook's URL, and tells what is found afterwards.

    It can be repeated: what is right already stays as it is, what has drifted is set right.
    """
    return await setups.connect(call.gw, call.operation, webhook_id=asked.id)


PROCEDURES: Final = (check, connect)
