"""The link in a notification by which its reader ends notifications, in one click (RFC 8058)."""

import json
from typing import Final

import structlog

from gateway.plugin import REPLY
from gateway.plugin.errors import NotFound
from gateway.records import ClaimedDelivery
from gateway.runtime import Gateway
from gateway.store.unsubscribes import Subscriber, unsubscribe
from gateway.vault import VaultError

PATH: Final = "/api/unsubscribe/"
LONGEST_TOKEN: Final = 2048
_BINDING: Final = "unsubscribe"
_FOR_URLS: Final = str.maketrans("+/", "-_")
_FROM_URLS: Final = str.maketrans("-_", "+/")

log: Final = structlog.stdlib.get_logger()


def unsubscribe_url(gw: Gateway, claimed: ClaimedDelivery) -> str:
    """Where the reader of a notification ends them; empty for what is none.

    The link holds who it is about, sealed: it works for as long as its key is in the ring, whatever
    becomes of the delivery.
    """
    if claimed.kind != "notification" or claimed.event == REPLY or not claimed.recipient:
        return ""
    who = json.dumps([claimed.user_id, claimed.webhook_id, claimed.recipient])
    token = gw.vault.seal(who, binding=_BINDING).translate(_FOR_URLS)
    return f"{gw.config.public_url}{PATH}{token}"


def subscriber_of(gw: Gateway, token: str) -> Subscriber:
    """Whose link it is. Raises `NotFound`."""
    try:
        opened = gw.vault.open(token[:LONGEST_TOKEN].translate(_FROM_URLS), binding=_BINDING)
    except VaultError:
        raise NotFound("this link is not, or no longer, one of ours: answer the mail") from None
    user_id, webhook_id, address = json.loads(opened)
    return Subscriber(user_id=user_id, webhook_id=webhook_id, address=address)


async def end_notifications(gw: Gateway, token: str) -> None:
    """Sends no notifications of a channel to the reader of a link; doing it again does no harm.

    Raises `NotFound`.
    """
    who = subscriber_of(gw, token)
    withheld = await unsubscribe(gw.db, who, at=gw.now())
    if withheld is None:
        return
    gw.metrics.consent_changes.labels("unsubscribed", "link").inc()
    log.info(
        "notifications.unsubscribed",
        user_id=who.user_id,
        webhook_id=who.webhook_id,
        withheld=withheld,
    )
