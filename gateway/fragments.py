"""Pieces of long messages: kept one by one, and answered as the message that they are."""

from collections.abc import Callable, Sequence
from typing import Final

import structlog

from gateway import store
from gateway.records import NewMessage, Stored
from gateway.rules.events import MESSAGE_RECEIVED
from gateway.rules.masking import masked_words
from gateway.runtime import Gateway

log: Final = structlog.stdlib.get_logger()


async def take_fragments(gw: Gateway, new: Sequence[NewMessage]) -> dict[int, Stored | None]:
    """Keeps the pieces among new messages; the places of those, with what became whole."""
    taken: dict[int, Stored | None] = {}
    for place, one in enumerate(new):
        if one.message.fragment is not None and one.reason is None:
            taken[place] = await store.keep_fragment(gw.db, one, joined=_joined(gw))
    return taken


async def read_late(gw: Gateway) -> None:
    """Has messages answered without the pieces that never came."""
    for late in await store.late_fragments(gw.db, now=gw.now()):
        told = await gw.channels.listeners(late["user_id"], MESSAGE_RECEIVED)
        stored = await store.give_up_waiting(
            gw.db, late, listeners=told, now=gw.now(), joined=_joined(gw)
        )
        if stored is not None:
            log.warning(
                "message.incomplete", message_id=stored.message_id, webhook_id=late["webhook_id"]
            )
            for stage in ("converse", "deliver"):
                gw.wakeups.wake(stage)


def _joined(gw: Gateway) -> Callable[[str], str]:
    """What is stored of the text that pieces make together: a card's number may span two."""
    return masked_words if gw.config.privacy.mask_card_numbers else str
