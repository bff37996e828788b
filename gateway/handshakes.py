"""What reaches a channel's URL and is no new message: a challenge, a code, a repeat."""

from collections.abc import Sequence
from functools import partial
from typing import Final

import structlog

from gateway import store
from gateway.channels import Channel, report_bug
from gateway.plugin import HttpAnswer, InboundMessage, InboundRequest
from gateway.plugin.errors import GatewayError, RateLimited
from gateway.records import Stored
from gateway.rules.challenges import plain_challenge
from gateway.runtime import Gateway
from gateway.store import Operation
from gateway.verification import arrived, arrives

log: Final = structlog.stdlib.get_logger()


async def greet(gw: Gateway, token: str, request: InboundRequest) -> HttpAnswer | None:
    """The answer to a request that carries no message but a challenge; None when it has none.

    Raises a `GatewayError` as `pipeline.receive` does.
    """
    channel = await gw.channels.by_token(token)
    return answer_challenge(channel, request) or plain_challenge(request)


def answer_challenge(channel: Channel, request: InboundRequest) -> HttpAnswer | None:
    """What the channel's parser answers to a challenge; None when the request is none."""
    try:
        return channel.parser.challenge(request)
    except Exception as bug:  # noqa: BLE001 # a plugin's bug: the request goes the usual way
        report_bug(bug, channel)
        return None


async def without_code(
    gw: Gateway, channel: Channel, messages: Sequence[InboundMessage], request_id: str
) -> Sequence[InboundMessage]:
    """The messages without the code that this channel waits for, which verifies it."""
    webhook = channel.webhook
    if webhook.verification_method != "inbound":
        return messages
    key, now = channel.parser.context.secrets[0].value, gw.now()
    codes = [m for m in messages if arrives(webhook, m.text, key=key, now=now)]
    if not codes:
        return messages
    operation = Operation(user_id=webhook.user_id, actor="channel", request_id=request_id, at=now)
    await store.change_webhook(
        gw.db,
        operation,
        partial(arrived, text=codes[0].text, key=key, now=now),
        webhook_id=webhook.id,
        limit=gw.config.limits.webhooks_per_user,
    )
    gw.channels.forget(webhook.user_id)
    log.info("webhook.verified", webhook_id=webhook.id)
    return [message for message in messages if message not in codes]


async def repeated(
    gw: Gateway, channel: Channel, messages: Sequence[InboundMessage], full: RateLimited
) -> Sequence[Stored]:
    """The first ones of messages that all came before, which no quota counts. Raises `full`."""
    ids = [message.external_id for message in messages]
    known = [id_ for id_ in ids if id_ is not None]
    if not known or len(known) < len(ids):
        raise full
    stored = await store.find_repeated(gw.db, known, webhook_id=channel.webhook.id)
    if stored is None:
        raise full
    return stored


def tell_refusal(channel: Channel, refusal: GatewayError | None) -> None:
    """Raises why a request was kept unread, unless its provider would repeat it for ever."""
    if refusal is not None and not channel.parser.quarantines:
        raise refusal
